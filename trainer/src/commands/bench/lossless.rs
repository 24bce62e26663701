//! How is a comparison of lossless codecs run and shown?

use super::{
    Folder, Order, Shown,
    table::{self, table},
};
use crate::{
    commands::terminal::{
        Failure,
        text::{count, grouped},
    },
    measure::bench::{
        lossless::{self, Bench, Series, Sum},
        picture,
    },
};

pub fn run(order: &Order<'_>) -> Result<Shown, Failure> {
    let args = order.args;
    let codecs = args.lossless_codecs()?;
    let tools = lossless::check(&codecs)?;
    let folder = Folder::new(args)?;
    let (shots, unread) = order.load(|path, name| picture::load(path, name, None))?;
    let mut measured =
        order.watched(|progress| lossless::run(&shots, &codecs, folder.path(), tools, progress))?;
    measured.failures.extend(unread);
    let json = serde_json::to_string_pretty(&measured)? + "\n";
    folder.finish(&json)?;
    Ok(Shown {
        json,
        text: tables(&measured),
        curves: Vec::new(),
        measured: measured.rows.len(),
        failures: measured.failures.len(),
    })
}

/// A row for each set, and one for all of them, as Markdown; then ours over the others.
fn tables(bench: &Bench) -> String {
    let mut sums = bench.sums.clone();
    sums.extend((sums.len() > 1).then(|| together(&bench.sums, bench.codecs.len())));
    let all: Vec<usize> = (0..bench.codecs.len()).collect();
    let (ours, others): (Vec<usize>, Vec<usize>) =
        all.iter().partition(|&&codec| matches!(bench.codecs[codec], Series::Compact(_)));
    // A table of some columns.
    let of = |columns: &[usize], cell: &dyn Fn(&Sum, usize) -> String| {
        let names = columns.iter().map(|&codec| bench.codecs[codec].name());
        let heads: Vec<&str> = ["set", "pictures"].into_iter().chain(names).collect();
        let row = |sum: &Sum| {
            let first = [sum.set.clone(), sum.pictures.to_string()];
            first.into_iter().chain(columns.iter().map(|&codec| cell(sum, codec))).collect()
        };
        table(&heads, 1, sums.iter().map(row).collect())
    };
    let mut text = "### Bytes\n\n".to_string() + &of(&all, &|sum, codec| grouped(sum.bytes[codec]));
    for own in ours.into_iter().filter(|_| !others.is_empty()) {
        let percent = |sum: &Sum, codec: usize| {
            let part = sum.bytes[own] as f64 / sum.bytes[codec] as f64;
            format!("{:+.1} %", 100.0 * (part - 1.0))
        };
        text += &format!("\n### {} over the others\n\n", bench.codecs[own].name());
        text += &of(&others, &percent);
    }
    text += &table::lists(&[], &bench.failures);
    let amount = count(bench.sums.iter().map(|sum| sum.pictures as u64).sum(), "picture");
    text + &table::measured_with(&bench.tools, &bench.machine, &amount)
}

/// All sets as one.
fn together(sums: &[Sum], codecs: usize) -> Sum {
    let bytes = |codec: usize| sums.iter().map(|sum| sum.bytes[codec]).sum();
    Sum {
        set: "together".into(),
        pictures: sums.iter().map(|sum| sum.pictures).sum(),
        bytes: (0..codecs).map(bytes).collect(),
    }
}
