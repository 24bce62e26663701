//! How are the weights of a leaf's expert coded?
//!
//! From high to low frequency, each as decisions "larger than 0, 1, 2, ...".

use super::{
    BLOCK, Plane,
    cells::{BANDS, Cell, double, octave},
    head::{Head, Leaf, direction},
    place::{self, AGES, DIRECTIONS, ENERGIES, ESCAPES, GROUPS, LEVELS, ROWS, SUMS},
    scan::Zigzag,
};
use crate::{
    additive::decide,
    magnitude::golomb,
    range::{Coder, HALF},
    trellis::State,
};

/// Decisions "larger than 0, 1, 2, ..." of a weight; larger magnitudes are escaped.
pub const BINS: usize = 10;
/// Larger magnitudes decode as this one.
pub const MAX_MAGNITUDE: u32 = 1 << 15;
/// How fast the answers learn.
const RATE: u32 = 5;

/// Diagonals of a leaf that are remembered.
const KEPT: usize = 4;

/// The magnitudes of a leaf's last four diagonals, limited to 255.
#[derive(Clone, Copy, Debug)]
pub struct Diagonals {
    /// By vertical frequency, with zeros around: 1 before, 3 behind.
    rows: [[u8; BLOCK + KEPT]; KEPT],
}

impl Diagonals {
    /// All are zero.
    pub const NEW: Self = Self { rows: [[0; BLOCK + KEPT]; KEPT] };

    /// Before the first weight of the diagonal of (`x`, `y`).
    #[inline]
    pub fn begin(&mut self, x: usize, y: usize) {
        if let Some(row) = self.rows.get_mut((x + y) % KEPT) {
            *row = [0; BLOCK + KEPT];
        }
    }

    /// A frequency's magnitude.
    #[inline]
    pub fn set(&mut self, x: usize, y: usize, magnitude: u32) {
        let row = self.rows.get_mut((x + y) % KEPT);
        if let Some(to) = row.and_then(|row| row.get_mut(y + 1)) {
            *to = magnitude.min(255) as u8;
        }
    }

    /// What lies around a frequency whose higher ones are known: those next to it count
    /// four times, those two away twice.
    #[must_use]
    #[inline]
    pub fn around(&self, x: usize, y: usize) -> u32 {
        let row = |away: usize| {
            let row = self.rows.get((x + y + away) % KEPT).and_then(|row| row.get(y..));
            let row = row.and_then(|row| row.first_chunk()).copied().unwrap_or([0u8; 5]);
            row.map(u32::from)
        };
        let ([a, _, b, ..], [_, c, d, ..]) = (row(0), row(1));
        let ([_, e, f, g, _], [_, h, i, j, k]) = (row(2), row(3));
        a + b + 4 * (c + d) + 2 * (e + f + g) + h + i + j + k
    }
}

/// What is known of a weight before those of higher frequency are.
#[derive(Clone, Copy, Debug)]
pub struct Fixed {
    /// Places of the answers by frequency and by energy.
    place: usize,
    around: usize,
}

/// What is known around the weights of a leaf.
#[derive(Clone, Copy, Debug)]
pub struct Context {
    size: usize,
    direction: usize,
    /// Places of the answers by each band's energy.
    around: [usize; BANDS],
}

impl Context {
    /// Of a leaf with a predictor.
    #[must_use]
    pub fn new(leaf: &Leaf, mode: u8) -> Self {
        let around = core::array::from_fn(|band| {
            let energy = match leaf.plane {
                Plane::Luma => {
                    double(leaf.around.map(|cell| cell.is_inside().then(|| cell.energy(band))))
                }
                Plane::Co => leaf.before[0].energy(band) / 2,
                Plane::Cg => leaf.before[1].energy(band) / 2,
            };
            // From 1 on, from 3, 6, 12, 24.
            let level = octave(energy / 3) + usize::from(energy > 0);
            let level = level.min(ENERGIES - 1);
            place::AROUND + (leaf.plane.kind() * ENERGIES + level) * AGES * GROUPS
        });
        Self { size: leaf.size, direction: direction(mode), around }
    }

    /// Of one weight.
    #[must_use]
    #[inline]
    pub fn fixed(&self, x: usize, y: usize) -> Fixed {
        let sum = match x + y {
            sum @ 0..=1 => sum,
            2..=3 => 2,
            4..=5 => 3,
            6..=8 => 4,
            _ => SUMS - 1,
        };
        let own = if x > 2 * y {
            1
        } else if y > 2 * x {
            2
        } else {
            0
        };
        let direction = match (self.direction, own) {
            (0, own) => own,
            (_, 0) => 3,
            (given, own) if given == own => 4,
            _ => DIRECTIONS - 1,
        };
        let place = (self.size * SUMS + sum) * DIRECTIONS + direction;
        let around = self.around.get(band(x, y, self.size)).copied();
        Fixed { place: place::WHERE + place * GROUPS, around: around.unwrap_or(0) }
    }
}

