//! How does a trained network of the tables become a `.nex` file?
//!
//! Every one decodes in the runtime's float profile. Sine layers that read
//! coordinates become oscillators; so do Fourier features, the coordinates
//! beside them being read by the layer after. What the manager sees of the
//! features' maximum or mean is a constant once the network is trained, and
//! goes into a bias.

use super::{
    PaperError, Trainer,
    data::Signals,
    hash::Table,
    net::{Linear, Net, download},
    spec::{Activation, Condition, FOURIER, Input, Spec},
};
use crate::{model::OMEGA, shape::DOMAIN};
use burn::tensor::Tensor;
use nex_format::neural::{
    Activation as Stored, Arithmetic, Header, PictureHeader, ShapeHeader, SoundHeader, WeightType,
    bake,
    write::{Design, Grid, GridLevel, Layer, Mixture, Mlp, encode_as},
};
use nex_runtime::{Kind, Picture, Signal, Sound};
use std::f64::consts::TAU;

/// Turns of a sine for 1.0 before it.
const TURNS: f64 = OMEGA as f64 / TAU;
/// 2^32, the units of a turn.
const TURN: f64 = 4_294_967_296.0;

/// How weights are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Storage {
    /// 32 bits each.
    F32,
    /// 16 bits each.
    F16,
}

/// A linear layer on this side: `weights[rows][columns]`.
#[derive(Clone)]
struct Dense {
    weights: Vec<Vec<f64>>,
    biases: Vec<f64>,
}

impl Dense {
    /// A copy of one fit's layer.
    fn of(layer: &Linear, fit: usize, copy: usize) -> Self {
        let one = |tensor: &Tensor<5>| {
            let fit = fit.min(tensor.dims()[0] - 1);
            download(&tensor.clone().narrow(0, fit, 1).narrow(1, copy, 1))
        };
        let (weights, biases) = (one(&layer.weight), one(&layer.bias));
        let rows = biases.len();
        let column = |row: usize| weights.iter().skip(row).step_by(rows).map(|&w| w.into());
        Self {
            weights: (0..rows).map(|row| column(row).collect()).collect(),
            biases: biases.into_iter().map(f64::from).collect(),
        }
    }

    fn all(layers: &[Linear], fit: usize, copy: usize) -> Vec<Self> {
        layers.iter().map(|layer| Self::of(layer, fit, copy)).collect()
    }

    /// Outputs times `factor`, then plus `offset`.
    fn scaled(mut self, factor: f64, offset: f64) -> Self {
        self.weights.iter_mut().flatten().for_each(|w| *w *= factor);
        self.biases.iter_mut().for_each(|b| *b = *b * factor + offset);
        self
    }

    fn stored(&self, storage: Storage) -> Layer {
        let (weights, biases) = self.values();
        match storage {
            Storage::F32 => Layer::F32 { weights, biases },
            Storage::F16 => Layer::F16 { weights, biases },
        }
    }

    fn values(&self) -> (Vec<f32>, Vec<f32>) {
        let weights = self.weights.iter().flatten().map(|&w| w as f32).collect();
        (weights, self.biases.iter().map(|&b| b as f32).collect())
    }
}

/// The axes of a signal: coordinates of the trainer against points of a file.
struct Axes {
    /// Along each axis of the file, x first.
    points: Vec<usize>,
    /// Coordinate of the last point; the first has its negative.
    end: f64,
    /// Whether the trainer's coordinates come in the opposite order.
    turned: bool,
}

impl Axes {
    fn of(signals: &Signals) -> Self {
        match signals.size {
            // Rows first.
            Some((rows, columns)) => Self { points: vec![columns, rows], end: 1.0, turned: true },
            None => Self { points: vec![signals.points()], end: 100.0, turned: false },
        }
    }

    fn of_shape(shape: &ShapeHeader) -> Self {
        Self { points: vec![usize::from(shape.cells) + 1; 3], end: DOMAIN, turned: false }
    }

    /// A row's weights by axis of the file.
    fn in_order<T: Copy>(&self, weights: &[T]) -> Vec<T> {
        let mut weights = weights.to_vec();
        if self.turned {
            weights.reverse();
        }
        weights
    }

    /// Oscillators of so many turns per coordinate, by row and trainer's axis.
    fn oscillators(&self, rows: &[(Vec<f64>, f64)]) -> Layer {
        let step = |points: usize| 2.0 * self.end / (points.max(2) - 1) as f64;
        let (mut frequencies, mut phases) = (vec![], vec![]);
        for (turns, phase) in rows {
            let turns = self.in_order(turns);
            // Modulo one turn, in two's complement.
            let wrapped = |turns: f64| ((turns - turns.round()) * TURN).round() as i64 as u32;
            for (turns, &points) in turns.iter().zip(&self.points) {
                frequencies.push(wrapped(turns * step(points)) as i32);
            }
            phases.push(wrapped(phase - self.end * turns.iter().sum::<f64>()));
        }
        Layer::Oscillator { frequencies, phases }
    }

