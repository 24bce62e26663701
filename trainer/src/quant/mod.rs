//! Which numbers does the file hold for these parameters?
//!
//! [`Quantiser::fake`] gives the values a file will hold, in the parameters'
//! own units, for quantisation-aware training; [`Quantiser::pack`] writes
//! exactly those values. Both go through the same row functions (`row`), so
//! what is trained is what decodes.

mod error;
mod network;
mod row;

pub use error::PackError;
pub(crate) use row::{LINEAR_LIMIT, ROW_UNIT, sine_limit};

use crate::model::{Arch, Layer, Layout, OMEGA, Spec};
use nex_format::neural::{Arithmetic, Header, PictureHeader, ShapeHeader, SoundHeader};
use row::{Linear, Sine};
use std::f64::consts::TAU;

/// Turns per unit of a sine layer's argument: `sin(OMEGA z) = sin(2 pi TURNS z)`.
pub(crate) const TURNS: f64 = OMEGA as f64 / TAU;

/// Integer units of one logit: only the order of the logits matters.
const LOGIT_UNITS: f64 = 1024.0;
/// Integer units of full scale: one step of a 16-bit sample is one unit.
const SAMPLE_UNITS: f64 = 32_768.0;

/// How weights are stored, and with that which profile decodes the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// Integer arithmetic, 8-bit weights (16-bit in the few linear rows).
    I8,
    /// Integer arithmetic, 16-bit weights.
    I16,
    /// Float arithmetic, 16-bit weights.
    F16,
    /// Float arithmetic, 32-bit weights.
    F32,
}

impl Precision {
    /// The profile that decodes it.
    #[must_use]
    pub const fn arithmetic(self) -> Arithmetic {
        match self {
            Self::I8 | Self::I16 => Arithmetic::Integer,
            Self::F16 | Self::F32 => Arithmetic::Float,
        }
    }
}

/// The coordinates of a clip: frame n lies at `lo + (hi - lo) n / (frames - 1)`,
/// a single frame at 0. Of a picture: those along one axis, pixels for frames.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TimeDomain {
    /// Coordinate of the first frame.
    pub lo: f64,
    /// Coordinate of the last frame.
    pub hi: f64,
    /// Number of frames.
    pub frames: u32,
}

impl TimeDomain {
    /// Coordinate of a frame.
    #[must_use]
    pub fn coordinate(&self, frame: u32) -> f64 {
        self.start() + self.step() * f64::from(frame)
    }

    fn start(&self) -> f64 {
        if self.frames > 1 { self.lo } else { 0.0 }
    }

    fn step(&self) -> f64 {
        if self.frames > 1 { (self.hi - self.lo) / f64::from(self.frames - 1) } else { 0.0 }
    }
}

/// Stored units of an output: `(output + offset) * scale`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Units {
    pub scale: f64,
    pub offset: f32,
}

/// How a device of burn rounds as the file does; see [`Quantiser::fake`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rounding {
    pub precision: Precision,
    /// Of the manager's logits.
    pub logits: Units,
    /// Of the experts' outputs.
    pub outputs: Units,
}

impl Units {
    /// Of a layer whose outputs are stored as they are, so many to 1.0.
    pub const fn plain(scale: f64) -> Self {
        Self { scale, offset: 0.0 }
    }
}

/// Turns trained parameters into a file's numbers.
#[derive(Clone, Debug)]
pub struct Quantiser {
    layout: Layout,
    spec: Spec,
    precision: Precision,
    /// By dimension; the last is repeated.
    axes: [TimeDomain; 3],
    header: Header,
    /// Of the experts' outputs.
    outputs: Units,
}

impl Quantiser {
    /// `peak` is the clip's largest magnitude relative to full scale: the
    /// network's output is in units of it.
    #[must_use]
    pub fn new(
        arch: &Arch,
        precision: Precision,
        domain: TimeDomain,
        rate_hz: u32,
        peak: f32,
    ) -> Self {
        let peak = f64::from(peak);
        let header = SoundHeader {
            rate_hz,
            channels: arch.out_dim as u8,
            frames: domain.frames,
            peak: (peak * SAMPLE_UNITS).round().clamp(1.0, SAMPLE_UNITS) as u16,
        };
        let scale = match precision.arithmetic() {
            Arithmetic::Integer => peak * SAMPLE_UNITS,
            Arithmetic::Float => peak,
        };
        let spec = Spec::experts(*arch);
        Self::of(spec, precision, [domain; 3], Header::Sound(header), Units::plain(scale))
    }

    fn of(
        spec: Spec,
        precision: Precision,
        axes: [TimeDomain; 3],
        header: Header,
        outputs: Units,
    ) -> Self {
        Self { layout: spec.layout(), spec, precision, axes, header, outputs }
    }

