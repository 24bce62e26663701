//! Is the same sound the same file on every machine?
//!
//! The checksums are of no meaning but that they hold on any processor and system,
//! and, as `examples/wasm/test/encoder.mjs` says, in a browser. They change when the
//! encoder does, and are then printed.

use nex_encoder::{Clip, Effort, Loop, Options, Request, encode, wav};

/// The checksum of a file, which its last bytes are.
fn crc(bytes: &[u8]) -> u32 {
    u32::from_le_bytes(*bytes.last_chunk().unwrap())
}

#[test]
fn files_are_the_same_everywhere() {
    let shipped = |name: &str| {
        let path = format!("{}/../../examples/sounds/{name}.wav", env!("CARGO_MANIFEST_DIR"));
        wav::read(std::fs::read(path).unwrap()).unwrap()
    };
    let snr = Request { snr_db: Some(20.0), ..Request::default() }.options(1.0);
    let size = Request { bytes: Some(700), ..Request::default() }.options(1.0);
    let fast = Options { effort: Effort::Fast, ..size.clone() };
    let bell = shipped("bell");
    let repeated = Some(Loop::whole(bell.frames() as u32));
    let looped = Options { repeated, ..Options::default() };
    let rows: [(&str, Clip, Options, u32); 6] = [
        ("hello-world", shipped("hello-world"), Options::default(), HELLO),
        ("bell-stereo", shipped("bell-stereo"), Options::default(), STEREO),
        ("complete, 20 dB", shipped("complete"), snr, COMPLETE),
        ("hello-world, 700 bytes", shipped("hello-world"), size, SIZE),
        ("please-try-again, fast", shipped("please-try-again"), fast, FAST),
        ("bell, a loop", bell, looped, LOOPED),
    ];
    let told = rows.map(|(name, clip, options, expected)| {
        let found = crc(&encode(&clip, &options).unwrap().bytes);
        (found == expected, format!("{name}: {found:#010x}, expected {expected:#010x}"))
    });
    let wrong: Vec<_> = told.iter().filter(|(is_right, _)| !is_right).map(|(_, t)| t).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

const HELLO: u32 = 0x9e39_1230;
const STEREO: u32 = 0xd875_09e6;
const COMPLETE: u32 = 0x8f69_8fcd;
const SIZE: u32 = 0xf87e_192e;
const FAST: u32 = 0x9ca6_7ac0;
const LOOPED: u32 = 0xf646_100f;
