//! In which order is everything measured?

use super::{
    Bench, BenchError, Codec, Goal, Machine, Matches, Options, Ours, Point, Rival, Row, Sound,
    SoundFacts, Tools, Tune, one, summarise,
};
use crate::audio::{self, Clip};
use rayon::prelude::*;
use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    sync::atomic::{AtomicUsize, Ordering},
};

/// How far it is: measurements done, and those known to be needed.
pub type Progress<'a> = dyn Fn(usize, usize) + Sync + 'a;

/// Measures all sounds with all codecs, on the threads of the current pool.
///
/// The rows' order does not depend on the threads. A measurement that fails
/// is listed in [`Bench::failures`], and the others go on.
///
/// # Errors
/// A sound that cannot be put into the work folder.
pub fn run(
    sounds: &[Sound],
    options: &Options,
    tools: Tools,
    progress: &Progress<'_>,
) -> Result<Bench, BenchError> {
    let machine = Machine::this();
    let mut notes = Vec::new();
    let measured: Vec<&Sound> = sounds
        .iter()
        .filter(|sound| {
            let silent = sound.samples.iter().all(|&s| s == 0);
            if silent {
                notes.push(format!("{}: is silent; there is nothing to measure", sound.name));
            }
            !silent
        })
        .collect();
    for sound in &measured {
        write_reference(&options.folder, sound)?;
    }
    let points = plan(options);
    let mut refused = BTreeMap::<(Codec, String), Vec<&str>>::new();
    let mut jobs = Vec::new();
    for (s, sound) in measured.iter().enumerate() {
        for (p, &point) in points.iter().enumerate() {
            let refusal = match point {
                Point::Rival(rival) => rival.refusal(sound.rate_hz, sound.channels),
                _ => None,
            };
            match refusal {
                Some(reason) => {
                    let names = refused.entry((point.codec(), reason)).or_default();
                    // Once, at however many of its rates.
                    if names.last() != Some(&&*sound.name) {
                        names.push(&sound.name);
                    }
                }
                None => jobs.push(Job { sound: s, point, rank: (p, 0) }),
            }
        }
    }
    notes.extend(refused.into_iter().map(|((_, reason), names)| left_out(&reason, &names)));

    let at_once = machine.at_once.min(jobs.len()).max(1);
    let worker = Worker {
        sounds: &measured,
        options,
        threads: (machine.cores / at_once).max(1),
        done: AtomicUsize::new(0),
        progress,
    };
    let first = worker.all(&jobs, jobs.len());
    // The rivals' bytes and dB are known now.
    let matched: Vec<Job> = jobs
        .iter()
        .zip(&first)
        .filter_map(|(job, result)| Some((job, result.as_ref().ok()?)))
        .flat_map(|(job, row)| matches(options, job, row))
        .collect();
    let second = worker.all(&matched, jobs.len() + matched.len());

    let mut failures = Vec::new();
    let mut rows = Vec::new();
    let results = jobs.iter().zip(first).chain(matched.iter().zip(second));
    for (job, result) in results {
        match result {
            Ok(row) => rows.push((job.sound, job.rank, row)),
            Err(error) => {
                let (sound, point) = (&measured[job.sound].name, job.point);
                let (codec, setting) = (point.codec().name(), point.setting());
                failures.push(format!("{sound}, {codec} {setting}: {}", chain(&error)));
            }
        }
    }
    rows.sort_by_key(|&(sound, rank, _)| (sound, rank));
    let ranked: Vec<((usize, usize), &Row)> = rows.iter().map(|(_, rank, r)| (*rank, r)).collect();
    let summary = summarise(&ranked);
    let facts = measured.iter().map(|sound| facts(sound, options.keep)).collect();
    let rows = rows.into_iter().map(|(_, _, row)| row).collect();
    Ok(Bench { tools: tools.versions, machine, sounds: facts, rows, notes, failures, summary })
}

