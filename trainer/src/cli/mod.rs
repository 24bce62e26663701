//! What does the program `ne-train` do?
//!
//! Exit codes: 0 ok, 1 failed, 2 wrong usage, 3 target not met. Errors go to
//! standard error as `error: ...` with one `  because: ...` line per cause.

mod args;
mod bake;
mod bench;
mod bench_args;
mod bench_tables;
mod check;
mod console;
mod decode;
mod emit;
mod export;
mod failure;
mod file;
mod info;
mod picture;
mod pixels;
mod reproduce;
mod shapes;
mod shell;
mod table;

use args::{Cli, Command};
use clap::Parser;
use console::Console;
use std::process::ExitCode;

/// Parses the arguments, runs the command, prints what went wrong.
#[must_use]
pub fn run() -> ExitCode {
    // Exits with code 2 by itself, or 0 for --help and --version.
    let cli = Cli::parse();
    let console = Console::new(cli.quiet, cli.verbose);
    let result = match &cli.command {
        Command::Export(args) => export::run(args, &console),
        Command::Bake(args) => bake::run(args, &console),
        Command::Decode(args) => decode::run(args, &console),
        Command::Info(args) => info::run(args),
        Command::Emit(args) => emit::run(args),
        Command::Check(args) => check::run(args, &console),
        Command::Plot(args) => picture::run(args, &console),
        Command::Bench(args) => bench::run(args, &console),
        Command::Reproduce(args) => reproduce::run(args, &console),
        Command::Completions { shell } => shell::completions(*shell),
        Command::Man { command } => shell::man(command.as_deref()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.print();
            ExitCode::from(failure.code())
        }
    }
}
