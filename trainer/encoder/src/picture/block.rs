//! One block after the other, all its planes.

use super::{
    Pixels, PlanePair, Settings,
    forward::forward,
    later::Later,
    pixels::Source,
    tree::{self, Plan, Work},
};
use nex_coding::picture::{
    BLOCK, CELLS, MAX_STEP, Plane,
    block::{Common, MAX_FIELD, MIN_FIELD},
    cells::{Cell, Cells},
};
use nex_kernels::picture::{Canvas, Experts, FRACTION, Step, leave, to_samples};

/// A plane, and what is known of it so far.
struct PlaneState {
    plane: Plane,
    source: Source,
    canvas: Canvas,
    cells: Cells,
    above: Vec<i16>,
    cells_above: Vec<Cell>,
    decoded: Vec<i16>,
    step: i32,
}

impl PlaneState {
    /// What the plane's next block begins with.
    fn begin<'t>(&self, tables: &'t mut [i16]) -> Work<'t> {
        Work { canvas: self.canvas, cells: self.cells, tables }
    }

    /// To the block at a corner, of which `high` rows are in the tile.
    fn step(&mut self, (left, top): (usize, usize), high: usize) {
        let known = if top == 0 { 0 } else { usize::MAX };
        let line = &self.above[left..];
        self.canvas.step(left == 0, &line[..line.len().min(2 * BLOCK).min(known)], high);
        let cells = self.cells_above[left / 4..].iter().copied();
        self.cells.step(left == 0, cells.take(CELLS.min(known)));
    }

    /// After the block.
    fn keep(&mut self, left: usize) {
        for (to, from) in self.above[left..].iter_mut().zip(self.canvas.bottom()) {
            *to = *from;
        }
        for (to, from) in self.cells_above[left / 4..].iter_mut().zip(self.cells.bottom()) {
            *to = from;
        }
    }

    /// The block at a corner becomes what it is in the source.
    fn paint(&mut self, (left, top): (usize, usize)) {
        let rows = self.source.pixels[top * self.source.stride..].chunks(self.source.stride);
        for (to, from) in self.canvas.square((0, 0), BLOCK).rows().zip(rows) {
            to.copy_from_slice(&from[left..left + BLOCK]);
        }
    }

    /// All around the block at a corner is decoded as if it were as it is in the source,
    /// by leaves of which nothing is known.
    fn surround(&mut self, (left, top): (usize, usize)) {
        self.canvas = Canvas::new(self.plane != Plane::Luma);
        self.cells = Cells::NEW;
        self.cells_above.fill(Cell::NONE);
        if let Some(row) = top.checked_sub(1) {
            let row = &self.source.pixels[row * self.source.stride..];
            self.above.iter_mut().zip(row).for_each(|(to, from)| *to = *from);
        }
        if let Some(beside) = left.checked_sub(BLOCK) {
            self.step((beside, top), BLOCK);
            self.paint((beside, top));
            self.canvas.turn();
        }
    }
}

/// Steps of a level.
fn units(step: i32) -> f32 {
    8.0 / (step.clamp(0, MAX_STEP.into()) as f32 / 32.0).exp2()
}

/// A picture while it is encoded.
pub(super) struct Picture<'p> {
    pixels: &'p Pixels,
    settings: &'p Settings,
    experts: &'p Experts,
    /// Columns and rows in whole cells.
    pub inside: (usize, usize),
    planes: Vec<PlaneState>,
}

impl<'p> Picture<'p> {
    /// Nothing is encoded yet.
    pub fn new(pixels: &'p Pixels, settings: &'p Settings, experts: &'p Experts) -> Self {
        let sources = pixels.planes(settings.colour);
        let inside = (pixels.width.next_multiple_of(4), pixels.height.next_multiple_of(4));
        let planes = sources.into_iter().zip(Plane::of(pixels.channels as u8));
        let planes = planes.map(|(source, &plane)| PlaneState {
            plane,
            canvas: Canvas::new(plane != Plane::Luma),
            cells: Cells::NEW,
            above: vec![0; inside.0],
            cells_above: vec![Cell::NONE; inside.0 / 4],
            decoded: vec![0; source.pixels.len()],
            source,
            step: settings.step_of(plane),
        });
        Self { pixels, settings, experts, inside, planes: planes.collect() }
    }

