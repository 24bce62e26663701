//! Sounds out: what options promise, levels; S1, S6 to S12, S15 and S16.

use crate::{
    Must, Ran, Row, bytes, check, holds, json, lines, no_file, number, prints, row, same, says,
    that,
};
use nex_tests::program::{Samples, tones, wav};
use std::fs;

const FRAMES: usize = 4_000;

/// Half a second of 8 kHz, with so many channels.
fn sound(channels: u16) -> Vec<u8> {
    wav(Samples::Integer(16), 8_000, channels, &tones(FRAMES * usize::from(channels)))
}

fn shipped(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/sounds");
    fs::read(format!("{folder}/{name}.wav")).unwrap()
}

#[test]
fn a_target_is_met_or_refused() {
    let (one, three, four) = (sound(1), sound(3), sound(4));
    let speech = shipped("please-try-again");
    let channels = || [says("1 or 2 channels"), says("--mono"), no_file("o.nex")];
    check(vec![
        row("S1 three channels and a size", &[("in.wav", &three)])
            .run("export in.wav o.nex --size 1000", 1, channels())
            .run("export in.wav o.nex --quality 40", 1, channels())
            .run("export in.wav o.nex --bitrate 8 --json", 1, channels())
            .run("export in.wav o.nex --snr 20", 1, channels())
            .run("export in.wav o.nex --size 1000 --mono", 0, [bytes("o.nex", 900..=1000)]),
        row("S1 four", &[("in.wav", &four)])
            .run("export in.wav o.nex --size 1000", 1, channels())
            .run("export in.wav o.nex --max-block 256", 1, channels()),
        row("S1 in a folder", &[("in/a.wav", &one), ("in/b.wav", &three)]).run(
            "export in out --batch --size 1000",
            1,
            [
                prints("1 or 2 channels, this one has 3; mix it with --mono"),
                bytes("out/a.wav.nex", 900..=1000),
                no_file("out/b.wav.nex"),
            ],
        ),
        row("S1 a folder of which one cannot be read", &[("in/a.wav", &one), ("in/b.wav", b"no")])
            .run(
                "bench in --codecs compact --rates 8",
                1,
                [
                    says("b.wav: cannot be decoded"),
                    says("left out"),
                    prints("Failed"),
                    prints("compact"),
                ],
            ),
        row("S10 60 bytes of speech", &[("in.wav", &speech)])
            .run("export in.wav o.nex --size 60", 3, [says("at most 60 bytes"), says("--tune snr")])
            .run("export in.wav o.nex --size 60 --tune snr", 0, [bytes("o.nex", ..=60)]),
        // What a refusal names fits, and a byte less does not.
        row("S10 30 bytes", &[("in.wav", &one)])
            .run("export in.wav o.nex --size 30", 3, [says("at most 30 bytes"), said_fit()])
            .run("export in.wav o.nex --size 30 --tune snr", 0, [bytes("o.nex", ..=30)]),
        row("S12 chunks shorter than blocks", &[("in.wav", &one)]).run(
            "export in.wav o.nex --max-block 1024 --chunk 512",
            2,
            [says("chunks of 512 frames"), says("change --chunk or --max-block")],
        ),
        row("S10 9 bytes", &[("in.wav", &one)]).run(
            "export in.wav o.nex --size 9",
            3,
            [says("at most 9 bytes"), named_fit()],
        ),
    ]);
}

/// Of "with --tune snr it fits, in N bytes or more" N bytes do.
fn said_fit() -> Must {
    that(|ran| {
        let said = &ran.outcome.stderr;
        let rest = said.split_once("with --tune snr it fits, in ").map(|(_, rest)| rest);
        let least =
            rest.and_then(|rest| rest.split(" bytes or more").next()?.parse::<usize>().ok());
        let least = least.ok_or_else(|| said.clone())?;
        [(least, 0), (least - 1, 3)].into_iter().try_for_each(|(size, code)| {
            let line = format!("export in.wav - --tune snr --size {size}");
            let outcome = nex_tests::program::run(ran.folder, &line);
            holds(outcome.code == Some(code), || format!("{line}: {outcome:?}"))
        })
    })
}

