//! What do decisions of answers cost, and where should the answers start?

mod asked;
mod cost;
mod starts;

pub(crate) use asked::Asked;
pub(crate) use cost::{Cost, bits};
pub(crate) use starts::{Heard, fit, source_file};
