//! Does a fit learn, repeat, resume, and cope with odd clips?

use ne_train::audio::Clip;
use ne_train::fit::{
    Backend, Effort, FitConfig, FitError, Fitted, Observer, Preset, Progress, RunDir, fit, reads,
};
use ne_train::model::{Arch, Block};
use ne_train::quant::Precision;
use std::{cell::RefCell, time::Duration};

/// Counts reports; stops at a step if told to.
#[derive(Default)]
struct Watch {
    stop_at: Option<u64>,
    step: u64,
    stages: Vec<&'static str>,
}

impl Observer for Watch {
    fn progress(&mut self, p: &Progress) {
        self.step = p.step;
        if self.stages.last() != Some(&p.stage) {
            self.stages.push(p.stage);
        }
    }

    fn should_stop(&self) -> bool {
        self.stop_at.is_some_and(|at| self.step >= at)
    }
}

fn tone(frames: usize, channels: usize) -> Clip {
    let samples = (0..frames * channels).map(|i| {
        let (t, c) = ((i / channels) as f32, (i % channels) as f32);
        0.6 * (t * (0.05 + 0.02 * c)).sin() * (1.0 - t / frames as f32)
    });
    Clip { rate_hz: 8_000, channels, samples: samples.collect() }
}

fn config(channels: usize, steps: u64) -> FitConfig {
    FitConfig {
        arch: Arch {
            encoder: Block { width: 12, sine_layers: 2 },
            manager_encoder: Block { width: 8, sine_layers: 1 },
            manager_head: Block { width: 8, sine_layers: 1 },
            expert: Block { width: 12, sine_layers: 1 },
            experts: 3,
            ..Arch::paper(1, channels, 3)
        },
        effort: Effort::Steps(steps),
        batch: 256,
        pretrain_steps: 20,
        ..FitConfig::preset(Preset::Tiny, channels)
    }
}

fn run(clip: &Clip, config: &FitConfig) -> Fitted {
    fit(clip, config, None, &mut Watch::default()).unwrap()
}

#[test]
fn a_tone_is_learnt_in_both_profiles_and_repeats() {
    for channels in [1, 2] {
        let clip = tone(900, channels);
        for precision in [Precision::I8, Precision::F32] {
            let config = FitConfig { precision, ..config(channels, 1500) };
            let fitted = run(&clip, &config);
            assert!(
                fitted.deployed_db > 15.0,
                "{channels} channels, {precision:?}: {:.1} dB",
                fitted.deployed_db
            );
            let other_threads = FitConfig { threads: 1, ..config };
            assert_eq!(run(&clip, &other_threads).nex, fitted.nex);
        }
    }
}

#[test]
fn all_stages_happen_in_order() {
    let clip = tone(900, 1);
    let config = FitConfig { sparse_after: Some(0.3), quant_aware: 0.5, ..config(1, 400) };
    let mut watch = Watch::default();
    fit(&clip, &config, None, &mut watch).unwrap();
    let order = ["pretraining", "all", "sparse", "sparse+q", "experts+q"];
    assert_eq!(watch.stages, order);
}

#[test]
fn odd_clips_give_files_that_decode_to_them() {
    let silence = Clip { rate_hz: 8_000, channels: 1, samples: vec![0.0; 300] };
    let fitted = run(&silence, &config(1, 30));
    assert_eq!(fitted.deployed_db, f64::INFINITY, "silence must stay silent");
    let sample = Clip { rate_hz: 8_000, channels: 1, samples: vec![-0.25] };
    let fitted = run(&sample, &config(1, 300));
    assert!(fitted.deployed_db > 12.0, "{:.1} dB", fitted.deployed_db);
    let single = FitConfig { arch: Arch { experts: 1, ..config(1, 1).arch }, ..config(1, 800) };
    assert!(run(&tone(900, 1), &single).deployed_db > 10.0);
}

#[test]
fn a_resumed_fit_is_the_same_fit() {
    let clip = tone(900, 1);
    let folder = tempfile::tempdir().unwrap();
    for stop_at in [5, 130, 370] {
        let config = FitConfig {
            checkpoint_every: Duration::ZERO,
            sparse_after: Some(0.6),
            ..config(1, 400)
        };
        let whole = run(&clip, &config);
        let path = folder.path().join(format!("run-{stop_at}"));
        let created = RunDir::create(&path).unwrap();
        let mut watch = Watch { stop_at: Some(stop_at), ..Watch::default() };
        let partial = fit(&clip, &config, Some(&created), &mut watch).unwrap();
        assert!(partial.stopped_early && partial.steps < 400);
        assert!(matches!(RunDir::create(&path), Err(FitError::RunExists { .. })));
        let resumed = RunDir::resume(&path).unwrap();
        let rest = fit(&clip, &config, Some(&resumed), &mut Watch::default()).unwrap();
        assert_eq!(rest.steps, 400);
        // The stop added a measurement; the parameters went on unchanged.
        assert_eq!(rest.nex, whole.nex, "stopped at {stop_at}");
        assert_eq!(std::fs::read(path.join("best.nex")).unwrap(), whole.nex);
        let other = FitConfig { seed: 1, ..config.clone() };
        let refused = fit(&clip, &other, Some(&resumed), &mut Watch::default());
        assert!(matches!(refused, Err(FitError::OtherRun { .. })));
    }
}

