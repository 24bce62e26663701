//! What is a step on the CPU, by the fused engine?

use super::{
    FitError,
    learner::{Decoded, Learner, Report, Start},
    optim::Vector,
    problem::{Batches, Problem},
    stages::{BALANCE, Part, Phase, Stage},
};
use crate::{
    engine::{Batch, Engine, Grads, Known, LossWeights, Mode, Params, Sine, StepStats},
    model::{Spec, Values},
    quant::Quantiser,
};
use nex_format::neural::Arithmetic;
use std::sync::Arc;

/// Features of a frozen encoder are kept up to this many bytes.
const FEATURE_BYTES: usize = 256 << 20;

/// Networks in memory.
pub(super) struct Fused {
    spec: Spec,
    /// Where the manager's parameters begin in `shared`.
    encoder_len: usize,
    engine: Engine,
    problem: Arc<Problem>,
    batches: Batches,
    quantiser: Option<Quantiser>,
    fits: Vec<Fit>,
    /// The values of the file, while a phase sees them.
    rounded: [Vec<f32>; 2],
    grads: [Vec<f32>; 2],
    /// The last step's batch.
    last: u64,
}

/// One fit's network.
struct Fit {
    shared: Vector,
    experts: Vector,
    stats: StepStats,
    /// Labels that stand for the manager, `[points, N]`.
    fixed: Option<Vec<f32>>,
    frozen: Option<Frozen>,
}

/// What stays the same while only the experts train.
struct Frozen {
    phase: Phase,
    /// `[points]` or `[points, N]`, as the stage has it.
    routing: Option<Vec<u8>>,
    gate: Option<Vec<f32>>,
    features: Option<Vec<f32>>,
}

/// A batch's own copies of what does not lie together.
#[derive(Default)]
struct Gathered {
    coords: Vec<f64>,
    targets: Vec<f32>,
    labels: Option<Vec<u8>>,
    routing: Option<Vec<u8>>,
    gate: Option<Vec<f32>>,
    features: Option<Vec<f32>>,
}

impl Fused {
    pub fn new(
        spec: Spec,
        threads: usize,
        problem: Arc<Problem>,
        quantiser: Option<Quantiser>,
        start: Start,
    ) -> Result<Self, FitError> {
        let layout = spec.layout();
        let [shared, experts] =
            start.vectors.unwrap_or([start.values.shared, start.values.experts].map(Vector::new));
        let fit = |fit| {
            let one_hot = |labels: &[u8]| problem.one_hot(labels, spec.arch.experts);
            Fit {
                shared: shared.clone(),
                experts: experts.clone(),
                stats: StepStats::default(),
                fixed: problem.labels_of(fit).filter(|_| problem.fixed).map(one_hot),
                frozen: None,
            }
        };
        let zeros = || [vec![0.0; layout.shared_len], vec![0.0; layout.experts_len]];
        Ok(Self {
            spec,
            encoder_len: layout.encoder_len(),
            engine: Engine::new(spec.arch, threads)?,
            batches: Batches::new(&problem),
            fits: (0..problem.fits()).map(fit).collect(),
            problem,
            quantiser,
            rounded: zeros(),
            grads: zeros(),
            last: 0,
        })
    }

    fn weights(&self, stage: Stage) -> LossWeights {
        let Problem { errors, reconstruction, label_weight, .. } = *self.problem;
        match stage {
            Stage::Labels => {
                LossWeights { reconstruction: 0.0, label: 1.0, balance: BALANCE, errors }
            }
            _ => LossWeights { reconstruction, label: label_weight, balance: 0.0, errors },
        }
    }