    /// A layer that reads the coordinates: their columns come first in `layer`,
    /// and last in the file.
    fn position(&self, layer: &Dense, storage: Storage) -> Layer {
        let dims = self.points.len();
        let mut turned = layer.clone();
        for row in &mut turned.weights {
            let place: Vec<f64> = row.drain(..dims).collect();
            row.extend(self.in_order(&place).iter().map(|w| w * self.end));
        }
        let (weights, biases) = turned.values();
        Layer::Position { half: storage == Storage::F16, weights, biases }
    }
}

/// What a file's header says, and what its samples are of the outputs.
struct Form {
    header: Header,
    axes: Axes,
    factor: f64,
    offset: f64,
}

impl Form {
    fn of(signals: &Signals) -> Result<Self, PaperError> {
        let error = |what: &str| PaperError::Export { what: what.into() };
        let axes = Axes::of(signals);
        let channels = signals.out_dim as u8;
        let Some((rows, columns)) = signals.size else {
            let frames = u32::try_from(signals.points());
            let frames = frames.map_err(|_| error("a sound of that length"))?;
            let peak = i16::MAX as u16;
            let sound = SoundHeader { rate_hz: signals.rate_hz, channels, frames, peak };
            let factor = f64::from(peak) / 32_768.0;
            return Ok(Self { header: Header::Sound(sound), axes, factor, offset: 0.0 });
        };
        let size = |n: usize| u16::try_from(n).map_err(|_| error("a picture of that size"));
        let picture = PictureHeader { width: size(columns)?, height: size(rows)?, channels };
        Ok(Self { header: Header::Picture(picture), axes, factor: 0.5, offset: 0.5 })
    }

    fn of_shape(shape: ShapeHeader) -> Self {
        let axes = Axes::of_shape(&shape);
        Self { header: Header::Shape(shape), axes, factor: 1.0 / DOMAIN, offset: 0.0 }
    }
}

/// Converts one fit.
struct Export<'t> {
    spec: Spec,
    net: &'t Net,
    axes: Axes,
    storage: Storage,
    fit: usize,
}

