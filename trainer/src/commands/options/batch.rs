//! What can be asked of `--batch`?

use super::{given::BATCH, values::bytes};
use clap::Args;
use std::{num::NonZeroUsize, str::FromStr};

/// Many files at once.
#[derive(Args, Debug, Default, PartialEq)]
#[command(next_help_heading = BATCH)]
pub struct BatchArgs {
    /// IN and OUT are folders: export every sound and picture in IN, to any depth
    ///
    /// One process per file, as many at once as there are cores. What is done
    /// is written to OUT/manifest.jsonl, a line for each file; the same command
    /// goes on where it was stopped, and does a file again only if the file or
    /// the options have changed. `--force` does all again.
    #[arg(long)]
    pub batch: bool,
    /// At most so many bytes in all, of sounds: the highest quality, the same for all, that fits
    #[arg(long, value_name = "BYTES", requires = "batch", value_parser = bytes)]
    #[arg(conflicts_with_all = ["quality", "size", "bitrate", "snr", "shard"])]
    pub total: Option<u64>,
    /// Processes at once [default: as many as there are cores, or --gpus]
    #[arg(long, value_name = "N", requires = "batch")]
    pub jobs: Option<NonZeroUsize>,
    /// One process for each of these NVIDIA GPUs, such as 0,1,2,3
    ///
    /// Sets CUDA_VISIBLE_DEVICES for each; use it with --device cuda.
    #[arg(long, value_name = "LIST", requires = "batch", value_delimiter = ',')]
    pub gpus: Vec<u32>,
    /// Only each N-th file from the I-th on, such as 3/8: for N machines that share the folders
    #[arg(long, value_name = "I/N", requires = "batch")]
    pub shard: Option<Shard>,
}

/// Many files at once, of `decode` and `check`.
#[derive(Args, Debug, Default, PartialEq)]
#[command(next_help_heading = BATCH)]
pub struct FolderArgs {
    /// Both are folders: work on every .nex file in the first, to any depth
    ///
    /// The second has, or gets, files of the same names: hello.wav of hello.nex
    /// or hello.wav.nex.
    #[arg(long)]
    pub batch: bool,
    /// Files at once [default: as many as there are cores]
    #[arg(long, value_name = "N", requires = "batch")]
    pub jobs: Option<NonZeroUsize>,
}

/// Part `index` (from 1 on) of `count`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    pub index: usize,
    pub count: usize,
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parse = || {
            let (index, count) = text.split_once('/')?;
            let shard = Self { index: index.parse().ok()?, count: count.parse().ok()? };
            (1..=shard.count).contains(&shard.index).then_some(shard)
        };
        parse().ok_or_else(|| "must be I/N with I from 1 to N, such as 3/8".into())
    }
}
