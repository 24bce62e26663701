//! How do samples become what a display takes? Row by row.

/// Red, green and blue of a pixel of so many channels, over a background where it has
/// alpha.
#[must_use]
#[inline]
pub fn rgb(channels: u8, [a, b, c, d]: [u8; 4], background: [u8; 3]) -> [u8; 3] {
    let (colours, alpha) = match channels {
        1 => return [a; 3],
        2 => ([a; 3], b),
        3 => return [a, b, c],
        _ => ([a, b, c], d),
    };
    let [r, g, b] = colours;
    let [below_r, below_g, below_b] = background;
    let mix = |over: u8, below: u8| {
        let sum =
            u32::from(over) * u32::from(alpha) + u32::from(below) * (255 - u32::from(alpha)) + 127;
        // A division by 255: exact for all sums of 16 bits.
        ((sum + 1 + (sum >> 8)) >> 8) as u8
    };
    [mix(r, below_r), mix(g, below_g), mix(b, below_b)]
}

/// [`rgb`] of a row's pixels, in place.
#[inline(never)]
pub fn flatten(channels: u8, pixels: &mut [[u8; 4]], background: [u8; 3]) {
    if channels != 3 {
        for pixel in pixels {
            let [r, g, b] = rgb(channels, *pixel, background);
            *pixel = [r, g, b, 0];
        }
    }
}

/// Red, green and blue of a row, interleaved.
#[inline(never)]
pub fn rgb888(pixels: &[[u8; 4]], out: &mut [u8]) {
    let (out, _) = out.as_chunks_mut::<3>();
    for (to, &[r, g, b, _]) in out.iter_mut().zip(pixels) {
        *to = [r, g, b];
    }
}

/// A row's samples without the zeros after them, interleaved.
#[inline(never)]
pub fn interleaved(channels: u8, pixels: &[[u8; 4]], out: &mut [u8]) {
    fn each<const N: usize>(pixels: &[[u8; 4]], out: &mut [u8]) {
        let (out, _) = out.as_chunks_mut::<N>();
        for (to, from) in out.iter_mut().zip(pixels) {
            to.iter_mut().zip(from).for_each(|(to, &from)| *to = from);
        }
    }
    match channels {
        1 => each::<1>(pixels, out),
        2 => each::<2>(pixels, out),
        3 => each::<3>(pixels, out),
        _ => each::<4>(pixels, out),
    }
}

/// A row in 16 bits a pixel: five of red, the highest, six of green, five of blue.
/// `dither` is the place of its first pixel in the picture: what the bits lack is spread
/// over the pixels around.
#[inline(never)]
pub fn rgb565(pixels: &[[u8; 4]], dither: Option<(u32, u32)>, out: &mut [u16]) {
    let (left, top) = dither.unwrap_or_default();
    let thresholds = match ORDERED.get(top as usize % 8) {
        Some(row) if dither.is_some() => row,
        _ => &[32; 8],
    };
    for ((to, &[r, g, b, _]), x) in out.iter_mut().zip(pixels).zip(left as usize..) {
        let threshold = thresholds.get(x % 8).copied().unwrap_or(0);
        *to = packed([r, g, b], threshold.into());
    }
}

/// 255 parts become 31 or 63; 64 thresholds decide between two levels.
#[inline]
fn packed([r, g, b]: [u8; 3], threshold: u32) -> u16 {
    let to = |level: u8, most| ((spread(level, most) + threshold) >> 6) as u16;
    to(r, 31) << 11 | to(g, 63) << 5 | to(b, 31)
}

/// A level times `64 most / 255`, rounded down; `most` is at most 63.
#[inline]
const fn spread(level: u8, most: u32) -> u32 {
    (level as u32 * (64 * most * (1 << 16) / 255 + 1)) >> 16
}

const _: () = {
    let mut level = 0;
    while level < 256 {
        assert!(spread(level as u8, 31) == level * 31 * 64 / 255);
        assert!(spread(level as u8, 63) == level * 63 * 64 / 255);
        level += 1;
    }
};

/// Bayer's matrix of 8 x 8, 0 to 63: the bits of `x ^ y` and of `y`, interleaved and
/// reversed.
const fn ordered(x: usize, y: usize) -> u8 {
    let (cross, mut place, mut threshold) = (x ^ y, 0, 0);
    while place < 3 {
        threshold = threshold << 2 | ((cross >> place & 1) << 1 | (y >> place & 1)) as u8;
        place += 1;
    }
    threshold
}

/// By row and column.
#[allow(clippy::indexing_slicing)] // by the compiler
static ORDERED: [[u8; 8]; 8] = {
    let mut rows = [[0; 8]; 8];
    let mut place = 0;
    while place < 64 {
        rows[place / 8][place % 8] = ordered(place % 8, place / 8);
        place += 1;
    }
    rows
};
