//! What does decoding a compact sound cost: instructions, and bytes of stack?
//!
//! The sound is loaded beside the firmware, so that one build measures any:
//! `measure_compact` runs it.
#![no_std]
#![no_main]

use core::{arch::asm, hint::black_box, mem::size_of, slice};
use cortex_m_rt::entry;
use cortex_m_semihosting::{debug, hprintln};
use nex_device_tests::counted;
use nex_runtime::compact::{CompactDecoder, Stream};

/// Where the loader puts the sound: its length, then its bytes. The decoder's
/// memory follows.
const SOUND: usize = 0x2000_1000;
/// What unused stack is filled with, and how much of it.
const PAINT: u32 = 0x5a5a_a5a5;
const PAINTED: usize = 1024;

/// Runs `work`; returns the bytes of stack it took.
#[inline(never)]
fn stack_of(work: impl FnOnce()) -> usize {
    let sp: usize;
    // SAFETY: reads the stack pointer.
    unsafe { asm!("mov {}, sp", out(reg) sp) };
    let bottom = (sp - 256 - 4 * PAINTED) as *mut u32;
    for i in 0..PAINTED {
        // SAFETY: stack that no frame uses yet, further below than this one's.
        unsafe { bottom.add(i).write_volatile(PAINT) };
    }
    work();
    // SAFETY: as above.
    let unused = (0..PAINTED).take_while(|&i| unsafe { bottom.add(i).read_volatile() } == PAINT);
    sp - bottom as usize - 4 * unused.count()
}

#[inline(never)]
fn play(stream: &mut Stream<'_, '_>, out: &mut [i16]) -> u32 {
    let mut crc = !0u32;
    loop {
        let written = counted(|| stream.decode_block(out));
        if written == 0 {
            return !crc;
        }
        let channels = if STEREO.load(core::sync::atomic::Ordering::Relaxed) { 2 } else { 1 };
        for byte in out[..written * channels].iter().flat_map(|s| s.to_le_bytes()) {
            crc = (0..8).fold(crc ^ u32::from(byte), |crc, _| {
                if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 }
            });
        }
    }
}

static STEREO: core::sync::atomic::AtomicBool = core::sync::atomic::AtomicBool::new(false);

#[entry]
fn main() -> ! {
    let mut out = [0; 256];
    // SAFETY: the loader has put a length there, and so many bytes after it.
    let sound = unsafe {
        let len = (SOUND as *const usize).read_volatile();
        slice::from_raw_parts((SOUND + 4) as *const u8, len)
    };
    let sound = black_box(sound);
    let decoder = counted(|| CompactDecoder::parse(sound)).unwrap();
    let header = *decoder.header();
    STEREO.store(header.channels == 2, core::sync::atomic::Ordering::Relaxed);
    let parse_stack = stack_of(|| {
        let _ = black_box(CompactDecoder::parse(sound));
    });
    let words = decoder.stream_len();
    let after = (SOUND + 4 + sound.len()).next_multiple_of(4) as *mut i32;
    // SAFETY: nothing else lies between the sound and the stack.
    let memory = unsafe { slice::from_raw_parts_mut(after, words) };
    let mut stream = decoder.stream(memory).unwrap();
    let mut crc = 0;
    let stack = stack_of(|| crc = play(&mut stream, &mut out));
    hprintln!(
        "rate {} frames {} channels {} longest {} bytes {} crc {:08x} words {} stream {} decoder {} stack {} parse_stack {}",
        header.rate_hz,
        header.frames,
        header.channels,
        1 << header.max_log2,
        sound.len(),
        crc,
        words,
        size_of::<Stream<'_, '_>>(),
        size_of::<CompactDecoder<'_>>(),
        stack,
        parse_stack,
    );
    debug::exit(debug::EXIT_SUCCESS);
    loop {}
}
