//! How is a table run: which rows, on which signals, for how many steps?

use super::{
    PaperError, Trainer,
    data::{self, MAX_CHUNKS, Side, Signals},
    figures,
    labels::Labels,
    progress::{Share, Watch, begins, ended, reported, work_of},
    report::{self, Folder, Result as Row},
    shape::{self, Size},
    tables::{self, Metric, SOUNDS, Subject, Table},
    train::{Config, Manager, Outcome},
};
use crate::{
    fit::{Backend, learner::chosen},
    model::Spec,
    quant::Precision,
};
use std::{
    fs,
    path::{Path, PathBuf},
    time::Instant,
};

/// What to run, and how.
#[derive(Clone, Debug)]
pub struct Options {
    /// The folder with the signals.
    pub data: PathBuf,
    /// Only these rows; all if empty.
    pub rows: Vec<String>,
    /// Only these signals, by name; all of the table's if empty.
    pub signals: Vec<String>,
    /// How large pictures are.
    pub side: Side,
    /// Seconds of the sounds; all if `None`.
    pub clip_seconds: Option<f64>,
    /// Part of the sounds' rate.
    pub clip_scale: f64,
    /// Segments of the signals, a list for sounds and a label map for pictures;
    /// `NAME_segments.json` or `.png` beside a signal if `None`.
    pub segments: Option<PathBuf>,
    /// Weight of the cross entropy to the labels while all is trained; 10 for
    /// sounds and 0 for all else if `None`.
    pub segment_weight: Option<f32>,
    /// Steps of each fit.
    pub steps: u64,
    /// Steps of pretraining; a tenth of the steps if `None`.
    pub pretrain_steps: Option<u64>,
    /// First rate.
    pub rate: f64,
    /// Seed of everything random.
    pub seed: u64,
    /// Seconds for all rows together: fewer steps if these are too many.
    pub budget: Option<f64>,
    /// Pictures whose fits are computed at the same time.
    pub together: usize,
    /// Steps between two reports.
    pub log_every: u64,
    /// Parts of a step's coordinates.
    pub chunks: usize,
    /// How large the table of shapes is run.
    pub shape: Size,
    /// The folder for every fit as a `.nex` file.
    pub save: Option<PathBuf>,
    /// How their weights are stored.
    pub precision: Precision,
    /// What the results say computed them; the backend if `None`.
    pub device_name: Option<String>,
    /// Whether figures are drawn too.
    pub figures: bool,
}

impl Options {
    /// What computes a network's steps.
    pub(super) fn device_name(&self, spec: &Spec, backend: Backend) -> String {
        self.device_name.clone().unwrap_or_else(|| chosen(spec, backend).name().into())
    }
}

/// Signals that are fitted together, and their names.
struct Batch {
    names: Vec<String>,
    signals: Signals,
}

/// Where a signal's file may lie.
pub(super) fn find(
    folder: &Path,
    name: &str,
    part: &'static str,
    ending: &str,
) -> Result<PathBuf, PaperError> {
    let file = format!("{name}.{ending}");
    let places = [folder.join(&file), folder.join(part).join(&file)];
    let missing = || PaperError::Missing { folder: folder.into(), part, file: file.clone() };
    places.iter().find(|p| p.is_file()).cloned().ok_or_else(missing)
}

/// The table's signals that are there, or those asked for.
fn names(table: &Table, options: &Options) -> Result<Vec<String>, PaperError> {
    if !options.signals.is_empty() {
        return Ok(options.signals.clone());
    }
    match table.subject {
        Subject::Astronaut => Ok(vec!["astronaut".into()]),
        Subject::Sounds => Ok(SOUNDS.map(String::from).into()),
        Subject::Shapes => Ok(tables::SHAPES.map(String::from).into()),
        Subject::Kodak => {
            let all = (1..=24).map(|i| format!("kodim{i:02}"));
            let there: Vec<_> =
                all.filter(|n| find(&options.data, n, "images", "png").is_ok()).collect();
            if there.is_empty() {
                find(&options.data, "kodim01", "images", "png")?;
            }
            Ok(there)
        }
    }
}

