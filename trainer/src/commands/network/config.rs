//! Which fit do the options mean?

use crate::{
    bake::{Baking, Request},
    commands::{
        options::{self as args, MachineArgs, NetworkArgs, NeuralArgs, RoutingArgs, TrainingArgs},
        terminal::Failure,
    },
    fit::{Backend, Decay, Domain, Effort, FitConfig, Preset},
    model::{Arch, Block, FirstInit},
    quant::Precision,
};
use std::time::Duration;

/// The library's value for each of an option's.
macro_rules! same {
    ($($name:ident { $($value:ident),+ })+) => {$(
        impl From<args::$name> for $name {
            fn from(value: args::$name) -> Self {
                match value {
                    $(args::$name::$value => Self::$value,)+
                }
            }
        }
    )+};
}

same! {
    Preset { Tiny, Small, Paper }
    Precision { I8, I16, F16, F32 }
    FirstInit { Siren, Hidden }
    Backend { Fused, Flex, Ndarray, Vulkan, Wgpu, Cuda }
    Baking { Auto, Always, Never }
}

impl From<args::Block> for Block {
    fn from(args::Block { width, sine_layers }: args::Block) -> Self {
        Self { width, sine_layers }
    }
}

impl NeuralArgs {
    /// How the fitted network is stored.
    pub fn request(&self) -> Request {
        let RoutingArgs { bake_routing, max_macs } = self.routing;
        let baking = bake_routing.map(Into::into).unwrap_or_default();
        Request { baking, max_macs, pack: self.pack }
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
        self.build(FitConfig::shape_preset(self.preset()), threads, comment)
    }

    fn preset(&self) -> Preset {
        self.network.preset.map_or(Preset::Small, Into::into)
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
        set(&mut config.precision, &self.precision.map(Into::into));
        set(&mut config.domain, &self.domain.map(|(lo, hi)| Domain::Fixed(lo, hi)));
        set(&mut config.domain, &self.band.map(Domain::Band));
        set(&mut config.first_init, &self.first_init.map(Into::into));
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
        set(encoder, &self.encoder.map(Into::into));
        set(manager_encoder, &self.manager_encoder.map(Into::into));
        set(manager_head, &self.manager_head.map(Into::into));
        set(expert, &self.expert.map(Into::into));
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
        set(&mut config.pretrain_rate, &self.pretrain_rate);
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
        set(&mut config.backend, &self.backend.map(Into::into));
        // More seconds than a duration holds are as good as the most it holds.
        let duration = |s| Duration::try_from_secs_f64(s).unwrap_or(Duration::MAX);
        set(&mut config.checkpoint_every, &self.checkpoint_every.map(duration));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::options::{Cli, Command};
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
