//! Leads a robot's tool along a path and keeps it clear of an obstacle that is stored as a
//! compact shape: 2 KB of a workbench with a vase and a ring.
//!
//!     cargo run --release --bin reach
//!
//! Away from the surface the tool goes as far at once as the distance says is free. In the
//! cells around it, where the distance is the true one, it keeps [`KEEP`] away: it slides along
//! the surface, and is pushed out along the gradient. Whole numbers alone, so every processor
//! goes the same way.
#![no_std]
#![no_main]

use cortex_m::peripheral::{SYST, syst::SystClkSource};
use cortex_m_rt::entry;
use cortex_m_semihosting::{hprint, hprintln};
use nex_cortex_m::{CLOCK_HZ, stack};
use nex_runtime::{DecodeError, Distances, Position, SampleChecksum, Shape, include_nex};
use panic_semihosting as _;

static FILE: &[u8] = include_nex!("../../../clips/workbench.nex");
const BENCH: Shape<'_> = match Shape::open_compact(FILE) {
    Ok(shape) => shape,
    Err(_) => unreachable!(),
};
const CELLS: i32 = BENCH.info().cells as i32;

/// A voxel, as places and ways are counted here.
const VOXEL: i32 = 1 << 16;
/// In millimetres; the file is in metres.
const VOXEL_MM: i32 = (1000.0 * BENCH.info().side) as i32 / CELLS;
/// How far the tool is to keep from the surface: 30 mm.
const KEEP: i32 = 2 * VOXEL;
/// How far it goes at once at least.
const STEP: i32 = VOXEL / 2;
/// More steps to one place: the way is blocked.
const MOST: u32 = 200;

/// Where the tool begins, and where it goes, in voxels: behind the vase, into the ring, out of
/// it, and down to the bench beside it.
const PATH: [[i32; 3]; 5] = [[14, 59, 95], [57, 67, 84], [84, 64, 84], [84, 64, 98], [112, 50, 81]];

/// The obstacle, and what asking for it took.
struct Obstacle<'m> {
    distances: Distances<'m>,
    clock: SYST,
    /// How often, and ticks of the clock: of distances, and of gradients.
    asked: [(u32, u64); 2],
}

impl Obstacle<'_> {
    /// In 1/65536 voxels, as places are; and whether it is the surface's, or of empty space
    /// that is free at least.
    fn distance(&mut self, at: [i32; 3]) -> Result<(i32, bool), DecodeError> {
        let start = SYST::get_current();
        let steps = self.distances.sdf_at(place(at))?;
        self.count(0, start);
        Ok((i32::from(steps) * CELLS, self.distances.expert_at(place(at))? > 0))
    }

    fn gradient(&mut self, at: [i32; 3]) -> Result<[i32; 3], DecodeError> {
        let start = SYST::get_current();
        let rise = self.distances.gradient_at(place(at))?;
        self.count(1, start);
        Ok(rise)
    }

    fn count(&mut self, kind: usize, start: u32) {
        let (times, ticks) = &mut self.asked[kind];
        *times += 1;
        *ticks += u64::from(since(&self.clock, start));
    }
}

/// The clock counts down, in 24 bits.
fn since(_: &SYST, start: u32) -> u32 {
    start.wrapping_sub(SYST::get_current()) & 0xff_ffff
}

fn place(at: [i32; 3]) -> [Position; 3] {
    at.map(|x| Position::new(x as u32 >> 16, (x as u32) << 16))
}

/// A direction made so long.
fn scaled(way: [i32; 3], length: i32) -> [i32; 3] {
    let own = way.iter().map(|&x| i64::from(x).pow(2)).sum::<i64>().isqrt().max(1);
    way.map(|x| (i64::from(x) * i64::from(length) / own) as i32)
}

/// How much of a way goes along a direction of one voxel, in the way's unit.
fn dot(way: [i32; 3], along: [i32; 3]) -> i64 {
    way.into_iter().zip(along).map(|(a, b)| i64::from(a) * i64::from(b)).sum::<i64>() >> 16
}

/// So much of a direction of one voxel.
fn over(along: i32, length: i64) -> i32 {
    ((i64::from(along) * length) >> 16) as i32
}

fn moved(at: [i32; 3], by: [i32; 3]) -> [i32; 3] {
    let end = CELLS * VOXEL;
    [0, 1, 2].map(|axis| (at[axis] + by[axis]).clamp(0, end))
}

#[entry]
fn main() -> ! {
    stack::paint();
    let done = reach().map_err(|why| hprintln!("the obstacle: {:?}", why));
    hprintln!("# stack: {} bytes", stack::used());
    nex_cortex_m::end(done == Ok(true))
}

/// Goes along the path; says whether it got to its end.
fn reach() -> Result<bool, DecodeError> {
    const WORDS: usize = BENCH.memory_len();
    let memory = cortex_m::singleton!(: [u32; WORDS] = [0; WORDS]).unwrap();
    let shape = cortex_m::singleton!(: Shape<'static> = BENCH).unwrap();
    let mut clock = cortex_m::Peripherals::take().unwrap().SYST;
    clock.set_clock_source(SystClkSource::Core);
    clock.set_reload(0xff_ffff);
    clock.clear_current();
    clock.enable_counter();

    let start = SYST::get_current();
    let distances = shape.distances(memory)?;
    let opening = since(&clock, start);
    let mut obstacle = Obstacle { distances, clock, asked: [(0, 0); 2] };
    let [first, goals @ ..] = PATH.map(|place| place.map(|x| x * VOXEL));
    let (mut at, mut crc) = (first, SampleChecksum::new());
    for goal in goals {
        let (mut steps, mut nearest) = (0, i32::MAX);
        while at != goal && steps < MOST {
            let (room, is_near) = obstacle.distance(at)?;
            let way = [0, 1, 2].map(|axis| goal[axis] - at[axis]);
            let left = way.iter().map(|&x| i64::from(x).pow(2)).sum::<i64>().isqrt() as i32;
            let far = if is_near { STEP } else { room.max(STEP) };
            let mut by = if left <= far { way } else { scaled(way, far) };
            if is_near {
                nearest = nearest.min(room);
            }
            if is_near && room < KEEP + STEP {
                // Along the surface, and out to where there is room.
                let away = scaled(obstacle.gradient(at)?, VOXEL);
                let out = i64::from(KEEP - room).max(0) - dot(by, away).min(0);
                by = [0, 1, 2].map(|axis| by[axis] + over(away[axis], out));
            }
            at = moved(at, by);
            at.iter().for_each(|&x| crc.add(&[x as i16, (x >> 16) as i16]));
            steps += 1;
        }
        let [x, y, z] = goal.map(|x| x / VOXEL);
        hprint!("to {} {} {}: {} steps", x, y, z, steps);
        match nearest {
            i32::MAX => hprintln!(", nothing near"),
            _ => hprintln!(", {} mm away at least", nearest / (VOXEL / VOXEL_MM)),
        }
        if at != goal {
            return Ok(false);
        }
    }
    hprintln!("path: {:08x}", crc.value());
    // Nanoseconds; of an emulator with `-icount shift=0` these are instructions.
    let ns = |ticks: u64| ticks * 1_000_000_000 / u64::from(CLOCK_HZ);
    hprintln!("# memory: {} bytes, decoded in {} ns", 4 * WORDS, ns(opening.into()));
    for (name, (times, ticks)) in ["distances", "gradients"].into_iter().zip(obstacle.asked) {
        hprintln!("# {} {}: {} ns each", times, name, ns(ticks) / u64::from(times.max(1)));
    }
    Ok(true)
}
