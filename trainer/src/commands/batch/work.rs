//! How does this program work on one file of many? (in a process of its own)

use super::manifest::Entry;
use std::{
    ffi::OsString,
    process::{Command, Output, Stdio},
    time::Instant,
};

/// Runs `ne-train export` on one file, on a core or a GPU; what went wrong is
/// in the entry.
pub(super) fn export(
    planned: &Entry,
    options: &[OsString],
    gpu: Option<u32>,
    threads: Option<usize>,
) -> Entry {
    run(planned, |command| {
        command.arg("export").arg(&planned.source).arg(&planned.output);
        command.args(["--force", "--json", "--threads"]).arg(threads.unwrap_or(1).to_string());
        command.args(options);
        if let Some(gpu) = gpu {
            command.env("CUDA_VISIBLE_DEVICES", gpu.to_string());
        }
    })
}

/// Runs this program; what it printed, and how it ended, is in the entry.
pub(super) fn run(planned: &Entry, arguments: impl FnOnce(&mut Command)) -> Entry {
    let begin = Instant::now();
    let result = process(planned, arguments);
    let mut entry = planned.clone();
    entry.seconds = begin.elapsed().as_secs_f64();
    match result {
        Ok(output) => {
            let text = String::from_utf8_lossy(&output.stderr).trim().to_string();
            entry.exit_code = output.status.code().unwrap_or(1);
            entry.said = (!text.is_empty()).then_some(text);
            entry.report = serde_json::from_slice(&output.stdout).ok();
            if output.status.code().is_none() {
                entry.said = Some(format!("the process ended by a signal: {}", output.status));
            }
        }
        Err(error) => {
            entry.exit_code = 1;
            entry.said = Some(error.to_string());
        }
    }
    entry.bytes = entry.output.metadata().ok().map(|m| m.len());
    entry
}

fn process(planned: &Entry, arguments: impl FnOnce(&mut Command)) -> std::io::Result<Output> {
    if let Some(folder) = planned.output.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut command = Command::new(std::env::current_exe()?);
    arguments(&mut command);
    command.stdin(Stdio::null()).output()
}
