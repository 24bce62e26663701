//! How does a file lose its manager and keep its samples?

use super::{
    args::BakeArgs,
    console::{self, Console},
    failure::Failure,
    file, table,
};
use crate::{
    bake::{self, BakeError, Routing},
    io,
};
use nex_format::neural;
use nex_runtime::Sound;
use serde::Serialize;

/// What `bake --json` prints.
#[derive(Serialize)]
struct Change {
    /// Of the file read.
    bytes_before: usize,
    /// Of the file written.
    bytes: usize,
    routing_before: Routing,
    routing: Routing,
    /// Per time step.
    macs_per_sample_before: u32,
    macs_per_sample: u32,
}

pub(super) fn run(args: &BakeArgs, console: &Console) -> Result<(), Failure> {
    let out = args.out.path();
    let to_stdout = out.as_os_str() == "-";
    if to_stdout && args.json {
        return Err(Failure::usage("--json and the file cannot both go to standard output"));
    }
    console::check_not_terminal(&out)?;
    io::check_free(&out, args.out.force)?;
    let file = file::load(&args.input)?;
    let name = args.input.display();
    let Some(before) = file.sound_within(args.limit)?.network() else {
        return Err(format!("{name}: is a compact sound, which has no manager to replace").into());
    };
    let mut bytes = bake::bake(file.plain()).map_err(|error| match error {
        BakeError::OneExpert => format!("{name}: has one expert, so there is nothing to choose"),
        other => format!("{name}: {other}"),
    })?;
    let after = file.cost(Sound::open(&bytes)?.network())?;
    let mut change = Change {
        bytes_before: file.bytes.len(),
        bytes: bytes.len(),
        routing_before: Routing::of(&file.network()?),
        routing: Routing::of(&neural::File::parse(&bytes)?),
        macs_per_sample_before: before.macs,
        macs_per_sample: after.macs,
    };
    if file.is_packed() {
        bytes = neural::pack(&bytes)?;
        change.bytes = bytes.len();
    }
    io::write_atomic(&out, &bytes, args.out.force)?;
    if args.json {
        console::print(&(serde_json::to_string_pretty(&change)? + "\n"))?;
    } else if !console.is_quiet() {
        let text = describe(&change);
        if to_stdout { eprint!("{text}") } else { console::print(&text)? }
    }
    Ok(())
}

fn describe(change: &Change) -> String {
    let grouped = |n: usize| table::grouped(n as u64);
    table::rows(&[
        ("bytes", format!("{}, before {}", grouped(change.bytes), grouped(change.bytes_before))),
        ("routing", routing(&change.routing)),
        ("before", routing(&change.routing_before)),
        (
            "per time step",
            format!(
                "{} MAC, before {}",
                table::grouped(change.macs_per_sample.into()),
                table::grouped(change.macs_per_sample_before.into())
            ),
        ),
    ])
}

/// Who chooses the expert, in one line.
pub(super) fn routing(routing: &Routing) -> String {
    let count = |n: &usize, what| table::count(*n as u64, what);
    match routing {
        Routing::None => "none: there is one expert".into(),
        Routing::Manager { bytes } => format!("by a manager of {}", count(bytes, "byte")),
        Routing::Baked { runs, bytes } => {
            format!("baked, {}, {}", count(runs, "run"), count(bytes, "byte"))
        }
    }
}
