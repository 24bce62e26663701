//! How does a sound, a picture or a shape become a file that is known to decode?

mod args;
mod batch;
mod compact_args;
#[cfg(feature = "neural")]
pub(super) mod network;
pub(super) mod neural_args;
#[cfg(feature = "neural")]
mod neural_config;
mod result;
mod sound;

pub(super) use args::ExportArgs;

use super::{
    console::{self, Console},
    failure::Failure,
};
use crate::{
    audio,
    io::{self, Input},
};
use serde::Serialize;
use std::path::Path;

pub(super) fn run(args: &ExportArgs, console: &Console) -> Result<(), Failure> {
    let out = args.out.path();
    if out.as_os_str() == "-" && args.json {
        return Err(Failure::usage("--json and the file cannot both go to standard output"));
    }
    if args.batch.batch {
        return batch::run(args, &out, console);
    }
    console::check_not_terminal(&out)?;
    io::check_writable(&out, args.out.force)?;
    let bytes = audio::load(&args.input)?;
    match io::sniff(&args.input, &bytes) {
        #[cfg(feature = "neural")]
        Input::Picture => super::pixels::export::run(args, &bytes, &out, console),
        #[cfg(feature = "neural")]
        Input::Mesh(_) => super::shapes::export::run(args, &bytes, &out, console),
        #[cfg(not(feature = "neural"))]
        Input::Picture => Err(super::missing::kind(&args.input, "picture", "neural")),
        #[cfg(not(feature = "neural"))]
        Input::Mesh(_) => Err(super::missing::kind(&args.input, "mesh", "neural")),
        _ => sound::run(args, bytes, &out, console),
    }
}

/// Prints what was made: as JSON, as text, or the text to standard error where
/// the file itself goes to standard output.
pub(super) fn show<T: Serialize>(
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
