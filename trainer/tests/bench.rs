//! Are our files asked for as the interface says, and at the rivals' bytes?
//!
//! A script stands in for the program, so that what is tested is the
//! comparison, not the codec. Needs flac and sox.
#![cfg(unix)]

use ne_train::{
    audio::Clip,
    measure::bench::sound::{self as bench, Codec, Equal, Matches, Options, Row, Sound},
};
use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
    path::Path,
};

/// Writes down what it is asked for; makes files of the size asked for, or of
/// 500 bytes; misses every SNR; decodes to the reference.
const STAND_IN: &str = r#"#!/bin/sh
echo "$RAYON_NUM_THREADS $*" >> "$(dirname "$0")/log"
if [ "$2" = export ]; then
    size=500
    for argument; do
        [ "$previous" = --size ] && size=$argument
        previous=$argument
    done
    head -c "$size" /dev/zero > "$4"
    case " $* " in *" --snr "*) exit 3;; *" --bitrate 24 "*) echo "error: broken" >&2; exit 1;; esac
else
    cp "$(dirname "$3")/reference.wav" "$4"
fi
"#;

fn sound(name: &str) -> Sound {
    let tone = |i: usize| (i as f32 * 0.3).sin() * 0.4 + (i as f32 * 0.05).cos() * 0.2;
    let clip = Clip { rate_hz: 8_000, channels: 1, samples: (0..8_000).map(tone).collect() };
    Sound {
        name: name.into(),
        path: format!("{name}.wav").into(),
        rate_hz: 8_000,
        channels: 1,
        samples: clip.to_i16(),
    }
}

fn options(folder: &Path, codecs: &[Codec]) -> Options {
    let program = folder.join("stand-in");
    fs::write(&program, STAND_IN).unwrap();
    fs::set_permissions(&program, Permissions::from_mode(0o755)).unwrap();
    Options {
        codecs: codecs.to_vec(),
        rates: vec![8, 24],
        matches: Matches::Both,
        neural_steps: 7,
        program,
        folder: folder.into(),
        keep: false,
    }
}

#[test]
fn our_files_are_made_at_the_rivals_bytes_and_db() {
    let folder = tempfile::tempdir().unwrap();
    let codecs = [Codec::Neural, Codec::Compact, Codec::Adpcm, Codec::Flac];
    let options = options(folder.path(), &codecs);
    let silence = Sound { samples: vec![0; 50], ..sound("silence") };
    let sounds = [sound("b"), silence, sound("a")];
    let tools = bench::check(&codecs).unwrap();
    let bench = bench::run(&sounds, &options, tools, &|done, known| assert!(done <= known));
    let bench = bench.unwrap();

    let of_b: Vec<&Row> = bench.rows.iter().filter(|row| row.sound == "b").collect();
    let settings: Vec<&str> = of_b.iter().map(|row| row.setting.as_str()).collect();
    // The order is that of the codecs, whatever finishes first; 24 kb/s failed.
    let expected = [
        "-8",
        "4 bit",
        "bytes of IMA ADPCM 4 bit, snr",
        "bytes of IMA ADPCM 4 bit, perceptual",
        "dB of IMA ADPCM 4 bit, snr",
        "8 kb/s, snr",
        "tiny, 7 steps",
    ];
    assert_eq!(settings, expected);
    assert_eq!(bench.rows.len(), 2 * expected.len());
    assert_eq!(bench.rows[0].sound, "b");
    assert!(bench.notes.iter().any(|n| n.starts_with("silence: is silent")), "{:?}", bench.notes);
    assert_eq!(bench.failures.len(), 2);
    assert!(bench.failures[0].contains("24 kb/s") && bench.failures[0].ends_with("error: broken"));

    let (adpcm, matched, snr) = (of_b[1], of_b[2], of_b[4]);
    assert_eq!(matched.bytes, adpcm.packet_bytes);
    assert_eq!((matched.target_met, snr.target_met), (Some(true), Some(false)));
    assert_eq!(matched.against.as_ref().map(|a| a.equal), Some(Equal::Bytes));
    assert!(matched.exact && of_b[0].exact && !adpcm.exact);
    assert!((20.0..60.0).contains(&adpcm.snr_db), "{}", adpcm.snr_db);

    let pairs = &bench.summary.pairs;
    assert_eq!(pairs.len(), 3);
    assert_eq!((pairs[0].sounds, pairs[0].not_met, pairs[0].byte_ratio), (2, 0, Some(1.0)));
    assert_eq!((pairs[2].sounds, pairs[2].not_met, pairs[2].byte_ratio), (0, 2, None));

    let log = fs::read_to_string(folder.path().join("log")).unwrap();
    let asked = |words: &str| assert!(log.contains(words), "{words} is not in:\n{log}");
    asked(&format!("--force --profile compact --tune perceptual --size {}\n", adpcm.bytes));
    asked(&format!("--force --profile compact --tune snr --snr {:.4}\n", adpcm.snr_db));
    asked("b/compact-8-snr.nex --force --profile compact --tune snr --bitrate 8\n");
    asked("--force --profile neural --preset tiny --steps 7\n");
    let reference = folder.path().join("b/reference.wav");
    asked(&format!("-q export {} ", reference.display()));
    // Nothing but the reference is left, and what failed, to be looked at.
    let left = fs::read_dir(folder.path().join("b")).unwrap();
    let mut left: Vec<_> = left.map(|entry| entry.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["compact-24-snr.nex", "reference.wav"]);
}

#[test]
fn curves_leave_out_what_only_matches_a_rival() {
    let folder = tempfile::tempdir().unwrap();
    let codecs = [Codec::Adpcm, Codec::Flac, Codec::Compact];
    let options = options(folder.path(), &codecs);
    let tools = bench::check(&codecs).unwrap();
    let bench = bench::run(&[sound("a")], &options, tools, &|_, _| ()).unwrap();
    let curves = bench::curves(&bench).curves;
    let shape: Vec<_> =
        curves.iter().map(|c| (c.name.as_str(), c.points.len(), c.uprights.len())).collect();
    // The stand-in is exact.
    assert_eq!(shape, [("FLAC", 0, 1), ("IMA ADPCM", 1, 0), ("nex compact", 0, 1)]);
}
