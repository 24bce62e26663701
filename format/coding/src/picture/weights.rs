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
    additive::decide_by,
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

/// Diagonals that a weight lies near to: its own and the three before.
const KEPT: usize = 4;

/// What lies around the frequencies of a leaf whose higher ones are known: magnitudes,
/// limited to 255; those next to a frequency count four times, those two away twice.
#[derive(Clone, Copy, Debug, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C)]
pub struct Diagonals {
    /// Sums of diagonals, by vertical frequency from -3 on.
    rows: [[u16; BLOCK + KEPT]; KEPT],
    /// Of the frequency before, which is on the same diagonal.
    last: u16,
    /// To whole words.
    unused: u16,
}

impl Diagonals {
    /// All are zero.
    pub const NEW: Self = Self { rows: [[0; BLOCK + KEPT]; KEPT], last: 0, unused: 0 };

    /// Before a leaf of so many pixels a side.
    pub fn clear(&mut self, side: usize) {
        for row in &mut self.rows {
            row.iter_mut().take(side + KEPT).for_each(|sum| *sum = 0);
        }
        self.last = 0;
    }

    /// Before the first weight of a diagonal.
    #[inline]
    pub fn begin(&mut self) {
        self.last = 0;
    }

    /// A frequency's magnitude, after [`around`](Self::around) it was asked.
    #[inline]
    pub fn set(&mut self, x: usize, y: usize, magnitude: u32) {
        let one = magnitude.min(255) as u16;
        self.last = one;
        if one == 0 {
            return;
        }
        let mut add = |before: usize, sums: [u16; KEPT]| {
            let row = self.rows.get_mut((x + y).wrapping_sub(before) % KEPT);
            let row = row.and_then(|row| row.get_mut(y..)?.first_chunk_mut::<KEPT>());
            if let Some(row) = row {
                row.iter_mut().zip(sums).for_each(|(to, sum)| *to += sum);
            }
        };
        add(1, [0, 0, 4 * one, 4 * one]);
        add(2, [0, 2 * one, 2 * one, 2 * one]);
        add(3, [one; KEPT]);
    }

    /// What lies around a frequency; is asked once, for the place is used again.
    #[must_use]
    #[inline]
    pub fn around(&mut self, x: usize, y: usize) -> u32 {
        let row = self.rows.get_mut((x + y) % KEPT);
        let sum = row.and_then(|row| row.get_mut(y + KEPT - 1)).map_or(0, core::mem::take);
        u32::from(sum) + u32::from(self.last)
    }
}

/// What is known of a weight before those of higher frequency are.
#[derive(Clone, Copy, Debug)]
pub struct Fixed {
    /// Rows of the answers by frequency and by energy.
    place: usize,
    around: usize,
}

/// What is known around the weights of a leaf.
#[derive(Clone, Copy, Debug)]
pub struct Context {
    size: usize,
    /// Classes of direction by a frequency's own.
    directions: [u8; 3],
    /// Rows of the answers by each band's energy.
    around: [u8; BANDS],
}

impl Context {
    /// Of a leaf with a predictor.
    #[must_use]
    #[inline(never)]
    pub fn new(leaf: &Leaf, mode: u8) -> Self {
        let around = core::array::from_fn(|band| {
            let energy = match leaf.plane {
                Plane::Luma => {
                    double(leaf.around.map(|cell| cell.is_inside().then(|| cell.energy(band))))
                }
                Plane::Co => leaf.before[0].energy(band) / 2,
                Plane::Cg => leaf.before[1].energy(band) / 2,
            };
            // From 1 on, from 3, 6, 12, 24. A third, of numbers below 512.
            let level = octave((energy * 171) >> 9) + usize::from(energy > 0);
            let level = level.min(ENERGIES - 1);
            ((leaf.plane.kind() * ENERGIES + level) * AGES) as u8
        });
        let directions = match direction(mode) {
            0 => [0, 1, 2],
            1 => [3, 4, 5],
            _ => [3, 5, 4],
        };
        Self { size: leaf.size, directions, around }
    }

    /// Of one weight.
    #[must_use]
    #[inline]
    pub fn fixed(&self, x: usize, y: usize) -> Fixed {
        const CLASSES: [u8; 10] = [0, 1, 2, 2, 3, 3, 4, 4, 4, SUMS as u8 - 1];
        let at = |row: &[u8], place: usize| row.get(place).copied().map_or(0, usize::from);
        let sum = at(&CLASSES, (x + y).min(9));
        let own = if x > 2 * y { 1 } else { 2 * usize::from(y > 2 * x) };
        let place = (self.size * SUMS + sum) * DIRECTIONS + at(&self.directions, own);
        Fixed { place, around: at(&self.around, band(x, y, self.size)) }
    }
}

/// The band of a frequency of a leaf of `4 << size` a side.
#[must_use]
#[inline]
pub const fn band(x: usize, y: usize, size: usize) -> usize {
    (if x > y { x } else { y }) >> size
}

