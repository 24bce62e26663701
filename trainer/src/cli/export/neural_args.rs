//! How is a fit described on the command line? (the neural profile)

use crate::cli::{
    args::{finite, fraction, positive, ratio},
    failure::Failure,
};
use crate::{
    bake::{Baking, Request},
    fit::{Backend, Decay, Domain, Effort, FitConfig, Preset},
    model::{Arch, Block, FirstInit},
    quant::Precision,
};
use clap::Args;
use std::{path::PathBuf, time::Duration};

/// The network and its file.
#[derive(Args, Debug, Default, PartialEq)]
#[command(next_help_heading = "Neural profile: network")]
pub(in crate::cli) struct NetworkArgs {
    /// Network and training to start from [default: small]
    #[arg(long, value_enum)]
    preset: Option<Preset>,
    /// How weights are stored: i8 and i16 need no floating-point unit to decode
    ///
    /// The presets tiny and small store i8, paper stores i16.
    #[arg(long, value_enum)]
    precision: Option<Precision>,
    /// Number of experts; 1 is a plain network without a manager
    #[arg(long, value_name = "N")]
    experts: Option<usize>,
    /// Units per layer of encoder and experts; the manager's scale along
    #[arg(long, value_name = "N", value_parser = at_least_one)]
    width: Option<usize>,
    /// Sine layers of the shared encoder; the other blocks gain or lose as many
    ///
    /// The paper's "WxL" is L + 2 sine layers in an encoder; L + 1 sine
    /// layers and a linear one in the manager's head and the experts.
    #[arg(long, value_name = "N", value_parser = at_least_one)]
    layers: Option<usize>,
    /// The shared encoder, as WIDTHxSINE_LAYERS
    #[arg(long, value_name = "WxN", value_parser = block)]
    encoder: Option<Block>,
    /// The manager's encoder
    #[arg(long, value_name = "WxN", value_parser = block)]
    manager_encoder: Option<Block>,
    /// The manager's head
    #[arg(long, value_name = "WxN", value_parser = block)]
    manager_head: Option<Block>,
    /// Each expert
    #[arg(long, value_name = "WxN", value_parser = block)]
    expert: Option<Block>,
    /// Coordinates of the first and the last sample, as in the paper; of a
    /// picture those along its longer side
    #[arg(long, value_name = "LO,HI", value_parser = domain, allow_hyphen_values = true)]
    domain: Option<Domain>,
    /// Instead of --domain: the highest frequency at the start, in cycles per sample or pixel
    #[arg(long, value_name = "CYCLES", value_parser = positive, conflicts_with = "domain")]
    band: Option<f64>,
    /// How the layers that read the coordinates are drawn
    #[arg(long, value_enum)]
    first_init: Option<FirstInit>,
}

/// How it is trained.
#[derive(Args, Debug, Default, PartialEq)]
#[command(next_help_heading = "Neural profile: training (what is not given comes from the preset)")]
pub(in crate::cli) struct TrainingArgs {
    /// Train for this many steps
    #[arg(long, value_name = "N", conflicts_with = "seconds", value_parser = clap::value_parser!(u64).range(1..))]
    steps: Option<u64>,
    /// Train for this long
    #[arg(long, value_name = "S", value_parser = positive)]
    seconds: Option<f64>,
    /// Samples or pixels per training step, or `all`
    #[arg(long, value_name = "N", value_parser = batch_size)]
    batch_size: Option<usize>,
    /// Learning rate at the start
    #[arg(long, value_name = "X", value_parser = positive)]
    learning_rate: Option<f64>,
    /// Learning rate at the end, relative to the start
    #[arg(long, value_name = "RATIO", value_parser = ratio)]
    final_rate: Option<f64>,
    /// Factor on the learning rate per step (the paper: 0.9999), instead of --final-rate
    #[arg(long, value_name = "FACTOR", value_parser = ratio, conflicts_with = "final_rate")]
    decay: Option<f64>,
    /// Steps in which the manager learns random labels first
    #[arg(long, value_name = "N")]
    pretrain_steps: Option<u64>,
    /// Weight of the random labels in the loss
    #[arg(long, value_name = "X", value_parser = weight)]
    label_weight: Option<f32>,
    /// Weight of the square error in the loss
    #[arg(long, value_name = "X", value_parser = weight)]
    reconstruction_weight: Option<f32>,
    /// Fraction of the effort after which only the experts train
    #[arg(long, value_name = "F", value_parser = fraction)]
    expert_stage: Option<f64>,
    /// Fraction of the effort after which only each sample's own expert is evaluated
    #[arg(long, value_name = "F", value_parser = fraction)]
    sparse_after: Option<f64>,
    /// Last fraction of the effort that trains on the rounded weights
    #[arg(long, value_name = "F", value_parser = fraction)]
    quant_aware: Option<f64>,
    /// Seed of everything random
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
}

