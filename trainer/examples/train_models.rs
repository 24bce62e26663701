//! Trains the entropy models of compact sounds on the corpus.
//!
//!     tests/corpus/fetch CORPUS
//!     cargo run --release -p ne-train --example train_models -- CORPUS
//!
//! Writes `format/coding/src/sound/models/*.rs`: where classes start from all
//! kinds of sounds, envelopes from speech. The sounds are coded with the models
//! as they are, so a second run, after a build, refines the first.
//! Deterministic; a minute or two on two cores.

use ne_train::{
    audio::{self, Clip},
    compact::train::{source_file, train},
};
use std::{error::Error, fs, path::Path};

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

fn main() -> Result<(), Box<dyn Error>> {
    let corpus = std::env::args().nth(1).ok_or("usage: train_models CORPUS")?;
    for (index, (name, what, max_log2, folders)) in MODELS.into_iter().enumerate() {
        let load = |folder: &&str| load(&Path::new(&corpus).join("train").join(folder));
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

fn load(folder: &Path) -> Result<Vec<Clip>, Box<dyn Error>> {
    let entries = fs::read_dir(folder).map_err(|e| {
        format!("{}: {e}; make the corpus with tests/corpus/fetch", folder.display())
    })?;
    let mut paths = entries.map(|e| Ok(e?.path())).collect::<Result<Vec<_>, std::io::Error>>()?;
    paths.sort();
    paths.retain(|p| p.extension().is_some_and(|e| e == "wav"));
    let clip = |path: &std::path::PathBuf| -> Result<Clip, Box<dyn Error>> {
        let clip = audio::read(path)?;
        Ok(clip.slice(0..MOST_SECONDS * clip.rate_hz as usize))
    };
    paths.iter().map(clip).collect()
}
