//! Compares the golden files with `golden.txt`; `--bless` rewrites it, and
//! `--forge` makes the forged files first, `--encode` sounds and pictures of the
//! compact profile with the program `ne-train` before that:
//!
//!     cargo build --release && cargo run --release -p nex-tests --bin golden -- --encode --forge --bless

mod golden_compact;
mod golden_drawn;
mod golden_images;
mod golden_networks;
mod golden_pictures;
mod golden_shapes;

use nex_format::{
    SectionId,
    neural::{Arithmetic, File, bake, pack},
    sections,
};
use nex_runtime::Sound;
use nex_tests::{forge, golden};
use std::{error::Error, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let has = |flag: &str| std::env::args().any(|a| a == flag);
    if has("--encode") {
        golden_compact::encode()?;
        golden_pictures::encode()?;
        golden_drawn::encode()?;
        golden_shapes::encode()?;
    }
    if has("--forge") {
        golden_compact::make()?;
        make()?;
        packed()?;
        baked()?;
        golden_images::make()?;
        golden_pictures::make()?;
        golden_drawn::make()?;
        golden_networks::make()?;
        golden_shapes::make()?;
    }
    for (folder, list) in golden::lists() {
        let lines = golden::lines(&folder)?;
        if has("--bless") {
            fs::write(&list, lines)?;
            println!("wrote {}", list.display());
        } else if fs::read_to_string(&list)? != lines {
            return Err(format!("{} differs; now:\n{lines}", list.display()).into());
        } else {
            println!("{}: {} golden files agree", list.display(), lines.lines().count());
        }
    }
    Ok(())
}

fn make() -> Result<(), Box<dyn Error>> {
    let plan = |arithmetic, experts, channels, frames, widest| forge::Plan {
        arithmetic,
        experts,
        channels,
        frames,
        widest,
    };
    let (int, float) = (Arithmetic::Integer, Arithmetic::Float);
    let plans = [
        ("integer-mono", plan(int, 4, 1, 2000, 24)),
        ("integer-stereo", plan(int, 3, 2, 1000, 17)),
        ("integer-one-expert", plan(int, 1, 1, 500, 33)),
        ("integer-many-experts", plan(int, 16, 1, 700, 12)),
        ("integer-one-frame", plan(int, 2, 1, 1, 9)),
        ("integer-one-unit", plan(int, 2, 1, 300, 1)),
        ("integer-long", plan(int, 3, 1, 30_000, 10)),
        ("float-mono", plan(float, 4, 1, 2000, 20)),
        ("float-stereo", plan(float, 3, 2, 1000, 13)),
        ("float-one-expert", plan(float, 1, 3, 500, 25)),
        ("float-one-frame", plan(float, 2, 1, 1, 7)),
    ];
    for (seed, (name, plan)) in plans.iter().enumerate() {
        let bytes = forge::file_of(plan, &mut forge::Random::new(seed as u64));
        fs::write(golden::folder().join(format!("{name}.nex")), &bytes)?;
        if *name == "integer-stereo" {
            broken(&bytes)?;
        }
    }
    Ok(())
}

/// Packed twins of two files, and packed files that must fail.
fn packed() -> Result<(), Box<dyn Error>> {
    let read = |name: &str| fs::read(golden::folder().join(name));
    let write = |name: &str, bytes: &[u8]| fs::write(golden::folder().join(name), bytes);
    for name in ["trained-hello-small-i8.nex", "float-stereo.nex"] {
        write(&format!("packed-{name}"), &pack(&read(name)?)?)?;
    }
    let good = pack(&read("integer-one-expert.nex")?)?;
    write("x-packed-truncated.nex", &good[..good.len() / 2])?;
    let flipped = |at: usize| {
        let mut bytes = good.clone();
        bytes[at] ^= 0x40;
        bytes
    };
    write("x-packed-flipped-bit.nex", &flipped(good.len() / 2))?;
    let last = sections(&good)?.last().ok_or("no sections")?;
    // Behind magic, version, kind and the number of sections.
    let table = 6;
    let with = |changes: &[(usize, u8)]| {
        let mut bytes = good.clone();
        changes.iter().for_each(|&(at, byte)| bytes[at] = byte);
        nex_tests::fuzzing::with_checksum(&bytes)
    };
    write("x-packed-manager-of-none.nex", &with(&[(table, 18)]))?;
    write("x-packed-weights-too-large.nex", &with(&[(last.offset, good[last.offset] ^ 0xff)]))?;
    Ok(())
}

/// Twins with baked routing of some files, one of them packed, and some
/// that must fail.
fn baked() -> Result<(), Box<dyn Error>> {
    let read = |name: &str| fs::read(golden::folder().join(name));
    let write = |name: &str, bytes: &[u8]| fs::write(golden::folder().join(name), bytes);
    let names = ["integer-many-experts", "float-mono", "float-stereo"];
    for name in names {
        let bytes = read(&format!("{name}.nex"))?;
        let sound = Sound::open(&bytes)?;
        let mut experts = vec![0; sound.info().frames as usize];
        let mut memory = vec![0; sound.memory_len()];
        sound.play(&mut memory)?.experts_block(0, &mut experts)?;
        write(&format!("baked-{name}.nex"), &bake(&bytes, &experts)?)?;
    }
    let good = read("baked-float-mono.nex")?;
    write("baked-packed-float-mono.nex", &pack(&good)?)?;
    let file = File::parse(&good)?;
    let runs = file.sections().find(|s| s.id == SectionId::RUNS).ok_or("no runs")?;
    let with = |at: usize, byte: u8| {
        let mut bytes = good.clone();
        bytes[at] = byte;
        nex_tests::fuzzing::with_checksum(&bytes)
    };
    let last = runs.offset + runs.data.len() - 1;
    write("x-baked-chunks-of-all-frames.nex", &with(runs.offset, 32))?;
    write("x-baked-length-bits.nex", &with(runs.offset + 1, 20))?;
    write("x-baked-index.nex", &with(runs.offset + 3, good[runs.offset + 3] ^ 1))?;
    write("x-baked-no-last-run.nex", &with(last, 0))?;
    Ok(())
}

/// Files that must fail, made from a good one.
fn broken(good: &[u8]) -> Result<(), Box<dyn Error>> {
    let write = |name: &str, change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = good.to_vec();
        change(&mut bytes);
        fs::write(golden::folder().join(format!("x-{name}.nex")), bytes)
    };
    write("empty", &Vec::clear)?;
    write("magic", &|b| b[0] = b'M')?;
    write("version", &|b| b[3] = 2)?;
    write("truncated", &|b| b.truncate(b.len() / 2))?;
    write("trailing", &|b| b.push(0))?;
    write("flipped-bit", &|b| {
        let middle = b.len() / 2;
        b[middle] ^= 4;
    })?;
    write("signal-kind", &|b| {
        b[4] = 9;
        *b = nex_tests::fuzzing::with_checksum(b);
    })?;
    Ok(())
}
