//! With which starts would files take the fewest bytes?
//!
//! The decisions of encoded signals are kept with the places of the answers that they
//! asked. How many bits they take is a function of where the answers start: its gradient
//! is found by going through the decisions once, and back.

use super::{Asked, bits};
use nex_coding::{
    additive::{ONE, probability},
    range::Coder,
};
use rayon::prelude::*;
use std::fmt::Write;

/// The decisions of a signal.
#[derive(Default)]
pub(crate) struct Heard {
    decisions: Vec<Asked>,
    /// Bits that no answer has a say in.
    raw: usize,
}

impl Coder for Heard {
    fn bit(&mut self, _: u16, bit: bool) -> bool {
        self.raw += 1;
        bit
    }

    fn asked(&mut self, places: &[usize], rate: u32, bit: bool) {
        self.decisions.push(Asked::new(places, rate, bit));
    }
}

/// Steps of the descent.
const STEPS: usize = 24;
/// The first steps, in logits; later ones are shorter.
const PACE: f32 = 0.2;
/// How much of the gradient, and of its squares, a step keeps for the next ones (Adam).
const KEPT: (f32, f32) = (0.8, 0.95);
/// What half the square of a start in logits costs, in shares of all signals: it has to be
/// worth it.
const RIDGE: f32 = 1e-6;

/// The starts with which all signals are smallest, each counting by the share that it
/// saves, and by the root of its bits, so that what the smallest ones have by chance weighs
/// little. Returns the mean logarithms of their bits before and after.
pub(crate) fn fit(signals: &[Heard], starts: &mut [i8]) -> [f32; 2] {
    let mut at: Vec<f32> = starts.iter().map(|&start| f32::from(start) / 16.0).collect();
    let (mut mean, mut square) = (vec![0.0f32; at.len()], vec![0.0f32; at.len()]);
    let mut sizes = Vec::new();
    let mut gone = (1.0, 1.0);
    for step in 0..=STEPS {
        let all: Vec<(f32, Vec<f32>)> =
            signals.par_iter().map(|heard| gradient(heard, &at)).collect();
        sizes.push(all.iter().map(|(bits, _)| bits.ln()).sum::<f32>() / all.len().max(1) as f32);
        if step == STEPS {
            break;
        }
        let weights: Vec<f32> = all.iter().map(|(bits, _)| bits.sqrt()).collect();
        let total = weights.iter().sum::<f32>().max(1.0);
        let pace = PACE * (1.0 - step as f32 / STEPS as f32);
        gone = (KEPT.0 * gone.0, KEPT.1 * gone.1);
        for place in 0..at.len() {
            let sum: f32 = all.iter().zip(&weights).map(|((_, each), w)| w * each[place]).sum();
            let slope = sum / total + RIDGE * at[place];
            mean[place] += (1.0 - KEPT.0) * (slope - mean[place]);
            square[place] += (1.0 - KEPT.1) * (slope * slope - square[place]);
            let (mean, square) = (mean[place] / (1.0 - gone.0), square[place] / (1.0 - gone.1));
            at[place] -= pace * mean / (square.sqrt() + 1e-6);
            at[place] = at[place].clamp(-8.0, 7.9);
        }
    }
    for (start, at) in starts.iter_mut().zip(at) {
        *start = (16.0 * at).round() as i8;
    }
    [sizes[0], sizes[STEPS]]
}

/// The bits of a signal, and how the logarithm of their number grows with each start, in
/// logits.
fn gradient(heard: &Heard, starts: &[f32]) -> (f32, Vec<f32>) {
    let one = ONE as f32;
    let mut answers: Vec<f32> = starts.iter().map(|start| one * start).collect();
    let mut sum = heard.raw as f32 - heard.decisions.len() as f32;
    let mut shares = Vec::with_capacity(heard.decisions.len());
    for asked in &heard.decisions {
        let logit = asked.places().map(|place| answers[place]).sum::<f32>() as i32;
        sum += bits(logit, asked.bit);
        let share = f32::from(probability(logit)) / 65_536.0;
        let step = one * (f32::from(u8::from(asked.bit)) - share) * rate(asked);
        asked.places().for_each(|place| answers[place] += step);
        shares.push(share);
    }
    // Back: by how much the bits from here on grow with each answer.
    let mut slopes = vec![0.0f32; starts.len()];
    for (asked, share) in heard.decisions.iter().zip(shares).rev() {
        let later: f32 = asked.places().map(|place| slopes[place]).sum();
        let own = share - f32::from(u8::from(asked.bit));
        let more = own - rate(asked) * share * (1.0 - share) * later;
        asked.places().for_each(|place| slopes[place] += more);
    }
    // In nats so far.
    let scale = 1.0 / (std::f32::consts::LN_2 * sum.max(1.0));
    slopes.iter_mut().for_each(|slope| *slope *= scale);
    (sum.max(1.0), slopes)
}

/// What part of what was wrong answers learn.
fn rate(asked: &Asked) -> f32 {
    1.0 / f32::from(1u16 << asked.rate)
}

/// The source file of all starts; of an example of `ne-train`, and of what it learned them.
#[must_use]
pub(crate) fn source_file(starts: &[i8], (example, corpus): (&str, &str)) -> String {
    let mut text = format!(
        "//! Where do all answers start? (trained)\n//!\n\
         //! Made by `cargo run --release -p ne-train --example {example}`;\n\
         //! {corpus}\n\n\
         use super::place::COUNT;\n\n\
         /// In 1/16 of a logit.\n#[rustfmt::skip]\n\
         pub(super) static STARTS: [i8; COUNT] = [\n",
    );
    for row in starts.chunks(20) {
        let row: Vec<String> = row.iter().map(i8::to_string).collect();
        let _ = writeln!(text, "    {},", row.join(", "));
    }
    text + "];\n"
}
