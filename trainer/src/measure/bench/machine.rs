//! Where was it measured?

use serde::Serialize;
use std::{fs, thread};

/// The machine that the times belong to.
#[derive(Clone, Debug, Serialize)]
pub struct Machine {
    /// Such as "linux x86_64".
    pub system: String,
    /// The processor, where the system says.
    pub processor: Option<String>,
    /// Cores that this process may use.
    pub cores: usize,
    /// Measurements at the same time; more than one makes times longer.
    pub at_once: usize,
}

impl Machine {
    /// The one that this runs on.
    pub(super) fn this() -> Self {
        use std::env::consts::{ARCH, OS};
        let facts = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let model = facts.lines().find_map(|line| line.strip_prefix("model name"));
        Self {
            system: format!("{OS} {ARCH}"),
            processor: model.map(|m| m.trim_start_matches(['\t', ' ', ':']).to_string()),
            cores: thread::available_parallelism().map_or(1, usize::from),
            at_once: rayon::current_num_threads(),
        }
    }

    /// Threads for each of so many measurements.
    pub(super) fn threads_each(&self, measurements: usize) -> usize {
        (self.cores / self.at_once.min(measurements).max(1)).max(1)
    }
}