/// Where it runs and what it leaves.
#[derive(Args, Debug, Default, PartialEq)]
#[command(next_help_heading = "Neural profile: machine")]
pub(in crate::cli) struct MachineArgs {
    /// What computes the gradients
    #[arg(long = "device", visible_alias = "backend", value_enum)]
    backend: Option<Backend>,
    /// Folder for metrics.csv and checkpoints
    #[arg(long, value_name = "DIR")]
    pub run_dir: Option<PathBuf>,
    /// Go on from the newest checkpoint in the run folder
    #[arg(long, requires = "run_dir")]
    pub resume: bool,
    /// Seconds between checkpoints
    #[arg(long, value_name = "S", value_parser = positive)]
    checkpoint_every: Option<f64>,
}

/// What of the routing is stored.
#[derive(Args, Debug, Default, PartialEq)]
#[command(next_help_heading = "Neural profile: cost of decoding")]
pub(in crate::cli) struct RoutingArgs {
    /// Store which expert decides when, instead of the manager that chooses [default: auto]
    ///
    /// The choices are stored as runs: an expert, and for how many frames. A
    /// decoder then skips the manager, a fifth of its work with the presets
    /// tiny and small and 54 % with paper, and gives the same samples to the
    /// bit; between them (at another rate) the earlier sample's expert
    /// decides. `--bake-routing` without a value is `always`; `bake` does it
    /// to a file that there is already.
    #[arg(long, value_enum, value_name = "WHEN", num_args = 0..=1, require_equals = true)]
    #[arg(default_missing_value = "always")]
    bake_routing: Option<Baking>,
    /// Multiply-accumulates per time step that decoding may take
    ///
    /// Times the sample rate it is what a device must do in a second. Above
    /// it the routing is baked, whatever the bytes; if that is not enough, or
    /// --bake-routing=never forbids it, nothing is fitted and the exit code
    /// is 3.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    max_macs: Option<u32>,
}

/// All that describes a fit.
#[derive(Args, Debug, Default, PartialEq)]
pub(in crate::cli) struct NeuralArgs {
    /// Entropy-code the weights: fewer bytes to store or to download
    ///
    /// All commands here read such a file. A device must unpack it first, and
    /// needs memory for the plain file then; it decodes a plain file where it
    /// lies in flash.
    #[arg(long, help_heading = "Neural profile: network")]
    pub pack: bool,
    #[command(flatten)]
    pub routing: RoutingArgs,
    #[command(flatten)]
    pub network: NetworkArgs,
    #[command(flatten)]
    pub training: TrainingArgs,
    #[command(flatten)]
    pub machine: MachineArgs,
}

impl NeuralArgs {
    /// How the fitted network is stored.
    pub fn request(&self) -> Request {
        let RoutingArgs { bake_routing, max_macs } = self.routing;
        Request { baking: bake_routing.unwrap_or_default(), max_macs, pack: self.pack }
    }

    /// The fit that the arguments describe, for a sound of so many channels.
    pub fn config(
        &self,
        channels: usize,
        threads: Option<usize>,
        comment: Option<&str>,
    ) -> Result<FitConfig, Failure> {
        self.build(FitConfig::preset(self.preset(), channels), threads, comment)
    }

    /// The same for a picture of so many channels.
    pub fn picture_config(
        &self,
        channels: usize,
        threads: Option<usize>,
        comment: Option<&str>,
    ) -> Result<FitConfig, Failure> {
        self.build(FitConfig::picture_preset(self.preset(), channels), threads, comment)
    }

    /// The same for a shape.
    pub fn shape_config(
        &self,
        threads: Option<usize>,
        comment: Option<&str>,
    ) -> Result<FitConfig, Failure> {
        if self.network.domain.is_some() || self.network.band.is_some() {
            return Err(Failure::usage(
                "--domain and --band are for sounds and pictures; a shape always fills -1 to 1 of \
                 a cube from -1.2 to 1.2",
            ));
        }
        self.build(FitConfig::shape_preset(self.preset()), threads, comment)
    }

    fn preset(&self) -> Preset {
        self.network.preset.unwrap_or(Preset::Small)
    }

    fn build(
        &self,
        mut config: FitConfig,
        threads: Option<usize>,
        comment: Option<&str>,
    ) -> Result<FitConfig, Failure> {
        self.network.apply(&mut config);
        self.training.apply(&mut config);
        self.machine.apply(&mut config);
        set(&mut config.threads, &threads);
        config.comment = comment.map(Into::into);
        config.arch.validate().map_err(|e| Failure::usage(format!("no such network: {e}")))?;
        Ok(config)
    }
}

/// Overwrites a field if its argument was given.
fn set<T: Clone>(field: &mut T, argument: &Option<T>) {
    if let Some(value) = argument {
        field.clone_from(value);
    }
}

