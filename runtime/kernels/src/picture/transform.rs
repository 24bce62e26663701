//! A leaf's weights as pixels: inverse transforms by small integers.
//!
//! The matrix is the specification: what is summed is exact, whatever the order.

use super::{BRIGHTEST, FRACTION, Pixels, limited};
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
const fn cosine_matrix() -> [[i8; SIDE / 2]; SIDE] {
    let mut matrix = [[0; SIDE / 2]; SIDE];
    let mut u = 0;
    while u < SIDE {
        let mut x = 0;
        while x < SIDE / 2 {
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

static COSINE: [[i8; SIDE / 2]; SIDE] = cosine_matrix();
static SINE_4: Matrix<4> = sine_matrix(&SINES[0]);
static SINE_8: Matrix<8> = sine_matrix(&SINES[1]);
static SINE_16: Matrix<16> = sine_matrix(&SINES[2]);

/// The first half of the wave of a frequency along a side of `1 << log2` pixels: a
/// DCT-II, by `64 sqrt(n)`. The other half is its mirror image, of an odd frequency the
/// opposite of that.
#[must_use]
#[inline]
pub fn cosines(log2: u32, frequency: usize) -> &'static [i8] {
    let row = COSINE.get(frequency << (5 - log2.min(5)));
    row.and_then(|row| row.get(..1 << (log2.clamp(1, 5) - 1))).unwrap_or_default()
}

/// The whole wave of a DST-VII, of 4, 8 or 16 pixels.
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
        for row in bits(self.rows) {
            if let Some(row) = self.weights.get_mut(row) {
                *row = [0; SIDE];
            }
        }
        (self.rows, self.columns) = (0, 0);
    }
}

/// The places of a number's bits that are set.
fn bits(mut number: u32) -> impl Iterator<Item = usize> {
    core::iter::from_fn(move || {
        let place = number.trailing_zeros();
        number = number.checked_sub(1)? & number;
        Some(place as usize % SIDE)
    })
}

/// Adds what the weights of a leaf stand for to its pixels, and forgets the weights.
pub fn inverse(square: &mut Square, (log2, sine, signed): (u32, bool, bool), mut out: Pixels<'_>) {
    along(square, log2, sine);
    down(square, (log2, sine), if signed { -i32::from(BRIGHTEST) } else { 0 }, &mut out);
    square.clear();
}

/// Along the rows: shifted by 7, 16 bits are left.
fn along(square: &mut Square, log2: u32, sine: bool) {
    let (side, columns) = (1 << log2.min(5), square.columns as usize);
    let mut sums = [[0i32; SIDE / 2]; 2];
    let [even, odd] = &mut sums;
    for row in bits(square.rows) {
        let Some(row) = square.weights.get_mut(row) else { break };
        // A cosine of an even frequency is the same from either end, one of an odd
        // frequency the opposite: half of each is summed.
        if sine {
            for (u, &weight) in row.iter().enumerate().take(columns) {
                add(even, u, weight, sines(log2, u));
            }
            for (to, sum) in row.iter_mut().zip(&*even).take(side) {
                *to = rounded(*sum);
            }
            continue;
        }
        let (pairs, _) = row.as_chunks::<2>();
        for (u, &[first, second]) in pairs.iter().enumerate().take(columns.div_ceil(2)) {
            add(even, u, first, cosines(log2, 2 * u));
            add(odd, u, second, cosines(log2, 2 * u + 1));
        }
        let (left, right) = row.split_at_mut(side / 2);
        let right = right.get_mut(..side / 2).unwrap_or_default().iter_mut().rev();
        for (((left, right), even), odd) in left.iter_mut().zip(right).zip(&*even).zip(&*odd) {
            (*left, *right) = (rounded(*even + *odd), rounded(*even - *odd));
        }
    }
}

