//! How are the weights of a leaf's expert coded?
//!
//! From high to low frequency, each as decisions "larger than 0, 1, 2, ...".

use super::{
    Plane,
    cells::{BANDS, Cell, level, mean},
    head::{Head, Leaf},
    place::{self, GROUPS, LEVELS, ROWS},
    scan::Zigzag,
};
use crate::{
    additive::decide,
    range::{Coder, HALF},
    trellis::State,
};

/// Decisions "larger than 0, 1, 2, ..." of a weight; larger magnitudes are escaped.
pub const BINS: usize = 10;
/// Larger magnitudes decode as this one.
pub const MAX_MAGNITUDE: u32 = 1 << 15;

/// Columns of [`Magnitudes`]: a block's, and what lies around.
const STRIDE: usize = 36;

/// The magnitudes of a leaf, or of the leaves of a block, limited to 255, with zeros
/// around.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Magnitudes([u8; STRIDE * STRIDE]);

impl Magnitudes {
    /// All are zero.
    pub const NEW: Self = Self([0; STRIDE * STRIDE]);

    #[inline]
    const fn place(x: usize, y: usize) -> usize {
        (y + 1) * STRIDE + x + 1
    }

    /// That of a frequency, the leaf's corner added.
    #[must_use]
    #[inline]
    pub fn at(&self, x: usize, y: usize) -> u32 {
        self.0.get(Self::place(x, y)).copied().map_or(0, u32::from)
    }

    /// Sets one.
    #[inline]
    pub fn set(&mut self, x: usize, y: usize, magnitude: u32) {
        if let Some(to) = self.0.get_mut(Self::place(x, y)) {
            *to = magnitude.min(255) as u8;
        }
    }

    /// Forgets those of a square.
    pub fn clear(&mut self, (x, y): (usize, usize), side: usize) {
        for row in y..y + side {
            let from = Self::place(x, row);
            if let Some(row) = self.0.get_mut(from..from + side) {
                row.fill(0);
            }
        }
    }

    /// Moves a leaf's magnitudes to its corner among those of its block.
    pub fn take(&mut self, (left, top): (usize, usize), leaf: &mut Self, side: usize) {
        for row in 0..side {
            let (from, to) = (Self::place(0, row), Self::place(left, top + row));
            if let (Some(from), Some(to)) =
                (leaf.0.get_mut(from..from + side), self.0.get_mut(to..to + side))
            {
                for (from, to) in from.iter_mut().zip(to) {
                    *to = core::mem::take(from);
                }
            }
        }
    }

    #[inline]
    fn back(&self, place: usize, by: usize) -> u32 {
        self.0.get(place.wrapping_sub(by)).copied().map_or(0, u32::from)
    }

    #[inline]
    fn ahead(&self, place: usize, by: usize) -> u32 {
        self.0.get(place + by).copied().map_or(0, u32::from)
    }

    /// Around a frequency whose higher ones are known: those next to it, and more.
    #[must_use]
    #[inline]
    pub fn template(&self, x: usize, y: usize) -> (u32, u32) {
        let p = Self::place(x, y);
        let near = 2 * (self.ahead(p, 1) + self.ahead(p, STRIDE))
            + self.ahead(p, 2)
            + self.ahead(p, STRIDE + 1)
            + self.ahead(p, 2 * STRIDE);
        let far = self.ahead(p, 3)
            + self.ahead(p, 3 * STRIDE)
            + self.ahead(p, STRIDE + 2)
            + self.ahead(p, 2 * STRIDE + 1)
            + self.ahead(p, STRIDE - 1)
            + self.back(p, STRIDE - 1);
        (near, near + far)
    }

    /// The same place in another plane: four times the one there and those around.
    #[must_use]
    #[inline]
    pub fn cross(&self, x: usize, y: usize) -> u32 {
        let p = Self::place(x, y);
        4 * self.ahead(p, 0)
            + self.ahead(p, 1)
            + self.ahead(p, STRIDE)
            + self.back(p, 1)
            + self.back(p, STRIDE)
    }
}

/// The band of a frequency of a leaf of `4 << size` a side.
#[must_use]
#[inline]
pub const fn band(x: usize, y: usize, size: usize) -> usize {
    (if x > y { x } else { y }) >> size
}

