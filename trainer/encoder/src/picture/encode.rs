//! Block by block, plane by plane.

use super::{Pixels, block::Picture, drawn::Pen, later::Later, mix::Kinds, options::side};
use crate::Watcher;
use nex_coding::{
    picture::{
        BLOCK, Colour, Plane,
        block::{self, Common},
        drawn::State,
        gate, place, start,
    },
    range::{Coder, Encoder},
};
use nex_format::{
    Error, Part,
    compact::{PictureHeader, write_picture},
};
use nex_kernels::picture::{Experts, TRAINED};

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

/// Encodes a picture with answers that start at `tables` and go on learning.
#[must_use]
pub fn encode(pixels: &Pixels, settings: &Settings, tables: &mut [i16]) -> Coded {
    encode_watched(pixels, settings, tables, None, &|_| {})
}

/// [`encode`] with blocks of both kinds, telling how far it is, from 0 to 1.
pub(super) fn encode_watched(
    pixels: &Pixels,
    settings: &Settings,
    tables: &mut [i16],
    kinds: Option<&Kinds>,
    watcher: Watcher<'_>,
) -> Coded {
    let mut coder = Encoder::new();
    let (samples, planes) =
        decide(&mut coder, pixels, settings, (tables, &TRAINED), kinds, watcher);
    Coded { bytes: coder.finish(), samples, planes }
}

/// Makes all decisions, of which `coder` hears: with answers that go on learning, and with
/// experts of the post filter. Returns the decoded samples, and the planes.
pub(super) fn decide(
    coder: &mut impl Coder,
    pixels: &Pixels,
    settings: &Settings,
    (tables, experts): (&mut [i16], &Experts),
    kinds: Option<&Kinds>,
    watcher: Watcher<'_>,
) -> (Vec<u8>, Vec<PlanePair>) {
    let mut picture = Picture::new(pixels, settings, experts);
    let is_drawn = |block: usize| kinds.is_some_and(|kinds| kinds.drawn[block]);
    let fields = picture.fields(is_drawn);
    let mut state = State::new();
    let mut pen = kinds.map(|kinds| (gate::Kinds::START, Pen::new(pixels, kinds.form, &mut state)));
    let has = (settings.filtered, settings.fields > 0.0);
    let mut above = vec![Common::default(); pixels.width.div_ceil(BLOCK)];
    let columns = above.len();
    for (row, top) in (0..pixels.height).step_by(BLOCK).enumerate() {
        watcher(top as f64 / pixels.height as f64);
        let mut left = Common::default();
        for (column, above) in above.iter_mut().enumerate() {
            let (at, block) = ((BLOCK * column, top), row * columns + column);
            match &mut pen {
                None => _ = gate::kind(coder, tables, false),
                Some((kinds, pen)) => {
                    pen.step(at);
                    kinds.code(coder, [left.drawn, above.drawn], is_drawn(block));
                    if is_drawn(block) {
                        pen.block(coder, at);
                        picture.draw(at);
                        (left, *above) = (Common::DRAWN, Common::DRAWN);
                        continue;
                    }
                }
            }
            let common = Common { field: fields[block], ..Common::default() };
            let mut later = Later::default();
            picture.block(at, common, tables, &mut later);
            let common = Common { filtered: picture.leave(at, common), ..common };
            block::code(coder, tables, has, [left, *above], common);
            later.code(coder);
            if let Some((_, pen)) = &mut pen {
                pen.leave(at, |x, y| picture.pixel(x, y));
            }
            (left, *above) = (common, common);
        }
    }
    watcher(1.0);
    let mut samples = Vec::with_capacity(pixels.samples.len());
    for y in 0..pixels.height {
        for x in 0..pixels.width {
            samples.extend(&picture.pixel(x, y)[..pixels.channels]);
        }
    }
    (samples, picture.planes())
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
