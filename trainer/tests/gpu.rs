//! Do burn's GPU backends learn what its CPU backend learns?
//!
//! On the device that wgpu finds; tests/gpu gives it one in software, on which
//! every kernel takes long to compile: few networks, few steps.

use ne_train::{
    fit::{Backend, reads as reads_so_far},
    model::{Activation, Condition, Input, Spec},
    paper::{
        Trainer,
        data::Signals,
        labels::Labels,
        shape::{Samples, Size, fit, on_grid},
        train::{Config, Manager, Point},
    },
    shape::{self, Field},
};
use std::path::Path;

const CONFIG: Config = Config {
    steps: 16,
    pretrain_steps: 3,
    rate: 5e-4,
    manager: Manager::Pretrained(Labels::Random),
    segment_weight: 0.0,
    log_every: 1,
    expert_stage: 0.8,
    chunks: 4,
    seed: 3,
};

fn picture() -> Signals {
    let side = 16;
    let axis = |i: usize| 2.0 * i as f32 / (side - 1) as f32 - 1.0;
    Signals {
        in_dim: 2,
        out_dim: 3,
        coords: (0..side * side).flat_map(|i| [axis(i % side), axis(i / side)]).collect(),
        targets: vec![(0..side * side * 3).map(|i| (i as f32 * 0.03).sin() * 0.9).collect()],
        size: Some((side, side)),
        rate_hz: 0,
        segments: vec![],
    }
}

/// The first loss to five ten thousandths, the errors after all steps to 2 %.
fn assert_agree(name: &str, cpu: &[Point], gpu: &[Point]) {
    let (first, last) = (|p: &[Point]| p[0].loss[0], |p: &[Point]| p[p.len() - 1].mse[0]);
    let apart = |a: f32, b: f32| (a - b).abs() / a;
    let (start, end) = (apart(first(cpu), first(gpu)), apart(last(cpu), last(gpu)));
    println!("{name}: first loss {start:.1e} apart, last error {end:.1e}");
    assert!(start < 5e-4, "{name}: losses {} and {}", first(cpu), first(gpu));
    assert!(end < 0.02, "{name}: errors {} and {}", last(cpu), last(gpu));
    let before = gpu[0].mse[0];
    assert!(last(gpu) < 0.9 * before, "{name} learns nothing: {before} to {}", last(gpu));
}

const BACKENDS: [Backend; 2] = [Backend::Flex, Backend::Wgpu];

#[test]
#[ignore = "needs a Vulkan device; run: tests/gpu"]
fn pictures_are_learnt_as_on_the_cpu() {
    let signals = picture();
    let experts = Spec::uniform(2, 3, 4, (24, 1));
    let softplus = experts.with(Activation::SoftPlus);
    let cases = [
        ("experts", experts),
        ("FINER, vanilla", experts.with(Activation::Finer).conditioned(Condition::None)),
        ("SoftPlus with Fourier features", softplus.reading(Input::Fourier)),
    ];
    for (name, spec) in cases {
        let [cpu, gpu] = BACKENDS.map(|backend| {
            let mut trainer = Trainer::new(spec, &signals, &CONFIG, backend).unwrap();
            trainer.run(&CONFIG, name, |_| {}).unwrap().curve
        });
        assert_agree(name, &cpu, &gpu);
    }
}

#[test]
#[ignore = "needs a Vulkan device; run: tests/gpu"]
fn a_shape_is_learnt_as_on_the_cpu() {
    let tetrahedron =
        b"v 1 1 1\nv 1 -1 -1\nv -1 1 -1\nv -1 -1 1\nf 1 2 3\nf 1 4 2\nf 1 3 4\nf 2 4 3\n";
    let field = Field::new(&shape::parse(Path::new("tetra.obj"), tetrahedron).unwrap().mesh);
    let size = Size { points: 128, batches: 4, grid: 12 };
    let samples = Samples::draw(&field, size, 1);
    let truth = field.grid(size.grid);
    let config = Config { expert_stage: 1.0, rate: 1e-3, ..CONFIG };
    let spec = Spec::uniform(3, 1, 2, (24, 0));
    let [(cpu, here), (gpu, there)] = BACKENDS.map(|backend| {
        let (mut trainer, outcome) =
            fit(spec, &samples, &config, "shape", backend, |_| {}).unwrap();
        (
            outcome.curve,
            ne_train::measure::shape::overlap(&on_grid(&mut trainer, &truth), &truth).iou,
        )
    });
    assert_agree("shape", &cpu, &gpu);
    assert!((here - there).abs() < 0.02, "overlap {here} and {there}");
}

/// The device is read from at reports alone.
#[test]
#[ignore = "needs a Vulkan device; run: tests/gpu"]
fn nothing_is_read_between_reports() {
    let reads = |steps| {
        let config = Config { steps, log_every: 100, ..CONFIG };
        let spec = Spec::uniform(2, 3, 2, (8, 0));
        let mut trainer = Trainer::new(spec, &picture(), &config, Backend::Wgpu).unwrap();
        let before = reads_so_far();
        trainer.run(&config, "test", |_| {}).unwrap();
        reads_so_far() - before
    };
    let few = reads(2);
    assert!(few > 0);
    assert_eq!(reads(6), few);
}