/// What is known of a weight before the weights of higher frequency are.
#[derive(Clone, Copy, Debug)]
pub struct Fixed {
    /// Places of the tables' answers to "larger than 0".
    places: [usize; 4],
    kind: usize,
}

/// What is known around the weights of a leaf.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    leaf: &'a Leaf,
    /// Magnitudes of the plane before in leaves of the same size, and of the leaf's
    /// corner there.
    same: Option<(&'a Magnitudes, (usize, usize))>,
    energy: [u32; BANDS],
    before: [u32; BANDS],
    direction: usize,
}

impl<'a> Context<'a> {
    /// Of a leaf at the pixel `corner` of its block, with the magnitudes of luma and of
    /// the first chroma plane in that block.
    #[must_use]
    pub fn new(
        leaf: &'a Leaf,
        mode: u8,
        corner: (usize, usize),
        magnitudes: [&'a Magnitudes; 2],
    ) -> Self {
        let (cell, others) = match leaf.plane {
            Plane::Luma => (Cell::NONE, None),
            Plane::Co => (leaf.before[0], Some(magnitudes[0])),
            Plane::Cg => (leaf.before[1], Some(magnitudes[1])),
        };
        let same = others.filter(|_| usize::from(cell.size) == leaf.size);
        let direction = match mode {
            18..=24 => 1,
            6..=12 => 2,
            _ => 0,
        };
        Self {
            leaf,
            same: same.map(|of| (of, corner)),
            energy: core::array::from_fn(|band| {
                mean(leaf.around, |cell| cell.energy.get(band).copied().unwrap_or(0))
            }),
            before: cell.energy.map(|e| u32::from(e) / 2),
            direction,
        }
    }

    /// Of one weight.
    #[must_use]
    #[inline]
    pub fn fixed(&self, x: usize, y: usize) -> Fixed {
        let (kind, size) = (self.leaf.plane.kind(), self.leaf.size);
        let band = band(x, y, size);
        let frequency = match x + y {
            0 => 0,
            sum => 1 + ((sum << 3) >> (size + 2)).min(8),
        };
        let energy = level(self.energy.get(band).copied().unwrap_or(0));
        let before = match (self.leaf.plane, self.same) {
            (Plane::Luma, _) => 0,
            (_, Some((of, (left, top)))) => level(of.cross(left + x, top + y)),
            _ => level(self.before.get(band).copied().unwrap_or(0)),
        };
        let direction = (self.direction * 4 + (x >> size)) * 4 + (y >> size);
        Fixed {
            places: [
                place::WHERE + ((kind * 4 + size) * 10 + frequency) * GROUPS,
                place::AROUND + (kind * LEVELS + energy) * GROUPS,
                place::BEFORE + (kind * LEVELS + before) * GROUPS,
                place::DIRECTION + (kind * 48 + direction) * GROUPS,
            ],
            kind,
        }
    }
}

impl Fixed {
    /// The sum of these tables' answers for each group of decisions.
    #[must_use]
    pub fn logits(&self, tables: &[i16]) -> [i32; GROUPS] {
        core::array::from_fn(|group| {
            crate::additive::logit(tables, self.places.map(|place| place + group))
        })
    }