/// The file with a signal's segments, if there is one.
fn segments(options: &Options, name: &str, part: &'static str, ending: &str) -> Option<PathBuf> {
    let beside = || find(&options.data, &format!("{name}_segments"), part, ending).ok();
    options.segments.clone().or_else(beside)
}

fn load(table: &Table, options: &Options) -> Result<Vec<Batch>, PaperError> {
    let names = names(table, options)?;
    let mut batches = Vec::new();
    let together = if table.metric == Metric::AudioMse { 1 } else { options.together.max(1) };
    for names in names.chunks(together) {
        let signals = match table.metric {
            Metric::AudioMse => {
                let path = find(&options.data, &names[0], "audio", "wav")?;
                let labels = segments(options, &names[0], "audio", "json");
                data::sound(&path, options.clip_seconds, options.clip_scale, labels.as_deref())?
            }
            Metric::Psnr | Metric::TrimapIou => {
                let path = |n: &String| find(&options.data, n, "images", "png");
                let paths = names.iter().map(path).collect::<Result<Vec<_>, _>>()?;
                let mut signals = data::pictures(&paths, options.side)?;
                let maps = names.iter().map(|n| segments(options, n, "images", "png"));
                if let Some(maps) = maps.collect::<Option<Vec<_>>>() {
                    let of = |map: &PathBuf| data::picture_segments(map, options.side);
                    signals.segments = maps.iter().map(of).collect::<Result<_, _>>()?;
                }
                signals
            }
        };
        batches.push(Batch { names: names.to_vec(), signals });
    }
    Ok(batches)
}

/// Rows that were asked for, in the table's order.
pub(super) fn wanted<'a>(
    table: &'a Table,
    options: &Options,
) -> Result<Vec<&'a tables::Row>, PaperError> {
    let known = |name: &String| table.rows.iter().any(|r| r.name == *name);
    if let Some(name) = options.rows.iter().find(|n| !known(n)) {
        let rows: Vec<_> = table.rows.iter().map(|r| r.name.as_str()).collect();
        return Err(PaperError::Row { name: name.clone(), rows: rows.join(", ") });
    }
    let asked = |r: &&tables::Row| options.rows.is_empty() || options.rows.contains(&r.name);
    Ok(table.rows.iter().filter(asked).collect())
}

fn config(table: &Table, row: &tables::Row, options: &Options) -> Config {
    let experts = row.spec.arch.experts > 1;
    Config {
        steps: options.steps,
        pretrain_steps: match row.manager {
            Manager::Pretrained(_) if experts => {
                options.pretrain_steps.unwrap_or(options.steps / 10)
            }
            _ => 0,
        },
        rate: options.rate,
        manager: row.manager,
        segment_weight: options.segment_weight.unwrap_or(match table.metric {
            Metric::AudioMse => 10.0,
            Metric::Psnr | Metric::TrimapIou => 0.0,
        }),
        log_every: options.log_every.max(1),
        expert_stage: 0.8,
        chunks: options.chunks.min(MAX_CHUNKS),
        seed: options.seed,
    }
}

/// Steps that fit into the budget for all rows and signals, at most as many as
/// asked for.
fn affordable(
    work: &[(&tables::Row, &Batch, Config)],
    options: &Options,
    backend: Backend,
    watch: &mut dyn Watch,
) -> Result<u64, PaperError> {
    const STEPS: u64 = 20;
    let Some(budget) = options.budget else { return Ok(options.steps) };
    let started = Instant::now();
    let mut known: Vec<(Spec, usize, usize, f64)> = vec![];
    let mut cost = 0.0;
    for (row, batch, config) in work {
        let key = (row.spec, batch.names.len(), batch.signals.points());
        let seen = known.iter().find(|k| (k.0, k.1, k.2) == key).map(|k| k.3);
        let seconds = if let Some(seconds) = seen {
            seconds
        } else {
            let mut trainer = Trainer::new(row.spec, &batch.signals, config, backend)?;
            let seconds = trainer.probe(config, STEPS);
            watch.line(&format!(
                "{}: {:.2} ms a step of {} together",
                row.name,
                seconds * 1e3,
                batch.names.len()
            ));
            known.push((key.0, key.1, key.2, seconds));
            seconds
        };
        cost += seconds;
    }
    // Pretraining is shared by the signals of a batch: counted as a tenth too.
    let left = (budget - started.elapsed().as_secs_f64()).max(0.0);
    let steps = (left / (1.1 * cost.max(1e-9))) as u64;
    let steps = (steps / 10 * 10).clamp(10, options.steps.max(10));
    watch.line(&format!("{steps} steps for each row"));
    Ok(steps)
}

