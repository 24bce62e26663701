//! What file does a network of the tables become, and what is it worth?
//!
//! The bytes are [`Quantiser`]'s; every file decodes in the runtime's float
//! profile.

use super::{PaperError, Trainer, data::Signals};
use crate::{
    model::Spec,
    quant::{Precision, Quantiser, TimeDomain},
    shape::DOMAIN,
};
use nex_format::neural::{ShapeHeader, bake};
use nex_runtime::{Kind, Picture, Signal, Sound};

/// The loudest sample of a sound, of full scale.
const PEAK: f32 = i16::MAX as f32 / 32_768.0;

/// From `-end` to `end`.
const fn axis(end: f64, points: usize) -> TimeDomain {
    TimeDomain { lo: -end, hi: end, frames: points as u32 }
}

fn quantiser(spec: Spec, signals: &Signals, precision: Precision) -> Quantiser {
    let arch = &spec.arch;
    let plain = match signals.size {
        Some((rows, columns)) => {
            Quantiser::picture(arch, precision, [axis(1.0, columns), axis(1.0, rows)])
        }
        None => {
            let time = axis(100.0, signals.points());
            Quantiser::new(arch, precision, time, signals.rate_hz, PEAK)
        }
    };
    plain.with(spec)
}

impl Trainer {
    /// The `.nex` file of one fit, as it is now: a picture's, or a sound's whose
    /// loudest sample is full scale.
    ///
    /// # Errors
    /// [`PaperError::Pack`]; [`PaperError::Format`] if labels cannot stand for
    /// the manager.
    pub fn export(
        &self,
        signals: &Signals,
        fit: usize,
        precision: Precision,
    ) -> Result<Vec<u8>, PaperError> {
        let bytes = quantiser(self.spec, signals, precision).pack(&self.values(fit), None)?;
        // In place of the manager's, the choice that was made for it.
        match self.problem.labels_of(fit).filter(|_| self.problem.fixed) {
            Some(labels) => bake(&bytes, labels).map_err(PaperError::Format),
            None => Ok(bytes),
        }
    }

    /// The `.nex` file of a fit to a shape, whose header is given.
    ///
    /// # Errors
    /// [`PaperError::Pack`].
    pub fn export_shape(
        &self,
        shape: ShapeHeader,
        precision: Precision,
    ) -> Result<Vec<u8>, PaperError> {
        let cube = axis(DOMAIN, usize::from(shape.cells) + 1);
        let quantiser = Quantiser::shape(&self.spec.arch, precision, cube, shape).with(self.spec);
        Ok(quantiser.pack(&self.values(0), None)?)
    }
}

/// A file as it is written, and what it is worth.
pub struct Saved {
    /// The file.
    pub bytes: Vec<u8>,
    /// Mean squared error of the network's outputs.
    pub network: f64,
    /// Likewise, rounded as the file's samples are.
    pub rounded: f64,
    /// Mean squared error of what the runtime decodes.
    pub decoded: f64,
}

fn mse(a: &[f32], b: &[f32]) -> f64 {
    let squares = a.iter().zip(b).map(|(a, b)| f64::from(a - b).powi(2));
    squares.sum::<f64>() / a.len().max(1) as f64
}

impl Trainer {
    /// [`export`](Self::export) of every fit, each decoded again.
    ///
    /// # Errors
    /// Likewise.
    pub fn save(
        &mut self,
        signals: &Signals,
        precision: Precision,
    ) -> Result<Vec<Saved>, PaperError> {
        let (outputs, _) = self.decode();
        let outputs = outputs.chunks_exact(signals.points() * signals.out_dim);
        let one = |(fit, (outputs, target)): (usize, (&[f32], &Vec<f32>))| {
            let bytes = self.export(signals, fit, precision)?;
            let read = decoded(&bytes)?;
            Ok(Saved {
                bytes,
                network: mse(outputs, target),
                rounded: mse(&rounded(outputs, signals.size.is_some()), target),
                decoded: mse(&read, target),
            })
        };
        outputs.zip(&signals.targets).enumerate().map(one).collect()
    }
}

/// What the runtime decodes of a file, in the trainer's units and order.
///
/// # Errors
/// [`PaperError::Format`] if it is not a file; [`PaperError::Decode`] if it does not
/// decode, which is never expected.
pub fn decoded(bytes: &[u8]) -> Result<Vec<f32>, PaperError> {
    if Kind::of(bytes).map_err(PaperError::Format)?.signal == Signal::Picture {
        let picture = Picture::open(bytes).map_err(PaperError::Format)?;
        let info = picture.info();
        let len = (info.width * info.height) as usize * usize::from(info.channels);
        let (mut out, mut scratch) = (vec![0; len], vec![0; picture.best_len()]);
        picture.decode_into(&mut out, &mut scratch)?;
        return Ok(out.into_iter().map(|v| f32::from(v) / 127.5 - 1.0).collect());
    }
    let sound = Sound::open(bytes).map_err(PaperError::Format)?;
    let mut out = vec![0i16; sound.info().frames as usize * sound.channels()];
    let mut memory = vec![0; sound.best_len()];
    sound.play(&mut memory)?.decode_into(&mut out)?;
    Ok(out.into_iter().map(|v| f32::from(v) / f32::from(i16::MAX)).collect())
}

/// A network's outputs as a file's samples are: rounded, within their range.
#[must_use]
pub fn rounded(outputs: &[f32], picture: bool) -> Vec<f32> {
    let round = |v: f32| {
        if picture {
            ((v + 1.0) * 127.5).round_ties_even().clamp(0.0, 255.0) / 127.5 - 1.0
        } else {
            (v * 32_767.0).round_ties_even().clamp(-32_767.0, 32_767.0) / 32_767.0
        }
    };
    outputs.iter().map(|&v| round(v)).collect()
}
