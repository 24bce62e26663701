//! Do the fused steps compute the paper's loss and its gradient?

use ne_train::engine::{
    Batch, Engine, Errors, Grads, Known, LossWeights, Mode, Params, Sine, StepStats, sine_and_slope,
};
use ne_train::model::{Arch, Block, Layer, OMEGA};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

struct Case {
    arch: Arch,
    shared: Vec<f32>,
    experts: Vec<f32>,
    coords: Vec<f64>,
    targets: Vec<f32>,
    labels: Vec<u8>,
    /// What each coordinate's error counts, and each expert where it is known.
    weights: Vec<f32>,
    gate: Vec<f32>,
}

impl Case {
    fn new(experts: usize, in_dim: usize, out_dim: usize, count: usize) -> Self {
        let arch = Arch {
            in_dim,
            out_dim,
            experts,
            encoder: Block { width: 5, sine_layers: 2 },
            manager_encoder: Block { width: 7, sine_layers: 1 },
            manager_head: Block { width: 3, sine_layers: 2 },
            expert: Block { width: 6, sine_layers: 1 },
        };
        let layout = arch.layout();
        let mut rng = Pcg64Mcg::seed_from_u64(3);
        let mut symmetric = move || rng.random::<f32>() * 2.0 - 1.0;
        let mut shared = vec![0.0; layout.shared_len];
        let mut flat = vec![0.0; layout.experts_len];
        let mut fill = |layers: &[Layer], to: &mut [f32]| {
            for l in layers {
                let bound = if l.first { 1.0 } else { (6.0 / l.fan_in as f32).sqrt() / OMEGA };
                let bound = if l.active { bound } else { 1.0 };
                to[l.weights..l.end()].iter_mut().for_each(|v| *v = bound * symmetric());
            }
        };
        fill(&layout.encoder, &mut shared);
        fill(&layout.manager_encoder, &mut shared);
        fill(&layout.manager_head, &mut shared);
        fill(&layout.expert, &mut flat);
        Self {
            arch,
            shared,
            experts: flat,
            coords: (0..count * in_dim).map(|_| f64::from(symmetric())).collect(),
            targets: (0..count * out_dim).map(|_| symmetric()).collect(),
            labels: (0..count).map(|i| (i * 7 % experts) as u8).collect(),
            weights: (0..count).map(|i| 0.5 + (i % 4) as f32).collect(),
            gate: (0..count * experts).map(|i| (i * 5 % 7) as f32 / 7.0).collect(),
        }
    }

