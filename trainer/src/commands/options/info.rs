//! What can be asked of `info`?

use super::given::SOUND_OR_PICTURE;
use crate::measure::targets::Target;
use clap::Args;
use std::path::PathBuf;

/// Say what a .nex file holds and what decoding it costs.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  ne-train info hello.nex
  ne-train info hello.nex --target cortex-m4f           flash, RAM and clock on a microcontroller
  ne-train info photo.nex --target rp2040               the same of a picture
  ne-train info hello.nex --json | jq .macs_per_sample")]
pub struct InfoArgs {
    /// The .nex file; `-` is standard input
    pub file: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// Also what decoding takes of this processor
    ///
    /// Flash, RAM, stack and instructions; and the clock that plays a sound in real time, or
    /// how long a picture takes, at one instruction a cycle, which waiting for flash makes
    /// less of. From a table measured in an emulator, which counts instructions exactly.
    /// cortex-m0plus, cortex-m4f, cortex-m7, cortex-m33, or a chip that has one: rp2040, rp2350,
    /// nrf52840; esp32-c3 takes the nearest. Of pictures the compact ones.
    #[arg(long, value_name = "PROCESSOR", help_heading = SOUND_OR_PICTURE)]
    pub target: Option<Target>,
}
