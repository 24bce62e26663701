//! Decodes a clip on a part with 8 KB of RAM and no floating-point unit.
//!
//! Everything has a fixed size: the compiler reads the clip and reserves what it
//! takes, the linker refuses what does not fit, and the painted stack shows how
//! much is left.
//!
//!     NEX_BOARD=lm3s6965evb-8k cargo run --release --bin small --target thumbv6m-none-eabi
#![no_std]
#![no_main]

use cortex_m_rt::entry;
use cortex_m_semihosting::hprintln;
use nex_cortex_m::stack;
use nex_runtime::{SampleChecksum, Sound, include_nex};
use panic_semihosting as _;

static HELLO: &[u8] = include_nex!("../../../clips/hello-world.nex");

const SOUND: Sound<'static> = match Sound::open_compact(HELLO) {
    Ok(sound) => sound,
    Err(_) => unreachable!(),
};

// Blocks of up to 512 samples, of one channel: frames are samples.
const _: () = assert!(SOUND.memory_len() * 4 <= 4 * 1024 && SOUND.channels() == 1);

/// What the decoder may use of the stack: the playback itself is in there.
const STACK_BUDGET: usize = 3072;

#[entry]
fn main() -> ! {
    stack::paint();
    nex_cortex_m::end(run())
}

fn run() -> bool {
    const WORDS: usize = SOUND.memory_len();
    let Some(memory) = cortex_m::singleton!(: [u32; WORDS] = [0; WORDS]) else { return false };
    let Ok(mut playback) = SOUND.play(memory) else { return false };
    let (mut crc, mut block) = (SampleChecksum::new(), [0; 64]);
    loop {
        let written = playback.decode_block(&mut block);
        if written == 0 {
            break;
        }
        crc.add(&block[..written]);
    }
    hprintln!("hello-world: {} samples, crc {:08x}", playback.position(), crc.value());
    hprintln!("# stack: {} bytes", stack::used());
    stack::used() <= STACK_BUDGET
}
