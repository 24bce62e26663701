//! How does a `.nex` file become a WAV or a PNG file, or a mesh?

use super::{
    args::DecodeArgs,
    console::{self, Console},
    failure::Failure,
    file::{self, Wanted},
    shapes, table,
};
use crate::{
    audio::{self, Clip},
    io,
};
use nex_runtime::Signal;
use std::time::Instant;

#[cfg(not(feature = "pictures"))]
use super::missing::{picture, shape};
#[cfg(feature = "pictures")]
use super::{pixels::decode::run as picture, shapes::decode::run as shape};

pub(super) fn run(args: &DecodeArgs, console: &Console) -> Result<(), Failure> {
    let out = args.out.path();
    console::check_not_terminal(&out)?;
    io::check_free(&out, args.out.force)?;
    let file = file::load(&args.input)?;
    let signal = file.kind()?.signal;
    if signal == Signal::Shape {
        return shape(args, &file, console);
    }
    shapes::refuse_elsewhere(&args.shape)?;
    if signal == Signal::Picture {
        return picture(args, &file, console);
    }
    let of_pictures = [
        ("--scale", args.scale.is_some()),
        ("--size", args.size.is_some()),
        ("--crop", args.crop.is_some()),
    ];
    if let Some((name, _)) = of_pictures.iter().find(|(_, given)| *given) {
        return Err(Failure::usage(format!("{name} is for pictures; leave it out")));
    }
    let sound = file.sound()?;
    let info = sound.info();
    let range = args.range.frames(info.frames as usize, info.rate_hz).map_err(Failure::Usage)?;
    let rate_hz = args.rate.unwrap_or(info.rate_hz);
    if rate_hz < info.rate_hz && sound.network().is_some() {
        console.warn(&format!(
            "{rate_hz} Hz is below the stored {} Hz: moments are skipped without a filter, \
             which aliases",
            info.rate_hz
        ));
    }
    let frames = audio::resampled_frames(range.len(), info.rate_hz, rate_hz);
    let wanted = Wanted::frames(range.len().max(frames) as u64, info.channels);
    file.allow(args.limit, &wanted, "decode less with --start and --end, or ")?;
    audio::check_wav_len(&out, frames as u64, info.channels.into())?;

    let begin = Instant::now();
    let samples = audio::decode_at(&sound, range.start as u32..range.end as u32, rate_hz)?;
    let seconds = begin.elapsed().as_secs_f64();
    console.detail(&format!(
        "decoded {} in {seconds:.3} s on {}: {} samples/s, {:.1} times real time",
        table::count(samples.len() as u64, "sample"),
        table::count(rayon::current_num_threads() as u64, "thread"),
        table::grouped((samples.len() as f64 / seconds) as u64),
        frames as f64 / f64::from(rate_hz) / seconds,
    ));
    let clip = Clip::from_i16(rate_hz, info.channels.into(), &samples);
    audio::write_wav(&out, &clip, args.out.force)?;
    Ok(())
}
