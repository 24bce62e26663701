//! How does a picture become a network?

use super::export::{How, Made};
use crate::{
    commands::{
        network::fit::{self, check_macs},
        options::ExportArgs,
        terminal::{Console, Failure, text},
    },
    fit::Target,
    picture::Picture,
};
use std::path::Path;

/// Fits a network and writes its file.
pub fn fit(
    args: &ExportArgs,
    out: &Path,
    console: &Console,
    original: &Picture,
) -> Result<Made, Failure> {
    let comment = args.comment.as_deref();
    let config = args.neural.picture_config(original.channels, args.threads, comment)?;
    check_macs(args, &config, "pixel")?;
    console.detail(&format!(
        "fitting {} of {} to {} x {} pixels, {}",
        text::count(config.arch.parameters() as u64, "parameter"),
        text::count(config.arch.experts as u64, "expert"),
        original.width,
        original.height,
        text::colours(original.channels)
    ));
    let fit::Made { file, steps, stopped_early } =
        fit::fit_file(args, Target::Picture(original), &config, out, console)?;
    Ok(Made { file, how: How::Neural { steps, stopped_early } })
}
