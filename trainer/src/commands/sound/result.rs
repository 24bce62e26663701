//! What came out of an export, beside the classical ways to store it?

use super::{check, target};
use crate::{
    audio::Frames,
    bake::Routing,
    commands::{
        bake,
        file::{self, Stored},
        needs,
        terminal::{Console, Failure, text},
    },
    compact::Encoded,
    measure::{
        sound::{self, Report},
        targets::{Estimate, Target},
    },
};
use serde::Serialize;
use std::{
    path::Path,
    sync::atomic::{AtomicUsize, Ordering},
};

/// About this part of a verification decodes the file; the rest codes the
/// sound in the classical way.
const DECODING: f64 = 0.6;

/// A file, and how it was made.
pub struct Made {
    pub bytes: Vec<u8>,
    how: How,
}

/// What `export --json` prints of the making.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "profile", rename_all = "lowercase")]
enum How {
    #[cfg(feature = "neural")]
    Neural { steps: u64, stopped_early: bool },
    Compact {
        /// In samples' units.
        step: f64,
        /// How much of the spectrum's shape the step follows, 0 to 1.
        gamma: f64,
        /// Level of the noise, relative to the shape.
        fill: f64,
        /// Bits of all decisions by the models' probabilities.
        ideal_bits: f64,
        /// By model: the chunks coded with it.
        chunks: [usize; 2],
    },
}

/// What `export --json` prints: the report of `check`, and the making.
#[derive(Serialize)]
pub struct Exported {
    #[serde(flatten)]
    pub report: Report,
    /// Of the neural profile.
    #[serde(skip_serializing_if = "Option::is_none")]
    routing: Option<Routing>,
    bits_per_second: f64,
    bits_per_sample: f64,
    #[serde(flatten)]
    how: How,
    /// The classical cheap codec on the same samples, for comparison.
    ima_adpcm_bytes: u64,
    ima_adpcm_snr_db: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<Estimate>,
}

impl Made {
    /// A fit, stored as asked for.
    #[cfg(feature = "neural")]
    pub fn neural(
        fitted: crate::fit::Fitted,
        request: &crate::bake::Request,
    ) -> Result<Self, crate::bake::BakeError> {
        let bytes = request.store(&fitted.nex)?;
        let crate::fit::Fitted { steps, stopped_early, .. } = fitted;
        Ok(Self { bytes, how: How::Neural { steps, stopped_early } })
    }

    pub fn compact(encoded: Encoded) -> Self {
        let q = encoded.quantiser;
        let count = |model| encoded.models.iter().filter(|&&m| m == model).count();
        let how = How::Compact {
            step: (f64::from(q.step) / 32.0 - 8.0).exp2(),
            gamma: f64::from(q.gamma) / 16.0,
            fill: f64::from(q.fill) / 8.0,
            ideal_bits: encoded.ideal_bits,
            chunks: [0, 1].map(count),
        };
        Self { bytes: encoded.bytes, how }
    }

    /// Decodes the file as written with the real runtime and measures it.
    pub fn verify(
        self,
        out: &Path,
        sound: &dyn Frames,
        target: Option<&Target>,
        console: &Console,
    ) -> Result<Exported, Failure> {
        let Self { mut bytes, how } = self;
        if out.metadata().is_ok_and(|m| m.is_file()) {
            drop(bytes);
            bytes = file::load(out)?.bytes;
        }
        Self { bytes, how }.measured(out, sound, target, console)
    }

    /// Measures a file that was not written.
    pub fn measure(self, sound: &dyn Frames, console: &Console) -> Result<Exported, Failure> {
        self.measured(Path::new("the other profile"), sound, None, console)
    }