/// Of "with OPTIONS the smallest has N, and without M" both are true.
fn named_fit() -> Must {
    that(|ran| {
        let said = &ran.outcome.stderr;
        let parts = said.split_once("; with ").and_then(|(_, rest)| {
            let (options, rest) = rest.split_once(" the smallest has ")?;
            let (least, plain) = rest.split_once(", and without ")?;
            Some((options, least.parse::<usize>().ok()?, plain.trim().parse::<usize>().ok()?))
        });
        let (options, least, plain) = parts.ok_or_else(|| said.clone())?;
        let mut tries =
            vec![(format!("--size {plain}"), 0), (format!("{options} --size {least}"), 0)];
        for tune in ["snr", "perceptual"] {
            for block in [32, 256, 512, 1024, 2048] {
                let line = format!("--tune {tune} --max-block {block} --size {}", least - 1);
                tries.push((line, 3));
            }
        }
        tries.into_iter().try_for_each(|(options, code)| {
            let line = format!("export in.wav - {options}");
            let outcome = nex_tests::program::run(ran.folder, &line);
            holds(outcome.code == Some(code), || format!("{line}: {outcome:?}"))
        })
    })
}

/// The same speech at another level.
fn softer(name: &str, gain: f64) -> Vec<u8> {
    let mut file = shipped(name);
    for pair in file[44..].as_chunks_mut::<2>().0 {
        *pair = ((f64::from(i16::from_le_bytes(*pair)) * gain).round() as i16).to_le_bytes();
    }
    file
}

#[test]
fn a_quality_follows_the_sound() {
    let near = || {
        that(|ran: &Ran<'_>| {
            let pair = |key| Ok::<_, String>((number(&ran.before[0], key)?, ran.number(key)?));
            let ((loud, now), (many, bytes)) = (pair("/snr_db")?, pair("/bytes")?);
            let is_so = (loud - now).abs() < 2.0 && (bytes / many - 1.0).abs() < 0.25;
            holds(is_so, || format!("{now:.1} dB, {bytes} bytes; loud {loud:.1} dB, {many}"))
        })
    };
    let rows = ["hello-world", "please-try-again"].map(|name| {
        let files = [1.0, 0.1, 0.01].map(|gain| softer(name, gain));
        let files = [("1.wav", &files[0][..]), ("2.wav", &files[1]), ("3.wav", &files[2])];
        row(format!("S6 {name} at gain 1, .1, .01"), &files)
            .run("export 1.wav 1.nex --json", 0, [json("/snr_db", 26.0..32.0)])
            .run("export 2.wav 2.nex --json", 0, [near()])
            .run("export 3.wav 3.nex --json", 0, [near()])
            .run("export --help sound", 0, [prints("loud")])
    });
    check(rows.into());
}

#[cfg(all(unix, feature = "neural"))]
#[test]
fn a_fit_that_is_stopped_is_not_done() {
    let line = "export in.wav o.nex --preset tiny --steps 100000000 --pretrain-steps 2 \
                --batch-size 256 --threads 1 --run-dir fit --checkpoint-every 0.1 --json";
    let files: [(&str, &[u8]); 1] = [("in.wav", &sound(1))];
    // Not 0, or `make` would take the file for done.
    let row = row("S7 SIGINT", &files)
        .stop(
            line,
            "fit/checkpoint",
            4,
            vec![
                says("stopping after this step"),
                json("/steps", 1.0..),
                crate::only(&["fit", "in.wav", "o.nex"]),
            ],
        )
        .run(
            "check o.nex in.wav --json",
            0,
            [that(|ran| {
                let fit = ran.before.last().unwrap();
                let (made, now) = (number(fit, "/snr_db")?, ran.number("/snr_db")?);
                let text = String::from_utf8_lossy(&fit.stdout);
                let is_so = made == now && text.contains("\"stopped_early\": true");
                holds(is_so, || format!("{now} dB: {text}"))
            })],
        );
    check(vec![row]);
}

