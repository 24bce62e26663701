//! How does a network become the blocks of a file?
//!
//! Sine layers that read coordinates become oscillators; so do Fourier features,
//! the coordinates beside them being read by the layer after. What the manager
//! sees of the features' maximum or mean is a constant once the network is
//! trained, and goes into a bias. Only mixtures of sines whose manager sees the
//! features have integer weights.

use super::{Linear, PackError, Precision, Quantiser, Sine, TURNS, TimeDomain, Units, row};
use crate::model::{
    Activation, Arch, Condition, FOURIER, Input, Layer, Spec, Values,
    grid::{LARGEST, OFFSET, VALUES, levels},
};
use nex_format::neural::{
    Activation as Stored, Arithmetic, WeightType,
    write::{self, Design, Grid, GridLevel, Mlp},
};

const fn stored(activation: Activation) -> Stored {
    match activation {
        Activation::Sine => Stored::Sine,
        Activation::Finer => Stored::Finer,
        Activation::SoftPlus => Stored::SoftPlus,
        Activation::Relu => Stored::Relu,
    }
}

impl Quantiser {
    /// Writes a `.nex` file.
    ///
    /// # Errors
    /// [`PackError`] by variant.
    pub fn pack(&self, values: &Values, comment: Option<&str>) -> Result<Vec<u8>, PackError> {
        let Spec { arch, activation, condition, input } = self.spec;
        let plain = Spec::experts(arch);
        let same = |s: Spec| (s.activation, s.input) == (activation, input);
        let sees = arch.experts == 1 || condition == plain.condition;
        if self.arithmetic() == Arithmetic::Integer && !(same(plain) && sees) {
            return Err(PackError::Unsupported("such a network with integer weights"));
        }
        let Arch { encoder, expert, experts: count, .. } = arch;
        let (grid, encoder) = match input {
            Input::Hash => (Some(self.grid(&values.table)?), Mlp { width: 1, layers: vec![] }),
            _ => (None, self.encoder(&self.layout.encoder, encoder.width, values)?),
        };
        let manager = (count > 1).then(|| self.manager(values)).transpose()?;
        let experts = (0..count)
            .map(|k| {
                self.block(&self.layout.expert, expert.width, k, self.outputs, &values.experts)
            })
            .collect();
        let arithmetic = self.arithmetic();
        let mixture = write::Mixture { arithmetic, manager, encoder, experts };
        let kind = stored(activation);
        let design = Design {
            encoder: kind,
            manager_encoder: kind,
            manager_head: kind,
            expert: kind,
            alone: count > 1 && condition != Condition::Concat && input != Input::Hash,
            grid,
        };
        Ok(write::encode_as(self.header, &mixture, &design, comment)?)
    }

    fn block(&self, layers: &[Layer], width: usize, k: usize, units: Units, from: &[f32]) -> Mlp {
        let layers = layers.iter().map(|l| self.layer(l, k, units, from)).collect();
        Mlp { width: width as u16, layers }
    }

    /// An encoder's layers, from coordinates or Fourier features on.
    fn encoder(&self, layers: &[Layer], width: usize, values: &Values) -> Result<Mlp, PackError> {
        let (first, rest) =
            layers.split_first().ok_or(PackError::Unsupported("an encoder without layers"))?;
        let from = &values.shared[..];
        let (weights, biases) = (&from[first.weight_range(0)], &from[first.bias_range(0)]);
        let mut stored = match self.spec.input {
            Input::Fourier => self.fourier(first, weights, biases, &values.frequencies)?,
            _ if self.spec.activation == Activation::Sine => {
                vec![self.oscillators(weights, biases, TURNS)]
            }
            // Few weights, whose rounding would shift far points by much.
            _ => vec![self.position(weights.to_vec(), biases, first.fan_in, false)],
        };
        let rest = self.block(rest, width, 0, Units::plain(1.0), from);
        stored.extend(rest.layers);
        Ok(Mlp { width: rest.width, layers: stored })
    }

