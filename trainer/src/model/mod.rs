//! What is the network: its shape, its parameters, its start?

mod arch;
pub(crate) mod grid;
mod init;
mod layout;
mod spec;

pub use arch::{Arch, ArchError, Block, OMEGA};
pub use init::{FirstInit, Values, initialise};
pub use layout::{Layer, Layout};
pub use spec::{Activation, Condition, FOURIER, Input, Spec};
