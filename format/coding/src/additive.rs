//! How likely is a decision? Several tables say so, each by a number that learns.
//!
//! An additive logistic model: every table is asked about another part of what is
//! known around the decision, the logit is the sum of their answers, and each answer
//! learns from what the sum was wrong by.

use crate::range::Coder;

/// A logit of 1 (a factor of e in the odds).
pub const ONE: i32 = 1 << 12;
/// Logits are limited to this.
const LIMIT: i32 = 8 * ONE;

/// `round(2^16 / (1 + exp(-i / 16)))`, i = 0 ..= 128, at most 2^16 - 1.
#[rustfmt::skip]
static LOGISTIC: [u16; 129] = [
    32768, 33792, 34813, 35831, 36843, 37847, 38841, 39824, 40793, 41748, 42687, 43608,
    44511, 45393, 46254, 47094, 47911, 48704, 49474, 50220, 50941, 51638, 52310, 52957,
    53581, 54179, 54754, 55306, 55834, 56339, 56822, 57284, 57724, 58144, 58544, 58925,
    59287, 59632, 59959, 60270, 60565, 60844, 61109, 61360, 61598, 61823, 62036, 62238,
    62428, 62608, 62778, 62938, 63090, 63233, 63368, 63495, 63615, 63728, 63835, 63935,
    64030, 64119, 64203, 64283, 64357, 64427, 64494, 64556, 64614, 64669, 64721, 64770,
    64816, 64859, 64900, 64938, 64974, 65008, 65039, 65069, 65097, 65124, 65149, 65172,
    65194, 65215, 65234, 65252, 65269, 65285, 65300, 65315, 65328, 65341, 65352, 65364,
    65374, 65384, 65393, 65402, 65410, 65417, 65425, 65431, 65438, 65444, 65449, 65454,
    65459, 65464, 65468, 65472, 65476, 65480, 65483, 65486, 65489, 65492, 65495, 65497,
    65500, 65502, 65504, 65506, 65508, 65509, 65511, 65513, 65514,
];

/// The probability of a logit in 1 / [`ONE`], in 2^-16: between 22 and 2^16 - 22.
///
/// Linear between the table's places; accuracy 5e-5.
#[must_use]
#[inline]
pub fn probability(logit: i32) -> u16 {
    let size = logit.unsigned_abs().min(LIMIT as u32 - 1);
    let place = (size >> 8) as usize;
    let at = |place: usize| LOGISTIC.get(place).copied().map_or(0, u32::from);
    let (low, high) = (at(place), at(place + 1));
    let p = low + (((high - low) * (size & 255)) >> 8);
    (if logit < 0 { (1 << 16) - p } else { p }) as u16
}

/// Codes a decision: one place of each table that is asked. Answers learn by 2^-`RATE`
/// of what their sum was wrong by, in logits.
pub fn decide<const RATE: u32, const N: usize>(
    coder: &mut impl Coder,
    tables: &mut [i16],
    places: &[usize; N],
    bit: bool,
) -> bool {
    let mut logit = 0;
    for &place in places {
        let Some(&answer) = tables.get(place) else { return false };
        logit += i32::from(answer);
    }
    coder.asked(places, RATE, bit);
    let (bit, step) = settle::<RATE>(coder, logit, bit);
    for &place in places {
        if let Some(answer) = tables.get_mut(place) {
            *answer = answer.saturating_add(step);
        }
    }
    bit
}

/// Likewise by the answers themselves, of which the coder [hears](Coder::asked) before.
#[inline]
pub(crate) fn decide_by<const RATE: u32, const N: usize>(
    coder: &mut impl Coder,
    answers: [&mut i16; N],
    bit: bool,
) -> bool {
    let logit = answers.iter().map(|answer| i32::from(**answer)).sum();
    let (bit, step) = settle::<RATE>(coder, logit, bit);
    for answer in answers {
        *answer = answer.saturating_add(step);
    }
    bit
}

/// A decision of this logit, and what the answers learn from it.
#[inline]
fn settle<const RATE: u32>(coder: &mut impl Coder, logit: i32, bit: bool) -> (bool, i16) {
    let p = probability(logit);
    let bit = coder.bit(p, bit);
    if !coder.learns() {
        return (bit, 0);
    }
    let wrong = (i32::from(bit) << 16) - i32::from(p);
    // 16 bits of probability, 12 of logits.
    (bit, ((wrong + (1 << (RATE + 3))) >> (RATE + 4)) as i16)
}
