//! Does a picture's fit learn, repeat, and give the file what was trained?

use ne_train::fit::{
    Domain, Effort, FitConfig, FitError, Fitted, Metric, Observer, Preset, Progress, Target,
    fit_target,
};
use ne_train::model::{Arch, Block};
use ne_train::picture::{self, Picture};
use ne_train::quant::Precision;

#[derive(Default)]
struct Watch {
    /// Of the last report.
    db: f64,
    metric: Option<Metric>,
}

impl Observer for Watch {
    fn progress(&mut self, p: &Progress) {
        self.db = p.db;
        self.metric = Some(p.metric);
    }

    fn should_stop(&self) -> bool {
        false
    }
}

/// Slopes and a disc: bright on the left, so that a mirrored or turned
/// picture is another one.
fn disc(width: u16, height: u16, channels: usize) -> Picture {
    let mut samples = Vec::new();
    for y in 0..height {
        for x in 0..width {
            let (fx, fy) = (f32::from(x) / f32::from(width), f32::from(y) / f32::from(height));
            let inside = (fx - 0.3).hypot(fy - 0.6) < 0.25;
            for c in 0..channels {
                let shade = 200.0 - 150.0 * fx + 20.0 * c as f32 * fy;
                samples.push(if inside { 230 - 60 * c as u8 } else { shade as u8 });
            }
        }
    }
    Picture { width, height, channels, samples }
}

fn config(channels: usize, steps: u64) -> FitConfig {
    let preset = FitConfig::picture_preset(Preset::Tiny, channels);
    FitConfig {
        arch: Arch {
            encoder: Block { width: 16, sine_layers: 2 },
            experts: 2,
            manager_encoder: Block { width: 8, sine_layers: 1 },
            manager_head: Block { width: 8, sine_layers: 1 },
            expert: Block { width: 12, sine_layers: 1 },
            ..preset.arch
        },
        effort: Effort::Steps(steps),
        batch: 256,
        pretrain_steps: 20,
        ..preset
    }
}

fn run(picture: &Picture, config: &FitConfig) -> (Fitted, Watch) {
    let mut watch = Watch::default();
    (fit_target(Target::Picture(picture), config, None, &mut watch).unwrap(), watch)
}

fn decoded(fitted: &Fitted) -> Vec<u8> {
    picture::decode(&nex_runtime::Picture::open(&fitted.nex).unwrap()).unwrap()
}

#[test]
fn a_picture_is_learnt_in_both_profiles_and_repeats() {
    for (channels, precision) in [(3, Precision::I8), (1, Precision::F32), (2, Precision::I16)] {
        let original = disc(36, 24, channels);
        let config = FitConfig { precision, ..config(channels, 1200) };
        let (fitted, watch) = run(&original, &config);
        let psnr = ne_train::measure::picture::psnr_db(&original.samples, &decoded(&fitted));
        assert!((psnr - fitted.deployed_db).abs() < 1e-9);
        assert!(psnr > 24.0, "{channels} channels, {precision:?}: {psnr:.1} dB");
        assert_eq!(watch.metric, Some(Metric::Psnr));
        // What was trained at the end is what the file has: the same loss.
        assert!((watch.db - psnr).abs() < 1.5, "{:.2} trained, {psnr:.2} dB decoded", watch.db);
        let other_threads = FitConfig { threads: 1, ..config };
        assert_eq!(run(&original, &other_threads).0.nex, fitted.nex);
    }
}

#[test]
fn the_shorter_side_has_the_same_distance_between_pixels() {
    let config = config(3, 1);
    for domain in [Domain::Fixed(-1.0, 1.0), Domain::Band(0.04)] {
        let config = FitConfig { domain, ..config.clone() };
        let [x, y] = config.picture_domain((50, 20));
        let step = |axis: ne_train::quant::TimeDomain| axis.coordinate(8) - axis.coordinate(7);
        assert!((step(x) - step(y)).abs() < 1e-12 && step(x) > 0.0);
        assert!((x.lo + x.hi).abs() < 1e-12 && (y.lo + y.hi).abs() < 1e-12);
        assert_eq!((x.frames, y.frames), (50, 20));
    }
    let [x, y] = config.picture_domain((1, 1));
    assert_eq!((x.coordinate(0), y.coordinate(0)), (0.0, 0.0));
}

#[test]
fn impossible_fits_are_refused() {
    let picture = disc(4, 4, 3);
    let refused = |picture: &Picture, config: &FitConfig| {
        let result = fit_target(Target::Picture(picture), config, None, &mut Watch::default());
        matches!(result, Err(FitError::Target { .. }))
    };
    assert!(refused(&picture, &config(1, 1)), "other channels");
    assert!(refused(&picture, &FitConfig::preset(Preset::Tiny, 3)), "one coordinate");
    assert!(refused(&Picture { samples: vec![0; 5], ..picture.clone() }, &config(3, 1)), "samples");
    assert!(refused(&Picture { width: 0, samples: vec![], ..picture }, &config(3, 1)), "empty");
}