/// A name of another format is refused before anything is written.
fn refused(row: Row, line: &str, words: &[&'static str]) -> Row {
    let name = line.split(' ').nth(2).unwrap().to_owned();
    let mut musts: Vec<Must> = words.iter().map(|&words| says(words)).collect();
    musts.push(that(move |ran| holds(!ran.folder.join(&name).exists(), || name.clone())));
    row.run(line, 2, musts)
}

#[test]
fn a_name_is_the_format() {
    let mut row = row("S8 decode to .mp3, .flac, no name's end", &[("in.wav", &sound(1))]).run(
        "export in.wav in.nex",
        0,
        [],
    );
    row = refused(
        row,
        "decode in.nex o.mp3",
        &["o.mp3: sounds are written as WAV", ".raw", "o.wav", "ffmpeg -i - o.mp3"],
    );
    row = refused(
        row,
        "decode in.nex o.FLAC --rate 16k",
        &["o.FLAC: sounds are written as WAV", "o.wav"],
    );
    row = refused(row, "decode in.nex o", &["o: sounds are written as WAV", "name it o.wav"]);
    row = refused(row, "decode in.nex o.wav --raw", &["o.wav", "--raw"]);
    row = row
        .run("decode in.nex o.WAV", 0, [bytes("o.WAV", 44 + 2 * FRAMES..=44 + 2 * FRAMES)])
        .run("decode in.nex o.raw", 0, [])
        .run("decode in.nex o.pcm", 0, [same("o.raw", "o.pcm"), tail("o.raw")])
        .run("decode in.nex o.bin --raw", 0, [same("o.raw", "o.bin")])
        .run("decode in.nex - --raw", 0, [tail("o.raw")])
        .run(
            "decode in.nex -",
            0,
            [that(|ran| holds(ran.outcome.stdout == ran.file("o.WAV")?, || "differs".into()))],
        );
    #[cfg(unix)]
    let row = row.run("decode in.nex /dev/null", 0, []);
    check(vec![row]);
}

/// The samples of `o.WAV`, without its header.
fn tail(name: &'static str) -> Must {
    that(move |ran| {
        let (whole, raw) = (ran.file("o.WAV")?, ran.file(name)?);
        let printed = &ran.outcome.stdout;
        let is_so = raw == whole[44..] && (printed.is_empty() || printed == &raw);
        holds(is_so, || format!("{name} is not the WAV file's samples"))
    })
}

#[test]
fn what_is_left_out_is_said() {
    let one = sound(1);
    let files: [(&str, &[u8]); 4] =
        [("in/a.wav", &one), ("in/b.txt", b"text"), ("in/c.TXT", b"text"), ("in/README", b"text")];
    check(vec![
        row("S9 a folder of other files, too", &files)
            .run(
                "export in out --batch",
                0,
                [says("3 files left out, as names must end in"), says("b.txt"), says("wav")],
            )
            .run("export in out --batch --json", 0, [says("3 files left out")]),
        row("S9 one other", &files[..2]).run(
            "export in out --batch",
            0,
            [says("1 file left out"), says("b.txt")],
        ),
        row("S9 a folder of others alone", &files[1..]).run(
            "export in out --batch",
            1,
            [says("no files to export"), no_file("out")],
        ),
    ]);
}

/// The memory that `info --target` said first, in other words.
fn memory(form: impl Fn(u64) -> String + 'static) -> Must {
    that(move |ran| {
        let words = form(number(&ran.before[1], "/memory_bytes")? as u64);
        let printed = String::from_utf8_lossy(&ran.outcome.stdout);
        holds(printed.contains(&words), || format!("no \"{words}\" in {printed}"))
    })
}

/// The same, as a number of JSON.
fn memory_at(pointer: &'static str) -> Must {
    that(move |ran| {
        let (first, now) = (number(&ran.before[1], "/memory_bytes")?, ran.number(pointer)?);
        holds(first == now, || format!("{pointer} is {now} for {first}"))
    })
}

#[test]
fn a_clip_takes_what_is_said_on_a_known_chip() {
    let one = sound(1);
    let grouped =
        |bytes: u64| format!("{},{:03} bytes of working memory", bytes / 1000, bytes % 1000);
    let beside =
        |bytes: u64| format!("working memory {},{:03}, decoder", bytes / 1000, bytes % 1000);
    let files: [(&str, &[u8]); 1] = [("in.wav", &one)];
    let mut chips = row("S12 chips by their names", &files).run("export in.wav o.nex", 0, []);
    for (chip, of) in [
        ("RP2040", "cortex-m0plus"),
        ("rp2350", "cortex-m33"),
        ("esp32-c3", "cortex-m0plus"),
        ("Cortex-M0+", "cortex-m0plus"),
    ] {
        let words = format!("\"processor\": \"{of}\"");
        let alike = that(move |ran| {
            let of = ran.before.last().unwrap();
            ["flash_bytes", "ram_bytes", "stack_bytes", "clock_mhz"].iter().try_for_each(
                |key| {
                    let key = format!("/target/{key}");
                    let (a, b) = (ran.number(&key)?, number(of, &key)?);
                    holds(a == b && a > 0.0, || format!("{key}: {a} and {b}"))
                },
            )?;
            let printed = String::from_utf8_lossy(&ran.outcome.stdout);
            holds(printed.contains(&words), || format!("no {words} in {printed}"))
        });
        chips = chips.run(format!("info o.nex --target {of} --json"), 0, []).run(
            format!("info o.nex --target {chip} --json"),
            0,
            [alike],
        );
    }
    for (chip, words) in [
        ("cortex-m0", "nearest that was is cortex-m0plus"),
        ("cortex-m3", "nearest that was is cortex-m4f"),
        ("cortex-m55", "nearest that was is cortex-m33"),
        ("z80", "rp2040"),
    ] {
        let line = format!("info o.nex --target {chip}");
        chips = chips.run(line, 2, [says("not measured"), says(words)]);
    }
    check(vec![
        row("S11 the memory of a clip", &files)
            .run("export in.wav o.nex", 0, [])
            .run(
                "info o.nex --target cortex-m4f --json",
                0,
                [json("/memory_bytes", 1_000.0..5_000.0)],
            )
            .run("info o.nex --target rp2040 --json", 0, [memory_at("/target/memory_bytes")])
            .run("check o.nex in.wav --json", 0, [memory_at("/scratch_bytes")])
            .run("check o.nex in.wav", 0, [memory(grouped)])
            .run("info o.nex --target rp2040", 0, [memory(grouped), memory(beside)])
            .run(
                "emit o.nex --rust -",
                0,
                [
                    memory(|bytes| format!("working memory, at least: {bytes} bytes.")),
                    memory(|bytes| format!("MEMORY_WORDS: usize = {};", bytes / 4)),
                ],
            ),
        // A file may be called what no module can be.
        row("S11 a name that Rust keeps", &files)
            .run("export in.wav fn.nex", 0, [])
            .run("export in.wav o.nex", 0, [])
            .run("emit fn.nex o.nex --rust -", 0, [prints("pub mod sound_fn {")]),
        chips,
    ]);
}

#[test]
fn help_is_a_page_and_files_are_the_same_everywhere() {
    let speech = shipped("hello-world");
    // What the checksums of the encoder's tests hold to, whatever the processor.
    let library = that(|ran| {
        let clip = nex_encoder::wav::read(ran.file("in.wav")?).unwrap();
        let made = nex_encoder::encode(&clip, &nex_encoder::Options::default()).unwrap().bytes;
        holds(ran.file("o.nex")? == made, || "another file than the library's".into())
    });
    check(vec![
        row("S15 help", &[])
            .run("export -h", 0, [lines(20..61)])
            .run("export --help sound", 0, [prints("--size"), prints("--loop")])
            .run("export --help picture", 0, [prints("--max-side")])
            .run("export --help batch", 0, [prints("--total")]),
        row("S16 the same file everywhere", &[("in.wav", &speech)])
            .run("export in.wav o.nex --threads 1", 0, [library])
            .run("export in.wav p.nex --threads 3", 0, [same("o.nex", "p.nex")]),
    ]);
}
