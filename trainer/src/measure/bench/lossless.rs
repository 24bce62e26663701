//! How many bytes do drawn pictures take without loss?
//!
//! Whole files, summed over sets: the pictures of a folder are one.

use super::{
    BenchError, Machine, Progress, Tool, Tools, files,
    picture::Shot,
    tools::{Call, cwebp_lossless},
    work::{Work, chain},
};
use crate::{
    compact::picture::{DrawnOptions, Pixels, clear_hidden, export_drawn},
    measure::lossless::{Lvgl, qoi},
    picture,
};
use nex_runtime::Picture as Opened;
use serde::Serialize;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// A way to store a picture without loss, by its name on the command line. In the order of
/// these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Codec {
    /// A compact `.nex` file, with a memory of at most 16k entries and of 4k.
    Compact,
    /// Lossless WebP.
    WebP,
    /// Lossless JPEG XL.
    Jxl,
    /// PNG, by this program.
    Png,
    /// PNG, made smaller by oxipng.
    Oxipng,
    /// QOI, by this program.
    Qoi,
    /// RGB565 in an LZ4 block, as LVGL stores it, by this program.
    Lz4,
    /// RGB565 in runs, likewise.
    Rle,
}

impl Codec {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Compact,
        Self::WebP,
        Self::Jxl,
        Self::Png,
        Self::Oxipng,
        Self::Qoi,
        Self::Lz4,
        Self::Rle,
    ];

    /// Those that are compared unless others are asked for: what Debian has.
    pub const USUAL: [Self; 7] =
        [Self::Compact, Self::WebP, Self::Jxl, Self::Png, Self::Qoi, Self::Lz4, Self::Rle];

    /// The name on the command line.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Compact => "compact",
            Self::WebP => "webp",
            Self::Jxl => "jxl",
            Self::Png => "png",
            Self::Oxipng => "oxipng",
            Self::Qoi => "qoi",
            Self::Lz4 => "lz4",
            Self::Rle => "rle",
        }
    }

    const fn tool(self) -> Option<Tool> {
        match self {
            Self::WebP => Some(Tool::Cwebp),
            Self::Jxl => Some(Tool::Cjxl),
            Self::Oxipng => Some(Tool::Oxipng),
            _ => None,
        }
    }

    const fn series(self) -> &'static [Series] {
        match self {
            Self::Compact => &[Series::Compact(14), Series::Compact(12)],
            Self::WebP => &[Series::Other(Self::WebP)],
            Self::Jxl => &[Series::Other(Self::Jxl)],
            Self::Png => &[Series::Other(Self::Png)],
            Self::Oxipng => &[Series::Other(Self::Oxipng)],
            Self::Qoi => &[Series::Other(Self::Qoi)],
            Self::Lz4 => &[Series::Other(Self::Lz4)],
            Self::Rle => &[Series::Other(Self::Rle)],
        }
    }
}

/// A column of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Series {
    /// Ours, with log2 of the memory's entries.
    Compact(u8),
    /// Another codec.
    Other(Codec),
}

impl Series {
    /// The name in tables, and in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Compact(12) => "nex, 4k",
            Self::Compact(_) | Self::Other(Codec::Compact) => "nex, 16k",
            Self::Other(Codec::WebP) => "WebP",
            Self::Other(Codec::Jxl) => "JPEG XL",
            Self::Other(Codec::Png) => "PNG",
            Self::Other(Codec::Oxipng) => "PNG, oxipng",
            Self::Other(Codec::Qoi) => "QOI",
            Self::Other(Codec::Lz4) => "RGB565 + LZ4",
            Self::Other(Codec::Rle) => "RGB565 + RLE",
        }
    }
}

impl Serialize for Series {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// One picture by one codec.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// The folder that the picture lies in.
    pub set: String,
    /// The picture's name.
    pub picture: String,
    /// The codec.
    pub codec: Series,
    /// Size of the whole file.
    pub bytes: u64,
}

