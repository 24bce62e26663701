//! What was missing: samples without a header, levels and ends, sizes in thousands,
//! folders decoded and compared, one budget for a folder.

use crate::{
    Must, Ran, bytes, check, heard, holds, json, no_file, number, prints, row, same, says, that,
};
use nex_tests::{
    program::{Samples, tones, wav},
    riff::bytes_of,
};

const WAV16: Samples = Samples::Integer(16);
const FRAMES: usize = 4_000;

fn sound() -> Vec<u8> {
    wav(WAV16, 8_000, 1, &tones(FRAMES))
}

#[test]
fn samples_without_a_header_are_read_as_said() {
    let samples = tones(FRAMES);
    let little = bytes_of(&samples);
    let big: Vec<u8> = samples.iter().flat_map(|s| s.to_be_bytes()).collect();
    let float = |s: &i16| (f32::from(*s) / 32_768.0).to_le_bytes();
    let floats: Vec<u8> = samples.iter().flat_map(float).collect();
    let files: [(&str, &[u8]); 5] = [
        ("in.wav", &sound()),
        ("s.raw", &little),
        ("b.pcm", &big),
        ("f.bin", &floats),
        ("odd.raw", &little[1..]),
    ];
    let checked = that(|ran: &Ran<'_>| {
        let (raw, wav) = (&ran.outcome.stdout, &ran.before.last().unwrap().stdout);
        holds(raw == wav, || "other figures than the WAV file's".into())
    });
    check(vec![
        row("raw", &files)
            .run("export in.wav in.nex", 0, [])
            .run("export s.raw o.nex -f --raw s16le --rate 8k", 0, [same("o.nex", "in.nex")])
            .run("export b.pcm o.nex -f --raw S16BE --rate 8k", 0, [same("o.nex", "in.nex")])
            .run("export f.bin o.nex -f --raw f32le --rate 8k", 0, [same("o.nex", "in.nex")])
            .run("export s.raw p.nex --raw s16le --raw-rate 8k --channels 2 --rate 16k", 0, [])
            .run(
                "info p.nex --json",
                0,
                [
                    json("/rate_hz", 16_000.0..=16_000.0),
                    json("/channels", 2.0..=2.0),
                    json("/frames", 4_000.0..=4_000.0),
                ],
            )
            .run("check in.nex in.wav", 0, [])
            .run("check in.nex s.raw --raw s16le", 0, [checked])
            .run(
                "export odd.raw o.nex -f --raw s16le --rate 8000",
                0,
                [says("warning: odd.raw: the last 1 bytes are no whole frame")],
            )
            .run(
                "export s.raw q.nex",
                1,
                [says("s.raw: has no header"), says("--raw s16le --rate 16000")],
            )
            .run("export s.raw q.nex --raw s16le", 2, [says("--rate")])
            .run("export s.raw q.nex --raw s12le --rate 8k", 2, [says("s16le"), says("alaw")])
            .run("export s.raw q.nex --raw s16le --rate 8k --channels 9", 2, [says("1 to 8")])
            .run("export in.wav q.nex --channels 2", 2, [says("--raw"), no_file("q.nex")]),
        row("raw in a folder", &[("in/s.raw", &little), ("in/in.wav", &sound())]).run(
            "export in out --batch --raw s16le --rate 8k",
            0,
            [bytes("out/s.raw.nex", 100..), no_file("out/in.wav.nex")],
        ),
    ]);
}

/// The decoded peak, in dB of full scale, of some frames.
fn peak_db(from: usize, to: usize, low: f64, high: f64) -> Must {
    that(move |ran| {
        let samples = ran.samples("o.nex")?;
        let peak = samples[from..to.min(samples.len())].iter().map(|s| s.unsigned_abs()).max();
        let db = 20.0 * (f64::from(peak.unwrap_or(0)) / 32_768.0).max(1e-6).log10();
        holds((low..=high).contains(&db), || format!("{db:.2} dB for {low} to {high}"))
    })
}

