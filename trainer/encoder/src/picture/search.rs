//! Which step meets a target?

use super::{
    EncodeError, Encoded, Options, Pixels, Settings, Target,
    encode::encode_watched,
    hidden, mix,
    options::{sections, tiles},
};
use crate::{
    Effort, Watcher,
    bracket::{End, bracket},
    progress::Files,
};
use nex_coding::picture::{MAX_STEP, PictureHeader, Tile, place, start};
use nex_format::{Error, compact::write_picture};
use rayon::prelude::*;
use std::{cell::RefCell, sync::Mutex};

/// The step of quality 100, in 1/32 octaves above 1/8 of a level.
const FINEST: f64 = 40.0;
/// By how much it is larger for each point below.
const SLOPE: f64 = 2.4;

/// Encodes a picture.
///
/// The same file on every machine and for every number of threads. Time: at normal
/// effort about 10 microseconds a pixel for a quality, four times that for a size or a
/// PSNR.
///
/// # Errors
/// [`EncodeError`] by variant.
pub fn export(pixels: &Pixels, options: &Options) -> Result<Encoded, EncodeError> {
    export_watched(pixels, options, &|_| {})
}

/// [`export`], telling how far it is.
///
/// # Errors
/// Likewise.
pub fn export_watched(
    pixels: &Pixels,
    options: &Options,
    watcher: Watcher<'_>,
) -> Result<Encoded, EncodeError> {
    let most = if matches!(options.target, Target::Quality(_)) { 1.0 } else { 4.0 };
    let pixels = &hidden::filled(pixels);
    let search = Search { pixels, options, files: Files::new(most, watcher) };
    let encoded = match options.target {
        Target::Quality(quality) => {
            let step = search.of_quality(quality);
            let made = search.run(step, search.candidates())?;
            match options.limit {
                Some(limit) if made.bytes.len() > limit => search.fitting(limit, step)?,
                _ => made,
            }
        }
        Target::Size => search.fitting(options.limit.unwrap_or(usize::MAX), 0)?,
        Target::Psnr(db) => search.good_enough(db)?,
    };
    watcher(1.0);
    Ok(encoded)
}

struct Search<'a> {
    pixels: &'a Pixels,
    options: &'a Options,
    files: Files<'a>,
}