/// A set by every codec.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sum {
    /// The folder's name.
    pub set: String,
    /// Its pictures that every codec stored.
    pub pictures: usize,
    /// Bytes of all their files, by codec.
    pub bytes: Vec<u64>,
}

/// Everything that was measured.
#[derive(Clone, Debug, Serialize)]
pub struct Bench {
    /// Versions by the program's name.
    pub tools: BTreeMap<&'static str, String>,
    /// Where it was measured.
    pub machine: Machine,
    /// The columns of `sums`.
    pub codecs: Vec<Series>,
    /// By picture, then by codec.
    pub rows: Vec<Row>,
    /// By set, sorted.
    pub sums: Vec<Sum>,
    /// What should have been measured and could not be.
    pub failures: Vec<String>,
}

/// Checks that the tools of the codecs are installed.
///
/// # Errors
/// [`BenchError::MissingTools`] with all that are missing, [`BenchError::MissingOxipng`].
pub fn check(codecs: &[Codec]) -> Result<Tools, BenchError> {
    Tools::check(codecs.iter().filter_map(|codec| codec.tool()))
}

/// Measures all pictures with all codecs, on the threads of the current pool; files go into a
/// folder and stay there. Colours of transparent pixels, which nobody sees, are black for all.
///
/// The rows' order does not depend on the threads. A measurement that fails is listed in
/// [`Bench::failures`], and the others go on.
///
/// # Errors
/// A picture that cannot be put into the folder.
pub fn run(
    shots: &[Shot],
    codecs: &[Codec],
    folder: &Path,
    tools: Tools,
    progress: &Progress<'_>,
) -> Result<Bench, BenchError> {
    let mut codecs = codecs.to_vec();
    codecs.sort_unstable();
    codecs.dedup();
    let series: Vec<Series> = codecs.iter().flat_map(|codec| codec.series()).copied().collect();
    let shots: Vec<Shot> = shots.iter().map(cleared).collect();
    for shot in &shots {
        files::make_folder(&folder.join(&shot.name))?;
        let path = reference(folder, shot);
        fs::write(&path, shot.picture.png()?).map_err(files::failed(&path))?;
    }
    let pairs = |shot| series.iter().map(move |&series| (shot, series));
    let jobs: Vec<(&Shot, Series)> = shots.iter().flat_map(pairs).collect();
    let results =
        Work::new(progress).all(&jobs, jobs.len(), |&(shot, series)| bytes(shot, series, folder));
    let (mut rows, mut failures): (Vec<Row>, Vec<String>) = Default::default();
    for ((shot, codec), result) in jobs.iter().zip(results) {
        let (set, picture) = (set(shot), shot.name.clone());
        match result {
            Ok(bytes) => rows.push(Row { set, picture, codec: *codec, bytes }),
            Err(error) => failures.push(format!("{picture}, {}: {}", codec.name(), chain(&error))),
        }
    }
    let sums = sums(&rows, &series);
    let (tools, machine) = (tools.versions, Machine::this());
    Ok(Bench { tools, machine, codecs: series, rows, sums, failures })
}

/// Transparent pixels have no colour.
fn cleared(shot: &Shot) -> Shot {
    let mut shot = shot.clone();
    clear_hidden(&mut shot.picture.samples, shot.picture.channels);
    shot
}

fn reference(folder: &Path, shot: &Shot) -> PathBuf {
    folder.join(&shot.name).join("reference.png")
}

/// The folder that a picture lies in.
fn set(shot: &Shot) -> String {
    let name = shot.path.parent().and_then(Path::file_name);
    name.map_or_else(|| ".".into(), |name| name.to_string_lossy().into_owned())
}

