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

/// [`rgb`] of a row, interleaved.
#[inline(never)]
pub fn rgb888(channels: u8, pixels: &[[u8; 4]], background: [u8; 3], out: &mut [u8]) {
    let (out, _) = out.as_chunks_mut::<3>();
    for (to, &pixel) in out.iter_mut().zip(pixels) {
        *to = rgb(channels, pixel, background);
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
pub fn rgb565(
    channels: u8,
    pixels: &[[u8; 4]],
    background: [u8; 3],
    dither: Option<(u32, u32)>,
    out: &mut [u16],
) {
    let (left, thresholds) = match dither {
        Some((left, top)) => (left as usize, core::array::from_fn(|x| ordered(x as u32, top))),
        None => (0, [32; 8]),
    };
    for (x, (to, &pixel)) in (left..).zip(out.iter_mut().zip(pixels)) {
        let threshold = thresholds.get(x % 8).copied().unwrap_or(0);
        *to = packed(rgb(channels, pixel, background), threshold);
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
#[inline]
const fn ordered(x: u32, y: u32) -> u32 {
    let (cross, mut place, mut threshold) = (x ^ y, 0, 0);
    while place < 3 {
        threshold = threshold << 2 | (cross >> place & 1) << 1 | (y >> place & 1);
        place += 1;
    }
    threshold
}
