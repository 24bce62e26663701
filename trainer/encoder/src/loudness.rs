//! Which step makes a sound as good as its quality asks, however loud it is?
//!
//! A quality stands for a step in a sound of usual loudness. In a softer one the
//! step has to be as much finer as to leave the same part of the sound: steps
//! follow the spectrum, but only in part, and not below a level that is heard
//! in a loud sound.

use super::{
    levels::{Bands, LOWEST},
    math::{exp2, log2},
    quantiser::Quantiser,
    source::Source,
};
use rayon::prelude::*;
use std::io;

/// The root mean square of speech whose peaks reach full scale, where it is loud:
/// what a quality's step was chosen for, in 16 bits.
const USUAL: f64 = 6_800.0;

/// Softer sounds count as if they were as loud as this, -54 dB of full scale: of a
/// few units of noise nothing has to be kept.
const SOFTEST: f64 = 64.0;

/// The spectrum of a sound, as far as a step depends on it.
struct Spectra {
    /// In octaves; each counts as often as its band is wide.
    cells: Vec<Bands>,
    /// Of all bands: their width and middle, as parts of the band.
    bands: Vec<(f64, f64)>,
}

/// The step that leaves as much of this sound as `step` of one that is as usual.
pub(super) fn step(source: &Source<'_>, q: &Quantiser, step: f64) -> io::Result<f64> {
    let chunks = (0..source.chunks()).into_par_iter().map(|i| {
        let mut part = source.part(source.chunk(i))?;
        source.turn(&mut part);
        Ok(source.levels(&part, 0).cells().to_vec())
    });
    let cells: Vec<Vec<Bands>> = chunks.collect::<io::Result<_>>()?;
    let spectra = Spectra { cells: cells.concat(), bands: source.bands() };
    let loudness = spectra.loudness();
    if loudness == 0.0 {
        return Ok(step);
    }
    let raised = log2(USUAL / loudness.max(SOFTEST));
    let aim = spectra.lost(q, step, raised);
    let (mut low, mut high) = (0.0, 800.0);
    for _ in 0..12 {
        let middle = (low + high) / 2.0;
        if spectra.lost(q, middle, 0.0) < aim { low = middle } else { high = middle }
    }
    Ok(((low + high) / 2.0).round())
}

impl Spectra {
    /// The level of what is loud: every cell counts by its energy.
    fn loudness(&self) -> f64 {
        let (mut sum, mut squares) = (0.0, 0.0);
        for cell in &self.cells {
            let energy = self.energy(cell);
            sum += energy;
            squares += energy * energy;
        }
        if sum > 0.0 { (squares / sum).sqrt() } else { 0.0 }
    }

    fn energy(&self, cell: &Bands) -> f64 {
        cell.iter()
            .zip(&self.bands)
            .map(|(level, (width, _))| width * (exp2(2.0 * level) - 1.0))
            .sum()
    }

    /// The part of the sound that a step leaves out, if all were so many octaves
    /// louder.
    fn lost(&self, q: &Quantiser, step: f64, raised: f64) -> f64 {
        let (gamma, tilt) = (f64::from(q.gamma) / 16.0, f64::from(q.tilt) / 2.0);
        let (mut lost, mut all) = (0.0, 0.0);
        for cell in &self.cells {
            for (level, (width, middle)) in cell.iter().zip(&self.bands) {
                let level = level + raised;
                let step = step / 32.0 - 8.0 + gamma * level.max(LOWEST) + tilt * middle;
                let energy = exp2(2.0 * level);
                lost += width * energy.min(exp2(2.0 * step) / 12.0);
                all += width * energy;
            }
        }
        lost / all
    }
}
