//! What does a leaf's border say of its pixels?

use super::{Border, within};
use nex_coding::picture::head::{ABOVE, DIAGONAL, GRADIENT, LEFT, MEAN, PLANAR};

/// By how many 1/32 pixels a direction moves with each row (or column): from 45 degrees
/// over straight ahead, the seventh, to 45 degrees the other way, the last.
const SLOPES: [i32; 13] = [32, 24, 17, 11, 6, 2, 0, -2, -6, -11, -17, -24, -32];

/// Predicts the pixels of a square from its border; `out` is the square, row by row.
pub fn predict<'a>(mode: u8, border: &Border, out: impl Iterator<Item = &'a mut [i16]>) {
    let (left, above) = (border.left(), border.above());
    let side = left.len() / 2;
    let log2 = side.checked_ilog2().unwrap_or(0);
    let of = |line: &[i16], i: usize| line.get(i).copied().map_or(0, i32::from);
    match mode {
        MEAN => {
            let pixels = left.iter().take(side).chain(above.iter().take(side));
            let sum: i32 = pixels.map(|&pixel| i32::from(pixel)).sum();
            let mean = ((sum + side as i32) >> (log2 + 1)) as i16;
            out.for_each(|row| row.fill(mean));
        }
        PLANAR => {
            let (right, below) = (of(above, side), of(left, side));
            let n = side as i32;
            for ((y, row), &from) in (1..).zip(out).zip(left) {
                // n times the pixel to the left, and what is added with each column.
                let from = i32::from(from);
                let (mut across, more) = (n * from + n + y * below, right - from);
                for (pixel, &over) in row.iter_mut().zip(above) {
                    across += more;
                    *pixel = ((across + (n - y) * i32::from(over)) >> (log2 + 1)) as i16;
                }
            }
        }
        GRADIENT => {
            let corner = i32::from(border.corner);
            for (row, &a) in out.zip(left) {
                let a = i32::from(a);
                for (pixel, &b) in row.iter_mut().zip(above) {
                    let b = i32::from(b);
                    // Whichever is nearest to a + b - corner.
                    let (da, db, dc) =
                        ((b - corner).abs(), (a - corner).abs(), (a + b - 2 * corner).abs());
                    let nearest = if da <= db && da <= dc {
                        a
                    } else if db <= dc {
                        b
                    } else {
                        corner
                    };
                    *pixel = nearest as i16;
                }
            }
        }
        _ => directed(mode, border, side, out),
    }
}

/// Along a direction.
fn directed<'a>(mode: u8, border: &Border, side: usize, out: impl Iterator<Item = &'a mut [i16]>) {
    // The diagonal between the two families belongs to that of above.
    let down = mode >= DIAGONAL;
    let slope = if down { ABOVE.wrapping_sub(mode) as i8 } else { mode.wrapping_sub(LEFT) as i8 };
    let slope = SLOPES.get((6 + slope) as usize).copied().unwrap_or(0);
    let (main, other) =
        if down { (border.above(), border.left()) } else { (border.left(), border.above()) };
    // The border as one line: `side` pixels round the corner, the corner, then the main side.
    let mut line = [0i16; 32 + 1 + 64];
    let smooth = side >= 16 && slope != 0;
    let (round, ahead) = line.split_at_mut(32);
    let [corner, ahead @ ..] = ahead else { return };
    *corner = border.corner;
    ahead.iter_mut().zip(main).for_each(|(to, from)| *to = *from);
    if smooth {
        soften(border.corner, main, ahead);
    }
    if slope < 0 {
        let mut soft = [0i16; 64];
        let other = if smooth {
            soften(border.corner, other, &mut soft);
            soft.get(..other.len()).unwrap_or_default()
        } else {
            other
        };
        // Where the direction through a place beyond the corner meets the other side.
        let inverse = 8192 / -slope;
        for (i, to) in round.iter_mut().rev().take(side).enumerate() {
            let at = (((i as i32 + 1) * inverse) >> 3) - 32;
            let (whole, part) = (at >> 5, at & 31);
            let of = |i: i32| match i {
                ..0 => i32::from(border.corner),
                _ => other.get(i as usize).or(other.last()).copied().map_or(0, i32::from),
            };
            *to = ((of(whole) * (32 - part) + of(whole + 1) * part + 16) >> 5) as i16;
        }
    }
    // Where a place's direction meets the line: a pixel of it and 1/32 of the way to the
    // next. The far end is met by no part.
    let place = |across: usize| {
        let at = slope * (across as i32 + 1);
        (((at >> 5) + 33) as usize, at & 31)
    };
    if down {
        for (y, row) in out.enumerate() {
            let (first, part) = place(y);
            let Some(line) = line.get(first..) else { return };
            let after = line.iter().skip(1).chain(&[0]);
            for (pixel, (&a, &b)) in row.iter_mut().zip(line.iter().zip(after)) {
                *pixel = blend(a, b, part);
            }
        }
    } else {
        let mut places = [(0, 0); 32];
        places.iter_mut().enumerate().take(side).for_each(|(x, to)| *to = place(x));
        for (y, row) in out.enumerate() {
            for (pixel, &(first, part)) in row.iter_mut().zip(&places) {
                let of = |i: usize| line.get(i).copied().unwrap_or(0);
                *pixel = blend(of(first + y), of(first + y + 1), part);
            }
        }
    }
}

