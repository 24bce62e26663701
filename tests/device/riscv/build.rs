//! Lists the golden files.

#[path = "../golden_list.rs"]
mod golden_list;

use std::{env, error::Error, path::PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    golden_list::write("../../golden", golden_list::FOLDERS, &PathBuf::from(env::var("OUT_DIR")?))
}
