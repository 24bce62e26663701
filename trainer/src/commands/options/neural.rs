//! How is a fit described on the command line? (the neural profile)

use super::{
    given::{MACHINE, NETWORK, NOT_SHAPES, OF_SHAPES, OF_SOUNDS, TRAINING},
    values::{finite, fraction, positive, ratio},
};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// A network and a training to start from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Preset {
    /// About 4 KB: 4 experts, 16 units
    Tiny,
    /// About 14 KB: 4 experts, 32 units
    Small,
    /// The paper's network and training, 4 experts of 128 units; takes hours
    Paper,
}

/// How weights are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Precision {
    /// Integer arithmetic, 8-bit weights (16-bit in the few linear rows)
    I8,
    /// Integer arithmetic, 16-bit weights
    I16,
    /// Float arithmetic, 16-bit weights
    F16,
    /// Float arithmetic, 32-bit weights
    F32,
}

/// How first layers are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FirstInit {
    /// U(+-1 / inputs): SIREN's rule for first layers
    Siren,
    /// As every other layer, U(+-sqrt(6 / inputs) / 30): what the paper's rule amounts to for a
    /// single coordinate
    Hidden,
}

/// What computes losses and gradients.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Backend {
    /// The fused CPU engine; networks that it does not know on `flex`
    #[value(alias = "cpu")]
    Fused,
    /// burn's own CPU backend, operation by operation
    Flex,
    /// burn's older CPU backend (cargo feature `ndarray`)
    Ndarray,
    /// A GPU by Vulkan (cargo feature `vulkan`)
    Vulkan,
    /// A GPU on whatever API is there (cargo feature `wgpu`)
    Wgpu,
    /// An NVIDIA GPU (cargo feature `cuda`)
    Cuda,
}

/// When the manager's decisions take its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Baking {
    /// If that makes the file smaller, or if --max-macs asks for it
    Auto,
    /// Whatever the file's size is then
    Always,
    /// The manager stays
    Never,
}

/// Sine layers of one width.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    pub width: usize,
    pub sine_layers: usize,
}

/// The network and its file.
#[derive(Args, Debug, Default, PartialEq)]
#[command(next_help_heading = NETWORK)]
pub struct NetworkArgs {
    /// Network and training to start from [default: small]
    #[arg(long, value_enum)]
    pub preset: Option<Preset>,
    /// How weights are stored: i8 and i16 need no floating-point unit to decode
    ///
    /// The presets tiny and small store i8, paper stores i16.
    #[arg(long, value_enum)]
    pub precision: Option<Precision>,
    /// Number of experts; 1 is a plain network without a manager
    #[arg(long, value_name = "N")]
    pub experts: Option<usize>,
    /// Units per layer of encoder and experts; the manager's scale along
    #[arg(long, value_name = "N", value_parser = at_least_one)]
    pub width: Option<usize>,
    /// Sine layers of the shared encoder; the other blocks gain or lose as many
    ///
    /// The paper's "WxL" is L + 2 sine layers in an encoder; L + 1 sine
    /// layers and a linear one in the manager's head and the experts.
    #[arg(long, value_name = "N", value_parser = at_least_one)]
    pub layers: Option<usize>,
    /// The shared encoder, as WIDTHxSINE_LAYERS
    #[arg(long, value_name = "WxN", value_parser = block)]
    pub encoder: Option<Block>,
    /// The manager's encoder
    #[arg(long, value_name = "WxN", value_parser = block)]
    pub manager_encoder: Option<Block>,
    /// The manager's head
    #[arg(long, value_name = "WxN", value_parser = block)]
    pub manager_head: Option<Block>,
    /// Each expert
    #[arg(long, value_name = "WxN", value_parser = block)]
    pub expert: Option<Block>,
    /// Coordinates of the first and the last sample, as in the paper; of a
    /// picture those along its longer side
    #[arg(long, value_name = "LO,HI", value_parser = domain, allow_hyphen_values = true)]
    #[arg(help_heading = NOT_SHAPES)]
    pub domain: Option<(f64, f64)>,
    /// Instead of --domain: the highest frequency at the start, in cycles per sample or pixel
    #[arg(long, value_name = "CYCLES", value_parser = positive, conflicts_with = "domain")]
    #[arg(help_heading = NOT_SHAPES)]
    pub band: Option<f64>,
    /// How the layers that read the coordinates are drawn
    #[arg(long, value_enum)]
    pub first_init: Option<FirstInit>,
}

