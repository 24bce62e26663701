//! In which order is everything measured?

use super::{
    Bench, Codec, Goal, Matches, Options, Ours, Point, Rival, Row, Sound, SoundFacts, Tune, one,
    summarise,
};
use crate::{
    audio::{self, Clip},
    measure::bench::{
        BenchError, Machine, Progress, Tools, files,
        work::{Work, chain, left_out},
    },
};
use std::{collections::BTreeMap, path::Path};

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

    let (work, threads) = (Work::new(progress), machine.threads_each(jobs.len()));
    let measure = |job: &Job| one::measure(measured[job.sound], job.point, options, threads);
    let first = work.all(&jobs, jobs.len(), measure);
    // The rivals' bytes and dB are known now.
    let matched: Vec<Job> = jobs
        .iter()
        .zip(&first)
        .filter_map(|(job, result)| Some((job, result.as_ref().ok()?)))
        .flat_map(|(job, row)| matches(options, job, row))
        .collect();
    let second = work.all(&matched, jobs.len() + matched.len(), measure);

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

fn write_reference(folder: &Path, sound: &Sound) -> Result<(), BenchError> {
    let place = folder.join(&sound.name);
    files::make_folder(&place)?;
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
