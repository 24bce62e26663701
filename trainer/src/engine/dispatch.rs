//! Which instructions may the hot loops use? The engine's only unsafe code.

use super::sine::{Sine, sine_and_slope_body};
use gemm::Parallelism;

#[cfg(target_arch = "x86_64")]
#[derive(Clone, Copy)]
enum Level {
    Portable,
    Avx2,
    Avx512,
}

#[cfg(target_arch = "x86_64")]
fn level() -> Level {
    // The macro caches the processor's answer.
    if is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512dq") {
        Level::Avx512
    } else if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
        Level::Avx2
    } else {
        Level::Portable
    }
}

#[cfg(target_arch = "x86_64")]
pub(super) fn sine_and_slope(
    values: &mut [f32],
    slopes: &mut [f32],
    scale: (f32, f32),
    sine: Sine,
) {
    #[target_feature(enable = "avx512f,avx512dq,avx512vl,avx2,fma")]
    fn avx512(values: &mut [f32], slopes: &mut [f32], scale: (f32, f32), sine: Sine) {
        sine_and_slope_body::<true>(values, slopes, scale, sine);
    }
    #[target_feature(enable = "avx2,fma")]
    fn avx2(values: &mut [f32], slopes: &mut [f32], scale: (f32, f32), sine: Sine) {
        sine_and_slope_body::<true>(values, slopes, scale, sine);
    }
    match level() {
        // SAFETY: `level` found the features (AVX-512DQ processors have VL,
        // AVX2 and FMA).
        Level::Avx512 => unsafe { avx512(values, slopes, scale, sine) },
        // SAFETY: `level` found the features.
        Level::Avx2 => unsafe { avx2(values, slopes, scale, sine) },
        Level::Portable => sine_and_slope_body::<false>(values, slopes, scale, sine),
    }
}

#[cfg(not(target_arch = "x86_64"))]
pub(super) fn sine_and_slope(
    values: &mut [f32],
    slopes: &mut [f32],
    scale: (f32, f32),
    sine: Sine,
) {
    sine_and_slope_body::<false>(values, slopes, scale, sine);
}

/// A matrix in a slice: `data[row * row_stride + column * column_stride]`.
#[derive(Clone, Copy)]
pub(super) struct Matrix<'a> {
    pub data: &'a [f32],
    pub row_stride: usize,
    pub column_stride: usize,
}

impl<'a> Matrix<'a> {
    /// Row-major with `columns` columns.
    pub fn new(data: &'a [f32], columns: usize) -> Self {
        Self { data, row_stride: columns, column_stride: 1 }
    }

    /// The transpose of a row-major matrix with `columns` columns.
    pub fn transposed(data: &'a [f32], columns: usize) -> Self {
        Self { data, row_stride: 1, column_stride: columns }
    }

    fn holds(&self, rows: usize, columns: usize) -> bool {
        rows == 0
            || columns == 0
            || (rows - 1) * self.row_stride + (columns - 1) * self.column_stride < self.data.len()
    }
}

/// `out = a b` (or `out += a b`), out `[m, n]` row-major, a `[m, k]`, b `[k, n]`.
///
/// # Panics
/// If a slice is too short for its shape.
pub(super) fn multiply(
    (m, n, k): (usize, usize, usize),
    out: &mut [f32],
    add: bool,
    a: Matrix<'_>,
    b: Matrix<'_>,
) {
    assert!(out.len() >= m * n && a.holds(m, k) && b.holds(k, n), "matrix of the wrong size");
    // SAFETY: every element addressed lies inside its slice by the assertion;
    // `out` is borrowed mutably, so it overlaps neither operand.
    unsafe {
        gemm::gemm(
            m,
            n,
            k,
            out.as_mut_ptr(),
            1,
            n as isize,
            add,
            a.data.as_ptr(),
            a.column_stride as isize,
            a.row_stride as isize,
            b.data.as_ptr(),
            b.column_stride as isize,
            b.row_stride as isize,
            1.0f32,
            1.0f32,
            false,
            false,
            false,
            Parallelism::None,
        );
    }
}
