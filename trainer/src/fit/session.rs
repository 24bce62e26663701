//! What does one process of a fit do, step by step?

use super::{
    EVALUATIONS, Effort, FitConfig, FitError, Fitted, Metric, Observer, Progress, RunDir, Target,
    data::Data,
    deploy::Deploy,
    gradient::{self, Gradient},
    optim::{Trained, adam},
    schedule::{Phase, Stage},
    state::{Best, State, Vector},
};
use crate::{
    engine::{Batch, Engine, Grads, Known, LossWeights, Params, Sine, StepStats},
    model::initialise,
};
use nex_format::neural::Arithmetic;
use std::time::{Duration, Instant};

/// Features of a frozen encoder are kept up to this many bytes.
const FEATURE_BYTES: usize = 256 << 20;
/// Time between progress reports.
const REPORT_EVERY: Duration = Duration::from_millis(200);

pub(super) struct Session<'a> {
    config: &'a FitConfig,
    run: Option<&'a RunDir>,
    metric: Metric,
    data: Data,
    deploy: Deploy,
    gradient: Box<dyn Gradient>,
    /// Routes and encodes; the same on every backend.
    engine: Engine,
    shared: Trained,
    experts: Trained,
    /// Counters and the best file; its vectors are filled for checkpoints.
    state: State,
    frozen: Option<Frozen>,
    started: Instant,
    /// The values of the file, while the phase is quantised.
    fake: (Vec<f32>, Vec<f32>),
    grads: (Vec<f32>, Vec<f32>),
}

/// What stays the same while only the experts train.
struct Frozen {
    phase: Phase,
    routing: Vec<u8>,
    features: Option<Vec<f32>>,
}

impl<'a> Session<'a> {
    pub fn new(
        target: Target<'_>,
        config: &'a FitConfig,
        run: Option<&'a RunDir>,
    ) -> Result<Self, FitError> {
        let arch = config.arch;
        target.check(config)?;
        let axes = target.axes(config);
        let quantiser = target.quantiser(config, axes);
        let stored = run.map(|r| r.open(config, target)).transpose()?.flatten();
        let state = stored.unwrap_or_else(|| {
            let (shared, experts) = initialise(&arch, config.first_init, config.seed);
            State {
                shared: Vector::new(shared),
                experts: Vector::new(experts),
                pretrained: 0,
                step: 0,
                seconds: 0.0,
                experts_only: false,
                evaluations: 0,
                best: None,
            }
        });
        let device = crate::device::device(config.backend)?;
        let layout = arch.layout();
        let zeros = || (vec![0.0; layout.shared_len], vec![0.0; layout.experts_len]);
        Ok(Self {
            config,
            run,
            metric: target.metric(),
            data: Data::new(target, &axes, arch.experts, config.seed),
            deploy: Deploy::new(quantiser, target, config.comment.clone()),
            gradient: gradient::new(arch, config.backend, config.threads)?,
            engine: Engine::new(arch, config.threads)?,
            shared: Trained::new(state.shared.clone(), &device),
            experts: Trained::new(state.experts.clone(), &device),
            state,
            frozen: None,
            started: Instant::now(),
            fake: zeros(),
            grads: zeros(),
        })
    }

    fn seconds(&self) -> f64 {
        self.state.seconds + self.started.elapsed().as_secs_f64()
    }

    /// Part of the effort that is spent.
    fn fraction(&self) -> f64 {
        let spent = match self.config.effort {
            Effort::Steps(steps) => self.state.step as f64 / steps.max(1) as f64,
            Effort::Seconds(seconds) => self.seconds() / seconds,
        };
        spent.min(1.0)
    }

