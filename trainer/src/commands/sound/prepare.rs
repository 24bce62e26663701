//! Which sound is stored: what part of a file, at which rate and level?

use super::{
    looped::{self, Frames},
    read,
};
use crate::{
    audio::{self, Encoding, Mono, Opened, Part, Sound, Unread, edit},
    commands::{
        options::{ExportArgs, SoundArgs},
        terminal::{Console, Failure, text},
    },
};
use nex_runtime::Loop;
use std::{ops::Range, path::Path};

/// A sound, and which frames of it are to be played over and over.
pub struct Prepared {
    pub sound: Sound,
    pub repeated: Option<Loop>,
}

/// The sound of a file, of which what is asked for is made where it is read.
pub fn load(args: &ExportArgs, file: Unread, console: &Console) -> Result<Prepared, Failure> {
    let options = &args.sound;
    let Opened { mut sound, repeated, .. } = match options.raw {
        Some(encoding) => {
            let sound = headless(&args.input, options, encoding, file, console)?;
            Opened { sound, repeated: None, warnings: Vec::new() }
        }
        None => read::open(file, &args.input, console)?,
    };
    let frames = sound.frames();
    let mut points = looped::asked(args.compact.sound.repeated, repeated, &args.input, frames)?;
    let range = options.range.frames(frames, sound.rate_hz()).map_err(Failure::Usage)?;
    if range != (0..frames) {
        sound = part(sound, range, &mut points);
    }
    if options.mono && sound.channels() > 1 {
        sound = Box::new(Mono(sound));
    }
    if let Some(db) = options.trim_silence {
        let loud = edit::loud(&*sound, db)?;
        if loud.is_empty() {
            let path = args.input.display();
            return Err(Failure::usage(format!(
                "{path}: is silent from beginning to end, and --trim-silence leaves nothing of \
                 it; leave that out"
            )));
        }
        sound = part(sound, loud, &mut points);
    }
    if let Some(rate) = options.rate.filter(|&rate| rate != sound.rate_hz()) {
        let (frames, before) = (sound.frames(), sound.rate_hz());
        sound = audio::resampled(&*sound, rate)?;
        points.resample(frames, sound.frames(), (before, rate));
    }
    if u32::try_from(sound.frames()).is_err() {
        return Err("the sound is too long; trim it with --start and --end".into());
    }
    if let Some(db) = options.gain {
        sound = edit::amplified(sound, db);
    }
    if let Some(db) = options.normalize {
        sound = edit::normalized(sound, db)?;
    }
    if options.fade_in.is_some() || options.fade_out.is_some() {
        let [rise, fall] = [options.fade_in, options.fade_out].map(Option::unwrap_or_default);
        sound = edit::faded(sound, rise, fall);
    }
    // In 16 bits they are clipped.
    let clipped = audio::beyond_full_scale(&*sound)?;
    if clipped > 0 {
        console.warn(&format!(
            "{} exceed full scale and were clipped; lower the volume (--gain, --normalize) to \
             avoid that",
            text::count(clipped as u64, "sample")
        ));
    }
    let repeated = points.end(&args.input, args.compact.sound.repeated, sound.frames(), console)?;
    Ok(Prepared { sound, repeated })
}

/// Some frames of a sound; its loop is counted from the first of them on.
fn part(sound: Sound, range: Range<usize>, points: &mut Frames) -> Sound {
    points.cut(&range);
    Box::new(Part::new(sound, range))
}

/// The sound of bytes that are samples and nothing else.
fn headless(
    path: &Path,
    args: &SoundArgs,
    encoding: Encoding,
    file: Unread,
    console: &Console,
) -> Result<Sound, Failure> {
    let rate_hz = args.raw_rate.or(args.rate).ok_or_else(|| {
        Failure::usage("--raw says how a sample is stored; say with --rate how many a second has")
    })?;
    let channels = args.channels.unwrap_or(1);
    Ok(read::open_raw(file, path, (encoding, rate_hz, channels), console)?)
}
