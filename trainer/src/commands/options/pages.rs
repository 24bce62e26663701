//! Which page of help is asked for? (`export` has more options than a page)
//!
//! `export -h` shows what a sound takes; `export --help PAGE` the options of one
//! kind of input, or of one way to use them; `export --help` all of them.

use super::{Cli, given as heading};
use clap::{Arg, Command, CommandFactory};
use std::ffi::OsString;

/// A page: its name, what it is about, and the headings on it.
struct Page {
    name: &'static str,
    about: &'static str,
    headings: &'static [&'static str],
}

/// All pages; the first is what `-h` shows, too.
const PAGES: [Page; 5] = [
    Page {
        name: "sound",
        about: "Store a sound as a .nex file.\n\nThe compact profile needs nothing more than a \
                size, a bit rate or a quality; --profile neural fits a network instead, as \
                `export --help neural` says.",
        headings: &[
            heading::SOUND,
            heading::COMPACT,
            heading::COMPACT_NOT_SHAPES,
            heading::COMPACT_SOUND,
        ],
    },
    Page {
        name: "picture",
        about: "Store a picture (PNG, JPEG, WebP, GIF, BMP) as a .nex file.\n\nThe compact profile needs \
                nothing more than a size or a quality, and keeps every pixel of what is drawn, such as \
                icons and text; --profile neural fits a network instead, as `export --help \
                neural` says.",
        headings: &[
            heading::PICTURE,
            heading::COMPACT,
            heading::COMPACT_NOT_SHAPES,
            heading::COMPACT_PICTURE,
        ],
    },
    Page {
        name: "shape",
        about: "Store a shape, a mesh in OBJ, PLY or STL, as a .nex file.\n\nThe compact profile needs \
                nothing more than a size or a quality; --profile neural fits a network to the \
                distances to its surface instead, as `export --help neural` says.",
        headings: &[heading::SHAPE, heading::COMPACT, heading::COMPACT_SHAPE],
    },
    Page {
        name: "neural",
        about: "Fit a network, to a sound (--profile neural), a picture or a shape.",
        headings: &[
            heading::NETWORK,
            heading::OF_SOUNDS,
            heading::OF_SHAPES,
            heading::NOT_SHAPES,
            heading::TRAINING,
            heading::MACHINE,
        ],
    },
    Page {
        name: "batch",
        about: "Export many files at once, with the options of one.",
        headings: &[heading::BATCH],
    },
];

const SHORT: &str = "\
Examples:
  ne-train export hello.wav hello.nex                    compact, good quality
  ne-train export hello.wav hello.nex --size 4000        never above 4000 bytes
  ne-train export hello.wav hello.nex --profile neural   the paper's networks
  ne-train export cat.png cat.nex                        a picture; bunny.obj: a shape

More options: ne-train export --help sound|picture|shape|neural|batch, or --help for all";

impl Page {
    fn holds(&self, arg: &Arg) -> bool {
        arg.get_help_heading().is_some_and(|heading| self.headings.contains(&heading))
    }
}

/// The program's commands and options, with the pages' options left out of `-h`.
pub fn program() -> Command {
    let [sound, others @ ..] = PAGES;
    Cli::command().mut_subcommand("export", |export| {
        let all = export.get_after_help().cloned().unwrap_or_default();
        export.after_help(SHORT).after_long_help(all).mut_args(|arg| {
            let hidden = !sound.holds(&arg) && others.iter().any(|page| page.holds(&arg));
            let rare = arg.is_hide_short_help_set();
            arg.hide_short_help(hidden || rare)
        })
    })
}

/// The page that `export --help PAGE` asks for, if the arguments do.
pub fn page(arguments: impl IntoIterator<Item = OsString>) -> Option<String> {
    let words: Vec<String> =
        arguments.into_iter().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
    if words.first().is_none_or(|command| command != "export") {
        return None;
    }
    let asked = words.windows(2).find(|pair| pair[0] == "--help").map(|pair| pair[1].as_str());
    let asked = asked.or_else(|| words.iter().find_map(|word| word.strip_prefix("--help=")))?;
    PAGES.iter().find(|page| page.name == asked).map(text)
}

fn text(page: &Page) -> String {
    let mut cli = program();
    cli.build();
    let export = cli.find_subcommand("export").cloned().unwrap_or_default();
    let shown = |arg: &Arg| arg.is_positional() || page.holds(arg);
    let mut export = export
        .about(page.about)
        .long_about(page.about)
        .override_usage(format!("ne-train export [OPTIONS] <IN> <OUT>   ({} options)", page.name))
        .after_long_help("The other options: ne-train export -h")
        .mut_args(|arg| {
            let hidden = !shown(&arg);
            arg.hide(hidden).hide_long_help(hidden)
        });
    export.render_long_help().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn export() -> Command {
        program().find_subcommand("export").cloned().unwrap()
    }

    fn asked(line: &str) -> Option<String> {
        page(line.split(' ').map(OsString::from))
    }

    #[test]
    fn every_heading_is_on_a_page() {
        for arg in export().get_arguments().filter(|arg| arg.get_help_heading().is_some()) {
            let on = PAGES.iter().filter(|page| page.holds(arg)).count();
            assert!(on >= 1, "{}: {:?}", arg.get_id(), arg.get_help_heading());
        }
    }

    #[test]
    fn short_help_fits_a_screen_and_pages_hold_their_options_alone() {
        let short = export().render_help().to_string();
        assert!(short.lines().count() <= 60, "{} lines", short.lines().count());
        assert!(short.lines().all(|line| line.chars().count() <= 100), "{short}");
        assert!(short.contains("--bitrate") && !short.contains("--max-side"), "{short}");
        let picture = asked("ne-train export --help picture").unwrap();
        assert!(picture.contains("--max-side") && !picture.contains("--bitrate"), "{picture}");
        let neural = asked("ne-train export a.wav b.nex --help=neural").unwrap();
        assert!(neural.contains("--learning-rate") && !neural.contains("--max-side"), "{neural}");
        assert_eq!(asked("ne-train export --help"), None);
        assert_eq!(asked("ne-train decode --help sound"), None);
    }
}