/// The operating points that depend on no other.
fn plan(options: &Options) -> Vec<Point> {
    let mut codecs = options.codecs.clone();
    codecs.sort_unstable();
    codecs.dedup();
    let points = |codec| -> Vec<Point> {
        match codec {
            Codec::Compact => {
                let point = |&rate| Point::compact(Goal::Rate(rate), Tune::Snr);
                options.rates.iter().map(point).collect()
            }
            Codec::Neural => vec![Point::Ours(Ours::Neural { steps: options.neural_steps })],
            _ => Rival::ladder(codec, &options.rates).into_iter().map(Point::Rival).collect(),
        }
    };
    codecs.into_iter().flat_map(points).collect()
}

/// One measurement; ranks order a sound's rows.
struct Job {
    sound: usize,
    point: Point,
    rank: (usize, usize),
}

/// The compact files that answer a rival's row.
fn matches(options: &Options, job: &Job, row: &Row) -> Vec<Job> {
    let Point::Rival(rival) = job.point else { return Vec::new() };
    if !options.codecs.contains(&Codec::Compact) || rival == Rival::Flac {
        return Vec::new();
    }
    let tunes = match options.matches {
        Matches::None => return Vec::new(),
        Matches::Natural => vec![rival.natural_tune()],
        Matches::Both => vec![Tune::Snr, Tune::Perceptual],
    };
    let mut points: Vec<Point> = tunes
        .into_iter()
        .map(|tune| Point::compact(Goal::BytesOf(rival, row.packet_bytes), tune))
        .collect();
    if rival == Rival::Adpcm && row.snr_db.is_finite() {
        points.push(Point::compact(Goal::SnrOf(rival, row.snr_db), Tune::Snr));
    }
    let place = |(i, point)| Job { sound: job.sound, point, rank: (job.rank.0, i + 1) };
    points.into_iter().enumerate().map(place).collect()
}

/// Runs jobs on all threads.
struct Worker<'a> {
    sounds: &'a [&'a Sound],
    options: &'a Options,
    threads: usize,
    done: AtomicUsize,
    progress: &'a Progress<'a>,
}

impl Worker<'_> {
    /// The results, in the order of the jobs.
    fn all(&self, jobs: &[Job], known: usize) -> Vec<Result<Row, BenchError>> {
        (self.progress)(self.done.load(Ordering::Relaxed), known);
        let run = |job: &Job| {
            let row = one::measure(self.sounds[job.sound], job.point, self.options, self.threads);
            (self.progress)(self.done.fetch_add(1, Ordering::Relaxed) + 1, known);
            row
        };
        // One at a time: a job may take a thousand times as long as the next.
        jobs.par_iter().with_max_len(1).map(run).collect()
    }
}

fn write_reference(folder: &Path, sound: &Sound) -> Result<(), BenchError> {
    let place = folder.join(&sound.name);
    fs::create_dir_all(&place).map_err(|source| BenchError::Io { path: place.clone(), source })?;
    let clip = Clip::from_i16(sound.rate_hz, sound.channels, &sound.samples);
    Ok(audio::write_wav(&place.join(one::REFERENCE), &clip, true)?)
}

fn facts(sound: &Sound, keep: bool) -> SoundFacts {
    SoundFacts {
        name: sound.name.clone(),
        path: sound.path.clone(),
        reference: keep.then(|| Path::new(&sound.name).join(one::REFERENCE)),
        rate_hz: sound.rate_hz,
        channels: sound.channels,
        frames: sound.frames(),
        seconds: sound.seconds(),
    }
}

/// "GSM-FR takes 8,000 Hz mono only: left out for bell and 3 others"
fn left_out(reason: &str, names: &[&str]) -> String {
    let names = match names {
        [] => String::new(),
        [one] => (*one).to_string(),
        [first, others @ ..] => format!("{first} and {} more", others.len()),
    };
    format!("{reason}: left out for {names}")
}

/// An error with its causes, in one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text += &format!(", because: {error}");
        cause = error.source();
    }
    text
}
