//! Stands in for the training loop: writes untrained weights.
use crate::{
    audio::Clip,
    model::{Arch, Block},
    quant::{Precision, Quantiser, TimeDomain},
};
use std::{path::Path, time::Duration};
#[derive(Clone, Copy, Debug)]
pub enum Effort {
    Steps(u64),
    Seconds(f64),
}
#[derive(Clone, Copy, Debug)]
pub enum Decay {
    PerStep(f64),
    Final(f64),
}
#[derive(Clone, Copy, Debug, PartialEq, clap::ValueEnum)]
pub enum Backend {
    Fused,
    Flex,
    Ndarray,
    Vulkan,
    Cuda,
}
#[derive(Clone, Copy, Debug, PartialEq, clap::ValueEnum)]
pub enum Preset {
    Tiny,
    Small,
    Paper,
}
#[derive(Clone, Debug)]
pub struct FitConfig {
    pub arch: Arch,
    pub precision: Precision,
    pub effort: Effort,
    pub batch: usize,
    pub rate: f64,
    pub decay: Decay,
    pub pretrain_steps: u64,
    pub label_weight: f32,
    pub reconstruction_weight: f32,
    pub expert_stage: f64,
    pub sparse_after: Option<f64>,
    pub quant_aware: f64,
    pub domain: (f64, f64),
    pub seed: u64,
    pub checkpoint_every: Duration,
    pub threads: usize,
    pub backend: Backend,
    pub comment: Option<String>,
}
impl FitConfig {
    pub fn preset(_: Preset, channels: usize) -> Self {
        let b = Block { width: 24, sine_layers: 2 };
        Self {
            arch: Arch {
                in_dim: 1,
                out_dim: channels,
                experts: 4,
                encoder: b,
                manager_encoder: b,
                manager_head: Block { width: 24, sine_layers: 1 },
                expert: b,
            },
            precision: Precision::I8,
            effort: Effort::Steps(100),
            batch: 1024,
            rate: 1e-4,
            decay: Decay::Final(0.05),
            pretrain_steps: 0,
            label_weight: 10.0,
            reconstruction_weight: 1000.0,
            expert_stage: 0.8,
            sparse_after: None,
            quant_aware: 0.25,
            domain: (-100.0, 100.0),
            seed: 0,
            checkpoint_every: Duration::from_secs(60),
            threads: 0,
            backend: Backend::Fused,
            comment: None,
        }
    }
}
pub trait Observer {
    fn progress(&mut self, p: &Progress);
    fn should_stop(&self) -> bool;
}
pub struct Progress {
    pub step: u64,
    pub fraction: f64,
    pub stage: &'static str,
    pub loss: f64,
    pub snr_db: f64,
    pub deployed_snr_db: Option<f64>,
    pub best_deployed_snr_db: Option<f64>,
    pub elapsed: Duration,
    pub usage: Vec<f32>,
}
pub struct Fitted {
    pub nex: Vec<u8>,
    pub deployed_snr_db: f64,
    pub float_snr_db: f64,
    pub steps: u64,
    pub stopped_early: bool,
}
#[derive(Debug, thiserror::Error)]
#[error("stub: {0}")]
pub struct FitError(String);
pub struct RunDir;
impl RunDir {
    pub fn create(_: &Path) -> Result<Self, FitError> {
        Ok(Self)
    }
    pub fn resume(_: &Path) -> Result<Self, FitError> {
        Ok(Self)
    }
}
pub fn fit(
    clip: &Clip,
    c: &FitConfig,
    _run: Option<&RunDir>,
    o: &mut dyn Observer,
) -> Result<Fitted, FitError> {
    let t = std::time::Instant::now();
    let mut s = c.seed.wrapping_add(88172645463325252);
    let mut r = move || {
        s ^= s << 13;
        s ^= s >> 7;
        s ^= s << 17;
        (s >> 40) as f32 / 8388608.0 - 1.0
    };
    let mut steps = 0;
    let total = match c.effort {
        Effort::Steps(n) => n,
        Effort::Seconds(s) => (s * 50.0) as u64,
    };
    while steps < total && !o.should_stop() {
        steps += 1;
        std::thread::sleep(Duration::from_millis(20));
        o.progress(&Progress {
            step: steps,
            fraction: steps as f64 / total as f64,
            stage: "all",
            loss: 1.0 / steps as f64,
            snr_db: 1.0,
            deployed_snr_db: Some(0.5),
            best_deployed_snr_db: Some(0.5),
            elapsed: t.elapsed(),
            usage: vec![0.25; 4],
        });
    }
    let l = c.arch.layout();
    let (mut sh, mut ex) = (vec![0.0; l.shared_len], vec![0.0; l.experts_len]);
    for (ls, v) in [
        (
            l.encoder.iter().chain(&l.manager_encoder).chain(&l.manager_head).collect::<Vec<_>>(),
            &mut sh,
        ),
        (l.expert.iter().collect(), &mut ex),
    ] {
        for l in ls {
            for k in 0..l.copies {
                let b = if l.first { 1.0 } else { (6.0 / l.fan_in as f32).sqrt() / 30.0 };
                v[l.weight_range(k)].fill_with(|| r() * b * if l.sine { 1.0 } else { 30.0 });
            }
        }
    }
    let q = Quantiser::new(
        &c.arch,
        c.precision,
        TimeDomain { lo: c.domain.0, hi: c.domain.1, frames: clip.frames() as u32 },
        clip.rate_hz,
        clip.peak(),
    );
    Ok(Fitted {
        nex: q.pack((&sh, &ex), c.comment.as_deref()).map_err(|e| FitError(e.to_string()))?,
        deployed_snr_db: 0.0,
        float_snr_db: 0.0,
        steps,
        stopped_early: steps < total,
    })
}
