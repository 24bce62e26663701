//! Compact sounds of every kind, and ones that must fail.

use nex_format::compact::{Sound, SoundHeader, write};
use nex_tests::{
    forge::Random,
    fuzzing::with_checksum,
    golden,
    program::{Samples, run, wav},
};
use std::{error::Error, fs, path::Path};

type Done = Result<(), Box<dyn Error>>;

/// Name, sound, options of `export`.
const SOUNDS: &[(&str, &str, &str)] = &[
    ("speech", "speech.wav", ""),
    ("speech-noise", "speech.wav", "--quality 10 --tune perceptual"),
    ("speech-snr", "speech.wav", "--snr 20"),
    ("stereo", "stereo.wav", "--quality 40"),
    ("one-frame", "one.wav", ""),
    ("one-frame-stereo", "one-stereo.wav", ""),
    ("few-frames", "few.wav", "--quality 90"),
    ("silence", "silence.wav", ""),
    ("many-chunks", "long.wav", "--size 6000"),
    ("wideband", "speech.wav", "--rate 44100 --max-block 2048 --quality 30 --end 0.7"),
    ("shortest-blocks", "speech.wav", "--max-block 32 --snr 16 --end 0.6"),
    ("largest-step", "speech.wav", "--snr -1000"),
    ("smallest-step", "speech.wav", "--snr 1000 --start 0.3 --end 0.4"),
    ("comment", "few.wav", "--comment Ünïcödé"),
];

/// Encodes sounds.
pub fn encode() -> Done {
    let work = std::env::temp_dir().join(format!("nex-golden-{}", std::process::id()));
    fs::create_dir_all(&work)?;
    let made = sounds(&work).and_then(|()| encoded(&work));
    fs::remove_dir_all(&work)?;
    made
}

/// Writes what no encoder makes, and files that must fail.
pub fn make() -> Done {
    let folder = golden::folder();
    forged()?;
    broken(&fs::read(folder.join("compact-shortest-blocks.nex"))?)?;
    broken_table(&fs::read(folder.join("compact-many-chunks.nex"))?)
}

fn save(name: &str, bytes: &[u8]) -> std::io::Result<()> {
    fs::write(golden::folder().join(format!("{name}.nex")), bytes)
}

fn sounds(work: &Path) -> Done {
    let examples = golden::folder().join("../../examples/sounds");
    let speech = fs::read(examples.join("hello-world.wav"))?;
    fs::write(work.join("speech.wav"), &speech)?;
    fs::copy(examples.join("bell-stereo.wav"), work.join("stereo.wav"))?;
    // Samples follow a header of 44 bytes.
    let pairs = speech[44..].chunks_exact(2);
    let samples: Vec<i16> = pairs.map(|s| i16::from_le_bytes([s[0], s[1]])).collect();
    let long: Vec<i16> = samples.iter().copied().cycle().take(48_000).collect();
    let sound = |name: &str, channels, samples: &[i16]| {
        fs::write(work.join(name), wav(Samples::Integer(16), 8000, channels, samples))
    };
    sound("long.wav", 1, &long)?;
    sound("few.wav", 1, &samples[3000..3013])?;
    sound("one.wav", 1, &[-1234])?;
    sound("one-stereo.wav", 2, &[12_345, -32_768])?;
    sound("silence.wav", 1, &[0; 3000])?;
    Ok(())
}

fn encoded(work: &Path) -> Done {
    for (name, sound, options) in SOUNDS {
        let outcome = run(work, &format!("export {sound} {name}.nex -q {options}"));
        // No file reaches 1000 dB; the one that comes closest is written.
        if outcome.code != Some(0) && *name != "smallest-step" {
            return Err(format!("{name}: {}", outcome.stderr).into());
        }
        save(&format!("compact-{name}"), &fs::read(work.join(format!("{name}.nex")))?)?;
    }
    Ok(())
}