fn enough_experts(row: &tables::Row, signals: &Signals) -> Result<(), PaperError> {
    let segments = signals.segments.iter().flatten().max().map_or(0, |&l| usize::from(l) + 1);
    let experts = row.spec.arch.experts;
    if segments <= experts {
        return Ok(());
    }
    Err(PaperError::TooManySegments { row: row.name.clone(), experts, segments })
}

/// Runs a table, or what is not in its folder yet, and returns it as Markdown.
///
/// # Errors
/// [`PaperError`] by variant.
pub fn run(
    table: &Table,
    options: &Options,
    backend: Backend,
    folder: &Folder,
    watch: &mut dyn Watch,
) -> Result<String, PaperError> {
    if table.metric == Metric::TrimapIou {
        return shape::run::run(table, options, backend, folder, watch);
    }
    let rows = wanted(table, options)?;
    let batches = load(table, options)?;
    let mut work: Vec<(&tables::Row, &Batch, Config)> = Vec::new();
    for row in rows {
        for batch in &batches {
            if row.manager == Manager::Pretrained(Labels::Segments) {
                if batch.signals.segments.is_empty() {
                    watch.line(&format!("{}: {} has no segments", row.name, batch.names[0]));
                    continue;
                }
                enough_experts(row, &batch.signals)?;
            }
            work.push((row, batch, config(table, row, options)));
        }
    }
    let steps = affordable(&work, options, backend, watch)?;
    let mut results = folder.results()?;
    for (_, _, config) in work.iter_mut().filter(|(_, _, config)| steps < config.steps) {
        config.steps = steps;
        if config.pretrain_steps > 0 {
            config.pretrain_steps = options.pretrain_steps.unwrap_or(steps / 10);
        }
    }
    work.retain(|(row, batch, config)| {
        let blank = rows_of(table, row, batch, config, (options, backend), None, &[]);
        let there = blank.iter().all(|r| results.iter().any(|old| old.same_work(r)));
        if there {
            watch.line(&format!("{}: there already", row.name));
        }
        !there
    });
    let work_of = |(row, batch, config): &(&tables::Row, &Batch, Config)| {
        work_of(&row.spec, batch.signals.points() * batch.names.len(), config, backend)
    };
    let mut share = Share::new(work.iter().map(work_of));
    let count = work.len();
    for (index, item) in work.into_iter().enumerate() {
        let cost = work_of(&item);
        let (row, batch, config) = item;
        watch.row(&begins(row, &batch.names, (index, count), &config));
        let mut trainer = Trainer::new(row.spec, &batch.signals, &config, backend)?;
        let before = options.figures.then(|| trainer.taught(&config));
        let outcome = trainer.run(&config, &row.name, |point| {
            watch.line(&reported(&row.name, &batch.signals.targets, point, table.metric));
            watch.progress(share.with(cost, point.step as f64 / config.steps as f64));
        })?;
        share.add(cost);
        if let Some(before) = before {
            let (folder, names) = (folder.figures(), &batch.names);
            figures::write(&folder, &row.name, names, &batch.signals, &mut trainer, &before)?;
        }
        let follows = trainer.follows(&batch.signals.segments);
        let new = rows_of(table, row, batch, &config, (options, backend), Some(&outcome), &follows);
        watch.row(&ended(table.metric, &new));
        let curve: Vec<_> = outcome.curve.iter().map(|p| (p.step, p.mse.clone())).collect();
        if let Some(files) = &options.save {
            save(table, row, batch, (&mut trainer, files, options), watch)?;
        }
        folder.add(&new, &curve)?;
        results.extend(new);
        folder.write_markdown(&report::markdown(table, &results))?;
    }
    if options.figures {
        let title = format!("Table {}: {}", table.number, table.title);
        figures::write_curves(&folder.curves_png(), &title, &results, &folder.curves()?)?;
    }
    Ok(report::markdown(table, &results))
}

