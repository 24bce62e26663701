//! Which networks do the measurements decode?
//!
//! Networks of exact sizes with weights from a fixed seed: the cost of a
//! sample depends on the sizes alone, and on how often the expert changes.
//! Here every expert owns one stretch of the clip, as a clock's hand passes
//! its hours, so a mixture's tiles hold one expert nearly always.

use nex_format::{
    Error,
    neural::{
        Arithmetic, SoundHeader,
        write::{IntegerRows, Layer, Mixture, Mlp, encode},
    },
};
use std::f32::consts::TAU;

/// Frames of every network's clip.
pub const FRAMES: u32 = 4096;

/// A file to measure.
pub struct Network {
    /// Such as `mixture-4x16-i8`: 4 experts, 16 units wide, 8-bit weights.
    pub name: String,
    /// The `.nex` file.
    pub bytes: Vec<u8>,
}

/// How weights are stored, and with that how a network is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weights {
    /// 8-bit integers.
    I8,
    /// 16-bit integers.
    I16,
    /// Floating point.
    F32,
}

/// Every network of the measurements.
///
/// # Errors
/// If the format refuses one.
pub fn all() -> Result<Vec<Network>, Error> {
    let mut networks = Vec::new();
    for weights in [Weights::I8, Weights::I16, Weights::F32] {
        networks.push(dense(weights, 16, 1)?);
        networks.push(dense(weights, 16, 2)?);
        for width in [8, 16, 32] {
            for experts in [2, 4, 8, 16] {
                networks.push(mixture(weights, experts, width)?);
            }
        }
    }
    Ok(networks)
}

/// A network 1 -> `width` -> ... -> 1 without a manager, of `layers` sine layers
/// after the oscillators: `width * (layers * width + 2)` multiply-accumulates
/// and `(layers + 1) * width` sines a sample.
///
/// # Errors
/// If the format refuses it.
pub fn dense(weights: Weights, width: usize, layers: usize) -> Result<Network, Error> {
    let mut forge = Forge { weights, state: 1 };
    let mixture = Mixture {
        arithmetic: forge.arithmetic(),
        manager: None,
        encoder: forge.encoder(width, 1),
        experts: vec![forge.head(width, width, 1, layers)],
    };
    let depth = if layers == 1 { String::new() } else { format!("x{layers}") };
    forge.network(format!("dense-{width}{depth}"), &mixture)
}

/// A mixture of the sizes that the trainer's small presets have: an encoder
/// of three layers, a manager half as wide, experts of two layers.
///
/// # Errors
/// If the format refuses it.
pub fn mixture(weights: Weights, experts: usize, width: usize) -> Result<Network, Error> {
    let mut forge = Forge { weights, state: 2 };
    let half = (width / 2).max(2);
    let manager = (experts > 1).then(|| forge.clock(half, half + width, experts));
    let mixture = Mixture {
        arithmetic: forge.arithmetic(),
        manager,
        encoder: forge.encoder(width, 3),
        experts: (0..experts).map(|_| forge.head(width, width, 1, 2)).collect(),
    };
    forge.network(format!("mixture-{experts}x{width}"), &mixture)
}

/// What is added up before a sine or a sample, in turns or output units.
#[derive(Clone, Copy)]
enum Role {
    Sine,
    Linear,
}

struct Forge {
    weights: Weights,
    state: u64,
}

impl Forge {
    const fn arithmetic(&self) -> Arithmetic {
        match self.weights {
            Weights::I8 | Weights::I16 => Arithmetic::Integer,
            Weights::F32 => Arithmetic::Float,
        }
    }

    fn network(&self, name: String, mixture: &Mixture) -> Result<Network, Error> {
        let sound = SoundHeader { rate_hz: 8000, channels: 1, frames: FRAMES, peak: 30_000 };
        let bytes = encode(&sound, mixture, None)?;
        let kind = match self.weights {
            Weights::I8 => "i8",
            Weights::I16 => "i16",
            Weights::F32 => "f32",
        };
        Ok(Network { name: format!("{name}-{kind}"), bytes })
    }

