//! How does a `.nex` file become a WAV file or raw samples?

use super::looped;
use crate::{
    audio::{self, SampleWriter, WavHead},
    commands::{
        file::{Stored, Wanted},
        options::DecodeArgs,
        terminal::{Console, Failure, text},
    },
    io::{self, RAW_ENDINGS},
};
use std::{path::Path, time::Instant};

pub fn run(args: &DecodeArgs, file: &Stored, console: &Console) -> Result<(), Failure> {
    let out = args.out.path();
    let is_raw = is_raw(args, &out)?;
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
    let channels = usize::from(info.channels);
    let begin = Instant::now();
    let force = args.out.force;
    let mut writer = match is_raw {
        true => SampleWriter::raw(&out, force)?,
        false => {
            let mut points = looped::of(sound.repeated());
            points.cut(&range);
            points.resample(range.len(), frames, (info.rate_hz, rate_hz));
            let head =
                WavHead { rate_hz, channels, frames: frames as u64, repeated: points.left() };
            SampleWriter::wav(&out, &head, force)?
        }
    };
    let progress = console.progress("decoding");
    let mut done = 0;
    audio::stream(&sound, range.start as u32..range.end as u32, rate_hz, |samples| {
        done += samples.len();
        progress.set(done as f64 / (frames * channels).max(1) as f64);
        writer.write(samples).map_err(Failure::from)
    })?;
    writer.finish()?;
    drop(progress);
    let seconds = begin.elapsed().as_secs_f64();
    console.detail(&format!(
        "decoded {} in {seconds:.3} s on {}: {} samples/s, {:.1} times real time",
        text::count(done as u64, "sample"),
        text::count(rayon::current_num_threads() as u64, "thread"),
        text::grouped((done as f64 / seconds) as u64),
        frames as f64 / f64::from(rate_hz) / seconds,
    ));
    Ok(())
}

/// Whether the samples alone are to be written: by the file's name, and to what
/// has none as asked for.
fn is_raw(args: &DecodeArgs, out: &Path) -> Result<bool, Failure> {
    let (path, asked) = (out.display(), args.raw);
    if io::ends_in(out, RAW_ENDINGS) {
        return Ok(true);
    }
    if io::ends_in(out, &["wav", "wave"]) {
        if asked {
            return Err(Failure::usage(format!(
                "{path}: a WAV file has a header, and --raw leaves it out; name it .raw or .pcm, \
                 or leave --raw out"
            )));
        }
        return Ok(false);
    }
    let is_stream = out.metadata().is_ok_and(|m| !m.is_file() && !m.is_dir());
    if asked || out.as_os_str() == "-" || is_stream {
        return Ok(asked);
    }
    Err(Failure::usage(format!(
        "{path}: sounds are written as WAV or as raw samples (.raw, .pcm), and the name says \
         neither; name it {}, or convert it on the way: `ne-train decode {} - | ffmpeg -i - \
         {path}`",
        out.with_extension("wav").display(),
        args.input.display()
    )))
}
