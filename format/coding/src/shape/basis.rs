//! What does a polynomial's coefficient stand for, and what is its value somewhere?
//!
//! A coefficient belongs to a product p_a(x) p_b(y) p_c(z), x, y, z from -1 to 1 in its
//! cell. The p_k are Legendre's polynomials, scaled so that each of them but the constant
//! has a root mean square of about 0.6 and the recurrence needs no division:
//! p_(k+1) = 2 t p_k - (1 + 1 / (4 k^2 - 1)) p_(k-1), p_2 = 2 t^2 - 2/3.

use super::{MAX_DEGREE, count};

/// 1 of a place and of a polynomial.
pub const ONE: i32 = 1 << 12;
/// Polynomials of one variable.
const ORDERS: usize = MAX_DEGREE + 1;
/// `round(ONE / (4 k^2 - 1))`, k = 2 ..= 5.
const MORE: [i32; 4] = [273, 117, 65, 41];
/// `round(2/3 ONE)`.
const TWO_THIRDS: i32 = 2731;

const fn rounded(sum: i32) -> i32 {
    sum.wrapping_add(ONE / 2) >> 12
}

/// p_0 to p_6 at a place from -[`ONE`] to [`ONE`].
#[must_use]
pub fn polynomials(t: i32) -> [i32; ORDERS] {
    let next = |now: i32, before: i32, more: i32| {
        ((t * now + ONE / 4) >> 11) - before - rounded(before * more)
    };
    let p2 = ((t * t + ONE / 4) >> 11) - TWO_THIRDS;
    let p3 = next(p2, t, MORE[0]);
    let p4 = next(p3, p2, MORE[1]);
    let p5 = next(p4, p3, MORE[2]);
    [ONE, t, p2, p3, p4, p5, next(p5, p4, MORE[3])]
}

/// The sum of all products of a degree, each with its coefficient: those of a polynomial
/// in the order of a, then b, then c.
#[must_use]
pub fn sum(weights: &[i16], degree: usize, [x, y, z]: [&[i32; ORDERS]; 3]) -> i32 {
    let mut rest = weights;
    let mut whole = 0i32;
    for (a, of_x) in x.iter().enumerate().take(degree + 1) {
        let mut plane = 0i32;
        for (b, of_y) in y.iter().enumerate().take(degree + 1 - a) {
            let row = next_row(&mut rest, degree + 1 - a - b);
            plane = plane.wrapping_add(rounded(along(row, z)).wrapping_mul(*of_y));
        }
        whole = whole.wrapping_add(rounded(plane).wrapping_mul(*of_x));
    }
    rounded(whole)
}

/// Likewise at eight places, two along each axis: at place 4 x + 2 y + z those of the first
/// and second along x, y and z. A third of the work, to the same bits.
#[must_use]
pub fn sums(weights: &[i16], degree: usize, [x, y, z]: [[&[i32; ORDERS]; 2]; 3]) -> [i32; 8] {
    let mut rest = weights;
    let mut whole = [0i32; 8];
    for a in 0..=degree.min(ORDERS - 1) {
        let mut plane = [0i32; 4];
        for b in 0..=degree - a {
            let row = next_row(&mut rest, degree + 1 - a - b);
            let [near, far] = z.map(|z| rounded(along(row, z)));
            let of_y = y.iter().filter_map(|y| y.get(b));
            for (pair, of_y) in plane.chunks_exact_mut(2).zip(of_y) {
                let [first, second] = pair else { continue };
                *first = first.wrapping_add(near.wrapping_mul(*of_y));
                *second = second.wrapping_add(far.wrapping_mul(*of_y));
            }
        }
        let plane = plane.map(rounded);
        let of_x = x.iter().filter_map(|x| x.get(a));
        for (four, of_x) in whole.chunks_exact_mut(4).zip(of_x) {
            for (sum, plane) in four.iter_mut().zip(plane) {
                *sum = sum.wrapping_add(plane.wrapping_mul(*of_x));
            }
        }
    }
    whole.map(rounded)
}

