//! How does a command end when it does not end well?

use std::{
    error::Error,
    io::{self, ErrorKind},
};

/// Why a command stopped.
#[derive(Debug)]
pub enum Failure {
    /// Exit code 2: the arguments contradict each other or the file.
    Usage(String),
    /// Exit code 1.
    Failed(Box<dyn Error + Send + Sync>),
    /// Exit code 3: done, but not as good as asked for.
    Target(String),
    /// Exit code 4: stopped by the user; what there was is written.
    Stopped(String),
}

impl<E: Into<Box<dyn Error + Send + Sync>>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

impl Failure {
    pub fn usage(message: impl Into<String>) -> Self {
        Self::Usage(message.into())
    }

    pub fn code(&self) -> u8 {
        match self {
            Self::Failed(error) if is_broken_pipe(error.as_ref()) => 0,
            Self::Failed(_) => 1,
            Self::Usage(_) => 2,
            Self::Target(_) => 3,
            Self::Stopped(_) => 4,
        }
    }

    pub fn print(&self) {
        match self {
            Self::Usage(message) | Self::Target(message) | Self::Stopped(message) => {
                eprintln!("error: {message}");
            }
            Self::Failed(error) if is_broken_pipe(error.as_ref()) => {}
            Self::Failed(error) => {
                eprintln!("error: {error}");
                let mut cause = error.source();
                while let Some(error) = cause {
                    eprintln!("  because: {error}");
                    cause = error.source();
                }
            }
        }
    }
}

/// The reader of a pipe has seen enough: no failure of ours.
fn is_broken_pipe(error: &(dyn Error + 'static)) -> bool {
    let io = error.downcast_ref::<io::Error>();
    io.is_some_and(|e| e.kind() == ErrorKind::BrokenPipe)
        || error.source().is_some_and(is_broken_pipe)
}

/// Fails with exit code 3 below the target.
pub fn require(what: &str, found_db: f64, target_db: Option<f64>) -> Result<(), Failure> {
    match target_db {
        Some(target) if found_db < target => Err(Failure::Target(format!(
            "the {what} is {found_db:.2} dB, below the target of {target} dB"
        ))),
        _ => Ok(()),
    }
}