    fn params(&self) -> Params<'_> {
        Params { shared: &self.shared, experts: &self.experts }
    }

    fn batch(&self) -> Batch<'_> {
        Batch {
            coords: &self.coords,
            targets: &self.targets,
            labels: Some(&self.labels),
            weights: None,
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Step {
    Dense,
    Pretrain,
    /// Errors are weighed, and a gate stands for the manager.
    Gated {
        encoder: bool,
    },
    Routed {
        encoder: bool,
    },
}

const DENSE: LossWeights =
    LossWeights { reconstruction: 1000.0, label: 10.0, balance: 0.0, errors: Errors::Square };
const PRETRAIN: LossWeights =
    LossWeights { reconstruction: 0.0, label: 1.0, balance: 0.1, errors: Errors::Square };

fn step(engine: &mut Engine, case: &Case, kind: Step, routing: &[u8]) -> (StepStats, Vec<f32>) {
    let layout = case.arch.layout();
    let (mut shared, mut experts) = (vec![9.0; layout.shared_len], vec![9.0; layout.experts_len]);
    let grads = Grads { shared: &mut shared, experts: &mut experts };
    let (params, batch) = (case.params(), case.batch());
    let mode = |encoder| Mode { sine: Sine::Exact, encoder };
    let none = Known::default();
    let stats = match kind {
        Step::Dense => engine.dense_step(params, batch, DENSE, mode(true), none, grads),
        Step::Pretrain => engine.dense_step(params, batch, PRETRAIN, mode(true), none, grads),
        Step::Gated { encoder } => {
            let batch = Batch { weights: Some(&case.weights), ..batch };
            let known = Known { gate: Some(&case.gate), ..none };
            engine.dense_step(params, batch, DENSE, mode(encoder), known, grads)
        }
        Step::Routed { encoder } => {
            let known = Known { routing: Some(routing), ..none };
            engine.routed_step(params, batch, DENSE, mode(encoder), known, grads)
        }
    };
    shared.extend(experts);
    (stats, shared)
}

/// A block in f64.
fn run(layers: &[Layer], k: usize, p: &[f64], mut x: Vec<f64>) -> Vec<f64> {
    for l in layers {
        let (w, b) = (&p[l.weight_range(k)], &p[l.bias_range(k)]);
        let row = |r: usize| {
            let w = &w[r * l.fan_in..(r + 1) * l.fan_in];
            let z = w.iter().zip(&x).map(|(w, x)| w * x).sum::<f64>() + b[r];
            if l.active { (f64::from(OMEGA) * z).sin() } else { z }
        };
        x = (0..l.fan_out).map(row).collect();
    }
    x
}

/// The same losses, written from the paper, in f64.
fn reference(case: &Case, kind: Step, routing: &[u8], shared: &[f64], experts: &[f64]) -> f64 {
    let arch = &case.arch;
    let layout = arch.layout();
    let n = arch.experts;
    let count = case.labels.len();
    let mut loss = 0.0;
    for (i, &chosen) in routing.iter().enumerate().take(count) {
        let x = case.coords[i * arch.in_dim..(i + 1) * arch.in_dim].to_vec();
        let y = &case.targets[i * arch.out_dim..(i + 1) * arch.out_dim];
        let e = run(&layout.encoder, 0, shared, x.clone());
        let error = |k: usize| {
            let out = run(&layout.expert, k, experts, e.clone());
            let squares = out.iter().zip(y).map(|(o, &y)| (o - f64::from(y)).powi(2));
            squares.sum::<f64>() / arch.out_dim as f64
        };
        if matches!(kind, Step::Routed { .. }) {
            loss += 1000.0 * error(chosen.into());
            continue;
        }
        if matches!(kind, Step::Gated { .. }) {
            let gate = &case.gate[i * n..(i + 1) * n];
            let sum: f64 = gate.iter().enumerate().map(|(k, &q)| f64::from(q) * error(k)).sum();
            loss += 1000.0 * f64::from(case.weights[i]) * sum / n as f64;
            continue;
        }
        let mut q = vec![1.0];
        if n > 1 {
            let mut m = run(&layout.manager_encoder, 0, shared, x);
            m.extend(&e);
            let logits = run(&layout.manager_head, 0, shared, m);
            let total: f64 = logits.iter().map(|l| l.exp()).sum();
            q = logits.iter().map(|l| l.exp() / total).collect();
        }
        let weights = if kind == Step::Dense { DENSE } else { PRETRAIN };
        let label = if n > 1 { f64::from(weights.label) } else { 0.0 };
        let balance = if n > 1 { f64::from(weights.balance) } else { 0.0 };
        for (k, q) in q.iter().enumerate() {
            let p = 1.0 / n as f64;
            loss += f64::from(weights.reconstruction) * q * error(k) * p;
            let hit = if usize::from(case.labels[i]) == k { 0.99 } else { 0.0 };
            loss -= label * (hit + 0.01 * p) * q.ln();
            if balance > 0.0 {
                loss -= balance * p * (p * q.ln() + (1.0 - p) * (1.0 - q).ln());
            }
        }
    }
    loss / count as f64
}

#[test]
fn gradients_equal_finite_differences() {
    let kinds = [
        Step::Dense,
        Step::Pretrain,
        Step::Gated { encoder: true },
        Step::Gated { encoder: false },
        Step::Routed { encoder: true },
        Step::Routed { encoder: false },
    ];
    for (experts, in_dim, out_dim, count) in [(3, 1, 1, 40), (2, 2, 3, 300), (1, 1, 2, 11)] {
        let case = Case::new(experts, in_dim, out_dim, count);
        let mut engine = Engine::new(case.arch, 2).unwrap();
        let mut routing = vec![0; count];
        engine.route(case.params(), &case.coords, Sine::Exact, &mut routing);
        for kind in kinds {
            let (stats, gradient) = step(&mut engine, &case, kind, &routing);
            let exact: Vec<f64> =
                case.shared.iter().chain(&case.experts).map(|&v| f64::from(v)).collect();
            let split = case.shared.len();
            let loss = |p: &[f64]| reference(&case, kind, &routing, &p[..split], &p[split..]);
            let here = loss(&exact);
            assert!(
                (stats.loss - here).abs() < 1e-3 * here.abs().max(1e-3),
                "loss {} instead of {here}",
                stats.loss
            );
            let scale = gradient.iter().fold(0.0f32, |m, g| m.max(g.abs())).max(1e-6);
            for i in (0..exact.len()).step_by(3) {
                let still = [Step::Gated { encoder: false }, Step::Routed { encoder: false }];
                let frozen = still.contains(&kind) && i < split;
                let mut p = exact.clone();
                let h = 1e-6;
                p[i] += h;
                let up = loss(&p);
                p[i] -= 2.0 * h;
                let expected = if frozen { 0.0 } else { (up - loss(&p)) / (2.0 * h) };
                let got = f64::from(gradient[i]);
                assert!(
                    (got - expected).abs() < 2e-4 * f64::from(scale),
                    "N={experts}, parameter {i}: {got} instead of {expected}"
                );
            }
        }
    }
}

#[test]
fn steps_repeat_for_any_number_of_threads() {
    let case = Case::new(3, 1, 1, 5000);
    let mut routing = vec![0; 5000];
    let mut first = Engine::new(case.arch, 1).unwrap();
    first.route(case.params(), &case.coords, Sine::Exact, &mut routing);
    let gated = Step::Gated { encoder: true };
    for kind in [Step::Dense, Step::Pretrain, gated, Step::Routed { encoder: true }] {
        let expected = step(&mut first, &case, kind, &routing);
        for threads in 1..=4 {
            let mut engine = Engine::new(case.arch, threads).unwrap();
            assert_eq!(step(&mut engine, &case, kind, &routing), expected, "{threads} threads");
        }
    }
}

#[test]
fn cached_features_change_nothing() {
    let case = Case::new(3, 1, 2, 777);
    let mut engine = Engine::new(case.arch, 2).unwrap();
    let mut routing = vec![0; 777];
    engine.route(case.params(), &case.coords, Sine::Exact, &mut routing);
    let mut features = vec![0.0; 777 * case.arch.encoder.width];
    engine.features(case.params(), &case.coords, Sine::Exact, &mut features);
    let mut gate = vec![0.0; 777 * 3];
    engine.gate(case.params(), &case.coords, Sine::Exact, &mut gate);
    let layout = case.arch.layout();
    let mode = Mode { sine: Sine::Exact, encoder: false };
    for gate in [None, Some(&gate[..])] {
        let mut run = |features: Option<&[f32]>| {
            let mut shared = vec![0.0; layout.shared_len];
            let mut experts = vec![0.0; layout.experts_len];
            let known = Known { routing: Some(&routing), gate, features };
            let grads = Grads { shared: &mut shared, experts: &mut experts };
            let (params, batch) = (case.params(), case.batch());
            let stats = match gate {
                Some(_) => engine.dense_step(params, batch, DENSE, mode, known, grads),
                None => engine.routed_step(params, batch, DENSE, mode, known, grads),
            };
            (stats, experts)
        };
        assert_eq!(run(None), run(Some(&features)));
    }
}

/// The manager's own probabilities, given, change nothing for the experts.
#[test]
fn a_known_gate_stands_for_the_manager() {
    let case = Case::new(3, 2, 1, 300);
    let mut engine = Engine::new(case.arch, 1).unwrap();
    let mut gate = vec![0.0; 900];
    engine.gate(case.params(), &case.coords, Sine::Exact, &mut gate);
    let known = Case { gate, weights: vec![1.0; 300], ..Case::new(3, 2, 1, 300) };
    let (_, expected) = step(&mut engine, &case, Step::Dense, &[]);
    let (_, got) = step(&mut engine, &known, Step::Gated { encoder: false }, &[]);
    assert_eq!(got[case.shared.len()..], expected[case.shared.len()..]);
}

#[test]
fn evaluation_is_the_chosen_expert() {
    let case = Case::new(3, 1, 2, 600);
    let mut engine = Engine::new(case.arch, 2).unwrap();
    let (mut out, mut chosen) = (vec![0.0; 1200], vec![0; 600]);
    engine.route(case.params(), &case.coords, Sine::Exact, &mut chosen);
    engine.evaluate(case.params(), &case.coords, Sine::Exact, &chosen, &mut out);
    let layout = case.arch.layout();
    let shared: Vec<f64> = case.shared.iter().map(|&v| v.into()).collect();
    let experts: Vec<f64> = case.experts.iter().map(|&v| v.into()).collect();
    for (i, out) in out.chunks_exact(2).enumerate() {
        let e = run(&layout.encoder, 0, &shared, vec![case.coords[i]]);
        let expected = run(&layout.expert, chosen[i].into(), &experts, e);
        for (got, expected) in out.iter().zip(expected) {
            assert!((f64::from(*got) - expected).abs() < 1e-4, "coordinate {i}");
        }
    }
}

#[test]
fn sines_are_as_accurate_as_stated() {
    let mut turns: Vec<f32> = (0..2_000_003).map(|i| (i as f32 - 1e6) * 3.1e-6).collect();
    let mut slopes = turns.clone();
    let truth: Vec<f64> = turns.iter().map(|&t| f64::from(t) * std::f64::consts::TAU).collect();
    sine_and_slope(&mut turns, &mut slopes, 0.0, 1.0, Sine::Exact);
    for ((sine, slope), angle) in turns.iter().zip(&slopes).zip(&truth) {
        assert!((f64::from(*sine) - angle.sin()).abs() < 3e-7);
        assert!((f64::from(*slope) - angle.cos()).abs() < 3e-7);
    }
}

#[test]
fn q15_sines_are_the_decoders() {
    let phases: Vec<u32> =
        (0..1_000_003u32).map(|i| (i.wrapping_mul(2_654_435_761)) & !255).collect();
    // 24-bit phases are exact as f32 turns.
    let signed = |p: u32| f64::from(p as i32) / 4_294_967_296.0;
    let mut turns: Vec<f32> = phases.iter().map(|&p| signed(p) as f32).collect();
    let mut slopes = turns.clone();
    sine_and_slope(&mut turns, &mut slopes, 0.0, 1.0, Sine::Q15);
    for (value, phase) in turns.iter().zip(phases) {
        assert_eq!(*value, f32::from(nex_runtime::sine_q15(phase)) / 32_768.0);
    }
}