    /// Columns and rows from a block's corner on.
    fn inside(&self, (left, top): (usize, usize)) -> (usize, usize) {
        ((self.inside.0 - left).min(BLOCK), (self.inside.1 - top).min(BLOCK))
    }

    /// The fields of all blocks by the activity of luma, as it is in those that are not
    /// drawn.
    pub fn fields(&self, is_drawn: impl Fn(usize) -> bool) -> Vec<i8> {
        let (columns, rows) =
            (self.pixels.width.div_ceil(BLOCK), self.pixels.height.div_ceil(BLOCK));
        if self.settings.fields <= 0.0 {
            return vec![0; columns * rows];
        }
        let luma = &self.planes[0].source;
        let activity = |i: usize| luma.activity((i % columns * BLOCK, i / columns * BLOCK));
        let all: Vec<f32> = (0..columns * rows).map(activity).collect();
        let some = || all.iter().enumerate().filter(|(i, _)| !is_drawn(*i)).map(|(_, own)| own);
        let mean = some().sum::<f32>() / some().count().max(1) as f32;
        let field = |&own: &f32| (4.0 * self.settings.fields * (own - mean)).round() as i8;
        all.iter().map(|own| field(own).clamp(MIN_FIELD, MAX_FIELD)).collect()
    }

    /// Decides and codes all planes of the block at a corner; returns what it costs in
    /// squared steps.
    pub fn block(
        &mut self,
        (left, top): (usize, usize),
        common: Common,
        tables: &mut [i16],
        coder: &mut Later,
    ) -> f32 {
        let inside = self.inside((left, top));
        let high = self.inside.1 - top;
        let mut dense = vec![0; BLOCK * BLOCK];
        let mut sum = 0.0;
        for index in 0..self.planes.len() {
            let (before, rest) = self.planes.split_at_mut(index);
            let state = &mut rest[0];
            state.step((left, top), high);
            let of = |i: usize| (state.plane != Plane::Luma).then(|| before.get(i)).flatten();
            let step = state.step + common.more();
            let plan = Plan {
                source: &state.source,
                left,
                top,
                inside,
                plane: state.plane,
                luma: of(0).map(|luma| &luma.canvas),
                before: [of(0).map(|p| &p.cells), of(1).map(|p| &p.cells)],
                step,
                falloff: self.settings.falloff,
                units: units(step),
                lambda: self.settings.lambda,
                candidates: self.settings.candidates,
            };
            let mut work = state.begin(tables);
            let (cost, leaves) = tree::best(&plan, &mut work, (0, 0), 3);
            sum += cost;
            let canvas = work.canvas;
            let mut work = state.begin(tables);
            let square = ((0, 0), 3);
            tree::code(coder, &plan, &mut work, square, &mut leaves.iter(), &mut dense);
            state.cells = work.cells;
            state.canvas = canvas;
            state.keep(left);
        }
        sum
    }

    /// Squared steps that the block at a corner hardly costs more than: a leaf of it all, for
    /// each plane, that is predicted from nothing.
    pub fn outline(&self, (left, top): (usize, usize), common: Common) -> f32 {
        let mut values = vec![0.0; BLOCK * BLOCK];
        let one = |state: &PlaneState| {
            let stride = state.source.stride;
            let rows = state.source.pixels[top * stride..].chunks(stride).take(BLOCK);
            let pixels: Vec<f32> =
                rows.flat_map(|row| &row[left..left + BLOCK]).map(|&p| f32::from(p)).collect();
            forward(&pixels, 3, false, &mut values);
            let step = state.step + common.more();
            let scale = units(step) / f32::from(1u16 << FRACTION);
            let step = Step::new(step, 5, self.settings.falloff);
            let weights = values.iter().enumerate().map(|(i, value)| {
                let value = value.abs() * scale * 64.0 / step.weight(i % BLOCK, i / BLOCK) as f32;
                let bits = 5 + 2 * (1 + value as u32).ilog2();
                (value * value).min(self.settings.lambda * bits as f32)
            });
            weights.sum::<f32>()
        };
        self.planes.iter().map(one).sum()
    }

