//! How does a sound become a file that is known to play?

use super::{
    console::{self, Console, FitProgress},
    export_args::ExportArgs,
    failure::Failure,
    sound::{self, Stored},
    table,
};
use crate::{
    audio::{self, Clip},
    fit::{self, Fitted, RunDir},
    report::{self, Report},
};
use serde::Serialize;
use std::path::Path;

/// What `export --json` prints: the report of `check`, and the fit.
#[derive(Serialize)]
struct Exported {
    #[serde(flatten)]
    report: Report,
    bits_per_second: f64,
    bits_per_sample: f64,
    steps: u64,
    stopped_early: bool,
    /// The classical cheap codec on the same samples, for comparison.
    ima_adpcm_bytes: u64,
    ima_adpcm_snr_db: f64,
}

pub(super) fn run(args: &ExportArgs, console: &Console) -> Result<(), Failure> {
    let out = args.out.path();
    let to_stdout = out.as_os_str() == "-";
    if to_stdout && args.json {
        return Err(Failure::usage("--json and the file cannot both go to standard output"));
    }
    console::check_not_terminal(&out)?;
    audio::check_writable(&out, args.out.force)?;
    let clip = load(args, console)?;
    let config = args.config(clip.channels)?;
    console.detail(&format!(
        "fitting {} of {} to {:.3} s of sound",
        table::count(config.arch.parameters() as u64, "parameter"),
        table::count(config.arch.experts as u64, "expert"),
        clip.seconds()
    ));
    let run = match (&args.machine.run_dir, args.machine.resume) {
        (None, _) => None,
        (Some(dir), false) => Some(RunDir::create(dir)?),
        (Some(dir), true) => Some(RunDir::resume(dir)?),
    };
    let mut progress = FitProgress::new(console, console::stop_flag()?);
    let fitted = fit::fit(&clip, &config, run.as_ref(), &mut progress);
    progress.finish();
    let fitted = fitted?;
    let nex = if args.pack { nex_format::pack(&fitted.nex)? } else { fitted.nex.clone() };
    audio::write_atomic(&out, &nex, args.out.force)?;

    let exported = verify(&out, nex, &clip, &fitted)?;
    if args.json {
        console::print(&(serde_json::to_string_pretty(&exported)? + "\n"))?;
    } else if !console.is_quiet() {
        let text = describe(&exported, &clip);
        if to_stdout { eprint!("{text}") } else { console::print(&text)? }
    }
    super::check::require(exported.report.metrics.snr_db, args.min_snr)
}

/// Reads the sound and takes the part, channels and rate asked for.
fn load(args: &ExportArgs, console: &Console) -> Result<Clip, Failure> {
    let mut clip = audio::read(&args.input)?;
    let range = args.sound.range.frames(clip.frames(), clip.rate_hz).map_err(Failure::Usage)?;
    if range != (0..clip.frames()) {
        clip = clip.slice(range);
    }
    if args.sound.mono && clip.channels > 1 {
        clip = clip.mono_mix();
    }
    if let Some(rate) = args.sound.rate.filter(|&rate| rate != clip.rate_hz) {
        clip = audio::resample(&clip, rate)?;
    }
    if u32::try_from(clip.frames()).is_err() {
        return Err("the sound is too long; trim it with --start and --end".into());
    }
    let clipped = clip.clip_to_full_scale();
    if clipped > 0 {
        console.warn(&format!(
            "{} exceed full scale and were clipped; lower the volume to avoid that",
            table::count(clipped as u64, "sample")
        ));
    }
    Ok(clip)
}

/// Decodes the file as written with the real runtime and measures it.
fn verify(out: &Path, nex: Vec<u8>, clip: &Clip, fitted: &Fitted) -> Result<Exported, Failure> {
    let is_file = out.metadata().is_ok_and(|m| m.is_file());
    let file = if is_file { sound::load(out)? } else { Stored::new(out, nex)? };
    let decoder = sound::parse(out, &file)?;
    let report = super::check::measure(&decoder, file.bytes.len(), clip)?;
    let bits = 8.0 * file.bytes.len() as f64;
    let original = clip.to_i16();
    let ima = report::ima_adpcm_round_trip(&original, clip.channels, clip.rate_hz);
    Ok(Exported {
        bits_per_second: bits / clip.seconds(),
        bits_per_sample: bits / clip.samples.len() as f64,
        steps: fitted.steps,
        stopped_early: fitted.stopped_early,
        ima_adpcm_bytes: report::ima_adpcm_bytes(
            clip.frames() as u64,
            clip.channels as u64,
            clip.rate_hz,
        ),
        ima_adpcm_snr_db: report::compare(&original, &ima)?.snr_db,
        report,
    })
}

/// The file beside the classical ways to store the same samples.
fn describe(exported: &Exported, clip: &Clip) -> String {
    let report = &exported.report;
    let wav = report.original_bytes as f64;
    let row = |name: &str, bytes: u64, snr: String| {
        let bits = 8.0 * bytes as f64;
        [
            name.to_string(),
            table::grouped(bytes),
            format!("{:.2}", wav / bytes as f64),
            table::grouped((bits / clip.seconds()).round() as u64),
            format!("{:.3}", bits / clip.samples.len() as f64),
            snr,
        ]
    };
    let heads = ["", "bytes", "ratio", "bit/s", "bit/sample", "SNR"].map(String::from);
    let mut text = table::columns(&[
        heads,
        row("this file", report.bytes as u64, table::decibel(report.metrics.snr_db)),
        row("IMA ADPCM", exported.ima_adpcm_bytes, table::decibel(exported.ima_adpcm_snr_db)),
        row("16-bit WAV", report.original_bytes, "exact".into()),
    ]);
    let early = if exported.stopped_early { " (stopped early)" } else { "" };
    let steps = table::count(exported.steps, "step") + early;
    text += "\n";
    text += &table::rows(&[
        ("decoding", super::check::cost(report)),
        ("experts decide", table::percentages(&report.expert_share)),
        ("fit", steps),
    ]);
    text
}
