//! How does a drawn picture become a compact file, without loss?
//!
//! Which expert has a pixel follows from its colour, so there is nothing to choose but
//! the decoder's memory.

use super::{
    Pixels,
    options::{EncodeError, Encoded, psnr, sections, side, tiles},
};
use nex_coding::{
    picture::{
        BLOCK, Colour, Drawn, PictureHeader,
        drawn::{AHEAD, Form, MAX_MEMORY, MIN_MEMORY, Memory, State, block},
    },
    range::Encoder,
};
use nex_format::{Error, Part, compact::write_picture};
use rayon::prelude::*;

/// A smaller memory is taken if the file becomes larger by at most 1 / this.
const SPARED: usize = 256;

/// How a drawn picture is to be encoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DrawnOptions {
    /// log2 of the most entries that the decoder's memory may have, 4 to 16, of 5 bytes
    /// each. It gets fewer where more do not help.
    pub memory: u8,
    /// Only what a display of 16 bits shows is kept: the upper bits of colours.
    pub display: bool,
    /// The colours of pixels that are fully transparent are kept, too.
    pub hidden: bool,
    /// Pixels along the sides of tiles that are decoded each by itself: 32 times a power
    /// of two, up to 65,536. `None`: the picture is one.
    pub tile: Option<u32>,
    /// A comment for the file.
    pub comment: Option<String>,
}

impl Default for DrawnOptions {
    fn default() -> Self {
        Self { memory: 14, display: false, hidden: false, tile: None, comment: None }
    }
}

/// Encodes a drawn picture without loss, but for what the options leave out.
///
/// The same file on every machine and for every number of threads. Time: about a
/// microsecond a pixel.
///
/// # Errors
/// [`EncodeError::Format`] of a picture without pixels or with too many a side, of tiles
/// of an odd size, of a memory out of its range, of a comment that is too long.
pub fn export_drawn(pixels: &Pixels, options: &DrawnOptions) -> Result<Encoded, EncodeError> {
    if !(MIN_MEMORY..=MAX_MEMORY).contains(&options.memory) {
        return Err(Error::BadHeader(Part::Form).into());
    }
    let pixels = &if options.hidden { pixels.clone() } else { cleared(pixels) };
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
            drawn: Some(Drawn { memory, display: options.display }),
        })
    };
    // Every pixel has two entries at most.
    let (columns, rows) = header(options.memory)?.tile_size();
    let most = u64::from(columns.min(width.into())) * u64::from(rows.min(height.into())) * 2;
    let enough = most.next_power_of_two().ilog2() as u8;
    let mut memory = options.memory.min(enough.max(MIN_MEMORY));
    let mut best = file(pixels, &header(memory)?, options)?;
    let limit = best.len() + best.len() / SPARED;
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
    let psnr_db = psnr(&pixels.samples, &samples);
    Ok(Encoded { bytes: best, header, samples, psnr_db })
}

/// A picture whose transparent pixels have no colour.
fn cleared(pixels: &Pixels) -> Pixels {
    let mut pixels = pixels.clone();
    if pixels.channels.is_multiple_of(2) {
        for pixel in pixels.samples.chunks_exact_mut(pixels.channels) {
            if pixel.last() == Some(&0) {
                pixel.fill(0);
            }
        }
    }
    pixels
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
    let (width, height) = (pixels.width, pixels.height);
    let all = colours(pixels, form);
    let mut entries = (vec![0; 1 << form.memory], vec![0; 1 << form.memory]);
    let mut memory = Memory::new(form.memory, &mut entries.0, &mut entries.1);
    let mut coder = Encoder::new();
    for top in (0..height).step_by(BLOCK) {
        for left in (0..width).step_by(BLOCK) {
            let end = (left + BLOCK + AHEAD).min(width);
            let row = |y: usize| &all[y * width + left..y * width + end];
            let above = if top == 0 { [&[][..]; 2] } else { [row(top - 2), row(top - 1)] };
            state.sheet.step(left == 0, above);
            let size = ((width - left).min(BLOCK), (height - top).min(BLOCK));
            block(&mut coder, state, &mut memory, form, size, |x, y| {
                all.get((top + y) * width + left + x).copied()
            });
        }
    }
    coder.finish()
}
