//! How does a `.nex` file become a WAV file or raw samples?

use crate::{
    audio::{self, Clip},
    commands::{
        file::{Stored, Wanted},
        options::DecodeArgs,
        terminal::{Console, Failure, text},
    },
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
    if !is_raw {
        audio::check_wav_len(&out, frames as u64, info.channels.into())?;
    }

    let begin = Instant::now();
    let samples = audio::decode_at(&sound, range.start as u32..range.end as u32, rate_hz)?;
    let seconds = begin.elapsed().as_secs_f64();
    console.detail(&format!(
        "decoded {} in {seconds:.3} s on {}: {} samples/s, {:.1} times real time",
        text::count(samples.len() as u64, "sample"),
        text::count(rayon::current_num_threads() as u64, "thread"),
        text::grouped((samples.len() as f64 / seconds) as u64),
        frames as f64 / f64::from(rate_hz) / seconds,
    ));
    let clip = Clip::from_i16(rate_hz, info.channels.into(), &samples);
    let write = if is_raw { audio::write_raw } else { audio::write_wav };
    Ok(write(&out, &clip, args.out.force)?)
}

/// Whether the samples alone are to be written: by the file's name, and to what
/// has none as asked for.
fn is_raw(args: &DecodeArgs, out: &Path) -> Result<bool, Failure> {
    let (path, asked) = (out.display(), args.raw);
    let is_stream = || out.metadata().is_ok_and(|m| !m.is_file() && !m.is_dir());
    let ending = out.extension().map(|e| e.to_string_lossy().to_lowercase());
    match ending.as_deref() {
        Some("raw" | "pcm") => Ok(true),
        Some("wav" | "wave") if asked => Err(Failure::usage(format!(
            "{path}: a WAV file has a header, and --raw leaves it out; name it .raw or .pcm, or \
             leave --raw out"
        ))),
        Some("wav" | "wave") => Ok(false),
        _ if asked || out.as_os_str() == "-" || is_stream() => Ok(asked),
        _ => Err(Failure::usage(format!(
            "{path}: sounds are written as WAV or as raw samples (.raw, .pcm), and the name says \
             neither; name it {}, or convert it on the way: `ne-train decode {} - | ffmpeg -i - \
             {path}`",
            out.with_extension("wav").display(),
            args.input.display()
        ))),
    }
}
