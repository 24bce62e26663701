//! A picture's pixels, and their planes.

use crate::math::log2;
use nex_coding::picture::{Colour, Tile};
use nex_kernels::picture::{FRACTION, to_planes};

/// A picture: 8 bits a sample, interleaved, 1 to 4 of them a pixel: gray; gray and
/// alpha; red, green, blue; these and alpha.
#[derive(Clone, Debug)]
pub struct Pixels {
    /// From left to right.
    pub width: usize,
    /// From top to bottom.
    pub height: usize,
    /// Samples of a pixel.
    pub channels: usize,
    /// All samples.
    pub samples: Vec<u8>,
}

/// Channels that say nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Idle {
    /// Alpha that is opaque everywhere.
    pub alpha: bool,
    /// Red, green and blue that are the same everywhere.
    pub colours: bool,
}

/// The samples without channels that say nothing, and how many they have: opaque alpha
/// is left out, and gray stored once.
#[must_use]
pub fn essential(samples: Vec<u8>, channels: usize) -> (Vec<u8>, usize, Idle) {
    let pixels = || samples.chunks_exact(channels.max(1));
    let has_alpha = channels.is_multiple_of(2);
    let idle = Idle {
        alpha: has_alpha && pixels().all(|pixel| pixel.last() == Some(&u8::MAX)),
        colours: channels > 2 && pixels().all(|p| p[0] == p[1] && p[1] == p[2]),
    };
    if !idle.alpha && !idle.colours {
        return (samples, channels, idle);
    }
    let colours = if idle.colours { 1 } else { channels - usize::from(has_alpha) };
    let alpha = if has_alpha && !idle.alpha { channels - 1..channels } else { 0..0 };
    let mut kept = Vec::with_capacity(samples.len());
    for pixel in pixels() {
        kept.extend_from_slice(&pixel[..colours]);
        kept.extend_from_slice(&pixel[alpha.clone()]);
    }
    (kept, colours + alpha.len(), idle)
}

/// Takes the colours from pixels that are fully transparent.
pub fn clear_hidden(samples: &mut [u8], channels: usize) {
    if channels.is_multiple_of(2) {
        let pixels = samples.chunks_exact_mut(channels.max(1));
        pixels.filter(|pixel| pixel.last() == Some(&0)).for_each(|pixel| pixel.fill(0));
    }
}

/// One plane, continued beyond its edges to whole blocks.
#[derive(Clone, Debug)]
pub(super) struct Source {
    /// Pixels of a row.
    pub stride: usize,
    /// With [`FRACTION`] fractional bits.
    pub pixels: Vec<i16>,
}

impl Source {
    /// The mean logarithm of how much the 4 x 4 pixels of the block at a corner vary, in
    /// octaves of their deviation.
    pub(super) fn activity(&self, (left, top): (usize, usize)) -> f32 {
        let one = |cell: usize| {
            let (x, y) = (left + cell % 8 * 4, top + cell / 8 * 4);
            let pixels = (0..16).map(|i| self.pixels[(y + i / 4) * self.stride + x + i % 4]);
            let (sum, squares) = pixels.fold((0.0f32, 0.0f32), |(sum, squares), pixel| {
                let level = f32::from(pixel) / f32::from(1u16 << FRACTION);
                (sum + level, squares + level * level)
            });
            let variance = (squares - sum * sum / 16.0).max(0.0) / 16.0;
            0.5 * log2(1.0 + f64::from(variance)) as f32
        };
        (0..64).map(one).sum::<f32>() / 64.0
    }
}

impl Pixels {
    /// A tile.
    pub(super) fn part(&self, tile: &Tile) -> Self {
        let (width, height) = (tile.width as usize, tile.height as usize);
        let rows = self.rows(&self.samples, tile).flatten().copied();
        Self { width, height, channels: self.channels, samples: rows.collect() }
    }

    /// Puts a tile's samples where they belong among all.
    pub(super) fn put(&self, samples: &mut [u8], tile: &Tile, part: &[u8]) {
        let len = tile.width as usize * self.channels;
        let (left, stride) = (tile.left as usize * self.channels, self.width * self.channels);
        let rows = samples.chunks_exact_mut(stride).skip(tile.top as usize);
        for (row, part) in rows.zip(part.chunks_exact(len)) {
            row[left..left + len].copy_from_slice(part);
        }
    }

    /// The rows of a tile.
    fn rows<'s>(&self, samples: &'s [u8], tile: &Tile) -> impl Iterator<Item = &'s [u8]> {
        let len = tile.width as usize * self.channels;
        let (left, stride) = (tile.left as usize * self.channels, self.width * self.channels);
        let rows = samples.chunks_exact(stride).skip(tile.top as usize);
        rows.take(tile.height as usize).map(move |row| &row[left..left + len])
    }

    /// The planes in the order in which they are coded.
    pub(super) fn planes(&self, colour: Colour) -> Vec<Source> {
        let (columns, rows) = (self.width.next_multiple_of(32), self.height.next_multiple_of(32));
        let mut planes =
            vec![Source { stride: columns, pixels: vec![0; columns * rows] }; self.channels];
        for y in 0..rows {
            for x in 0..columns {
                let at = y.min(self.height - 1) * self.width + x.min(self.width - 1);
                let samples = &self.samples[at * self.channels..][..self.channels];
                let mut put = |plane: usize, value| {
                    planes[plane].pixels[y * columns + x] = value;
                };
                let flat = |sample: u8| i16::from(sample) << FRACTION;
                match *samples {
                    [gray] => put(0, flat(gray)),
                    [gray, alpha] => {
                        put(0, flat(gray));
                        put(1, flat(alpha));
                    }
                    [r, g, b, ref rest @ ..] => {
                        let colours = to_planes(colour, [r, g, b]);
                        colours.iter().enumerate().for_each(|(plane, &value)| put(plane, value));
                        rest.iter().for_each(|&alpha| put(3, flat(alpha)));
                    }
                    [] => {}
                }
            }
        }
        planes
    }
}
