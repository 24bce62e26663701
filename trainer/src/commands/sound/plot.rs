//! How does a `.nex` file become a picture of what it holds?

use super::{check::same_shape, read::read};
use crate::{
    audio,
    commands::{
        file::Stored,
        options::{PlotArgs, format_of},
        terminal::{Console, Failure, text},
    },
    measure::{
        plot,
        sound::{self as sound_metrics, Metrics},
    },
};

/// The bytes of the picture.
pub fn draw(args: &PlotArgs, file: &Stored, console: &Console) -> Result<Vec<u8>, Failure> {
    let format = format_of(&args.out)?;
    let sound = file.sound_within(args.limit)?;
    let info = sound.info();
    let decoded = audio::decode_all(&sound)?;
    let (experts, expert_count) = audio::experts(&sound)?;
    let original = match &args.original {
        None => None,
        Some(path) => {
            let clip = read(path, console)?;
            same_shape(&sound, path, &clip)?;
            Some(clip.to_i16())
        }
    };
    let metrics: Option<Metrics> =
        original.as_ref().map(|o| sound_metrics::compare(o, &decoded)).transpose()?;
    let mut title = text::titled(&args.file, file.bytes.len());
    if let Some(metrics) = metrics {
        title += &format!(", SNR {}", text::decibel(metrics.snr_db));
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
