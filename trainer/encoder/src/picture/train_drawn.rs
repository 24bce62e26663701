//! Where do the answers of drawn pictures' tables start?
//!
//! Pictures are encoded one after the other, each with what was learned from those
//! before. An answer's start is its mean after each picture of the second pass.

use super::{Pixels, encode_drawn};
use nex_coding::picture::{
    drawn::{Form, State, place::COUNT},
    place::UNIT,
};
use rand::{SeedableRng, seq::SliceRandom};
use rand_pcg::Pcg64Mcg;

/// log2 of the memory's entries.
const MEMORY: u8 = 14;

/// Encodes drawn pictures; returns where all of their answers start, in 1/16 of a logit.
/// Deterministic.
#[must_use]
pub fn train_drawn(pictures: &[Pixels], seed: u64) -> Vec<i8> {
    let mut rng = Pcg64Mcg::seed_from_u64(seed);
    let mut order: Vec<&Pixels> = pictures.iter().collect();
    let mut state = State::new();
    let mut answers = [0; COUNT];
    let mut sums = vec![0i64; COUNT];
    for last in [false, true] {
        order.shuffle(&mut rng);
        for pixels in &order {
            let (gray, alpha) = (pixels.channels < 3, pixels.channels.is_multiple_of(2));
            state.begin_with(&answers);
            let form = Form { memory: MEMORY, display: false, gray, alpha };
            let _ = encode_drawn(pixels, form, &mut state);
            answers = *state.answers();
            if last {
                sums.iter_mut().zip(&answers).for_each(|(sum, &answer)| *sum += i64::from(answer));
            }
        }
    }
    let (count, unit) = (order.len().max(1) as i64, i64::from(UNIT));
    let start = |&sum: &i64| (sum / count + unit / 2).div_euclid(unit).clamp(-128, 127) as i8;
    sums.iter().map(start).collect()
}
