//! Which sound is stored: what part of a file, at which rate and level?

use super::read;
use crate::{
    audio::{self, Clip, Encoding, edit},
    commands::{
        options::{ExportArgs, SoundArgs},
        terminal::{Console, Failure, text},
    },
};
use std::path::Path;

/// Reads the sound and makes of it what is asked for.
pub fn load(args: &ExportArgs, bytes: Vec<u8>, console: &Console) -> Result<Clip, Failure> {
    let sound = &args.sound;
    let mut clip = match sound.raw {
        Some(encoding) => headless(&args.input, sound, encoding, &bytes, console)?,
        None => read::parse(&args.input, bytes, console)?,
    };
    let range = sound.range.frames(clip.frames(), clip.rate_hz).map_err(Failure::Usage)?;
    if range != (0..clip.frames()) {
        clip = clip.slice(range);
    }
    if sound.mono && clip.channels > 1 {
        clip = clip.mono_mix();
    }
    if let Some(db) = sound.trim_silence {
        clip = edit::trimmed(&clip, db);
        if clip.frames() == 0 {
            let path = args.input.display();
            return Err(Failure::usage(format!(
                "{path}: is silent from beginning to end, and --trim-silence leaves nothing of \
                 it; leave that out"
            )));
        }
    }
    if let Some(rate) = sound.rate.filter(|&rate| rate != clip.rate_hz) {
        clip = audio::resample(&clip, rate)?;
    }
    if u32::try_from(clip.frames()).is_err() {
        return Err("the sound is too long; trim it with --start and --end".into());
    }
    sound.gain.into_iter().for_each(|db| edit::amplify(&mut clip, db));
    sound.normalize.into_iter().for_each(|db| edit::normalize(&mut clip, db));
    if sound.fade_in.is_some() || sound.fade_out.is_some() {
        let [rise, fall] = [sound.fade_in, sound.fade_out].map(Option::unwrap_or_default);
        edit::fade(&mut clip, rise, fall);
    }
    let clipped = clip.clip_to_full_scale();
    if clipped > 0 {
        console.warn(&format!(
            "{} exceed full scale and were clipped; lower the volume (--gain, --normalize) to \
             avoid that",
            text::count(clipped as u64, "sample")
        ));
    }
    Ok(clip)
}

/// The sound of bytes that are samples and nothing else.
fn headless(
    path: &Path,
    args: &SoundArgs,
    encoding: Encoding,
    bytes: &[u8],
    console: &Console,
) -> Result<Clip, Failure> {
    let rate_hz = args.raw_rate.or(args.rate).ok_or_else(|| {
        Failure::usage("--raw says how a sample is stored; say with --rate how many a second has")
    })?;
    let channels = args.channels.unwrap_or(1);
    Ok(read::raw(path, bytes, (encoding, rate_hz, channels), console)?)
}