/// Adds a wave to those before it, if it is not the first one.
#[inline]
fn add(sums: &mut [i32; SIDE / 2], before: usize, weight: i16, wave: &[i8]) {
    if before > 0 && weight == 0 {
        return;
    }
    let keep = if before > 0 { -1 } else { 0 };
    for (sum, &value) in sums.iter_mut().zip(wave) {
        *sum = (*sum & keep) + i32::from(weight) * i32::from(value);
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

/// A row that is in use, and a value of its wave.
#[derive(Clone, Copy)]
struct Term {
    row: u8,
    value: i8,
}

/// Adds a few columns of rows to sums, each times a value.
#[inline]
fn sum(
    mut sums: [i32; FEW],
    terms: &[Term],
    weights: &[[[i16; FEW]; SIDE / FEW]; SIDE],
    few: usize,
) -> [i32; FEW] {
    for &Term { row, value } in terms {
        let row = weights.get(usize::from(row) % SIDE);
        let Some(weights) = row.and_then(|row| row.get(few % (SIDE / FEW))) else { break };
        for (sum, &weight) in sums.iter_mut().zip(weights) {
            *sum += i32::from(value) * i32::from(weight);
        }
    }
    sums
}

/// Down the columns: a row and its mirror image at once.
fn down(square: &Square, (log2, sine): (u32, bool), least: i32, out: &mut Pixels<'_>) {
    // Rows of even and of odd cosines; all rows of sines, twice.
    let mut terms = [[Term { row: 0, value: 0 }; SIDE / 2]; 2];
    let mut counts = [0; 2];
    for row in bits(square.rows) {
        for (odd, (terms, count)) in terms.iter_mut().zip(&mut counts).enumerate() {
            if let Some(to) = terms.get_mut(*count)
                && (sine || row % 2 == odd)
            {
                to.row = row as u8;
                *count += 1;
            }
        }
    }
    let [first, second] = &mut terms;
    let first = first.get_mut(..counts[0]).unwrap_or_default();
    let second = second.get_mut(..counts[1]).unwrap_or_default();
    let side = 1usize << log2;
    let weights: &[[[i16; FEW]; SIDE / FEW]; SIDE] = bytemuck::cast_ref(&square.weights);
    let mut rows = out.rows();
    let mut y = 0;
    while let (Some(upper), Some(lower)) = (rows.next(), rows.next_back()) {
        let wave = |terms: &mut [Term], y: usize| {
            for term in terms {
                let row = usize::from(term.row);
                let wave = if sine { sines(log2, row) } else { cosines(log2, row) };
                term.value = wave.get(y).copied().unwrap_or(0);
            }
        };
        wave(first, y);
        wave(second, if sine { side - 1 - y } else { y });
        let ((upper, _), (lower, _)) = (upper.as_chunks_mut::<FEW>(), lower.as_chunks_mut::<FEW>());
        for (few, (upper, lower)) in upper.iter_mut().zip(lower).enumerate() {
            let mut a = sum([HALF; FEW], first, weights, few);
            let mut b = sum([if sine { HALF } else { 0 }; FEW], second, weights, few);
            if !sine {
                a.iter_mut().zip(&mut b).for_each(|(a, b)| (*a, *b) = (*a + *b, *a - *b));
            }
            let put = |to: &mut [i16; FEW], sums: [i32; FEW]| {
                for (to, sum) in to.iter_mut().zip(&sums) {
                    *to = limited(i32::from(*to) + (sum >> SHIFT), least);
                }
            };
            put(upper, a);
            put(lower, b);
        }
        y += 1;
    }
}

/// What a quantised weight stands for in leaves of one size.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    mantissa: u16,
    shift: u32,
    half: u32,
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
        let half = 1 << (shift - 1);
        Self { mantissa: mantissa(step), shift, half, falloff: falloff.into(), log2 }
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
        // 46 bits at most, of which at least 15 go.
        let product = i64::from(value) * i64::from(factor);
        let rounded = (product + i64::from(self.half)) >> (self.shift & 31);
        (rounded as i32).clamp(i16::MIN.into(), i16::MAX.into()) as i16
    }
}
