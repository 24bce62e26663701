//! What is in a shape's `.nex` file?

use crate::commands::{
    file::Stored,
    network::facts::{NetworkFacts, cost_per_point},
    options::InfoArgs,
    terminal::{self, Failure},
};
use serde::Serialize;

/// What `info --json` prints of a shape.
#[derive(Serialize)]
struct Facts {
    #[serde(flatten)]
    network: NetworkFacts,
    /// Cells along each side of the cube.
    cells: u32,
    /// The cube's corner of the smallest coordinates.
    origin: [f32; 3],
    /// The cube's side, in the same units.
    side: f32,
    macs_per_point: u32,
    /// Of these, spent on choosing the expert.
    manager_macs_per_point: u32,
    sines_per_point: u32,
}

pub fn run(args: &InfoArgs, stored: &Stored) -> Result<(), Failure> {
    let shape = stored.shape()?;
    let (info, cost) = (shape.info(), stored.cost(shape.network())?);
    let scratch = (shape.memory_len(), shape.best_len());
    let facts = Facts {
        network: NetworkFacts::gather(stored, &stored.network()?, scratch)?,
        cells: info.cells,
        origin: info.origin,
        side: info.side,
        macs_per_point: cost.macs,
        manager_macs_per_point: cost.manager_macs,
        sines_per_point: cost.sines,
    };
    let text =
        if args.json { serde_json::to_string_pretty(&facts)? + "\n" } else { describe(&facts) };
    terminal::print(&text)
}

fn describe(facts: &Facts) -> String {
    let Facts { cells, origin, side, .. } = facts;
    let shape = format!("distances in a cube of {side} at {origin:?}, {cells} cells a side");
    let (macs, manager) = (facts.macs_per_point, facts.manager_macs_per_point);
    let grid = f64::from(macs) * 128f64.powi(3) / 1e6;
    facts.network.describe(
        ("shape", shape),
        None,
        [
            ("per point", cost_per_point(macs, manager, facts.sines_per_point)),
            ("a grid of 128^3", format!("{grid:.0} million MAC")),
        ],
    )
}