#[test]
fn a_damaged_checkpoint_is_refused() {
    let clip = tone(300, 1);
    let folder = tempfile::tempdir().unwrap();
    let config = config(1, 10);
    let run = RunDir::create(folder.path()).unwrap();
    fit(&clip, &config, Some(&run), &mut Watch::default()).unwrap();
    let path = folder.path().join("checkpoint");
    let bytes = std::fs::read(&path).unwrap();
    for len in [0, 8, 40, bytes.len() - 1] {
        std::fs::write(&path, &bytes[..len]).unwrap();
        let resumed = RunDir::resume(folder.path()).unwrap();
        let result = fit(&clip, &config, Some(&resumed), &mut Watch::default());
        assert!(matches!(result, Err(FitError::BadCheckpoint { .. })), "{len} bytes");
    }
}

#[test]
fn impossible_fits_are_refused() {
    let empty = Clip { rate_hz: 8_000, channels: 1, samples: vec![] };
    let refused = fit(&empty, &config(1, 1), None, &mut Watch::default());
    assert!(matches!(refused, Err(FitError::Target { .. })));
    let wide = FitConfig {
        arch: Arch { expert: Block { width: 5000, sine_layers: 1 }, ..config(1, 1).arch },
        ..config(1, 1)
    };
    let refused = fit(&tone(10, 1), &wide, None, &mut Watch::default());
    assert!(matches!(refused, Err(FitError::Arch(_))));
    if cfg!(not(feature = "cuda")) {
        let cuda = FitConfig { backend: Backend::Cuda, ..config(1, 1) };
        let refused = fit(&tone(10, 1), &cuda, None, &mut Watch::default());
        assert!(matches!(refused, Err(FitError::Backend { backend: "cuda" })));
    }
}

/// The losses of a fit in which every step is reported.
#[derive(Default)]
struct Losses(Vec<(&'static str, f64, f64)>);

impl Observer for Losses {
    fn progress(&mut self, p: &Progress) {
        self.0.push((p.stage, p.loss, p.db));
    }

    fn should_stop(&self) -> bool {
        false
    }
}

/// Every stage's losses and errors: the fused engine's and those of burn's
/// automatic differentiation, which rounds as the file does but for its sines.
#[test]
fn every_backend_takes_the_same_steps() {
    let clip = tone(600, 2);
    for (precision, close) in
        [(Precision::F32, 1e-3), (Precision::F16, 1e-3), (Precision::I8, 0.05)]
    {
        let config = FitConfig {
            precision,
            label_weight: 10.0,
            sparse_after: Some(0.3),
            expert_stage: 0.7,
            quant_aware: 0.5,
            pretrain_steps: 30,
            ..config(2, 25)
        };
        let losses = |backend| {
            let mut losses = Losses::default();
            let config = FitConfig { backend, ..config.clone() };
            fit(&clip, &config, None, &mut losses).unwrap();
            losses.0
        };
        let fused = losses(Backend::Fused);
        // Two of the pretraining, and each step.
        assert_eq!(fused.len(), 27);
        for backend in backends() {
            for (i, (a, b)) in fused.iter().zip(losses(backend)).enumerate() {
                let name = format!("{precision:?}, {backend:?}, report {i}, {}", a.0);
                assert_eq!(a.0, b.0, "{name}");
                assert!((a.1 - b.1).abs() < close * a.1, "{name}: losses {} and {}", a.1, b.1);
                let far = (a.2 - b.2).abs();
                assert!(a.2 == b.2 || far < 100.0 * close, "{name}: {} and {} dB", a.2, b.2);
            }
        }
    }
}

fn backends() -> Vec<Backend> {
    let mut backends = vec![Backend::Flex];
    if cfg!(feature = "ndarray") {
        backends.push(Backend::Ndarray);
    }
    backends
}

/// How often the device was read from before each step, and after which steps
/// there was a report.
#[derive(Default)]
struct Reads {
    before: RefCell<Vec<u64>>,
    reported: Vec<usize>,
}

impl Observer for Reads {
    fn progress(&mut self, _: &Progress) {
        self.reported.push(self.before.borrow().len() - 1);
    }

    fn should_stop(&self) -> bool {
        self.before.borrow_mut().push(reads());
        false
    }
}

/// In all stages, with the file's values or without.
#[test]
fn a_device_is_read_from_at_reports_alone() {
    for batch in [256, 4096] {
        let config = FitConfig {
            backend: Backend::Flex,
            sparse_after: Some(0.3),
            quant_aware: 0.5,
            batch,
            ..config(1, 150)
        };
        let mut watch = Reads::default();
        fit(&tone(600, 1), &config, None, &mut watch).unwrap();
        let before = watch.before.into_inner();
        assert_eq!(before.len(), 170);
        let mut silent = 0;
        for (step, pair) in before.windows(2).enumerate() {
            if !watch.reported.contains(&step) {
                assert_eq!(pair[0], pair[1], "step {step} of batches of {batch}");
                silent += 1;
            }
        }
        assert!(silent > 30, "{silent} steps without a report");
        assert!(before.last() > before.first(), "reports read nothing");
    }
}
