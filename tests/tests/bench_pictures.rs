//! Does the comparison of codecs run from pictures to its tables?
//!
//! With the codecs that take no other program, and one that stands in for WebP's.

use nex_tests::program::{self, command, files, run, succeed};
use serde_json::Value;
use std::{fs, path::Path};
use tempfile::TempDir;

/// 2 x 1 pixels of gray and alpha, of which one is half transparent.
const CLEAR: &[u8] = b"\x89PNG\x0d\x0a\x1a\x0a\x00\x00\x00\x0dIHDR\x00\x00\x00\x02\x00\x00\x00\x01\x08\x04\x00\x00\x00^+\xb7\x01\x00\x00\x00\x0dIDATx\x9cc\x08\xf8\x7f\xa2\x01\x00\x06R\x02\x98\xd4\xb3\xb1\xe9\x00\x00\x00\x00IEND\xaeB`\x82";

/// A folder with two pictures of the same hills, 60 x 40 pixels each.
fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("pictures");
    fs::create_dir(folder.path().join("photos")).unwrap();
    for name in ["hills.png", "sideways.jpg"] {
        fs::copy(committed.join(name), folder.path().join("photos").join(name)).unwrap();
    }
    folder
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

fn strings<'a>(rows: &'a Value, key: &str) -> Vec<&'a str> {
    rows.as_array().unwrap().iter().map(|row| row[key].as_str().unwrap()).collect()
}

