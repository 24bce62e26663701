//! How is a comparison of pictures run?

mod tables;

use super::{Folder, Order, Shown};
use crate::{
    commands::{
        options::Size,
        terminal::{Failure, text},
    },
    measure::bench::picture::{self, Options, Score},
};

pub fn run(order: &Order<'_>) -> Result<Shown, Failure> {
    let args = order.args;
    let codecs = args.picture_codecs(&order.paths[0])?;
    let tools = picture::check(&codecs)?;
    let folder = Folder::new(args)?;
    let side =
        |side| u16::try_from(side).map_err(|_| Failure::usage("--fit: a side is above 65535"));
    let fit = match args.picture.fit {
        Some(Size(columns, rows)) => Some((side(columns)?, side(rows)?)),
        None => None,
    };
    let (shots, unread) = order.load(|path, name| picture::load(path, name, fit))?;
    order.console.detail(&format!(
        "{} by {}",
        text::count(shots.len() as u64, "picture"),
        text::count(codecs.len() as u64, "codec")
    ));
    let options = Options {
        codecs,
        avif_speed: args.picture.avif_speed,
        program: std::env::current_exe()?,
        folder: folder.path().into(),
        keep: args.keep.is_some(),
    };
    let mut measured = order.watched(|progress| picture::run(&shots, &options, tools, progress))?;
    measured.failures.extend(unread);
    let json = serde_json::to_string_pretty(&measured)? + "\n";
    folder.finish(&json)?;
    let score = if args.picture.plot_ssimulacra2 { Score::Ssimulacra2 } else { Score::Psnr };
    Ok(Shown {
        json,
        text: tables::rows(&measured) + "\n" + &tables::summary(&measured),
        curves: vec![picture::curves(&measured, score)],
        measured: measured.rows.len(),
        failures: measured.failures.len(),
    })
}
