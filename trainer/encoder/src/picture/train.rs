//! Where do the answers of pictures' tables start?
//!
//! Pictures are encoded one after the other, each with what was learnt from those
//! before. An answer's start is its mean after each picture of the last pass.

use super::{Pixels, Settings, encode, encode_drawn};
use nex_coding::picture::{
    Colour,
    drawn::{self, Form, State},
    place::{COUNT, KIND, UNIT},
};
use rand::{RngExt, SeedableRng, seq::SliceRandom};
use rand_pcg::Pcg64Mcg;
use rayon::prelude::*;
use std::fmt::Write;

/// Pictures that are encoded independently of each other; what they teach is averaged
/// after every pass.
const CHAINS: usize = 4;
/// How often all pictures are encoded.
const PASSES: usize = 6;
/// Blocks of another kind are as rare as answers can say.
const RARE: i8 = -112;

/// Encodes pictures at steps drawn at random; returns where all answers start.
#[must_use]
pub fn train(pictures: &[Pixels], seed: u64) -> Vec<i8> {
    let mut rng = Pcg64Mcg::seed_from_u64(seed);
    let mut order: Vec<&Pixels> = pictures.iter().collect();
    let mut answers = [0; COUNT];
    answers[KIND] = i16::from(RARE) * UNIT;
    for pass in 0..PASSES {
        order.shuffle(&mut rng);
        let jobs: Vec<(&Pixels, Settings)> =
            order.iter().map(|&pixels| (pixels, drawn(&mut rng))).collect();
        let chains: Vec<_> = jobs
            .par_chunks(jobs.len().div_ceil(CHAINS).max(1))
            .map(|jobs| learn(jobs, answers, pass + 1 == PASSES))
            .collect();
        for (place, answer) in answers.iter_mut().enumerate() {
            let sum: i64 = chains.iter().map(|chain| chain[place]).sum();
            *answer = (sum / chains.len().max(1) as i64) as i16;
        }
    }
    starts(&answers)
}

/// Answers as they are stored.
fn starts(answers: &[i16]) -> Vec<i8> {
    let unit = i32::from(UNIT);
    let start = |&answer: &i16| (i32::from(answer) + unit / 2).div_euclid(unit);
    answers.iter().map(|answer| start(answer).clamp(-128, 127) as i8).collect()
}

/// Encodes drawn pictures; returns where all of their answers start.
#[must_use]
pub fn train_drawn(pictures: &[Pixels], seed: u64) -> Vec<i8> {
    const MEMORY: u8 = 14;
    let mut rng = Pcg64Mcg::seed_from_u64(seed);
    let mut order: Vec<&Pixels> = pictures.iter().collect();
    let mut state = State::new();
    let mut answers = [0; drawn::place::COUNT];
    let mut sums = vec![0i64; answers.len()];
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
    let mean = |sum: i64| (sum / order.len().max(1) as i64) as i16;
    starts(&sums.into_iter().map(mean).collect::<Vec<_>>())
}

/// How a picture might be encoded.
fn drawn(rng: &mut Pcg64Mcg) -> Settings {
    Settings {
        colour: Colour::Orthogonal,
        step: rng.random_range(120..=260),
        chroma: [8, -16],
        falloff: if rng.random() { rng.random_range(1..=6) } else { 0 },
        lambda: 0.35,
        candidates: 1,
        filtered: true,
        fields: if rng.random() { 0.25 } else { 0.0 },
    }
}

/// The answers after some pictures, or their means after each.
fn learn(jobs: &[(&Pixels, Settings)], mut answers: [i16; COUNT], mean: bool) -> Vec<i64> {
    let first = if mean { 0 } else { jobs.len() - 1 };
    let mut sums = vec![0; COUNT];
    for (i, (pixels, settings)) in jobs.iter().enumerate() {
        let _ = encode(pixels, settings, &mut answers);
        if i >= first {
            sums.iter_mut().zip(answers).for_each(|(sum, answer)| *sum += i64::from(answer));
        }
    }
    sums.iter_mut().for_each(|sum| *sum /= (jobs.len() - first) as i64);
    sums
}

/// The source file of all starts.
#[must_use]
pub fn source_file(starts: &[i8]) -> String {
    let mut text = String::from(
        "//! Where do all answers start? (trained)\n//!\n\
         //! Made by `cargo run --release -p ne-train --example train_models`;\n\
         //! `tests/corpus` says of which pictures.\n\n\
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
