//! Which colours do pixels get that nobody sees?

use super::Pixels;
use std::borrow::Cow;

/// A picture whose fully transparent pixels have the colours of what is seen around them,
/// so that they cost next to nothing and no other colour leaks in at an edge.
pub(super) fn filled(pixels: &Pixels) -> Cow<'_, Pixels> {
    let (width, height, channels) = (pixels.width, pixels.height, pixels.channels);
    let is_hidden = |pixel: &[u8]| pixel.last() == Some(&0);
    let opaque = !channels.is_multiple_of(2);
    if opaque || !pixels.samples.chunks_exact(channels).any(is_hidden) {
        return Cow::Borrowed(pixels);
    }
    let mut samples = pixels.samples.clone();
    let mut known: Vec<bool> = samples.chunks_exact(channels).map(|p| !is_hidden(p)).collect();
    let around = |at: usize| {
        let (x, y) = (at % width, at / width);
        let rows = y.saturating_sub(1)..(y + 2).min(height);
        let columns = x.saturating_sub(1)..(x + 2).min(width);
        rows.flat_map(move |y| columns.clone().map(move |x| y * width + x))
    };
    // From the edges on, ring by ring: each is the mean of those before.
    let beside = |known: &[bool]| {
        let is_next = |&at: &usize| !known[at] && around(at).any(|near| known[near]);
        (0..known.len()).filter(is_next).collect::<Vec<_>>()
    };
    let mut ring = beside(&known);
    if ring.is_empty() {
        samples.fill(0);
    }
    while !ring.is_empty() {
        let mean = |&at: &usize| {
            let (mut sums, mut count) = ([0usize; 3], 0);
            for near in around(at).filter(|&near| known[near]) {
                let colours = samples[near * channels..].iter().take(channels - 1);
                sums.iter_mut().zip(colours).for_each(|(sum, &level)| *sum += usize::from(level));
                count += 1;
            }
            sums.map(|sum| ((sum + count / 2) / count.max(1)) as u8)
        };
        let colours: Vec<[u8; 3]> = ring.iter().map(mean).collect();
        for (&at, colour) in ring.iter().zip(&colours) {
            let to = samples[at * channels..].iter_mut().take(channels - 1);
            to.zip(colour).for_each(|(to, from)| *to = *from);
        }
        ring.iter().for_each(|&at| known[at] = true);
        let mut next: Vec<usize> =
            ring.iter().flat_map(|&at| around(at)).filter(|&near| !known[near]).collect();
        next.sort_unstable();
        next.dedup();
        ring = next;
    }
    Cow::Owned(Pixels { samples, ..*pixels })
}

/// Peak signal-to-noise ratio of what is seen, in dB: of fully transparent pixels only the
/// alpha counts.
pub(super) fn psnr(original: &Pixels, decoded: &[u8]) -> f64 {
    let channels = original.channels;
    let has_alpha = channels.is_multiple_of(2);
    let pairs = original.samples.chunks_exact(channels).zip(decoded.chunks_exact(channels));
    let squares = pairs.map(|(original, decoded)| {
        let hidden = has_alpha && original.last() == Some(&0);
        let from = if hidden { channels - 1 } else { 0 };
        let both = original.iter().zip(decoded).skip(from);
        both.map(|(&a, &b)| u64::from(a.abs_diff(b)).pow(2)).sum::<u64>()
    });
    let mean = squares.sum::<u64>() as f64 / original.samples.len().max(1) as f64;
    if mean > 0.0 { 10.0 * (255.0 * 255.0 / mean).log10() } else { f64::INFINITY }
}
