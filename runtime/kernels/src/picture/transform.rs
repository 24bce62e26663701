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
#[derive(Clone, Copy, Debug, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C)]
pub struct Square {
    weights: [[i16; SIDE]; SIDE],
    /// A bit for each row that has one.
    rows: u32,
    /// Columns in use.
    columns: u32,
}

impl Square {
    /// None.
    pub const NEW: Self = Self { weights: [[0; SIDE]; SIDE], rows: 0, columns: 0 };

    /// Sets one.
    #[inline]
    pub fn set(&mut self, x: usize, y: usize, weight: i16) {
        if let Some(to) = self.weights.get_mut(y).and_then(|row| row.get_mut(x)) {
            *to = weight;
            self.rows |= 1 << y;
            self.columns = self.columns.max(x as u32 + 1);
        }
    }

    fn clear(&mut self) {
        for row in self.weights.iter_mut().enumerate().filter(|(y, _)| self.rows >> y & 1 != 0) {
            *row.1 = [0; SIDE];
        }
        (self.rows, self.columns) = (0, 0);
    }
}

/// Adds what the weights of a leaf stand for to its pixels, `out`, row by row, and
/// forgets the weights.
pub fn inverse<'a>(
    square: &mut Square,
    (log2, sine, signed): (u32, bool, bool),
    out: impl DoubleEndedIterator<Item = &'a mut [i16]>,
) {
    along(square, log2, sine);
    if sine {
        down_sines(square, log2, signed, out)
    } else {
        down(square, log2, signed, out)
    }
    square.clear();
}

/// Along the rows: shifted by 7, 16 bits are left.
fn along(square: &mut Square, log2: u32, sine: bool) {
    let (side, columns) = (1 << log2.min(5), square.columns as usize);
    let used = square.rows;
    for (_, row) in square.weights.iter_mut().enumerate().filter(|(y, _)| used >> y & 1 != 0) {
        // A cosine of an even frequency is the same from either end, one of an odd
        // frequency the opposite: half of each is summed.
        let mut sums = [[0i32; SIDE / 2]; 2];
        let [even, odd] = &mut sums;
        if sine {
            for (u, &weight) in row.iter().enumerate().take(columns) {
                add(even, weight, sines(log2, u));
            }
            for (to, sum) in row.iter_mut().zip(even).take(side) {
                *to = rounded(*sum);
            }
            continue;
        }
        let half = |u| cosines(log2, u).get(..side / 2).unwrap_or_default();
        let (pairs, _) = row.as_chunks::<2>();
        for (u, &[first, second]) in pairs.iter().enumerate().take(columns.div_ceil(2)) {
            add(even, first, half(2 * u));
            add(odd, second, half(2 * u + 1));
        }
        let (left, right) = row.split_at_mut(side / 2);
        let right = right.iter_mut().take(side / 2).rev();
        for (((left, right), even), odd) in left.iter_mut().zip(right).zip(even).zip(odd) {
            (*left, *right) = (rounded(*even + *odd), rounded(*even - *odd));
        }
    }
}

#[inline]
fn add(sums: &mut [i32; SIDE / 2], weight: i16, wave: &[i8]) {
    if weight != 0 {
        for (sum, &value) in sums.iter_mut().zip(wave) {
            *sum += i32::from(weight) * i32::from(value);
        }
    }
}

#[inline]
fn rounded(sum: i32) -> i16 {
    ((sum + 64) >> 7).clamp(i16::MIN.into(), i16::MAX.into()) as i16
}

/// Bits that are left out in the end.
const SHIFT: u32 = 12 - FRACTION;
/// Half of what they stand for.
const HALF: i32 = 1 << (SHIFT - 1);

/// Columns that are summed at once, in registers.
const FEW: usize = 4;

/// Rows that are in use, and a value of each one's wave.
#[derive(Clone, Copy)]
struct Used {
    rows: [u8; SIDE],
    values: [i8; SIDE],
    len: usize,
}

impl Used {
    const NONE: Self = Self { rows: [0; SIDE], values: [0; SIDE], len: 0 };

    fn push(&mut self, row: u8) {
        if let Some(to) = self.rows.get_mut(self.len) {
            *to = row;
            self.len += 1;
        }
    }

    /// The waves' values at a place.
    fn at(&mut self, wave: impl Fn(usize) -> i8) {
        for (to, &row) in self.values.iter_mut().zip(&self.rows).take(self.len) {
            *to = wave(row.into());
        }
    }

    /// The sums of a few columns.
    #[inline]
    fn sums(&self, square: &Square, few: usize, first: i32) -> [i32; FEW] {
        let mut sums = [first; FEW];
        for (&row, &value) in self.rows.iter().zip(&self.values).take(self.len) {
            let row = square.weights.get(usize::from(row)).map(|row| row.as_chunks::<FEW>().0);
            let Some(weights) = row.and_then(|row| row.get(few)) else { break };
            for (sum, &weight) in sums.iter_mut().zip(weights) {
                *sum += i32::from(value) * i32::from(weight);
            }
        }
        sums
    }
}

/// The rows of which a bit is set.
fn rows_of(used: u32) -> impl Iterator<Item = u8> {
    (0..SIDE as u8).filter(move |row| used >> row & 1 != 0)
}

/// Down the columns of cosines: a row and its mirror image at once.
fn down<'a>(
    square: &Square,
    log2: u32,
    signed: bool,
    mut out: impl DoubleEndedIterator<Item = &'a mut [i16]>,
) {
    let (mut even, mut odd) = (Used::NONE, Used::NONE);
    for row in rows_of(square.rows) {
        if row % 2 == 0 { even.push(row) } else { odd.push(row) }
    }
    let mut y = 0;
    while let (Some(upper), Some(lower)) = (out.next(), out.next_back()) {
        let wave = |row| cosines(log2, row).get(y).copied().unwrap_or(0);
        even.at(wave);
        odd.at(wave);
        let ((upper, _), (lower, _)) = (upper.as_chunks_mut::<FEW>(), lower.as_chunks_mut::<FEW>());
        for (few, (upper, lower)) in upper.iter_mut().zip(lower).enumerate() {
            let even = even.sums(square, few, HALF);
            let odd = odd.sums(square, few, 0);
            let pixels = upper.iter_mut().zip(lower);
            for (((upper, lower), &even), &odd) in pixels.zip(&even).zip(&odd) {
                *upper = within(i32::from(*upper) + ((even + odd) >> SHIFT), signed);
                *lower = within(i32::from(*lower) + ((even - odd) >> SHIFT), signed);
            }
        }
        y += 1;
    }
}

/// Down the columns of sines, row by row.
fn down_sines<'a>(
    square: &Square,
    log2: u32,
    signed: bool,
    out: impl Iterator<Item = &'a mut [i16]>,
) {
    let mut used = Used::NONE;
    rows_of(square.rows).for_each(|row| used.push(row));
    for (y, pixels) in out.enumerate() {
        used.at(|row| sines(log2, row).get(y).copied().unwrap_or(0));
        let (pixels, _) = pixels.as_chunks_mut::<FEW>();
        for (few, pixels) in pixels.iter_mut().enumerate() {
            let sums = used.sums(square, few, HALF);
            for (pixel, &sum) in pixels.iter_mut().zip(&sums) {
                *pixel = within(i32::from(*pixel) + (sum >> SHIFT), signed);
            }
        }
    }
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