#[test]
fn levels_and_ends_are_changed_as_asked() {
    let tones = tones(FRAMES);
    let peak = tones.iter().map(|s| s.unsigned_abs()).max().unwrap();
    let own = 20.0 * (f64::from(peak) / 32_768.0).log10();
    let at = |from, to, db| peak_db(from, to, db - 0.1, db + 0.1);
    // Half a second of sound in two of silence that is not quite.
    let noise: Vec<i16> = (0..8_000).map(|i| i % 3 - 1).collect();
    let long = wav(WAV16, 8_000, 1, &[&noise[..], &tones, &noise].concat());
    let silence = wav(WAV16, 8_000, 1, &[0; 800]);
    let export = |options: &str| format!("export in.wav o.nex -f --snr 50 {options}");
    let frames = |least: f64, most: f64| json("/frames", least..=most);
    let all = FRAMES;
    check(vec![
        row("levels", &[("in.wav", &sound())])
            .run(export("--normalize"), 0, [at(0, all, -1.0)])
            .run(export("--normalize=-12"), 0, [at(0, all, -12.0)])
            .run(export("--gain -20"), 0, [at(0, all, own - 20.0)])
            .run(export("--gain=+3"), 0, [at(0, all, own + 3.0)])
            .run("export in.wav p.nex --normalize=3", 2, [says("0 dB or below")])
            .run(
                "export in.wav p.nex --normalize --gain 3",
                2,
                [says("--normalize"), says("--gain")],
            )
            .run("decode o.nex o.wav --gain 3", 2, [says("--gain"), no_file("p.nex")]),
        row("fades", &[("in.wav", &sound())]).run(
            export("--fade-in 0.1 --fade-out 0.2"),
            0,
            [
                peak_db(0, 40, -200.0, own - 34.0),
                peak_db(all - 40, all, -200.0, own - 34.0),
                that(move |ran| {
                    let off = |(a, b): (&i16, &i16)| a.abs_diff(*b);
                    let found = ran.samples("o.nex")?;
                    let most = found[800..2_400].iter().zip(&tones[800..2_400]).map(off).max();
                    holds(most < Some(200), || format!("{most:?} off between the fades"))
                }),
            ],
        ),
        row("trimmed silence", &[("in.wav", &long), ("silent.wav", &silence)])
            .run(export("--trim-silence"), 0, [])
            .run("info o.nex --json", 0, [frames(3_800.0, 4_160.0)])
            .run(export("--trim-silence=-120"), 0, [])
            .run("info o.nex --json", 0, [frames(20_000.0, 20_000.0)])
            .run(
                "export silent.wav p.nex --trim-silence",
                2,
                [says("silent.wav: is silent"), says("--trim-silence"), no_file("p.nex")],
            ),
    ]);
}

#[test]
fn sizes_and_rates_may_be_written_in_thousands() {
    let mut sizes = row("sizes", &[("in.wav", &sound())]);
    for (size, most) in [("1k", 1_000), ("0.5k", 500), ("1Ki", 1_024), ("600", 600)] {
        let line = format!("export in.wav o.nex -f --size {size}");
        sizes = sizes.run(line, 0, [bytes("o.nex", most - 39..=most)]);
    }
    let rates = row("rates", &[("in.wav", &sound())])
        .run("export in.wav o.nex -f --rate 11.025k", 0, [])
        .run("info o.nex --json", 0, [json("/rate_hz", 11_025.0..=11_025.0)])
        .run(
            "decode o.nex o.wav --rate 44.1k",
            0,
            [that(|ran| {
                let wav = ran.file("o.wav")?;
                holds(wav[24..28] == 44_100u32.to_le_bytes(), || "another rate".into())
            })],
        );
    check(vec![sizes, rates]);
}

#[test]
fn a_folder_goes_there_and_back() {
    let part = |from: usize| wav(WAV16, 8_000, 1, &tones(from + 2_000)[from..]);
    let (a, b, c) = (part(0), part(300), part(600));
    let files: [(&str, &[u8]); 3] = [("in/a.wav", &a), ("in/b.WAV", &b), ("in/deep/a.wav", &c)];
    let all = || -> Vec<Must> {
        ["dec/a.wav", "dec/b.wav", "dec/deep/a.wav", "dec/plain.wav"]
            .map(|name| bytes(name, 4_044..=4_044))
            .into()
    };
    let checked = that(|ran| {
        let rows: serde_json::Value =
            serde_json::from_slice(&ran.outcome.stdout).map_err(|e| e.to_string())?;
        let names = ["a.wav.nex", "b.WAV.nex", "deep/a.wav.nex", "plain.nex"];
        holds(rows.as_array().is_some_and(|rows| rows.len() == 4), || rows.to_string())?;
        names.iter().enumerate().try_for_each(|(i, name)| {
            holds(rows[i]["input"] == *name, || format!("{i}: {rows}"))?;
            let bytes = ran.file(&format!("out/{name}"))?.len();
            holds(rows[i]["bytes"] == bytes, || format!("{i}: {rows}"))?;
            let snr_db = number(ran.outcome, &format!("/{i}/report/snr_db"))?;
            holds(snr_db > 10.0, || format!("{name}: {snr_db} dB"))
        })
    });
    check(vec![
        row("folders decoded and compared", &files)
            .run("export in out --batch --quality 60", 0, [prints("deep/a.wav")])
            // One without the ending of what it was made of.
            .run("export in/deep/a.wav out/plain.nex", 0, [])
            .run("decode out/deep/a.wav.nex in/plain.wav", 0, [])
            .run("decode out dec --batch", 0, all())
            .run(
                "decode out dec --batch",
                1,
                [prints("exists already"), says("4 files of 4 failed")],
            )
            .run(
                "decode out dec --batch --force --start 0.1",
                0,
                [bytes("dec/a.wav", 2_444..=2_444)],
            )
            .run("check out in --batch --json", 0, [checked])
            .run("check out in --batch --min-snr 90", 3, [])
            .run("decode out/a.wav.nex out/more.wav", 0, [])
            .run("export out/more.wav out/more.nex", 0, [])
            .run("check out in --batch", 1, [prints("more.nex: nothing in in is called so")]),
    ]);
}

