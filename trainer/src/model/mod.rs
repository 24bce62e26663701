//! What is the network: its shape, its parameters, its start?

mod arch;
mod init;

pub use arch::{Arch, ArchError, Block, Layer, Layout, OMEGA};
pub use init::{FirstInit, initialise};
