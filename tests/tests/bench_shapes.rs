//! Does the comparison of codecs run from meshes to its tables?
//!
//! With the codecs that take no other program, and programs that stand in for Draco's.

use nex_tests::{
    meshes::{UNIT, boxes},
    program::{command, files, run},
};
use serde_json::Value;
use std::{fs, path::Path};
use tempfile::TempDir;

/// A folder with a mesh, a box.
fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    let path = folder.path();
    fs::create_dir(path.join("meshes")).unwrap();
    // Whose faces lie between the points of any grid.
    let flat = [[0.0; 3], [1.0, 0.7, 0.45]];
    fs::write(path.join("meshes/box.obj"), boxes(&[flat], 0)).unwrap();
    folder
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

fn number(row: &Value, key: &str) -> f64 {
    row[key].as_f64().unwrap_or_else(|| panic!("{key} of {row}"))
}

/// Whole files that are kept, which `check` measures alike; more bytes are closer.
#[test]
fn meshes_are_stored_without_any_other_program() {
    let folder = folder();
    let path = folder.path();
    let line = "bench meshes --codecs zlib,compact --json a.json --markdown a.md --plot a.svg \
                --keep kept";
    let outcome = command(path, line).env("PATH", "").output().unwrap();
    assert!(outcome.status.success(), "{}", String::from_utf8_lossy(&outcome.stderr));
    let printed = String::from_utf8(outcome.stdout).unwrap();
    assert_eq!(printed, fs::read_to_string(path.join("a.md")).unwrap());
    for words in [
        "| box  | an exact copy |",
        "| box  | nex ",
        "### Bytes of nex at equal IoU",
        "### Bytes of nex at equal Chamfer distance",
        "1 mesh\n",
    ] {
        assert!(printed.contains(words), "{words} is not in:\n{printed}");
    }
    let svg = fs::read_to_string(path.join("a.svg")).unwrap();
    for words in ["Error of IoU, box", "Chamfer distance, ", "zlib"] {
        assert!(svg.contains(words), "{words} is not in:\n{svg}");
    }

    let facts = json(&path.join("a.json"));
    assert_eq!(facts, json(&path.join("kept/bench.json")));
    assert_eq!(facts["failures"], Value::Array(Vec::new()));
    assert_eq!(
        (&facts["meshes"][0]["name"], &facts["meshes"][0]["closed"]),
        (&"box".into(), &true.into())
    );
    let rows = facts["rows"].as_array().unwrap();
    for row in rows {
        let encoded = fs::read(path.join("kept").join(row["encoded"].as_str().unwrap())).unwrap();
        assert_eq!(row["bytes"], encoded.len(), "{row}");
        assert!((0.5..=1.0).contains(&number(row, "iou")), "{row}");
        assert!(number(row, "chamfer") >= 0.9 * number(row, "chamfer_floor"), "{row}");
        assert_eq!(row.get("chamfer_beside_holes"), None, "{row}");
    }
    let of = |setting: &str| {
        let mut own = rows.iter().filter(|row| row["setting"] == setting);
        own.next().unwrap_or_else(|| panic!("{setting}"))
    };
    for [less, more] in [
        ["--voxels 64 --quality 20", "--voxels 128 --quality 50"],
        ["16^3, -7 to 7", "64^3, -127 to 127"],
    ] {
        let (less, more) = (of(less), of(more));
        assert!(number(less, "bytes") < number(more, "bytes"), "{less} {more}");
        assert!(number(less, "iou") < number(more, "iou"), "{less} {more}");
        assert!(number(less, "chamfer") > number(more, "chamfer"), "{less} {more}");
    }
    let row = of("--voxels 128 --quality 50");
    let line = format!("check kept/{} meshes/box.obj --json", row["encoded"].as_str().unwrap());
    let report: Value = serde_json::from_slice(&run(path, &line).stdout).unwrap();
    for key in ["bytes", "iou", "trimap_iou", "chamfer"] {
        assert_eq!(report[key], row[key], "{key}");
    }
}

