//! The program `ne-train`; see [`ne_train::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    ne_train::cli::run()
}