/// How much it grows along each axis from the first place of it to the last, where the two
/// other axes are at their middle one: half the work of six [sums](sum). Its values are
/// limited to `i16`.
#[must_use]
pub fn growth(weights: &[i16], degree: usize, [x, y, z]: [[&[i32; ORDERS]; 3]; 3]) -> [i32; 3] {
    let mut rest = weights;
    let of = |axis: [&[i32; ORDERS]; 3], power: usize| {
        axis.map(|values| values.get(power).copied().unwrap_or(0))
    };
    let add = |sum: &mut i32, value: i32, by: i32| *sum = sum.wrapping_add(value.wrapping_mul(by));
    let (mut low, mut high) = ([0i32; 3], [0i32; 3]);
    for a in 0..=degree {
        // At the middle; along y; along z.
        let (mut middle, mut along_y, mut along_z) = (0i32, [0i32; 2], [0i32; 2]);
        for b in 0..=degree - a {
            let row = next_row(&mut rest, degree + 1 - a - b);
            let [first, own, last] = z.map(|z| rounded(along(row, z)));
            let [y_first, y_own, y_last] = of(y, b);
            add(&mut middle, own, y_own);
            let [before, behind] = &mut along_y;
            add(before, own, y_first);
            add(behind, own, y_last);
            let [before, behind] = &mut along_z;
            add(before, first, y_own);
            add(behind, last, y_own);
        }
        let [x_first, x_own, x_last] = of(x, a);
        let ([ly, hy], [lz, hz]) = (along_y.map(rounded), along_z.map(rounded));
        let middle = rounded(middle);
        for (sum, (value, by)) in low.iter_mut().zip([(middle, x_first), (ly, x_own), (lz, x_own)])
        {
            add(sum, value, by);
        }
        for (sum, (value, by)) in high.iter_mut().zip([(middle, x_last), (hy, x_own), (hz, x_own)])
        {
            add(sum, value, by);
        }
    }
    let limited = |sum: i32| rounded(sum).clamp(i16::MIN.into(), i16::MAX.into());
    let ([a, b, c], [i, j, k]) = (low.map(limited), high.map(limited));
    [i - a, j - b, k - c]
}

fn next_row<'w>(rest: &mut &'w [i16], len: usize) -> &'w [i16] {
    let (row, more) = rest.split_at_checked(len).unwrap_or_default();
    *rest = more;
    row
}

/// What a row's coefficients make of polynomials along z.
fn along(row: &[i16], z: &[i32; ORDERS]) -> i32 {
    let product = |(weight, of_z): (&i16, &i32)| i32::from(*weight).wrapping_mul(*of_z);
    row.iter().zip(z).map(product).fold(0, i32::wrapping_add)
}

/// Where a place lies in a cell of `4 << size` voxels, counted in 1/4096 voxels from its
/// corner: from -[`ONE`] to [`ONE`].
#[must_use]
#[inline]
pub const fn within(place: i32, size: usize) -> i32 {
    (place >> 1 >> size) - ONE
}

/// The powers of a product.
pub type Powers = [u8; 3];

/// All products in the order in which their coefficients are coded: by degree, then a,
/// then b. Those of a degree are the first [`count`] of it.
pub fn products(degree: usize) -> impl Iterator<Item = Powers> {
    let following = |[a, b, c]: &Powers| match (c, b) {
        (1.., _) => Some([*a, b + 1, c - 1]),
        (0, 1..) => Some([a + 1, 0, b - 1]),
        (0, 0) => Some([0, 0, a + 1]),
    };
    core::iter::successors(Some([0; 3]), following).take(count(degree))
}

/// Which coefficient of a polynomial of a degree that of a product is; of a higher one
/// this means nothing.
#[must_use]
pub fn place_of([a, b, c]: Powers, degree: usize) -> usize {
    let [a, b, c] = [a, b, c].map(usize::from);
    let rest = degree.saturating_sub(a);
    // Those of smaller a; then rows of smaller b.
    let before = count(degree) - count(rest);
    let rows = b * (rest + 1) - (b * b.saturating_sub(1)) / 2;
    before + rows + c
}

/// The step of each coefficient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Step(i32);

impl Step {
    /// Of a header's step.
    #[must_use]
    pub fn new(step: u16) -> Self {
        let step = i32::from(step.min(super::MAX_STEP));
        Self((i32::from(crate::tables::mantissa(step)) << (step >> 5)) >> 7)
    }

    /// In 1/256 units, of a cell's size and a product.
    #[must_use]
    pub fn of(self, size: usize, powers: Powers) -> i32 {
        let scale = match powers.iter().filter(|&&power| power > 0).count() {
            0 => 256,
            1 => 427,
            2 => 711,
            _ => 1185,
        };
        ((self.0 * scale) >> 8) >> size
    }

    /// The coefficient that a weight stands for, where another one is expected.
    #[must_use]
    pub fn coefficient(self, weight: i32, (size, powers): (usize, Powers), expected: i32) -> i16 {
        if weight == 0 {
            return expected.clamp(i16::MIN.into(), i16::MAX.into()) as i16;
        }
        let more = (i64::from(weight) * i64::from(self.of(size, powers)) + 128) >> 8;
        (more + i64::from(expected)).clamp(i16::MIN.into(), i16::MAX.into()) as i16
    }
}
