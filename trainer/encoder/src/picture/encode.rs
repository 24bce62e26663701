//! Block by block, plane by plane.

use super::{
    Pixels,
    later::Later,
    options::side,
    pixels::Source,
    tree::{self, Plan, Work},
};
use crate::Watcher;
use nex_coding::{
    picture::{
        CELLS, Colour, MAX_STEP, Plane,
        block::{self, Common, MAX_FIELD, MIN_FIELD},
        cells::{Cell, Cells},
        gate, place, start,
    },
    range::{Coder, Encoder},
};
use nex_format::{
    Error, Part,
    compact::{PictureHeader, write_picture},
};
use nex_kernels::picture::{Canvas, Experts, TRAINED, leave, to_samples};

/// How a picture is encoded.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// What the planes mean.
    pub colour: Colour,
    /// The step of luma in 1/32 octaves above 1/8 of a level.
    pub step: i32,
    /// By how much that of chroma is larger.
    pub chroma: [i32; 2],
    /// By how much steps grow with frequency.
    pub falloff: u8,
    /// Squared steps that a bit may cost.
    pub lambda: f32,
    /// How many predictors of each leaf are tried in full.
    pub candidates: usize,
    /// Blocks are filtered where that helps.
    pub filtered: bool,
    /// Steps of blocks grow with their activity to the power of this; 0: they are all
    /// the same.
    pub fields: f32,
}

impl Settings {
    /// The step of a plane.
    pub(super) const fn step_of(&self, plane: Plane) -> i32 {
        let [co, cg] = self.chroma;
        match plane {
            Plane::Luma => self.step,
            Plane::Co => self.step + co,
            Plane::Cg => self.step + cg,
        }
    }
}

/// What came out.
#[derive(Clone, Debug)]
pub struct Coded {
    /// All decisions.
    pub bytes: Vec<u8>,
    /// The samples that they decode to.
    pub samples: Vec<u8>,
    /// The planes, as they were and as they are decoded.
    pub planes: Vec<PlanePair>,
}

/// A plane before and after coding, continued to whole blocks.
#[derive(Clone, Debug)]
pub struct PlanePair {
    /// Which one.
    pub plane: Plane,
    /// Its step.
    pub step: i32,
    /// Columns and rows of the picture in whole cells of 4 x 4.
    pub inside: (usize, usize),
    /// Pixels of a row.
    pub stride: usize,
    /// As it was.
    pub original: Vec<i16>,
    /// As it is decoded.
    pub decoded: Vec<i16>,
}

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
}

/// Encodes a picture with answers that start at `tables` and go on learning.
#[must_use]
pub fn encode(pixels: &Pixels, settings: &Settings, tables: &mut [i16]) -> Coded {
    encode_watched(pixels, settings, tables, &|_| {})
}

/// [`encode`], telling how far it is, from 0 to 1.
pub(super) fn encode_watched(
    pixels: &Pixels,
    settings: &Settings,
    tables: &mut [i16],
    watcher: Watcher<'_>,
) -> Coded {
    let mut coder = Encoder::new();
    let (samples, planes) = decide(&mut coder, pixels, settings, (tables, &TRAINED), watcher);
    Coded { bytes: coder.finish(), samples, planes }
}

/// Makes all decisions, of which `coder` hears: with answers that go on learning, and with
/// experts of the post filter. Returns the decoded samples, and the planes.
pub(super) fn decide(
    coder: &mut impl Coder,
    pixels: &Pixels,
    settings: &Settings,
    (tables, experts): (&mut [i16], &Experts),
    watcher: Watcher<'_>,
) -> (Vec<u8>, Vec<PlanePair>) {
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
    let mut picture = Picture { pixels, settings, experts, inside, planes: planes.collect() };
    let fields = picture.fields();
    let has = (settings.filtered, settings.fields > 0.0);
    let mut above = vec![Common::default(); inside.0.div_ceil(32)];
    for top in (0..inside.1).step_by(32) {
        watcher(top as f64 / inside.1 as f64);
        let mut left = Common::default();
        for (column, above) in above.iter_mut().enumerate() {
            let at = (32 * column, top);
            let field = fields[top / 32 * pixels.width.div_ceil(32) + column];
            let common = Common { filtered: false, field };
            gate::kind(coder, tables, false);
            let mut later = Later::default();
            picture.block(at, common, tables, &mut later);
            let filtered = picture.leave(at, common);
            let common = Common { filtered, field };
            block::code(coder, tables, has, [left, *above], common);
            later.code(coder);
            (left, *above) = (common, common);
        }
    }
    watcher(1.0);
    let mut samples = Vec::with_capacity(pixels.samples.len());
    for y in 0..pixels.height {
        for x in 0..pixels.width {
            let at = |plane: &PlaneState| plane.decoded[y * plane.source.stride + x];
            let all: Vec<i16> = picture.planes.iter().map(at).collect();
            samples.extend(&to_samples(settings.colour, &all)[..all.len()]);
        }
    }
    let planes = picture.planes.into_iter().map(|state| PlanePair {
        plane: state.plane,
        step: state.step,
        inside,
        stride: state.source.stride,
        original: state.source.pixels,
        decoded: state.decoded,
    });
    (samples, planes.collect())
}

/// A picture while it is encoded.
struct Picture<'p> {
    pixels: &'p Pixels,
    settings: &'p Settings,
    experts: &'p Experts,
    /// Columns and rows in whole cells.
    inside: (usize, usize),
    planes: Vec<PlaneState>,
}

