//! Does every network of the tables decode as it was trained?
//!
//! A few steps of each, then the file, read by the runtime. A sample may be one
//! step from the network's rounded output where that lies between two, and the
//! manager may decide otherwise where two logits are almost equal.

use ne_train::{
    fit::Backend,
    model::{Activation, Arch, Block, Condition, Input, Spec},
    paper::{
        Trainer,
        data::Signals,
        export::{decoded, rounded},
        labels::Labels,
        train::{Config, Manager},
    },
    quant::Precision,
};

const CONFIG: Config = Config {
    steps: 30,
    pretrain_steps: 10,
    rate: 1e-3,
    manager: Manager::Pretrained(Labels::Random),
    segment_weight: 0.0,
    log_every: 30,
    expert_stage: 0.8,
    chunks: 4,
    seed: 3,
};

/// Two pictures of 24 columns and 16 rows.
fn pictures() -> Signals {
    let axis = |i: usize, n: usize| 2.0 * i as f32 / (n - 1) as f32 - 1.0;
    let (rows, columns) = (16, 24);
    let wave =
        |p: usize, i: usize| ((p * 7 + i % 72) as f32 * 0.13).sin() * ((i / 72) as f32 * 0.3).cos();
    Signals {
        in_dim: 2,
        out_dim: 3,
        coords: (0..rows * columns)
            .flat_map(|i| [axis(i % columns, columns), axis(i / columns, rows)])
            .collect(),
        targets: (0..2).map(|p| (0..rows * columns * 3).map(|i| wave(p, i)).collect()).collect(),
        size: Some((rows, columns)),
        rate_hz: 0,
        segments: vec![],
    }
}

fn sound() -> Signals {
    let frames = 800;
    let at = |i: usize| 200.0 * i as f32 / (frames - 1) as f32 - 100.0;
    Signals {
        in_dim: 1,
        out_dim: 1,
        coords: (0..frames).map(at).collect(),
        targets: vec![(0..frames).map(|i| (i as f32 * 0.2).sin() * 0.7).collect()],
        size: None,
        rate_hz: 8000,
        segments: vec![],
    }
}

fn mse(a: &[f32], b: &[f32]) -> f64 {
    let sum: f64 = a.iter().zip(b).map(|(a, b)| f64::from(a - b).powi(2)).sum();
    sum / a.len() as f64
}

/// Trains, exports and decodes both precisions of each fit.
fn check(name: &str, spec: Spec, signals: &Signals) {
    check_with(name, spec, signals, &CONFIG);
}

fn check_with(name: &str, spec: Spec, signals: &Signals, config: &Config) {
    let mut trainer = Trainer::new(spec, signals, config, Backend::Fused).unwrap();
    trainer.run(config, name, |_| {}).unwrap();
    let (outputs, _) = trainer.decode();
    let (picture, len) = (signals.size.is_some(), signals.targets[0].len());
    // A step of a sample, and how many of them may be missed.
    let (step, misses) =
        if picture { (2.0 / 255.0, [1.5, 4.0]) } else { (1.0 / 32_767.0, [8.5, 400.0]) };
    for (fit, outputs) in outputs.chunks_exact(len).enumerate() {
        let target = &signals.targets[fit];
        let ours = rounded(outputs, picture);
        let own = mse(&ours, target);
        let precisions = [(Precision::F32, misses[0], 0.02), (Precision::F16, misses[1], 0.1)];
        for (precision, far, decibels) in precisions {
            let bytes = trainer.export(signals, fit, precision).unwrap();
            let read = decoded(&bytes).unwrap();
            assert_eq!(read.len(), len);
            let far_off = read.iter().zip(&ours).filter(|(a, b)| (*a - *b).abs() > far * step);
            let far_off = far_off.count();
            let difference = 10.0 * (mse(&read, target) / own).log10();
            println!(
                "{name}, {precision:?}: {} bytes, {difference:+.4} dB, {far_off} of {len}",
                bytes.len()
            );
            // Of another expert's, where the manager's choice is close.
            let most = if precision == Precision::F32 { len / 100 } else { len / 20 };
            assert!(far_off <= most, "{name}, {precision:?}: {far_off} of {len}");
            assert!(difference.abs() < decibels, "{name}, {precision:?}: {difference} dB");
        }
    }
}

/// Narrow blocks of the paper's shape.
fn small(in_dim: usize, out_dim: usize, experts: usize, width: usize) -> Spec {
    Spec::experts(Arch {
        in_dim,
        out_dim,
        experts,
        encoder: Block::encoder(width, 1),
        manager_encoder: Block::encoder(width / 2, 1),
        manager_head: Block::head(width / 2, 1),
        expert: Block::head(width, 1),
    })
}

#[test]
fn sines_with_every_condition_become_files() {
    let signals = pictures();
    check("base", small(2, 3, 1, 24), &signals);
    for condition in [Condition::Concat, Condition::None, Condition::Max, Condition::Mean] {
        check(&format!("{condition:?}"), small(2, 3, 3, 24).conditioned(condition), &signals);
    }
    check("sound", small(1, 1, 3, 24), &sound());
}

#[test]
fn other_activations_become_files() {
    for activation in [Activation::Finer, Activation::SoftPlus, Activation::Relu] {
        for experts in [1, 3] {
            let name = format!("{activation:?} {experts}");
            check(&name, small(2, 3, experts, 24).with(activation), &pictures());
            check(&name, small(1, 1, experts, 24).with(activation), &sound());
        }
    }
}

#[test]
fn fourier_features_become_files() {
    let spec = |experts| Spec {
        input: Input::Fourier,
        ..small(2, 3, experts, 136).with(Activation::SoftPlus)
    };
    check("Fourier base", spec(1), &pictures());
    let narrow = Arch { manager_encoder: Block::encoder(128, 1), ..spec(3).arch };
    check("Fourier experts", Spec { arch: narrow, ..spec(3) }, &pictures());
}

/// A choice by labels is stored instead of a manager.
#[test]
fn fixed_choices_become_files() {
    for labels in [Labels::Fields, Labels::Random] {
        let config = Config { manager: Manager::Fixed(labels), ..CONFIG };
        check_with(&format!("{labels:?}"), small(2, 3, 3, 24), &pictures(), &config);
        check_with(&format!("{labels:?}"), small(1, 1, 3, 24), &sound(), &config);
    }
}

#[test]
fn hash_grids_become_files() {
    // Of 7.7 million numbers: few steps, which tell enough.
    let config = Config { steps: 5, pretrain_steps: 2, log_every: 5, ..CONFIG };
    let signals = pictures().only(1);
    check_with("InstantNGP", Spec::instant_ngp(3, 1), &signals, &config);
    check_with("InstantNGP experts", Spec::instant_ngp(3, 4), &signals, &config);
}
