//! How does a picture or a shape become a file of a network, and how is one
//! told of?

use super::{ExportArgs, run_dir};
use crate::{
    audio,
    cli::{
        console::{self, Console, FitProgress},
        failure::Failure,
        file::{self, Stored},
    },
    fit::{self, FitConfig, Fitted, Target},
};
use serde::Serialize;
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
    audio::write_atomic(out, &bytes, args.out.force)?;
    let is_file = out.metadata().is_ok_and(|m| m.is_file());
    let file = if is_file { file::load(out)? } else { Stored::new(out, bytes)? };
    Ok(Made { file, steps, stopped_early })
}

/// Prints what was made: as JSON, as text, or the text to standard error where
/// the file itself goes to standard output.
pub(in crate::cli) fn show<T: Serialize>(
    args: &ExportArgs,
    out: &Path,
    made: &T,
    text: impl FnOnce(&T) -> String,
    console: &Console,
) -> Result<(), Failure> {
    if args.json {
        console::print(&(serde_json::to_string_pretty(made)? + "\n"))?;
    } else if !console.is_quiet() {
        let text = text(made);
        if out.as_os_str() == "-" { eprint!("{text}") } else { console::print(&text)? }
    }
    Ok(())
}
