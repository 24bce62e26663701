//! What is in a `.nex` file?

mod compact;
mod network;
mod target;

pub(super) use network::{NetworkFacts, cost_per_point};

use super::{
    args::InfoArgs,
    bake, console,
    failure::Failure,
    pixels, shapes,
    sound::{self, Sound, Stored},
    table,
};
use crate::{bake::Routing, targets::Estimate};
use nex_runtime::{Decoder, MAX_TILE};
use serde::Serialize;

/// What `info --json` prints of a sound's network.
#[derive(Serialize)]
struct Facts {
    #[serde(flatten)]
    network: NetworkFacts,
    rate_hz: u32,
    channels: u8,
    frames: u32,
    seconds: f64,
    /// Largest magnitude of a sample.
    peak: u16,
    routing: Routing,
    /// Per time step.
    macs_per_sample: u32,
    /// Of these, spent on choosing the expert.
    manager_macs_per_sample: u32,
    sines_per_sample: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<Estimate>,
}

pub(super) fn run(args: &InfoArgs) -> Result<(), Failure> {
    let file = sound::load(&args.file)?;
    if pixels::is_picture(&file) {
        return pixels::info::run(args, &file);
    }
    if shapes::is_shape(&file) {
        return shapes::info::run(args, &file);
    }
    let sound = sound::parse(&args.file, &file)?;
    let estimate = |macs| args.target.as_ref().and_then(|t| target::gather(t, &sound, macs));
    let (json, mut text, target) = match &sound {
        Sound::Neural(decoder) => {
            let mut facts = gather(&file, decoder)?;
            facts.target = estimate(facts.macs_per_sample);
            (serde_json::to_string_pretty(&facts)?, describe(&facts), facts.target)
        }
        Sound::Compact(decoder) => {
            let mut facts = compact::gather(&sound, decoder)?;
            facts.target = estimate(facts.macs_per_sample);
            (serde_json::to_string_pretty(&facts)?, compact::describe(&facts), facts.target)
        }
    };
    text += &target.as_ref().map(target::describe).unwrap_or_default();
    console::print(&if args.json { json + "\n" } else { text })
}

fn gather(stored: &Stored, decoder: &Decoder<'_>) -> Result<Facts, Failure> {
    let (info, file) = (decoder.info(), decoder.file());
    let scratch = (info.min_scratch_len, decoder.scratch_len(MAX_TILE));
    Ok(Facts {
        network: NetworkFacts::gather(stored, file, scratch)?,
        rate_hz: info.rate_hz,
        channels: info.channels,
        frames: info.frames,
        seconds: f64::from(info.frames) / f64::from(info.rate_hz),
        peak: info.peak,
        routing: Routing::of(file),
        macs_per_sample: info.macs_per_frame,
        manager_macs_per_sample: info.manager_macs_per_frame,
        sines_per_sample: info.sines_per_frame,
        target: None,
    })
}

fn describe(facts: &Facts) -> String {
    let sound = format!(
        "{:.3} s, {} Hz, {}, {}, peak {}",
        facts.seconds,
        facts.rate_hz,
        table::count(facts.channels.into(), "channel"),
        table::count(facts.frames.into(), "frame"),
        facts.peak
    );
    let real_time = f64::from(facts.macs_per_sample) * f64::from(facts.rate_hz) / 1e6;
    let (macs, manager) = (facts.macs_per_sample, facts.manager_macs_per_sample);
    facts.network.describe(
        ("sound", sound),
        Some(bake::routing(&facts.routing)),
        [
            ("per time step", cost_per_point(macs, manager, facts.sines_per_sample)),
            ("real time", format!("{real_time:.2} million MAC/s")),
        ],
    )
}