    /// The next number of a linear congruential generator.
    const fn bits(&mut self) -> u32 {
        self.state = self
            .state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.state >> 32) as u32
    }

    /// A number in -1 .. 1.
    const fn symmetric(&mut self) -> f32 {
        (self.bits() >> 8) as f32 / 8_388_608.0 - 1.0
    }

    fn encoder(&mut self, width: usize, sine_layers: usize) -> Mlp {
        let mut layers = vec![Layer::Oscillator {
            frequencies: (0..width).map(|_| self.bits() as i32 >> 4).collect(),
            phases: (0..width).map(|_| self.bits()).collect(),
        }];
        layers.extend((1..sine_layers).map(|_| self.layer(width, width, Role::Sine)));
        Mlp { width: width as u16, layers }
    }

    fn head(&mut self, inputs: usize, width: usize, outputs: usize, sine_layers: usize) -> Mlp {
        let mut layers = vec![self.layer(width, inputs, Role::Sine)];
        layers.extend((1..sine_layers).map(|_| self.layer(width, width, Role::Sine)));
        layers.push(self.layer(outputs, width, Role::Linear));
        Mlp { width: width as u16, layers }
    }

    /// A layer of random weights whose sums stay near -1 ..= 1.
    fn layer(&mut self, rows: usize, cols: usize, role: Role) -> Layer {
        let scale = 1.0 / (cols as f32).sqrt();
        let weights: Vec<f32> = (0..rows * cols).map(|_| self.symmetric() * scale).collect();
        self.stored(&weights, rows, role)
    }

    fn stored(&self, weights: &[f32], rows: usize, role: Role) -> Layer {
        if self.weights == Weights::F32 {
            return Layer::F32 { weights: weights.to_vec(), biases: vec![0.0; rows] };
        }
        let largest = weights.iter().fold(0.0f32, |m, w| m.max(w.abs()));
        let wide = self.weights == Weights::I16;
        // A row of the widest output layer must not overflow a sum.
        let step = largest / if wide { 1023.0 } else { 127.0 };
        // One unit of the sums is `step / 32767`; multipliers are in 2^-32.
        let multiplier = step / 32_767.0 * 4_294_967_296.0;
        let rows = match role {
            Role::Sine => IntegerRows::Sine {
                multipliers: vec![multiplier as u16; rows],
                phases: vec![0; rows],
            },
            Role::Linear => IntegerRows::Linear {
                multipliers: vec![multiplier as u32; rows],
                biases: vec![0; rows],
            },
        };
        let weights = weights.iter().map(|w| (w / step).round() as i16).collect();
        Layer::Integer { wide, weights, rows }
    }

    /// A manager that is a clock: two of its units hold the sine and cosine
    /// of the way through the clip, and the logit of expert `k` is largest
    /// near hour `k`. Its other units have any weights and count for nothing.
    fn clock(&mut self, width: usize, inputs: usize, experts: usize) -> (Mlp, Mlp) {
        let mut frequencies: Vec<_> = (0..width).map(|_| self.bits() as i32 >> 4).collect();
        let mut phases = vec![0; width];
        // One turn in the clip, begun between two frames: no two logits tie.
        let step = u32::MAX / FRAMES;
        frequencies[..2].fill(step as i32);
        (phases[0], phases[1]) = (step / 2, (1 << 30) + step / 2);
        // Gains small enough for the sines to be nearly straight lines.
        let own = vec![Layer::Oscillator { frequencies, phases }, self.passing(width, width, 0.05)];
        let logits = (0..experts).flat_map(|k| {
            let angle = TAU * (k as f32 + 0.5) / experts as f32;
            let mut row = vec![0.0; width];
            (row[0], row[1]) = (angle.sin(), angle.cos());
            row
        });
        let logits: Vec<f32> = logits.collect();
        let head =
            vec![self.passing(width, inputs, 0.15), self.stored(&logits, experts, Role::Linear)];
        let block = |layers| Mlp { width: width as u16, layers };
        (block(own), block(head))
    }

    /// A sine layer whose first two units hand the first two inputs on, times
    /// `gain`.
    fn passing(&mut self, rows: usize, cols: usize, gain: f32) -> Layer {
        let mut weights: Vec<f32> = (0..rows * cols).map(|_| self.symmetric() * gain).collect();
        for (row, weights) in weights.chunks_exact_mut(cols).take(2).enumerate() {
            weights.fill(0.0);
            weights[row] = gain;
        }
        self.stored(&weights, rows, Role::Sine)
    }
}
