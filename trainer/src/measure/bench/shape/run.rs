//! In which order is everything measured?

use super::{
    Bench, Options, Original, OriginalFacts, Row,
    codec::{self, Job},
    one, summarise,
};
use crate::measure::bench::{
    BenchError, Machine, Progress, Tools,
    work::{Work, chain},
};

/// Measures all meshes with all codecs, on the threads of the current pool.
///
/// The rows' order does not depend on the threads. A measurement that fails is listed in
/// [`Bench::failures`], and the others go on.
///
/// # Errors
/// A mesh that cannot be put into the work folder.
pub fn run(
    originals: &[Original],
    options: &Options,
    tools: Tools,
    progress: &Progress<'_>,
) -> Result<Bench, BenchError> {
    let machine = Machine::this();
    for original in originals {
        one::write_reference(original, &options.folder)?;
    }
    let jobs = codec::jobs(&options.codecs);
    let pairs = |original| jobs.iter().map(move |&job| (original, job));
    let pairs: Vec<(&Original, Job)> = originals.iter().flat_map(pairs).collect();
    let results = Work::new(progress)
        .all(&pairs, pairs.len(), |&(original, job)| one::measure(original, job, options));
    let (mut rows, mut failures): (Vec<Row>, Vec<String>) = Default::default();
    for ((original, job), result) in pairs.iter().zip(results) {
        match result {
            Ok(all) => rows.extend(all),
            Err(error) => {
                failures.push(format!("{}, {}: {}", original.name, job.name(), chain(&error)));
            }
        }
    }
    // A grid has two codecs in turn.
    let place = |name: &str| originals.iter().position(|original| original.name == name);
    rows.sort_by_key(|row| (place(&row.mesh), row.codec));
    let comparisons = summarise(&rows);
    let meshes = originals.iter().map(facts).collect();
    Ok(Bench { tools: tools.versions, machine, meshes, rows, failures, comparisons })
}

fn facts(original: &Original) -> OriginalFacts {
    OriginalFacts {
        name: original.name.clone(),
        path: original.path.clone(),
        triangles: original.mesh.triangles.len(),
        closed: original.field.is_closed(),
    }
}