    fn measured(
        self,
        path: &Path,
        original: &dyn Frames,
        target: Option<&Target>,
        console: &Console,
    ) -> Result<Exported, Failure> {
        let file = Stored::new(path, self.bytes)?;
        let bytes = file.bytes.len();
        let sound = file.sound()?;
        let progress = console.progress("verifying");
        let report =
            check::measure(&sound, bytes, original, &|part| progress.set(part * DECODING))?;
        let (rate_hz, frames) = (original.rate_hz(), original.frames());
        let coded = AtomicUsize::new(0);
        let watch = |more| {
            let part = (coded.fetch_add(more, Ordering::Relaxed) + more) as f64 / frames as f64;
            progress.set(DECODING + part * (1.0 - DECODING));
        };
        let ima = sound::ima_adpcm_metrics(original, &watch)?;
        let bits = 8.0 * bytes as f64;
        Ok(Exported {
            bits_per_second: bits / original.seconds(),
            bits_per_sample: bits / (frames * original.channels()) as f64,
            how: self.how,
            routing: match sound.network() {
                Some(_) => Some(Routing::of(&file.network()?)),
                None => None,
            },
            ima_adpcm_bytes: sound::ima_adpcm_bytes(
                frames as u64,
                original.channels() as u64,
                rate_hz,
            ),
            ima_adpcm_snr_db: ima.snr_db,
            target: match target {
                Some(target) => target::estimate(target, &file, &sound, report.macs_per_sample)?,
                None => None,
            },
            report,
        })
    }
}

impl Exported {
    const fn name(&self) -> &'static str {
        match self.how {
            #[cfg(feature = "neural")]
            How::Neural { .. } => "nex neural",
            How::Compact { .. } => "nex compact",
        }
    }
}

/// The file beside the classical ways to store the same samples.
pub fn describe(exported: &Exported, other: Option<&Exported>, sound: &dyn Frames) -> String {
    let report = &exported.report;
    let wav = report.original_bytes as f64;
    let samples = sound.frames() * sound.channels();
    let row = |name: &str, bytes: u64, snr: String| {
        let bits = 8.0 * bytes as f64;
        [
            name.to_string(),
            text::grouped(bytes),
            format!("{:.2}", wav / bytes as f64),
            text::grouped((bits / sound.seconds()).round() as u64),
            format!("{:.3}", bits / samples as f64),
            snr,
        ]
    };
    let file = |name: &str, e: &Exported| {
        row(name, e.report.bytes as u64, text::decibel(e.report.metrics.snr_db))
    };
    let heads = ["", "bytes", "ratio", "bit/s", "bit/sample", "SNR"].map(String::from);
    let mut rows = vec![heads, file("this file", exported)];
    rows.extend(other.map(|other| file(other.name(), other)));
    let ima_snr = text::decibel(exported.ima_adpcm_snr_db);
    rows.push(row("IMA ADPCM", exported.ima_adpcm_bytes, ima_snr));
    rows.push(row("16-bit WAV", report.original_bytes, "exact".into()));
    let mut text = text::columns(&rows);
    text += "\n";
    let (deciders, how) = match &exported.how {
        #[cfg(feature = "neural")]
        How::Neural { steps, stopped_early } => {
            let early = if *stopped_early { " (stopped early)" } else { "" };
            ("experts decide", ("fit", text::count(*steps, "step") + early))
        }
        How::Compact { step, gamma, fill, chunks, .. } => {
            let models: Vec<String> = ["narrowband", "wideband"]
                .iter()
                .zip(chunks)
                .filter(|(_, n)| **n > 0)
                .map(|(name, n)| format!("{name} {n}"))
                .collect();
            let how = format!(
                "step {step:.3}, follows {gamma:.2} of the spectrum, noise up to {fill:.2}; \
                 chunks by model: {}",
                models.join(", ")
            );
            ("blocks, short to long", ("quantiser", how))
        }
    };
    let mut rows = vec![
        ("decoding", check::cost(report)),
        (deciders, text::percentages(&report.expert_share)),
        how,
    ];
    rows.extend(exported.routing.as_ref().map(|r| ("routing", bake::routing(r))));
    let target = exported.target.as_ref().map(needs::describe).unwrap_or_default();
    text + &text::rows(&rows) + &target
}