    /// The places of all tables for the decision "larger than `bin`".
    #[must_use]
    #[inline]
    pub fn places(&self, bin: usize, state: State, path: &Path) -> [usize; 8] {
        let group = bin.min(GROUPS - 1);
        let kind = self.kind;
        let [a, b, c, d] = self.places;
        [
            a + group,
            b + group,
            c + group,
            d + group,
            place::NEAR + (kind * LEVELS + level(path.near)) * ROWS + row(bin, state),
            place::WIDE + (kind * LEVELS + level(path.wide)) * GROUPS + group,
            place::LAST + (kind * 8 + path.since) * GROUPS + group,
            place::MEAN + (kind * LEVELS + path.mean) * GROUPS + group,
        ]
    }
}

/// What the weights of higher frequency say.
#[derive(Clone, Copy, Debug, Default)]
pub struct Path {
    /// Of the template.
    pub near: u32,
    /// Of the wider template.
    pub wide: u32,
    /// How long ago the last weight was, 0 to 7.
    pub since: usize,
    /// Level of the mean magnitude so far.
    pub mean: usize,
}

impl Path {
    /// Where so many weights of the leaf are known, and the sum of their magnitudes,
    /// around which lie these.
    #[must_use]
    #[inline]
    pub const fn new((near, wide): (u32, u32), coded: u32, sum: u32) -> Self {
        let since = 32 - coded.leading_zeros();
        let since = if since < 7 { since as usize } else { 7 };
        Self { near, wide, since, mean: level((8 * sum) / (coded + 1)) }
    }
}

/// The row of a decision.
#[must_use]
#[inline]
pub const fn row(bin: usize, state: State) -> usize {
    match bin {
        0 | 1 => 2 * bin + state.is_odd() as usize,
        2..=4 => bin + 2,
        _ => 7,
    }
}

/// Codes the weights of a leaf; `own`, all zero, becomes their magnitudes. `given` says
/// what they are, `keep` hears of each that is not zero, in which state of the quantiser
/// it was coded. Returns what the leaf leaves behind.
pub fn code(
    coder: &mut impl Coder,
    tables: &mut [i16],
    context: &Context<'_>,
    head: Head,
    own: &mut Magnitudes,
    mut given: impl FnMut(usize, usize) -> i32,
    mut keep: impl FnMut(usize, usize, i32, State),
) -> Cell {
    let size = context.leaf.size;
    let log2 = size as u32 + 2;
    let mut sums = [0u32; BANDS];
    if head.count > 0 {
        let last = usize::from(head.count) - 1;
        let mut place = Zigzag::at(last, log2);
        let (mut state, mut sum) = (State::START, 0u32);
        for j in (0..=last).rev() {
            let Zigzag { x, y, .. } = place;
            let path = Path::new(own.template(x, y), (last - j) as u32, sum);
            let weight =
                one(coder, tables, &context.fixed(x, y), &path, state, j == last, given(x, y));
            let magnitude = weight.unsigned_abs();
            if magnitude > 0 {
                own.set(x, y, magnitude);
                keep(x, y, weight, state);
                sum += magnitude;
                if let Some(of) = sums.get_mut(band(x, y, size)) {
                    *of += magnitude;
                }
            }
            state = state.after(magnitude);
            place = place.before();
        }
    }
    // Mean magnitudes in eighths: there are 1, 3, 5, 7 parts of weights in the bands.
    let mut energy = [0; BANDS];
    for ((to, sum), share) in energy.iter_mut().zip(sums).zip([256u32, 85, 51, 37]) {
        *to = ((sum.min(1 << 16) * share) >> (5 + 2 * size)).min(255) as u8;
    }
    let end = ((u32::from(head.count) * 64) >> (2 * log2)).max(u32::from(head.count > 0));
    Cell { size: size as u8, mode: head.mode, end: end as u8, energy }
}

/// Codes one weight; the `last` one is not zero.
#[inline]
fn one(
    coder: &mut impl Coder,
    tables: &mut [i16],
    fixed: &Fixed,
    path: &Path,
    state: State,
    last: bool,
    given: i32,
) -> i32 {
    let size = given.unsigned_abs();
    let mut magnitude = u32::from(last);
    while (magnitude as usize) < BINS {
        let places = fixed.places(magnitude as usize, state, path);
        if !decide(coder, tables, places, size > magnitude) {
            break;
        }
        magnitude += 1;
    }
    if magnitude as usize == BINS {
        let raw = escape_bits(path.near);
        magnitude =
            (magnitude + escape(coder, raw, size.wrapping_sub(BINS as u32))).min(MAX_MAGNITUDE);
    }
    if magnitude == 0 {
        return 0;
    }
    let negative = coder.bit(HALF, given < 0);
    if negative { -(magnitude as i32) } else { magnitude as i32 }
}

/// The raw bits of an escape, by the magnitudes nearby.
#[must_use]
#[inline]
pub const fn escape_bits(near: u32) -> u32 {
    let bits = (near / 8 + 1).ilog2();
    if bits < 2 {
        0
    } else if bits < 8 {
        bits - 1
    } else {
        6
    }
}

/// An exponential Golomb code of order `raw`.
fn escape(coder: &mut impl Coder, raw: u32, value: u32) -> u32 {
    let high = (value >> raw).saturating_add(1);
    let length = high.ilog2();
    let mut bits = 0;
    while bits < 15 && coder.bit(HALF, length > bits) {
        bits += 1;
    }
    let high = 1 << bits | coder.raw(bits, high);
    ((high - 1) << raw) + coder.raw(raw, value)
}
