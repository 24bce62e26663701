//! What can be asked, of which command and about which input?

mod bake;
mod batch;
#[cfg(feature = "pictures")]
mod bench;
mod check;
mod compact;
mod decode;
mod emit;
mod export;
mod given;
mod info;
mod neural;
pub mod pages;
mod plot;
#[cfg(feature = "neural")]
mod reproduce;
mod shared;
mod values;
mod view;

pub use bake::BakeArgs;
pub use batch::{BatchArgs, FolderArgs, Shard};
#[cfg(feature = "pictures")]
pub use bench::BenchArgs;
pub use check::CheckArgs;
pub use compact::{CompactArgs, Repeated};
pub use decode::DecodeArgs;
pub use emit::EmitArgs;
pub use export::{ExportArgs, Profile, SoundArgs};
pub use given::Given;
pub use info::InfoArgs;
pub use neural::*;
pub use plot::PlotArgs;
#[cfg(feature = "pictures")]
pub use plot::format_of;
#[cfg(feature = "neural")]
pub use reproduce::ReproduceArgs;
pub use shared::{LimitArgs, OutArgs, RangeArgs};
#[cfg(feature = "pictures")]
pub use view::{Angles, Crop, Size};

use clap::{Parser, Subcommand};

const EXAMPLES: &str = "\
Examples:
  ne-train export hello.wav hello.nex                   compact, good quality
  ne-train export hello.wav hello.nex --size 4000       at most 4000 bytes
  ne-train export hello.wav hello.nex --profile neural  fit the paper's networks
  ne-train decode hello.nex out.wav                     play it back into a WAV file
  ne-train check hello.nex hello.wav                    bytes, dB, cost
  ne-train plot hello.nex hello.wav hello.svg           who decides where, and the error
  ne-train info hello.nex --target cortex-m4f           what it takes of a microcontroller
  ne-train emit hello.nex --rust hello.rs               source code for a firmware
  ne-train export cat.png cat.nex                       a picture
  ne-train decode cat.nex large.png --scale 2           at twice its size
  ne-train export bunny.obj bunny.nex                   a shape, from OBJ, PLY or STL
  ne-train decode bunny.nex bunny.png                   a picture of it; .obj is the mesh
  ne-train bench sounds/ --codecs flac,adpcm,compact    beside other codecs
  ne-train bench photos/ --codecs avif,webp,compact     pictures likewise
  arecord -d 3 | ne-train export - - > out.nex          in a pipe

Exit codes: 0 ok, 1 failed, 2 wrong usage, 3 target not met, 4 stopped by Ctrl-C\n(what there was is written).";

/// Store a sound, a picture or a shape as a mixture of experts, and play or show it.
///
/// `export` makes a .nex file of a sound, a picture or a mesh; `decode` makes the
/// sound, picture or mesh of it, as the no_std crate nex-runtime does on a microcontroller.
#[derive(Debug, Parser)]
#[command(name = "ne-train", version, after_help = EXAMPLES, arg_required_else_help = true)]
#[command(max_term_width = 100, propagate_version = true)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
    /// Say nothing but errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Say more: progress as lines, speeds
    #[arg(short, long, global = true)]
    pub verbose: bool,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    Export(Box<ExportArgs>),
    Bake(BakeArgs),
    Decode(DecodeArgs),
    Info(InfoArgs),
    Emit(EmitArgs),
    Check(CheckArgs),
    Plot(PlotArgs),
    #[cfg(feature = "pictures")]
    Bench(Box<BenchArgs>),
    /// Compare .nex files with other codecs: sounds at equal bytes and at equal dB, pictures at
    /// equal PSNR and at equal SSIMULACRA2 (needs the feature `pictures`)
    #[cfg(not(feature = "pictures"))]
    Bench(Anything),
    #[cfg(feature = "neural")]
    Reproduce(Box<ReproduceArgs>),
    /// Run a table of the Neural Experts paper again (needs the feature `neural`)
    #[cfg(not(feature = "neural"))]
    Reproduce(Anything),
    /// Print a completion script for a shell
    #[command(
        after_help = "Example:\n  ne-train completions bash > /etc/bash_completion.d/ne-train"
    )]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page as roff
    #[command(
        after_help = "Examples:\n  ne-train man | man -l -\n  ne-train man export > ne-train-export.1"
    )]
    Man {
        /// A command with a page of its own, such as `export`
        command: Option<String>,
    },
}

/// The arguments of a command that this build left out: whatever they are.
#[cfg(not(feature = "neural"))]
#[derive(clap::Args, Debug)]
pub struct Anything {
    #[arg(hide = true, trailing_var_arg = true, allow_hyphen_values = true)]
    _arguments: Vec<std::ffi::OsString>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_definition_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn plot_takes_the_original_in_the_middle() {
        let parse = |args: &[&str]| match Cli::try_parse_from(args).unwrap().command {
            Command::Plot(plot) => (plot.original, plot.out),
            other => panic!("{other:?}"),
        };
        assert_eq!(parse(&["ne-train", "plot", "a", "b"]), (None, "b".into()));
        assert_eq!(parse(&["ne-train", "plot", "a", "b", "c"]), (Some("b".into()), "c".into()));
    }

    #[test]
    fn ranges_are_cut_to_the_sound_and_never_empty() {
        let frames = |start, end| RangeArgs { start, end }.frames(8_000, 8_000);
        assert_eq!(frames(None, None), Ok(0..8_000));
        assert_eq!(frames(Some(0.5), Some(9.0)), Ok(4_000..8_000));
        assert!(frames(Some(1.0), None).is_err());
        assert!(frames(Some(0.5), Some(0.5)).is_err());
    }
}