impl Search<'_> {
    fn of_quality(&self, quality: f64) -> u16 {
        (FINEST + SLOPE * (100.0 - quality.clamp(0.0, 100.0))).round() as u16
    }

    /// Predictors that go through the trellis.
    const fn candidates(&self) -> usize {
        match self.options.effort {
            Effort::Fast => 1,
            Effort::Normal => 3,
            Effort::Best => 8,
        }
    }

    /// The best file of a step from one on that fits.
    fn fitting(&self, limit: usize, from: u16) -> Result<Encoded, EncodeError> {
        let value = |made: &Encoded| (made.bytes.len() as f64).ln();
        // Nothing fits into no bytes.
        let goal = (limit.max(1) as f64).ln();
        let (best, smallest) = self.near((from, goal), BYTES, End::Coarse, value)?;
        best.ok_or_else(|| {
            let smallest = smallest.map_or(0, |made| made.bytes.len());
            EncodeError::DoesNotFit { limit, smallest }
        })
    }

    /// The smallest file that is good enough.
    fn good_enough(&self, db: f64) -> Result<Encoded, EncodeError> {
        // Equal is good enough, and on the finer side.
        let goal = db - 1e-9;
        let value = |made: &Encoded| made.psnr_db.min(FAITHFUL);
        let (smallest, best) = self.near((0, goal), DECIBEL, End::Fine, value)?;
        match (smallest, self.options.limit) {
            (Some(made), Some(limit)) if made.bytes.len() > limit => {
                Err(EncodeError::Contradiction { limit, asked: db, needed: made.bytes.len() })
            }
            (Some(made), _) => Ok(made),
            (None, _) => {
                let best = best.map_or(0.0, |made| made.psnr_db);
                Err(EncodeError::NotGoodEnough { asked: db, best })
            }
        }
    }

    /// The best of the files on the wanted side of a goal, which is one of `value`, and, if
    /// there is none, the one that is nearest to it.
    fn near(
        &self,
        (from, goal): (u16, f64),
        slope: f64,
        wanted: End,
        value: impl Fn(&Encoded) -> f64,
    ) -> Result<(Option<Encoded>, Option<Encoded>), EncodeError> {
        let tried = RefCell::new(Tried { wanted, best: None, nearest: None });
        let run = |step| {
            let made = self.run(step, self.candidates())?;
            let found = value(&made);
            tried.borrow_mut().add(made, goal, &value);
            Ok::<_, EncodeError>(found)
        };
        let middle = self.of_quality(50.0);
        bracket((from, middle, MAX_STEP), (goal, slope, wanted), |&found| found, run)?;
        // The last step is not always the smallest or the best.
        for more in [8, 16, 32, 64, 128] {
            if tried.borrow().best.is_some() {
                break;
            }
            let step = match wanted {
                End::Fine => from + more,
                End::Coarse => MAX_STEP - more,
            };
            run(step.clamp(from, MAX_STEP))?;
        }
        let Tried { best, nearest, .. } = tried.into_inner();
        Ok((best, nearest))
    }

    /// Encodes with a step.
    fn run(&self, step: u16, candidates: usize) -> Result<Encoded, EncodeError> {
        let settings = Settings { candidates, ..self.options.tune.settings(step.into()) };
        let header = self.header(&settings)?;
        let settings =
            Settings { chroma: header.chroma.map(|more| 4 * i32::from(more)), ..settings };
        let tiles: Vec<Tile> = (0..header.tiles()).map(|index| header.tile_at(index)).collect();
        let parts: Vec<Pixels> = tiles.iter().map(|tile| self.pixels.part(tile)).collect();
        let (header, kinds) = mix::plan(&parts, self.options.mix, (header, &settings))?;
        let done = Mutex::new(());
        let all = f64::from(header.width) * f64::from(header.height);
        let coded: Vec<_> = tiles
            .par_iter()
            .zip(&parts)
            .enumerate()
            .map(|(index, (tile, part))| {
                let mut tables = [0; place::COUNT];
                start(&mut tables);
                let share = f64::from(tile.width) * f64::from(tile.height) / all;
                let told = Mutex::new(0.0);
                let kinds = kinds.as_ref().and_then(|kinds| kinds.get(index));
                encode_watched(part, &settings, &mut tables, kinds, &|done_part| {
                    let _one = done.lock();
                    if let Ok(mut told) = told.lock() {
                        self.files.add((done_part - *told) * share);
                        *told = done_part;
                    }
                })
            })
            .collect();
        let mut samples = vec![0; self.pixels.samples.len()];
        for (tile, coded) in tiles.iter().zip(&coded) {
            self.pixels.put(&mut samples, tile, &coded.samples);
        }
        let bytes: Vec<&[u8]> = coded.iter().map(|coded| coded.bytes.as_slice()).collect();
        let sections = sections(self.options.comment.as_deref());
        let bytes = write_picture(&header, &sections, &bytes)?;
        let psnr_db = hidden::psnr(self.pixels, &samples);
        Ok(Encoded { bytes, header, samples, psnr_db })
    }

    fn header(&self, settings: &Settings) -> Result<PictureHeader, Error> {
        let mut header = settings.header(self.pixels)?;
        header.tile = tiles(self.options.tile, [header.width, header.height])?;
        Ok(header)
    }
}

/// What was tried on the way to a goal.
struct Tried {
    wanted: End,
    /// On the wanted side.
    best: Option<Encoded>,
    /// On the other one.
    nearest: Option<Encoded>,
}

impl Tried {
    fn add(&mut self, made: Encoded, goal: f64, value: impl Fn(&Encoded) -> f64) {
        let found = value(&made);
        let (reaches, better, nearer): (_, fn(&Encoded, &Encoded) -> bool, _) = match self.wanted {
            End::Fine => (
                found > goal,
                |a, b| a.bytes.len() < b.bytes.len(),
                self.nearest.as_ref().is_none_or(|other| found > value(other)),
            ),
            End::Coarse => (
                found <= goal,
                |a, b| a.psnr_db > b.psnr_db,
                self.nearest.as_ref().is_none_or(|other| found < value(other)),
            ),
        };
        if reaches && self.best.as_ref().is_none_or(|other| better(&made, other)) {
            self.best = Some(made);
        } else if !reaches && nearer {
            self.nearest = Some(made);
        }
    }
}

/// A PSNR in dB that no step of leaves has: all blocks are drawn.
const FAITHFUL: f64 = 99.0;
/// By how much the logarithm of a file's bytes falls with each 1/32 octave of the step.
const BYTES: f64 = 0.014;
/// By how much its PSNR does, in dB.
const DECIBEL: f64 = 0.14;
