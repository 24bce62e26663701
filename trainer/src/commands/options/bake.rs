//! What can be asked of `bake`?

use super::{LimitArgs, OutArgs};
use clap::Args;
use std::path::PathBuf;

/// Replace the manager of a neural .nex file by its decisions.
///
/// A neural sound has a manager, a network that chooses the expert for every
/// time step. Its choices never change, so they can be stored: as runs, an
/// expert and for how many frames it decides. The manager is left out then,
/// and with it its part of the work of decoding: a fifth with the presets tiny
/// and small, 54 % with paper. All recorded samples stay the same to the bit;
/// at another rate, the moments between two of them take the expert of the
/// earlier one. Nothing is trained again. `export --bake-routing` does the
/// same to a file that it makes.
///
/// The file gets smaller if the experts change seldom, and larger if the runs
/// take more bytes than the manager's weights. A packed file stays packed.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  ne-train bake hello.nex hello-baked.nex
  ne-train bake hello.nex - | ne-train info -           how many runs, in how many bytes")]
pub struct BakeArgs {
    /// The neural .nex file; `-` is standard input
    #[arg(value_name = "IN")]
    pub input: PathBuf,
    #[command(flatten)]
    pub out: OutArgs,
    #[command(flatten)]
    pub limit: LimitArgs,
    /// Print what changed as JSON
    #[arg(long)]
    pub json: bool,
}