    pub fn run(mut self, observer: &mut dyn Observer) -> Result<Fitted, FitError> {
        let mut stopped = self.pretrain(observer)?;
        let mut checkpointed = Instant::now();
        let mut reported: Option<Instant> = None;
        while !stopped && self.fraction() < 1.0 {
            stopped = observer.should_stop();
            if stopped {
                break;
            }
            let fraction = self.fraction();
            let phase = Phase::at(self.config, fraction);
            let stats = self.step(phase, fraction);
            if !stats.loss.is_finite() {
                return Err(FitError::Diverged { step: self.state.step });
            }
            self.state.step += 1;
            let mut progress = self.describe(phase, &stats);
            let due = (self.fraction() * EVALUATIONS as f64) as u64;
            if due > self.state.evaluations {
                self.state.evaluations = due;
                progress.deployed_db = Some(self.evaluate()?);
                progress.best_deployed_db = self.state.best.as_ref().map(|b| b.db);
            }
            if progress.deployed_db.is_some()
                || reported.is_none_or(|t| t.elapsed() >= REPORT_EVERY)
            {
                reported = Some(Instant::now());
                observer.progress(&progress);
                if let Some(run) = self.run {
                    run.metrics(&progress, self.config.rate_at(self.state.step, fraction))?;
                }
            }
            if self.run.is_some() && checkpointed.elapsed() >= self.config.checkpoint_every {
                self.checkpoint()?;
                checkpointed = Instant::now();
            }
        }
        if stopped || self.state.best.is_none() {
            self.evaluate()?;
        }
        self.checkpoint()?;
        let best = self.state.best.take().unwrap_or_default();
        Ok(Fitted {
            nex: best.nex,
            deployed_db: best.db,
            steps: self.state.step,
            stopped_early: stopped,
        })
    }

    /// The manager learns the random segmentation; true if stopped.
    fn pretrain(&mut self, observer: &mut dyn Observer) -> Result<bool, FitError> {
        let weights = LossWeights {
            reconstruction: 0.0,
            label: 1.0,
            balance: 0.1,
            errors: self.metric.errors(),
        };
        let adam = adam();
        let steps = if self.config.arch.experts > 1 { self.config.pretrain_steps } else { 0 };
        while self.state.pretrained < steps && self.fraction() < 1.0 {
            if observer.should_stop() {
                return Ok(true);
            }
            // Its own part of the batch sequence, apart from the main steps'.
            let part = self.data.batch(self.state.pretrained ^ 1 << 63, self.config.batch);
            let batch = match &part {
                Some(part) => part.batch(),
                None => self.data.whole(),
            };
            let params = Params { shared: self.shared.host(), experts: self.experts.host() };
            let grads = Grads { shared: &mut self.grads.0, experts: &mut self.grads.1 };
            let stats = self.gradient.dense(params, batch, weights, Sine::Exact, grads);
            if !stats.loss.is_finite() {
                return Err(FitError::Diverged { step: self.state.pretrained });
            }
            self.shared.step(&adam, &self.grads.0, self.config.rate);
            self.state.pretrained += 1;
            if self.state.pretrained % 20 == 1 {
                let phase = Phase { stage: Stage::All, quantised: false };
                let db = f64::NEG_INFINITY;
                observer.progress(&Progress {
                    stage: "pretraining",
                    db,
                    ..self.describe(phase, &stats)
                });
            }
        }
        if self.state.step == 0 {
            self.shared.forget_moments();
        }
        Ok(false)
    }

    /// One step of a phase.
    fn step(&mut self, phase: Phase, fraction: f64) -> StepStats {
        let integer = self.config.precision.arithmetic() == Arithmetic::Integer;
        let sine = if phase.quantised && integer { Sine::Q15 } else { Sine::Exact };
        if phase.quantised {
            let from = (self.shared.host(), self.experts.host());
            self.deploy.quantiser().fake(from, (&mut self.fake.0, &mut self.fake.1));
        }
        if phase.stage == Stage::Experts && self.frozen.as_ref().is_none_or(|f| f.phase != phase) {
            self.freeze(phase, sine);
        }
        let part = self.data.batch(self.state.step, self.config.batch);
        let batch = part.as_ref().map_or_else(|| self.data.whole(), |p| p.batch());
        let params = if phase.quantised {
            Params { shared: &self.fake.0, experts: &self.fake.1 }
        } else {
            Params { shared: self.shared.host(), experts: self.experts.host() }
        };
        let grads = Grads { shared: &mut self.grads.0, experts: &mut self.grads.1 };
        let weights = LossWeights {
            reconstruction: self.config.reconstruction_weight,
            label: self.config.label_weight,
            balance: 0.0,
            errors: self.metric.errors(),
        };
        let stats = match (phase.stage, &self.frozen) {
            (Stage::All, _) => self.gradient.dense(params, batch, weights, sine, grads),
            (Stage::Experts, Some(frozen)) => {
                let width = self.config.arch.encoder.width;
                let gathered = part.as_ref().map(|p| frozen.gather(&p.points, width));
                let known = match &gathered {
                    Some((routing, features)) => {
                        Known { routing: Some(routing), features: features.as_deref() }
                    }
                    None => Known {
                        routing: Some(&frozen.routing),
                        features: frozen.features.as_deref(),
                    },
                };
                self.gradient.routed(params, batch, weights, (sine, false), known, grads)
            }
            _ => {
                let known = Known::default();
                self.gradient.routed(params, batch, weights, (sine, true), known, grads)
            }
        };
        let (adam, rate) = (adam(), self.config.rate_at(self.state.step, fraction));
        if phase.stage != Stage::Experts {
            self.shared.step(&adam, &self.grads.0, rate);
        }
        self.experts.step(&adam, &self.grads.1, rate);
        stats
    }

