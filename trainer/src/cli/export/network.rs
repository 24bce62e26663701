//! How does a sound, a picture or a shape become a file of a network?

use super::{ExportArgs, neural_args::NeuralArgs, result};
use crate::{
    audio::Clip,
    bake::{BakeError, Baking},
    cli::{
        console::{self, Console},
        failure::Failure,
        file::{self, Stored},
        fit_progress::FitProgress,
        table,
    },
    fit::{self, FitConfig, FitError, Fitted, RunDir, Target},
    io,
};
use std::path::Path;

/// A file that was written, and what its fit took.
pub(in crate::cli) struct Made {
    pub file: Stored,
    pub steps: u64,
    pub stopped_early: bool,
}

/// Refuses a network above `--max-macs` before it is fitted; `point` is what
/// one evaluation gives.
pub(in crate::cli) fn check_macs(
    args: &ExportArgs,
    config: &FitConfig,
    point: &str,
) -> Result<(), Failure> {
    let (routed, manager) = config.arch.macs();
    match args.neural.request().max_macs {
        Some(limit) if routed + manager > limit as usize => Err(Failure::Target(format!(
            "decoding takes {} MAC per {point}, above the {limit} of --max-macs; make the network \
             smaller (--width, --layers, --encoder, --expert)",
            routed + manager
        ))),
        _ => Ok(()),
    }
}

/// Fits a network, writes its file, and reads back what was written.
pub(in crate::cli) fn fit_file(
    args: &ExportArgs,
    target: Target<'_>,
    config: &FitConfig,
    out: &Path,
    console: &Console,
) -> Result<Made, Failure> {
    let run = run_dir(&args.neural)?;
    let mut progress = FitProgress::new(console, console::stop_flag()?);
    let fitted = fit::fit_target(target, config, run.as_ref(), &mut progress);
    progress.finish();
    let Fitted { nex, steps, stopped_early, .. } = fitted?;
    let bytes = if args.neural.pack { nex_format::neural::pack(&nex)? } else { nex };
    io::write_atomic(out, &bytes, args.out.force)?;
    let is_file = out.metadata().is_ok_and(|m| m.is_file());
    let file = if is_file { file::load(out)? } else { Stored::new(out, bytes)? };
    Ok(Made { file, steps, stopped_early })
}

/// Fits the neural profile of a sound.
pub(super) fn fit_sound(
    args: &ExportArgs,
    clip: &Clip,
    console: &Console,
) -> Result<result::Made, Failure> {
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
    result::Made::neural(fitted?, &request).map_err(too_costly)
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
