//! Trains the entropy models of compact sounds and pictures on their corpora.
//!
//!     tests/corpus/fetch CORPUS
//!     target/python/bin/python3 tests/corpus/fetch_pictures CORPUS
//!     target/python/bin/python3 tests/corpus/fetch_drawn CORPUS
//!     cargo run --release -p ne-train --example train_models -- CORPUS
//!
//! Of what is there. Writes `format/coding/src/sound/models/*.rs`: where classes start
//! from all kinds of sounds, envelopes from speech. The sounds are coded with the
//! models as they are, so a second run, after a build, refines the first. Writes
//! `format/coding/src/picture/models.rs`, where answers start, and
//! `runtime/kernels/src/picture/filters.rs`, the experts of the post filter, which need
//! one run, and `format/coding/src/picture/drawn/models.rs`, where answers of drawn pictures
//! start. Deterministic; a minute or two for sounds, two for pictures on two cores, seconds
//! for drawn ones.

use ne_train::{
    audio::{self, Clip},
    compact::{
        picture::{
            self, Pixels,
            train::{filters_source_file, source_file as starts_source_file},
        },
        train::{source_file, train},
    },
    picture::parse,
};
use std::{
    error::Error,
    fs,
    path::{Path, PathBuf},
};

/// Name, what for, log2 of the longest block, folders: speech first.
const MODELS: [(&str, &str, u8, &[&str]); 2] = [
    ("speech", "a sampling rate of 8 kHz", 9, &["speech8", "ui16", "fx16", "music16"]),
    (
        "wideband",
        "sampling rates of 16 kHz and more",
        10,
        &["speech16", "ui16", "fx16", "music16", "music44", "fx44"],
    ),
];
/// Seconds of a sound that are heard.
const MOST_SECONDS: usize = 8;
/// Sounds of a folder whose decisions are counted.
const MOST_SOUNDS: usize = 25;

/// Folders of pictures, and the least and the most pixels along the longer side of what is
/// made of each.
const PICTURES: [(&str, &[(u32, u32)]); 2] =
    [("320x240", &[(320, 320)]), ("768x512", &[(768, 768), (32, 95), (96, 160)])];
/// Sides of pictures one after the other are apart by this.
const SPREAD: u32 = 37;

fn main() -> Result<(), Box<dyn Error>> {
    let corpus = std::env::args().nth(1).ok_or("usage: train_models CORPUS")?;
    let corpus = Path::new(&corpus);
    let [sounds, pictures, drawn] = ["train", "pictures", "drawn"].map(|part| corpus.join(part));
    if !sounds.is_dir() && !pictures.is_dir() && !drawn.is_dir() {
        return Err(format!(
            "{} has no train, no pictures and no drawn ones; make them with tests/corpus/fetch, \
             fetch_pictures and fetch_drawn",
            corpus.display()
        )
        .into());
    }
    if sounds.is_dir() {
        train_sounds(&sounds)?;
    }
    if pictures.is_dir() {
        train_pictures(&pictures.join("train"))?;
    }
    if drawn.is_dir() {
        train_drawn(&drawn.join("train"))?;
    }
    Ok(())
}

fn train_sounds(corpus: &Path) -> Result<(), Box<dyn Error>> {
    for (index, (name, what, max_log2, folders)) in MODELS.into_iter().enumerate() {
        let load = |folder: &&str| load(&corpus.join(folder));
        let folders = folders.iter().map(load).collect::<Result<Vec<_>, _>>()?;
        let few = |clips: &Vec<Clip>| {
            let step = (clips.len() / MOST_SOUNDS).max(1);
            clips.iter().step_by(step).take(MOST_SOUNDS).cloned().collect::<Vec<_>>()
        };
        let clips = folders.iter().flat_map(few).collect::<Vec<_>>();
        let model = train(&folders[0], &clips, (index as u8, max_log2), 1)?;
        let path = format!("format/coding/src/sound/models/{name}.rs");
        fs::write(&path, source_file(&model, what))?;
        println!("{path}: {} sounds", clips.len());
    }
    Ok(())
}

fn train_pictures(corpus: &Path) -> Result<(), Box<dyn Error>> {
    let mut all = Vec::new();
    for (folder, sides) in PICTURES {
        for (index, path) in files(&corpus.join(folder), "png")?.iter().enumerate() {
            let bytes = fs::read(path)?;
            for &(least, most) in sides {
                let side = least + SPREAD * index as u32 % (most - least + 1);
                all.push(pixels(path, &bytes, Some(side))?);
            }
        }
    }
    let trained = picture::train::train(&all, 1, &|line| println!("{line}"));
    for (path, text) in [
        ("format/coding/src/picture/models.rs", starts_source_file(&trained.starts)),
        ("runtime/kernels/src/picture/filters.rs", filters_source_file(&trained.experts)),
    ] {
        fs::write(path, text)?;
        println!("{path}: {} pictures", all.len());
    }
    Ok(())
}

fn train_drawn(corpus: &Path) -> Result<(), Box<dyn Error>> {
    let entries = fs::read_dir(corpus).map_err(|e| format!("{}: {e}", corpus.display()))?;
    let mut folders = entries.map(|e| Ok(e?.path())).collect::<Result<Vec<_>, std::io::Error>>()?;
    folders.sort();
    let mut all = Vec::new();
    for folder in folders {
        for path in files(&folder, "png")? {
            all.push(pixels(&path, &fs::read(&path)?, None)?);
        }
    }
    let path = "format/coding/src/picture/drawn/models.rs";
    fs::write(path, starts_source_file(&picture::train::train_drawn(&all, 1)))?;
    println!("{path}: {} pictures", all.len());
    Ok(())
}

/// A picture, made smaller if it has more pixels along its longer side.
fn pixels(path: &Path, bytes: &[u8], most: Option<u32>) -> Result<Pixels, Box<dyn Error>> {
    let picture = parse(path, bytes, most)?.picture;
    Ok(Pixels {
        width: picture.width.into(),
        height: picture.height.into(),
        channels: picture.channels,
        samples: picture.samples,
    })
}

fn load(folder: &Path) -> Result<Vec<Clip>, Box<dyn Error>> {
    let clip = |path: &PathBuf| -> Result<Clip, Box<dyn Error>> {
        let clip = audio::read(path)?;
        Ok(clip.slice(0..MOST_SECONDS * clip.rate_hz as usize))
    };
    files(folder, "wav")?.iter().map(clip).collect()
}

/// A folder's files of a kind, sorted.
fn files(folder: &Path, extension: &str) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let entries = fs::read_dir(folder).map_err(|e| {
        format!("{}: {e}; make the corpus with tests/corpus/fetch", folder.display())
    })?;
    let mut paths = entries.map(|e| Ok(e?.path())).collect::<Result<Vec<_>, std::io::Error>>()?;
    paths.sort();
    paths.retain(|p| p.extension().is_some_and(|e| e == extension));
    Ok(paths)
}
