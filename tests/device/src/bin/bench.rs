//! What does decoding the loaded file cost, and which bits does it give?
//!
//! Prints `name value` lines. The plugin counts three regions: nothing,
//! parsing, and decoding the whole sound in blocks of 128 samples.
#![no_std]
#![no_main]

use core::{hint::black_box, mem::size_of};
use cortex_m_rt::entry;
use cortex_m_semihosting::{debug, hprintln};
use nex_device_tests::{counted, job, stack_depth};
use nex_runtime::{Arithmetic, Decoder, SampleChecksum, compact::CompactDecoder};

/// Words for the decoder; 40 KB hold a stream of stereo and blocks of 2048.
const MEMORY_WORDS: usize = 10 * 1024;
const BLOCK: usize = 128;
/// More columns than a tile holds anywhere: the most speed.
const COLUMNS: usize = 1024;

#[entry]
fn main() -> ! {
    let memory = cortex_m::singleton!(: [u32; MEMORY_WORDS] = [0; MEMORY_WORDS]).unwrap();
    counted(|| ());
    let file = job::file().unwrap();
    if CompactDecoder::parse(file).is_ok() {
        compact(file, memory);
    } else {
        neural(file, memory);
    }
    debug::exit(debug::EXIT_SUCCESS);
    loop {}
}

/// What decoding gave: blocks go to `crc` the second time only, uncounted.
fn report(parse_stack: usize, stack: usize, crc: u32) {
    hprintln!("parse_stack {}", parse_stack);
    hprintln!("stack {}", stack);
    hprintln!("crc {}", crc);
}

fn compact(file: &[u8], memory: &mut [u32]) {
    let memory: &mut [i32] = bytemuck::cast_slice_mut(memory);
    let (decoder, parse_stack) =
        stack_depth(|| counted(|| CompactDecoder::parse(black_box(file)).unwrap()));
    let header = decoder.header();
    hprintln!("profile compact");
    hprintln!("frames {}", header.frames);
    hprintln!("channels {}", header.channels);
    hprintln!("memory {}", 4 * decoder.stream_len());
    let mut out = [0; BLOCK];
    let mut stream = decoder.stream(memory).unwrap();
    hprintln!("state {}", size_of_val(&stream) + size_of::<CompactDecoder<'_>>());
    let ((), stack) = stack_depth(|| {
        counted(|| {
            while stream.decode_block(&mut out) > 0 {
                black_box(&out);
            }
        });
    });
    hprintln!("mac {}", stream.multiplies());
    hprintln!("sines 0");
    stream.seek(0);
    let mut crc = SampleChecksum::new();
    loop {
        match stream.decode_block(&mut out) {
            0 => break,
            frames => crc.add(&out[..frames * usize::from(header.channels)]),
        }
    }
    report(parse_stack, stack, crc.value());
}

fn neural(file: &[u8], memory: &mut [u32]) {
    let (decoder, parse_stack) =
        stack_depth(|| counted(|| Decoder::parse(black_box(file)).unwrap()));
    let info = decoder.info();
    let profile = match info.arithmetic {
        Arithmetic::Integer => "integer",
        Arithmetic::Float => "float",
    };
    let scratch_len = decoder.scratch_len(COLUMNS);
    hprintln!("profile neural-{}", profile);
    hprintln!("frames {}", info.frames);
    hprintln!("channels {}", info.channels);
    hprintln!("memory {}", 4 * scratch_len);
    hprintln!("state {}", size_of_val(&decoder));
    hprintln!("mac {}", u64::from(info.macs_per_frame) * u64::from(info.frames));
    hprintln!("sines {}", u64::from(info.sines_per_frame) * u64::from(info.frames));
    let scratch = &mut memory[..scratch_len];
    let mut out = [0; BLOCK];
    let ((), stack) = stack_depth(|| {
        counted(|| {
            let mut frame = 0;
            while let Ok(frames @ 1..) = decoder.decode_block(frame, &mut out, scratch) {
                black_box(&out);
                frame += frames as u32;
            }
        });
    });
    let mut crc = SampleChecksum::new();
    let mut frame = 0;
    while let Ok(frames @ 1..) = decoder.decode_block(frame, &mut out, scratch) {
        crc.add(&out[..frames * usize::from(info.channels)]);
        frame += frames as u32;
    }
    report(parse_stack, stack, crc.value());
}
