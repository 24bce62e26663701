//! How does a file become source code?

use super::{
    args::EmitArgs,
    failure::Failure,
    sound::{self, Sound, Stored},
};
use crate::{
    audio,
    emit::{self, Facts},
    targets,
};
use nex_format::Arithmetic;
use nex_runtime::SampleChecksum;
use std::path::Path;

pub(super) fn run(args: &EmitArgs) -> Result<(), Failure> {
    let outputs = [(&args.rust, emit::module as fn(&Facts<'_>) -> String), (&args.c, emit::header)];
    let outputs = outputs.map(|(path, write)| path.as_deref().map(|path| (path, write)));
    let outputs: Vec<_> = outputs.into_iter().flatten().collect();
    if outputs.iter().filter(|(path, _)| path.as_os_str() == "-").count() > 1 {
        return Err(Failure::usage("--rust and --c cannot both go to standard output"));
    }
    for (path, _) in &outputs {
        audio::check_free(path, args.force)?;
    }
    let file = sound::load(&args.input)?;
    let sound = sound::parse(&args.input, &file)?;
    let facts = gather(args, &file, &sound)?;
    for (path, write) in outputs {
        audio::write_atomic(path, write(&facts).as_bytes(), args.force)?;
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
    let shape = sound.shape();
    let mut checksum = SampleChecksum::new();
    checksum.add(&sound.decode_all()?);
    let (macs_per_frame, _) = sound.cost()?;
    let (profile, memory_words, more_words, experts, sines_per_frame) = match sound {
        Sound::Compact(decoder) => ("compact", decoder.stream_len(), decoder.points_len(), 0, 0),
        Sound::Neural(decoder) => {
            let info = decoder.info();
            let profile = match info.arithmetic {
                Arithmetic::Integer => "integer",
                Arithmetic::Float => "float",
            };
            let more = decoder.scratch_len(targets::COLUMNS);
            (profile, info.min_scratch_len, more, info.experts.into(), info.sines_per_frame)
        }
    };
    Ok(Facts {
        name,
        // It is written into comments of one line.
        source: source.to_string_lossy().replace(char::is_control, " "),
        bytes: file.plain(),
        profile,
        rate_hz: shape.rate_hz,
        channels: shape.channels as u32,
        frames: shape.frames as u32,
        memory_words,
        more_words,
        experts,
        macs_per_frame,
        sines_per_frame,
        samples_crc: checksum.value(),
    })
}