    /// Routing and features for good: encoder and manager train no more.
    fn freeze(&mut self, phase: Phase, sine: Sine) {
        let params = if phase.quantised {
            Params { shared: &self.fake.0, experts: &self.fake.1 }
        } else {
            Params { shared: self.shared.host(), experts: self.experts.host() }
        };
        let points = self.data.points();
        let mut routing = vec![0; points];
        self.engine.route(params, &self.data.coords, sine, &mut routing);
        let len = points * self.config.arch.encoder.width;
        let features = (len * 4 <= FEATURE_BYTES).then(|| {
            let mut features = vec![0.0; len];
            self.engine.features(params, &self.data.coords, sine, &mut features);
            features
        });
        if !self.state.experts_only {
            self.state.experts_only = true;
            self.experts.forget_moments();
        }
        self.frozen = Some(Frozen { phase, routing, features });
    }

    fn describe(&self, phase: Phase, stats: &StepStats) -> Progress {
        let total = stats.usage.iter().sum::<usize>().max(1) as f32;
        Progress {
            step: self.state.step,
            fraction: self.fraction(),
            stage: phase.name(),
            loss: stats.loss,
            metric: self.metric,
            db: self.metric.decibels(stats.hard_mse, self.data.power),
            deployed_db: None,
            best_deployed_db: self.state.best.as_ref().map(|b| b.db),
            elapsed: Duration::from_secs_f64(self.seconds()),
            usage: stats.usage.iter().map(|&u| u as f32 / total).collect(),
        }
    }

    /// Measures the file of the present parameters; keeps it if it is best.
    fn evaluate(&mut self) -> Result<f64, FitError> {
        let (nex, db) = self.deploy.measure((self.shared.host(), self.experts.host()))?;
        if self.state.best.as_ref().is_none_or(|b| db > b.db) {
            if let Some(run) = self.run {
                run.best(&nex)?;
            }
            self.state.best = Some(Best { nex, db });
        }
        Ok(db)
    }

    fn checkpoint(&mut self) -> Result<(), FitError> {
        let Some(run) = self.run else { return Ok(()) };
        self.state.seconds = self.seconds();
        self.started = Instant::now();
        self.state.shared = self.shared.save();
        self.state.experts = self.experts.save();
        run.checkpoint(&self.state, self.config)
    }
}

impl Frozen {
    fn gather(&self, points: &[u32], width: usize) -> (Vec<u8>, Option<Vec<f32>>) {
        let routing = points.iter().map(|&i| self.routing[i as usize]).collect();
        let features = self.features.as_ref().map(|features| {
            points.iter().flat_map(|&i| &features[i as usize * width..][..width]).copied().collect()
        });
        (routing, features)
    }
}

impl super::data::Minibatch {
    fn batch(&self) -> Batch<'_> {
        Batch { coords: &self.coords, targets: &self.targets, labels: Some(&self.labels) }
    }
}

impl Data {
    fn whole(&self) -> Batch<'_> {
        Batch { coords: &self.coords, targets: &self.targets, labels: Some(&self.labels) }
    }
}
