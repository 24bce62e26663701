//! How is a comparison of sounds run?

mod tables;

use super::{Folder, Order, Shown};
use crate::{
    commands::terminal::{Failure, text},
    measure::bench::sound::{self, Options, Preparation},
};

pub fn run(order: &Order<'_>) -> Result<Shown, Failure> {
    let args = order.args;
    let codecs = args.sound_codecs(&order.paths[0])?;
    // Before any work: a long run must not end at its last codec.
    let tools = sound::check(&codecs)?;
    let folder = Folder::new(args)?;
    let how = Preparation {
        rate_hz: args.sound.rate,
        mono: args.sound.mono,
        seconds: args.sound.seconds,
    };
    let (sounds, unread) = order.load(|path, name| sound::load(path, name, how))?;
    order.console.detail(&format!(
        "{} by {}",
        text::count(sounds.len() as u64, "sound"),
        text::count(codecs.len() as u64, "codec")
    ));
    let options = Options {
        codecs,
        rates: args.sound.rates.clone(),
        matches: args.sound.matches,
        neural_steps: args.sound.neural_steps,
        program: std::env::current_exe()?,
        folder: folder.path().into(),
        keep: args.keep.is_some(),
    };
    let mut measured = order.watched(|progress| sound::run(&sounds, &options, tools, progress))?;
    measured.failures.extend(unread);
    let json = serde_json::to_string_pretty(&measured)? + "\n";
    folder.finish(&json)?;
    Ok(Shown {
        json,
        text: tables::rows(&measured) + "\n" + &tables::summary(&measured),
        curves: vec![sound::curves(&measured)],
        measured: measured.rows.len(),
        failures: measured.failures.len(),
    })
}
