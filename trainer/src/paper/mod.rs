//! Do the tables of the Neural Experts paper come out again?
//!
//! The tables of arXiv 2410.21643, whose networks the steps of
//! [`fit`](crate::fit) train.
//!
//! * [`data`], [`labels`]: signals, and who should decide where at the start
//! * [`train`]: the training loop; [`Trainer`]: its steps
//! * [`shape`]: surfaces, their distances and how much of them is met
//! * [`export`]: the `.nex` file of what was trained
//! * [`tables`]: the paper's rows and figures; [`run`]: ours beside them, and
//!   [`progress`]: what it says meanwhile

pub mod data;
mod error;
pub mod export;
mod figures;
mod jets;
pub mod labels;
mod measure;
pub mod progress;
pub mod report;
pub mod run;
pub mod shape;
pub mod tables;
pub mod train;
mod trainer;

pub use error::PaperError;
pub use trainer::Trainer;
