//! How does a sound, a picture or a shape become a file of a network?

use crate::{
    commands::{
        file::{self, Stored},
        options::{ExportArgs, NeuralArgs},
        terminal::{Console, Failure, FitProgress, stop_flag},
    },
    fit::{self, FitConfig, FitError, Fitted, RunDir, Target},
};
use std::path::Path;

/// A file that was written, and what its fit took.
pub struct Made {
    pub file: Stored,
    pub steps: u64,
    pub stopped_early: bool,
}

/// Refuses a network above `--max-macs` before it is fitted; `point` is what
/// one evaluation gives.
pub fn check_macs(args: &ExportArgs, config: &FitConfig, point: &str) -> Result<(), Failure> {
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
pub fn fit_file(
    args: &ExportArgs,
    target: Target<'_>,
    config: &FitConfig,
    out: &Path,
    console: &Console,
) -> Result<Made, Failure> {
    let run = run_dir(&args.neural)?;
    let mut progress = FitProgress::new(console, stop_flag()?);
    let fitted = fit::fit_target(target, config, run.as_ref(), &mut progress);
    progress.finish();
    let Fitted { nex, steps, stopped_early, .. } = fitted?;
    let bytes = if args.neural.pack { nex_format::neural::pack(&nex)? } else { nex };
    let file = file::write(out, bytes, args.out.force)?;
    Ok(Made { file, steps, stopped_early })
}

/// The folder of the run, if one is asked for.
pub fn run_dir(args: &NeuralArgs) -> Result<Option<RunDir>, FitError> {
    let machine = &args.machine;
    Ok(match (&machine.run_dir, machine.resume) {
        (None, _) => None,
        (Some(dir), false) => Some(RunDir::create(dir)?),
        (Some(dir), true) => Some(RunDir::resume(dir)?),
    })
}
