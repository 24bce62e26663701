//! How do pictures compare at equal PSNR, and at equal SSIMULACRA2?
//!
//! Each codec stores each picture at several qualities. A curve through these says how many
//! bytes it takes for any score between; two codecs are compared where both have one.

mod calls;
mod codec;
mod curves;
mod one;
mod point;
mod run;
mod shot;
mod summary;

pub use codec::{AvifTune, Codec, Series, Tune, check};
pub use curves::curves;
pub use one::Row;
pub use point::{Chroma, Point};
pub use run::run;
pub use shot::{Shot, load};
pub use summary::{Comparison, Mean, Score, Spread, Summary, summarise};

use super::Machine;
use serde::Serialize;
use std::{collections::BTreeMap, path::PathBuf};

/// What is compared, and where.
#[derive(Clone, Debug)]
pub struct Options {
    /// The codecs.
    pub codecs: Vec<Codec>,
    /// How fast AVIF is encoded: 0 (slowest) to 10.
    pub avif_speed: u8,
    /// This program, which makes the files that are ours.
    pub program: PathBuf,
    /// A folder for files, which exists.
    pub folder: PathBuf,
    /// Whether the files in it are left there.
    pub keep: bool,
}

/// Everything that was measured.
#[derive(Clone, Debug, Serialize)]
pub struct Bench {
    /// Versions by the program's name.
    pub tools: BTreeMap<&'static str, String>,
    /// Where it was measured.
    pub machine: Machine,
    /// How fast AVIF was encoded: 0 (slowest) to 10.
    pub avif_speed: u8,
    /// What was measured.
    pub pictures: Vec<ShotFacts>,
    /// By picture, then by codec and operating point.
    pub rows: Vec<Row>,
    /// What was left out, and why.
    pub notes: Vec<String>,
    /// What should have been measured and could not be.
    pub failures: Vec<String>,
    /// The means over the pictures.
    pub summary: Summary,
}

/// What is known of a picture.
#[derive(Clone, Debug, Serialize)]
pub struct ShotFacts {
    /// Its name in the rows.
    pub name: String,
    /// The file.
    pub path: PathBuf,
    /// The PNG file that codecs were given, in the folder that is kept.
    pub reference: Option<PathBuf>,
    /// Columns.
    pub width: u16,
    /// Rows.
    pub height: u16,
    /// 1: gray, 3: red, green and blue.
    pub channels: usize,
}
