//! How do files get into memory and bytes back onto a disk, and what is in them?

mod output;
mod sniff;

pub use output::{Output, OutputError, write_atomic};
pub(crate) use output::{check_free, check_writable};
#[cfg(feature = "pictures")]
pub use sniff::MeshFormat;
pub(crate) use sniff::{ENDINGS, Input, sniff};
