//! Which polynomial of a cell costs least, error and bits together?

use super::{sides::Sides, volume::apart};
use crate::{
    additive::{Cost, bits},
    math::{exp, log2},
};
use nex_coding::shape::{
    MAX_COUNT, MAX_DEGREE, UNIT,
    around::Around,
    basis::{ONE, Powers, Step, polynomials, products, within},
    count,
    decisions::{self, BINS, Context},
};
use std::sync::LazyLock;

/// Distances count less by the square of this many voxels.
const WIDTH: f64 = 1.2;
/// But no less than this.
const FAR: f64 = 0.05;
/// The highest degree of a cell of each size.
const HIGHEST: [usize; 3] = [4, MAX_DEGREE, MAX_DEGREE];
/// Below so many steps a weight begins as 0.
const DEAD: f64 = 0.62;
/// Weights are no larger.
const MOST: f64 = 30_000.0;
/// Rounds of the descent at most.
const ROUNDS: usize = 6;

/// All products of all samples of a cell, for each size.
static PRODUCTS: LazyLock<[Vec<[f64; MAX_COUNT]>; 3]> = LazyLock::new(|| {
    [0, 1, 2].map(|size| {
        let apart = apart(size);
        let along = || (0..4i32 << size).step_by(apart);
        let place = |voxel: i32| within((voxel << 12) + ((apart as i32) << 11), size);
        let places =
            along().flat_map(|z| along().flat_map(move |y| along().map(move |x| [x, y, z])));
        places.map(|voxel| products_at(voxel.map(place))).collect()
    })
});

/// All products at a place, from -[`ONE`] to [`ONE`] along each axis of a cell.
pub(super) fn products_at(place: [i32; 3]) -> [f64; MAX_COUNT] {
    let [x, y, z] = place.map(|t| polynomials(t).map(|p| f64::from(p) / f64::from(ONE)));
    let mut all = [0.0; MAX_COUNT];
    for (to, [a, b, c]) in all.iter_mut().zip(products(MAX_DEGREE)) {
        *to = x[usize::from(a)] * y[usize::from(b)] * z[usize::from(c)];
    }
    all
}

/// The powers of all coefficients, and their degrees.
static POWERS: LazyLock<Vec<(Powers, usize)>> = LazyLock::new(|| {
    let degree = |powers: Powers| powers.iter().map(|&power| usize::from(power)).sum();
    products(MAX_DEGREE).map(|powers| (powers, degree(powers))).collect()
});

/// A polynomial.
#[derive(Clone, Debug)]
pub(super) struct Leaf {
    pub degree: usize,
    /// The first [`count`] of its degree.
    pub weights: [i32; MAX_COUNT],
}

/// What a cell's samples ask of its polynomial, as normal equations.
struct Normal {
    /// Coefficients of the highest degree.
    most: usize,
    matrix: Vec<f64>,
    right: Vec<f64>,
    /// The error without any.
    whole: f64,
}

impl Normal {
    fn new(samples: &[f64], size: usize) -> Self {
        let most = count(HIGHEST[size]);
        let each = (apart(size) as f64).powi(3);
        let (mut matrix, mut right) = (vec![0.0; most * most], vec![0.0; most]);
        let mut whole = 0.0;
        for (products, &value) in PRODUCTS[size].iter().zip(samples) {
            let weight = each * exp(-(value / WIDTH) * (value / WIDTH)).max(FAR);
            whole += weight * value * value;
            for i in 0..most {
                let part = weight * products[i];
                right[i] += part * value;
                let row = &mut matrix[i * most..][..=i];
                row.iter_mut().zip(products).for_each(|(to, product)| *to += part * product);
            }
        }
        for i in 0..most {
            for j in 0..i {
                matrix[j * most + i] = matrix[i * most + j];
            }
        }
        Self { most, matrix, right, whole }
    }