/// The band of a frequency of a leaf of `4 << size` a side.
#[must_use]
#[inline]
pub const fn band(x: usize, y: usize, size: usize) -> usize {
    (if x > y { x } else { y }) >> size
}

/// Where a weight's answers begin.
#[derive(Clone, Copy, Debug)]
pub struct Places {
    /// By those of higher frequency, a row.
    near: usize,
    place: usize,
    around: usize,
}

impl Fixed {
    /// With what [`Diagonals::around`] says of the weights of higher frequency, so many
    /// of which have been coded.
    #[must_use]
    #[inline]
    pub const fn places(self, near: u32, coded: usize) -> Places {
        // Exact below 4, then four levels an octave.
        let level = match near {
            0..4 => near as usize,
            _ => {
                let more = near.ilog2() - 2;
                4 * more as usize + (near >> more) as usize
            }
        };
        let level = if level < LEVELS { level } else { LEVELS - 1 };
        let age = (coded | 1).ilog2() as usize;
        let age = if age < AGES { age } else { AGES - 1 };
        Places {
            near: place::NEAR + level * ROWS,
            place: self.place,
            around: self.around + age * GROUPS,
        }
    }
}

impl Places {
    /// Those of the decision "larger than `bin`".
    #[must_use]
    #[inline]
    pub const fn of(self, bin: usize, state: State) -> [usize; 3] {
        let row = match bin {
            0 | 1 => 2 * bin + state.is_odd() as usize,
            2..=4 => bin + 2,
            _ => ROWS - 1,
        };
        let group = if bin > 0 { GROUPS - 1 } else { 0 };
        [self.near + row, self.place + group, self.around + group]
    }
}

/// Codes the weights of a leaf. `given` says what they are, `keep` hears of each that is
/// not zero, in which state of the quantiser it was coded. Returns what the leaf leaves
/// behind.
pub fn code(
    coder: &mut impl Coder,
    tables: &mut [i16],
    leaf: &Leaf,
    head: Head,
    mut given: impl FnMut(usize, usize) -> i32,
    mut keep: impl FnMut(usize, usize, i32, State),
) -> Cell {
    let size = leaf.size;
    let mut sums = [0u32; BANDS];
    if let Some(last) = usize::from(head.count).checked_sub(1) {
        let context = Context::new(leaf, head.mode);
        let mut recent = Diagonals::NEW;
        let mut place = Zigzag::at(last, size as u32 + 2);
        let mut state = State::START;
        for coded in 0..=last {
            let Zigzag { x, y, .. } = place;
            let near = recent.around(x, y);
            let places = context.fixed(x, y).places(near, coded);
            let weight = one(coder, tables, places, (near, state), coded == 0, given(x, y));
            let magnitude = weight.unsigned_abs();
            if magnitude > 0 {
                recent.set(x, y, magnitude);
                keep(x, y, weight, state);
                if let Some(of) = sums.get_mut(band(x, y, size)) {
                    *of += magnitude;
                }
            }
            state = state.after(magnitude);
            place = place.before();
            if place.x + place.y < x + y {
                recent.begin(place.x, place.y);
            }
        }
    }
    // Mean magnitudes in eighths: there are 1, 3, 5, 7 parts of weights in the bands.
    let mut energy = [0; BANDS];
    for ((to, sum), share) in energy.iter_mut().zip(sums).zip([256u32, 85, 51, 37]) {
        *to = ((sum.min(1 << 16) * share) >> (5 + 2 * size)).min(255) as u8;
    }
    Cell::new(size, head.mode, head.count, energy)
}

/// Codes one weight; the first one is not zero.
#[inline]
fn one(
    coder: &mut impl Coder,
    tables: &mut [i16],
    places: Places,
    (near, state): (u32, State),
    first: bool,
    given: i32,
) -> i32 {
    let size = given.unsigned_abs();
    let mut magnitude = u32::from(first);
    while (magnitude as usize) < BINS {
        let places = places.of(magnitude as usize, state);
        if !decide::<RATE, 3>(coder, tables, places, size > magnitude) {
            break;
        }
        magnitude += 1;
    }
    if magnitude as usize == BINS {
        let order = (escape_bits(near), ESCAPES as u32);
        let escape = golomb(coder, order, size.wrapping_sub(BINS as u32), |coder, bits, more| {
            decide::<RATE, 1>(coder, tables, [place::ESCAPE + bits as usize], more)
        });
        magnitude = (magnitude + escape).min(MAX_MAGNITUDE);
    }
    if magnitude == 0 {
        return 0;
    }
    let negative = coder.bit(HALF, given < 0);
    if negative { -(magnitude as i32) } else { magnitude as i32 }
}

/// The raw bits of an escape, by what lies around.
#[must_use]
#[inline]
pub const fn escape_bits(near: u32) -> u32 {
    (near / 32 + 1).ilog2()
}
