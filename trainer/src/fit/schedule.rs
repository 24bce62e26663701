//! What happens at which part of the effort?

use super::FitConfig;

/// Which parameters a step trains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    All,
    Sparse,
    Experts,
}

/// A stage, and whether it sees the file's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Phase {
    pub stage: Stage,
    pub quantised: bool,
}

impl Phase {
    pub fn at(config: &FitConfig, fraction: f64) -> Self {
        let many = config.arch.experts > 1;
        let stage = if many && fraction >= config.expert_stage {
            Stage::Experts
        } else if many && config.sparse_after.is_some_and(|after| fraction >= after) {
            Stage::Sparse
        } else {
            Stage::All
        };
        Self { stage, quantised: fraction >= 1.0 - config.quant_aware }
    }

    pub const fn name(self) -> &'static str {
        match (self.stage, self.quantised) {
            (Stage::All, false) => "all",
            (Stage::All, true) => "all+q",
            (Stage::Sparse, false) => "sparse",
            (Stage::Sparse, true) => "sparse+q",
            (Stage::Experts, false) => "experts",
            (Stage::Experts, true) => "experts+q",
        }
    }
}
