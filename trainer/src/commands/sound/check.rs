//! Does the file sound like the original?

use super::read::read;
use crate::{
    audio::{self, Clip},
    commands::{
        file::Stored,
        options::CheckArgs,
        terminal::{Console, Failure, require, show, text},
    },
    measure::sound::{self as sound_metrics, Report},
};
use nex_runtime::{Sound, SoundInfo};
use std::path::Path;

pub fn run(args: &CheckArgs, file: &Stored, console: &Console) -> Result<(), Failure> {
    let sound = file.sound_within(args.limit)?;
    let original = read(&args.original, console)?;
    same_shape(&sound, &args.original, &original)?;
    let report = measure(&sound, file.bytes.len(), &original)?;
    show(console, args.json, None, &report, describe)?;
    require("signal-to-noise ratio", report.metrics.snr_db, args.min_snr)
}

/// The sound must have the rate, channels and length that the file has.
pub fn same_shape(sound: &Sound<'_>, path: &Path, original: &Clip) -> Result<(), Failure> {
    let SoundInfo { rate_hz, channels, frames, .. } = sound.info();
    let differs = |what: &str, file: u64, original: u64, mend: &str| {
        Failure::Failed(
            format!(
                "{}: the {what} differ: {} in the .nex file, {} in this original; {mend}",
                path.display(),
                text::grouped(file),
                text::grouped(original)
            )
            .into(),
        )
    };
    if rate_hz != original.rate_hz {
        let mend = "if it was exported with --rate, resample the original alike";
        return Err(differs("sample rates", rate_hz.into(), original.rate_hz.into(), mend));
    }
    if usize::from(channels) != original.channels {
        let mend = "if it was exported with --mono, mix the original alike";
        return Err(differs("channels", channels.into(), original.channels as u64, mend));
    }
    if frames as usize != original.frames() {
        let mend = "if it was exported with --start or --end, trim the original alike";
        return Err(differs("lengths in frames", frames.into(), original.frames() as u64, mend));
    }
    Ok(())
}

/// Decodes everything and compares; the shapes are the same. `bytes` is the
/// length of the file, packed if it is.
pub fn measure(sound: &Sound<'_>, bytes: usize, original: &Clip) -> Result<Report, Failure> {
    let SoundInfo { channels, frames, .. } = sound.info();
    let metrics = sound_metrics::compare(&original.to_i16(), &audio::decode_all(sound)?)?;
    let original_bytes = audio::wav_bytes_len(frames.into(), channels.into());
    let (experts, count) = audio::experts(sound)?;
    let (macs_per_sample, scratch_bytes) = audio::cost(sound, frames)?;
    Ok(Report {
        bytes,
        original_bytes,
        ratio: original_bytes as f64 / bytes as f64,
        metrics,
        macs_per_sample,
        scratch_bytes,
        expert_share: sound_metrics::shares(&experts, count),
    })
}

/// What decoding costs, in one line.
pub fn cost(report: &Report) -> String {
    format!(
        "{} MAC per time step, {} bytes of scratch at least",
        text::grouped(report.macs_per_sample.into()),
        text::grouped(report.scratch_bytes as u64)
    )
}

fn describe(report: &Report) -> String {
    text::rows(&[
        ("bytes", text::grouped(report.bytes as u64)),
        ("as 16-bit WAV", text::grouped(report.original_bytes)),
        ("ratio", format!("{:.2}", report.ratio)),
        ("SNR", text::decibel(report.metrics.snr_db)),
        ("PSNR (peak 32768)", text::decibel(report.metrics.psnr_db)),
        ("MSE (waveform / peak)", format!("{:.3e}", report.metrics.mse)),
        ("decoding", cost(report)),
        ("experts decide", text::percentages(&report.expert_share)),
    ])
}
