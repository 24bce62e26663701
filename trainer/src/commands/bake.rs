//! How does a file lose its manager and keep its samples?

use super::{
    file,
    options::BakeArgs,
    terminal::{Console, Failure, check_not_terminal, show, text},
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

pub fn run(args: &BakeArgs, console: &Console) -> Result<(), Failure> {
    let out = args.out.path();
    if out.as_os_str() == "-" && args.json {
        return Err(Failure::usage("--json and the file cannot both go to standard output"));
    }
    check_not_terminal(&out)?;
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
    show(console, args.json, Some(&out), &change, describe)
}

fn describe(change: &Change) -> String {
    let grouped = |n: usize| text::grouped(n as u64);
    text::rows(&[
        ("bytes", format!("{}, before {}", grouped(change.bytes), grouped(change.bytes_before))),
        ("routing", routing(&change.routing)),
        ("before", routing(&change.routing_before)),
        (
            "per time step",
            format!(
                "{} MAC, before {}",
                text::grouped(change.macs_per_sample.into()),
                text::grouped(change.macs_per_sample_before.into())
            ),
        ),
    ])
}

/// Who chooses the expert, in one line.
pub fn routing(routing: &Routing) -> String {
    let count = |n: &usize, what| text::count(*n as u64, what);
    match routing {
        Routing::None => "none: there is one expert".into(),
        Routing::Manager { bytes } => format!("by a manager of {}", count(bytes, "byte")),
        Routing::Baked { runs, bytes } => {
            format!("baked, {}, {}", count(runs, "run"), count(bytes, "byte"))
        }
    }
}
