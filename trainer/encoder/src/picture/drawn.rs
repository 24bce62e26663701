//! How does a drawn picture become a compact file, without loss?
//!
//! Which expert has a pixel follows from its colour, so there is nothing to choose but
//! the decoder's memory.

use super::{
    Pixels, hidden,
    options::{EncodeError, Encoded, sections, side, tiles},
    pixels::clear_hidden,
};
use nex_coding::{
    picture::{
        BLOCK, Colour, Drawn, PictureHeader,
        drawn::{AHEAD, Form, MAX_MEMORY, MIN_MEMORY, Memory, State, block},
    },
    range::{Coder, Encoder},
};
use nex_format::{Error, Part, compact::write_picture};
use rayon::prelude::*;

/// A smaller memory is taken if the file becomes larger by at most 1 / this.
const SPARED: usize = 256;

/// How a drawn picture is to be encoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DrawnOptions {
    /// log2 of the most entries that the decoder's memory may have, 4 to 16, of 5 bytes
    /// each (3 of a display's without alpha). It gets fewer where more do not help.
    pub memory: u8,
    /// Only what a display of 16 bits shows is kept: the upper bits of colours.
    pub display: bool,
    /// The colours of pixels that are fully transparent are kept, too.
    pub hidden: bool,
    /// Pixels along the sides of tiles that are decoded each by itself: 32 times a power
    /// of two, up to 65,536. `None`: the picture is one.
    pub tile: Option<u32>,
    /// Bytes of the whole file that are never exceeded.
    pub limit: Option<usize>,
    /// A comment for the file.
    pub comment: Option<String>,
}

impl Default for DrawnOptions {
    fn default() -> Self {
        Self { memory: 14, display: false, hidden: false, tile: None, limit: None, comment: None }
    }
}

/// Encodes a drawn picture without loss, but for what the options leave out.
///
/// The same file on every machine and for every number of threads. Time: about a
/// microsecond a pixel, several where a smaller memory is found to do.
///
/// # Errors
/// [`EncodeError::DoesNotFit`] if the file has more bytes than the limit.
/// [`EncodeError::Format`] of a picture without pixels or with too many a side, of tiles
/// of an odd size, of a memory out of its range, of a comment that is too long.
pub fn export_drawn(pixels: &Pixels, options: &DrawnOptions) -> Result<Encoded, EncodeError> {
    if !(MIN_MEMORY..=MAX_MEMORY).contains(&options.memory) {
        return Err(Error::BadHeader(Part::Form).into());
    }
    let mut pixels = pixels.clone();
    if !options.hidden {
        clear_hidden(&mut pixels.samples, pixels.channels);
    }
    let pixels = &pixels;
    let (width, height) = (side(pixels.width)?, side(pixels.height)?);
    let header = |memory| -> Result<PictureHeader, Error> {
        Ok(PictureHeader {
            width,
            height,
            channels: pixels.channels as u8,
            colour: Colour::YCoCg,
            tile: tiles(options.tile, [width, height])?,
            step: 0,
            chroma: [0, 0],
            falloff: 0,
            filtered: false,
            fielded: false,
            drawn: Some(Drawn { memory, display: options.display, mixed: false }),
        })
    };
    let mut memory = options.memory.min(enough(&header(options.memory)?));
    let mut best = file(pixels, &header(memory)?, options)?;
    let most = options.limit.unwrap_or(usize::MAX);
    if best.len() > most {
        return Err(EncodeError::DoesNotFit { limit: most, smallest: best.len() });
    }
    let limit = most.min(best.len() + (best.len() / SPARED).max(1));
    while memory > MIN_MEMORY {
        let smaller = file(pixels, &header(memory - 1)?, options)?;
        if smaller.len() > limit {
            break;
        }
        (memory, best) = (memory - 1, smaller);
    }
    let header = header(memory)?;
    let samples = match header.form() {
        Some(form) => shown(pixels, form),
        None => Vec::new(),
    };
    let psnr_db = hidden::psnr(pixels, &samples);
    Ok(Encoded { bytes: best, header, samples, psnr_db })
}

/// log2 of the most entries that help: every pixel has two at most.
pub(super) fn enough(header: &PictureHeader) -> u8 {
    let (columns, rows) = header.tile_size();
    let pixels =
        u64::from(columns.min(header.width.into())) * u64::from(rows.min(header.height.into()));
    ((2 * pixels).next_power_of_two().ilog2() as u8).clamp(MIN_MEMORY, MAX_MEMORY)
}

