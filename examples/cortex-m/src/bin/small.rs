//! Decodes a clip on a part with 8 KB of RAM and no floating-point unit.
//!
//! Everything has a fixed size: the linker refuses what does not fit, and the
//! painted stack shows how much is left.
//!
//!     NEX_BOARD=lm3s6965evb-8k cargo run --release --bin small --target thumbv6m-none-eabi
#![no_std]
#![no_main]

use cortex_m_rt::entry;
use cortex_m_semihosting::hprintln;
use nex_cortex_m::stack;
use nex_runtime::{SampleChecksum, Sound};
use panic_semihosting as _;

static HELLO: &[u8] = include_bytes!("../../../clips/hello-world.nex");

/// Words for blocks of up to 512 samples: 4 KB.
const STREAM: usize = 1024;
/// What the decoder may use of the stack: the playback itself is in there.
const STACK_BUDGET: usize = 3072;

#[entry]
fn main() -> ! {
    stack::paint();
    nex_cortex_m::end(run())
}

fn run() -> bool {
    let Some(memory) = cortex_m::singleton!(: [u32; STREAM] = [0; STREAM]) else { return false };
    let sound = match Sound::open_compact(HELLO) {
        Ok(sound) => sound,
        Err(error) => {
            hprintln!("hello-world: {}", error);
            return false;
        }
    };
    let needed = sound.memory_len();
    let Ok(mut playback) = sound.play(memory) else {
        hprintln!("hello-world: {} words of memory needed", needed);
        return false;
    };
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
