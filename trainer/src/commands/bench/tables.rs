//! How does a reader see what was measured?

use crate::{
    commands::terminal::text::grouped,
    measure::bench::{Bench, Equal, Mean, Pair, Row},
};

/// The table of all rows, as Markdown.
pub fn rows(bench: &Bench) -> String {
    let heads = [
        "sound",
        "codec",
        "setting",
        "file bytes",
        "packet bytes",
        "bit/s",
        "bit/sample",
        "SNR dB",
        "segSNR dB",
        "encode s",
        "decode s",
    ];
    let cells = |row: &Row| {
        let missed = if row.target_met == Some(false) { " (missed)" } else { "" };
        vec![
            row.sound.clone(),
            row.codec.name().into(),
            format!("{}{missed}", row.setting),
            grouped(row.bytes),
            grouped(row.packet_bytes),
            whole(row.bits_per_second),
            format!("{:.3}", row.bits_per_sample),
            decibel(Some(row.snr_db), row.exact),
            decibel(row.segmental_snr_db, false),
            format!("{:.3}", row.encode_seconds),
            format!("{:.3}", row.decode_seconds),
        ]
    };
    let mut text = table(&heads, 3, bench.rows.iter().map(cells).collect());
    if bench.rows.iter().any(|row| row.target_met == Some(false)) {
        text += "\n(missed): the file does not meet the bytes, rate or dB that was asked for.\n";
    }
    text
}

/// The means, the comparisons, what was left out, and where it was measured,
/// as Markdown.
pub fn summary(bench: &Bench) -> String {
    let mut text = means(&bench.summary.means);
    for (equal, title) in [
        (Equal::Bytes, "nex compact less the rival, at the rival's bytes (Opus: its packets')"),
        (Equal::Snr, "nex compact at the rival's SNR"),
    ] {
        let pairs: Vec<&Pair> = bench.summary.pairs.iter().filter(|p| p.equal == equal).collect();
        if !pairs.is_empty() {
            text += &format!("\n### {title}\n\n{}", comparisons(equal, &pairs));
        }
    }
    for (title, lines) in [("Left out", &bench.notes), ("Failed", &bench.failures)] {
        if !lines.is_empty() {
            text += &format!("\n### {title}\n\n");
            lines.iter().for_each(|line| text += &format!("* {line}\n"));
        }
    }
    text + "\n### Measured with\n\n" + &measured_with(bench)
}

fn means(means: &[Mean]) -> String {
    let heads = [
        "codec",
        "setting",
        "sounds",
        "file bytes",
        "packet bytes",
        "bit/s",
        "bit/sample",
        "SNR dB",
        "segSNR dB",
        "encode s",
        "decode s",
    ];
    let cells = |mean: &Mean| {
        vec![
            mean.codec.name().into(),
            mean.setting.clone(),
            mean.sounds.to_string(),
            whole(mean.bytes),
            whole(mean.packet_bytes),
            whole(mean.bits_per_second),
            format!("{:.3}", mean.bits_per_sample),
            decibel(mean.snr_db, mean.exact),
            decibel(mean.segmental_snr_db, false),
            format!("{:.3}", mean.encode_seconds),
            format!("{:.3}", mean.decode_seconds),
        ]
    };
    "### Means over the sounds\n\n".to_string()
        + &table(&heads, 2, means.iter().map(cells).collect())
}

fn comparisons(equal: Equal, pairs: &[&Pair]) -> String {
    let better = match equal {
        Equal::Bytes => "better in SNR",
        Equal::Snr => "fewer bytes",
    };
    let heads = [
        "rival",
        "setting",
        "tuned for",
        "SNR dB",
        "segSNR dB",
        "bytes, nex/rival",
        better,
        "missed",
    ];
    let gain = |db: Option<f64>| db.map_or_else(|| "-".into(), |db| format!("{db:+.2}"));
    let cells = |pair: &&Pair| {
        vec![
            pair.codec.name().into(),
            pair.setting.clone(),
            pair.tune.to_string(),
            gain(pair.snr_gain_db),
            gain(pair.segmental_snr_gain_db),
            pair.byte_ratio.map_or_else(|| "-".into(), |r| format!("{r:.3}")),
            format!("{} of {}", pair.wins, pair.sounds),
            pair.not_met.to_string(),
        ]
    };
    let mut text = table(&heads, 3, pairs.iter().map(cells).collect());
    if pairs.iter().any(|pair| pair.not_met > 0) {
        text += "\nmissed: sounds whose nex file does not meet the rival's bytes or dB; \
                 they are not in the means.\n";
    }
    text
}

fn measured_with(bench: &Bench) -> String {
    let machine = &bench.machine;
    let mut text = format!("* ne-train {}", env!("CARGO_PKG_VERSION"));
    for version in bench.tools.values() {
        text += &format!("; {version}");
    }
    let processor = machine.processor.as_deref().unwrap_or("processor unknown");
    text + &format!(
        "\n* {}, {processor}, {} cores, {} at once; {:.1} s of sound\n",
        machine.system,
        machine.cores,
        machine.at_once,
        bench.sounds.iter().map(|s| s.seconds).sum::<f64>(),
    )
}

/// A table whose first `left` columns are aligned left.
fn table(heads: &[&str], left: usize, rows: Vec<Vec<String>>) -> String {
    let mut all = vec![heads.iter().map(|h| (*h).to_string()).collect::<Vec<_>>()];
    all.extend(rows);
    let width =
        |column: usize| all.iter().map(|row| row[column].chars().count()).max().unwrap_or(0).max(3);
    let widths: Vec<usize> = (0..heads.len()).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).enumerate().map(|(i, (cell, &width))| {
            if i < left { format!("{cell:width$}") } else { format!("{cell:>width$}") }
        });
        format!("| {} |\n", cells.collect::<Vec<_>>().join(" | "))
    };
    let rules = widths.iter().enumerate().map(|(i, &width)| {
        if i < left { "-".repeat(width + 2) } else { "-".repeat(width + 1) + ":" }
    });
    let mut text = line(&all[0]);
    text += &format!("|{}|\n", rules.collect::<Vec<_>>().join("|"));
    all[1..].iter().for_each(|row| text += &line(row));
    text
}

/// Without decimals.
fn whole(value: f64) -> String {
    grouped(value.round() as u64)
}

fn decibel(db: Option<f64>, exact: bool) -> String {
    match db {
        _ if exact => "exact".into(),
        Some(db) => format!("{db:.2}"),
        None => "-".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_aligned_markdown() {
        let rows = vec![vec!["x".into(), "1,000".into()], vec!["longer".into(), "2".into()]];
        let expected = "\
| name   | bytes |
|--------|------:|
| x      | 1,000 |
| longer |     2 |
";
        assert_eq!(table(&["name", "bytes"], 1, rows), expected);
    }
}
