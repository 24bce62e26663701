//! The forward transforms, in floats.

use nex_kernels::picture::{cosines, sines};
use std::sync::LazyLock;

/// The orthonormal waves of each size, frequency by frequency.
struct Waves {
    cosines: [Vec<f32>; 4],
    sines: [Vec<f32>; 3],
}

static WAVES: LazyLock<Waves> = LazyLock::new(|| {
    let of = |log2: u32, wave: fn(u32, usize) -> Vec<i8>| {
        let scale = 1.0 / (64.0 * f64::from(1u32 << log2).sqrt());
        let rows = (0..1usize << log2).flat_map(|u| wave(log2, u));
        rows.map(|value| (f64::from(value) * scale) as f32).collect()
    };
    let whole = |log2: u32, u: usize| {
        let half = cosines(log2, u);
        let mirrored =
            half.iter().rev().map(|&value| if u.is_multiple_of(2) { value } else { -value });
        half.iter().copied().chain(mirrored).collect()
    };
    Waves {
        cosines: std::array::from_fn(|size| of(size as u32 + 2, whole)),
        sines: std::array::from_fn(|size| of(size as u32 + 2, |log2, u| sines(log2, u).to_vec())),
    }
});

/// The weights of a square of `4 << size` pixels a side, row by row: vertical
/// frequency by vertical frequency.
pub(super) fn forward(pixels: &[f32], size: usize, sine: bool, weights: &mut [f32]) {
    match size {
        0 => square::<4>(pixels, size, sine, weights),
        1 => square::<8>(pixels, size, sine, weights),
        2 => square::<16>(pixels, size, sine, weights),
        _ => square::<32>(pixels, size, sine, weights),
    }
}

fn square<const N: usize>(pixels: &[f32], size: usize, sine: bool, weights: &mut [f32]) {
    let waves = if sine { &WAVES.sines[size] } else { &WAVES.cosines[size] };
    let (waves, _) = waves.as_chunks::<N>();
    let (pixels, _) = pixels.as_chunks::<N>();
    let (weights, _) = weights.as_chunks_mut::<N>();
    // Columns first: sums of rows, which lie side by side.
    let mut middle = [[0.0f32; N]; N];
    for (wave, to) in waves.iter().zip(&mut middle) {
        for (factor, row) in wave.iter().zip(pixels) {
            for (sum, value) in to.iter_mut().zip(row) {
                *sum += factor * value;
            }
        }
    }
    // Then rows, by the transposed waves.
    for (row, to) in middle.iter().zip(weights) {
        for (wave, to) in waves.iter().zip(to.iter_mut()) {
            let mut sums = [0.0f32; 4];
            for (a, b) in wave.as_chunks::<4>().0.iter().zip(row.as_chunks::<4>().0) {
                for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
                    *sum += a * b;
                }
            }
            *to = sums.iter().sum();
        }
    }
}
