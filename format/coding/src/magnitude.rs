//! How are the weights of one block's expert coded?
//!
//! From low to high frequency, each as decisions "larger than 0, 1, 2, ...".

use crate::{
    around::{Fixed, Neighbours, Path},
    classes::{Classes, ROW, first, rate},
    range::{Coder, HALF},
    trellis::State,
};

/// Decisions "larger than 0, 1, 2, ..." that have classes; larger magnitudes are
/// escaped.
pub const BINS: usize = 10;

/// The class of "larger than `bin`" in a state of the quantiser.
#[must_use]
#[inline]
pub const fn class(energy: usize, bin: usize, state: State) -> usize {
    let place = if bin < 2 { 2 * bin + state.is_odd() as usize } else { bin + 2 };
    first::WEIGHT + energy * ROW + place
}

/// Codes weights of one block and channel, those from `first` on, a multiple of
/// [`RUN`](crate::around::RUN); `path` is what those before have left behind. What
/// `keep` makes of each, with the state of the quantiser that it was coded in, takes
/// its place.
#[inline]
pub(crate) fn code_weights(
    coder: &mut impl Coder,
    classes: &mut Classes,
    around: &Neighbours<'_>,
    (first, path): (usize, &mut Path),
    weights: &mut [i32],
    keep: impl Fn(i32, State) -> i32,
) {
    // A copy of it can lie in registers.
    let mut own = Path { state: State::new(path.state.index()), ..*path };
    around.walk(first, weights, |fixed, weight| {
        let coded = code_weight(coder, classes, (fixed, &own), *weight);
        *weight = keep(coded, own.state);
        own = own.after(coded.unsigned_abs());
    });
    *path = own;
}

/// Bits of an escape's length at most.
const ESCAPE_LIMIT: u32 = 24;
/// Raw bits of an escape at most.
const RAW_LIMIT: u32 = 12;
/// Decisions that a weight takes at most: those that are predicted, an escape's
/// length and its bits, the sign.
pub const MAX_DECISIONS: u32 = BINS as u32 + 2 * ESCAPE_LIMIT + RAW_LIMIT + 1;
/// Larger magnitudes decode as this one.
pub const MAX_MAGNITUDE: u32 = 1 << 23;

/// Codes one signed weight; returns it.
fn code_weight(
    coder: &mut impl Coder,
    classes: &mut Classes,
    (fixed, path): (Fixed, &Path),
    value: i32,
) -> i32 {
    let given = value.unsigned_abs();
    let energy = fixed.energy(&path.history);
    let class = |bin| class(energy, bin, path.state);
    let Some(row) = classes.rows().get_mut(energy & 15) else { return 0 };
    // Those of the other quantiser lie between.
    let own = row.get_mut(usize::from(path.state.is_odd())..);
    let Some([zero, _, one, ..]) = own else { return 0 };
    if !coder.decide_weight(zero, class(0), given > 0) {
        return 0;
    }
    let mut magnitude = 1;
    if coder.decide_weight(one, class(1), given > 1) {
        magnitude = 2;
        let [_, _, _, _, more @ ..] = row;
        for (place, p) in (class(2)..).zip(more) {
            if !coder.decide_weight(p, place, given > magnitude) {
                break;
            }
            magnitude += 1;
        }
    }
    if magnitude == BINS as u32 {
        let raw = fixed.escape_bits(&path.history);
        let escape = coder.escape(classes, raw, given.wrapping_sub(BINS as u32));
        magnitude = magnitude.saturating_add(escape).min(MAX_MAGNITUDE);
    }
    let negative = coder.bit(HALF, value < 0);
    if negative { -(magnitude as i32) } else { magnitude as i32 }
}

/// Exponential Golomb code of order `raw`, its length learned.
pub(crate) fn code_escape(
    coder: &mut impl Coder,
    classes: &mut Classes,
    raw: u32,
    value: u32,
) -> u32 {
    golomb(coder, (raw, ESCAPE_LIMIT), value, |coder, bits, more| {
        let class = first::ESCAPE + bits.min(15) as usize;
        coder.decide::<{ rate::HEADS }>(classes, class, more)
    })
}

/// Exponential Golomb code of order `raw`; `go_on` codes whether its length, of `limit`
/// at most, goes on.
#[inline]
pub(crate) fn golomb<C: Coder>(
    coder: &mut C,
    (raw, limit): (u32, u32),
    value: u32,
    mut go_on: impl FnMut(&mut C, u32, bool) -> bool,
) -> u32 {
    let high = (value >> raw).saturating_add(1);
    let length = high.ilog2();
    let mut bits = 0;
    while bits < limit && go_on(coder, bits, length > bits) {
        bits += 1;
    }
    let high = 1 << bits | coder.raw(bits, high);
    let low = coder.raw(raw, value);
    let high = (u64::from(high - 1) << raw).saturating_add(low.into());
    u32::try_from(high).unwrap_or(u32::MAX)
}
