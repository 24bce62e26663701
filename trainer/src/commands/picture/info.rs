//! What is in a picture's `.nex` file?

use crate::commands::{
    file::Stored,
    network::facts::{NetworkFacts, cost_per_point},
    options::InfoArgs,
    terminal::{self, Failure, text},
};
use serde::Serialize;

/// What `info --json` prints of a picture.
#[derive(Serialize)]
struct Facts {
    #[serde(flatten)]
    network: NetworkFacts,
    width: u32,
    height: u32,
    channels: u8,
    macs_per_pixel: u32,
    /// Of these, spent on choosing the expert.
    manager_macs_per_pixel: u32,
    sines_per_pixel: u32,
}

pub fn run(args: &InfoArgs, stored: &Stored) -> Result<(), Failure> {
    let picture = stored.picture()?;
    let (info, cost) = (picture.info(), stored.cost(picture.network())?);
    let scratch = (picture.memory_len(), picture.best_len());
    let facts = Facts {
        network: NetworkFacts::gather(stored, &stored.network()?, scratch)?,
        width: info.width,
        height: info.height,
        channels: info.channels,
        macs_per_pixel: cost.macs,
        manager_macs_per_pixel: cost.manager_macs,
        sines_per_pixel: cost.sines,
    };
    let text =
        if args.json { serde_json::to_string_pretty(&facts)? + "\n" } else { describe(&facts) };
    terminal::print(&text)
}

fn describe(facts: &Facts) -> String {
    let pixels = f64::from(facts.width) * f64::from(facts.height);
    let picture = format!(
        "{} x {} pixels, {}, {:.3} bits per pixel",
        facts.width,
        facts.height,
        text::colours(facts.channels.into()),
        8.0 * facts.network.bytes as f64 / pixels
    );
    let whole = f64::from(facts.macs_per_pixel) * pixels / 1e6;
    let (macs, manager) = (facts.macs_per_pixel, facts.manager_macs_per_pixel);
    facts.network.describe(
        ("picture", picture),
        None,
        [
            ("per pixel", cost_per_point(macs, manager, facts.sines_per_pixel)),
            ("whole picture", format!("{whole:.1} million MAC")),
        ],
    )
}
