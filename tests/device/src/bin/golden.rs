//! Do the neural golden files decode to the same bits here?
//!
//! Prints a line "name: crc" per file, as `tests/golden/golden.txt` has them,
//! and fails unless decoding by eights, by threes and by one gives one result.
#![no_std]
#![no_main]

use core::hint::black_box;
use cortex_m_rt::entry;
use cortex_m_semihosting::{debug, hprintln};
use nex_device_tests as _;
use nex_runtime::Decoder;

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_bytes!(concat!("../../../golden/", $name)))),*]
    };
}

/// All but `integer-long.nex`, which takes minutes, and the packed ones, which
/// a device unpacks first.
static FILES: &[(&str, &[u8])] = files![
    "float-mono.nex",
    "float-one-expert.nex",
    "float-one-frame.nex",
    "float-stereo.nex",
    "integer-many-experts.nex",
    "integer-mono.nex",
    "integer-one-expert.nex",
    "integer-one-frame.nex",
    "integer-one-unit.nex",
    "integer-stereo.nex",
    "trained-hello-small-i8.nex",
];

/// CRC-32 of a file's samples, decoded `columns` at a time.
fn checksum(decoder: &Decoder<'_>, scratch: &mut [u32], columns: usize) -> u32 {
    let mut out = [0; 250];
    let scratch = &mut scratch[..decoder.scratch_len(columns)];
    let channels = usize::from(decoder.info().channels);
    let (mut crc, mut frame) = (!0u32, 0);
    while let Ok(frames @ 1..) = decoder.decode_block(frame, &mut out, scratch) {
        for byte in out[..frames * channels].iter().flat_map(|s| s.to_le_bytes()) {
            crc ^= u32::from(byte);
            for _ in 0..8 {
                crc = crc >> 1 ^ if crc & 1 == 1 { 0xedb8_8320 } else { 0 };
            }
        }
        frame += frames as u32;
    }
    !crc
}

#[entry]
fn main() -> ! {
    let mut scratch = [0; 4096];
    for &(name, file) in FILES {
        let decoder = Decoder::parse(black_box(file)).unwrap();
        let crc = checksum(&decoder, &mut scratch, 8);
        hprintln!("{}: {:08x}", name, crc);
        if name.starts_with("trained") {
            continue; // as the others, and the largest
        }
        for columns in [3, 1] {
            assert_eq!(checksum(&decoder, &mut scratch, columns), crc, "{columns} columns");
        }
    }
    loop {
        debug::exit(debug::EXIT_SUCCESS);
    }
}
