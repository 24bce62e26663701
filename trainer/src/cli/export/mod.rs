//! How does a sound become a file that is known to play? (and a picture or
//! a shape one to look at)

mod args;
mod batch;
mod compact_args;
pub(super) mod network;
mod neural_args;
mod result;

pub(super) use args::ExportArgs;

use super::{
    console::{self, Console, FitProgress},
    failure::Failure,
    pixels, shapes, table,
};
use crate::{
    audio::{self, Clip},
    bake::{BakeError, Baking},
    compact,
    fit::{self, FitError, RunDir},
    picture, shape,
};
use args::{PictureArgs, Profile, ShapeArgs};
use compact_args::CompactArgs;
use neural_args::NeuralArgs;
use result::Made;

pub(super) fn run(args: &ExportArgs, console: &Console) -> Result<(), Failure> {
    let out = args.out.path();
    if out.as_os_str() == "-" && args.json {
        return Err(Failure::usage("--json and the file cannot both go to standard output"));
    }
    if args.batch.batch {
        return batch::run(args, &out, console);
    }
    console::check_not_terminal(&out)?;
    audio::check_writable(&out, args.out.force)?;
    let bytes = audio::load(&args.input)?;
    if picture::is_picture(&bytes) {
        return pixels::export::run(args, &bytes, &out, console);
    }
    if shape::is_mesh(&args.input, &bytes) {
        return shapes::export::run(args, &bytes, &out, console);
    }
    if args.shape != ShapeArgs::default() {
        return Err(Failure::usage("--points and --min-iou are for shapes; leave them out"));
    }
    if args.picture != PictureArgs::default() {
        return Err(Failure::usage("--max-side and --min-psnr are for pictures; leave them out"));
    }
    let clip = load(args, bytes, console)?;
    let profile = profile(args, clip.channels)?;
    let made = match profile {
        Profile::Neural => neural(args, &clip, console)?,
        _ => compact(args, &clip, console)?,
    };
    audio::write_atomic(&out, &made.bytes, args.out.force)?;
    let written = made.verify(&out, &clip)?;
    let other = match profile {
        _ if !args.compare => None,
        Profile::Neural => Some(compact(args, &clip, console)?),
        _ => Some(neural(args, &clip, console)?),
    };
    let other = other.map(|made| made.measure(&clip)).transpose()?;
    let describe = |written: &_| result::describe(written, other.as_ref(), &clip);
    network::show(args, &out, &written, describe, console)?;
    let least = args.compact.snr.filter(|_| profile == Profile::Compact).or(args.min_snr);
    let least = least.map(|snr| args.min_snr.map_or(snr, |min| min.max(snr)));
    super::check::require("signal-to-noise ratio", written.report.metrics.snr_db, least)
}

/// The profile meant.
fn profile(args: &ExportArgs, channels: usize) -> Result<Profile, Failure> {
    let neural = args.neural != NeuralArgs::default();
    let compact = args.compact != CompactArgs::default();
    match args.profile {
        Profile::Compact if neural && !args.compare => Err(Failure::usage(
            "the options of a fit (see --help) belong to --profile neural, not compact",
        )),
        Profile::Neural if compact && !args.compare => Err(Failure::usage(
            "--size, --bitrate, --snr, --quality, --tune, --effort and --max-block belong to \
             --profile compact, not neural",
        )),
        Profile::Auto if neural && compact && !args.compare => Err(Failure::usage(
            "options of both profiles are given; choose one with --profile compact or neural",
        )),
        Profile::Auto if (neural && !compact) || channels > 2 => Ok(Profile::Neural),
        Profile::Auto => Ok(Profile::Compact),
        given => Ok(given),
    }
}

/// Reads the sound and takes the part, channels and rate asked for.
fn load(args: &ExportArgs, bytes: Vec<u8>, console: &Console) -> Result<Clip, Failure> {
    let mut clip = audio::parse(&args.input, bytes)?;
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

/// Encodes the compact profile.
fn compact(args: &ExportArgs, clip: &Clip, console: &Console) -> Result<Made, Failure> {
    let options = args.compact.options(clip.seconds(), args.sound.comment.as_deref());
    let spinner = console.spinner("searching the quantiser");
    let begin = std::time::Instant::now();
    let encode = || compact::encode(clip, &options);
    let encoded = match args.threads {
        None | Some(0) => encode(),
        Some(threads) => {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
            pool.map_err(|e| format!("cannot start {threads} threads: {e}"))?.install(encode)
        }
    };
    spinner.finish_and_clear();
    let encoded = match encoded {
        Err(compact::EncodeError::DoesNotFit { .. }) => {
            let error = encoded.err().map(|e| e.to_string()).unwrap_or_default();
            return Err(Failure::Target(error));
        }
        Err(error @ compact::EncodeError::Channels(_)) => {
            return Err(format!("{error}; mix it with --mono, or use --profile neural").into());
        }
        other => other?,
    };
    let seconds = begin.elapsed().as_secs_f64();
    console.detail(&format!(
        "encoded in {seconds:.2} s, {:.3} s per second of sound",
        seconds / clip.seconds()
    ));
    Ok(Made::compact(encoded))
}

/// Fits the neural profile.
fn neural(args: &ExportArgs, clip: &Clip, console: &Console) -> Result<Made, Failure> {
    let comment = args.sound.comment.as_deref();
    let config = args.neural.config(clip.channels, args.threads, comment)?;
    let request = args.neural.request();
    if request.baking == Baking::Always && config.arch.experts == 1 {
        return Err(Failure::usage(BakeError::OneExpert.to_string()));
    }
    let (routed, manager) = config.arch.macs();
    let macs = |n| u32::try_from(n).unwrap_or(u32::MAX);
    request.check_macs(macs(routed + manager), macs(manager)).map_err(too_costly)?;
    console.detail(&format!(
        "fitting {} of {} to {:.3} s of sound",
        table::count(config.arch.parameters() as u64, "parameter"),
        table::count(config.arch.experts as u64, "expert"),
        clip.seconds()
    ));
    let run = run_dir(&args.neural)?;
    let mut progress = FitProgress::new(console, console::stop_flag()?);
    let fitted = fit::fit(clip, &config, run.as_ref(), &mut progress);
    progress.finish();
    Made::neural(fitted?, &request).map_err(too_costly)
}

/// The folder of the run, if one is asked for.
fn run_dir(args: &NeuralArgs) -> Result<Option<RunDir>, FitError> {
    let machine = &args.machine;
    Ok(match (&machine.run_dir, machine.resume) {
        (None, _) => None,
        (Some(dir), false) => Some(RunDir::create(dir)?),
        (Some(dir), true) => Some(RunDir::resume(dir)?),
    })
}

/// A limit that is not met has an exit code of its own.
fn too_costly(error: BakeError) -> Failure {
    match error {
        BakeError::TooManyMacs { .. } | BakeError::ManagerStays { .. } => {
            Failure::Target(error.to_string())
        }
        other => other.into(),
    }
}