    /// Encoder and head of the manager.
    fn manager(&self, values: &Values) -> Result<(Mlp, Mlp), PackError> {
        let Arch { manager_encoder, manager_head, .. } = self.spec.arch;
        let own = match self.spec.input {
            Input::Hash => Mlp { width: 0, layers: vec![] },
            _ => self.encoder(&self.layout.manager_encoder, manager_encoder.width, values)?,
        };
        let units = self.logit_units();
        let layers = &self.layout.manager_head;
        let mut head = self.block(layers, manager_head.width, 0, units, &values.shared);
        if !values.pooled.is_empty()
            && let (Some(first), Some(to)) = (layers.first(), head.layers.first_mut())
        {
            let (layer, flat) = folded(first, &values.shared, &values.pooled);
            *to = self.layer(&layer, 0, units, &flat);
        }
        Ok((own, head))
    }

    fn layer(&self, layer: &Layer, k: usize, units: Units, from: &[f32]) -> write::Layer {
        let Units { scale: units, offset } = units;
        let weights = &from[layer.weight_range(k)];
        let biases = &from[layer.bias_range(k)];
        let rows = || weights.chunks_exact(layer.fan_in).zip(biases);
        match self.precision {
            Precision::F32 | Precision::F16 => {
                let (units, offset) = match (layer.active, self.spec.activation) {
                    (true, Activation::Sine) => (TURNS, 0.0),
                    (true, _) => (1.0, 0.0),
                    (false, _) => (units, offset),
                };
                let scale = |v: f32| (f64::from(v) * units) as f32;
                let weights = weights.iter().map(|&w| scale(w)).collect();
                let biases = biases.iter().map(|&b| scale(b + offset)).collect();
                if self.precision == Precision::F32 {
                    write::Layer::F32 { weights, biases }
                } else {
                    write::Layer::F16 { weights, biases }
                }
            }
            precision if layer.active => {
                let wide = precision == Precision::I16;
                let rows: Vec<_> = rows().map(|(w, &b)| Sine::new(w, b, wide)).collect();
                write::Layer::Integer {
                    wide,
                    weights: rows.iter().flat_map(|r| r.weights.iter().copied()).collect(),
                    rows: write::IntegerRows::Sine {
                        multipliers: rows.iter().map(|r| r.multiplier).collect(),
                        phases: rows.iter().map(|r| r.phase).collect(),
                    },
                }
            }
            _ => {
                let rows: Vec<_> =
                    rows().map(|(w, &b)| Linear::new(w, b + offset, units)).collect();
                write::Layer::Integer {
                    wide: true,
                    weights: rows.iter().flat_map(|r| r.weights.iter().copied()).collect(),
                    rows: write::IntegerRows::Linear {
                        multipliers: rows.iter().map(|r| r.multiplier).collect(),
                        biases: rows.iter().map(|r| r.bias).collect(),
                    },
                }
            }
        }
    }

    fn dims(&self) -> usize {
        self.spec.arch.in_dim
    }

    /// Rows that turn by `unit` times their weights for a step of a coordinate.
    fn oscillators(&self, weights: &[f32], biases: &[f32], unit: f64) -> write::Layer {
        let turns = |v: f64| row::wrap_turns(v * unit);
        let rows = || weights.chunks_exact(self.dims()).map(|row| row.iter().zip(&self.axes));
        let frequency = |(&w, axis): (&f32, &TimeDomain)| turns(f64::from(w) * axis.step()) as i32;
        let start = |(&w, axis): (&f32, &TimeDomain)| f64::from(w) * axis.start();
        let phase = |(row, &b): (_, &f32)| -> u32 {
            let at_start: f64 = Iterator::map(row, start).sum();
            turns(at_start + f64::from(b))
        };
        write::Layer::Oscillator {
            frequencies: rows().flatten().map(frequency).collect(),
            phases: rows().zip(biases).map(phase).collect(),
        }
    }

