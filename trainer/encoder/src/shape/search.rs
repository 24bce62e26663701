//! Which step meets a target?

use super::{
    EncodeError, Encoded, Options, Target, Volume,
    code::{code, error},
    volume::Scaled,
};
use crate::{
    Watcher,
    bracket::{End, Side, bracket},
    math::ln,
    progress::Files,
};
use nex_coding::{
    range::Encoder,
    shape::{MAX_STEP, place, start},
};
use nex_format::{
    SectionId,
    compact::{ShapeHeader, write_shape},
};

/// The step of quality 100, in 1/32 octaves above 1/2048 voxel.
const FINEST: f64 = 110.0;
/// By how much it is larger for each point below.
const SLOPE: f64 = 2.4;
/// By how much the logarithm of a file's bytes falls with each 1/32 octave of the step.
const BYTES: f64 = 0.013;
/// By how much that of the error does.
const ERROR: f64 = 0.015;

/// Encodes a shape.
///
/// The same file on every machine. Time: about two seconds of one core for a surface of
/// 20,000 voxels at default quality, four times that for a size or an error.
///
/// # Errors
/// [`EncodeError`] by variant.
pub fn export(volume: &Volume, options: &Options) -> Result<Encoded, EncodeError> {
    export_watched(volume, options, &|_| {})
}

/// [`export`], telling how far it is.
///
/// # Errors
/// Likewise.
pub fn export_watched(
    volume: &Volume,
    options: &Options,
    watcher: Watcher<'_>,
) -> Result<Encoded, EncodeError> {
    volume.check()?;
    let most = if matches!(options.target, Target::Quality(_)) { 1.0 } else { 4.0 };
    let files = Files::new(most, watcher);
    let search = Search { volume, scaled: volume.scaled(), options, files };
    let encoded = match options.target {
        Target::Quality(quality) => {
            let step = of_quality(quality);
            let made = search.run(step)?;
            match options.limit {
                Some(limit) if made.bytes.len() > limit => search.fitting(limit, step)?,
                _ => made,
            }
        }
        Target::Size => search.fitting(options.limit.unwrap_or(usize::MAX), 0)?,
        Target::Error(most) => search.good_enough(most)?,
    };
    watcher(1.0);
    Ok(encoded)
}

fn of_quality(quality: f64) -> u16 {
    let step = FINEST + SLOPE * (100.0 - quality.clamp(0.0, 100.0));
    (step.round() as u16).min(MAX_STEP)
}

struct Search<'a> {
    volume: &'a Volume,
    scaled: Scaled,
    options: &'a Options,
    files: Files<'a>,
}

impl Search<'_> {
    /// The file of the finest step from one on that fits.
    fn fitting(&self, limit: usize, from: u16) -> Result<Encoded, EncodeError> {
        // Nothing fits into no bytes.
        let goal = (ln(limit.max(1) as f64), BYTES, End::Coarse);
        let (fine, coarse) = self.bracket(from, goal, |made| ln(made.bytes.len() as f64))?;
        match (coarse, fine) {
            (Some((_, made)), _) => Ok(made),
            (None, fine) => {
                let smallest = fine.map_or(0, |(_, made)| made.bytes.len());
                Err(EncodeError::DoesNotFit { limit, smallest })
            }
        }
    }

    /// The file of the coarsest step that is good enough.
    fn good_enough(&self, most: f64) -> Result<Encoded, EncodeError> {
        let rest = |error: f64| -ln(error.max(1e-30));
        // Equal is good enough, and on the finer side.
        let goal = (rest(most) - 1e-9, ERROR, End::Fine);
        let (fine, coarse) = self.bracket(0, goal, |made| rest(made.error))?;
        match (fine, coarse, self.options.limit) {
            (Some((_, made)), _, Some(limit)) if made.bytes.len() > limit => {
                Err(EncodeError::Contradiction { limit, asked: most, needed: made.bytes.len() })
            }
            (Some((_, made)), ..) => Ok(made),
            (None, coarse, _) => {
                let best = coarse.map_or(0.0, |(_, made)| made.error);
                Err(EncodeError::NotGoodEnough { asked: most, best })
            }
        }
    }

    /// The files on both sides of a goal, which is one of `value`.
    fn bracket(
        &self,
        from: u16,
        goal: (f64, f64, End),
        value: impl Fn(&Encoded) -> f64,
    ) -> Result<(Side<Encoded>, Side<Encoded>), EncodeError> {
        bracket((from, of_quality(50.0), MAX_STEP), goal, value, |step| self.run(step))
    }

    /// Encodes with a step.
    fn run(&self, step: u16) -> Result<Encoded, EncodeError> {
        let mut tables = [0; place::COUNT];
        start(&mut tables);
        let mut coder = Encoder::new();
        let told = std::sync::Mutex::new(0.0);
        let cells = code(&mut coder, &self.scaled, step, &mut tables, &|done| {
            if let Ok(mut told) = told.lock() {
                self.files.add(done - *told);
                *told = done;
            }
        });
        let Volume { voxels, origin, side, .. } = *self.volume;
        let header = ShapeHeader {
            voxels,
            origin,
            side,
            step,
            splits: u32::try_from(cells.splits()).unwrap_or(u32::MAX),
            weights: u32::try_from(cells.weights()).unwrap_or(u32::MAX),
        };
        let comment = self.options.comment.as_deref();
        let sections: Vec<_> =
            comment.map(|text| (SectionId::COMMENT, text.as_bytes())).into_iter().collect();
        let bytes = write_shape(&header, &sections, &coder.finish())?;
        let error = error(&self.scaled, &cells) * f64::from(side) / f64::from(voxels);
        Ok(Encoded { bytes, header, error })
    }
}
