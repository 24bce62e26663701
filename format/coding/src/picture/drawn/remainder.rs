//! By how much is a colour not the one that is foretold?

use super::{
    Form, RATE,
    around::Around,
    place::{self, BUSY, OCTAVES},
};
use crate::{
    additive::decide,
    range::{Coder, HALF},
};

/// Digits below the highest that are learned.
const LEARNED: usize = 3;

/// Codes a colour by what is left of the plane through its neighbours: green, then red
/// and blue, from which green's, or what corresponds to it, is taken away; then alpha.
#[inline(never)]
pub(super) fn remainder(
    coder: &mut impl Coder,
    answers: &mut [i16],
    form: Form,
    around: &Around,
    given: Option<u32>,
) -> u32 {
    let [west, north, north_west, north_east] = around.nearest().map(|c| c.to_le_bytes());
    let given = given.unwrap_or(0).to_le_bytes();
    let mut foretold = [0u8; 4];
    let mut busy = [0u32; 4];
    let all = west.into_iter().zip(north).zip(north_west).zip(north_east);
    for ((to, busy), (((w, n), nw), ne)) in foretold.iter_mut().zip(&mut busy).zip(all) {
        let plane = i32::from(w) + i32::from(n) - i32::from(nw);
        *to = plane.clamp(w.min(n).into(), w.max(n).into()) as u8;
        *busy = u32::from(w.abs_diff(nw)) + u32::from(n.abs_diff(nw)) + u32::from(n.abs_diff(ne));
    }
    let octave = |n: u32| ((u32::BITS - n.leading_zeros()) as usize).min(BUSY - 1);
    let [red_shift, green_shift, blue_shift, _] = form.shifts();
    let mut code = |channel, busy, (shift, less): (u32, i8), foretold: u8, given: u8| {
        let base = (foretold >> shift).wrapping_add(less as u8);
        let rest = (given >> shift).wrapping_sub(base) as i8;
        let rest = number(coder, answers, channel, busy, rest);
        (base.wrapping_add(rest as u8) << shift, rest)
    };
    let [r, g, b, a] = foretold;
    let [given_r, given_g, given_b, given_a] = given;
    let [busy_r, busy_g, busy_b, busy_a] = busy;
    let (green, first) = code(0, octave(busy_r + busy_g + busy_b), (green_shift, 0), g, given_g);
    let (mut red, mut blue) = (green, green);
    if !form.gray {
        // Green has a bit more on displays.
        let less = first >> (red_shift - green_shift);
        let of = |rest: i8| octave(rest.unsigned_abs().into());
        let second;
        (red, second) = code(1, of(first), (red_shift, less), r, given_r);
        (blue, _) = code(2, of(second), (blue_shift, less), b, given_b);
    }
    let mut alpha = 0;
    if form.alpha {
        (alpha, _) = code(3, octave(busy_a), (0, 0), a, given_a);
    }
    form.shown(u32::from_le_bytes([red, green, blue, alpha]))
}

/// Codes a remainder of a channel.
fn number(
    coder: &mut impl Coder,
    answers: &mut [i16],
    channel: usize,
    busy: usize,
    given: i8,
) -> i8 {
    let size = given.unsigned_abs();
    let given_octave = (u8::BITS - size.leading_zeros()) as usize;
    let mut octave = 0;
    while octave < OCTAVES {
        let places = [
            place::MORE_BUSY + (channel * BUSY + busy) * OCTAVES + octave,
            place::MORE + channel * OCTAVES + octave,
        ];
        if !decide::<RATE, _>(coder, answers, &places, given_octave > octave) {
            break;
        }
        octave += 1;
    }
    let Some(digits) = octave.checked_sub(1) else { return 0 };
    let mut value = 1u8;
    for at in 0..digits {
        let bit = size >> (digits - 1 - at) & 1 != 0;
        let bit = if at < LEARNED {
            let place = place::DIGIT + (channel * OCTAVES + octave - 1) * LEARNED + at;
            decide::<RATE, _>(coder, answers, &[place], bit)
        } else {
            coder.bit(HALF, bit)
        };
        value = value << 1 | u8::from(bit);
    }
    let negative =
        decide::<RATE, _>(coder, answers, &[place::SIGN + channel * BUSY + busy], given < 0);
    if negative { value.wrapping_neg() as i8 } else { value as i8 }
}