    /// A layer that reads the coordinates: their columns come first in `weights`,
    /// and last in the file, where each axis goes from -1 to 1.
    fn position(
        &self,
        mut weights: Vec<f32>,
        biases: &[f32],
        fan_in: usize,
        half: bool,
    ) -> write::Layer {
        let dims = self.dims();
        for row in weights.chunks_exact_mut(fan_in) {
            for (w, axis) in row.iter_mut().zip(&self.axes).take(dims) {
                *w = (f64::from(*w) * axis.hi) as f32;
            }
            row.rotate_left(dims);
        }
        write::Layer::Position { half, weights, biases: biases.to_vec() }
    }

    /// Sines and cosines as oscillators, and the layer that reads them and the
    /// coordinates. What the layer is wider is filled with idle oscillators.
    fn fourier(
        &self,
        first: &Layer,
        weights: &[f32],
        biases: &[f32],
        frequencies: &[f32],
    ) -> Result<Vec<write::Layer>, PackError> {
        let (width, dims) = (first.fan_out, self.dims());
        if 2 * FOURIER > width || self.spec.activation == Activation::Sine {
            return Err(PackError::Unsupported("Fourier features wider than the encoder"));
        }
        let of = |k: usize| (0..dims).map(move |d| frequencies[d * FOURIER + k % FOURIER]);
        let mut bank: Vec<f32> = (0..2 * FOURIER).flat_map(of).collect();
        bank.resize(width * dims, 0.0);
        let cosine = |k: usize| if (FOURIER..2 * FOURIER).contains(&k) { 0.25 } else { 0.0 };
        let phases: Vec<f32> = (0..width).map(cosine).collect();
        let scale = 1.0 / (FOURIER as f32).sqrt();
        let mut wide = Vec::with_capacity(width * (dims + width));
        for row in weights.chunks_exact(first.fan_in) {
            let (place, waves) = row.split_at(dims);
            wide.extend(place);
            wide.extend(waves.iter().map(|w| w * scale));
            wide.extend(std::iter::repeat_n(0.0, width - waves.len()));
        }
        let half = self.precision == Precision::F16;
        let layer = self.position(wide, biases, dims + width, half);
        Ok(vec![self.oscillators(&bank, &phases, 1.0), layer])
    }

    fn grid(&self, table: &[f32]) -> Result<Grid, PackError> {
        let dims = self.dims();
        let level = |level: crate::model::grid::Level| -> Result<GridLevel, PackError> {
            let vertices = u16::try_from(level.side)
                .map_err(|_| PackError::Unsupported("so fine a level of a hash grid"))?;
            // Without the entries that only align the next level.
            let entries = level.side.saturating_pow(dims as u32).min(LARGEST);
            let start = VALUES * level.offset;
            let values = table[start..start + VALUES * entries].to_vec();
            Ok(GridLevel { vertices, scale: (level.scale * 65_536.0).round() as u32, values })
        };
        let levels = levels(dims).into_iter().map(level).collect::<Result<_, _>>()?;
        Ok(Grid {
            features: VALUES as u8,
            table_log2: LARGEST.ilog2() as u8,
            storage: if self.precision == Precision::F16 {
                WeightType::F16
            } else {
                WeightType::F32
            },
            offset: (OFFSET * 65_536.0) as u16,
            levels,
        })
    }
}

/// A layer alone in a flat vector, its last inputs being constants.
fn folded(layer: &Layer, flat: &[f32], constants: &[f32]) -> (Layer, Vec<f32>) {
    let own = layer.fan_in - constants.len();
    let (mut weights, mut biases) = (vec![], vec![]);
    let rows = flat[layer.weight_range(0)].chunks_exact(layer.fan_in);
    for (row, &bias) in rows.zip(&flat[layer.bias_range(0)]) {
        let (own, seen) = row.split_at(own);
        weights.extend(own);
        let sum: f64 = seen.iter().zip(constants).map(|(&w, &v)| f64::from(w) * f64::from(v)).sum();
        biases.push((f64::from(bias) + sum) as f32);
    }
    let layer = Layer { fan_in: own, weights: 0, biases: weights.len(), ..*layer };
    weights.extend(biases);
    (layer, weights)
}