impl NetworkArgs {
    fn apply(&self, config: &mut FitConfig) {
        set(&mut config.precision, &self.precision);
        set(&mut config.domain, &self.domain);
        set(&mut config.domain, &self.band.map(Domain::Band));
        set(&mut config.first_init, &self.first_init);
        let Arch { experts, encoder, manager_encoder, manager_head, expert, .. } = &mut config.arch;
        set(experts, &self.experts);
        let Block { width: old_width, sine_layers: old_layers } = *encoder;
        for block in [&mut *encoder, manager_encoder, manager_head, expert] {
            if let Some(width) = self.width {
                block.width = (block.width.saturating_mul(width) / old_width).max(1);
            }
            if let Some(layers) = self.layers {
                let layers = block.sine_layers.saturating_add(layers);
                block.sine_layers = layers.saturating_sub(old_layers).max(1);
            }
        }
        set(encoder, &self.encoder);
        set(manager_encoder, &self.manager_encoder);
        set(manager_head, &self.manager_head);
        set(expert, &self.expert);
    }
}

impl TrainingArgs {
    fn apply(&self, config: &mut FitConfig) {
        set(&mut config.effort, &self.steps.map(Effort::Steps));
        set(&mut config.effort, &self.seconds.map(Effort::Seconds));
        set(&mut config.batch, &self.batch_size);
        set(&mut config.rate, &self.learning_rate);
        set(&mut config.decay, &self.final_rate.map(Decay::Final));
        set(&mut config.decay, &self.decay.map(Decay::PerStep));
        set(&mut config.pretrain_steps, &self.pretrain_steps);
        set(&mut config.label_weight, &self.label_weight);
        set(&mut config.reconstruction_weight, &self.reconstruction_weight);
        set(&mut config.expert_stage, &self.expert_stage);
        set(&mut config.sparse_after, &self.sparse_after.map(Some));
        set(&mut config.quant_aware, &self.quant_aware);
        set(&mut config.seed, &self.seed);
    }
}

impl MachineArgs {
    fn apply(&self, config: &mut FitConfig) {
        set(&mut config.backend, &self.backend);
        // More seconds than a duration holds are as good as the most it holds.
        let duration = |s| Duration::try_from_secs_f64(s).unwrap_or(Duration::MAX);
        set(&mut config.checkpoint_every, &self.checkpoint_every.map(duration));
    }
}

fn block(text: &str) -> Result<Block, String> {
    let parse = || {
        let (width, layers) = text.split_once('x')?;
        Some(Block { width: width.parse().ok()?, sine_layers: layers.parse().ok()? })
    };
    parse().ok_or_else(|| "must be WIDTHxSINE_LAYERS, such as 32x2".into())
}

fn domain(text: &str) -> Result<Domain, String> {
    let (lo, hi) = text.split_once(',').ok_or("must be LO,HI, such as -100,100")?;
    let (lo, hi) = (finite(lo)?, finite(hi)?);
    if lo < hi { Ok(Domain::Fixed(lo, hi)) } else { Err("LO must be below HI".into()) }
}

fn at_least_one(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) => Err("must be above 0".into()),
        Ok(n) => Ok(n),
        Err(_) => Err("must be a whole number".into()),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::args::{Cli, Command};
    use clap::Parser;

    fn config(arguments: &str) -> FitConfig {
        let all = format!("ne-train export in.wav out.nex {arguments}");
        match Cli::try_parse_from(all.split_whitespace()).unwrap().command {
            Command::Export(args) => args.neural.config(2, None, None).unwrap(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn without_arguments_the_preset_holds() {
        assert_eq!(config(""), FitConfig::preset(Preset::Small, 2));
        assert_eq!(config("--preset paper"), FitConfig::preset(Preset::Paper, 2));
    }

    #[test]
    fn width_and_layers_keep_the_presets_proportions() {
        let arch = config("--preset small --width 48 --layers 4").arch;
        let preset = FitConfig::preset(Preset::Small, 2).arch;
        let scaled = |block: Block| Block {
            width: block.width * 48 / preset.encoder.width,
            sine_layers: block.sine_layers + 4 - preset.encoder.sine_layers,
        };
        assert_eq!(arch.encoder, Block { width: 48, sine_layers: 4 });
        assert_eq!(arch.expert, scaled(preset.expert));
        assert_eq!(arch.manager_head, scaled(preset.manager_head));
        // A block of its own wins.
        assert_eq!(
            config("--width 48 --expert 20x1").arch.expert,
            Block { width: 20, sine_layers: 1 }
        );
    }

    #[test]
    fn constants_reach_the_fit() {
        let c =
            config("--seconds 9 --batch-size all --decay 0.999 --domain -3,4 --sparse-after 0.5");
        assert_eq!((c.effort, c.batch), (Effort::Seconds(9.0), usize::MAX));
        assert_eq!((c.decay, c.domain), (Decay::PerStep(0.999), Domain::Fixed(-3.0, 4.0)));
        assert_eq!(c.sparse_after, Some(0.5));
    }
}
