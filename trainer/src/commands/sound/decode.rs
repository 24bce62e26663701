//! How does a `.nex` file become a WAV or a PNG file, or a mesh?

use crate::{
    audio::{self, Clip},
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
    audio::check_wav_len(&out, frames as u64, info.channels.into())?;

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
    audio::write_wav(&out, &clip, args.out.force)?;
    Ok(())
}
