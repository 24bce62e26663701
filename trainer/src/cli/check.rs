//! Does the file sound like the original?

use super::{
    args::CheckArgs,
    console::{self, Console},
    failure::Failure,
    file, table,
};
use crate::{
    audio::{self, Clip},
    report::{self, Report},
};
use nex_runtime::{Signal, Sound, SoundInfo};
use std::path::Path;

#[cfg(not(feature = "pictures"))]
use super::missing::{picture, shape};
#[cfg(feature = "pictures")]
use super::{pixels::check::run as picture, shapes::check::run as shape};

pub(super) fn run(args: &CheckArgs, console: &Console) -> Result<(), Failure> {
    if args.file.as_os_str() == "-" && args.original.as_os_str() == "-" {
        return Err(Failure::usage("FILE and ORIGINAL cannot both be standard input"));
    }
    let file = file::load(&args.file)?;
    match file.kind()?.signal {
        Signal::Picture => return picture(args, &file, console),
        Signal::Shape => return shape(args, &file, console),
        _ => {}
    }
    if args.min_iou.is_some() {
        return Err(Failure::usage("--min-iou is for shapes; of a sound give --min-snr"));
    }
    if args.min_psnr.is_some() {
        return Err(Failure::usage("--min-psnr is for pictures; of a sound give --min-snr"));
    }
    let sound = file.sound_within(args.limit)?;
    let original = audio::read(&args.original)?;
    same_shape(&sound, &args.original, &original)?;
    let report = measure(&sound, file.bytes.len(), &original)?;
    if args.json {
        console::print(&(serde_json::to_string_pretty(&report)? + "\n"))?;
    } else if !console.is_quiet() {
        console::print(&describe(&report))?;
    }
    require("signal-to-noise ratio", report.metrics.snr_db, args.min_snr)
}

/// The sound must have the rate, channels and length that the file has.
pub(super) fn same_shape(sound: &Sound<'_>, path: &Path, original: &Clip) -> Result<(), Failure> {
    let SoundInfo { rate_hz, channels, frames, .. } = sound.info();
    let differs = |what: &str, file: u64, original: u64, mend: &str| {
        Failure::Failed(
            format!(
                "{}: the {what} differ: {} in the .nex file, {} in this original; {mend}",
                path.display(),
                table::grouped(file),
                table::grouped(original)
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
pub(super) fn measure(sound: &Sound<'_>, bytes: usize, original: &Clip) -> Result<Report, Failure> {
    let SoundInfo { channels, frames, .. } = sound.info();
    let metrics = report::compare(&original.to_i16(), &audio::decode_all(sound)?)?;
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
        expert_share: report::shares(&experts, count),
    })
}

/// Fails with exit code 3 below the target.
pub(super) fn require(what: &str, found_db: f64, target_db: Option<f64>) -> Result<(), Failure> {
    match target_db {
        Some(target) if found_db < target => Err(Failure::Target(format!(
            "the {what} is {found_db:.2} dB, below the target of {target} dB"
        ))),
        _ => Ok(()),
    }
}

/// What decoding costs, in one line.
pub(super) fn cost(report: &Report) -> String {
    format!(
        "{} MAC per time step, {} bytes of scratch at least",
        table::grouped(report.macs_per_sample.into()),
        table::grouped(report.scratch_bytes as u64)
    )
}

fn describe(report: &Report) -> String {
    table::rows(&[
        ("bytes", table::grouped(report.bytes as u64)),
        ("as 16-bit WAV", table::grouped(report.original_bytes)),
        ("ratio", format!("{:.2}", report.ratio)),
        ("SNR", table::decibel(report.metrics.snr_db)),
        ("PSNR (peak 32768)", table::decibel(report.metrics.psnr_db)),
        ("MSE (waveform / peak)", format!("{:.3e}", report.metrics.mse)),
        ("decoding", cost(report)),
        ("experts decide", table::percentages(&report.expert_share)),
    ])
}
