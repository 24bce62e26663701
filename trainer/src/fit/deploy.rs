//! How good is the file that these parameters give?

use super::{FitError, Metric, Target};
use crate::{
    measure,
    model::Values,
    picture::{self, Picture},
    quant::Quantiser,
    shape::{self, Samples},
};
use nex_runtime::{Picture as StoredPicture, Shape, Sound};

/// Points of a shape that a file is measured at.
const DEPLOY_POINTS: usize = 60_000;

/// Packs parameters into a file, decodes it with the real runtime, and
/// measures it against the original.
pub(super) struct Deploy {
    quantiser: Quantiser,
    original: Original,
    comment: Option<String>,
}

enum Original {
    Sound(Vec<i16>),
    Picture(Picture),
    Shape(Samples),
}

impl Deploy {
    pub fn new(quantiser: Quantiser, target: Target<'_>, comment: Option<String>) -> Self {
        let original = match target {
            Target::Sound(clip) => Original::Sound(clip.to_i16()),
            Target::Picture(picture) => Original::Picture(picture.clone()),
            Target::Shape(shape) => Original::Shape(shape.samples.evenly(DEPLOY_POINTS)),
        };
        Self { quantiser, original, comment }
    }

    /// The file and how good it is in dB, in the target's terms.
    pub fn measure(&self, values: &Values) -> Result<(Vec<u8>, f64), FitError> {
        let nex = self.quantiser.pack(values, self.comment.as_deref())?;
        let db = match &self.original {
            Original::Sound(original) => {
                let sound = Sound::open(&nex)?;
                let mut memory = vec![0; sound.best_len()];
                let mut decoded = vec![0; sound.info().frames as usize * sound.channels()];
                sound.play(&mut memory)?.decode_into(&mut decoded)?;
                measure::sound::compare(original, &decoded)?.snr_db
            }
            Original::Picture(original) => {
                let stored = StoredPicture::open(&nex)?;
                let decoded = picture::decode(&stored)?;
                measure::picture::psnr_db(&original.samples, &decoded)
            }
            Original::Shape(samples) => {
                let decoded = shape::decode_samples(&Shape::open(&nex)?, samples)?;
                Metric::Distance.decibels(samples.mean_error(&decoded), 1.0)
            }
        };
        Ok((nex, db))
    }
}
