//! How good is the file that these parameters give?

use super::FitError;
use crate::{quant::Quantiser, report};
use nex_runtime::{Decoder, MAX_TILE};

/// Packs parameters into a file, decodes it with the real runtime, and
/// measures it against the original.
pub(super) struct Deploy {
    quantiser: Quantiser,
    original: Vec<i16>,
    comment: Option<String>,
}

impl Deploy {
    pub const fn new(quantiser: Quantiser, original: Vec<i16>, comment: Option<String>) -> Self {
        Self { quantiser, original, comment }
    }

    pub const fn quantiser(&self) -> &Quantiser {
        &self.quantiser
    }

    /// The file and its signal-to-noise ratio in dB.
    pub fn measure(&self, params: (&[f32], &[f32])) -> Result<(Vec<u8>, f64), FitError> {
        let nex = self.quantiser.pack(params, self.comment.as_deref())?;
        let decoder = Decoder::parse(&nex)?;
        let mut scratch = vec![0; decoder.scratch_len(MAX_TILE)];
        let mut decoded = vec![0; self.original.len()];
        // Neither buffer is too small, so nothing is left to fail.
        let _ = decoder.decode_into(&mut decoded, &mut scratch);
        let db = report::compare(&self.original, &decoded).map_or(f64::NEG_INFINITY, |m| m.snr_db);
        Ok((nex, db))
    }
}