/// Sets of pictures that every codec stored.
fn sums(rows: &[Row], series: &[Series]) -> Vec<Sum> {
    let mut pictures: BTreeMap<(&str, &str), Vec<u64>> = BTreeMap::new();
    for row in rows {
        pictures.entry((&row.set, &row.picture)).or_default().push(row.bytes);
    }
    let mut sums: Vec<Sum> = Vec::new();
    for ((set, _), bytes) in pictures.iter().filter(|(_, bytes)| bytes.len() == series.len()) {
        match sums.last_mut().filter(|sum| sum.set == *set) {
            None => sums.push(Sum { set: (*set).into(), pictures: 1, bytes: bytes.clone() }),
            Some(sum) => {
                sum.pictures += 1;
                sum.bytes.iter_mut().zip(bytes).for_each(|(sum, bytes)| *sum += bytes);
            }
        }
    }
    sums
}

/// Bytes of a picture's file.
fn bytes(shot: &Shot, series: Series, folder: &Path) -> Result<u64, BenchError> {
    let picture = &shot.picture;
    let codec = match series {
        Series::Compact(memory) => return ours(shot, memory),
        Series::Other(codec) => codec,
    };
    let (png, place) = (reference(folder, shot), folder.join(&shot.name));
    let by = |call: &dyn Fn(&Path) -> Call, name: &str| {
        let encoded = place.join(name);
        files::remove(&encoded)?;
        call(&encoded).on_threads(1).run()?;
        Ok(fs::metadata(&encoded).map_err(files::failed(&encoded))?.len())
    };
    match codec {
        Codec::Compact => ours(shot, DrawnOptions::default().memory),
        Codec::Png => Ok(picture.png()?.len() as u64),
        Codec::Qoi => Ok(qoi(picture)?.len() as u64),
        Codec::Lz4 => Ok(Lvgl::Lz4.bytes(picture) as u64),
        Codec::Rle => Ok(Lvgl::Rle.bytes(picture) as u64),
        Codec::WebP => by(&|to| cwebp_lossless(&png, to), "out.webp"),
        Codec::Jxl => by(
            &|to| {
                let options = ["-d", "0", "-e", "9", "--num_threads=0", "--quiet"];
                Call::new("cjxl", [png.as_path(), to]).with(options)
            },
            "out.jxl",
        ),
        Codec::Oxipng => by(
            &|to| {
                let options = ["-o", "max", "--strip", "all", "-q", "--out"];
                Call::new("oxipng", options).with([to, png.as_path()])
            },
            "out.png",
        ),
    }
}

/// Bytes of a file that is ours, after a look at what it decodes to.
fn ours(shot: &Shot, memory: u8) -> Result<u64, BenchError> {
    let picture = &shot.picture;
    let pixels = Pixels {
        width: picture.width.into(),
        height: picture.height.into(),
        channels: picture.channels,
        samples: picture.samples.clone(),
    };
    let options = DrawnOptions { memory, ..DrawnOptions::default() };
    let failed = |source| BenchError::Encode { path: shot.path.clone(), source };
    let made = export_drawn(&pixels, &options).map_err(failed)?;
    let samples = Opened::open(&made.bytes).ok().and_then(|file| picture::decode(&file).ok());
    if samples.as_ref() != Some(&picture.samples) {
        return Err(BenchError::NotExact(shot.path.clone()));
    }
    Ok(made.bytes.len() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_sums_of_what_every_codec_stored() {
        let series = [Series::Compact(14), Series::Other(Codec::Png)];
        let row = |set: &str, picture: &str, codec: usize, bytes| Row {
            set: set.into(),
            picture: picture.into(),
            codec: series[codec],
            bytes,
        };
        let rows = [
            row("icons", "a", 0, 1),
            row("icons", "a", 1, 20),
            row("icons", "b", 0, 3),
            row("icons", "c", 0, 4),
            row("icons", "c", 1, 50),
            row("text", "d", 0, 6),
            row("text", "d", 1, 7),
        ];
        let sum = |set: &str, pictures, bytes: [u64; 2]| Sum {
            set: set.into(),
            pictures,
            bytes: bytes.into(),
        };
        assert_eq!(sums(&rows, &series), [sum("icons", 2, [5, 70]), sum("text", 1, [6, 7])]);
    }
}
