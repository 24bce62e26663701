//! Block by block, plane by plane.

use super::{
    Pixels,
    pixels::Source,
    tree::{self, Plan, Work},
};
use nex_coding::{
    picture::{
        CELLS, Colour, Plane,
        cells::{Cell, Cells},
        place, start,
        weights::Magnitudes,
    },
    range::Encoder,
};
use nex_format::{
    Error, Part,
    compact::{PictureHeader, write_picture},
};
use nex_kernels::picture::{Canvas, to_samples};

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
}

/// What came out.
#[derive(Clone, Debug)]
pub struct Coded {
    /// All decisions.
    pub bytes: Vec<u8>,
    /// The samples that they decode to.
    pub samples: Vec<u8>,
}

struct PlaneState {
    plane: Plane,
    source: Source,
    canvas: Canvas,
    cells: Cells,
    magnitudes: Magnitudes,
    above: Vec<i16>,
    cells_above: Vec<Cell>,
    decoded: Vec<i16>,
    step: i32,
}

impl PlaneState {
    /// What the plane's next block begins with.
    fn begin<'t>(&self, tables: &'t mut [i16]) -> Work<'t> {
        Work {
            canvas: self.canvas.clone(),
            cells: self.cells.clone(),
            magnitudes: self.magnitudes.clone(),
            tables,
        }
    }
}

/// Encodes a picture with answers that start at `tables` and go on learning.
#[must_use]
pub fn encode(pixels: &Pixels, settings: &Settings, tables: &mut [i16]) -> Coded {
    let sources = pixels.planes(settings.colour);
    let (width, height) = (pixels.width.next_multiple_of(4), pixels.height.next_multiple_of(4));
    let mut planes: Vec<PlaneState> = sources
        .into_iter()
        .zip(Plane::of(pixels.channels as u8))
        .map(|(source, &plane)| {
            let [co, cg] = settings.chroma;
            let more = match plane {
                Plane::Luma => 0,
                Plane::Co => co,
                Plane::Cg => cg,
            };
            PlaneState {
                plane,
                canvas: Canvas::new(plane != Plane::Luma),
                cells: Cells::NEW,
                magnitudes: Magnitudes::NEW,
                above: vec![0; width],
                cells_above: vec![Cell::NONE; width / 4],
                decoded: vec![0; source.pixels.len()],
                source,
                step: settings.step + more,
            }
        })
        .collect();
    let mut coder = Encoder::new();
    let mut dense = vec![0; 1024];
    for top in (0..height).step_by(32) {
        for left in (0..width).step_by(32) {
            for index in 0..planes.len() {
                let (before, rest) = planes.split_at_mut(index);
                let state = &mut rest[0];
                let line = if top == 0 { &[][..] } else { &state.above[left..] };
                let line = &line[..line.len().min(64)];
                state.canvas.step(left == 0, line, height - top);
                let cells = &state.cells_above[left / 4..];
                state
                    .cells
                    .step(left == 0, cells.iter().copied().take(if top == 0 { 0 } else { CELLS }));
                state.magnitudes = Magnitudes::NEW;
                let of = |i: usize| (state.plane != Plane::Luma).then(|| before.get(i)).flatten();
                let empty = Magnitudes::NEW;
                let plan = Plan {
                    source: &state.source,
                    left,
                    top,
                    inside: ((width - left).min(32), (height - top).min(32)),
                    plane: state.plane,
                    luma: of(0).map(|luma| &luma.canvas),
                    before: [of(0).map(|p| &p.cells), of(1).map(|p| &p.cells)],
                    magnitudes: [0, 1].map(|i| of(i).map_or(&empty, |p| &p.magnitudes)),
                    step: state.step,
                    falloff: settings.falloff,
                    units: 8.0 / (state.step as f32 / 32.0).exp2(),
                    lambda: settings.lambda,
                    candidates: settings.candidates,
                };
                let mut work = state.begin(tables);
                let (_, leaves) = tree::best(&plan, &mut work, (0, 0), 3);
                let canvas = work.canvas;
                let mut work = state.begin(tables);
                let square = ((0, 0), 3);
                tree::code(&mut coder, &plan, &mut work, square, &mut leaves.iter(), &mut dense);
                let Work { cells, magnitudes, .. } = work;
                state.canvas = canvas;
                state.cells = cells;
                state.magnitudes = magnitudes;
                for (to, from) in state.above[left..].iter_mut().zip(state.canvas.bottom()) {
                    *to = *from;
                }
                for (to, from) in state.cells_above[left / 4..].iter_mut().zip(state.cells.bottom())
                {
                    *to = from;
                }
                let stride = state.source.stride;
                for (y, row) in state.canvas.rows().iter().enumerate() {
                    state.decoded[(top + y) * stride + left..][..32].copy_from_slice(row);
                }
            }
        }
    }
    let mut samples = Vec::with_capacity(pixels.samples.len());
    for y in 0..pixels.height {
        for x in 0..pixels.width {
            let at = |plane: &PlaneState| plane.decoded[y * plane.source.stride + x];
            let all: Vec<i16> = planes.iter().map(at).collect();
            samples.extend(&to_samples(settings.colour, &all)[..all.len()]);
        }
    }
    Coded { bytes: coder.finish(), samples }
}

/// Encodes a picture as a file of one tile; `chroma` of the settings is rounded to
/// eighths of an octave.
///
/// # Errors
/// [`Error::BadHeader`] if the picture has no pixels, or if it is too large, or the
/// settings lie outside of what a header holds.
pub fn file(pixels: &Pixels, settings: &Settings) -> Result<Vec<u8>, Error> {
    let size = |n: usize| u16::try_from(n).map_err(|_| Error::BadHeader(Part::Size));
    let colours = pixels.channels >= 3;
    let eighths = |more: i32| if colours { ((more + 2) >> 2) as i8 } else { 0 };
    let chroma = settings.chroma.map(eighths);
    let header = PictureHeader {
        width: size(pixels.width)?,
        height: size(pixels.height)?,
        channels: pixels.channels as u8,
        colour: if colours { settings.colour } else { Colour::YCoCg },
        tile: [0, 0],
        step: u16::try_from(settings.step).map_err(|_| Error::BadHeader(Part::Step))?,
        chroma,
        falloff: settings.falloff,
    };
    if pixels.width == 0 || pixels.height == 0 {
        return Err(Error::BadHeader(Part::Size));
    }
    let settings = Settings { chroma: chroma.map(|more| 4 * i32::from(more)), ..*settings };
    let mut tables = [0; place::COUNT];
    start(&mut tables);
    let coded = encode(pixels, &settings, &mut tables);
    write_picture(&header, &[], &[coded.bytes])
}