    fn step_of(&mut self, index: usize, phase: Phase, batch: u64, rate: f64) {
        let weights = self.weights(phase.stage);
        let Fit { shared, experts, frozen, fixed, .. } = &mut self.fits[index];
        let mut params = Params { shared: &shared.values, experts: &experts.values };
        let mut sine = Sine::Exact;
        if let Some(quantiser) = self.quantiser.as_ref().filter(|_| phase.rounded) {
            let [to_shared, to_experts] = &mut self.rounded;
            quantiser.fake((params.shared, params.experts), (to_shared, to_experts));
            params = Params { shared: to_shared, experts: to_experts };
            if quantiser.arithmetic() == Arithmetic::Integer {
                sine = Sine::Q15;
            }
        }
        if phase.stage.is_frozen() && frozen.as_ref().is_none_or(|f| f.phase != phase) {
            let fixed = fixed.is_some();
            *frozen = Some(freeze(&mut self.engine, params, &self.problem, (phase, sine), fixed));
        }
        let frozen = frozen.as_ref().filter(|f| f.phase == phase);
        let problem = &self.problem;
        let all = Batch {
            coords: &problem.coords,
            targets: &problem.targets[index],
            labels: problem.labels_of(index),
            weights: problem.weights.as_deref(),
        };
        let known = Known {
            routing: frozen.and_then(|f| f.routing.as_deref()),
            gate: frozen.and_then(|f| f.gate.as_deref()).or(fixed.as_deref()),
            features: frozen.and_then(|f| f.features.as_deref()),
        };
        let mut own = Gathered::default();
        let (part, known) = own.of(&self.spec, &self.batches, batch, (all, known));
        let [to_shared, to_experts] = &mut self.grads;
        let grads = Grads { shared: to_shared, experts: to_experts };
        let mode = Mode { sine, encoder: !phase.stage.is_frozen() };
        let engine = &mut self.engine;
        let stats = match phase.stage {
            Stage::Labels => {
                engine.dense_step(params, part, weights, mode, Known::default(), grads)
            }
            Stage::Mixture | Stage::FrozenMixture => {
                engine.dense_step(params, part, weights, mode, known, grads)
            }
            Stage::Chosen | Stage::FrozenChosen => {
                engine.routed_step(params, part, weights, mode, known, grads)
            }
        };
        self.fits[index].stats = stats;
        self.update(index, phase.stage.part(self.problem.fixed), rate);
    }

    /// Adam's step of a part, by the gradients.
    fn update(&mut self, index: usize, part: Part, rate: f64) {
        let [of_shared, of_experts] = &self.grads;
        let fit = &mut self.fits[index];
        match part {
            Part::All | Part::Manager => fit.shared.step(of_shared, rate),
            Part::NoManager => fit.shared.step(&of_shared[..self.encoder_len], rate),
            Part::Experts => {}
        }
        if part != Part::Manager {
            fit.experts.step(of_experts, rate);
        }
    }

    fn decode_fit(&mut self, fit: usize, coords: &[f64], labels: Option<&[u8]>) -> Decoded {
        let Fit { shared, experts, .. } = &self.fits[fit];
        let params = Params { shared: &shared.values, experts: &experts.values };
        let points = coords.len() / self.spec.arch.in_dim;
        let mut chosen = vec![0; points];
        match labels {
            Some(labels) => chosen.copy_from_slice(labels),
            None => self.engine.route(params, coords, Sine::Exact, &mut chosen),
        }
        let mut outputs = vec![0.0; points * self.spec.arch.out_dim];
        self.engine.evaluate(params, coords, Sine::Exact, &chosen, &mut outputs);
        Decoded { outputs, chosen }
    }
}

/// Routing or gate, and features, for good: encoder and manager train no more.
fn freeze(
    engine: &mut Engine,
    params: Params<'_>,
    problem: &Problem,
    (phase, sine): (Phase, Sine),
    fixed: bool,
) -> Frozen {
    let (points, arch) = (problem.points(), *engine.arch());
    let chosen = phase.stage == Stage::FrozenChosen;
    let routing = chosen.then(|| {
        let mut routing = vec![0; points];
        engine.route(params, &problem.coords, sine, &mut routing);
        routing
    });
    let gate = (!chosen && !fixed).then(|| {
        let mut gate = vec![0.0; points * arch.experts];
        engine.gate(params, &problem.coords, sine, &mut gate);
        gate
    });
    let len = points * arch.encoder.width;
    let features = (len * 4 <= FEATURE_BYTES).then(|| {
        let mut features = vec![0.0; len];
        engine.features(params, &problem.coords, sine, &mut features);
        features
    });
    Frozen { phase, routing, gate, features }
}

