//! How does the adaptive-window MDCT codec cut a sound into blocks?

mod costs;
pub mod mdct;
pub mod plan;
mod proxy;
