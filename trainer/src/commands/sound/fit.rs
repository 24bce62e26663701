//! How is a network fitted to a sound?

use super::result::Made;
use crate::{
    audio::Clip,
    bake::{BakeError, Baking},
    commands::{
        network::fit::run_dir,
        options::ExportArgs,
        terminal::{Console, Failure, FitProgress, stop_flag, text},
    },
    fit,
};

/// Fits the neural profile of a sound.
pub fn fit(args: &ExportArgs, clip: &Clip, console: &Console) -> Result<Made, Failure> {
    let comment = args.comment.as_deref();
    let config = args.neural.config(clip.channels, args.threads, comment)?;
    let request = args.neural.request();
    if request.baking == Baking::Always && config.arch.experts == 1 {
        return Err(Failure::usage(BakeError::OneExpert.to_string()));
    }
    let (routed, manager) = config.arch.macs();
    let macs = |n| u32::try_from(n).unwrap_or(u32::MAX);
    request.check_macs(macs(routed + manager), macs(manager)).map_err(too_costly)?;
    console.detail(&format!(
        "fitting {} of {} to {:.3} s of sound",
        text::count(config.arch.parameters() as u64, "parameter"),
        text::count(config.arch.experts as u64, "expert"),
        clip.seconds()
    ));
    let run = run_dir(&args.neural)?;
    let mut progress = FitProgress::new(console, stop_flag()?);
    let fitted = fit::fit(clip, &config, run.as_ref(), &mut progress);
    progress.finish();
    Made::neural(fitted?, &request).map_err(too_costly)
}

/// A limit that is not met has an exit code of its own.
fn too_costly(error: BakeError) -> Failure {
    match error {
        BakeError::TooManyMacs { .. } | BakeError::ManagerStays { .. } => {
            Failure::Target(error.to_string())
        }
        other => other.into(),
    }
}