impl Picture<'_> {
    /// Columns and rows from a block's corner on.
    fn inside(&self, (left, top): (usize, usize)) -> (usize, usize) {
        ((self.inside.0 - left).min(32), (self.inside.1 - top).min(32))
    }

    /// The fields of all blocks by the activity of luma.
    fn fields(&self) -> Vec<i8> {
        let (columns, rows) = (self.pixels.width.div_ceil(32), self.pixels.height.div_ceil(32));
        if self.settings.fields <= 0.0 {
            return vec![0; columns * rows];
        }
        let luma = &self.planes[0].source;
        let activity = |i: usize| luma.activity((i % columns * 32, i / columns * 32));
        let all: Vec<f32> = (0..columns * rows).map(activity).collect();
        let mean = all.iter().sum::<f32>() / all.len().max(1) as f32;
        let field = |&own: &f32| (4.0 * self.settings.fields * (own - mean)).round() as i8;
        all.iter().map(|own| field(own).clamp(MIN_FIELD, MAX_FIELD)).collect()
    }

    /// Decides and codes all planes of the block at a corner.
    fn block(
        &mut self,
        (left, top): (usize, usize),
        common: Common,
        tables: &mut [i16],
        coder: &mut Later,
    ) {
        let (width, height) = self.inside;
        let mut dense = vec![0; 1024];
        for index in 0..self.planes.len() {
            let (before, rest) = self.planes.split_at_mut(index);
            let state = &mut rest[0];
            let line = if top == 0 { &[][..] } else { &state.above[left..] };
            let line = &line[..line.len().min(64)];
            state.canvas.step(left == 0, line, height - top);
            let cells = &state.cells_above[left / 4..];
            state
                .cells
                .step(left == 0, cells.iter().copied().take(if top == 0 { 0 } else { CELLS }));
            let of = |i: usize| (state.plane != Plane::Luma).then(|| before.get(i)).flatten();
            let step = state.step + common.more();
            let plan = Plan {
                source: &state.source,
                left,
                top,
                inside: ((width - left).min(32), (height - top).min(32)),
                plane: state.plane,
                luma: of(0).map(|luma| &luma.canvas),
                before: [of(0).map(|p| &p.cells), of(1).map(|p| &p.cells)],
                step,
                falloff: self.settings.falloff,
                units: 8.0 / (step.clamp(0, MAX_STEP.into()) as f32 / 32.0).exp2(),
                lambda: self.settings.lambda,
                candidates: self.settings.candidates,
            };
            let mut work = state.begin(tables);
            let (_, leaves) = tree::best(&plan, &mut work, (0, 0), 3);
            let canvas = work.canvas;
            let mut work = state.begin(tables);
            let square = ((0, 0), 3);
            tree::code(coder, &plan, &mut work, square, &mut leaves.iter(), &mut dense);
            state.cells = work.cells;
            state.canvas = canvas;
            for (to, from) in state.above[left..].iter_mut().zip(state.canvas.bottom()) {
                *to = *from;
            }
            for (to, from) in state.cells_above[left / 4..].iter_mut().zip(state.cells.bottom()) {
                *to = from;
            }
        }
    }

    /// Leaves a block, filtered if that is nearer to the picture; whether it is.
    fn leave(&mut self, at: (usize, usize), common: Common) -> bool {
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
            let stride = state.source.stride;
            for (y, row) in state.canvas.rows().iter().enumerate() {
                state.decoded[(at.1 + y) * stride + at.0..][..32].copy_from_slice(row);
            }
        }
        filtered
    }

    /// The squared error of a block's samples.
    fn error(&self, (left, top): (usize, usize), canvases: &[Canvas]) -> u64 {
        let channels = self.pixels.channels;
        let mut sum = 0;
        for y in 0..32.min(self.pixels.height - top) {
            for x in 0..32.min(self.pixels.width - left) {
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
}

impl Settings {
    /// What the header of a picture of one tile says; `chroma` is rounded to eighths of an
    /// octave.
    ///
    /// # Errors
    /// [`Error::BadHeader`] if the picture has no pixels, or is too large, or the step is
    /// outside of what a header holds.
    pub fn header(&self, pixels: &Pixels) -> Result<PictureHeader, Error> {
        let colours = pixels.channels >= 3;
        let eighths = |more: i32| if colours { ((more + 2) >> 2) as i8 } else { 0 };
        Ok(PictureHeader {
            width: side(pixels.width)?,
            height: side(pixels.height)?,
            channels: pixels.channels as u8,
            colour: if colours { self.colour } else { Colour::YCoCg },
            tile: [0, 0],
            step: u16::try_from(self.step).map_err(|_| Error::BadHeader(Part::Step))?,
            chroma: self.chroma.map(eighths),
            falloff: self.falloff,
            filtered: self.filtered,
            fielded: self.fields > 0.0,
            drawn: None,
        })
    }
}

/// Encodes a picture as a file of one tile; `chroma` of the settings is rounded to
/// eighths of an octave.
///
/// # Errors
/// [`Error::BadHeader`], see [`Settings::header`].
pub fn file(pixels: &Pixels, settings: &Settings) -> Result<Vec<u8>, Error> {
    let header = settings.header(pixels)?;
    let settings = Settings { chroma: header.chroma.map(|more| 4 * i32::from(more)), ..*settings };
    let mut tables = [0; place::COUNT];
    start(&mut tables);
    let coded = encode(pixels, &settings, &mut tables);
    write_picture(&header, &[], &[coded.bytes])
}