/// What no encoder makes: the shortest chunks, and random bytes in them.
fn forged() -> Done {
    let base = SoundHeader {
        rate_hz: 48_000,
        frames: 700,
        channels: 2,
        min_log2: 5,
        max_log2: 5,
        chunk_log2: 5,
        lead: 0,
        models: 0,
        step: 200,
        gamma: 11,
        fill: 9,
        tilt: 6,
        offsets: [-16, 15, 3],
    };
    let headers = [
        ("short-chunks", SoundHeader { step: 333, ..base }),
        ("all-blocks", SoundHeader { frames: 6000, max_log2: 11, chunk_log2: 12, ..base }),
        (
            "lead",
            SoundHeader { frames: 5000, max_log2: 8, chunk_log2: 12, lead: 3, gamma: 0, ..base },
        ),
        ("loud", SoundHeader { frames: 1500, max_log2: 9, chunk_log2: 9, step: 800, ..base }),
        ("plain", SoundHeader { channels: 1, gamma: 0, fill: 0, tilt: 0, chunk_log2: 12, ..base }),
    ];
    for (seed, (name, header)) in headers.iter().enumerate() {
        let mut random = Random::new(seed as u64);
        let len = header.chunk_frames() as usize / 8;
        let mut chunk = |_| (0..len).map(|_| random.bits() as u8).collect::<Vec<_>>();
        let chunks: Vec<_> = (0..header.chunks()).map(&mut chunk).collect();
        save(&format!("compact-forged-{name}"), &write(header, &[], &chunks)?)?;
    }
    Ok(())
}

/// The bytes with some of them changed, and a checksum that matches.
fn changed(good: &[u8], changes: &[(usize, u8)]) -> Vec<u8> {
    let mut bytes = good.to_vec();
    changes.iter().for_each(|&(at, byte)| bytes[at] = byte);
    with_checksum(&bytes)
}

/// Files that must fail, made from a good one of 8000 Hz and 128 to 16,383
/// frames whose step is 128 or more: every field has a known place.
fn broken(good: &[u8]) -> Done {
    const RATE: usize = 5;
    const FRAMES: usize = 7;
    const BLOCKS: usize = 9;
    const LAYOUT: usize = 10;
    const STEP: usize = 11;
    const OFFSETS: usize = 15;
    let header = *Sound::parse(good)?.header();
    let wide = 128..1 << 14;
    if header.rate_hz != 8000 || !wide.contains(&header.frames) || header.step < 128 {
        return Err("the header's fields lie elsewhere".into());
    }
    let save = |name: &str, bytes: &[u8]| save(&format!("x-compact-{name}"), bytes);
    let changed = |changes: &[(usize, u8)]| changed(good, changes);
    save("truncated", &good[..good.len() / 2])?;
    save("head-only", &good[..12])?;
    save("trailing", &[good, &[0]].concat())?;
    let mut flipped = good.to_vec();
    flipped[good.len() / 2] ^= 4;
    save("flipped-bit", &flipped)?;
    save("rate", &changed(&[(RATE, 0x80), (RATE + 1, 0)]))?;
    save("no-frames", &changed(&[(FRAMES, 0x80), (FRAMES + 1, 0)]))?;
    save("blocks-too-short", &changed(&[(BLOCKS, 0x54)]))?;
    save("blocks-too-long", &changed(&[(BLOCKS, 0xc5)]))?;
    save("shortest-above-longest", &changed(&[(BLOCKS, 0x56)]))?;
    save("models", &changed(&[(LAYOUT, good[LAYOUT] | 0x20)]))?;
    save("step", &changed(&[(STEP, 0xa1), (STEP + 1, 0x06)]))?;
    save("offsets", &changed(&[(OFFSETS, good[OFFSETS] | 0x80)]))?;
    Ok(())
}

/// A chunk table that asks for more than there is.
fn broken_table(good: &[u8]) -> Done {
    // After the offsets; 48,000 frames are a varint of three bytes.
    let table = 17;
    save("x-compact-chunk-table", &changed(good, &[(table, 0xff), (table + 1, 0x7f)]))?;
    Ok(())
}
