//! A picture's pixels, and their planes.

use nex_coding::picture::Colour;
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

/// One plane, continued beyond its edges to whole blocks.
#[derive(Clone, Debug)]
pub(super) struct Source {
    /// Pixels of a row.
    pub stride: usize,
    /// With [`FRACTION`] fractional bits.
    pub pixels: Vec<i16>,
}

impl Pixels {
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
