//! A leaf's weights as pixels: inverse transforms by small integers.
//!
//! The matrix is the specification: what is summed is exact, whatever the order.

use super::{FRACTION, within};
use nex_coding::{picture::MAX_STEP, tables::mantissa};

/// Weights along a side at most.
const SIDE: usize = 32;

/// `64 sqrt(2) cos(pi k / 64)`, k = 0 ..= 32, as HEVC rounds them (H.265, 8.6.4.2); the
/// first, of no frequency, without the root.
const COSINES: [i8; 33] = [
    64, 90, 90, 90, 89, 88, 87, 85, 83, 82, 80, 78, 75, 73, 70, 67, 64, 61, 57, 54, 50, 46, 43, 38,
    36, 31, 25, 22, 18, 13, 9, 4, 0,
];
/// `round(128 sqrt(n / (2 n + 1)) sin(pi k / (2 n + 1)))`, k = 0 ..= n, of n = 4, 8, 16.
const SINES: [[i8; 17]; 3] = [
    [0, 29, 55, 74, 84, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    [0, 16, 32, 46, 59, 70, 79, 84, 87, 0, 0, 0, 0, 0, 0, 0, 0],
    [0, 8, 17, 25, 33, 41, 48, 55, 62, 67, 73, 77, 81, 84, 87, 88, 89],
];

type Matrix<const N: usize> = [[i8; N]; N];

#[allow(clippy::indexing_slicing)] // by the compiler
const fn cosine_matrix() -> Matrix<SIDE> {
    let mut matrix = [[0; SIDE]; SIDE];
    let mut u = 0;
    while u < SIDE {
        let mut x = 0;
        while x < SIDE {
            let k = (2 * x + 1) * u % 128;
            let k = if k > 64 { 128 - k } else { k };
            matrix[u][x] = if k > 32 { -COSINES[64 - k] } else { COSINES[k] };
            x += 1;
        }
        u += 1;
    }
    matrix
}

#[allow(clippy::indexing_slicing)] // by the compiler
const fn sine_matrix<const N: usize>(table: &[i8; 17]) -> Matrix<N> {
    let mut matrix = [[0; N]; N];
    let whole = 2 * N + 1;
    let mut u = 0;
    while u < N {
        let mut x = 0;
        while x < N {
            let k = (2 * u + 1) * (x + 1) % (2 * whole);
            let (k, negative) = if k > whole { (k - whole, true) } else { (k, false) };
            let value = table[if k > N { whole - k } else { k }];
            matrix[u][x] = if negative { -value } else { value };
            x += 1;
        }
        u += 1;
    }
    matrix
}

static COSINE: Matrix<32> = cosine_matrix();
static SINE_4: Matrix<4> = sine_matrix(&SINES[0]);
static SINE_8: Matrix<8> = sine_matrix(&SINES[1]);
static SINE_16: Matrix<16> = sine_matrix(&SINES[2]);

/// The wave of a frequency along a side of `1 << log2` pixels: a DCT-II, by
/// `64 sqrt(n)`.
#[must_use]
#[inline]
pub fn cosines(log2: u32, frequency: usize) -> &'static [i8] {
    let row = COSINE.get(frequency << (5 - log2.min(5)));
    row.and_then(|row| row.get(..1 << log2.min(5))).unwrap_or_default()
}

/// Likewise of a DST-VII, of 4, 8 or 16 pixels.
#[must_use]
#[inline]
pub fn sines(log2: u32, frequency: usize) -> &'static [i8] {
    let row = match log2 {
        2 => SINE_4.get(frequency).map(|row| row.as_slice()),
        3 => SINE_8.get(frequency).map(|row| row.as_slice()),
        _ => SINE_16.get(frequency).map(|row| row.as_slice()),
    };
    row.unwrap_or_default()
}

/// The weights of a leaf, in units of `2^(7 - log2 n)` levels for the orthonormal
/// transform of n x n pixels.
#[derive(Clone, Debug)]
pub struct Square {
    weights: [[i16; SIDE]; SIDE],
    /// Columns and rows in use.
    columns: usize,
    rows: usize,
}