    /// Asks for a distance at one more place.
    fn add(&mut self, products: &[f64; MAX_COUNT], value: f64) {
        self.whole += value * value;
        for (i, product) in products.iter().enumerate().take(self.most) {
            self.right[i] += product * value;
            let row = &mut self.matrix[i * self.most..][..self.most];
            row.iter_mut().zip(products).for_each(|(to, other)| *to += product * other);
        }
    }

    fn row(&self, i: usize) -> &[f64] {
        &self.matrix[i * self.most..][..self.most]
    }

    /// The first `n` coefficients that fit best (Cholesky).
    fn solve(&self, n: usize) -> Vec<f64> {
        let mut lower = vec![0.0; n * n];
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        for i in 0..n {
            for j in 0..=i {
                let rest = self.row(i)[j] - dot(&lower[i * n..][..j], &lower[j * n..][..j]);
                lower[i * n + j] =
                    if i == j { (rest + 1e-6).max(1e-12).sqrt() } else { rest / lower[j * n + j] };
            }
        }
        let mut x = vec![0.0; n];
        for i in 0..n {
            x[i] = (self.right[i] - dot(&lower[i * n..][..i], &x)) / lower[i * n + i];
        }
        for i in (0..n).rev() {
            let later: f64 = (i + 1..n).map(|j| lower[j * n + i] * x[j]).sum();
            x[i] = (x[i] - later) / lower[i * n + i];
        }
        x
    }
}

/// What a cell is fitted with.
pub(super) struct Fit<'a> {
    pub around: &'a Around,
    pub size: usize,
    pub step: Step,
    /// Squared voxels that a bit may cost.
    pub lambda: f64,
    /// What the decoder has learned.
    pub tables: &'a mut [i16],
}

