//! What is in a `.nex` file?

use super::{compact_facts as compact, target};
use crate::{
    bake::Routing,
    commands::{
        bake,
        file::Stored,
        needs,
        network::facts::{NetworkFacts, cost_per_point},
        options::InfoArgs,
        terminal::{self, Failure, text},
    },
    measure::targets::Estimate,
};
use nex_format::neural;
use nex_runtime::{NetworkInfo, Sound, SoundInfo};
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

pub fn run(args: &InfoArgs, file: &Stored) -> Result<(), Failure> {
    let sound = file.sound()?;
    let estimate = |macs| {
        let target = args.target.as_ref();
        let found = target.map(|target| target::estimate(target, file, &sound, macs));
        found.transpose().map(Option::flatten)
    };
    let (json, mut text, target) = match sound.network() {
        Some(cost) => {
            let network = file.network()?;
            let mut facts = gather(file, &sound, &cost, &network)?;
            facts.target = estimate(cost.macs)?;
            (serde_json::to_string_pretty(&facts)?, describe(&facts), facts.target)
        }
        None => {
            let mut facts = compact::gather(&sound, &file.compact()?)?;
            facts.target = estimate(facts.macs_per_sample)?;
            (serde_json::to_string_pretty(&facts)?, compact::describe(&facts), facts.target)
        }
    };
    text += &target.as_ref().map(needs::describe).unwrap_or_default();
    terminal::print(&if args.json { json + "\n" } else { text })
}

fn gather(
    stored: &Stored,
    sound: &Sound<'_>,
    cost: &NetworkInfo,
    network: &neural::File<'_>,
) -> Result<Facts, Failure> {
    let SoundInfo { rate_hz, channels, frames, peak, .. } = sound.info();
    let scratch = (sound.memory_len(), sound.best_len());
    Ok(Facts {
        network: NetworkFacts::gather(stored, network, scratch)?,
        rate_hz,
        channels,
        frames,
        seconds: f64::from(frames) / f64::from(rate_hz),
        peak,
        routing: Routing::of(network),
        macs_per_sample: cost.macs,
        manager_macs_per_sample: cost.manager_macs,
        sines_per_sample: cost.sines,
        target: None,
    })
}

fn describe(facts: &Facts) -> String {
    let sound = format!(
        "{:.3} s, {} Hz, {}, {}, peak {}",
        facts.seconds,
        facts.rate_hz,
        text::count(facts.channels.into(), "channel"),
        text::count(facts.frames.into(), "frame"),
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