/// The samples that a decoder gives.
fn shown(pixels: &Pixels, form: Form) -> Vec<u8> {
    let colours = colours(pixels, form).into_iter();
    colours.flat_map(|colour| form.samples(colour).into_iter().take(pixels.channels)).collect()
}

/// The colours of all pixels.
fn colours(pixels: &Pixels, form: Form) -> Vec<u32> {
    let of = |pixel: &[u8]| {
        let mut samples = [0; 4];
        samples[..pixel.len()].copy_from_slice(pixel);
        form.colour(samples)
    };
    pixels.samples.chunks_exact(pixels.channels).map(of).collect()
}

fn file(pixels: &Pixels, header: &PictureHeader, options: &DrawnOptions) -> Result<Vec<u8>, Error> {
    let form = header.form().ok_or(Error::BadHeader(Part::Form))?;
    let tile = |index| {
        let part = pixels.part(&header.tile_at(index));
        encode_drawn(&part, form, &mut State::new())
    };
    let tiles: Vec<Vec<u8>> = (0..header.tiles()).into_par_iter().map(tile).collect();
    write_picture(header, &sections(options.comment.as_deref()), &tiles)
}

/// Encodes a tile from a state on that [began](State::begin) before.
#[must_use]
pub fn encode_drawn(pixels: &Pixels, form: Form, state: &mut State) -> Vec<u8> {
    let mut pen = Pen::new(pixels, form, state);
    let mut coder = Encoder::new();
    for top in (0..pixels.height).step_by(BLOCK) {
        for left in (0..pixels.width).step_by(BLOCK) {
            pen.step((left, top));
            pen.block(&mut coder, (left, top));
        }
    }
    coder.finish()
}

/// Codes drawn blocks of a tile.
pub(super) struct Pen<'s> {
    form: Form,
    width: usize,
    height: usize,
    /// Those of all pixels: what was decoded, then what is given.
    colours: Vec<u32>,
    entries: (Vec<u32>, Vec<u8>),
    state: &'s mut State,
}

impl<'s> Pen<'s> {
    /// From a state on that [began](State::begin) before.
    pub fn new(pixels: &Pixels, form: Form, state: &'s mut State) -> Self {
        let (width, height) = (pixels.width, pixels.height);
        let entries = (vec![0; Memory::colours_len(form)], vec![0; 1 << form.memory]);
        Self { form, width, height, colours: colours(pixels, form), entries, state }
    }

    /// To the block at a corner.
    pub fn step(&mut self, (left, top): (usize, usize)) {
        let end = (left + BLOCK + AHEAD).min(self.width);
        let row = |y: usize| &self.colours[y * self.width..][left..end];
        let above = if top == 0 { [&[][..]; 2] } else { [row(top - 2), row(top - 1)] };
        self.state.sheet.step(left == 0, above);
    }

    /// Columns and rows of a block.
    fn size(&self, (left, top): (usize, usize)) -> (usize, usize) {
        ((self.width - left).min(BLOCK), (self.height - top).min(BLOCK))
    }

    /// Codes it.
    pub fn block(&mut self, coder: &mut impl Coder, (left, top): (usize, usize)) {
        let size = self.size((left, top));
        let Self { form, width, colours, entries, .. } = self;
        let mut memory = Memory::new(*form, &mut entries.0, &mut entries.1);
        block(coder, self.state, &mut memory, *form, size, |x, y| {
            colours.get((top + y) * *width + left + x).copied()
        });
    }

    /// The block is not drawn: what those after it will know of it, of the samples of the
    /// tile's pixels by column and row.
    pub fn leave(&mut self, at: (usize, usize), pixel: impl Fn(usize, usize) -> [u8; 4]) {
        let (width, height) = self.size(at);
        for y in at.1..at.1 + height {
            for x in at.0..at.0 + width {
                self.colours[y * self.width + x] = self.form.colour(pixel(x, y));
            }
        }
        self.pass(at);
    }

    /// Likewise if it is as it is given.
    pub fn pass(&mut self, (left, top): (usize, usize)) {
        let inside = self.size((left, top));
        let colours = &self.colours;
        self.state.sheet.leave(|x, y| match (x < inside.0, y < inside.1) {
            (true, true) => colours[(top + y) * self.width + left + x],
            _ => 0,
        });
    }
}
