//! What is a step on a device of burn?
//!
//! Gradients by automatic differentiation, for every network and for several
//! fits at once. Nothing is read from the device but by the functions that say
//! so.

mod data;
mod grid;
mod loss;
pub(crate) mod net;
mod rounding;

use super::{
    device::{download, upload},
    learner::{Decoded, Learner, Report, Start},
    optim::{Moments, Vector, adam},
    problem::Problem,
    stages::{Part, Phase, Stage},
};
use crate::{
    model::{Condition, Input, Layer, Layout, Spec, Values},
    quant::Rounding,
};
use burn::{
    optim::{Adam, AdamState, AdaptiveMomentumState, Optimizer},
    tensor::{Device, Tensor},
};
use data::Data;
use grid::Grid;
use net::{Net, chosen, gate, to_flat, to_tensors};
use std::sync::Arc;

/// Networks on a device.
pub(super) struct Autodiff {
    net: Net,
    layout: Layout,
    /// What the inputs are features of, for networks that have one.
    grid: Option<Grid>,
    adam: Adam,
    /// Of every tensor of the network.
    moments: Vec<Option<AdamState<5>>>,
    problem: Arc<Problem>,
    data: Data,
    rounding: Option<Rounding>,
    frozen: Option<(Phase, Frozen)>,
    last: Option<Measured>,
    device: Device,
}

/// Features and what each expert counts, where these change no more.
#[derive(Clone)]
struct Frozen {
    features: Tensor<5>,
    gate: Option<Tensor<5>>,
}

/// What a step's loss is made of.
struct Measured {
    /// `[fits, 1, 1, 1, 1]`.
    loss: Tensor<5>,
    /// `[fits, N, chunks, rows, 1]`.
    errors: Option<Tensor<5>>,
    /// `[fits or 1, N, chunks, rows, 1]`: the largest is the chosen expert.
    gate: Option<Tensor<5>>,
}

impl Autodiff {
    pub fn new(
        spec: Spec,
        device: Device,
        chunks: usize,
        problem: Arc<Problem>,
        rounding: Option<Rounding>,
        start: Start,
    ) -> Self {
        let Start { mut values, vectors } = start;
        let layout = spec.layout();
        let mut moments = vec![None; 2 * layout.all().count()];
        if let Some([shared, experts]) = vectors {
            load_moments(&layout, [&shared, &experts], &device, &mut moments);
            (values.shared, values.experts) = (shared.values, experts.values);
        }
        // Also while all are the same: a device that looks for its fastest
        // kernels does so once for each number of fits.
        let net = Net::new(spec, &values, &device).repeated(problem.fits());
        let mut data = Data::new(&problem, &net, chunks, &device);
        let grid = (spec.input == Input::Hash).then(|| {
            let coords: Vec<f32> = problem.coords.iter().map(|&x| x as f32).collect();
            let mut grid = Grid::new(&coords, problem.in_dim, values.table, &device);
            grid.repeat(problem.fits());
            data.batch.inputs = grid.features(data.chunks);
            grid
        });
        Self {
            net,
            layout,
            grid,
            adam: adam(),
            moments,
            problem,
            data,
            rounding,
            frozen: None,
            last: None,
            device,
        }
    }

    fn errors(&self, net: &Net, features: Tensor<5>) -> Tensor<5> {
        let targets = self.data.batch.targets.clone();
        let errors = loss::errors(net.outputs(features), targets, self.problem.errors);
        match &self.data.weights {
            Some(weights) => errors * weights.clone(),
            None => errors,
        }
    }

    /// Labels that stand for the manager, `[fits or 1, N, chunks, rows, 1]`.
    fn fixed(&self) -> Option<Tensor<5>> {
        self.data.batch.hot.clone().filter(|_| self.problem.fixed).map(|hot| hot.swap_dims(1, 4))
    }

    /// A stage's loss of a network; `None` if it trains nothing.
    fn measure(
        &self,
        net: &Net,
        inputs: Tensor<5>,
        stage: Stage,
        frozen: Option<Frozen>,
    ) -> Option<Measured> {
        let Problem { reconstruction, label_weight, .. } = *self.problem;
        if let Some(Frozen { features, gate }) = frozen {
            let errors = self.errors(net, features);
            let loss = match stage {
                Stage::FrozenChosen => loss::chosen(gate.clone(), errors.clone()),
                _ => loss::mixture(gate.clone(), errors.clone()),
            };
            return Some(Measured { loss: loss * reconstruction, errors: Some(errors), gate });
        }
        let features = net.features(inputs.clone());
        let fixed = self.fixed().filter(|_| stage == Stage::Mixture);
        let logits = match fixed {
            Some(_) => None,
            None => net.logits(inputs, features.clone()),
        };
        let hot = self.data.batch.hot.clone();
        if stage == Stage::Labels {
            let logits = logits?;
            let loss = loss::pretraining(&logits, hot?);
            return Some(Measured { loss, errors: None, gate: Some(gate(logits)) });
        }
        let errors = self.errors(net, features);
        let gate = fixed.or_else(|| logits.clone().map(gate));
        let mut loss = match stage {
            Stage::Chosen => loss::chosen(logits.as_ref().map(chosen), errors.clone()),
            _ => loss::mixture(gate.clone(), errors.clone()),
        } * reconstruction;
        if let (Stage::Mixture, Some(logits), Some(hot)) = (stage, &logits, hot)
            && label_weight > 0.0
        {
            loss = loss + loss::segmentation(logits, hot) * label_weight;
        }
        Some(Measured { loss, errors: Some(errors), gate })
    }

