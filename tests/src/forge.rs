//! Which valid files can be made from a seed?
//!
//! Small mixtures of every kind the format allows, extreme values included.

use nex_format::{
    MAX_LINEAR_ROW_SUM,
    neural::{
        Arithmetic, PictureHeader, ShapeHeader, SoundHeader, bake,
        write::{IntegerRows, Layer, Mixture, Mlp, encode},
    },
};
use nex_runtime::{Position, Shape};

/// A small generator of numbers; the same on every machine.
pub struct Random(u64);

impl Random {
    /// Different seeds give unrelated numbers.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x1234_5678_9abc_def1)
    }

    /// 64 random bits (splitmix64).
    pub const fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number in a range.
    pub fn within(&mut self, range: std::ops::RangeInclusive<usize>) -> usize {
        range.start() + (self.bits() % (range.end() - range.start() + 1) as u64) as usize
    }

    /// A number in -1 .. 1.
    pub fn symmetric(&mut self) -> f32 {
        (self.bits() >> 40) as f32 / 8_388_608.0 - 1.0
    }
}

/// What a forged file looks like.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    pub arithmetic: Arithmetic,
    pub experts: usize,
    pub channels: usize,
    pub frames: u32,
    pub widest: usize,
}

impl Plan {
    /// Any plan.
    #[must_use]
    pub fn any(random: &mut Random) -> Self {
        Self {
            arithmetic: if random.within(0..=1) == 0 {
                Arithmetic::Integer
            } else {
                Arithmetic::Float
            },
            experts: random.within(1..=6),
            channels: random.within(1..=3),
            frames: random.within(1..=400) as u32,
            widest: random.within(1..=40),
        }
    }
}

struct Forge<'r> {
    random: &'r mut Random,
    arithmetic: Arithmetic,
    /// Coordinates.
    dims: usize,
}

impl Forge<'_> {
    fn oscillators(&mut self, rows: usize) -> Layer {
        let shift = self.random.within(0..=8);
        Layer::Oscillator {
            frequencies: (0..rows * self.dims)
                .map(|_| self.random.bits() as i32 >> shift)
                .collect(),
            phases: (0..rows).map(|_| self.random.bits() as u32).collect(),
        }
    }

    fn floats(&mut self, rows: usize, cols: usize) -> Layer {
        let scale = if self.random.within(0..=9) == 0 { 30.0 } else { 1.0 / (cols as f32).sqrt() };
        let weights = (0..rows * cols).map(|_| self.random.symmetric() * scale).collect();
        let biases = (0..rows).map(|_| self.random.symmetric()).collect();
        if self.random.within(0..=1) == 0 {
            Layer::F32 { weights, biases }
        } else {
            Layer::F16 { weights, biases }
        }
    }

    fn integers(&mut self, rows: usize, cols: usize, sine: bool) -> Layer {
        let wide = self.random.within(0..=1) == 0;
        let extreme = self.random.within(0..=7) == 0;
        let full = if wide { i16::MIN } else { i16::from(i8::MIN) };
        // A linear row's magnitudes must not add up to more than the limit.
        let largest = if sine {
            usize::from(full.unsigned_abs())
        } else {
            (MAX_LINEAR_ROW_SUM as usize / cols).min(usize::from(full.unsigned_abs()))
        };
        let weight = |random: &mut Random| {
            if extreme {
                return -(largest as i32) as i16;
            }
            let drawn = random.within(0..=2 * largest) as i32 - largest as i32;
            drawn.clamp(full.into(), -i32::from(full) - 1) as i16
        };
        let weights = (0..rows * cols).map(|_| weight(self.random)).collect();
        let rows = if sine {
            let multiplier = |r: &mut Random| match r.within(0..=9) {
                0 => 0,
                1 => u16::MAX,
                _ => r.within(1..=if wide { 3 } else { 300 }) as u16,
            };
            IntegerRows::Sine {
                multipliers: (0..rows).map(|_| multiplier(self.random)).collect(),
                phases: (0..rows).map(|_| self.random.bits() as u16).collect(),
            }
        } else {
            let multiplier = |r: &mut Random| match r.within(0..=9) {
                0 => (1 << 31) - 1,
                _ => r.within(0..=4_000_000) as u32,
            };
            IntegerRows::Linear {
                multipliers: (0..rows).map(|_| multiplier(self.random)).collect(),
                biases: (0..rows).map(|_| self.random.bits() as i32 >> 4).collect(),
            }
        };
        Layer::Integer { wide, weights, rows }
    }

    fn layer(&mut self, rows: usize, cols: usize, sine: bool) -> Layer {
        match self.arithmetic {
            Arithmetic::Integer => self.integers(rows, cols, sine),
            Arithmetic::Float => self.floats(rows, cols),
        }
    }

    fn encoder(&mut self, width: usize) -> Mlp {
        let mut layers = vec![self.oscillators(width)];
        for _ in 0..self.random.within(0..=2) {
            layers.push(self.layer(width, width, true));
        }
        Mlp { width: width as u16, layers }
    }

    fn head(&mut self, inputs: usize, width: usize, outputs: usize, sines: usize) -> Mlp {
        let mut layers = Vec::new();
        let mut inputs = inputs;
        for _ in 0..sines {
            layers.push(self.layer(width, inputs, true));
            inputs = width;
        }
        layers.push(self.layer(outputs, inputs, false));
        Mlp { width: width as u16, layers }
    }
}

