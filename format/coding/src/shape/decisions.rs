//! How is an octree coded, and how are its polynomials?

use super::{
    MAX_COUNT, MAX_DEGREE,
    around::Around,
    basis::products,
    count,
    place::{self, DEGREES, ESCAPES, GROUPS, LEVELS, NEARNESSES, ROWS},
};
use crate::{
    additive::decide,
    magnitude::golomb,
    range::{Coder, HALF},
};

/// How fast answers about the tree learn.
const RATE: u32 = 4;
/// And about coefficients.
const WEIGHTS: u32 = 5;
/// Decisions "larger than 0, 1, ..." before an escape.
pub const BINS: u32 = 14;
/// Larger weights decode as this one.
pub const MAX_MAGNITUDE: u32 = 1 << 16;

fn most(number: usize) -> usize {
    number.min(3)
}

/// Codes whether a cell has an expert, or is cut.
pub fn occupied(
    coder: &mut impl Coder,
    tables: &mut [i16],
    around: &Around,
    size: usize,
    given: bool,
) -> bool {
    let [outside, inside] = around.empty;
    let counted = 16 * most(around.larger) + 4 * most(around.experts) + most(outside + inside);
    let places = [
        place::NEARNESS + size * NEARNESSES + around.nearness,
        place::AROUND + size * 64 + counted,
    ];
    decide::<RATE, _>(coder, tables, &places, given)
}

/// Codes whether a cell without an expert is inside.
pub fn inside(coder: &mut impl Coder, tables: &mut [i16], around: &Around, given: bool) -> bool {
    let [outside, inside] = around.empty;
    let side = match inside.cmp(&outside) {
        core::cmp::Ordering::Equal if inside == 0 => 0,
        core::cmp::Ordering::Less => 1,
        core::cmp::Ordering::Greater => 2,
        core::cmp::Ordering::Equal => 3,
    };
    let [middle, ..] = around.expected;
    let expected = usize::from(around.is_known()) * (1 + usize::from(middle < 0));
    decide::<RATE, _>(coder, tables, &[place::INSIDE + 4 * side + expected], given)
}

/// Codes whether a cell larger than the smallest is cut in eight.
pub fn split(
    coder: &mut impl Coder,
    tables: &mut [i16],
    around: &Around,
    size: usize,
    given: bool,
) -> bool {
    let places = [
        place::SPLIT_NEARNESS + size * NEARNESSES + around.nearness,
        place::SPLIT_AROUND + size * 16 + 4 * most(around.smaller) + most(around.larger),
    ];
    decide::<RATE, _>(coder, tables, &places, given)
}

/// Codes a polynomial's degree, 0 to 6.
pub fn degree(
    coder: &mut impl Coder,
    tables: &mut [i16],
    around: &Around,
    size: usize,
    given: usize,
) -> usize {
    let mut degree = 0;
    while degree < MAX_DEGREE {
        let far = if around.degree == 0 { 11 } else { (degree + 6 - around.degree).min(10) };
        let places = [
            place::DEGREE_SIZE + size * 8 + degree,
            place::DEGREE_AROUND + far,
            place::DEGREE_KNOWN + 8 * usize::from(around.is_known()) + degree,
        ];
        if !decide::<RATE, _>(coder, tables, &places, given > degree) {
            break;
        }
        degree += 1;
    }
    degree
}

/// On what a weight's decisions depend.
#[derive(Clone, Copy, Debug)]
pub struct Context {
    own: usize,
    level: usize,
    index: usize,
    degree: usize,
    spread: usize,
}

impl Context {
    /// Of the weight at an index among those of a polynomial, a product of `own` degree,
    /// after those that are coded.
    #[must_use]
    pub fn new(
        around: &Around,
        (size, degree): (usize, usize),
        (index, own): (usize, usize),
        coded: &[i32],
    ) -> Self {
        let known = usize::from(around.is_known());
        Self {
            own: place::WEIGHT + ((size * DEGREES + own) * 2 + known) * ROWS,
            level: place::LEVEL + level(own, coded.get(..index).unwrap_or_default()) * ROWS,
            index: place::INDEX + index * GROUPS,
            degree: place::DEGREE + (degree * DEGREES + own) * GROUPS,
            spread: place::SPREAD + (around.spread * DEGREES + own) * GROUPS,
        }
    }

    /// Places of the decision "larger than `bin`".
    #[must_use]
    pub fn places(&self, bin: usize) -> [usize; 5] {
        let (row, group) = (bin.min(ROWS - 1), bin.min(GROUPS - 1));
        [
            self.own + row,
            self.level + row,
            self.index + group,
            self.degree + group,
            self.spread + group,
        ]
    }
}

/// How large the weights of the same degree are, and of the one below.
fn level(own: usize, coded: &[i32]) -> usize {
    // Where the two degrees begin.
    let [below, same] = [own.saturating_sub(1), own].map(|d| d.checked_sub(1).map_or(0, count));
    let (mut sum, mut number) = (0, 0);
    for (index, weight) in coded.iter().enumerate().skip(below) {
        let share = if index >= same { 2 } else { 1 };
        sum += share * weight.unsigned_abs().min(255);
        number += share;
    }
    let level = match 8 * sum / number.max(1) {
        0 => 0,
        1 => 1,
        2..4 => 2,
        4..6 => 3,
        6..9 => 4,
        9..14 => 5,
        14..20 => 6,
        20..32 => 7,
        32..56 => 8,
        56..100 => 9,
        100..200 => 10,
        _ => LEVELS - 1,
    };
    if own == 0 { 0 } else { level }
}

/// Codes the weights of a polynomial of a degree: the first ones, in the order of
/// [`products`].
pub fn weights(
    coder: &mut impl Coder,
    tables: &mut [i16],
    around: &Around,
    (size, degree): (usize, usize),
    weights: &mut [i32; MAX_COUNT],
) {
    for (index, powers) in products(degree).enumerate() {
        let own = powers.iter().map(|&power| usize::from(power)).sum();
        let context = Context::new(around, (size, degree), (index, own), weights);
        if let Some(weight) = weights.get_mut(index) {
            *weight = one(coder, tables, &context, *weight);
        }
    }
}

fn one(coder: &mut impl Coder, tables: &mut [i16], context: &Context, given: i32) -> i32 {
    let size = given.unsigned_abs();
    let mut magnitude = 0;
    while magnitude < BINS {
        let places = context.places(magnitude as usize);
        if !decide::<WEIGHTS, _>(coder, tables, &places, size > magnitude) {
            break;
        }
        magnitude += 1;
    }
    if magnitude == BINS {
        let order = (0, ESCAPES as u32);
        let escape = golomb(coder, order, size.wrapping_sub(BINS), |coder, bits, more| {
            decide::<RATE, _>(coder, tables, &[place::ESCAPE + bits as usize], more)
        });
        magnitude = (magnitude + escape).min(MAX_MAGNITUDE);
    }
    if magnitude == 0 {
        return 0;
    }
    let negative = coder.bit(HALF, given < 0);
    if negative { -(magnitude as i32) } else { magnitude as i32 }
}
