//! What does a leaf's border say of its pixels?

use super::{
    BRIGHTEST, Border, Pixels,
    border::{CORNER, Line},
    limited,
};
use nex_coding::picture::head::{ABOVE, DIAGONAL, GRADIENT, LEFT, MEAN, PLANAR};

/// By how many 1/32 pixels a direction moves with each row (or column): from 45 degrees
/// over straight ahead, the seventh, to 45 degrees the other way, the last.
const SLOPES: [i8; 13] = [32, 24, 17, 11, 6, 2, 0, -2, -6, -11, -17, -24, -32];

/// Predicts the pixels of a square from its border, which is spoilt before the corner.
pub fn predict(mode: u8, border: &mut Border, mut out: Pixels<'_>) {
    let side = border.side();
    let log2 = side.checked_ilog2().unwrap_or(0);
    let [left, above] = border.beside();
    match mode {
        MEAN => {
            let sum: i32 = left.iter().chain(above).map(|&pixel| i32::from(pixel)).sum();
            let mean = ((sum + side as i32) >> (log2 + 1)) as i16;
            out.rows().for_each(|row| row.fill(mean));
        }
        PLANAR => {
            let after = |line: &Line| line.get(CORNER + 1 + side).copied().map_or(0, i32::from);
            let (right, below) = (after(&border.above), after(&border.left));
            let n = side as i32;
            for ((y, row), &from) in (1..).zip(out.rows()).zip(left) {
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
            let corner = i32::from(border.above[CORNER]);
            for (row, &a) in out.rows().zip(left) {
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
        _ => directed(mode, border, &mut out),
    }
}

/// Along a direction.
fn directed(mode: u8, border: &mut Border, out: &mut Pixels<'_>) {
    let side = border.side();
    // The diagonal between the two families belongs to that of above.
    let down = mode >= DIAGONAL;
    let slope = if down { ABOVE.wrapping_sub(mode) as i8 } else { mode.wrapping_sub(LEFT) as i8 };
    let slope: i32 = SLOPES.get((6 + slope) as usize).copied().unwrap_or(0).into();
    let Border { left, above, .. } = border;
    let (main, other) = if down { (above, left) } else { (left, above) };
    let smooth = side >= 16 && slope != 0;
    if smooth {
        soften(main, side);
    }
    if slope < 0 {
        if smooth {
            soften(other, side);
        }
        // Where the direction through a place beyond the corner meets the other side.
        let inverse = 8192 / -slope;
        let last = CORNER + 2 * side;
        for (i, to) in main.iter_mut().take(CORNER).rev().take(side).enumerate() {
            let at = ((i as i32 + 1) * inverse) >> 3;
            let first = CORNER + (at >> 5) as usize;
            let of = |place: usize| other.get(place.min(last)).copied().unwrap_or(0);
            *to = blend(of(first), of(first + 1), at & 31);
        }
    }
    // Where a place's direction meets the line: a pixel of it and 1/32 of the way to the
    // next. The far end is met by no part.
    let place = |across: usize| {
        let at = slope * (across as i32 + 1);
        (main.get((CORNER as i32 + 1 + (at >> 5)) as usize..).unwrap_or_default(), at & 31)
    };
    if down {
        for (y, row) in out.rows().enumerate() {
            let (line, part) = place(y);
            let Some((first, line)) = line.split_first() else { return };
            let mut before = *first;
            for (pixel, &after) in row.iter_mut().zip(line) {
                *pixel = blend(before, after, part);
                before = after;
            }
        }
    } else {
        for x in 0..side {
            let (line, part) = place(x);
            let Some((first, line)) = line.split_first() else { return };
            let mut before = *first;
            let x = (out.left + x) % 32;
            for (row, &after) in out.rows.iter_mut().zip(line) {
                if let Some(pixel) = row.get_mut(x) {
                    *pixel = blend(before, after, part);
                }
                before = after;
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
fn soften(line: &mut Line, side: usize) {
    let mut before = i32::from(line[CORNER]);
    let mut rest = line.get_mut(CORNER + 1..CORNER + 1 + 2 * side).unwrap_or_default();
    while let [here, more @ ..] = rest {
        let now = i32::from(*here);
        let after = more.first().map_or(now, |&after| after.into());
        *here = ((before + 2 * now + after + 2) >> 2) as i16;
        before = now;
        rest = more;
    }
}

/// Predicts a square of chroma as a multiple of luma: `luma` are its rows from the
/// square's first on, the borders say which multiple.
pub fn from_luma(border: &Border, luma_border: &Border, luma: Luma<'_>, mut out: Pixels<'_>) {
    let log2 = border.side().checked_ilog2().unwrap_or(0) + 1;
    let ([left, above], [luma_left, luma_above]) = (border.beside(), luma_border.beside());
    // Sums of luma, of chroma, of luma's squares, and of products: below 2^30.
    let (mut sum_l, mut sum_c, mut squares, mut products) = (0, 0, 0i32, 0i32);
    for (luma, chroma) in [(luma_left, left), (luma_above, above)] {
        for (&l, &c) in luma.iter().zip(chroma) {
            let (l, c) = (i32::from(l), i32::from(c));
            sum_l += l;
            sum_c += c;
            squares += l * l;
            products += l * c;
        }
    }
    let half = 1 << (log2 - 1);
    let (mean_l, mean_c) = ((sum_l + half) >> log2, (sum_c + half) >> log2);
    // The same of what differs from the means.
    let rest = sum_l - (mean_l << log2);
    let square = squares - mean_l * (sum_l + rest);
    let product = products - mean_l * sum_c - mean_c * rest;
    // The slope in 1/64, at most 2 either way; none where luma hardly moves.
    let slope = if square >> log2 >= 256 {
        let shift = 16u32.saturating_sub(square.leading_zeros());
        (((product >> shift) * 64) / (square >> shift).max(1)).clamp(-128, 128)
    } else {
        0
    };
    let (luma, left) = luma;
    let offset = 64 * mean_c - slope * mean_l + 32;
    for (row, luma) in out.rows().zip(luma) {
        for (pixel, &l) in row.iter_mut().zip(luma.get(left..).unwrap_or_default()) {
            *pixel = limited((slope * i32::from(l) + offset) >> 6, -i32::from(BRIGHTEST));
        }
    }
}

/// Rows of luma, and the column of the square's left edge.
pub type Luma<'l> = (&'l [[i16; 32]], usize);