    /// What a frozen stage knows of the batch; of all points once and for all.
    fn freeze(&mut self, phase: Phase, net: &Net) -> Frozen {
        if let Some((of, frozen)) = &self.frozen
            && *of == phase
        {
            return frozen.clone();
        }
        let inputs = self.data.batch.inputs.clone();
        let features = net.features(inputs.clone());
        let logits = || net.logits(inputs.clone(), features.clone());
        let gate = match phase.stage {
            Stage::FrozenChosen => logits().as_ref().map(chosen),
            _ => self.fixed().or_else(|| logits().map(gate)),
        };
        let frozen = Frozen { gate, features };
        self.frozen = self.data.is_whole().then(|| (phase, frozen.clone()));
        frozen
    }

    /// Adam's step of a part, given the loss of what is tracked.
    fn update(
        &mut self,
        part: Part,
        rate: f64,
        tracked: &mut Net,
        loss: Tensor<5>,
        inputs: Tensor<5>,
    ) {
        let mut gradients = loss.sum().backward();
        let values = self.net.tensors_mut(part);
        for ((place, value), (_, leaf)) in values.into_iter().zip(tracked.tensors_mut(part)) {
            if let Some(gradient) = leaf.grad_remove(&mut gradients) {
                let moments = &mut self.moments[place];
                let (new, state) = self.adam.step(rate, value.clone(), gradient, moments.take());
                *value = new;
                *moments = state;
            }
        }
        if let Some(grid) = self.grid.as_mut().filter(|_| part != Part::Experts)
            && let Some(gradient) = inputs.grad_remove(&mut gradients)
        {
            grid.step(&self.adam, rate, gradient);
            self.data.batch.inputs = grid.features(self.data.chunks);
        }
    }

    /// The manager's choice at inputs, and every expert's outputs, as those of
    /// the chosen expert.
    fn decoded(&self, inputs: Tensor<5>, fixed: Option<Tensor<5>>) -> Decoded {
        let forward = self.net.forward(&inputs);
        let [fits, experts, chunks, rows, _] = forward.outputs.dims();
        let Some(mask) = fixed.or_else(|| forward.logits.as_ref().map(chosen)) else {
            let chosen = vec![0; fits * chunks * rows];
            return Decoded { outputs: download(&forward.outputs), chosen };
        };
        let mask = mask.expand([fits, experts, chunks, rows, 1]);
        let outputs = (forward.outputs * mask.clone()).sum_dim(1);
        let index: Vec<f32> = (0..experts).map(|k| k as f32).collect();
        let index = upload(index, [1, experts, 1, 1, 1], &self.device);
        let which = download(&(mask * index).sum_dim(1));
        Decoded {
            outputs: download(&outputs),
            chosen: which.into_iter().map(|k| k as u8).collect(),
        }
    }

    /// A tensor of every layer's weights and one of its biases as flat vectors.
    fn flat<'a>(
        &self,
        fit: usize,
        of: impl Fn(usize) -> Option<[&'a Tensor<5>; 2]>,
    ) -> [Vec<f32>; 2] {
        let Layout { shared_len, experts_len, expert, .. } = &self.layout;
        let (mut shared, mut experts) = (vec![0.0; *shared_len], vec![0.0; *experts_len]);
        let count = self.layout.all().count();
        for (place, layer) in self.layout.all().enumerate() {
            let to = if place < count - expert.len() { &mut shared } else { &mut experts };
            if let Some(tensors) = of(place) {
                to_flat(layer, tensors, fit, to);
            }
        }
        [shared, experts]
    }
}

/// Adam's state of flat vectors as tensors.
fn load_moments(
    layout: &Layout,
    [shared, experts]: [&Vector; 2],
    device: &Device,
    to: &mut [Option<AdamState<5>>],
) {
    let count = layout.all().count() - layout.expert.len();
    for (place, layer) in layout.all().enumerate() {
        let vector = if place < count { shared } else { experts };
        let Some(Moments { time, first, second }) = &vector.moments else { continue };
        let tensors = |flat: &[f32], layer: &Layer| to_tensors(layer, flat, device);
        let pairs = tensors(first, layer).into_iter().zip(tensors(second, layer));
        for (slot, (first, second)) in to[2 * place..].iter_mut().zip(pairs) {
            *slot = Some(AdamState::new(AdaptiveMomentumState::new(*time, first, second)));
        }
    }
}

