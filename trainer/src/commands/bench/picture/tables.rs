//! How does a reader see what was measured of pictures?

use crate::{
    commands::{
        bench::table::{self, decibel, table, whole},
        terminal::text::{count, grouped},
    },
    measure::bench::picture::{Bench, Comparison, Mean, Row, Score, Spread},
};

/// The table of all rows, as Markdown.
pub fn rows(bench: &Bench) -> String {
    let heads = ["picture", "codec", "setting", "bytes", "bit/pixel", "PSNR dB", "SSIMULACRA2"];
    let cells = |row: &Row| {
        vec![
            row.picture.clone(),
            row.codec.name().into(),
            row.setting.clone(),
            grouped(row.bytes),
            format!("{:.3}", row.bits_per_pixel),
            decibel(Some(row.psnr_db), row.exact),
            decibel(row.ssimulacra2, false),
        ]
    };
    table(&heads, 3, bench.rows.iter().map(cells).collect())
}

/// The means, the comparisons, what was left out, and with what it was measured, as Markdown.
pub fn summary(bench: &Bench) -> String {
    let mut text = means(&bench.summary.means);
    for score in Score::ALL {
        let all = &bench.summary.comparisons;
        let own: Vec<&Comparison> = all.iter().filter(|c| c.score == score).collect();
        if !own.is_empty() {
            text += &format!("\n### Bytes of nex compact at equal {}\n\n", score.name());
            text += &comparisons(score, &own);
        }
    }
    text += &table::lists(&bench.notes, &bench.failures);
    let pictures = count(bench.pictures.len() as u64, "picture");
    let amount = format!("{pictures}; AVIF at speed {}", bench.avif_speed);
    text + &table::measured_with(&bench.tools, &bench.machine, &amount)
}

fn means(means: &[Mean]) -> String {
    let heads = [
        "codec",
        "setting",
        "pictures",
        "bytes",
        "bit/pixel",
        "PSNR dB",
        "SSIMULACRA2",
        "encode s",
        "decode s",
    ];
    let cells = |mean: &Mean| {
        vec![
            mean.codec.name().into(),
            mean.setting.clone(),
            mean.pictures.to_string(),
            whole(mean.bytes),
            format!("{:.3}", mean.bits_per_pixel),
            decibel(mean.psnr_db, mean.exact),
            decibel(mean.ssimulacra2, false),
            format!("{:.3}", mean.encode_seconds),
            format!("{:.3}", mean.decode_seconds),
        ]
    };
    "### Means over the pictures\n\n".to_string()
        + &table(&heads, 2, means.iter().map(cells).collect())
}

fn comparisons(score: Score, all: &[&Comparison]) -> String {
    let (gain, worst, range) = match score {
        Score::Psnr => ("dB at equal bytes", "worst dB", "dB in common"),
        Score::Ssimulacra2 => ("points at equal bytes", "worst points", "points in common"),
    };
    let heads = ["rival", "ours", "pictures", "bytes", "best", "worst", gain, worst, range];
    let cells = |c: &&Comparison| {
        let percent = |part: f64| format!("{:+.1} %", 100.0 * part);
        let Spread { mean, best, worst } = c.bytes;
        vec![
            c.rival.name().into(),
            c.ours.name().into(),
            c.pictures.to_string(),
            percent(mean),
            percent(best),
            percent(worst),
            format!("{:+.2}", c.gain.mean),
            format!("{:+.2}", c.gain.worst),
            format!("{:.1} to {:.1}", c.range.0, c.range.1),
        ]
    };
    let mut text = table(&heads, 2, all.iter().map(cells).collect());
    let apart: usize = all.iter().map(|c| c.apart).max().unwrap_or(0);
    if apart > 0 {
        text += &format!(
            "\nOf up to {} the two reach no score in common; they are not in the means.\n",
            count(apart as u64, "picture")
        );
    }
    text
}
