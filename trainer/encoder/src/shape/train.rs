//! Where do answers start of which decoders of shapes ask first?
//!
//! Shapes are encoded as the encoder does, from the starts that there are, and the starts
//! fitted to the decisions of all of them at once. Not from nothing: decisions are made by
//! what they cost, and from bad starts they settle where bad ones cost little.

use super::{Volume, code::code};
use crate::additive::{self, Heard, fit};
use nex_coding::shape::{
    place::{COUNT, UNIT},
    start,
};
use rayon::prelude::*;

/// Steps with which each shape is encoded, from fine to rough, in 1/32 octaves above 1/2048
/// voxel.
const STEPS: [u16; 3] = [130, 200, 245];

/// How often shapes are encoded, each time from the starts that the last time gave.
const ROUNDS: usize = 2;

/// Encodes shapes, and tells `say` what has come of it so far; returns where all of their
/// answers start, in 1/16 of a logit. Deterministic.
#[must_use]
pub fn train(volumes: &[Volume], say: &dyn Fn(&str)) -> Vec<i8> {
    let mut tables = [0; COUNT];
    start(&mut tables);
    let mut starts: Vec<i8> = tables.iter().map(|answer| (answer / UNIT) as i8).collect();
    let jobs: Vec<(&Volume, u16)> =
        volumes.iter().flat_map(|volume| STEPS.map(|step| (volume, step))).collect();
    for round in 1..=ROUNDS {
        let encode = |(volume, step): &(&Volume, u16)| {
            let (mut heard, mut tables) = (Heard::default(), tables);
            code(&mut heard, &volume.scaled(), *step, &mut tables, &|_| {});
            heard
        };
        let heard: Vec<Heard> = jobs.par_iter().map(encode).collect();
        let [before, after] = fit(&heard, &mut starts);
        let saved = 100.0 * (1.0 - (after - before).exp());
        say(&format!("round {round}: the same decisions take {saved:.2} % fewer bits"));
        tables.iter_mut().zip(&starts).for_each(|(to, &start)| *to = i16::from(start) * UNIT);
    }
    starts
}

/// The source file of all starts.
#[must_use]
pub fn source_file(starts: &[i8]) -> String {
    additive::source_file(starts, ("train_shapes", "it draws the shapes, too."))
}