impl Learner for Autodiff {
    fn step(&mut self, phase: Phase, batch: u64, rate: f64) {
        self.data.load(batch, &self.net);
        let part = phase.stage.part(self.problem.fixed);
        let rounding = self.rounding.as_ref().filter(|_| phase.rounded);
        let mut tracked = rounding.map_or_else(|| self.net.clone(), |r| r.of(&self.net));
        let frozen = phase.stage.is_frozen().then(|| self.freeze(phase, &tracked));
        // The gradient at the rounded values moves the true ones.
        for (_, tensor) in tracked.tensors_mut(part) {
            *tensor = tensor.clone().autodiff().require_grad();
        }
        let inputs = self.data.batch.inputs.clone();
        let inputs = match &self.grid {
            Some(_) if part != Part::Experts => inputs.autodiff().require_grad(),
            _ => inputs,
        };
        let Some(measured) = self.measure(&tracked, inputs.clone(), phase.stage, frozen) else {
            return;
        };
        self.update(part, rate, &mut tracked, measured.loss.clone(), inputs);
        self.last = Some(Measured {
            loss: measured.loss.without_autodiff(),
            errors: measured.errors.map(Tensor::without_autodiff),
            gate: measured.gate.map(Tensor::without_autodiff),
        });
    }

    fn report(&self) -> Report {
        let Some(Measured { loss, errors, gate }) = &self.last else { return Report::default() };
        let wide = |values: Vec<f32>| -> Vec<f64> { values.into_iter().map(f64::from).collect() };
        let fits = self.problem.fits();
        let mask = gate.as_ref().map(|gate| chosen(&gate.clone().swap_dims(1, 4)));
        let error = match errors {
            Some(errors) => wide(download(&loss::chosen(mask.clone(), errors.clone()))),
            None => vec![0.0; fits],
        };
        let usage = match mask {
            Some(mask) => {
                let usage = download(&loss::usage(&mask));
                let columns = self.net.spec.arch.experts;
                // Labels may be all fits'.
                usage.chunks_exact(columns).map(<[f32]>::to_vec).cycle().take(fits).collect()
            }
            None => vec![vec![1.0]; fits],
        };
        Report { loss: wide(download(loss)), error, usage }
    }

    fn decode(&mut self) -> Decoded {
        self.decoded(self.data.batch.inputs.clone(), self.fixed())
    }

    fn decode_at(&mut self, coords: &[f64]) -> Decoded {
        let dims = self.problem.in_dim;
        let shape = [1, 1, 1, coords.len() / dims, dims];
        let coords = upload(coords.iter().map(|&x| x as f32).collect(), shape, &self.device);
        let mut decoded = self.decoded(self.net.inputs(coords), None);
        decoded.outputs.truncate(shape[3] * self.problem.out_dim);
        decoded.chosen.truncate(shape[3]);
        decoded
    }

    fn values(&self, fit: usize) -> Values {
        let linear: Vec<_> = self.net.layers().collect();
        let [shared, experts] = self.flat(fit, |i| Some([&linear[i].weight, &linear[i].bias]));
        let pooled = |condition| {
            let features = self.net.features(self.data.batch.inputs.clone());
            let pooled = match condition {
                Condition::Max => features.max_dim(3).max_dim(2),
                Condition::Mean => features.mean_dim(3).mean_dim(2),
                Condition::None | Condition::Concat => return vec![],
            };
            download(&pooled.narrow(0, fit, 1))
        };
        Values {
            shared,
            experts,
            frequencies: self.net.frequencies.as_ref().map(download).unwrap_or_default(),
            table: self.grid.as_ref().map(|grid| grid.table(fit)).unwrap_or_default(),
            pooled: pooled(self.net.spec.condition),
        }
    }

    fn vectors(&self) -> [Vector; 2] {
        let Values { shared, experts, .. } = self.values(0);
        let state = |i: usize| self.moments[i].as_ref().map(|s| &s.momentum);
        let moments = |pick: fn(&AdaptiveMomentumState<5>) -> &Tensor<5>| {
            self.flat(0, |place| Some([pick(state(2 * place)?), pick(state(2 * place + 1)?)]))
        };
        let [first, second] = [moments(|s| &s.moment_1), moments(|s| &s.moment_2)];
        let experts_from = self.moments.len() - 2 * self.layout.expert.len();
        let vector = |values, from: usize, which: usize| {
            let moments =
                |time| Moments { time, first: first[which].clone(), second: second[which].clone() };
            Vector { values, moments: state(from).map(|s| moments(s.time)) }
        };
        [vector(shared, 0, 0), vector(experts, experts_from, 1)]
    }

    fn forget_moments(&mut self) {
        self.moments.fill(None);
        if let Some(grid) = &mut self.grid {
            grid.forget_moments();
        }
    }
}