/// A mixture of a plan.
#[must_use]
pub fn mixture(plan: &Plan, random: &mut Random) -> (SoundHeader, Mixture) {
    let audio = SoundHeader {
        rate_hz: random.within(1..=768_000) as u32,
        channels: plan.channels as u8,
        frames: plan.frames,
        peak: random.within(1..=32_768) as u16,
    };
    (audio, network(plan, 1, random))
}

/// The network of a plan for points of so many coordinates.
fn network(plan: &Plan, dims: usize, random: &mut Random) -> Mixture {
    let mut widths = || random.within(1..=plan.widest);
    let [encoder, own, head, expert] = [widths(), widths(), widths(), widths()];
    let sines = random.within(1..=2);
    let mut forge = Forge { random, arithmetic: plan.arithmetic, dims };
    let manager = (plan.experts > 1).then(|| {
        let manager = forge.encoder(own);
        let sines = forge.random.within(1..=2);
        (manager, forge.head(own + encoder, head, plan.experts, sines))
    });
    let encoder_block = forge.encoder(encoder);
    let first = forge.head(encoder, expert, plan.channels, sines);
    let experts = (0..plan.experts).map(|_| {
        // All experts share the first one's weight types.
        let mut other = forge.head(encoder, expert, plan.channels, sines);
        while !same_types(&first, &other) {
            other = forge.head(encoder, expert, plan.channels, sines);
        }
        other
    });
    let experts = experts.collect();
    Mixture { arithmetic: plan.arithmetic, manager, encoder: encoder_block, experts }
}

/// A picture's file of a plan, whose frames are not looked at.
///
/// The experts' outputs are scaled to the range of 8 bits: some beyond it.
///
/// # Panics
/// As [`file`].
#[must_use]
pub fn image_of(plan: &Plan, (width, height): (u16, u16), random: &mut Random) -> Vec<u8> {
    let image = PictureHeader { width, height, channels: plan.channels as u8 };
    let mut mixture = network(plan, 2, random);
    for expert in &mut mixture.experts {
        let Some(Layer::Integer { rows: IntegerRows::Linear { multipliers, biases }, .. }) =
            expert.layers.last_mut()
        else {
            continue;
        };
        // The largest sum has 31 bits; a step of a sample is 32.
        multipliers.iter_mut().for_each(|m| *m %= 300);
        biases.iter_mut().for_each(|b| *b = (*b >> 3).abs());
    }
    let comment = (random.within(0..=3) == 0).then_some("forged");
    encode(&image, &mixture, comment).unwrap_or_else(|e| panic!("{plan:?}: {e}"))
}

/// A picture's file from a seed.
///
/// # Panics
/// As [`file`].
#[must_use]
pub fn image(seed: u64) -> Vec<u8> {
    let mut random = Random::new(seed ^ 0x1a6e);
    let plan = Plan { channels: random.within(1..=4), ..Plan::any(&mut random) };
    let size = (random.within(1..=33) as u16, random.within(1..=9) as u16);
    image_of(&plan, size, &mut random)
}

/// A shape's file of a plan, whose frames and channels are not looked at.
///
/// # Panics
/// As [`file`].
#[must_use]
pub fn shape_of(plan: &Plan, cells: u16, random: &mut Random) -> Vec<u8> {
    let number = |random: &mut Random| random.within(0..=2000) as f32 / 64.0 - 15.0;
    let origin = [number(random), number(random), number(random)];
    let shape = ShapeHeader { cells, origin, side: number(random).abs() + 0.5 };
    let mixture = network(&Plan { channels: 1, ..*plan }, 3, random);
    let comment = (random.within(0..=3) == 0).then_some("forged");
    encode(&shape, &mixture, comment).unwrap_or_else(|e| panic!("{plan:?}: {e}"))
}