/// So many 1/32 of the way from one to another.
#[inline]
fn blend(from: i16, to: i16, part: i32) -> i16 {
    let (from, to) = (i32::from(from), i32::from(to));
    ((32 * from + (to - from) * part + 16) >> 5) as i16
}

/// A side of the border, each pixel with those beside it (1 2 1).
fn soften(corner: i16, from: &[i16], to: &mut [i16]) {
    let mut before = i32::from(corner);
    for (i, (to, here)) in to.iter_mut().zip(from).enumerate() {
        let after = from.get(i + 1).unwrap_or(here);
        *to = ((before + 2 * i32::from(*here) + i32::from(*after) + 2) >> 2) as i16;
        before = (*here).into();
    }
}

/// Predicts a square of chroma as a multiple of luma: `luma` is its square, the borders
/// say which multiple.
pub fn from_luma<'l, 'a>(
    border: &Border,
    luma_border: &Border,
    luma: impl Iterator<Item = &'l [i16]>,
    out: impl Iterator<Item = &'a mut [i16]>,
) {
    let side = border.left().len() / 2;
    let log2 = side.checked_ilog2().unwrap_or(0) + 1;
    let pairs = || {
        luma_border
            .left()
            .iter()
            .zip(border.left())
            .take(side)
            .chain(luma_border.above().iter().zip(border.above()).take(side))
            .map(|(&l, &c)| (i32::from(l), i32::from(c)))
    };
    let (mut sum_l, mut sum_c) = (0, 0);
    pairs().for_each(|(l, c)| {
        sum_l += l;
        sum_c += c;
    });
    let half = 1 << (log2 - 1);
    let (mean_l, mean_c) = ((sum_l + half) >> log2, (sum_c + half) >> log2);
    let (mut square, mut product) = (0i32, 0i32);
    pairs().for_each(|(l, c)| {
        square += (l - mean_l) * (l - mean_l);
        product += (l - mean_l) * (c - mean_c);
    });
    // The slope in 1/64, at most 2 either way; none where luma hardly moves.
    let slope = if square >> log2 >= 256 {
        let shift = 16u32.saturating_sub(square.leading_zeros());
        (((product >> shift) * 64) / (square >> shift).max(1)).clamp(-128, 128)
    } else {
        0
    };
    for (row, luma) in out.zip(luma) {
        for (pixel, &l) in row.iter_mut().zip(luma) {
            *pixel = within(mean_c + ((slope * (i32::from(l) - mean_l) + 32) >> 6), true);
        }
    }
}
