//! How does a `.nex` file become a WAV or a PNG file, or a mesh?

use crate::{
    audio::{self, WavWriter},
    commands::{
        file::{Stored, Wanted},
        options::DecodeArgs,
        terminal::{Console, Failure, text},
    },
};
use std::time::Instant;

pub fn run(args: &DecodeArgs, file: &Stored, console: &Console) -> Result<(), Failure> {
    let out = args.out.path();
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
    let mut wav = WavWriter::create(&out, rate_hz, channels, frames as u64, args.out.force)?;
    let progress = console.progress("decoding");
    let mut done = 0;
    audio::stream(&sound, range.start as u32..range.end as u32, rate_hz, |samples| {
        done += samples.len();
        progress.set(done as f64 / (frames * channels).max(1) as f64);
        wav.write(samples).map_err(Failure::from)
    })?;
    wav.finish()?;
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
