//! With which command lines does this program encode and decode?
//!
//! It is run as a user would run it.

use super::{
    codec::{Goal, Ours},
    tools::Call,
};
use std::path::Path;

/// `export` made a file that does not meet what was asked for.
pub(super) const TARGET_NOT_MET: i32 = 3;

/// `ne-train export`.
pub(super) fn encode(program: &Path, ours: Ours, wav: &Path, encoded: &Path) -> Call {
    let call = Call::new(program, ["-q", "export"]).with([wav, encoded]).with(["--force"]);
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

/// `ne-train decode`.
pub(super) fn decode(program: &Path, encoded: &Path, wav: &Path) -> Call {
    Call::new(program, ["-q", "decode"]).with([encoded, wav]).with(["--force"])
}