    /// The same for a network that is not a mixture of sines whose manager sees
    /// the features; its blocks are those that this was made for.
    #[must_use]
    pub fn with(self, spec: Spec) -> Self {
        Self { layout: spec.layout(), spec, ..self }
    }

    /// The arithmetic that decodes its files.
    #[must_use]
    pub const fn arithmetic(&self) -> Arithmetic {
        self.precision.arithmetic()
    }

    pub(crate) const fn rounding(&self) -> Rounding {
        let Self { precision, outputs, .. } = *self;
        Rounding { precision, logits: self.logit_units(), outputs }
    }

    /// Of a picture, whose darkest sample is an output of -1 and whose
    /// lightest one is 1; `axes` are x and y.
    #[must_use]
    pub fn picture(arch: &Arch, precision: Precision, [x, y]: [TimeDomain; 2]) -> Self {
        let side = |axis: TimeDomain| u16::try_from(axis.frames).unwrap_or(u16::MAX);
        let [width, height] = [x, y].map(side);
        let channels = arch.out_dim as u8;
        let header = Header::Picture(PictureHeader { width, height, channels });
        let scale = match precision.arithmetic() {
            Arithmetic::Integer => 127.5,
            Arithmetic::Float => 0.5,
        };
        let outputs = Units { scale, offset: 1.0 };
        Self::of(Spec::experts(*arch), precision, [x, y, y], header, outputs)
    }

    /// Of a shape in a cube, along each axis of which the coordinates are
    /// `axis`; an output of its largest coordinate is full scale.
    #[must_use]
    pub fn shape(arch: &Arch, precision: Precision, axis: TimeDomain, shape: ShapeHeader) -> Self {
        let scale = match precision.arithmetic() {
            Arithmetic::Integer => SAMPLE_UNITS / axis.hi,
            Arithmetic::Float => 1.0 / axis.hi,
        };
        let spec = Spec::experts(*arch);
        Self::of(spec, precision, [axis; 3], Header::Shape(shape), Units::plain(scale))
    }

    /// Stored units of one logit.
    const fn logit_units(&self) -> Units {
        Units::plain(match self.precision.arithmetic() {
            Arithmetic::Integer => LOGIT_UNITS,
            Arithmetic::Float => 1.0,
        })
    }

    /// Writes the values that the file will hold, in the parameters' units.
    /// Oscillators pass unchanged: 2^-32 turns is finer than `f32`.
    ///
    /// Shapes: `shared` and `out_shared` `[shared_len]`, `experts` and
    /// `out_experts` `[experts_len]` of the architecture's [`Layout`].
    pub fn fake(
        &self,
        (shared, experts): (&[f32], &[f32]),
        (out_shared, out_experts): (&mut [f32], &mut [f32]),
    ) {
        out_shared.copy_from_slice(shared);
        out_experts.copy_from_slice(experts);
        let Layout { encoder, manager_encoder, manager_head, expert, .. } = &self.layout;
        for layer in encoder.iter().chain(manager_encoder).filter(|l| !l.first) {
            self.fake_layer(layer, Units::plain(1.0), shared, out_shared);
        }
        for layer in manager_head {
            self.fake_layer(layer, self.logit_units(), shared, out_shared);
        }
        for layer in expert {
            self.fake_layer(layer, self.outputs, experts, out_experts);
        }
    }

    fn fake_layer(&self, layer: &Layer, units: Units, from: &[f32], to: &mut [f32]) {
        let Units { scale: units, offset } = units;
        for k in 0..layer.copies {
            let biases = layer.bias_range(k);
            for (r, w) in layer.weight_range(k).step_by(layer.fan_in).enumerate() {
                let weights = &from[w..w + layer.fan_in];
                let bias = biases.start + r;
                let (to_weights, to_bias) = (w..w + layer.fan_in, bias);
                match (self.precision, layer.active) {
                    (Precision::F32, _) => {}
                    (Precision::F16, active) => {
                        let units = if active { TURNS } else { units };
                        for (to, &w) in to[to_weights].iter_mut().zip(weights) {
                            *to = row::through_f16(w, units);
                        }
                    }
                    (precision, true) => {
                        let row = Sine::new(weights, from[bias], precision == Precision::I16);
                        row.dequantise(&mut to[to_weights]);
                        to[to_bias] = row.bias();
                    }
                    (_, false) => {
                        let row = Linear::new(weights, from[bias] + offset, units);
                        row.dequantise(units, &mut to[to_weights]);
                        to[to_bias] = row.bias(units).map_or(from[bias], |b| b - offset);
                    }
                }
            }
        }
    }
}
