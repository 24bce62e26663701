//! Is a picture stored with loss or without, and why, in words?

use crate::{
    commands::terminal::text,
    compact::picture::{Chosen, Why},
};
use serde::Serialize;

/// Which kind a file is, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Kind {
    pub lossless: bool,
    /// Of the lossy file that it was weighed against, or that is written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lossy_bytes: Option<usize>,
    /// In words; nothing if it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
}

impl Kind {
    pub fn of(chosen: &Chosen) -> Self {
        let Chosen { lossless, lossy_bytes, why, .. } = *chosen;
        Self { lossless, lossy_bytes, because: because(lossless, lossy_bytes, why) }
    }
}

fn because(lossless: bool, lossy_bytes: Option<usize>, why: Why) -> Option<String> {
    let lossy = text::grouped(lossy_bytes.unwrap_or_default() as u64);
    Some(match (why, lossless) {
        (Why::Asked, _) => return None,
        (Why::Limit, true) => "the lossless file fits".into(),
        (Why::Limit, false) => "the lossless file does not fit".into(),
        (Why::NoLossy, _) => "no lossy file is what was asked for".into(),
        (Why::Times(1), true) => format!("no larger than the lossy file, which has {lossy} bytes"),
        (Why::Times(n), true) => {
            format!("at most {n} times the lossy file, which has {lossy} bytes")
        }
        (Why::Times(1), false) => "the lossless file is larger".into(),
        (Why::Times(n), false) => format!("the lossless file is more than {n} times as large"),
    })
}
