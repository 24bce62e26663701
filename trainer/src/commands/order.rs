//! What is `export` to store, and where?

use super::{
    options::{ExportArgs, Given},
    terminal::Console,
};
use crate::audio::Unread;
use std::path::Path;

/// A file that is to be stored.
pub struct Order<'a> {
    pub args: &'a ExportArgs,
    pub given: &'a Given,
    pub file: Unread,
    /// The path to write; `-` is standard output.
    pub out: &'a Path,
    pub console: &'a Console,
}
