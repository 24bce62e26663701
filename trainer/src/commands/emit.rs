//! How does a file become source code?

use super::{
    file::{self, Stored},
    options::{EmitArgs, LimitArgs},
    terminal::Failure,
};
use crate::{
    audio,
    emit::{self, Facts, Of},
    io,
    measure::targets,
};
use nex_runtime::{Arithmetic, NetworkInfo, PictureInfo, SampleChecksum, Signal};
use std::path::{Path, PathBuf};

/// How one file is written, and how many are.
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
    let facts = stored.iter().zip(&files);
    let facts = facts.map(|(stored, (path, stem))| gather(stored, path, stem, args));
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
            all.push((input.clone(), stem.unwrap_or_default().to_string_lossy().into()));
            continue;
        }
        all.extend(
            file::in_folder(input)?
                .iter()
                .map(|path| (input.join(path), path.with_extension("").to_string_lossy().into())),
        );
    }
    Ok(all)
}

/// What is written of a file that is called `stem`, or by `name`.
fn gather<'a>(
    file: &'a Stored,
    path: &Path,
    stem: &str,
    args: &EmitArgs,
) -> Result<Facts<'a>, Failure> {
    let signal = file.kind()?.signal;
    let name = match &args.name {
        None => emit::identifier(stem, signal.name()),
        Some(name) => {
            let better = emit::identifier(name, signal.name());
            if *name != better {
                return Err(Failure::usage(format!("--name {name}: use {better}, an identifier")));
            }
            better
        }
    };
    let source = path.file_name().unwrap_or(Path::new("-").as_os_str());
    // It is written into comments of one line.
    let source = source.to_string_lossy().replace(char::is_control, " ");
    match signal {
        Signal::Sound => of_sound(file, name, source, args.limit),
        Signal::Picture => of_picture(file, name, source, args.limit),
        _ => Err(format!(
            "{}: holds a {}, and emit is for sounds and pictures; leave it out",
            path.display(),
            signal.name()
        )
        .into()),
    }
}

fn of_sound(
    file: &Stored,
    name: String,
    source: String,
    limit: LimitArgs,
) -> Result<Facts<'_>, Failure> {
    let sound = &file.sound_within(limit)?;
    let info = sound.info();
    let mut checksum = SampleChecksum::new();
    checksum.add(&audio::decode_all(sound)?);
    let (macs, _) = audio::cost(sound, info.frames)?;
    let memory_words = sound.memory_len();
    let network = sound.network();
    Ok(Facts {
        name,
        source,
        bytes: file.plain(),
        profile: profile(network),
        channels: info.channels.into(),
        memory_words,
        network: network.map(|network| emit::Network {
            fast_words: targets::COLUMNS * memory_words,
            experts: network.experts.into(),
            sines: network.sines,
        }),
        macs: Some(macs),
        crc: checksum.value(),
        of: Of::Sound(emit::Sound {
            rate_hz: info.rate_hz,
            frames: info.frames,
            repeated: sound.repeated(),
            points_words: sound.points_len(),
        }),
    })
}

fn of_picture(
    file: &Stored,
    name: String,
    source: String,
    limit: LimitArgs,
) -> Result<Facts<'_>, Failure> {
    let picture = &file.picture_within(limit)?;
    let PictureInfo { width, height, channels, tile, .. } = picture.info();
    let network = picture.network();
    let mut memory = vec![0; picture.best_len()];
    Ok(Facts {
        name,
        source,
        bytes: file.plain(),
        profile: profile(network),
        channels: channels.into(),
        memory_words: picture.memory_len(),
        network: network.map(|network| emit::Network {
            fast_words: picture.best_len(),
            experts: network.experts.into(),
            sines: network.sines,
        }),
        macs: network.map(|network| network.macs),
        crc: picture.windows(&mut memory)?.checksum(),
        of: Of::Picture(emit::Picture {
            width,
            height,
            tile: Some(tile)
                .filter(|tile| network.is_none() && (tile.0 < width || tile.1 < height)),
        }),
    })
}

fn profile(network: Option<NetworkInfo>) -> &'static str {
    match network.map(|network| network.arithmetic) {
        None => "compact",
        Some(Arithmetic::Integer) => "integer",
        Some(Arithmetic::Float) => "float",
    }
}