impl Square {
    /// None.
    pub const NEW: Self = Self { weights: [[0; SIDE]; SIDE], columns: 0, rows: 0 };

    /// Sets one.
    #[inline]
    pub fn set(&mut self, x: usize, y: usize, weight: i16) {
        if let Some(to) = self.weights.get_mut(y).and_then(|row| row.get_mut(x)) {
            *to = weight;
            self.columns = self.columns.max(x + 1);
            self.rows = self.rows.max(y + 1);
        }
    }

    fn clear(&mut self) {
        for row in self.weights.iter_mut().take(self.rows) {
            *row = [0; SIDE];
        }
        (self.columns, self.rows) = (0, 0);
    }
}

/// Adds what the weights of a leaf stand for to its pixels, `out`, row by row, and
/// forgets the weights.
pub fn inverse<'a>(
    square: &mut Square,
    (log2, sine, signed): (u32, bool, bool),
    out: impl Iterator<Item = &'a mut [i16]>,
) {
    let side = 1 << log2.min(5);
    let wave = if sine { sines } else { cosines };
    let columns = square.columns;
    // Along the rows: shifted by 7, 16 bits are left.
    for row in square.weights.iter_mut().take(square.rows) {
        let mut sums = [64i32; SIDE];
        for (u, &weight) in row.iter().enumerate().take(columns) {
            if weight != 0 {
                for (sum, &value) in sums.iter_mut().zip(wave(log2, u)) {
                    *sum += i32::from(weight) * i32::from(value);
                }
            }
        }
        for (to, sum) in row.iter_mut().zip(sums).take(side) {
            *to = (sum >> 7).clamp(i16::MIN.into(), i16::MAX.into()) as i16;
        }
    }
    let shift = 12 - FRACTION;
    for (y, pixels) in out.enumerate() {
        let mut sums = [1i32 << (shift - 1); SIDE];
        for (v, row) in square.weights.iter().enumerate().take(square.rows) {
            let value = wave(log2, v).get(y).copied().map_or(0, i32::from);
            for (sum, &middle) in sums.iter_mut().zip(row).take(side) {
                *sum += value * i32::from(middle);
            }
        }
        for (pixel, sum) in pixels.iter_mut().zip(sums) {
            *pixel = within(i32::from(*pixel) + (sum >> shift), signed);
        }
    }
    square.clear();
}

/// What a quantised weight stands for in leaves of one size.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    mantissa: u16,
    shift: u32,
    falloff: u32,
    log2: u32,
}

impl Step {
    /// Of a step in 1/32 octaves above 1/8 of a level, in leaves of `1 << log2` pixels a
    /// side, where it grows by `falloff / 4` from no frequency to the highest.
    #[must_use]
    pub fn new(step: i32, log2: u32, falloff: u8) -> Self {
        let step = step.clamp(0, MAX_STEP.into());
        // Of 64 parts, 15 fractional bits, 3 octaves, 7 - log2 of the transform, and 6
        // of the falloff.
        let shift = (6 + 15 + 3 + 6 + log2 - 7).saturating_sub((step >> 5) as u32);
        Self { mantissa: mantissa(step), shift, falloff: falloff.into(), log2 }
    }

    /// By how much the step of a frequency is larger, in 1/64.
    #[must_use]
    #[inline]
    pub fn weight(&self, x: usize, y: usize) -> u32 {
        let frequency = ((2 * x.max(y) + x.min(y)) << 5) >> self.log2;
        64 + (self.falloff * frequency as u32) / 4
    }

    /// The weight of a `value` in 1/64 of a step.
    #[must_use]
    #[inline]
    pub fn weigh(&self, value: i32, x: usize, y: usize) -> i16 {
        let factor = u32::from(self.mantissa) * self.weight(x, y);
        let product = i64::from(value) * i64::from(factor);
        let rounded = (product + (1 << (self.shift - 1))) >> self.shift;
        rounded.clamp(i16::MIN.into(), i16::MAX.into()) as i16
    }
}
