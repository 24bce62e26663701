//! What does the program `ne-train` do?
//!
//! Exit codes: 0 ok, 1 failed, 2 wrong usage, 3 target not met, 4 stopped by
//! Ctrl-C: what there was is written. Errors go to standard error as `error: ...` with one `  because: ...` line per cause.
//!
//! [`options`] says what can be asked, [`verbs`] what the commands do with any
//! input, [`signals`] is the table of commands and signals, and [`sound`],
//! [`picture`] and [`shape`] are its rows. [`terminal`] shows it.

mod bake;
mod batch;
#[cfg(feature = "pictures")]
mod bench;
mod emit;
mod file;
#[cfg(not(feature = "neural"))]
mod missing;
mod needs;
mod network;
mod options;
mod order;
mod picture;
#[cfg(feature = "neural")]
mod reproduce;
mod shape;
mod shell;
mod signals;
mod sound;
mod terminal;
mod verbs;

use clap::FromArgMatches;
use options::{Cli, Command, Given, pages};
use std::process::ExitCode;
use terminal::{Console, Failure};

/// Parses the arguments, runs the command, prints what went wrong.
#[must_use]
pub fn run() -> ExitCode {
    if let Some(page) = pages::page(std::env::args_os()) {
        return end(terminal::print(&page));
    }
    let program = pages::program();
    // Exits with code 2 by itself, or 0 for --help and --version.
    let matches = program.clone().get_matches();
    let cli = match Cli::from_arg_matches(&matches) {
        Ok(cli) => cli,
        Err(error) => error.exit(),
    };
    let given = Given::of(&program, &matches);
    let console = Console::new(cli.quiet, cli.verbose);
    let result = match &cli.command {
        Command::Export(args) => verbs::export(args, &given, &console),
        Command::Bake(args) => bake::run(args, &console),
        Command::Decode(args) => verbs::decode(args, &given, &console),
        Command::Info(args) => verbs::info(args, &given),
        Command::Emit(args) => emit::run(args),
        Command::Check(args) => verbs::check(args, &given, &console),
        #[cfg(feature = "pictures")]
        Command::Plot(args) => verbs::plot(args, &given, &console),
        #[cfg(not(feature = "pictures"))]
        Command::Plot(_) => Err(missing::feature("plot", "pictures")),
        #[cfg(feature = "pictures")]
        Command::Bench(args) => bench::run(args, &given, &console),
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
        // A file of a fit that was stopped is not the one that was asked for.
        Ok(()) if terminal::was_stopped() => ExitCode::from(4),
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.print();
            ExitCode::from(failure.code())
        }
    }
}