    /// What the block at a corner costs in squared steps if those around it are as they
    /// are in the picture, with answers that have learned nothing of it.
    pub fn estimate(&mut self, at: (usize, usize), common: Common, tables: &[i16]) -> f32 {
        self.planes.iter_mut().for_each(|state| state.surround(at));
        self.block(at, common, &mut tables.to_vec(), &mut Later::default())
    }

    /// The block at a corner is drawn.
    pub fn draw(&mut self, at: (usize, usize)) {
        let high = self.inside.1 - at.1;
        for state in &mut self.planes {
            state.step(at, high);
            state.paint(at);
            state.cells.fill((0, 0), Cell::NONE, 3);
            state.keep(at.0);
            state.canvas.turn();
            state.show(at);
        }
    }

    /// Leaves a block, filtered if that is nearer to the picture; whether it is.
    pub fn leave(&mut self, at: (usize, usize), common: Common) -> bool {
        let inside = self.inside(at);
        let settled = |planes: &[PlaneState], experts: Option<&Experts>| {
            let mut canvases: Vec<Canvas> = planes.iter().map(|p| p.canvas).collect();
            let steps = planes.iter().map(|p| (p.plane, p.step + common.more()));
            let each =
                steps.zip(&mut canvases).map(|((plane, step), canvas)| (plane, step, canvas));
            leave(each, inside, experts);
            canvases
        };
        let mut best = settled(&self.planes, None);
        let mut filtered = false;
        if self.settings.filtered {
            let other = settled(&self.planes, Some(self.experts));
            filtered = self.error(at, &other) < self.error(at, &best);
            if filtered {
                best = other;
            }
        }
        for (state, canvas) in self.planes.iter_mut().zip(best) {
            state.canvas = canvas;
            state.show(at);
        }
        filtered
    }

    /// The squared error of a block's samples.
    fn error(&self, (left, top): (usize, usize), canvases: &[Canvas]) -> u64 {
        let channels = self.pixels.channels;
        let mut sum = 0;
        for y in 0..BLOCK.min(self.pixels.height - top) {
            for x in 0..BLOCK.min(self.pixels.width - left) {
                let mut all = [0; 4];
                all.iter_mut().zip(canvases).for_each(|(to, canvas)| *to = canvas.rows()[y][x]);
                let samples = to_samples(self.settings.colour, &all[..channels]);
                let place = ((top + y) * self.pixels.width + left + x) * channels;
                let given = &self.pixels.samples[place..][..channels];
                let square = |(&a, &b): (&u8, &u8)| u64::from(a.abs_diff(b)).pow(2);
                sum += given.iter().zip(&samples).map(square).sum::<u64>();
            }
        }
        sum
    }

    /// The samples of a pixel that was decoded, zeros after them.
    pub fn pixel(&self, x: usize, y: usize) -> [u8; 4] {
        let mut all = [0; 4];
        for (to, state) in all.iter_mut().zip(&self.planes) {
            *to = state.decoded[y * state.source.stride + x];
        }
        to_samples(self.settings.colour, &all[..self.planes.len()])
    }

    /// All planes.
    pub fn planes(self) -> Vec<PlanePair> {
        let inside = self.inside;
        let planes = self.planes.into_iter().map(|state| PlanePair {
            plane: state.plane,
            step: state.step,
            inside,
            stride: state.source.stride,
            original: state.source.pixels,
            decoded: state.decoded,
        });
        planes.collect()
    }
}

impl PlaneState {
    /// The block at a corner is decoded.
    fn show(&mut self, (left, top): (usize, usize)) {
        let stride = self.source.stride;
        for (y, row) in self.canvas.rows().iter().enumerate() {
            self.decoded[(top + y) * stride + left..][..BLOCK].copy_from_slice(row);
        }
    }
}
