//! What do `export`, `decode`, `check`, `info` and `plot` do, whatever the signal?

#[cfg(feature = "pictures")]
use super::options::PlotArgs;
use super::{
    batch,
    file::{self, Stored},
    options::{CheckArgs, DecodeArgs, ExportArgs, Given, InfoArgs},
    order::Order,
    signals::{self, Signals},
    terminal::{Console, Failure, check_not_terminal},
};
use crate::{
    audio::Unread,
    io::{self, Input},
};
use nex_runtime::Signal;
use std::path::Path;

pub fn export(args: &ExportArgs, given: &Given, console: &Console) -> Result<(), Failure> {
    let out = args.out.path();
    if out.as_os_str() == "-" && args.json {
        return Err(Failure::usage("--json and the file cannot both go to standard output"));
    }
    if args.batch.batch {
        return batch::run(args, given, &out, console);
    }
    check_not_terminal(&out)?;
    check_name(&args.input, &out)?;
    io::check_writable(&out, args.out.force)?;
    let file = Unread::of(&args.input)?;
    let signal = match io::sniff(&args.input, file.head()) {
        _ if args.sound.raw.is_some() => Signal::Sound,
        Input::Picture => Signal::Picture,
        Input::Mesh(_) => Signal::Shape,
        _ => Signal::Sound,
    };
    (signals::of(signal).export)(Order { args, given, file, out: &out, console })
}

/// Refuses to write a `.nex` file over what it is made of, or under another one's name.
fn check_name(input: &Path, out: &Path) -> Result<(), Failure> {
    let name = out.display();
    if out.as_os_str() == "-" || std::fs::metadata(out).is_ok_and(|meta| !meta.is_file()) {
        return Ok(());
    }
    if std::fs::canonicalize(out)
        .is_ok_and(|out| std::fs::canonicalize(input).is_ok_and(|i| i == out))
    {
        return Err(Failure::Usage(format!("{name}: is the input itself; give another name")));
    }
    if io::ends_in(out, io::ENDINGS) {
        let better = out.with_extension("nex");
        return Err(Failure::Usage(format!(
            "{name}: what is written is a .nex file; call it {}",
            better.display()
        )));
    }
    Ok(())
}

pub fn decode(args: &DecodeArgs, given: &Given, console: &Console) -> Result<(), Failure> {
    let out = args.out.path();
    if args.folder.batch {
        return batch::decode(args, given, &out, console);
    }
    check_not_terminal(&out)?;
    io::check_free(&out, args.out.force)?;
    let (file, signals) = load(&args.input, given)?;
    (signals.decode)(args, &file, console)
}

pub fn check(args: &CheckArgs, given: &Given, console: &Console) -> Result<(), Failure> {
    if args.folder.batch {
        return batch::check(args, given, console);
    }
    if args.file.as_os_str() == "-" && args.original.as_os_str() == "-" {
        return Err(Failure::usage("FILE and ORIGINAL cannot both be standard input"));
    }
    let (file, signals) = load(&args.file, given)?;
    (signals.check)(args, &file, console)
}

pub fn info(args: &InfoArgs, given: &Given) -> Result<(), Failure> {
    let (file, signals) = load(&args.file, given)?;
    (signals.info)(args, &file)
}

#[cfg(feature = "pictures")]
pub fn plot(args: &PlotArgs, given: &Given, console: &Console) -> Result<(), Failure> {
    io::check_free(&args.out, args.force)?;
    let (file, signals) = load(&args.file, given)?;
    let picture = (signals.plot)(args, &file, console)?;
    Ok(io::write_atomic(&args.out, &picture, args.force)?)
}

/// The file at a path, and what the commands do with its signal, if the options
/// suit it.
fn load(path: &Path, given: &Given) -> Result<(Stored, &'static Signals), Failure> {
    let file = file::load(path)?;
    let kind = file.kind()?;
    given.suit(path, kind)?;
    Ok((file, signals::of(kind.signal)))
}
