//! What is trained at which part of the effort, and by which loss?

/// Weight of the distance from equal probabilities where labels are taught.
pub(crate) const BALANCE: f32 = 0.1;

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
    /// Pretraining.
    pub const LABELS: Self = Self { stage: Stage::Labels, rounded: false };

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

/// Which phase begins at which fraction of the effort.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Schedule {
    /// Of more than one expert.
    pub many: bool,
    /// When experts are chosen.
    pub chosen: Option<f64>,
    /// When only the experts are trained on, and how they count then.
    pub frozen: (f64, Stage),
    /// When the file's values are seen.
    pub rounded: f64,
}

impl Schedule {
    pub fn at(&self, fraction: f64) -> Phase {
        let stage = if self.many && fraction >= self.frozen.0 {
            self.frozen.1
        } else if self.many && self.chosen.is_some_and(|after| fraction >= after) {
            Stage::Chosen
        } else {
            Stage::Mixture
        };
        Phase { stage, rounded: fraction >= self.rounded }
    }
}
