//! How does a sound become a file of either profile?

use super::{
    read,
    result::{self, Made},
};
use crate::{
    audio::{self, Clip, Frames, Mono, Part, Sound, Unread},
    commands::{
        options::{self, ExportArgs, Given},
        order::Order,
        terminal::{Console, Failure, require, show, text},
    },
    compact, io,
};
use nex_runtime::{Kind, Profile, Signal};

/// Stores the sound whose file's bytes are given.
pub fn run(order: Order<'_>) -> Result<(), Failure> {
    let Order { args, given, file, out, console } = order;
    #[cfg(not(feature = "neural"))]
    if args.compare {
        return Err(crate::commands::missing::feature("--compare", "neural"));
    }
    let sound = load(args, file, console)?;
    let profile = profile(args, given, sound.channels())?;
    let made = match profile {
        Profile::Neural => neural(args, &whole(&sound)?, console)?,
        _ => compact(args, &*sound, console)?,
    };
    io::write_atomic(out, &made.bytes, args.out.force)?;
    let written = made.verify(out, &*sound, console)?;
    let other = match profile {
        _ if !args.compare => None,
        Profile::Neural => Some(compact(args, &*sound, console)?),
        _ => Some(neural(args, &whole(&sound)?, console)?),
    };
    let other = other.map(|made| made.measure(&*sound, console)).transpose()?;
    let describe = |written: &_| result::describe(written, other.as_ref(), &*sound);
    show(console, args.json, Some(out), &written, describe)?;
    let least = args.compact.snr.filter(|_| profile == Profile::Compact).or(args.min_snr);
    let least = least.map(|snr| args.min_snr.map_or(snr, |min| min.max(snr)));
    require("signal-to-noise ratio", written.report.metrics.snr_db, least)
}

#[cfg(feature = "neural")]
use super::fit::fit as neural;

#[cfg(not(feature = "neural"))]
fn neural(_: &ExportArgs, clip: &Clip, _: &Console) -> Result<Made, Failure> {
    use crate::commands::missing;
    Err(match clip.channels {
        1 | 2 => missing::feature("the neural profile", "neural"),
        _ => missing::feature("the neural profile, which more than two channels take,", "neural"),
    })
}

/// The profile meant.
fn profile(args: &ExportArgs, given: &Given, channels: usize) -> Result<Profile, Failure> {
    let path = &args.input;
    let kind = |profile| Kind { signal: Signal::Sound, profile };
    let asked = match args.profile {
        options::Profile::Compact => Some(Profile::Compact),
        options::Profile::Neural => Some(Profile::Neural),
        options::Profile::Auto => None,
    };
    match asked {
        // Each profile takes the options that are its own.
        _ if args.compare => {
            given.suit_signal(path, Signal::Sound)?;
            Ok(asked.unwrap_or(Profile::Compact))
        }
        Some(profile) => given.suit(path, kind(profile)).map(|()| profile),
        None if channels > 2 && given.suit(path, kind(Profile::Neural)).is_ok() => {
            Ok(Profile::Neural)
        }
        None => given.profile(path, Signal::Sound),
    }
}

/// The sound, of which the part, channels and rate asked for are read.
fn load(args: &ExportArgs, file: Unread, console: &Console) -> Result<Sound, Failure> {
    let mut sound = read::open(file, &args.input, console)?;
    let frames = sound.frames();
    let range = args.sound.range.frames(frames, sound.rate_hz()).map_err(Failure::Usage)?;
    if range != (0..frames) {
        sound = Box::new(Part::new(sound, range));
    }
    if args.sound.mono && sound.channels() > 1 {
        sound = Box::new(Mono(sound));
    }
    if let Some(rate) = args.sound.rate.filter(|&rate| rate != sound.rate_hz()) {
        sound = audio::resampled(&*sound, rate)?;
    }
    if u32::try_from(sound.frames()).is_err() {
        return Err("the sound is too long; trim it with --start and --end".into());
    }
    // In 16 bits they are clipped.
    let clipped = audio::beyond_full_scale(&*sound)?;
    if clipped > 0 {
        console.warn(&format!(
            "{} exceed full scale and were clipped; lower the volume to avoid that",
            text::count(clipped as u64, "sample")
        ));
    }
    Ok(sound)
}

/// The whole sound in memory, within full scale: what a network is fitted to.
fn whole(sound: &Sound) -> Result<Clip, Failure> {
    let mut clip = audio::clip(&**sound, 0..sound.frames())?;
    clip.clip_to_full_scale();
    Ok(clip)
}

/// Encodes the compact profile.
fn compact(args: &ExportArgs, sound: &dyn Frames, console: &Console) -> Result<Made, Failure> {
    let options = args.compact.options(sound.seconds(), args.comment.as_deref());
    let progress = console.progress("encoding");
    let begin = std::time::Instant::now();
    let encode = || compact::encode_watched(sound, &options, &|part| progress.set(part));
    let encoded = match args.threads {
        None | Some(0) => encode(),
        Some(threads) => {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
            pool.map_err(|e| format!("cannot start {threads} threads: {e}"))?.install(encode)
        }
    };
    drop(progress);
    let encoded = match encoded {
        Err(compact::EncodeError::DoesNotFit { .. }) => {
            let error = encoded.err().map(|e| e.to_string()).unwrap_or_default();
            return Err(Failure::Target(error));
        }
        Err(error @ compact::EncodeError::Channels(_)) => {
            return Err(format!("{error}; mix it with --mono, or use --profile neural").into());
        }
        other => other?,
    };
    let seconds = begin.elapsed().as_secs_f64();
    console.detail(&format!(
        "encoded in {seconds:.2} s, {:.3} s per second of sound",
        seconds / sound.seconds()
    ));
    Ok(Made::compact(encoded))
}
