//! What does a command say that this build left out?

use super::terminal::Failure;
#[cfg(not(feature = "pictures"))]
use std::path::Path;

/// What is needed, and the command that has it.
pub fn feature(what: &str, feature: &str) -> Failure {
    let arguments: Vec<String> =
        std::env::args_os().skip(1).map(|argument| quoted(&argument.to_string_lossy())).collect();
    Failure::usage(format!(
        "{what} needs the feature `{feature}`, which this program was built without; run: \
         cargo run --release -- {}",
        arguments.join(" ")
    ))
}

/// A file of a kind that this build does not work on.
#[cfg(not(feature = "pictures"))]
pub fn kind(path: &Path, kind: &str, name: &str) -> Failure {
    feature(&format!("{}: is a {kind}, which", path.display()), name)
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
