//! What does it cost to open a compact shape, and to ask for distances and gradients?
#![no_std]
#![no_main]

#[path = "../../places.rs"]
mod places;

use core::hint::black_box;
use cortex_m_semihosting::{debug, hprintln};
use nex_device_tests::{counted, job, stack_depth};
use nex_runtime::{Distances, Position, SampleChecksum, Shape};
use places::places;

/// Words for the decoder: 44 KB.
const MEMORY_WORDS: usize = 11 * 1024;
/// Places of each kind that are counted.
const EACH: usize = 150;

/// Prints `name value` lines. The plugin counts regions: nothing, opening, decoding, and
/// then one for each distance or gradient: [`EACH`] distances or fewer where a polynomial
/// is, in empty cells up to a block away from one, further away; and gradients likewise.
#[cortex_m_rt::entry]
fn main() -> ! {
    let memory = cortex_m::singleton!(: [u32; MEMORY_WORDS] = [0; MEMORY_WORDS]).unwrap();
    counted(|| ());
    let file = job::file().unwrap();
    let (shape, parse_stack) =
        stack_depth(|| counted(|| Shape::open_compact(black_box(file)).unwrap()));
    let cells = shape.info().cells;
    let memory = &mut memory[..shape.memory_len()];
    hprintln!("memory {}", size_of_val(memory));
    let (mut distances, decode_stack) =
        stack_depth(|| counted(|| shape.distances(memory).unwrap()));
    hprintln!("state {}", size_of_val(&shape) + size_of_val(&distances));
    let ((), stack) = stack_depth(|| {
        for kind in ["near", "empty", "far"] {
            let counts =
                [ask(&mut distances, cells, kind, false), ask(&mut distances, cells, kind, true)];
            hprintln!("{} {}", kind, counts[0]);
        }
    });
    let mut crc = SampleChecksum::new();
    for at in places(cells) {
        crc.add(&[distances.sdf_at(at).unwrap()]);
        for rise in distances.gradient_at(at).unwrap() {
            crc.add(&[rise as i16, (rise >> 16) as i16]);
        }
    }
    hprintln!("parse_stack {}", parse_stack.max(decode_stack));
    hprintln!("stack {}", stack);
    hprintln!("crc {}", crc.value());
    debug::exit(debug::EXIT_SUCCESS);
    loop {
        cortex_m::asm::wfi();
    }
}

/// Asks where it is of a kind; returns how many times.
#[inline(never)]
fn ask(distances: &mut Distances<'_>, cells: u32, kind: &str, gradient: bool) -> usize {
    let block = 16 * 65_536 / cells as i32;
    let mut asked = 0;
    for at in places(cells) {
        let far = i32::from(distances.sdf_at(at).unwrap()).abs() >= block;
        let found = match distances.expert_at(at) {
            Ok(0) if far => "far",
            Ok(0) => "empty",
            _ => "near",
        };
        if found == kind && asked < EACH {
            let at: [Position; 3] = black_box(at);
            match gradient {
                false => counted(|| _ = black_box(distances.sdf_at(at))),
                true => counted(|| _ = black_box(distances.gradient_at(at))),
            }
            asked += 1;
        }
    }
    asked
}
