//! How is a comparison of shapes run and shown?

use super::{
    Folder, Order, Shown,
    table::{self, table},
};
use crate::{
    commands::terminal::{
        Failure,
        text::{count, grouped},
    },
    measure::bench::shape::{self, Bench, Codec, Options, Row, Score},
};

pub fn run(order: &Order<'_>) -> Result<Shown, Failure> {
    let args = order.args;
    let codecs = args.shape_codecs(&order.paths[0])?;
    let tools = shape::check(&codecs)?;
    let folder = Folder::new(args)?;
    let (originals, unread) = order.load(|path, name| shape::load(path, name))?;
    let program = std::env::current_exe()?;
    let options = Options { codecs, program, folder: folder.path().into() };
    let mut measured =
        order.watched(|progress| shape::run(&originals, &options, tools, progress))?;
    measured.failures.extend(unread);
    let json = serde_json::to_string_pretty(&measured)? + "\n";
    folder.finish(&json)?;
    Ok(Shown {
        json,
        text: tables(&measured),
        curves: shape::curves(&measured),
        measured: measured.rows.len(),
        failures: measured.failures.len(),
    })
}

/// The files that no smaller one of their codec beats, and ours over the others', as Markdown.
fn tables(bench: &Bench) -> String {
    let mut text = rows(bench);
    for score in Score::ALL {
        if bench.comparisons.iter().any(|c| c.score == score) {
            text += &format!("\n### Bytes of nex at equal {}\n\n", score.name());
            text += &comparisons(bench, score);
        }
    }
    text += &table::lists(&[], &bench.failures);
    let amount = count(bench.meshes.len() as u64, "mesh").replace("meshs", "meshes");
    text + &table::measured_with(&bench.tools, &bench.machine, &amount)
}

fn rows(bench: &Bench) -> String {
    let heads = [
        "mesh",
        "codec",
        "setting",
        "bytes",
        "IoU",
        "trimap .01",
        "trimap .001",
        "Chamfer 1e5",
        "beside holes",
    ];
    let part = |value: Option<f64>| value.map_or("-".into(), |value| format!("{value:.4}"));
    let distance =
        |value: Option<f64>| value.map_or("-".into(), |value| format!("{:.3}", value * 1e5));
    let cells = |row: &Row| {
        let metrics = &row.metrics;
        let [_, hundredth, _, thousandth] = metrics.overlap.trimap_iou;
        vec![
            row.mesh.clone(),
            row.codec.name().into(),
            row.setting.clone(),
            grouped(row.bytes),
            part(Some(metrics.overlap.iou)),
            part(hundredth),
            part(thousandth),
            distance(metrics.chamfer),
            distance(metrics.chamfer_beside_holes),
        ]
    };
    let mut all = Vec::new();
    for mesh in &bench.meshes {
        let own = || bench.rows.iter().filter(|row| row.mesh == mesh.name);
        if let Some(row) = own().next() {
            let mut exact = vec![mesh.name.clone(), "an exact copy".into()];
            exact.extend([const { String::new() }; 5]);
            exact.extend([distance(Some(row.metrics.chamfer_floor)), "-".into()]);
            all.push(exact);
        }
        for codec in Codec::ALL {
            all.extend(shape::best(&bench.rows, &mesh.name, codec).into_iter().map(cells));
        }
    }
    table(&heads, 3, all)
}

/// A row for each mesh and one for their medians (one mesh can be all of a mean), a column for each rival.
fn comparisons(bench: &Bench, score: Score) -> String {
    let own = || bench.comparisons.iter().filter(|c| c.score == score);
    let rivals: Vec<Codec> =
        Codec::ALL.into_iter().filter(|&codec| own().any(|c| c.rival == codec)).collect();
    let percent = |part: Option<f64>| part.map_or("-".into(), |p| format!("{:+.1} %", 100.0 * p));
    let median = |rival: Codec| {
        let all = own().filter(|c| c.rival == rival).filter_map(|c| c.bytes);
        median(all.collect())
    };
    let row = |name: &str, of: &dyn Fn(Codec) -> Option<f64>| {
        let cells = rivals.iter().map(|&rival| percent(of(rival)));
        std::iter::once(name.to_string()).chain(cells).collect::<Vec<_>>()
    };
    let mut all: Vec<Vec<String>> = bench
        .meshes
        .iter()
        .map(|mesh| {
            row(&mesh.name, &|rival| {
                own().find(|c| c.rival == rival && c.mesh == mesh.name).and_then(|c| c.bytes)
            })
        })
        .collect();
    if bench.meshes.len() > 1 {
        all.push(row("median", &median));
    }
    let names = rivals.iter().map(|rival| rival.name());
    let heads: Vec<&str> = std::iter::once("mesh").chain(names).collect();
    table(&heads, 1, all)
}

/// The middle one, or what is between the two; `None` of nothing.
fn median(mut all: Vec<f64>) -> Option<f64> {
    all.sort_by(f64::total_cmp);
    let last = all.len().checked_sub(1)?;
    Some(f64::midpoint(all[last / 2], all[last.div_ceil(2)]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_median_is_the_middle() {
        assert_eq!(median(vec![]), None);
        assert_eq!(median(vec![16.0, -0.5, -0.25]), Some(-0.25));
        assert_eq!(median(vec![16.0, -0.5, -0.25, 0.25]), Some(0.0));
    }
}
