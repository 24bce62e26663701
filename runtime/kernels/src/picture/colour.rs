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

/// A row of one of the planes of pixels that have so many samples: the `index`th. It is
/// exact: the planes' [samples](to_samples) are those that were given.
pub fn samples_to_row(
    colour: Colour,
    (channels, index): (usize, usize),
    samples: &[[u8; 4]],
    row: &mut [i16],
) {
    let pixels = row.iter_mut().zip(samples);
    let flat = |sample: u8| i16::from(sample) << FRACTION;
    match (channels, index) {
        (1 | 2, 0) => pixels.for_each(|(to, &[gray, ..])| *to = flat(gray)),
        (1 | 2, _) => pixels.for_each(|(to, &[_, alpha, ..])| *to = flat(alpha)),
        (_, 0..3) => pixels.for_each(|(to, &[r, g, b, _])| {
            *to = to_planes(colour, [r, g, b]).get(index).copied().unwrap_or(0);
        }),
        _ => pixels.for_each(|(to, &[.., alpha])| *to = flat(alpha)),
    }
}

/// A level of a pixel's plane without its fractional bits.
#[inline]
fn level(value: i32) -> u8 {
    ((value + (1 << (FRACTION - 1))) >> FRACTION).clamp(0, 255) as u8
}

/// The samples of a pixel of so many planes, zeros after them.
#[must_use]
#[inline]
pub fn to_samples(colour: Colour, planes: &[i16]) -> [u8; 4] {
    let flat = |&value: &i16| level(value.into());
    match planes {
        [gray] => [flat(gray), 0, 0, 0],
        [gray, alpha] => [flat(gray), flat(alpha), 0, 0],
        &[luma, co, cg, ref rest @ ..] => {
            let [r, g, b] = to_rgb(twice(colour), [luma, co, cg]);
            [r, g, b, rest.first().map_or(0, flat)]
        }
        [] => [0; 4],
    }
}

/// Likewise of a row's pixels, of as many planes as there are `rows` that are not empty.
#[inline(never)]
pub fn row_to_samples(colour: Colour, rows: [&[i16]; 4], out: &mut [[u8; 4]]) {
    let flat = |&value: &i16| level(value.into());
    match rows {
        [gray, [], ..] => {
            out.iter_mut().zip(gray).for_each(|(to, gray)| *to = [flat(gray), 0, 0, 0]);
        }
        [gray, alpha, [], _] => {
            let pixels = out.iter_mut().zip(gray).zip(alpha);
            pixels.for_each(|((to, gray), alpha)| *to = [flat(gray), flat(alpha), 0, 0]);
        }
        [luma, co, cg, alpha] => {
            let twice = twice(colour);
            for (((to, &luma), &co), &cg) in out.iter_mut().zip(luma).zip(co).zip(cg) {
                let [r, g, b] = to_rgb(twice, [luma, co, cg]);
                // A word at once.
                *to = (u32::from(r) | u32::from(g) << 8 | u32::from(b) << 16).to_le_bytes();
            }
            for ([.., to], alpha) in out.iter_mut().zip(alpha) {
                *to = flat(alpha);
            }
        }
    }
}

/// By how many bits the second chroma plane is more in green.
#[inline]
const fn twice(colour: Colour) -> u32 {
    matches!(colour, Colour::Orthogonal) as u32
}

/// The colours of a pixel.
#[inline]
fn to_rgb(twice: u32, planes: [i16; 3]) -> [u8; 3] {
    let [y, co, cg] = planes.map(i32::from);
    [level(y + co - cg), level(y + (cg << twice)), level(y - co - cg)]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Colours come back from their planes, and so do gray and alpha.
    #[test]
    #[allow(clippy::indexing_slicing)]
    fn planes_have_all_colours() {
        for colour in [Colour::YCoCg, Colour::Orthogonal] {
            for r in (0..=255).step_by(17) {
                for g in 0..=255 {
                    let samples: [_; 52] = core::array::from_fn(|b| [r, g, 5 * b as u8, r ^ g]);
                    for channels in 1..=4 {
                        let mut planes = [[0; 52]; 4];
                        for (index, row) in planes.iter_mut().enumerate().take(channels) {
                            samples_to_row(colour, (channels, index), &samples, row);
                        }
                        for (i, given) in samples.iter().enumerate() {
                            let pixel = planes.map(|row| row[i]);
                            let got = to_samples(colour, &pixel[..channels]);
                            assert_eq!(got[..channels], given[..channels]);
                        }
                    }
                }
            }
        }
    }
}