/// A weight's answers: rows of their tables.
#[derive(Clone, Copy, Debug)]
pub struct Places {
    /// By those of higher frequency.
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
        Places { near: level, place: self.place, around: self.around + age }
    }
}

impl Places {
    /// Those of the decision "larger than `bin`".
    #[must_use]
    #[inline]
    pub const fn of(self, bin: usize, state: State) -> [usize; 3] {
        let group = if bin > 0 { GROUPS - 1 } else { 0 };
        [
            place::NEAR + self.near * ROWS + row(bin, state),
            place::WHERE + self.place * GROUPS + group,
            place::AROUND + self.around * GROUPS + group,
        ]
    }
}

/// Where a row has the answer to "larger than `bin`".
#[inline]
const fn row(bin: usize, state: State) -> usize {
    match bin {
        0 | 1 => 2 * bin + state.is_odd() as usize,
        2..=4 => bin + 2,
        _ => ROWS - 1,
    }
}

/// The tables that weights ask, row by row.
struct Tables<'t> {
    near: &'t mut [[i16; ROWS]],
    place: &'t mut [[i16; GROUPS]],
    around: &'t mut [[i16; GROUPS]],
    escape: &'t mut [i16],
}

impl<'t> Tables<'t> {
    fn of(tables: &'t mut [i16]) -> Option<Self> {
        let (_, tables) = tables.split_at_mut_checked(place::NEAR)?;
        let (near, tables) = tables.split_at_mut_checked(place::WHERE - place::NEAR)?;
        let (place, tables) = tables.split_at_mut_checked(place::AROUND - place::WHERE)?;
        let (around, escape) = tables.split_at_mut_checked(place::ESCAPE - place::AROUND)?;
        let (near, place) = (near.as_chunks_mut().0, place.as_chunks_mut().0);
        Some(Self { near, place, around: around.as_chunks_mut().0, escape })
    }
}

/// Codes the weights of a leaf. `given` says what they are, `keep` hears of each that is
/// not zero, in which state of the quantiser it was coded; `recent` may hold anything.
/// Returns what the leaf leaves behind.
pub fn code(
    coder: &mut impl Coder,
    (tables, recent): (&mut [i16], &mut Diagonals),
    leaf: &Leaf,
    head: Head,
    mut given: impl FnMut(usize, usize) -> i32,
    mut keep: impl FnMut(usize, usize, i32, State),
) -> Cell {
    let size = leaf.size;
    let mut sums = [0u32; BANDS];
    let count = usize::from(head.count);
    if let (1.., Some(mut tables)) = (count, Tables::of(tables)) {
        let context = Context::new(leaf, head.mode);
        recent.clear(4 << size);
        let mut place = Zigzag::at(count - 1, size as u32 + 2);
        let mut state = State::START;
        for coded in 0..count {
            let Zigzag { x, y, .. } = place;
            let near = recent.around(x, y);
            let places = context.fixed(x, y).places(near, coded);
            let weight = one(coder, &mut tables, places, (near, state), coded == 0, given(x, y));
            let magnitude = weight.unsigned_abs();
            recent.set(x, y, magnitude);
            if magnitude > 0 {
                keep(x, y, weight, state);
                if let Some(of) = sums.get_mut(band(x, y, size)) {
                    *of += magnitude;
                }
            }
            state = state.after(magnitude);
            place = place.before();
            if place.x + place.y < x + y {
                recent.begin();
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
    tables: &mut Tables<'_>,
    at: Places,
    (near, state): (u32, State),
    first: bool,
    given: i32,
) -> i32 {
    let answers = (
        tables.near.get_mut(at.near),
        tables.place.get_mut(at.place),
        tables.around.get_mut(at.around),
    );
    let (Some(row), Some([place, places]), Some([around, arounds])) = answers else { return 0 };
    let size = given.unsigned_abs();
    if !first && let Some(zero) = row.get_mut(self::row(0, state)) {
        coder.asked(&at.of(0, state), RATE, size > 0);
        if !decide_by::<RATE, 3>(coder, [zero, place, around], size > 0) {
            return 0;
        }
    }
    let mut magnitude = 1;
    while magnitude < BINS as u32 {
        let Some(more) = row.get_mut(self::row(magnitude as usize, state)) else { break };
        coder.asked(&at.of(magnitude as usize, state), RATE, size > magnitude);
        if !decide_by::<RATE, 3>(coder, [more, places, arounds], size > magnitude) {
            break;
        }
        magnitude += 1;
    }
    if magnitude as usize == BINS {
        let order = (escape_bits(near), ESCAPES as u32);
        let escape = golomb(coder, order, size.wrapping_sub(BINS as u32), |coder, bits, more| {
            let Some(answer) = tables.escape.get_mut(bits as usize) else { return false };
            coder.asked(&[place::ESCAPE + bits as usize], RATE, more);
            decide_by::<RATE, 1>(coder, [answer], more)
        });
        magnitude = (magnitude + escape).min(MAX_MAGNITUDE);
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
