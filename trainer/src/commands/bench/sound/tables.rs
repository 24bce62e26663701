//! How does a reader see what was measured?

use crate::{
    commands::{
        bench::table::{self, decibel, table, whole},
        terminal::text::grouped,
    },
    measure::bench::sound::{Bench, Equal, Mean, Pair, Row},
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
    let seconds: f64 = bench.sounds.iter().map(|s| s.seconds).sum();
    text += &table::lists(&bench.notes, &bench.failures);
    text + &table::measured_with(&bench.tools, &bench.machine, &format!("{seconds:.1} s of sound"))
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
