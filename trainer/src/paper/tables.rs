//! Which rows do the paper's tables have, and which figures?

use super::{labels::Labels, train::Manager};
use crate::model::{Activation, Arch, Block, Condition, Input, Spec};

/// What a table counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Metric {
    /// PSNR of pictures in dB, with the largest value of the original on the
    /// scale -1 to 1 as its peak: about 6.02 dB below the usual figure.
    Psnr,
    /// Mean squared error of a normalised waveform, times 10,000.
    AudioMse,
    /// Overlap of the insides of a shape, close to its surface.
    TrimapIou,
}

/// Which signals a table is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// Kodak's pictures, `kodim01` and so on.
    Kodak,
    /// One picture, `astronaut`.
    Astronaut,
    /// The paper's three sounds.
    Sounds,
    /// Shapes, as OBJ files.
    Shapes,
}

impl Subject {
    /// One of its signals, for a run of minutes.
    #[must_use]
    pub const fn quickest(self) -> &'static str {
        match self {
            Self::Kodak => "kodim01",
            Self::Astronaut => "astronaut",
            Self::Sounds => SOUNDS[2],
            Self::Shapes => SHAPES[0],
        }
    }
}

/// Whose constants, where the paper and its authors' code disagree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// Sounds by four experts (365k parameters), shapes at a rate of 5e-3.
    Paper,
    /// Sounds by three experts (315k parameters), shapes at a rate of 3e-5.
    Code,
}

impl Version {
    const fn experts_of_sounds(self) -> usize {
        match self {
            Self::Paper => 4,
            Self::Code => 3,
        }
    }

    /// The first rate of a table's fits.
    #[must_use]
    pub const fn rate(self, metric: Metric) -> f64 {
        match (metric, self) {
            (Metric::Psnr | Metric::AudioMse, _) => 1e-5,
            (Metric::TrimapIou, Self::Paper) => 5e-3,
            (Metric::TrimapIou, Self::Code) => 3e-5,
        }
    }
}

/// The paper's sounds.
pub const SOUNDS: [&str; 3] = ["gt_bach", "gt_counting", "gt_twospeakers"];

/// Shapes: one of the paper's four, and one that is not.
pub const SHAPES: [&str; 2] = ["armadillo", "stanford-bunny"];

/// One row.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// What it is called here.
    pub name: String,
    /// The network.
    pub spec: Spec,
    /// How its manager begins.
    pub manager: Manager,
    /// The paper's figure: one, or one for each sound.
    pub paper: Vec<f64>,
}

/// One table.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// Its number in the paper.
    pub number: u32,
    /// What it is about.
    pub title: &'static str,
    /// What it counts.
    pub metric: Metric,
    /// On what.
    pub subject: Subject,
    /// Its rows.
    pub rows: Vec<Row>,
}

const RANDOM: Manager = Manager::Pretrained(Labels::Random);
const SEGMENTS: Manager = Manager::Pretrained(Labels::Segments);

fn row(name: impl Into<String>, spec: Spec, manager: Manager, paper: f64) -> Row {
    Row { name: name.into(), spec, manager, paper: vec![paper] }
}

fn ours(in_dim: usize, out_dim: usize, experts: usize) -> Spec {
    Spec::experts(Arch::paper(in_dim, out_dim, experts))
}

/// The paper's tables with a number that this program can run.
pub const NUMBERS: [u32; 13] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13];

