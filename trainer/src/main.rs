//! The program `ne-train`; see [`ne_train::program`].

use std::process::ExitCode;

fn main() -> ExitCode {
    ne_train::program()
}
