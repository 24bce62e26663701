//! Which further networks can be made from a seed?
//!
//! Every activation, layers that read the position, managers that do not see
//! the encoder's features, hash grids: in float arithmetic.

use crate::forge::Random;
use nex_format::neural::{
    Activation, Arithmetic, Header, PictureHeader, SoundHeader, WeightType,
    write::{Design, Grid, GridLevel, Layer, Mixture, Mlp, encode_as},
};

const ACTIVATIONS: [Activation; 4] =
    [Activation::Sine, Activation::Finer, Activation::SoftPlus, Activation::Relu];

/// A network's file before it is written.
#[derive(Clone, Debug)]
pub struct Network {
    /// What it stores.
    pub header: Header,
    /// Its weights.
    pub mixture: Mixture,
    /// What is not a mixture of sines in it.
    pub design: Design,
}

impl Network {
    /// Its file.
    ///
    /// # Panics
    /// If the format refuses what this module takes for valid.
    #[must_use]
    pub fn file(&self) -> Vec<u8> {
        encode_as(self.header, &self.mixture, &self.design, None)
            .unwrap_or_else(|e| panic!("{:?}, {:?}: {e}", self.header, self.design))
    }
}

/// Values around 0 whose rows add up to about as much as trained ones.
fn values(random: &mut Random, rows: usize, cols: usize) -> (Vec<f32>, Vec<f32>) {
    let scale = if random.within(0..=9) == 0 { 30.0 } else { 2.0 / (cols as f32).sqrt() };
    let weights = (0..rows * cols).map(|_| random.symmetric() * scale).collect();
    (weights, (0..rows).map(|_| random.symmetric()).collect())
}

fn layer(random: &mut Random, rows: usize, cols: usize) -> Layer {
    let (weights, biases) = values(random, rows, cols);
    match random.within(0..=1) {
        0 => Layer::F32 { weights, biases },
        _ => Layer::F16 { weights, biases },
    }
}

fn position(random: &mut Random, rows: usize, cols: usize) -> Layer {
    let (weights, biases) = values(random, rows, cols);
    Layer::Position { half: random.within(0..=1) == 0, weights, biases }
}

/// An encoder whose first layer is either of those that read the position; of
/// the others some read it too.
fn encoder(random: &mut Random, dims: usize, width: usize) -> Mlp {
    let mut layers = Vec::new();
    if random.within(0..=1) == 0 {
        layers.push(position(random, width, dims));
    } else {
        layers.push(Layer::Oscillator {
            frequencies: (0..width * dims).map(|_| random.bits() as i32 >> 6).collect(),
            phases: (0..width).map(|_| random.bits() as u32).collect(),
        });
    }
    for _ in 0..random.within(0..=2) {
        layers.push(match random.within(0..=2) {
            0 => position(random, width, width + dims),
            _ => layer(random, width, width),
        });
    }
    Mlp { width: width as u16, layers }
}

fn head(random: &mut Random, inputs: usize, width: usize, outputs: usize) -> Mlp {
    let mut layers = vec![layer(random, width, inputs)];
    if random.within(0..=1) == 0 {
        layers.push(layer(random, width, width));
    }
    layers.push(layer(random, outputs, width));
    Mlp { width: width as u16, layers }
}

/// Entries of a level.
fn entries(vertices: u16, dims: usize, table_log2: u8) -> usize {
    usize::from(vertices).pow(dims as u32).min(1 << table_log2)
}

