//! How do files get into memory and bytes back onto a disk, and what is in them?

mod folder;
mod output;
mod sniff;

pub(crate) use folder::files_in;
pub use output::{Output, OutputError, write_atomic};
pub(crate) use output::{check_free, check_writable};
pub use sniff::MeshFormat;
pub(crate) use sniff::{ENDINGS, Input, RAW_ENDINGS, ends_in, is_input, sniff};