#[test]
fn clips_are_found_by_their_names() {
    let one = sound();
    let files: [(&str, &[u8]); 2] = [("in/a-bell.wav", &one), ("in/more/a-bell.wav", &one)];
    check(vec![
        row("an index of clips", &files)
            .run("export in out --batch", 0, [])
            .run(
                "emit out --rust -",
                0,
                [
                    prints("pub mod a_bell_wav {"),
                    prints("pub mod more_a_bell_wav {"),
                    prints("pub fn find("),
                ],
            )
            .run("emit out --c -", 0, [prints("#define NEX_CLIPS 2u"), prints("nex_find_clip(")]),
    ]);
}

/// What the files of a folder have together.
fn together(least: u64, most: u64) -> Must {
    that(move |ran| {
        let names = ["a", "b", "c"].map(|name| format!("out/{name}.wav.nex"));
        let sizes = names.iter().map(|name| Ok(ran.file(name)?.len() as u64));
        let sum: u64 = sizes.sum::<Result<_, String>>()?;
        holds((least..=most).contains(&sum), || format!("{sum} bytes for {least} to {most}"))
    })
}

/// All were made with the same quality.
fn alike() -> Must {
    that(|ran| {
        let manifest = ran.file("out/manifest.jsonl")?;
        let lines = serde_json::Deserializer::from_slice(&manifest).into_iter();
        let lines: Vec<serde_json::Value> =
            lines.collect::<Result<_, _>>().map_err(|error| error.to_string())?;
        let mut options: Vec<_> = lines.iter().map(|line| line["options"].to_string()).collect();
        let count = options.len();
        options.dedup();
        let is_so = count == 3 && options.len() == 1 && options[0].contains("--quality=");
        holds(is_so, || format!("{count} files with {options:?}"))
    })
}

#[test]
fn a_folder_keeps_to_one_budget() {
    let part = |from: usize| wav(WAV16, 8_000, 1, &tones(from + 2_000)[from..]);
    let (a, b, c) = (part(0), part(300), part(600));
    let files: [(&str, &[u8]); 3] = [("in/a.wav", &a), ("in/b.wav", &b), ("in/c.wav", &c)];
    check(vec![
        row("one budget", &files)
            .run("export in out --batch --total 1.5k", 0, [together(1_425, 1_500), alike()])
            .run(
                "export in none --batch --total 60",
                3,
                [says("together at the lowest quality"), no_file("none")],
            )
            .run("export in out --batch --total 900 --size 300", 2, [says("--total")]),
    ]);
}

#[test]
fn what_cannot_be_read_takes_no_other_with_it() {
    let good = sound();
    let files: [(&str, &[u8]); 2] = [("in/a.wav", &good), ("in/cut.wav", &good[..60])];
    check(vec![
        row("a bad file in a folder", &files)
            .run("export in out --batch", 1, [prints("a.wav"), prints("is truncated")])
            .run(
                "export in total --batch --total 3k",
                1,
                [bytes("total/a.wav.nex", 1_000..=3_000), prints("is truncated")],
            )
            .run("check out none --batch", 1, [says("none: No such file")])
            .run("check total in --batch", 0, [prints("a.wav.nex")]),
        row("an original is missing", &[("nex/b.nex", b"none"), ("in/a.wav", &good)])
            .run("export in/a.wav nex/a.nex", 0, [])
            .run(
                "check nex in --batch",
                1,
                [prints("nothing in in is called so"), prints("a.nex")],
            ),
    ]);
}

#[test]
fn nothing_is_written_where_something_else_is_meant() {
    let noise: Vec<i16> = (0..FRAMES).map(|i| (i * i * 7_919 % 20_011) as i16 - 10_005).collect();
    let noise = wav(WAV16, 8_000, 1, &noise);
    check(vec![
        row("over itself", &[("in.wav", &sound())])
            .run("export in.wav in.wav -f", 2, [says("in.wav: is the input itself")])
            .run("export in.wav ./in.wav --force", 2, [says("is the input itself")])
            .run("export in.wav o.wav", 2, [says("call it o.nex"), no_file("o.wav")])
            .run("export in.wav o.bin", 0, [bytes("o.bin", 100..)]),
        row("nearly no bytes", &[("in.wav", &noise)]).run(
            "export in.wav o.nex --size 60",
            0,
            [says("hardly anything of the sound is left")],
        ),
    ]);
}

#[test]
fn what_the_test_knows_is_what_is_heard() {
    // The oracle itself: another sound is told of.
    let mut samples = tones(FRAMES);
    let files: [(&str, &[u8]); 1] = [("in.wav", &sound())];
    let rows = row("the oracle", &files).run(
        "export in.wav o.nex --snr 40",
        0,
        [heard("o.nex", &samples, 39.5)],
    );
    check(vec![rows]);
    samples.rotate_left(1);
    let rows = row("the oracle", &files).run(
        "export in.wav o.nex --snr 40",
        0,
        [heard("o.nex", &samples, 39.5)],
    );
    assert_eq!(rows.faults().len(), 1);
}
