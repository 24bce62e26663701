//! Planes of brightness and chroma, and red, green and blue.

use super::FRACTION;
use nex_coding::picture::Colour;

/// The planes of a pixel, with [`FRACTION`] fractional bits.
#[must_use]
pub fn to_planes(colour: Colour, [r, g, b]: [u8; 3]) -> [i16; 3] {
    let [r, g, b] = [r, g, b].map(|c| i32::from(c) << FRACTION);
    let rounded = |sum: i32, of: i32| ((2 * sum + of).div_euclid(2 * of)) as i16;
    match colour {
        Colour::YCoCg => [rounded(r + 2 * g + b, 4), rounded(r - b, 2), rounded(2 * g - r - b, 4)],
        Colour::Orthogonal => [rounded(r + g + b, 3), rounded(r - b, 2), rounded(2 * g - r - b, 6)],
    }
}

/// A level of a pixel's plane without its fractional bits.
#[must_use]
#[inline]
pub fn level(value: i32) -> u8 {
    ((value + (1 << (FRACTION - 1))) >> FRACTION).clamp(0, 255) as u8
}

/// The colours of a pixel.
#[must_use]
#[inline]
pub fn to_rgb(colour: Colour, planes: [i16; 3]) -> [u8; 3] {
    let [y, co, cg] = planes.map(i32::from);
    let green = match colour {
        Colour::YCoCg => cg,
        Colour::Orthogonal => 2 * cg,
    };
    [level(y + co - cg), level(y + green), level(y - co - cg)]
}