/// A table by its number.
#[must_use]
pub fn table(number: u32, version: Version) -> Option<Table> {
    let kodak = |title, rows| (title, Metric::Psnr, Subject::Kodak, rows);
    let astronaut = |title, rows| (title, Metric::Psnr, Subject::Astronaut, rows);
    let (title, metric, subject, rows) = match number {
        1 => kodak("Images: activations", activations()),
        2 => kodak("Images: architectures with sines", architectures()),
        3 => ("Sounds: MSE times 10,000", Metric::AudioMse, Subject::Sounds, sounds(version)),
        4 | 12 | 13 => ("Shapes: trimap IoU", Metric::TrimapIou, Subject::Shapes, surfaces()),
        5 => astronaut("What the manager sees", conditions()),
        6 => astronaut("How the manager begins", beginnings()),
        7 => astronaut("Number of experts", counts()),
        8 => kodak("Experts and layers at the same size", shapes()),
        10 => kodak("Images: all networks", everything()),
        9 | 11 => kodak("Where the parameters are", allocations()),
        _ => return None,
    };
    Some(Table { number, title, metric, subject, rows })
}

fn activations() -> Vec<Row> {
    let figures = [
        ("softplus", Activation::SoftPlus, Input::Coordinates, [19.51, 20.91, 20.62]),
        ("softplus-ff", Activation::SoftPlus, Input::Fourier, [28.97, 29.48, 31.66]),
        ("", Activation::Sine, Input::Coordinates, [57.23, 77.50, 89.35]),
        ("finer", Activation::Finer, Input::Coordinates, [58.08, 80.32, 90.84]),
    ];
    let mut rows = Vec::new();
    for (prefix, activation, input, paper) in figures {
        let specs = [Spec::base(2, 3), Spec::wider(2, 3), ours(2, 3, 4)];
        for ((name, spec), figure) in ["base", "wider", "experts"].iter().zip(specs).zip(paper) {
            let spec = spec.with(activation).reading(input);
            let dash = if prefix.is_empty() { "" } else { "-" };
            rows.push(row(format!("{prefix}{dash}{name}"), spec, RANDOM, figure));
        }
    }
    rows
}

/// Width 66 is the one that gives the paper's 98.7k parameters.
fn small() -> Spec {
    Spec::uniform(2, 3, 4, (66, 2))
}

fn architectures() -> Vec<Row> {
    let vanilla = ours(2, 3, 4).conditioned(Condition::None);
    vec![
        row("base", Spec::base(2, 3), RANDOM, 57.23),
        row("small", small(), RANDOM, 63.42),
        row("wider", Spec::wider(2, 3), RANDOM, 77.50),
        row("vanilla", vanilla, Manager::Fresh, 62.98),
        row("vanilla-random", vanilla, RANDOM, 74.28),
        row("experts", ours(2, 3, 4), RANDOM, 89.35),
    ]
}

/// Table 10: table 1, what table 2 adds, and `InstantNGP`.
fn everything() -> Vec<Row> {
    let mut rows = activations();
    let known: Vec<String> = rows.iter().map(|r| r.name.clone()).collect();
    rows.extend(architectures().into_iter().filter(|r| !known.contains(&r.name)));
    rows.push(row("instant-ngp", Spec::instant_ngp(3, 1), RANDOM, 84.56));
    rows.push(row("instant-ngp-experts", Spec::instant_ngp(3, 4), RANDOM, 75.14));
    rows
}

/// The last row's manager is taught, and held to, who speaks: silence and two
/// voices.
fn sounds(version: Version) -> Vec<Row> {
    let ours = ours(1, 1, version.experts_of_sounds());
    let rows = [
        ("base", Spec::base(1, 1), RANDOM, [0.71, 36.6, 2.06]),
        ("wider", Spec::wider(1, 1), RANDOM, [0.49, 15.9, 0.51]),
        ("experts", ours, RANDOM, [0.12, 1.72, 0.16]),
        ("experts-segments", ours, SEGMENTS, [f64::NAN, f64::NAN, 0.15]),
    ];
    let row = |(name, spec, manager, paper): (&str, Spec, Manager, [f64; 3])| Row {
        name: name.into(),
        spec,
        manager,
        paper: paper.to_vec(),
    };
    rows.into_iter().map(row).collect()
}

