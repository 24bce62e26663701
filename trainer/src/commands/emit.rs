//! How does a file become source code?

use super::{
    file::{self, Stored},
    options::EmitArgs,
    terminal::Failure,
};
use crate::{
    audio,
    emit::{self, Facts},
    io,
    measure::targets,
};
use nex_runtime::{Arithmetic, SampleChecksum, Sound};
use std::path::Path;

pub fn run(args: &EmitArgs) -> Result<(), Failure> {
    let outputs = [(&args.rust, emit::module as fn(&Facts<'_>) -> String), (&args.c, emit::header)];
    let outputs = outputs.map(|(path, write)| path.as_deref().map(|path| (path, write)));
    let outputs: Vec<_> = outputs.into_iter().flatten().collect();
    if outputs.iter().filter(|(path, _)| path.as_os_str() == "-").count() > 1 {
        return Err(Failure::usage("--rust and --c cannot both go to standard output"));
    }
    for (path, _) in &outputs {
        io::check_free(path, args.force)?;
    }
    let file = file::load(&args.input)?;
    let sound = file.sound_within(args.limit)?;
    let facts = gather(args, &file, &sound)?;
    for (path, write) in outputs {
        io::write_atomic(path, write(&facts).as_bytes(), args.force)?;
    }
    Ok(())
}

fn gather<'a>(args: &EmitArgs, file: &'a Stored, sound: &Sound<'_>) -> Result<Facts<'a>, Failure> {
    let stem = args.input.file_stem().filter(|_| args.input.as_os_str() != "-");
    let stem = stem.map_or_else(|| "sound".into(), |stem| stem.to_string_lossy());
    let name = match &args.name {
        Some(name) if *name != emit::identifier(name) => {
            let better = emit::identifier(name);
            return Err(Failure::usage(format!("--name {name}: use {better}, an identifier")));
        }
        Some(name) => name.clone(),
        None => emit::identifier(&stem),
    };
    let source = args.input.file_name().unwrap_or(Path::new("-").as_os_str());
    let info = sound.info();
    let mut checksum = SampleChecksum::new();
    checksum.add(&audio::decode_all(sound)?);
    let (macs_per_frame, _) = audio::cost(sound, info.frames)?;
    let memory_words = sound.memory_len();
    let (profile, more_words, experts, sines_per_frame) = match sound.network() {
        None => ("compact", sound.points_len(), 0, 0),
        Some(network) => {
            let profile = match network.arithmetic {
                Arithmetic::Integer => "integer",
                Arithmetic::Float => "float",
            };
            let more = targets::COLUMNS * memory_words;
            (profile, more, network.experts.into(), network.sines)
        }
    };
    Ok(Facts {
        name,
        // It is written into comments of one line.
        source: source.to_string_lossy().replace(char::is_control, " "),
        bytes: file.plain(),
        profile,
        rate_hz: info.rate_hz,
        channels: info.channels.into(),
        frames: info.frames,
        memory_words,
        more_words,
        experts,
        macs_per_frame,
        sines_per_frame,
        samples_crc: checksum.value(),
    })
}
