//! What does the program `ne-train` do?
//!
//! Exit codes: 0 ok, 1 failed, 2 wrong usage, 3 target not met. Errors go to
//! standard error as `error: ...` with one `  because: ...` line per cause.

mod args;
mod bake;
#[cfg(feature = "pictures")]
mod bench;
#[cfg(feature = "pictures")]
mod bench_args;
#[cfg(feature = "pictures")]
mod bench_tables;
mod check;
mod console;
mod decode;
mod emit;
mod export;
mod failure;
mod file;
#[cfg(feature = "neural")]
mod fit_progress;
mod help;
mod info;
#[cfg(not(feature = "neural"))]
mod missing;
#[cfg(feature = "pictures")]
mod picture;
mod pixels;
#[cfg(feature = "neural")]
mod reproduce;
mod shapes;
mod shell;
mod table;
mod view_args;

use args::{Cli, Command};
use clap::FromArgMatches;
use console::Console;
use failure::Failure;
use std::process::ExitCode;

/// Parses the arguments, runs the command, prints what went wrong.
#[must_use]
pub fn run() -> ExitCode {
    if let Some(page) = help::page(std::env::args_os()) {
        return end(console::print(&page));
    }
    // Exits with code 2 by itself, or 0 for --help and --version.
    let matches = help::command().get_matches();
    let cli = match Cli::from_arg_matches(&matches) {
        Ok(cli) => cli,
        Err(error) => error.exit(),
    };
    let console = Console::new(cli.quiet, cli.verbose);
    let result = match &cli.command {
        Command::Export(args) => export::run(args, &console),
        Command::Bake(args) => bake::run(args, &console),
        Command::Decode(args) => decode::run(args, &console),
        Command::Info(args) => info::run(args),
        Command::Emit(args) => emit::run(args),
        Command::Check(args) => check::run(args, &console),
        #[cfg(feature = "pictures")]
        Command::Plot(args) => picture::run(args, &console),
        #[cfg(not(feature = "pictures"))]
        Command::Plot(_) => Err(missing::feature("plot", "pictures")),
        #[cfg(feature = "pictures")]
        Command::Bench(args) => bench::run(args, &console),
        #[cfg(not(feature = "pictures"))]
        Command::Bench(_) => Err(missing::feature("bench", "pictures")),
        #[cfg(feature = "neural")]
        Command::Reproduce(args) => reproduce::run(args, &console),
        #[cfg(not(feature = "neural"))]
        Command::Reproduce(_) => Err(missing::feature("reproduce", "neural")),
        Command::Completions { shell } => shell::completions(*shell),
        Command::Man { command } => shell::man(command.as_deref()),
    };
    end(result)
}

/// Says what went wrong, if something did.
fn end(result: Result<(), Failure>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.print();
            ExitCode::from(failure.code())
        }
    }
}
