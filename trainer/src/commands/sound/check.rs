//! Does the file sound like the original?

use super::read;
use crate::{
    audio::{self, Frames, Unread},
    commands::{
        file::Stored,
        options::CheckArgs,
        terminal::{Console, Failure, require, show, text},
    },
    measure::sound::{Comparison, Report, parts},
};
use nex_runtime::{Sound, SoundInfo};
use std::path::Path;

pub fn run(args: &CheckArgs, file: &Stored, console: &Console) -> Result<(), Failure> {
    let sound = file.sound_within(args.limit)?;
    let unread = Unread::of(&args.original)?;
    let original = match args.raw {
        None => read::open(unread, &args.original, console)?.sound,
        Some(encoding) => {
            let SoundInfo { rate_hz, channels, .. } = sound.info();
            let how = (encoding, rate_hz, channels.into());
            read::open_raw(unread, &args.original, how, console)?
        }
    };
    same_shape(&sound, &args.original, &*original)?;
    let progress = console.progress("comparing");
    let report = measure(&sound, file.bytes.len(), &*original, &|part| progress.set(part))?;
    drop(progress);
    show(console, args.json, None, &report, describe)?;
    require("signal-to-noise ratio", report.metrics.snr_db, args.min_snr)
}

/// The sound must have the rate, channels and length that the file has.
pub fn same_shape(sound: &Sound<'_>, path: &Path, original: &dyn Frames) -> Result<(), Failure> {
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
    if rate_hz != original.rate_hz() {
        let mend = "if it was exported with --rate, resample the original alike";
        return Err(differs("sample rates", rate_hz.into(), original.rate_hz().into(), mend));
    }
    if usize::from(channels) != original.channels() {
        let mend = "if it was exported with --mono, mix the original alike";
        return Err(differs("channels", channels.into(), original.channels() as u64, mend));
    }
    if frames as usize != original.frames() {
        let mend = "if it was exported with --start or --end, trim the original alike";
        return Err(differs("lengths in frames", frames.into(), original.frames() as u64, mend));
    }
    Ok(())
}

/// Frames that are compared at a time.
const COMPARED: usize = 1 << 14;

/// Decodes everything and compares; the shapes are the same. `bytes` is the
/// length of the file, packed if it is; `watch` is told which part of 1 is done.
pub fn measure(
    sound: &Sound<'_>,
    bytes: usize,
    original: &dyn Frames,
    watch: &dyn Fn(f64),
) -> Result<Report, Failure> {
    let SoundInfo { channels, frames, rate_hz, .. } = sound.info();
    let part = |done: usize| done as f64 / f64::from(frames.max(1)) / 2.0;
    let (mut comparison, mut at) = (Comparison::default(), 0);
    audio::stream(sound, 0..frames, rate_hz, |decoded| {
        for decoded in decoded.chunks(COMPARED * usize::from(channels)) {
            let end = at + decoded.len() / usize::from(channels);
            comparison.add(&original.read_i16(at..end)?, decoded)?;
            at = end;
        }
        watch(part(at));
        Ok::<_, Failure>(())
    })?;
    let original_bytes = audio::wav_bytes_len(frames.into(), channels.into());
    let counts = audio::expert_counts(sound)?;
    let watch = |frame: u32| watch(0.5 + part(frame as usize));
    let (macs_per_sample, scratch_bytes) = audio::cost_watched(sound, frames, watch)?;
    Ok(Report {
        bytes,
        original_bytes,
        ratio: original_bytes as f64 / bytes as f64,
        metrics: comparison.metrics(),
        macs_per_sample,
        scratch_bytes,
        expert_share: parts(&counts),
    })
}

/// What decoding costs, in one line.
pub fn cost(report: &Report) -> String {
    format!(
        "{} MAC per time step, {} bytes of working memory",
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
