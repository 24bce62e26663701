//! What does one process of a fit do, step by step?

use super::{
    EVALUATIONS, Effort, FitConfig, FitError, Fitted, Metric, Observer, Progress, RunDir, Target,
    deploy::Deploy,
    learner::{Learner, Machine, Report, Start, learner},
    optim::Vector,
    stages::Phase,
    state::{Best, State},
};
use crate::model::{Spec, initialise};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

/// Time between progress reports.
const REPORT_EVERY: Duration = Duration::from_millis(200);
/// Pretraining steps between two.
const PRETRAINING_REPORTS: u64 = 20;

pub(super) struct Session<'a> {
    config: &'a FitConfig,
    run: Option<&'a RunDir>,
    metric: Metric,
    /// What a mean square error is compared with.
    power: f64,
    deploy: Deploy,
    learner: Box<dyn Learner>,
    /// Counters and the best file; its vectors are filled for checkpoints.
    state: State,
    started: Instant,
}

impl<'a> Session<'a> {
    pub fn new(
        target: Target<'_>,
        config: &'a FitConfig,
        run: Option<&'a RunDir>,
    ) -> Result<Self, FitError> {
        target.check(config)?;
        let axes = target.axes(config);
        let quantiser = target.quantiser(config, axes);
        let stored = run.map(|r| r.open(config, target)).transpose()?.flatten();
        let spec = Spec::experts(config.arch);
        let values = initialise(&spec, config.first_init, config.seed);
        let vectors = stored.as_ref().map(|s| [s.shared.clone(), s.experts.clone()]);
        let state = stored.unwrap_or_else(|| State {
            shared: Vector::new(values.shared.clone()),
            experts: Vector::new(values.experts.clone()),
            pretrained: 0,
            step: 0,
            seconds: 0.0,
            experts_only: false,
            evaluations: 0,
            best: None,
        });
        let (problem, power) = target.problem(config, &axes);
        let FitConfig { backend, threads, .. } = *config;
        let machine = Machine { backend, threads, chunks: backend.chunks() };
        let (problem, start) = (Arc::new(problem), Start { values, vectors });
        Ok(Self {
            config,
            run,
            metric: target.metric(),
            power,
            learner: learner(spec, machine, problem, Some(&quantiser), start)?,
            deploy: Deploy::new(quantiser, target, config.comment.clone()),
            state,
            started: Instant::now(),
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
        let schedule = self.config.schedule();
        let mut stopped = self.pretrain(observer)?;
        let mut checkpointed = Instant::now();
        let mut reported: Option<Instant> = None;
        while !stopped && self.fraction() < 1.0 {
            stopped = observer.should_stop();
            if stopped {
                break;
            }
            let fraction = self.fraction();
            let phase = schedule.at(fraction);
            let rate = self.config.rate_at(self.state.step, fraction);
            if phase.stage.is_frozen() && !self.state.experts_only {
                self.state.experts_only = true;
                self.learner.forget_moments();
            }
            self.learner.step(phase, self.state.step, rate);
            self.state.step += 1;
            let due = (self.fraction() * EVALUATIONS as f64) as u64;
            let evaluate = due > self.state.evaluations;
            if evaluate || reported.is_none_or(|t| t.elapsed() >= REPORT_EVERY) {
                let mut progress = self.report(phase)?;
                if evaluate {
                    self.state.evaluations = due;
                    progress.deployed_db = Some(self.evaluate()?);
                    progress.best_deployed_db = self.state.best.as_ref().map(|b| b.db);
                }
                reported = Some(Instant::now());
                observer.progress(&progress);
                if let Some(run) = self.run {
                    run.metrics(&progress, rate)?;
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
        let steps = if self.config.arch.experts > 1 { self.config.pretrain_steps } else { 0 };
        let rate = self.config.pretraining_rate();
        while self.state.pretrained < steps && self.fraction() < 1.0 {
            if observer.should_stop() {
                return Ok(true);
            }
            // Its own part of the batch sequence, apart from the main steps'.
            self.learner.step(Phase::LABELS, self.state.pretrained ^ 1 << 63, rate);
            self.state.pretrained += 1;
            if self.state.pretrained % PRETRAINING_REPORTS == 1 {
                let progress = self.report(Phase::LABELS)?;
                observer.progress(&Progress { db: f64::NEG_INFINITY, ..progress });
            }
        }
        if self.state.step == 0 {
            self.learner.forget_moments();
        }
        Ok(false)
    }

    /// How far the fit is after a step.
    fn report(&self, phase: Phase) -> Result<Progress, FitError> {
        let Report { loss, error, mut usage } = self.learner.report();
        let (Some(&loss), Some(&error)) = (loss.first(), error.first()) else {
            return Err(FitError::Diverged { step: self.state.step });
        };
        if !loss.is_finite() {
            return Err(FitError::Diverged { step: self.state.step });
        }
        Ok(Progress {
            step: self.state.step,
            fraction: self.fraction(),
            stage: phase.name(),
            loss,
            metric: self.metric,
            db: self.metric.decibels(error, self.power),
            deployed_db: None,
            best_deployed_db: self.state.best.as_ref().map(|b| b.db),
            elapsed: Duration::from_secs_f64(self.seconds()),
            usage: usage.swap_remove(0),
        })
    }

    /// Measures the file of the present parameters; keeps it if it is best.
    fn evaluate(&mut self) -> Result<f64, FitError> {
        let (nex, db) = self.deploy.measure(&self.learner.values(0))?;
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
        [self.state.shared, self.state.experts] = self.learner.vectors();
        run.checkpoint(&self.state, self.config)
    }
}