fn grid(random: &mut Random, dims: usize) -> Grid {
    let table_log2 = random.within(0..=9) as u8;
    let features = random.within(1..=3) as u8;
    let storage = [WeightType::F32, WeightType::F16, WeightType::I8][random.within(0..=2)];
    let mut level = |_| {
        let vertices = [2, 3, 9, 40, 700][random.within(0..=4)];
        let count = entries(vertices, dims, table_log2) * usize::from(features);
        let scale = [0.01, 1.0, 30.0][random.within(0..=2)];
        // Sometimes beyond the last vertex.
        let scale_of = random.within(0..=usize::from(vertices)) as u32;
        let scale_of = (scale_of << 16) + (random.bits() as u32 >> 16);
        GridLevel {
            vertices,
            scale: scale_of,
            values: (0..count).map(|_| random.symmetric() * scale).collect(),
        }
    };
    let levels = (0..1 + usize::from(table_log2) % 4).map(&mut level).collect();
    Grid { features, table_log2, storage, offset: random.bits() as u16, levels }
}

/// The weight types of experts must be equal.
fn as_f32(mlp: Mlp) -> Mlp {
    let same = |layer| match layer {
        Layer::F16 { weights, biases } => Layer::F32 { weights, biases },
        other => other,
    };
    Mlp { layers: mlp.layers.into_iter().map(same).collect(), ..mlp }
}

/// A network of a signal.
#[must_use]
pub fn network(header: Header, random: &mut Random) -> Network {
    let (dims, channels) = (header.dims(), usize::from(header.channels()));
    let count = random.within(1..=5);
    let mut widths = || random.within(1..=24);
    let [mut width, own, head_width, expert_width] = [widths(), widths(), widths(), widths()];
    let mut drawn = || ACTIVATIONS[random.within(0..=3)];
    let [encoder_kind, own_kind, head_kind, expert_kind] = [drawn(), drawn(), drawn(), drawn()];
    let has_grid = random.within(0..=2) == 0;
    let alone = random.within(0..=2) == 0;
    let no_own = random.within(0..=3) == 0;
    let mut shared = encoder(random, dims, width);
    let table = has_grid.then(|| grid(random, dims));
    if let Some(grid) = &table {
        width = grid.levels.len() * usize::from(grid.features);
        shared = Mlp { width: 1, layers: vec![] };
    }
    // A sine wants inputs that are small.
    let small = |kind| matches!(kind, Activation::Sine | Activation::Finer);
    let shared_small = !has_grid && small(encoder_kind);
    let unless = |small: bool, kind| match kind {
        Activation::Sine if !small => Activation::Finer,
        other => other,
    };
    let seen = if alone { 0 } else { width };
    let manager = (count > 1).then(|| {
        if no_own {
            let none = Mlp { width: 0, layers: vec![] };
            return (none, head(random, width, head_width, count));
        }
        (encoder(random, dims, own), head(random, own + seen, head_width, count))
    });
    let expert = |_| {
        // Of as many layers each.
        let hidden = layer(random, expert_width, width);
        let layers = vec![hidden, layer(random, channels, expert_width)];
        as_f32(Mlp { width: expert_width as u16, layers })
    };
    let experts = (0..count).map(expert).collect();
    Network {
        header,
        mixture: Mixture { arithmetic: Arithmetic::Float, manager, encoder: shared, experts },
        design: Design {
            encoder: encoder_kind,
            manager_encoder: own_kind,
            manager_head: unless(
                (no_own || small(own_kind)) && (shared_small || alone && !no_own),
                head_kind,
            ),
            expert: unless(shared_small, expert_kind),
            alone,
            grid: table,
        },
    }
}

/// A sound's network from a seed.
#[must_use]
pub fn sound(seed: u64) -> Network {
    let mut random = Random::new(seed ^ 0x50);
    let audio = SoundHeader {
        rate_hz: 8000,
        channels: random.within(1..=2) as u8,
        frames: random.within(1..=300) as u32,
        peak: random.within(1..=32_768) as u16,
    };
    network(Header::Sound(audio), &mut random)
}

/// A picture's network from a seed.
#[must_use]
pub fn picture(seed: u64) -> Network {
    let mut random = Random::new(seed ^ 0x91c);
    let image = PictureHeader {
        width: random.within(1..=33) as u16,
        height: random.within(1..=9) as u16,
        channels: random.within(1..=4) as u8,
    };
    network(Header::Picture(image), &mut random)
}
