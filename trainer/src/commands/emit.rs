//! How does a file become source code?

use super::{
    file::{self, Stored},
    options::{EmitArgs, LimitArgs},
    terminal::Failure,
};
use crate::{
    audio,
    emit::{self, Facts},
    io,
    measure::targets,
};
use nex_runtime::{Arithmetic, SampleChecksum};
use std::path::{Path, PathBuf};

/// How one sound is written, and how many are.
type Language = (fn(&Facts<'_>) -> String, fn(&[Facts<'_>]) -> String);

pub fn run(args: &EmitArgs) -> Result<(), Failure> {
    const LANGUAGES: [Language; 2] = [(emit::module, emit::modules), (emit::header, emit::headers)];
    let outputs = [&args.rust, &args.c].into_iter().zip(LANGUAGES);
    let outputs: Vec<_> =
        outputs.filter_map(|(path, language)| Some((path.as_deref()?, language))).collect();
    if outputs.iter().filter(|(path, _)| path.as_os_str() == "-").count() > 1 {
        return Err(Failure::usage("--rust and --c cannot both go to standard output"));
    }
    for (path, _) in &outputs {
        io::check_free(path, args.force)?;
    }
    let one = args.inputs.len() == 1 && !args.inputs.iter().any(|path| path.is_dir());
    if !one && args.name.is_some() {
        return Err(Failure::usage("--name is for one file; of several each has its file's name"));
    }
    let files = files(&args.inputs)?;
    let stored = files.iter().map(|(path, _)| Ok(file::load(path)?));
    let stored = stored.collect::<Result<Vec<Stored>, Failure>>()?;
    let facts = stored.iter().zip(&files).map(|(stored, (path, name))| {
        gather(stored, path, args.name.as_ref().unwrap_or(name), args.limit)
    });
    let mut facts = facts.collect::<Result<Vec<Facts<'_>>, Failure>>()?;
    facts.sort_by(|a, b| a.name.cmp(&b.name));
    if let Some([a, b]) = facts.array_windows().find(|[a, b]| a.name == b.name) {
        let (name, one, other) = (&a.name, &a.source, &b.source);
        return Err(Failure::Usage(format!(
            "{one} and {other} would both be called {name}; rename one of them"
        )));
    }
    for (path, (single, many)) in outputs {
        let text = if one { facts.first().map(single) } else { Some(many(&facts)) };
        io::write_atomic(path, text.unwrap_or_default().as_bytes(), args.force)?;
    }
    Ok(())
}

/// All files, those in folders too, and what they are called: by their place in
/// the folder.
fn files(inputs: &[PathBuf]) -> Result<Vec<(PathBuf, String)>, Failure> {
    let mut all = Vec::new();
    for input in inputs {
        if !input.is_dir() {
            let stem = input.file_stem().filter(|_| input.as_os_str() != "-");
            let name = emit::identifier(&stem.map_or("sound".into(), |s| s.to_string_lossy()));
            all.push((input.clone(), name));
            continue;
        }
        all.extend(file::in_folder(input)?.iter().map(|path| {
            let name = emit::identifier(&path.with_extension("").to_string_lossy());
            (input.join(path), name)
        }));
    }
    Ok(all)
}

fn gather<'a>(
    file: &'a Stored,
    path: &Path,
    name: &str,
    limit: LimitArgs,
) -> Result<Facts<'a>, Failure> {
    let better = emit::identifier(name);
    if *name != better {
        return Err(Failure::usage(format!("--name {name}: use {better}, an identifier")));
    }
    let sound = &file.sound_within(limit)?;
    let source = path.file_name().unwrap_or(Path::new("-").as_os_str());
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
        name: name.into(),
        // It is written into comments of one line.
        source: source.to_string_lossy().replace(char::is_control, " "),
        bytes: file.plain(),
        profile,
        rate_hz: info.rate_hz,
        channels: info.channels.into(),
        frames: info.frames,
        repeated: sound.repeated(),
        memory_words,
        more_words,
        experts,
        macs_per_frame,
        sines_per_frame,
        samples_crc: checksum.value(),
    })
}
