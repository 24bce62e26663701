//! What can be asked of `emit`?

use super::LimitArgs;
use clap::Args;
use std::path::PathBuf;

/// Write .nex files as source code for a firmware.
///
/// Of sounds and pictures: a static with the bytes, aligned to 4, and constants: sample
/// rate and frames, or width and height; working memory, multiply-accumulates, a checksum
/// of the samples or the pixels. So a build can hold a file against its budgets. A packed
/// file is written unpacked, as the decoder reads it. Of several files each is a module
/// (in C: has names of its own), and there is an index by name, one of the sounds and one
/// of the pictures. Rust firmware can also include the file itself:
/// `nex_runtime::include_nex!`.
#[derive(Args, Debug)]
#[command(group = clap::ArgGroup::new("language").required(true).multiple(true))]
#[command(after_help = "\
Examples:
  ne-train emit hello.nex --rust src/hello.rs           then: mod hello;
  ne-train emit hello.nex --c hello.h                   then: #include \"hello.h\"
  ne-train emit photo.nex --c photo.h                   a picture; the header shows how it is drawn
  ne-train emit nex/ --rust src/clips.rs                all .nex files: clips::find(\"hello\"),
                                                        clips::find_picture(\"photo\")
  ne-train emit hello.nex --rust - | less")]
pub struct EmitArgs {
    /// The .nex files, and folders with .nex files at any depth; `-` is standard input
    #[arg(value_name = "IN", required = true)]
    pub inputs: Vec<PathBuf>,
    /// The Rust module to write; `-` is standard output
    #[arg(long, value_name = "OUT.rs", group = "language")]
    pub rust: Option<PathBuf>,
    /// The C header to write; `-` is standard output
    #[arg(long, value_name = "OUT.h", group = "language")]
    pub c: Option<PathBuf>,
    /// What the sound or picture is called in the source, of one file [default: the file's name]
    #[arg(long)]
    pub name: Option<String>,
    /// Overwrite files that exist
    #[arg(short, long)]
    pub force: bool,
    #[command(flatten)]
    pub limit: LimitArgs,
}