impl Gathered {
    /// A step's part of everything.
    fn of<'a>(
        &'a mut self,
        spec: &Spec,
        batches: &Batches,
        step: u64,
        (all, known): (Batch<'a>, Known<'a>),
    ) -> (Batch<'a>, Known<'a>) {
        let range = batches.range(step);
        let arch = &spec.arch;
        let (dims, channels, experts) = (arch.in_dim, arch.out_dim, arch.experts);
        let width = arch.encoder.width;
        let Some(order) = batches.permutation() else {
            let rows = |columns: usize| range.start * columns..range.end * columns;
            let batch = Batch {
                coords: &all.coords[rows(dims)],
                targets: &all.targets[rows(channels)],
                labels: all.labels.map(|l| &l[rows(1)]),
                weights: all.weights,
            };
            let known = Known {
                routing: known.routing.map(|r| &r[rows(1)]),
                gate: known.gate.map(|g| &g[rows(experts)]),
                features: known.features.map(|f| &f[rows(width)]),
            };
            return (batch, known);
        };
        let points = &order[range];
        self.coords = pick(all.coords, points, dims);
        self.targets = pick(all.targets, points, channels);
        self.labels = all.labels.map(|l| pick(l, points, 1));
        self.routing = known.routing.map(|r| pick(r, points, 1));
        self.gate = known.gate.map(|g| pick(g, points, experts));
        self.features = known.features.map(|f| pick(f, points, width));
        let batch = Batch {
            coords: &self.coords,
            targets: &self.targets,
            labels: self.labels.as_deref(),
            weights: all.weights,
        };
        let known = Known {
            routing: self.routing.as_deref(),
            gate: self.gate.as_deref(),
            features: self.features.as_deref(),
        };
        (batch, known)
    }
}

/// The values of some points, `count` each.
fn pick<T: Copy>(values: &[T], points: &[u32], count: usize) -> Vec<T> {
    points.iter().flat_map(|&i| &values[i as usize * count..][..count]).copied().collect()
}

impl Learner for Fused {
    fn step(&mut self, phase: Phase, batch: u64, rate: f64) {
        self.batches.begin(batch);
        self.last = batch;
        for fit in 0..self.fits.len() {
            self.step_of(fit, phase, batch, rate);
        }
    }

    fn report(&self) -> Report {
        let usage = |stats: &StepStats| {
            let total = stats.usage.iter().sum::<usize>().max(1) as f32;
            stats.usage.iter().map(|&u| u as f32 / total).collect()
        };
        Report {
            loss: self.fits.iter().map(|f| f.stats.loss).collect(),
            error: self.fits.iter().map(|f| f.stats.hard_mse).collect(),
            usage: self.fits.iter().map(|f| usage(&f.stats)).collect(),
        }
    }

    fn decode(&mut self) -> Decoded {
        self.batches.begin(self.last);
        let problem = self.problem.clone();
        let range = self.batches.range(self.last);
        let points: Vec<u32> = match self.batches.permutation() {
            Some(order) => order[range].to_vec(),
            None => range.map(|i| i as u32).collect(),
        };
        let coords = pick(&problem.coords, &points, problem.in_dim);
        let mut all = Decoded { outputs: vec![], chosen: vec![] };
        for fit in 0..self.fits.len() {
            let labels = problem.labels_of(fit).filter(|_| problem.fixed);
            let labels = labels.map(|l| pick(l, &points, 1));
            let Decoded { outputs, chosen } = self.decode_fit(fit, &coords, labels.as_deref());
            all.outputs.extend(outputs);
            all.chosen.extend(chosen);
        }
        all
    }

    fn decode_at(&mut self, coords: &[f64]) -> Decoded {
        self.decode_fit(0, coords, None)
    }

    fn values(&self, fit: usize) -> Values {
        let Fit { shared, experts, .. } = &self.fits[fit];
        Values {
            shared: shared.values.clone(),
            experts: experts.values.clone(),
            ..Values::default()
        }
    }

    fn vectors(&self) -> [Vector; 2] {
        let Fit { shared, experts, .. } = &self.fits[0];
        [shared.clone(), experts.clone()]
    }

    fn forget_moments(&mut self) {
        for fit in &mut self.fits {
            fit.shared.moments = None;
            fit.experts.moments = None;
        }
    }
}
