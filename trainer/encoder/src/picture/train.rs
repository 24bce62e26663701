//! What do decoders of pictures know before the first bit? Where the answers of their
//! tables start, and what the experts of the post filter weigh.
//!
//! Pictures are encoded as the encoder would, each from the same starts; then the starts
//! are fitted to all decisions at once. The filter is fitted to the planes that come out
//! of the first pass; those after it have it.

use super::{
    Filters, Pixels, PlanePair, Settings, Tune,
    encode::decide,
    starts::{Heard, RARE, answers, fit},
};
use nex_coding::picture::{
    Tile,
    place::{COUNT, KIND},
};
use nex_kernels::picture::Experts;
use rand::{RngExt, SeedableRng, seq::SliceRandom};
use rand_pcg::Pcg64Mcg;
use rayon::prelude::*;
use std::fmt::Write;

pub use super::fit::source_file as filters_source_file;

/// How often all pictures are encoded.
const PASSES: usize = 3;
/// Of larger pictures, a part with at most so many pixels along its longer and shorter
/// side is encoded, each time another one.
const MOST: [usize; 2] = [320, 256];
/// One picture in so many has its colours taken.
const GRAY: u32 = 8;

/// What is trained.
#[derive(Clone, Debug)]
pub struct Trained {
    /// Where all answers start, in 1/16 of a logit.
    pub starts: Vec<i8>,
    /// The experts of the post filter.
    pub experts: Experts,
}

/// Trains on pictures, and tells `say` what comes of every pass. Deterministic.
#[must_use]
pub fn train(pictures: &[Pixels], seed: u64, say: &dyn Fn(&str)) -> Trained {
    let mut rng = Pcg64Mcg::seed_from_u64(seed);
    let mut starts = vec![0; COUNT];
    starts[KIND] = RARE;
    let mut filters = Filters::new();
    let mut experts = filters.experts();
    let mut heard = Vec::new();
    for pass in 0..PASSES {
        let mut order: Vec<&Pixels> = pictures.iter().collect();
        order.shuffle(&mut rng);
        let jobs: Vec<(Pixels, Settings)> =
            order.into_iter().map(|pixels| drawn(pixels, &mut rng)).collect();
        let tables = answers(&starts);
        let (mut more, planes): (Vec<Heard>, Vec<Vec<PlanePair>>) = jobs
            .par_iter()
            .map(|(pixels, settings)| {
                // The filter is fitted to what is not filtered.
                let first = Settings { filtered: false, fields: 0.0, ..*settings };
                let settings = if pass == 0 { &first } else { settings };
                let mut heard = Heard::default();
                let mut tables = tables;
                let (_, planes) =
                    decide(&mut heard, pixels, settings, (&mut tables, &experts), &|_| {});
                (heard, if pass == 0 { planes } else { Vec::new() })
            })
            .unzip();
        heard.append(&mut more);
        let [before, after] = fit(&heard, &mut starts);
        say(&format!(
            "pass {} of {PASSES}: {} pictures, {:.2} % smaller than from the starts before",
            pass + 1,
            heard.len(),
            100.0 * (1.0 - (after - before).exp())
        ));
        if pass == 0 {
            planes.iter().for_each(|planes| filters.add(planes));
            experts = filters.experts();
            // Without the filter, blocks decided less.
            heard.clear();
        }
    }
    Trained { starts, experts }
}

/// A picture, or part of it, and how it might be encoded.
fn drawn(pixels: &Pixels, rng: &mut Pcg64Mcg) -> (Pixels, Settings) {
    let [long, short] = MOST;
    let upright = pixels.height > pixels.width;
    let (columns, rows) = if upright { (short, long) } else { (long, short) };
    let (width, height) = (pixels.width.min(columns), pixels.height.min(rows));
    let part = Tile {
        left: rng.random_range(0..=(pixels.width - width) as u32),
        top: rng.random_range(0..=(pixels.height - height) as u32),
        width: width as u32,
        height: height as u32,
    };
    let mut pixels = pixels.part(&part);
    if rng.random_range(0..GRAY) == 0 {
        pixels = gray(&pixels);
    }
    let tune = if rng.random() { Tune::Eye } else { Tune::Psnr };
    (pixels, tune.settings(rng.random_range(70..=280)))
}

fn gray(pixels: &Pixels) -> Pixels {
    let mean = |pixel: &[u8]| match *pixel {
        [r, g, b, ..] => ((u16::from(r) + 2 * u16::from(g) + u16::from(b)) / 4) as u8,
        _ => pixel[0],
    };
    let samples = pixels.samples.chunks_exact(pixels.channels).map(mean).collect();
    Pixels { channels: 1, samples, ..*pixels }
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