/// Programs that copy: what comes back is the mesh, and what closes its hole is no error.
#[cfg(unix)]
#[test]
fn draco_is_given_simpler_meshes_and_compared() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder();
    let path = folder.path();
    // A box without its lid.
    let whole = boxes(&[UNIT], 0);
    let lid = whole.trim_end().rfind("\nf ").unwrap();
    fs::write(path.join("open.obj"), &whole[..=lid]).unwrap();
    let programs = path.join("bin");
    fs::create_dir(&programs).unwrap();
    for (name, script) in [
        ("mesh-simplify", r#"[ $1 = --version ] && echo "mesh-simplify 0.0" || exec cp "$1" "$2""#),
        // -cl 10 -qp BITS -i OBJ -o DRC; -i DRC -o OBJ
        ("draco_encoder", r#"[ "$1 $2 $3" = "-cl 10 -qp" ] && exec cp "$6" "$8""#),
        ("draco_decoder", r#"exec cp "$2" "$4""#),
    ] {
        let place = programs.join(name);
        fs::write(&place, format!("#!/bin/sh\nPATH=/bin:/usr/bin\n{script}\n")).unwrap();
        fs::set_permissions(place, fs::Permissions::from_mode(0o755)).unwrap();
    }
    let line = "bench open.obj --codecs draco --json a.json -q";
    let outcome = command(path, line).env("PATH", &programs).output().unwrap();
    assert!(outcome.status.success(), "{}", String::from_utf8_lossy(&outcome.stderr));
    let facts = json(&path.join("a.json"));
    assert_eq!(facts["tools"]["mesh-simplify"], "mesh-simplify 0.0");
    assert_eq!(facts["meshes"][0]["closed"], false);
    let rows = facts["rows"].as_array().unwrap();
    assert!(rows.len() > 10, "{}", rows.len());
    for row in rows {
        assert!(number(row, "iou") == 1.0, "{row}");
        let floor = number(row, "chamfer_floor");
        for key in ["chamfer", "chamfer_beside_holes"] {
            assert!((number(row, key) / floor - 1.0).abs() < 0.05, "{row}");
        }
    }
}

#[test]
fn a_missing_tool_is_named_before_any_work() {
    let folder = folder();
    let before = files(folder.path());
    for (line, words) in [
        (
            "bench meshes --json a.json --keep kept",
            &["draco_encoder, draco_decoder, mesh-simplify, xz are not there", "draco, xz-utils"][..],
        ),
        ("bench meshes --codecs xz", &["xz is not there", "apt-get install xz-utils"]),
    ] {
        let outcome = command(folder.path(), line).env("PATH", "").output().unwrap();
        let stderr = String::from_utf8_lossy(&outcome.stderr);
        assert_eq!(outcome.status.code(), Some(1), "{line}: {stderr}");
        assert!(words.iter().all(|words| stderr.contains(words)), "{line}: {stderr}");
    }
    assert_eq!(files(folder.path()), before);
}

/// No package of Debian has what makes meshes simpler.
#[cfg(unix)]
#[test]
fn a_missing_simplifier_is_named() {
    let folder = folder();
    let programs = folder.path().join("bin");
    fs::create_dir(&programs).unwrap();
    for name in ["draco_encoder", "draco_decoder"] {
        fs::write(programs.join(name), "").unwrap();
    }
    let outcome = command(folder.path(), "bench meshes --codecs draco")
        .env("PATH", &programs)
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&outcome.stderr);
    assert_eq!(outcome.status.code(), Some(1), "{stderr}");
    for words in ["mesh-simplify is not there", "pip install -r tests/peers/encoders/"] {
        assert!(stderr.contains(words), "{stderr}");
    }
}

#[test]
fn mistakes_are_named() {
    let folder = folder();
    let path = folder.path();
    fs::write(path.join("bell.wav"), include_bytes!("../../examples/sounds/bell.wav")).unwrap();
    fs::write(path.join("sheet.obj"), "v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n").unwrap();
    for (line, code, words) in [
        (
            "bench meshes bell.wav --codecs compact",
            1,
            ["bell.wav is a sound", "box.obj is a shape"],
        ),
        ("bench meshes --codecs opus", 2, ["--codecs opus", "compact, neural, draco, zlib, xz"]),
        ("bench bell.wav --codecs draco", 2, ["--codecs draco", "flac, adpcm"]),
        ("bench meshes --codecs zlib --mono", 2, ["--mono is for sounds", "box.obj is a shape"]),
        ("bench sheet.obj --codecs zlib", 1, ["sheet.obj", "nothing is inside"]),
        ("bench none.obj --codecs zlib", 1, ["none.obj", ""]),
    ] {
        let outcome = run(path, line);
        assert_eq!(outcome.code, Some(code), "{line}: {}", outcome.stderr);
        assert!(words.iter().all(|w| outcome.stderr.contains(w)), "{line}: {}", outcome.stderr);
        assert!(!outcome.stderr.contains("panicked"), "{line}: {}", outcome.stderr);
    }
}