impl Export<'_> {
    fn error(&self, what: &'static str) -> PaperError {
        PaperError::Export { what: what.into() }
    }

    /// The factor before an activation.
    fn factor(&self) -> f64 {
        if self.spec.activation == Activation::Sine { TURNS } else { 1.0 }
    }

    /// A layer between the others.
    fn hidden(&self, layer: Dense) -> Layer {
        layer.scaled(self.factor(), 0.0).stored(self.storage)
    }

    /// An encoder's layers, from coordinates or Fourier features on.
    fn encoder(&self, layers: &[Linear]) -> Result<Mlp, PaperError> {
        let mut dense = Dense::all(layers, self.fit, 0).into_iter();
        let first = dense.next().ok_or_else(|| self.error("an encoder without layers"))?;
        let width = first.biases.len();
        let mut stored = match self.spec.input {
            Input::Fourier => self.fourier(first)?,
            _ if self.spec.activation == Activation::Sine => {
                let Dense { weights, biases } = first.scaled(TURNS, 0.0);
                let rows: Vec<_> = weights.into_iter().zip(biases).collect();
                vec![self.axes.oscillators(&rows)]
            }
            // Few weights, whose rounding would shift far points by much.
            _ => vec![self.axes.position(&first, Storage::F32)],
        };
        stored.extend(dense.map(|layer| self.hidden(layer)));
        Ok(Mlp { width: width as u16, layers: stored })
    }

    /// Sines and cosines as oscillators, and the layer that reads them and the
    /// coordinates. What the layer is wider is filled with idle oscillators.
    fn fourier(&self, first: Dense) -> Result<Vec<Layer>, PaperError> {
        let (width, dims) = (first.biases.len(), self.axes.points.len());
        let frequencies = self.net.frequencies.as_ref().map(download).unwrap_or_default();
        if 2 * FOURIER > width || frequencies.len() != dims * FOURIER {
            return Err(self.error("Fourier features wider than the encoder"));
        }
        let of = |k: usize| (0..dims).map(|d| frequencies[d * FOURIER + k].into()).collect();
        let sines = (0..FOURIER).map(|k| (of(k), 0.0));
        let cosines = (0..FOURIER).map(|k| (of(k), 0.25));
        let idle = (2 * FOURIER..width).map(|_| (vec![0.0; dims], 0.0));
        let bank: Vec<(Vec<f64>, f64)> = sines.chain(cosines).chain(idle).collect();
        let scale = 1.0 / (FOURIER as f64).sqrt();
        let mut layer = first;
        for row in &mut layer.weights {
            row.iter_mut().skip(dims).for_each(|w| *w *= scale);
            row.resize(dims + width, 0.0);
        }
        let layer = layer.scaled(self.factor(), 0.0);
        Ok(vec![self.axes.oscillators(&bank), self.axes.position(&layer, self.storage)])
    }

    /// A block that ends in a linear layer, whose outputs become `factor` times
    /// as large plus `offset`.
    fn head(&self, layers: Vec<Dense>, factor: f64, offset: f64) -> Mlp {
        let width = layers.first().map_or(0, |layer| layer.biases.len());
        let last = layers.len().saturating_sub(1);
        let store = |(i, layer): (usize, Dense)| match i == last {
            true => layer.scaled(factor, offset).stored(self.storage),
            false => self.hidden(layer),
        };
        Mlp { width: width as u16, layers: layers.into_iter().enumerate().map(store).collect() }
    }

    /// The manager, and whether it sees its own features alone.
    fn manager(&self, trainer: &Trainer) -> Result<((Mlp, Mlp), bool), PaperError> {
        let mut layers = Dense::all(&self.net.manager_head, self.fit, 0);
        let own = if self.spec.input == Input::Hash {
            Mlp { width: 0, layers: vec![] }
        } else {
            self.encoder(&self.net.manager_encoder)?
        };
        let pooled = match self.spec.condition {
            Condition::None | Condition::Concat => None,
            condition => Some(self.pooled(trainer, condition)),
        };
        if let (Some(pooled), Some(first)) = (pooled, layers.first_mut()) {
            for (row, bias) in first.weights.iter_mut().zip(&mut first.biases) {
                let seen = row.split_off(own.width.into());
                *bias += seen.iter().zip(&pooled).map(|(w, &v)| w * f64::from(v)).sum::<f64>();
            }
        }
        let alone = self.spec.condition != Condition::Concat && self.spec.input != Input::Hash;
        Ok(((own, self.head(layers, 1.0, 0.0)), alone))
    }

    /// What the manager sees of all coordinates' features.
    fn pooled(&self, trainer: &Trainer, condition: Condition) -> Vec<f32> {
        let features = self.net.features(trainer.inputs.clone());
        let pooled = match condition {
            Condition::Max => features.max_dim(3).max_dim(2),
            _ => features.mean_dim(3).mean_dim(2),
        };
        download(&pooled.narrow(0, self.fit, 1))
    }

    fn grid(&self, table: Table) -> Result<(Grid, Mlp), PaperError> {
        let none = Mlp { width: 1, layers: vec![] };
        let vertices = |side: usize| u16::try_from(side).map_err(|_| self.error("a level as fine"));
        let level = |level: super::hash::TableLevel| -> Result<GridLevel, PaperError> {
            let scale = (level.scale * 65_536.0).round() as u32;
            Ok(GridLevel { vertices: vertices(level.side)?, scale, values: level.values })
        };
        let levels = table.levels.into_iter().map(level).collect::<Result<_, _>>()?;
        let storage = match self.storage {
            Storage::F32 => WeightType::F32,
            Storage::F16 => WeightType::F16,
        };
        let grid = Grid {
            features: table.features,
            table_log2: table.entries_log2,
            storage,
            offset: (table.offset * 65_536.0) as u16,
            levels,
        };
        Ok((grid, none))
    }
}

const fn stored(activation: Activation) -> Stored {
    match activation {
        Activation::Sine => Stored::Sine,
        Activation::Finer => Stored::Finer,
        Activation::SoftPlus => Stored::SoftPlus,
        Activation::Relu => Stored::Relu,
    }
}

impl Trainer {
    /// The `.nex` file of one fit, as it is now: a picture's, or a sound's whose
    /// loudest sample is full scale.
    ///
    /// # Errors
    /// [`PaperError::Export`] if the format has no such network;
    /// [`PaperError::Format`] if weights are too large for it.
    pub fn export(
        &self,
        signals: &Signals,
        fit: usize,
        storage: Storage,
    ) -> Result<Vec<u8>, PaperError> {
        let bytes = self.export_as(Form::of(signals)?, fit, storage)?;
        if self.fixed.is_none() || self.net.spec().arch.experts == 1 {
            return Ok(bytes);
        }
        // In place of the manager's, the choice that was made for it.
        let (_, chosen) = self.decode();
        let points = signals.points();
        // All fits may share their labels.
        let own = chosen.chunks_exact(points).nth(fit).or(chosen.get(..points));
        bake(&bytes, own.unwrap_or_default()).map_err(PaperError::Format)
    }

