//! What is trained at which part of the effort, and by which loss?

use super::FitConfig;

/// What a step minimises, and which parameters it trains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Cross entropy to the labels: encoder and manager.
    Labels,
    /// Errors weighed by the manager's probabilities: all, or all but a manager
    /// that labels stand for.
    Mixture,
    /// Errors of the chosen experts alone: encoder and experts.
    Chosen,
    /// As `Mixture`, but of probabilities and features that change no more: the
    /// experts' own layers.
    FrozenMixture,
    /// As `Chosen`, likewise.
    FrozenChosen,
}

/// Which parameters a step trains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// All.
    All,
    /// Encoder, manager encoder and manager.
    Manager,
    /// Encoder and experts: the manager is a constant.
    NoManager,
    /// The experts' own.
    Experts,
}

impl Stage {
    /// `fixed`: labels stand for the manager.
    pub const fn part(self, fixed: bool) -> Part {
        match self {
            Self::Labels => Part::Manager,
            Self::Mixture if fixed => Part::NoManager,
            Self::Mixture => Part::All,
            Self::Chosen => Part::NoManager,
            Self::FrozenMixture | Self::FrozenChosen => Part::Experts,
        }
    }

    pub const fn is_frozen(self) -> bool {
        matches!(self, Self::FrozenMixture | Self::FrozenChosen)
    }
}

/// A stage, and whether it sees the file's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Phase {
    pub stage: Stage,
    pub rounded: bool,
}

impl Phase {
    /// A stage that sees the parameters as they are.
    pub const fn plain(stage: Stage) -> Self {
        Self { stage, rounded: false }
    }

    /// Of an export.
    pub fn at(config: &FitConfig, fraction: f64) -> Self {
        let many = config.arch.experts > 1;
        let stage = if many && fraction >= config.expert_stage {
            Stage::FrozenChosen
        } else if many && config.sparse_after.is_some_and(|after| fraction >= after) {
            Stage::Chosen
        } else {
            Stage::Mixture
        };
        Self { stage, rounded: fraction >= 1.0 - config.quant_aware }
    }

    pub const fn name(self) -> &'static str {
        match (self.stage, self.rounded) {
            (Stage::Labels, _) => "pretraining",
            (Stage::Mixture, false) => "all",
            (Stage::Mixture, true) => "all+q",
            (Stage::Chosen, false) => "sparse",
            (Stage::Chosen, true) => "sparse+q",
            (Stage::FrozenMixture | Stage::FrozenChosen, false) => "experts",
            (Stage::FrozenMixture | Stage::FrozenChosen, true) => "experts+q",
        }
    }
}
