//! With which command line does this program encode?

use super::{Goal, Ours};
use crate::measure::bench::tools::{self, Call};
use std::path::Path;

/// `ne-train export`.
pub(super) fn encode(program: &Path, ours: Ours, wav: &Path, encoded: &Path) -> Call {
    let call = tools::export(program, wav, encoded);
    match ours {
        Ours::Compact { goal, tune } => {
            let (option, value) = match goal {
                Goal::Rate(kbps) => ("--bitrate", kbps.to_string()),
                Goal::BytesOf(_, bytes) => ("--size", bytes.to_string()),
                Goal::SnrOf(_, snr_db) => ("--snr", format!("{snr_db:.4}")),
            };
            call.with(["--profile", "compact", "--tune", &tune.to_string(), option, &value])
        }
        Ours::Neural { steps } => {
            call.with(["--profile", "neural", "--preset", "tiny", "--steps", &steps.to_string()])
        }
    }
}
