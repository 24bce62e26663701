//! Does the comparison of codecs run from a folder of sounds to its tables?
//!
//! Needs flac, sox, LC3 and Speex, which `tests/run` installs.

use nex_tests::program::{Samples, command, files, run, succeed, tones, wav};
use serde_json::Value;
use std::{fs, path::Path};
use tempfile::TempDir;

const BELL: &[u8] = include_bytes!("../../examples/sounds/bell.wav");

fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("sounds")).unwrap();
    fs::write(folder.path().join("sounds/bell.wav"), BELL).unwrap();
    folder
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

#[test]
fn two_rivals_are_measured_on_the_bell() {
    let folder = folder();
    let path = folder.path();
    let line =
        "bench sounds --codecs flac,adpcm --json a.json --markdown a.md --plot a.svg --keep kept";
    let printed = String::from_utf8(succeed(path, line)).unwrap();
    assert_eq!(printed, fs::read_to_string(path.join("a.md")).unwrap());
    assert!(printed.starts_with("| sound | codec "), "{printed}");
    for words in ["| bell  | FLAC ", "### Means over the sounds", "exact", "SoX"] {
        assert!(printed.contains(words), "{words} is not in:\n{printed}");
    }
    let svg = fs::read_to_string(path.join("a.svg")).unwrap();
    assert!(svg.contains("FLAC (exact)") && svg.contains("IMA ADPCM"), "{svg}");

    let facts = json(&path.join("a.json"));
    assert_eq!(facts, json(&path.join("kept/bench.json")));
    let rows = facts["rows"].as_array().unwrap();
    let [flac, adpcm] = &rows[..] else { panic!("{rows:?}") };
    assert_eq!(
        (&flac["codec"], &flac["exact"], &flac["snr_db"]),
        (&"flac".into(), &true.into(), &Value::Null)
    );
    assert!(flac["bytes"].as_u64().unwrap() < 3_000, "{flac}");
    // 4 bits a sample in blocks of 256 bytes, and a header of 60.
    assert_eq!(adpcm["bytes"], 60 + 5 * 256);
    let snr = adpcm["snr_db"].as_f64().unwrap();
    assert!((25.0..29.0).contains(&snr), "{snr}");
    for row in rows {
        let file =
            |what: &str| fs::read(path.join("kept").join(row[what].as_str().unwrap())).unwrap();
        assert_eq!(row["bytes"], file("encoded").len());
        assert_eq!(file("decoded").len(), file("reference").len());
    }
    // The exact copy is the sound.
    assert_eq!(
        fs::read(path.join("kept/bell/flac.wav")).unwrap(),
        fs::read(path.join("kept/bell/reference.wav")).unwrap()
    );

    let again = run(path, "bench sounds --codecs flac --keep kept");
    assert_eq!(again.code, Some(1));
    assert!(again.stderr.contains("--force"), "{}", again.stderr);
    let quiet =
        succeed(path, "bench sounds --codecs flac,adpcm --keep kept --json a.json -q --force");
    assert!(quiet.is_empty());
}

#[test]
fn rows_do_not_depend_on_threads() {
    let folder = folder();
    let path = folder.path();
    let stereo = wav(Samples::Integer(16), 44_100, 2, &tones(9_000));
    fs::write(path.join("sounds/stereo.wav"), stereo).unwrap();
    let rows = |threads: usize| {
        let line = format!(
            "bench sounds --codecs adpcm,flac --threads {threads} --json {threads}.json -q"
        );
        succeed(path, &line);
        let mut rows = json(&path.join(format!("{threads}.json")))["rows"].clone();
        for row in rows.as_array_mut().unwrap() {
            for time in ["encode_seconds", "decode_seconds"] {
                row[time] = Value::Null;
            }
        }
        rows
    };
    let one = rows(1);
    let order: Vec<_> =
        one.as_array().unwrap().iter().map(|r| (&r["sound"], &r["codec"])).collect();
    let expected = [("bell", "flac"), ("bell", "adpcm"), ("stereo", "flac"), ("stereo", "adpcm")];
    assert_eq!(order.len(), expected.len());
    assert!(order.iter().zip(expected).all(|((s, c), e)| *s == e.0 && *c == e.1), "{order:?}");
    assert_eq!(one, rows(4));
}

