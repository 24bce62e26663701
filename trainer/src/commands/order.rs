//! What is `export` to store, and where?

use super::{
    options::{ExportArgs, Given},
    terminal::Console,
};
use std::path::Path;

/// A file's bytes that are to be stored.
pub struct Order<'a> {
    pub args: &'a ExportArgs,
    pub given: &'a Given,
    pub bytes: Vec<u8>,
    /// The path to write; `-` is standard output.
    pub out: &'a Path,
    pub console: &'a Console,
}
