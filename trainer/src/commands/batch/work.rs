//! How is one file of many exported?

use super::manifest::Entry;
use std::{
    ffi::OsString,
    path::Path,
    process::{Command, Output},
    time::Instant,
};

/// Runs `ne-train export` on one file, on a core or a GPU; what went wrong is
/// in the entry.
pub fn export(
    planned: &Entry,
    options: &[OsString],
    gpu: Option<u32>,
    threads: Option<usize>,
) -> Entry {
    let begin = Instant::now();
    let result = process(planned, options, gpu, threads);
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
    entry.bytes = Path::new(&entry.output).metadata().ok().map(|m| m.len());
    entry
}

fn process(
    planned: &Entry,
    options: &[OsString],
    gpu: Option<u32>,
    threads: Option<usize>,
) -> std::io::Result<Output> {
    if let Some(folder) = planned.output.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("export").arg(&planned.source).arg(&planned.output);
    command.args(["--force", "--json", "--threads"]).arg(threads.unwrap_or(1).to_string());
    command.args(options).stdin(std::process::Stdio::null());
    if let Some(gpu) = gpu {
        command.env("CUDA_VISIBLE_DEVICES", gpu.to_string());
    }
    command.output()
}
