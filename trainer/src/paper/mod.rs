//! Do the tables of the Neural Experts paper come out again?
//!
//! Networks, training and tables of arXiv 2410.21643 as tensors of burn, on
//! any of its devices: everything stays there between two reports.
//!
//! * [`spec`]: the networks; [`net`]: their tensors
//! * [`data`], [`labels`]: signals, and who should decide where at the start
//! * [`train`]: the training loop; [`Trainer`]: its steps
//! * [`shape`]: surfaces, their distances and how much of them is met
//! * [`export`]: the `.nex` file of what was trained
//! * [`tables`]: the paper's rows and figures; [`run`]: ours beside them

pub mod data;
mod draw;
mod error;
pub mod export;
mod figures;
mod hash;
mod jets;
pub mod labels;
mod loss;
mod measure;
pub mod net;
pub mod report;
pub mod run;
pub mod shape;
pub mod spec;
pub mod tables;
pub mod train;
mod trainer;

pub use error::PaperError;
pub use trainer::Trainer;
