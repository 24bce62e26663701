//! What helps a shell and `man` to know the commands?

use super::{
    options::Cli,
    terminal::{self, Failure},
};
use clap::CommandFactory;

pub fn completions(shell: clap_complete::Shell) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "ne-train", &mut script);
    terminal::print(&String::from_utf8_lossy(&script))
}

/// The manual page of the program, or of one command, as roff.
pub fn man(command: Option<&str>) -> Result<(), Failure> {
    let mut cli = Cli::command();
    cli.build();
    let page = match command {
        None => clap_mangen::Man::new(cli),
        Some(name) => {
            let command = cli.find_subcommand(name).ok_or_else(|| {
                Failure::usage(format!("there is no command {name}; see `ne-train --help`"))
            })?;
            clap_mangen::Man::new(command.clone())
        }
    };
    let mut roff = Vec::new();
    page.render(&mut roff)?;
    terminal::print(&String::from_utf8_lossy(&roff))
}
