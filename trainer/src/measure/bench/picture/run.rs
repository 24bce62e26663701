//! In which order is everything measured?

use super::{Bench, Codec, Options, Point, Row, Series, Shot, ShotFacts, one, summarise};
use crate::measure::bench::{
    BenchError, Machine, Progress, Tools, files,
    work::{Work, chain, left_out},
};
use std::{fs, path::Path};

/// Measures all pictures with all codecs, on the threads of the current pool.
///
/// The rows' order does not depend on the threads. A measurement that fails is listed in
/// [`Bench::failures`], and the others go on.
///
/// # Errors
/// A picture that cannot be put into the work folder.
pub fn run(
    shots: &[Shot],
    options: &Options,
    tools: Tools,
    progress: &Progress<'_>,
) -> Result<Bench, BenchError> {
    let machine = Machine::this();
    // JPEG has no alpha, and scores would depend on what is behind.
    let (measured, clear): (Vec<&Shot>, Vec<&Shot>) =
        shots.iter().partition(|shot| shot.picture.channels % 2 == 1);
    let clear: Vec<&str> = clear.iter().map(|shot| shot.name.as_str()).collect();
    let mut notes = Vec::new();
    if !clear.is_empty() {
        notes.push(left_out("pictures with alpha are not compared", &clear));
    }
    let points = plan(&options.codecs);
    let bmp = points.iter().any(|p| matches!(p.series, Series::Jpeg | Series::MozJpeg));
    for shot in &measured {
        write_reference(&options.folder, shot, bmp)?;
    }
    let pairs = |shot| points.iter().map(move |&point| (shot, point));
    let jobs: Vec<(&Shot, Point)> = measured.iter().copied().flat_map(pairs).collect();
    let threads = machine.threads_each(jobs.len());
    let results = Work::new(progress)
        .all(&jobs, jobs.len(), |&(shot, point)| one::measure(shot, point, options, threads));
    let (mut rows, mut failures): (Vec<Row>, Vec<String>) = Default::default();
    for ((shot, point), result) in jobs.iter().zip(results) {
        match result {
            Ok(row) => rows.push(row),
            Err(error) => {
                let (codec, setting) = (point.series.name(), point.setting());
                failures.push(format!("{}, {codec} {setting}: {}", shot.name, chain(&error)));
            }
        }
    }
    let summary = summarise(&rows);
    let pictures = measured.iter().map(|shot| facts(shot, options.keep)).collect();
    Ok(Bench {
        tools: tools.versions,
        machine,
        avif_speed: options.avif_speed,
        pictures,
        rows,
        notes,
        failures,
        summary,
    })
}

/// The points of all codecs, those of a series together.
fn plan(codecs: &[Codec]) -> Vec<Point> {
    let mut series: Vec<Series> = codecs.iter().flat_map(|c| c.series()).copied().collect();
    series.sort_unstable();
    series.dedup();
    series.into_iter().flat_map(Point::all).collect()
}

fn write_reference(folder: &Path, shot: &Shot, bmp: bool) -> Result<(), BenchError> {
    let place = folder.join(&shot.name);
    files::make_folder(&place)?;
    let write = |name: &str, bytes: Vec<u8>| {
        let path = place.join(name);
        fs::write(&path, bytes).map_err(files::failed(&path))
    };
    write(one::REFERENCE, shot.picture.png()?)?;
    if bmp { write(one::REFERENCE_BMP, shot.picture.bmp()?) } else { Ok(()) }
}

fn facts(shot: &Shot, keep: bool) -> ShotFacts {
    ShotFacts {
        name: shot.name.clone(),
        path: shot.path.clone(),
        reference: keep.then(|| Path::new(&shot.name).join(one::REFERENCE)),
        width: shot.picture.width,
        height: shot.picture.height,
        channels: shot.picture.channels,
    }
}
