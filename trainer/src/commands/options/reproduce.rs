//! What can be asked of `reproduce`?

use super::{neural::Backend, values::positive};
use crate::{paper::tables, quant::Precision};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// Run a table of the Neural Experts paper again.
///
/// Fits the table's networks to its signals and prints our figures beside the
/// paper's. Results are kept in a folder, as CSV with one line for every fit,
/// a second CSV with the errors in the course of the training, and Markdown;
/// what is there already is not run again. The paper trains for 30,000 steps,
/// which takes a GPU hours for a whole table: `--quick` shows the same code at
/// a small size, and its figures are far below the paper's.
#[derive(Args, Debug)]
#[command(after_help = "\
Tables:
  1  images: SoftPlus, Fourier features, sines, FINER  (Kodak)
  2  images: architectures with sines                  (Kodak)
  3  sounds                                            (gt_bach, gt_counting, gt_twospeakers)
  4  shapes                                            (armadillo, stanford-bunny)
  5  what the manager sees                             (astronaut)
  6  how the manager begins; SAM's as a label map      (astronaut)
  7  number of experts                                 (astronaut)
  8  experts and layers                                (Kodak)
  9  where the parameters are; 11 is the same          (Kodak)
  10 images: all networks, with InstantNGP             (Kodak)
  Tables 12 and 13 show more of table 4's figures: here they are the same.

Data: kodim01.png and so on and astronaut.png in the folder or its images/, the
sounds as .wav in the folder or its audio/, the shapes as .obj in meshes/.

Examples:
  ne-train reproduce 2 --data data --quick
  ne-train reproduce 1 --data data --rows base,wider,experts --device vulkan --together 8
  ne-train reproduce 3 --data data --budget 600 --device vulkan")]
pub struct ReproduceArgs {
    /// The table's number
    #[arg(value_name = "TABLE", value_parser = number)]
    pub table: u32,
    /// The folder with the pictures and sounds
    #[arg(long, value_name = "DIR")]
    pub data: PathBuf,
    /// Only these rows, separated by commas
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub rows: Vec<String>,
    /// Only these pictures or sounds, by name without ending
    #[arg(long, value_name = "NAMES", value_delimiter = ',', alias = "images")]
    pub signals: Vec<String>,
    /// A small run, of ten minutes at most for tables 1 and 3 on two cores: one
    /// picture of 32 by 32, the sound of two speakers at a tenth of its rate, a
    /// shape of 512 points of each kind; 300 steps (sounds: 100, shapes: 400) at
    /// a rate of 1e-4
    #[arg(long)]
    pub quick: bool,
    /// Whose constants, where the paper and its authors' code disagree
    #[arg(long = "as", value_name = "VERSION", value_enum, default_value = "code")]
    pub version: Version,
    /// Part of the paper's size: of a picture's side, of a sound's rate, of the
    /// points on a shape in a step and along a side of its grid
    #[arg(long, value_name = "PART", value_parser = part, conflicts_with = "quick")]
    pub scale: Option<f64>,
    /// Side of the pictures [default: a quarter of the file's]
    #[arg(long, value_name = "PIXELS", conflicts_with = "scale", value_parser = clap::value_parser!(u16).range(4..))]
    pub size: Option<u16>,
    /// Take the beginning of each sound only
    #[arg(long, value_name = "MAX", value_parser = positive)]
    pub seconds: Option<f64>,
    /// Steps of each fit [default: 30000]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub steps: Option<u64>,
    /// Steps in which the manager is pretrained [default: a tenth of --steps;
    /// shapes: as many]
    #[arg(long, value_name = "N")]
    pub pretrain_steps: Option<u64>,
    /// Who speaks when, as JSON, or a picture's segments, as a label map
    /// [default: NAME_segments.json or NAME_segments.png, if it is there]
    ///
    /// JSON: a list of {"start": SECONDS, "end": SECONDS, "label": NUMBER}; 0
    /// where nothing is said. Label map: a picture in which every colour is a
    /// segment. The manager is taught them in the rows experts-segments (table
    /// 3) and segmentation (table 6).
    #[arg(long, value_name = "FILE")]
    pub segments: Option<PathBuf>,
    /// Weight of the cross entropy to the manager's labels during the training
    /// [default: 10 for sounds, else 0]
    #[arg(long, value_name = "WEIGHT")]
    pub segment_weight: Option<f32>,
    /// Learning rate of the first step [default: 1e-5; shapes as --as says]
    #[arg(long, value_name = "RATE", value_parser = positive)]
    pub rate: Option<f64>,
    /// Seconds for the whole table: fewer steps if they would take longer; not of
    /// shapes
    #[arg(long, value_name = "SECONDS", value_parser = positive)]
    pub budget: Option<f64>,
    /// Pictures that are fitted at the same time [default: 8 on a GPU, 1 on a CPU]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=64))]
    pub together: Option<u8>,
    /// Parts that a step is split into [default: 16 on a GPU, 1 on a CPU]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=16))]
    pub chunks: Option<u8>,
    /// Steps between two reports, which wait for the device [default: a
    /// twentieth of --steps, 200 at most]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub log_every: Option<u64>,
    /// Write every fit as a .nex file into this folder, decode it again, and
    /// say what it is worth (-v): of rows that are run, not of results that are
    /// there already
    #[arg(long, value_name = "DIR")]
    pub save: Option<PathBuf>,
    /// How the weights of these files are stored
    #[arg(long, value_enum, default_value = "f16", requires = "save")]
    pub storage: StorageArg,
    /// What computes
    #[arg(long, visible_alias = "backend", value_enum, default_value = "fused")]
    pub device: Backend,
    /// What the results call the device [default: its kind]
    #[arg(long, value_name = "NAME")]
    pub device_name: Option<String>,
    /// Draw figures too, into the folder table-N.figures
    ///
    /// For each picture and row nine parts: the original, its gradient and its
    /// Laplacian; the same of the fit; the experts before and after the
    /// training, and ten times the error. For each table the PSNR in the course
    /// of the training.
    #[arg(long)]
    pub figures: bool,
    /// Seed of everything random
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub seed: u64,
    /// The folder for results
    #[arg(long, value_name = "DIR", default_value = "reproduced")]
    pub out: PathBuf,
}

/// Whose constants, where the paper and its authors' code disagree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Version {
    /// Sounds by four experts (365k parameters), shapes at a rate of 5e-3
    Paper,
    /// Sounds by three experts (315k parameters), shapes at a rate of 3e-5
    Code,
}

impl From<Version> for tables::Version {
    fn from(version: Version) -> Self {
        match version {
            Version::Paper => Self::Paper,
            Version::Code => Self::Code,
        }
    }
}

/// How weights are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum StorageArg {
    /// 32 bits each
    F32,
    /// 16 bits each
    F16,
}

impl StorageArg {
    pub const fn precision(self) -> Precision {
        match self {
            Self::F32 => Precision::F32,
            Self::F16 => Precision::F16,
        }
    }
}

fn number(text: &str) -> Result<u32, String> {
    let known = tables::NUMBERS.map(|n| n.to_string()).join(", ");
    match text.parse() {
        Ok(number) if tables::NUMBERS.contains(&number) => Ok(number),
        _ => Err(format!("there are the tables {known}")),
    }
}

fn part(text: &str) -> Result<f64, String> {
    let part = positive(text)?;
    if part <= 1.0 { Ok(part) } else { Err("the paper's size is 1".into()) }
}