/// A file of a small network with a surface, whose cube has its corner and its side
/// here.
///
/// # Panics
/// As [`file`].
#[must_use]
pub fn shape_at(cells: u16, origin: [f32; 3], side: f32) -> Vec<u8> {
    let of_seed = |seed| {
        let mut random = Random::new(seed);
        let plan = Plan { experts: 2, widest: 6, ..Plan::any(&mut random) };
        let mixture = network(&Plan { channels: 1, ..plan }, 3, &mut random);
        let shape = ShapeHeader { cells, origin, side };
        encode(&shape, &mixture, None).unwrap_or_else(|e| panic!("{plan:?}: {e}"))
    };
    (0..).map(of_seed).find(|bytes| has_surface(bytes)).unwrap_or_default()
}

/// Whether a good part of a shape is inside, another outside, and hardly any in between.
fn has_surface(bytes: &[u8]) -> bool {
    let Ok(shape) = Shape::open(bytes) else { return false };
    let (mut random, cells) = (Random::new(1), shape.info().cells as usize);
    let mut scratch = vec![0; shape.memory_len()];
    let place = Position::from_frame;
    let points: Vec<_> = (0..400)
        .flat_map(|_| {
            let [x, y, z] = [(); 3].map(|()| random.within(0..=cells) as u32);
            let other = x.checked_sub(1).unwrap_or(1);
            [x, other].map(|x| [x, y, z].map(place))
        })
        .collect();
    let mut distances = vec![0; points.len()];
    if shape.sdf_points(&points, &mut distances, &mut scratch).is_err() {
        return false;
    }
    let borders = distances.chunks(2).filter(|pair| (pair[0] < 0) != (pair[1] < 0)).count();
    (200..600).contains(&distances.iter().filter(|&&d| d < 0).count()) && borders < 8
}

/// A shape's file from a seed.
///
/// # Panics
/// As [`file`].
#[must_use]
pub fn shape(seed: u64) -> Vec<u8> {
    let mut random = Random::new(seed ^ 0x54a9);
    let plan = Plan::any(&mut random);
    let cells = [1, 2, 7, 16, 256, u16::MAX][random.within(0..=5)];
    shape_of(&plan, cells, &mut random)
}

fn same_types(a: &Mlp, b: &Mlp) -> bool {
    let kind =
        |l: &Layer| (std::mem::discriminant(l), matches!(l, Layer::Integer { wide: true, .. }));
    a.layers.iter().map(kind).eq(b.layers.iter().map(kind))
}

/// A file from a seed; one in four with baked routing, if it has experts to
/// choose from.
///
/// # Panics
/// If the format refuses a mixture that this module takes for valid.
#[must_use]
pub fn file(seed: u64) -> Vec<u8> {
    let mut random = Random::new(seed);
    let plan = Plan::any(&mut random);
    let bytes = file_of(&plan, &mut random);
    if seed % 4 == 1 && plan.experts > 1 { baked(&bytes, &plan, &mut random) } else { bytes }
}

/// The file of a plan with routing of random runs, and not its manager's.
///
/// # Panics
/// As [`file`].
#[must_use]
pub fn baked(bytes: &[u8], plan: &Plan, random: &mut Random) -> Vec<u8> {
    let routing = routing(plan.frames as usize, plan.experts, random);
    bake(bytes, &routing).unwrap_or_else(|e| panic!("{plan:?}: {e}"))
}

/// Experts by frame, in runs that are short, long or both.
#[must_use]
pub fn routing(frames: usize, experts: usize, random: &mut Random) -> Vec<u8> {
    let longest = [1, 2, 9, 80, 1000][random.within(0..=4)];
    let mut routing = Vec::new();
    while routing.len() < frames {
        let run = random.within(1..=longest).min(frames - routing.len());
        let expert = random.within(0..=experts - 1) as u8;
        routing.extend(std::iter::repeat_n(expert, run));
    }
    routing
}

/// A file of a plan.
///
/// # Panics
/// As [`file`].
#[must_use]
pub fn file_of(plan: &Plan, random: &mut Random) -> Vec<u8> {
    let (audio, mixture) = mixture(plan, random);
    let comment = (random.within(0..=3) == 0).then_some("forged");
    encode(&audio, &mixture, comment).unwrap_or_else(|e| panic!("{plan:?}: {e}"))
}

/// Where the header of a file with sections begins: behind magic, version, kind
/// and the table.
///
/// # Panics
/// If the bytes are no file.
#[must_use]
pub fn header_at(bytes: &[u8]) -> usize {
    let sections = nex_format::sections(bytes).unwrap();
    let entries = sections.map(|s| if s.data.len() < 128 { 2 } else { 3 });
    6 + entries.sum::<usize>()
}