/// How it is trained.
#[derive(Args, Debug, Default, PartialEq)]
#[command(next_help_heading = TRAINING)]
pub struct TrainingArgs {
    /// Train for this many steps
    #[arg(long, value_name = "N", conflicts_with = "seconds", value_parser = clap::value_parser!(u64).range(1..))]
    pub steps: Option<u64>,
    /// Train for this long
    #[arg(long, value_name = "S", value_parser = positive)]
    pub seconds: Option<f64>,
    /// Samples or pixels per training step, or `all`
    #[arg(long, value_name = "N", value_parser = batch_size)]
    pub batch_size: Option<usize>,
    /// Learning rate at the start
    #[arg(long, value_name = "X", value_parser = positive)]
    pub learning_rate: Option<f64>,
    /// Learning rate at the end, relative to the start
    #[arg(long, value_name = "RATIO", value_parser = ratio)]
    pub final_rate: Option<f64>,
    /// Factor on the learning rate per step (the paper: 0.9999), instead of --final-rate
    #[arg(long, value_name = "FACTOR", value_parser = ratio, conflicts_with = "final_rate")]
    pub decay: Option<f64>,
    /// Steps in which the manager learns random labels first
    #[arg(long, value_name = "N")]
    pub pretrain_steps: Option<u64>,
    /// Learning rate of these steps, relative to --learning-rate [default: 1; of
    /// pictures with the presets tiny and small 0.1]
    #[arg(long, value_name = "RATIO", value_parser = ratio)]
    pub pretrain_rate: Option<f64>,
    /// Weight of the random labels in the loss
    #[arg(long, value_name = "X", value_parser = weight)]
    pub label_weight: Option<f32>,
    /// Weight of the square error in the loss
    #[arg(long, value_name = "X", value_parser = weight)]
    pub reconstruction_weight: Option<f32>,
    /// Fraction of the effort after which only the experts train
    #[arg(long, value_name = "F", value_parser = fraction)]
    pub expert_stage: Option<f64>,
    /// Fraction of the effort after which only each sample's own expert is evaluated
    #[arg(long, value_name = "F", value_parser = fraction)]
    pub sparse_after: Option<f64>,
    /// Last fraction of the effort that trains on the rounded weights
    #[arg(long, value_name = "F", value_parser = fraction)]
    pub quant_aware: Option<f64>,
    /// Seed of everything random
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
}

/// Where it runs and what it leaves.
#[derive(Args, Debug, Default, PartialEq)]
#[command(next_help_heading = MACHINE)]
pub struct MachineArgs {
    /// What computes the gradients
    #[arg(long = "device", visible_alias = "backend", value_enum)]
    pub backend: Option<Backend>,
    /// Folder for metrics.csv and checkpoints
    #[arg(long, value_name = "DIR")]
    pub run_dir: Option<PathBuf>,
    /// Go on from the newest checkpoint in the run folder
    #[arg(long, requires = "run_dir")]
    pub resume: bool,
    /// Seconds between checkpoints
    #[arg(long, value_name = "S", value_parser = positive)]
    pub checkpoint_every: Option<f64>,
}

/// What of the routing is stored.
#[derive(Args, Debug, Default, PartialEq)]
#[command(next_help_heading = NETWORK)]
pub struct RoutingArgs {
    /// Store which expert decides when, instead of the manager that chooses [default: auto]
    ///
    /// The choices are stored as runs: an expert, and for how many frames. A
    /// decoder then skips the manager, a fifth of its work with the presets
    /// tiny and small and 54 % with paper, and gives the same samples to the
    /// bit; between them (at another rate) the earlier sample's expert
    /// decides. `--bake-routing` without a value is `always`; `bake` does it
    /// to a file that there is already.
    #[arg(long, value_enum, value_name = "WHEN", num_args = 0..=1, require_equals = true)]
    #[arg(default_missing_value = "always", help_heading = OF_SOUNDS)]
    pub bake_routing: Option<Baking>,
    /// Multiply-accumulates per time step that decoding may take
    ///
    /// Times the sample rate it is what a device must do in a second. Above
    /// it the routing is baked, whatever the bytes; if that is not enough, or
    /// --bake-routing=never forbids it, nothing is fitted and the exit code
    /// is 3.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub max_macs: Option<u32>,
}

/// All that describes a fit.
#[derive(Args, Debug, Default, PartialEq)]
pub struct NeuralArgs {
    /// Entropy-code the weights: fewer bytes to store or to download
    ///
    /// All commands here read such a file. A device must unpack it first, and
    /// needs memory for the plain file then; it decodes a plain file where it
    /// lies in flash.
    #[arg(long, help_heading = NETWORK)]
    pub pack: bool,
    /// Points whose distances are measured first, to fit the network to [default: 400000]
    #[arg(long, value_name = "N", value_parser = points, help_heading = OF_SHAPES)]
    pub points: Option<usize>,
    #[command(flatten)]
    pub routing: RoutingArgs,
    #[command(flatten)]
    pub network: NetworkArgs,
    #[command(flatten)]
    pub training: TrainingArgs,
    #[command(flatten)]
    pub machine: MachineArgs,
}

fn block(text: &str) -> Result<Block, String> {
    let parse = || {
        let (width, layers) = text.split_once('x')?;
        Some(Block { width: width.parse().ok()?, sine_layers: layers.parse().ok()? })
    };
    parse().ok_or_else(|| "must be WIDTHxSINE_LAYERS, such as 32x2".into())
}

fn domain(text: &str) -> Result<(f64, f64), String> {
    let (lo, hi) = text.split_once(',').ok_or("must be LO,HI, such as -100,100")?;
    let (lo, hi) = (finite(lo)?, finite(hi)?);
    if lo < hi { Ok((lo, hi)) } else { Err("LO must be below HI".into()) }
}

fn at_least_one(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) => Err("must be above 0".into()),
        Ok(n) => Ok(n),
        Err(_) => Err("must be a whole number".into()),
    }
}

fn points(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(n @ 100..=50_000_000) => Ok(n),
        _ => Err("must be a whole number from 100 to 50000000".into()),
    }
}

fn batch_size(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) => Err("must be above 0".into()),
        Ok(n) => Ok(n),
        Err(_) if text == "all" => Ok(usize::MAX),
        Err(_) => Err("must be a whole number or `all`".into()),
    }
}

fn weight(text: &str) -> Result<f32, String> {
    let value = finite(text)?;
    if value >= 0.0 { Ok(value as f32) } else { Err("must not be negative".into()) }
}