impl Fit<'_> {
    /// The best polynomial, and its cost in squared voxels, of which a place on the wrong side
    /// costs its own. If it has such places, they are asked for too, and the better of both is
    /// the best.
    pub fn best(&mut self, samples: &[f64], sides: &Sides) -> (f64, Leaf) {
        let mut normal = Normal::new(samples, self.size);
        let first = self.cheapest(&normal, sides);
        let (coefficients, mut right) = (self.coefficients(&first.1), true);
        for (products, exact, _) in sides.wrong(&coefficients) {
            normal.add(products, exact);
            right = false;
        }
        if right {
            return first;
        }
        let second = self.cheapest(&normal, sides);
        if second.0 < first.0 { second } else { first }
    }

    fn cheapest(&mut self, normal: &Normal, sides: &Sides) -> (f64, Leaf) {
        let mut best = (f64::INFINITY, Leaf { degree: 0, weights: [0; MAX_COUNT] });
        // Of the degree below: those it ended with.
        let mut before = [0; MAX_COUNT];
        for degree in 1..=HIGHEST[self.size] {
            let rounded = self.rounded(normal, degree);
            for (weights, last) in [(before, false), (rounded, true)] {
                let mut leaf = Leaf { degree, weights };
                let error = self.descend(normal, &mut leaf);
                let coefficients = self.coefficients(&leaf);
                let wrong = sides.wrong(&coefficients);
                let wrong: f64 = wrong.map(|(_, exact, value)| (value - exact).powi(2)).sum();
                let cost = error + wrong + self.lambda * self.bits(&leaf);
                if (last || degree == 1) && cost <= best.0 {
                    before = leaf.weights;
                }
                if cost < best.0 {
                    best = (cost, leaf);
                }
            }
        }
        best
    }

    /// What a weight's 1 is, and what is expected; both in voxels.
    fn scale(&self, index: usize) -> (f64, f64) {
        let (powers, _) = POWERS[index];
        let unit = f64::from(UNIT);
        let step = f64::from(self.step.of(self.size, powers)) / 256.0 / unit;
        (step.max(1e-9), f64::from(self.around.coefficient(powers)) / unit)
    }

    /// What a polynomial's weights stand for, in voxels.
    fn coefficients(&self, leaf: &Leaf) -> Vec<f64> {
        let of = |(index, &weight): (usize, &i32)| {
            let (step, expected) = self.scale(index);
            expected + step * f64::from(weight)
        };
        leaf.weights.iter().enumerate().take(count(leaf.degree)).map(of).collect()
    }

    /// The weights next to what fits best.
    fn rounded(&self, normal: &Normal, degree: usize) -> [i32; MAX_COUNT] {
        let mut weights = [0; MAX_COUNT];
        for (index, real) in normal.solve(count(degree)).into_iter().enumerate() {
            let (step, expected) = self.scale(index);
            let real = (real - expected) / step;
            if real.abs() >= DEAD {
                weights[index] = real.round().clamp(-MOST, MOST) as i32;
            }
        }
        weights
    }

    /// Changes one weight after the other to what is cheapest beside all others; returns the
    /// squared error in the end.
    fn descend(&self, normal: &Normal, leaf: &mut Leaf) -> f64 {
        let n = count(leaf.degree);
        let scales: Vec<(f64, f64)> = (0..n).map(|index| self.scale(index)).collect();
        let mut x = self.coefficients(leaf);
        let mut sums: Vec<f64> =
            (0..n).map(|i| x.iter().zip(normal.row(i)).map(|(x, m)| x * m).sum()).collect();
        for round in 0..ROUNDS {
            let mut changed = false;
            for index in 0..n {
                let ((step, expected), own) = (scales[index], normal.row(index)[index].max(1e-12));
                let real = (x[index] + (normal.right[index] - sums[index]) / own - expected) / step;
                let context = self.context(leaf, index);
                let near = real.round().clamp(-MOST, MOST) as i32;
                let mut cheapest = (f64::INFINITY, 0);
                for weight in [near, near - near.signum(), 0] {
                    let wrong = (f64::from(weight) - real) * step;
                    let bits = self.bits_of(&context, weight.unsigned_abs());
                    let cost = own * wrong * wrong + self.lambda * bits;
                    if cost < cheapest.0 {
                        cheapest = (cost, weight);
                    }
                }
                if cheapest.1 != leaf.weights[index] {
                    changed = true;
                    leaf.weights[index] = cheapest.1;
                    let more = expected + step * f64::from(cheapest.1) - x[index];
                    x[index] += more;
                    sums.iter_mut().zip(normal.row(index)).for_each(|(sum, m)| *sum += m * more);
                }
            }
            if !changed && round > 0 {
                break;
            }
        }
        let error: f64 = (0..n).map(|i| x[i] * (sums[i] - 2.0 * normal.right[i])).sum();
        (normal.whole + error).max(0.0)
    }

    fn context(&self, leaf: &Leaf, index: usize) -> Context {
        let own = POWERS[index].1;
        Context::new(self.around, (self.size, leaf.degree), (index, own), &leaf.weights)
    }

    /// Bits of a weight, escapes not to the last one.
    fn bits_of(&self, context: &Context, size: u32) -> f64 {
        let mut sum = if size > 0 { 1.0 } else { 0.0 };
        for bin in 0..=size.min(BINS - 1) {
            let places = context.places(bin as usize);
            let logit = places.iter().map(|&place| i32::from(self.tables[place])).sum();
            sum += bits(logit, size > bin);
        }
        if size >= BINS {
            sum += 2.0 * log2(f64::from(size - BINS + 1)) as f32 + 1.0;
        }
        sum.into()
    }

    /// Bits of its degree and all weights.
    fn bits(&mut self, leaf: &Leaf) -> f64 {
        let mut cost = Cost::default();
        decisions::degree(&mut cost, self.tables, self.around, self.size, leaf.degree);
        let cell = (self.size, leaf.degree);
        decisions::weights(&mut cost, self.tables, self.around, cell, &mut leaf.weights.clone());
        cost.bits.into()
    }
}
