//! What is the network: its shape, its parameters and the same function as burn tensor operations?

mod arch;

pub use arch::{Arch, ArchError, Block, Layer, Layout, OMEGA};