#[test]
fn two_pictures_are_stored_without_any_other_program() {
    let folder = folder();
    let path = folder.path();
    let line = "bench photos --codecs compact,png --json a.json --markdown a.md --plot a.svg \
                --plot-ssimulacra2 --keep kept";
    let mut bench = command(path, line);
    let outcome = bench.env("PATH", "").output().unwrap();
    assert!(outcome.status.success(), "{}", String::from_utf8_lossy(&outcome.stderr));
    let printed = String::from_utf8(outcome.stdout).unwrap();
    assert_eq!(printed, fs::read_to_string(path.join("a.md")).unwrap());
    for words in
        ["| hills ", "### Means over the pictures", "| nex, tune eye  | --quality 48 |", "exact"]
    {
        assert!(printed.contains(words), "{words} is not in:\n{printed}");
    }
    let svg = fs::read_to_string(path.join("a.svg")).unwrap();
    for words in ["Mean SSIMULACRA2 of 2 pictures", "nex, tune psnr", "PNG (exact)"] {
        assert!(svg.contains(words), "{words} is not in:\n{svg}");
    }

    let facts = json(&path.join("a.json"));
    assert_eq!(facts, json(&path.join("kept/bench.json")));
    assert_eq!(facts["failures"], Value::Array(Vec::new()));
    let pictures = &facts["pictures"];
    assert_eq!(strings(pictures, "name"), ["hills", "sideways"]);
    assert_eq!((&pictures[0]["width"], &pictures[0]["height"]), (&60.into(), &40.into()));
    let rows = facts["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 2 * (7 + 7 + 1));
    for row in rows {
        let bytes = row["bytes"].as_u64().unwrap();
        let encoded = fs::read(path.join("kept").join(row["encoded"].as_str().unwrap())).unwrap();
        assert_eq!(bytes, encoded.len() as u64, "{row}");
        let pixels = row["bits_per_pixel"].as_f64().unwrap().recip() * 8.0 * bytes as f64;
        assert!((pixels - 2_400.0).abs() < 1e-6, "{row}");
        let score = row["ssimulacra2"].as_f64().unwrap();
        assert!(score <= 100.0 + 1e-6, "{row}");
        match row["codec"].as_str().unwrap() {
            "PNG" => assert_eq!((&row["exact"], &row["psnr_db"]), (&true.into(), &Value::Null)),
            _ => assert!((15.0..60.0).contains(&row["psnr_db"].as_f64().unwrap()), "{row}"),
        }
    }
    // Finer qualities are larger and better.
    for ladder in rows[..7].windows(2) {
        for key in ["bytes", "psnr_db"] {
            assert!(ladder[0][key].as_f64() < ladder[1][key].as_f64(), "{ladder:?}");
        }
    }
}

#[test]
fn pictures_are_made_to_fit_and_turned() {
    let folder = folder();
    let path = folder.path();
    succeed(path, "export photos/hills.png a.nex --quality 80");
    succeed(path, "decode a.nex photos/upright.png --size 40x60");
    let line = "bench photos --codecs png --fit 24x16 -q --json a.json --keep kept";
    succeed(path, line);
    let facts = json(&path.join("a.json"));
    let pictures = facts["pictures"].as_array().unwrap();
    for (picture, (width, height)) in pictures.iter().zip([(24, 16), (24, 16), (16, 24)]) {
        assert_eq!((&picture["width"], &picture["height"]), (&width.into(), &height.into()));
        let reference = path.join("kept").join(picture["reference"].as_str().unwrap());
        let size = [width, height].map(u32::to_be_bytes).concat();
        assert_eq!(fs::read(reference).unwrap()[16..24], size, "{picture}");
    }
    assert_eq!(pictures.len(), 3);
}

/// Whole files, summed by folder, of which a picture with alpha is one.
#[test]
fn lossless_files_are_summed_by_folder() {
    let folder = folder();
    let path = folder.path();
    fs::create_dir(path.join("icons")).unwrap();
    fs::write(path.join("icons/clear.png"), CLEAR).unwrap();
    let line = "bench icons photos --lossless --codecs rle,compact,png,qoi,lz4 --json a.json";
    let outcome = command(path, line).env("PATH", "").output().unwrap();
    assert!(outcome.status.success(), "{}", String::from_utf8_lossy(&outcome.stderr));
    let printed = String::from_utf8(outcome.stdout).unwrap();
    for words in ["| icons ", "| photos ", "| together ", "### nex, 4k over the others"] {
        assert!(printed.contains(words), "{words} is not in:\n{printed}");
    }
    let facts = json(&path.join("a.json"));
    let codecs = ["nex, 16k", "nex, 4k", "PNG", "QOI", "RGB565 + LZ4", "RGB565 + RLE"];
    assert_eq!(facts["codecs"], Value::from(codecs.to_vec()));
    let sums = facts["sums"].as_array().unwrap();
    assert_eq!(strings(&facts["sums"], "set"), ["icons", "photos"]);
    for sum in sums {
        let rows = facts["rows"].as_array().unwrap().iter().filter(|r| r["set"] == sum["set"]);
        for (column, codec) in codecs.iter().enumerate() {
            let own = rows.clone().filter(|row| row["codec"] == *codec);
            let bytes: Vec<u64> = own.map(|row| row["bytes"].as_u64().unwrap()).collect();
            assert_eq!(sum["pictures"], bytes.len());
            assert_eq!(sum["bytes"][column], bytes.iter().sum::<u64>());
        }
    }
    // What export makes of it.
    let made = succeed(path, "export icons/clear.png a.nex --lossless --json");
    let made: Value = serde_json::from_slice(&made).unwrap();
    assert_eq!(made["bytes"], sums[0]["bytes"][0]);
}

/// Ours against ours by the name of WebP, at other qualities: no byte is saved.
#[cfg(unix)]
#[test]
fn a_rival_is_compared_at_equal_scores() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder();
    let path = folder.path();
    let programs = path.join("bin");
    fs::create_dir(&programs).unwrap();
    let stand_in = |name: &str, script: &str| {
        let script = script.replace("ne-train", program::path().to_str().unwrap());
        let place = programs.join(name);
        fs::write(&place, format!("#!/bin/sh\n[ $1 = -version ] && echo 0.0 && exit\n{script}\n"))
            .unwrap();
        fs::set_permissions(place, fs::Permissions::from_mode(0o755)).unwrap();
    };
    // -quiet -m 6 -q QUALITY PNG -o WEBP; -quiet WEBP -o PNG
    stand_in("cwebp", r#"exec ne-train -q export "$6" - --lossy --tune psnr --quality "$5" >"$8""#);
    stand_in("dwebp", r#"exec ne-train -q decode "$2" "$4""#);
    let line = "bench photos/hills.png --codecs webp,compact --json a.json -q";
    let outcome = command(path, line).env("PATH", &programs).output().unwrap();
    assert!(outcome.status.success(), "{}", String::from_utf8_lossy(&outcome.stderr));
    let facts = json(&path.join("a.json"));
    assert_eq!(facts["tools"]["cwebp"], "cwebp 0.0");
    let comparisons = &facts["summary"]["comparisons"];
    assert_eq!(strings(comparisons, "score"), ["psnr", "psnr", "ssimulacra2", "ssimulacra2"]);
    assert_eq!(strings(comparisons, "rival"), ["WebP"; 4]);
    let own = comparisons.as_array().unwrap().iter().filter(|c| c["ours"] == "nex, tune psnr");
    for comparison in own {
        assert_eq!((&comparison["pictures"], &comparison["apart"]), (&1.into(), &0.into()));
        let bytes = comparison["bytes"]["mean"].as_f64().unwrap();
        assert!(bytes.abs() < 0.04, "{comparison}");
    }
}

#[test]
fn a_missing_tool_is_named_before_any_work() {
    let folder = folder();
    let before = files(folder.path());
    for (line, words) in [
        (
            "bench photos --json a.json --keep kept",
            &[
                "cjpeg, djpeg, cwebp, dwebp, avifenc, avifdec, cjxl, djxl are not there",
                "apt-get install libavif-bin libjpeg-turbo-progs libjxl-tools webp",
            ][..],
        ),
        (
            "bench photos --codecs webp --keep kept",
            &["cwebp, dwebp are not there (of package webp)"],
        ),
        ("bench photos --codecs mozjpeg,png", &["mozjpeg, djpeg are not there"]),
        ("bench photos --lossless", &["cwebp, cjxl are not there (of package libjxl-tools, webp)"]),
        ("bench photos --lossless --codecs oxipng,png", &["oxipng is not there", "cargo install"]),
    ] {
        let outcome = command(folder.path(), line).env("PATH", "").output().unwrap();
        let stderr = String::from_utf8_lossy(&outcome.stderr);
        assert_eq!(outcome.status.code(), Some(1), "{line}: {stderr}");
        assert!(words.iter().all(|words| stderr.contains(words)), "{line}: {stderr}");
    }
    assert_eq!(files(folder.path()), before);
}

#[test]
fn mistakes_are_named() {
    let folder = folder();
    fs::write(folder.path().join("bell.wav"), include_bytes!("../../examples/sounds/bell.wav"))
        .unwrap();
    for (line, code, words) in [
        (
            "bench photos bell.wav --codecs compact",
            1,
            &["bell.wav is a sound", "hills.png is a picture"],
        ),
        ("bench . --codecs compact", 1, &["bell.wav is a sound", "hills.png is a picture"]),
        ("bench photos --codecs opus", 2, &["--codecs opus", "compact, jpeg, mozjpeg, webp, avif"]),
        ("bench bell.wav --codecs png", 2, &["--codecs png", "flac, adpcm"]),
        (
            "bench photos --codecs png --mono",
            2,
            &["--mono is for sounds", "hills.png is a picture"],
        ),
        (
            "bench bell.wav --codecs flac --fit 8x8",
            2,
            &["--fit is for pictures", "bell.wav is a sound"],
        ),
        ("bench photos --codecs png --fit 8", 2, &["--fit", "640x480"]),
        ("bench photos --codecs png --fit 8x99999", 2, &["--fit", "65535"]),
        ("bench photos --lossless --codecs avif", 2, &["none of --lossless", "compact, webp, jxl"]),
        ("bench photos --lossless --codecs png --plot a.svg", 2, &["a.svg", "--plot"]),
        ("bench photos --codecs png --plot-ssimulacra2", 2, &["--plot <FILE>", ""]),
    ] {
        let outcome = run(folder.path(), line);
        assert_eq!(outcome.code, Some(code), "{line}: {}", outcome.stderr);
        assert!(words.iter().all(|w| outcome.stderr.contains(w)), "{line}: {}", outcome.stderr);
        assert!(!outcome.stderr.contains("panicked"), "{line}: {}", outcome.stderr);
    }
}

#[test]
fn alpha_is_left_out_with_a_note_and_check_has_no_score_of_it() {
    let folder = folder();
    let path = folder.path();
    fs::write(path.join("photos/clear.png"), CLEAR).unwrap();
    let printed = String::from_utf8(succeed(path, "bench photos --codecs png")).unwrap();
    let note = "pictures with alpha are not compared: left out for clear";
    assert!(printed.contains(note), "{printed}");
    assert!(!printed.contains("| clear"), "{printed}");
    for (name, scored) in [("clear", false), ("hills", true)] {
        succeed(path, &format!("export photos/{name}.png a.nex --profile compact --force"));
        let report = succeed(path, &format!("check a.nex photos/{name}.png --json"));
        let report: Value = serde_json::from_slice(&report).unwrap();
        assert_eq!(report["ssimulacra2"].is_number(), scored, "{report}");
        let said =
            String::from_utf8(succeed(path, &format!("check a.nex photos/{name}.png"))).unwrap();
        assert!(said.contains("SSIMULACRA2"), "{said}");
    }
}
