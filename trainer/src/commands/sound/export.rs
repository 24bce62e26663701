//! How does a sound become a file of either profile?

use super::{
    prepare::{self, Prepared},
    result::{self, Made},
};
use crate::{
    audio::{self, Clip, Frames, Sound},
    commands::{
        options::{self, ExportArgs, Given},
        order::Order,
        terminal::{Console, Failure, require, show},
    },
    compact::{self, Options, Smaller, Tune},
    io,
};
use nex_runtime::{Kind, Loop, Profile, Signal};

/// Stores the sound whose file's bytes are given.
pub fn run(order: Order<'_>) -> Result<(), Failure> {
    let Order { args, given, file, out, console } = order;
    #[cfg(not(feature = "neural"))]
    if args.compare {
        return Err(crate::commands::missing::feature("--compare", "neural"));
    }
    let Prepared { sound, repeated } = prepare::load(args, file, console)?;
    let profile = profile(args, given, sound.channels())?;
    if repeated.is_some() && profile == Profile::Neural && !args.compare {
        console.warn("the neural profile keeps no loop; it is left out");
    }
    let made = match profile {
        Profile::Neural => neural(args, &whole(&sound)?, console)?,
        _ => compact(args, (&*sound, repeated), console)?,
    };
    io::write_atomic(out, &made.bytes, args.out.force)?;
    let written = made.verify(out, &*sound, args.target.as_ref(), console)?;
    let other = match profile {
        _ if !args.compare => None,
        Profile::Neural => Some(compact(args, (&*sound, repeated), console)?),
        _ => Some(neural(args, &whole(&sound)?, console)?),
    };
    let other = other.map(|made| made.measure(&*sound, console)).transpose()?;
    let describe = |written: &_| result::describe(written, other.as_ref(), &*sound);
    // Of silence the ratio is infinite, or not a number.
    if written.report.metrics.snr_db < LOST_DB {
        console.warn(&format!(
            "{}: hardly anything of the sound is left, {:.2} dB; allow more bytes, or lower its --rate",
            out.display(),
            written.report.metrics.snr_db
        ));
    }
    show(console, args.json, Some(out), &written, describe)?;
    let least = args.compact.sound.snr.filter(|_| profile == Profile::Compact).or(args.min_snr);
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

/// Below this nothing is recognised.
const LOST_DB: f64 = 0.5;

/// The profile meant.
fn profile(args: &ExportArgs, given: &Given, channels: usize) -> Result<Profile, Failure> {
    let path = &args.input;
    let neural = Kind { signal: Signal::Sound, profile: Profile::Neural };
    match args.profile {
        // Each profile takes the options that are its own.
        asked if args.compare => {
            given.suit_signal(path, Signal::Sound)?;
            Ok(if asked == options::Profile::Neural { Profile::Neural } else { Profile::Compact })
        }
        options::Profile::Auto if channels > 2 && given.suit(path, neural).is_ok() => {
            Ok(Profile::Neural)
        }
        asked => given.chosen(asked, path, Signal::Sound),
    }
}

/// The whole sound in memory, within full scale: what a network is fitted to.
fn whole(sound: &Sound) -> Result<Clip, Failure> {
    let mut clip = audio::clip(&**sound, 0..sound.frames())?;
    clip.clip_to_full_scale();
    Ok(clip)
}

/// Encodes the compact profile.
fn compact(
    args: &ExportArgs,
    (sound, repeated): (&dyn Frames, Option<Loop>),
    console: &Console,
) -> Result<Made, Failure> {
    let options = Options {
        half_memory: args.target.is_some(),
        ..args.compact.sound(sound, args.comment.as_deref(), repeated)?
    };
    let progress = console.progress("encoding");
    let begin = std::time::Instant::now();
    let encode = || compact::encode_watched(sound, &options, &|part| progress.set(part));
    let encoded = args.on_threads(encode)?;
    drop(progress);
    let encoded = match encoded {
        Err(ref error @ compact::EncodeError::DoesNotFit { limit, smallest, smaller }) => {
            return Err(Failure::Target(match smaller {
                Some(smaller) => would_fit(&options, limit, smallest, smaller),
                None => error.to_string(),
            }));
        }
        Err(error @ compact::EncodeError::Chunk { .. }) => {
            return Err(Failure::Usage(format!("{error}; change --chunk or --max-block")));
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

/// The options that make a smaller file than those given, which make one of
/// `smallest` bytes at least.
fn would_fit(options: &Options, limit: usize, smallest: usize, smaller: Smaller) -> String {
    let mut words = Vec::from_iter((options.tune != Tune::Snr).then_some("--tune snr".into()));
    let longer = smaller.max_log2.filter(|_| smaller.max_log2 != options.max_log2);
    words.extend(longer.map(|log2| format!("--max-block {}", 1 << log2)));
    let words = words.join(" ");
    let bytes = smaller.bytes;
    if bytes <= limit {
        format!(
            "no file of at most {limit} bytes holds this sound as asked for; with {words} it \
             fits, in {bytes} bytes or more, and without the smallest has {smallest}"
        )
    } else {
        format!(
            "no file of at most {limit} bytes holds this sound; with {words} the smallest has \
             {bytes}, and without {smallest}"
        )
    }
}
