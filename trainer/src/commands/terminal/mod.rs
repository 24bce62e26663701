//! What does the person at the terminal see?

mod console;
mod failure;
#[cfg(feature = "neural")]
mod fit_progress;
pub mod text;

#[cfg(feature = "neural")]
pub use console::BAR_STEPS;
pub use console::{
    Console, CountProgress, check_not_terminal, print, show, stop_flag, was_stopped,
};
pub use failure::{Failure, require};
#[cfg(feature = "neural")]
pub use fit_progress::FitProgress;