/// Writes a file, and makes its folder if it is not there.
pub(super) fn write_file(path: &Path, bytes: &[u8]) -> Result<(), PaperError> {
    let folder = path.parent().map_or(Ok(()), fs::create_dir_all);
    folder
        .and_then(|()| fs::write(path, bytes))
        .map_err(|e| PaperError::Results { path: path.into(), source: e.into() })
}

/// Writes a file for every fit of a batch, and says what it is worth.
fn save(
    table: &Table,
    row: &tables::Row,
    batch: &Batch,
    (trainer, folder, options): (&mut Trainer, &Path, &Options),
    watch: &mut dyn Watch,
) -> Result<(), PaperError> {
    let saved = trainer.save(&batch.signals, options.precision)?;
    for ((saved, name), target) in saved.iter().zip(&batch.names).zip(&batch.signals.targets) {
        let path = folder.join(format!("table-{}-{}-{name}.nex", table.number, row.name));
        write_file(&path, &saved.bytes)?;
        let show = |mse: f64| match table.metric {
            Metric::AudioMse => format!("MSE {:.4}", mse * 1e4),
            Metric::Psnr | Metric::TrimapIou => {
                format!("{:.2} dB", report::psnr(mse, target).0)
            }
        };
        watch.line(&format!(
            "{}: {} bytes; the network {}, rounded to samples {}, decoded {}",
            path.display(),
            saved.bytes.len(),
            show(saved.network),
            show(saved.rounded),
            show(saved.decoded),
        ));
    }
    Ok(())
}

fn rows_of(
    table: &Table,
    row: &tables::Row,
    batch: &Batch,
    config: &Config,
    (options, backend): (&Options, Backend),
    outcome: Option<&Outcome>,
    follows: &[f64],
) -> Vec<Row> {
    let last = outcome.and_then(|o| o.curve.last());
    let together = batch.names.len();
    let seconds = outcome.map_or(0.0, |o| o.seconds);
    let one = |(i, name): (usize, &String)| {
        let mse = last.map_or(f64::NAN, |p| p.mse[i].into());
        let (psnr_paper, psnr) = match table.metric {
            Metric::Psnr => report::psnr(mse, &batch.signals.targets[i]),
            Metric::AudioMse | Metric::TrimapIou => (0.0, 0.0),
        };
        let usage = outcome.map_or(&[][..], |o| &o.usage[i]);
        let usage: Vec<_> = usage.iter().map(|u| format!("{:.1}", 100.0 * u)).collect();
        let sound = SOUNDS.iter().position(|s| s == name).unwrap_or(0);
        Row {
            table: table.number,
            row: row.name.clone(),
            signal: name.clone(),
            points: batch.signals.points(),
            parameters: row.spec.parameters(),
            steps: config.steps,
            pretrain_steps: config.pretrain_steps,
            rate: config.rate,
            seed: config.seed,
            mse,
            psnr_paper,
            psnr,
            iou: 0.0,
            trimap: 0.0,
            chamfer: 0.0,
            trimaps: String::new(),
            follows: follows.get(i).copied().unwrap_or(0.0),
            paper: row.paper.get(sound).or(row.paper.first()).copied().unwrap_or(f64::NAN),
            usage: usage.join(" "),
            device: options.device_name(&row.spec, backend),
            together,
            pretrain_seconds: outcome.map_or(0.0, |o| o.pretrain_seconds),
            seconds,
            steps_per_second: config.steps as f64 / seconds,
            gflops: outcome.map_or(0.0, |o| o.flops) / seconds / 1e9,
        }
    };
    batch.names.iter().enumerate().map(one).collect()
}
