//! What do decoders of pictures know before the first bit? Where the answers of their
//! tables start, and what the experts of the post filter weigh.
//!
//! Pictures are encoded as the encoder does, each from the starts that there are. The filter
//! is fitted to planes that come out unfiltered, the starts to the decisions of pictures
//! that have that filter, all at once. Not from nothing: decisions are made by what they
//! cost, and from bad starts they settle where bad ones cost little.

use super::{Filters, Pixels, PlanePair, Settings, Tune, encode::decide};
use crate::additive::{self, Heard, fit};
use nex_coding::picture::{
    Tile,
    place::{COUNT, KIND, UNIT},
    start,
};
use nex_kernels::picture::{Experts, TRAINED};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;
use rayon::prelude::*;

pub use super::{fit::source_file as filters_source_file, train_drawn::train_drawn};

/// How often all pictures are encoded for the starts.
const DRAWS: usize = 2;
/// Of larger pictures, a part with at most so many pixels along its longer and shorter
/// side is encoded, each time another one.
const MOST: [usize; 2] = [320, 256];
/// One picture in so many has its colours taken.
const GRAY: u32 = 8;
/// Blocks of another kind are as rare as answers can say: there are none to learn from.
const RARE: i8 = -112;

/// What is trained.
#[derive(Clone, Debug)]
pub struct Trained {
    /// Where all answers start, in 1/16 of a logit.
    pub starts: Vec<i8>,
    /// The experts of the post filter.
    pub experts: Experts,
}

/// Trains on pictures, and tells `say` what has come of it so far. Deterministic.
#[must_use]
pub fn train(pictures: &[Pixels], seed: u64, say: &dyn Fn(&str)) -> Trained {
    let mut rng = Pcg64Mcg::seed_from_u64(seed);
    let mut tables = [0; COUNT];
    start(&mut tables);
    let mut filters = Filters::new();
    for (_, planes) in encode_all(drawn(pictures, &mut rng, false), tables, &TRAINED) {
        filters.add(&planes);
    }
    let experts = filters.experts();
    say(&format!("experts of the post filter from {} pictures", pictures.len()));
    let mut heard = Vec::new();
    for draw in 1..=DRAWS {
        let coded = encode_all(drawn(pictures, &mut rng, true), tables, &experts);
        heard.extend(coded.into_iter().map(|(heard, _)| heard));
        say(&format!("draw {draw} of {DRAWS}: {} pictures encoded", heard.len()));
    }
    let mut starts: Vec<i8> = tables.iter().map(|answer| (answer / UNIT) as i8).collect();
    let [before, after] = fit(&heard, &mut starts);
    starts[KIND] = RARE;
    let saved = 100.0 * (1.0 - (after - before).exp());
    say(&format!("starts: the same decisions take {saved:.2} % fewer bits"));
    Trained { starts, experts }
}

/// All decisions and planes of pictures, each encoded with the same starts.
fn encode_all(
    jobs: Vec<(Pixels, Settings)>,
    tables: [i16; COUNT],
    experts: &Experts,
) -> Vec<(Heard, Vec<PlanePair>)> {
    let encode = |(pixels, settings): (Pixels, Settings)| {
        let (mut heard, mut tables) = (Heard::default(), tables);
        let (_, planes) =
            decide(&mut heard, &pixels, &settings, (&mut tables, experts), None, &|_| {});
        (heard, planes)
    };
    jobs.into_par_iter().map(encode).collect()
}

/// Pictures, or parts of them, and how they might be encoded; without filters and fields if
/// the filter is to be fitted.
fn drawn(pictures: &[Pixels], rng: &mut Pcg64Mcg, filtered: bool) -> Vec<(Pixels, Settings)> {
    let one = |pixels| {
        let (pixels, settings) = one(pixels, rng);
        let fields = if filtered { settings.fields } else { 0.0 };
        (pixels, Settings { filtered, fields, ..settings })
    };
    pictures.iter().map(one).collect()
}

fn one(pixels: &Pixels, rng: &mut Pcg64Mcg) -> (Pixels, Settings) {
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
    additive::source_file(starts, ("train_models", "`tests/corpus` says of which pictures."))
}