/// "SIREN" has seven sine layers and a linear one, as encoder and expert have.
fn surfaces() -> Vec<Row> {
    let ours = |encoder, expert, manager| {
        Spec::experts(Arch {
            in_dim: 3,
            out_dim: 1,
            experts: 8,
            encoder: Block::encoder(encoder, 2),
            manager_encoder: Block::encoder(manager, 2),
            manager_head: Block::head(manager, 2),
            expert: Block::head(expert, 2),
        })
    };
    vec![
        row("siren-small", Spec::uniform(3, 1, 1, (256, 2)), RANDOM, 0.5968),
        row("experts-small", ours(256, 32, 64), RANDOM, 0.8200),
        row("siren-large", Spec::uniform(3, 1, 1, (512, 2)), RANDOM, 0.6981),
        row("experts-large", ours(512, 64, 128), RANDOM, 0.9020),
    ]
}

fn conditions() -> Vec<Row> {
    let ours = ours(2, 3, 4);
    vec![
        row("none", ours.conditioned(Condition::None), RANDOM, 64.52),
        row("max", ours.conditioned(Condition::Max), RANDOM, 77.3),
        row("mean", ours.conditioned(Condition::Mean), RANDOM, 77.62),
        row("concat", ours, RANDOM, 81.17),
    ]
}

fn beginnings() -> Vec<Row> {
    let ours = ours(2, 3, 4);
    vec![
        row("fixed-fields", ours, Manager::Fixed(Labels::Fields), 53.39),
        row("fixed-random", ours, Manager::Fixed(Labels::Random), 53.58),
        row("none", ours, Manager::Fresh, 56.31),
        row("segmentation", ours, SEGMENTS, 58.88),
        row("k-means", ours, Manager::Pretrained(Labels::Colours), 63.62),
        row("grid", ours, Manager::Pretrained(Labels::Grid), 67.82),
        row("random", ours, RANDOM, 81.17),
    ]
}

fn counts() -> Vec<Row> {
    let paper = [65.57, 71.70, 81.17, 77.08, 82.68, 82.34];
    let rows = (2..).zip(paper);
    rows.map(|(n, figure)| row(format!("{n}"), ours(2, 3, n), RANDOM, figure)).collect()
}

/// Widths are not in the paper: here all blocks have the one that comes
/// nearest to 365,968 parameters.
fn shapes() -> Vec<Row> {
    let paper = [
        (2, [79.39, 77.78, 72.23, 65.32]),
        (4, [92.32, 89.35, 81.19, 74.36]),
        (6, [99.15, 92.84, 87.80, 75.26]),
        (8, [96.13, 90.72, 83.05, 66.57]),
    ];
    let mut rows = Vec::new();
    for (experts, figures) in paper {
        for (layers, figure) in [1, 2, 4, 8].into_iter().zip(figures) {
            let spec = |width| Spec::uniform(2, 3, experts, (width, layers));
            let distance = |width: &usize| spec(*width).parameters().abs_diff(365_968);
            let width = (16..512).min_by_key(distance).unwrap_or(128);
            rows.push(row(format!("{experts}x{layers}"), spec(width), RANDOM, figure));
        }
    }
    rows
}

fn allocations() -> Vec<Row> {
    let rows = [
        ("larger-manager", [128, 102, 128, 196], 83.05),
        ("larger-experts", [128, 128, 128, 128], 89.35),
        ("larger-encoder", [256, 68, 96, 68], 88.12),
        ("balanced", [196, 85, 128, 128], 87.86),
    ];
    let row = |(name, widths, figure): (&str, [usize; 4], f64)| {
        let [encoder, expert, manager_encoder, manager] = widths;
        let arch = Arch {
            encoder: Block::encoder(encoder, 2),
            expert: Block::head(expert, 2),
            manager_encoder: Block::encoder(manager_encoder, 2),
            manager_head: Block::head(manager, 2),
            ..Arch::paper(2, 3, 4)
        };
        row(name, Spec::experts(arch), RANDOM, figure)
    };
    rows.into_iter().map(row).collect()
}