    /// The `.nex` file of a fit to a shape, whose header is given.
    ///
    /// # Errors
    /// Likewise.
    pub fn export_shape(
        &self,
        shape: ShapeHeader,
        storage: Storage,
    ) -> Result<Vec<u8>, PaperError> {
        self.export_as(Form::of_shape(shape), 0, storage)
    }

    fn export_as(&self, form: Form, fit: usize, storage: Storage) -> Result<Vec<u8>, PaperError> {
        let Form { header, axes, factor, offset } = form;
        let (net, spec) = (&self.net, *self.net.spec());
        let export = Export { spec, net, axes, storage, fit };
        let count = spec.arch.experts;
        let (grid, encoder) = match self.table(fit) {
            Some(table) => export.grid(table).map(|(grid, none)| (Some(grid), none))?,
            None => (None, export.encoder(&net.encoder)?),
        };
        let (manager, alone) = match count {
            1 => (None, false),
            _ => export.manager(self).map(|(blocks, alone)| (Some(blocks), alone))?,
        };
        let expert = |copy| export.head(Dense::all(&net.expert, fit, copy), factor, offset);
        let mixture = Mixture {
            arithmetic: Arithmetic::Float,
            manager,
            encoder,
            experts: (0..count).map(expert).collect(),
        };
        let kind = stored(spec.activation);
        let design = Design {
            encoder: kind,
            manager_encoder: kind,
            manager_head: kind,
            expert: kind,
            alone,
            grid,
        };
        encode_as(header, &mixture, &design, None).map_err(PaperError::Format)
    }
}

/// A file as it is written, and what it is worth.
pub struct Saved {
    /// The file.
    pub bytes: Vec<u8>,
    /// Mean squared error of the network's outputs.
    pub network: f64,
    /// Likewise, rounded as the file's samples are.
    pub rounded: f64,
    /// Mean squared error of what the runtime decodes.
    pub decoded: f64,
}

fn mse(a: &[f32], b: &[f32]) -> f64 {
    let squares = a.iter().zip(b).map(|(a, b)| f64::from(a - b).powi(2));
    squares.sum::<f64>() / a.len().max(1) as f64
}

impl Trainer {
    /// [`export`](Self::export) of every fit, each decoded again.
    ///
    /// # Errors
    /// Likewise.
    pub fn save(&self, signals: &Signals, storage: Storage) -> Result<Vec<Saved>, PaperError> {
        let (outputs, _) = self.decode();
        let outputs = outputs.chunks_exact(signals.points() * signals.out_dim);
        let one = |(fit, (outputs, target)): (usize, (&[f32], &Vec<f32>))| {
            let bytes = self.export(signals, fit, storage)?;
            let read = decoded(&bytes)?;
            Ok(Saved {
                bytes,
                network: mse(outputs, target),
                rounded: mse(&rounded(outputs, signals.size.is_some()), target),
                decoded: mse(&read, target),
            })
        };
        outputs.zip(&signals.targets).enumerate().map(one).collect()
    }
}

/// What the runtime decodes of a file, in the trainer's units and order.
///
/// # Errors
/// [`PaperError::Format`] if it is not a file; [`PaperError::Decode`] if it does not
/// decode, which is never expected.
pub fn decoded(bytes: &[u8]) -> Result<Vec<f32>, PaperError> {
    if Kind::of(bytes).map_err(PaperError::Format)?.signal == Signal::Picture {
        let picture = Picture::open(bytes).map_err(PaperError::Format)?;
        let info = picture.info();
        let len = (info.width * info.height) as usize * usize::from(info.channels);
        let (mut out, mut scratch) = (vec![0; len], vec![0; picture.best_len()]);
        picture.decode_into(&mut out, &mut scratch)?;
        return Ok(out.into_iter().map(|v| f32::from(v) / 127.5 - 1.0).collect());
    }
    let sound = Sound::open(bytes).map_err(PaperError::Format)?;
    let mut out = vec![0i16; sound.info().frames as usize * sound.channels()];
    let mut memory = vec![0; sound.best_len()];
    sound.play(&mut memory)?.decode_into(&mut out)?;
    Ok(out.into_iter().map(|v| f32::from(v) / f32::from(i16::MAX)).collect())
}

/// A network's outputs as a file's samples are: rounded, within their range.
#[must_use]
pub fn rounded(outputs: &[f32], picture: bool) -> Vec<f32> {
    let round = |v: f32| {
        if picture {
            ((v + 1.0) * 127.5).round_ties_even().clamp(0.0, 255.0) / 127.5 - 1.0
        } else {
            (v * 32_767.0).round_ties_even().clamp(-32_767.0, 32_767.0) / 32_767.0
        }
    };
    outputs.iter().map(|&v| round(v)).collect()
}