#[test]
fn sounds_are_prepared_before_they_are_measured() {
    let folder = folder();
    let path = folder.path();
    let stereo = wav(Samples::Integer(16), 44_100, 2, &tones(88_200));
    fs::write(path.join("stereo.wav"), stereo).unwrap();
    succeed(
        path,
        "bench stereo.wav --codecs gsm --rate 8000 --mono --seconds 0.5 -q --json a.json",
    );
    let facts = json(&path.join("a.json"));
    let sound = &facts["sounds"][0];
    assert_eq!(
        (&sound["rate_hz"], &sound["channels"], &sound["frames"]),
        (&8_000.into(), &1.into(), &4_000.into())
    );
    // 33 bytes for every 160 samples.
    assert_eq!(facts["rows"][0]["bytes"], 33 * 25);
    let left_out = succeed(path, "bench stereo.wav --codecs gsm,flac --seconds 0.5");
    let left_out = String::from_utf8(left_out).unwrap();
    assert!(
        left_out.contains("GSM-FR takes 8,000 Hz mono only: left out for stereo"),
        "{left_out}"
    );
}

#[test]
fn codecs_of_speech_are_measured_at_the_rates_that_they_have() {
    let folder = folder();
    let path = folder.path();
    fs::write(path.join("speech.wav"), include_bytes!("../../examples/sounds/hello-world.wav"))
        .unwrap();
    let line = "bench speech.wav --codecs lc3,speex --rates 8,16,24 -q --json a.json --keep kept";
    succeed(path, line);
    let facts = json(&path.join("a.json"));
    assert_eq!(facts["failures"], Value::Array(Vec::new()));
    let rows: Vec<_> = facts["rows"].as_array().unwrap().iter().collect();
    let kinds: Vec<_> = rows
        .iter()
        .map(|r| (r["codec"].as_str().unwrap(), r["setting"].as_str().unwrap()))
        .collect();
    let expected = [
        ("lc3", "16 kb/s"),
        ("lc3", "24 kb/s"),
        ("speex", "8 kb/s"),
        ("speex", "16 kb/s"),
        ("speex", "24 kb/s"),
    ];
    assert_eq!(kinds, expected);
    // LC3's rates are constant: 20 bytes and a length of 2 every 10 ms, and a header of 18.
    let frames = facts["sounds"][0]["frames"].as_u64().unwrap();
    assert_eq!(rows[0]["bytes"], 18 + 22 * (frames + 20).div_ceil(80));
    // Speex's filters turn phases, which listeners do not hear and SNR does.
    for (row, least) in rows.iter().zip([12.0, 16.0, 5.0, 5.0, 5.0]) {
        let snr = row["snr_db"].as_f64().unwrap();
        assert!((least..30.0).contains(&snr), "{row}");
        let file = |what: &str| fs::read(path.join("kept").join(row[what].as_str().unwrap()));
        assert_eq!(file("decoded").unwrap().len(), file("reference").unwrap().len());
    }
    let notes = facts["notes"].to_string();
    assert!(notes.contains("LC3 has no 8 kb/s at 8000 Hz: left out for speech"), "{notes}");
}

#[test]
fn a_missing_tool_is_named_before_any_work() {
    let folder = folder();
    let before = files(folder.path());
    let line = "bench sounds --codecs flac,gsm,adpcm,lc3 --json a.json --keep kept";
    let outcome = command(folder.path(), line).env("PATH", "").output().unwrap();
    let stderr = String::from_utf8_lossy(&outcome.stderr);
    assert_eq!(outcome.status.code(), Some(1));
    for words in [
        "flac, sox, elc3, dlc3 are not there",
        "apt-get install flac liblc3-tools libsox-fmt-base sox",
    ] {
        assert!(stderr.contains(words), "{stderr}");
    }
    assert_eq!(files(folder.path()), before);
    assert!(!folder.path().join("kept").exists());
}

#[test]
fn mistakes_are_named() {
    let folder = folder();
    fs::create_dir(folder.path().join("none")).unwrap();
    for (line, code, words) in [
        ("bench", 2, "FOLDER_OR_FILE"),
        ("bench none --codecs flac", 1, "holds no .wav file"),
        ("bench lost.wav --codecs flac", 1, "no such file"),
        (
            "bench sounds --codecs wavpack",
            2,
            "flac, adpcm, gsm, opus, mp3, lc3, aac, vorbis, sbc, speex, amr, codec2, compact, neural",
        ),
        ("bench sounds --codecs flac --plot a.gif", 2, ".svg or .png"),
        ("bench sounds --codecs flac --rates 0", 2, "1 to 512"),
        ("bench sounds --codecs flac --json lost/a.json", 1, "create it first"),
    ] {
        let outcome = run(folder.path(), line);
        assert_eq!(outcome.code, Some(code), "{line}: {}", outcome.stderr);
        assert!(outcome.stderr.contains(words), "{line}: {}", outcome.stderr);
    }
}
