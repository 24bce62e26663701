//! How does a `.nex` file become a picture of what it holds?

use super::{
    args::PlotArgs,
    console::Console,
    failure::Failure,
    file::{self, Stored},
    pixels, shapes, table,
};
use crate::{
    audio, io, plot,
    report::{self, Metrics},
};
use nex_runtime::Signal;
use std::path::Path;

pub(super) fn run(args: &PlotArgs, console: &Console) -> Result<(), Failure> {
    io::check_free(&args.out, args.force)?;
    let file = file::load(&args.file)?;
    let picture = match file.kind()?.signal {
        Signal::Picture => pixels::plot::draw(args, &file, console)?,
        Signal::Shape => shapes::plot::draw(args, &file, console)?,
        _ => draw_sound(args, &file)?,
    };
    io::write_atomic(&args.out, &picture, args.force)?;
    console.detail(&format!(
        "{}: {} bytes",
        args.out.display(),
        table::grouped(picture.len() as u64)
    ));
    Ok(())
}

fn draw_sound(args: &PlotArgs, file: &Stored) -> Result<Vec<u8>, Failure> {
    let format = format_of(&args.out)?;
    let sound = file.sound_within(args.limit)?;
    let info = sound.info();
    let decoded = audio::decode_all(&sound)?;
    let (experts, expert_count) = audio::experts(&sound)?;
    let original = match &args.original {
        None => None,
        Some(path) => {
            let clip = audio::read(path)?;
            super::check::same_shape(&sound, path, &clip)?;
            Some(clip.to_i16())
        }
    };
    let metrics: Option<Metrics> =
        original.as_ref().map(|o| report::compare(o, &decoded)).transpose()?;
    let mut title = table::titled(&args.file, file.bytes.len());
    if let Some(metrics) = metrics {
        title += &format!(", SNR {}", table::decibel(metrics.snr_db));
    }
    let figure = plot::Figure {
        title,
        rate_hz: info.rate_hz,
        channels: info.channels.into(),
        decoded: &decoded,
        original: original.as_deref(),
        experts: &experts,
        expert_count,
        expert_name: match sound.network() {
            Some(_) => |expert| format!("expert {expert}"),
            None => |octave| format!("{} samples", 32 << octave),
        },
    };
    Ok(plot::render(&figure, format)?)
}

/// The kind of picture that a file name asks for.
pub(super) fn format_of(path: &Path) -> Result<plot::Format, Failure> {
    match path.extension().and_then(|e| e.to_str()) {
        Some(e) if e.eq_ignore_ascii_case("svg") => Ok(plot::Format::Svg),
        Some(e) if e.eq_ignore_ascii_case("png") => Ok(plot::Format::Png),
        _ => Err(Failure::Usage(format!("{}: must end in .svg or .png", path.display()))),
    }
}
