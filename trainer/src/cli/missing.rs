//! What does a command say that this build left out?

use super::failure::Failure;
#[cfg(not(feature = "pictures"))]
use super::{console::Console, file::Stored};
use std::path::Path;

/// What is needed, and the command that has it.
pub(super) fn feature(what: &str, feature: &str) -> Failure {
    let arguments: Vec<String> =
        std::env::args_os().skip(1).map(|argument| quoted(&argument.to_string_lossy())).collect();
    Failure::usage(format!(
        "{what} needs the feature `{feature}`, which this program was built without; run: \
         cargo run --release -- {}",
        arguments.join(" ")
    ))
}

/// A file of a kind that this build does not work on.
pub(super) fn kind(path: &Path, kind: &str, name: &str) -> Failure {
    feature(&format!("{}: is a {kind}, which", path.display()), name)
}

/// In the place of what a command does with a picture.
#[cfg(not(feature = "pictures"))]
pub(super) fn picture<A>(_: &A, file: &Stored, _: &Console) -> Result<(), Failure> {
    Err(kind(file.path(), "picture", "pictures"))
}

/// In the place of what a command does with a shape.
#[cfg(not(feature = "pictures"))]
pub(super) fn shape<A>(_: &A, file: &Stored, _: &Console) -> Result<(), Failure> {
    Err(kind(file.path(), "shape", "pictures"))
}

/// As a shell reads it as one word.
fn quoted(argument: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_=./,:+@%".contains(c);
    if !argument.is_empty() && argument.chars().all(plain) {
        argument.into()
    } else {
        format!("'{}'", argument.replace('\'', r"'\''"))
    }
}

/// The arguments of a command that this build left out: whatever they are.
#[derive(clap::Args, Debug)]
pub(super) struct Anything {
    #[arg(hide = true, trailing_var_arg = true, allow_hyphen_values = true)]
    _arguments: Vec<std::ffi::OsString>,
}
