//! Do compact shapes go through the whole program, to meshes and back?

use ne_train::shape;
use nex_runtime::{Position, Shape};
use nex_tests::{
    meshes::ring,
    program::{Row, check_rows, run, succeed},
};
use serde_json::Value;
use std::{f64::consts::TAU, fs, path::Path};
use tempfile::TempDir;

fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("ring.obj"), ring(48, 20)).unwrap();
    folder
}

fn file(folder: &TempDir, name: &str) -> Vec<u8> {
    fs::read(folder.path().join(name)).unwrap()
}

fn json(folder: &TempDir, line: &str) -> Value {
    serde_json::from_slice(&succeed(folder.path(), line)).unwrap()
}

#[test]
fn a_shape_goes_there_and_back() {
    let folder = folder();
    let made = json(&folder, "export ring.obj ring.nex --voxels 64 --json --comment mine");
    let nex = file(&folder, "ring.nex");
    let iou = made["iou"].as_f64().unwrap();
    assert!(iou > 0.98 && nex.len() < 1500, "{made}");
    assert_eq!(made["bytes"].as_u64(), Some(nex.len() as u64));
    assert_eq!((made["profile"].as_str(), made["voxels"].as_u64()), (Some("compact"), Some(64)));
    // On the ring's own circle it is solid, in its middle it is not.
    let decoder = Shape::open(&nex).unwrap();
    let info = decoder.info();
    let mut memory = vec![0; decoder.memory_len()];
    let mut distances = decoder.distances(&mut memory).unwrap();
    let mut distance = |at: [f64; 3]| {
        let cell = |(x, o): (f64, f32)| (x - f64::from(o)) / f64::from(info.side) * 64.0;
        let at = [0, 1, 2].map(|d| Position::from_f64(cell((at[d], info.origin[d]))));
        f64::from(distances.sdf_at(at).unwrap()) * f64::from(decoder.step())
    };
    for turn in 0..8 {
        let angle = TAU * f64::from(turn) / 8.0;
        let inside = distance([100.0 + 30.0 * angle.cos(), -7.0, 2.0 + 30.0 * angle.sin()]);
        assert!((-13.0..-2.0).contains(&inside), "{inside} at {turn}");
        let out = distance([100.0 + 41.0 * angle.cos(), -7.0, 2.0 + 41.0 * angle.sin()]);
        assert!((-1.3..-0.6).contains(&out), "{out} at {turn}");
    }
    assert!((5.0..19.5).contains(&distance([100.0, -7.0, 2.0])));
    // The figures are the file's, and the same again.
    let checked = json(&folder, "check ring.nex ring.obj --json");
    assert_eq!((&checked["iou"], &checked["chamfer"]), (&made["iou"], &made["chamfer"]));
    let shares = checked["expert_share"].as_array().unwrap();
    assert_eq!(shares.len(), 4);
    assert!((shares.iter().map(|s| s.as_f64().unwrap()).sum::<f64>() - 1.0).abs() < 1e-9);
    let info = json(&folder, "info ring.nex --json");
    assert_eq!((info["voxels"].as_u64(), info["comment"].as_str()), (Some(64), Some("mine")));
    assert_eq!(info["memory_bytes"].as_u64(), Some(4 * decoder.memory_len() as u64));
    let missed = run(folder.path(), "check ring.nex ring.obj --min-iou 1");
    assert_eq!(missed.code, Some(3), "{}", missed.stderr);
    meshes(&folder);
    for line in ["decode ring.nex back.png --size 60x40", "plot ring.nex ring.obj errors.png"] {
        succeed(folder.path(), line);
    }
}

/// Every format holds the same surface, closed, where the original was, at any resolution.
fn meshes(folder: &TempDir) {
    for (name, resolution) in [("back.obj", 48), ("back.ply", 64), ("back.stl", 131)] {
        succeed(folder.path(), &format!("decode ring.nex {name} --resolution {resolution}"));
        let mesh = shape::parse(Path::new(name), &file(folder, name)).unwrap().mesh;
        assert_eq!(mesh.open_edges(), 0, "{name}");
        let placed = mesh.placed();
        assert!((placed.centre[0] - 100.0).abs() < 0.5, "{name}: {placed:?}");
        assert!((placed.scale - 42.0).abs() < 0.5, "{name}: {placed:?}");
        let volume = TAU * 30.0 * TAU / 2.0 * 144.0;
        assert!((mesh.volume() / volume - 1.0).abs() < 0.04, "{name}: {}", mesh.volume());
        // One handle, and no islands.
        let euler = mesh.vertices.len() as i64 - mesh.triangles.len() as i64 / 2;
        assert_eq!(euler, 0, "{name}");
    }
    succeed(folder.path(), "decode ring.nex back.glb --resolution 48");
    let glb = gltf::Gltf::from_slice(&file(folder, "back.glb")).unwrap();
    let counts: Vec<usize> = glb.accessors().map(|accessor| accessor.count()).collect();
    let obj = shape::parse(Path::new("back.obj"), &file(folder, "back.obj")).unwrap().mesh;
    assert_eq!(counts, [obj.vertices.len(), obj.vertices.len(), 3 * obj.triangles.len()]);
}

#[test]
fn targets_are_kept_or_missed() {
    let folder = folder();
    let sized = json(&folder, "export ring.obj a.nex --voxels 48 --size 500 --json");
    assert!((400..=500).contains(&sized["bytes"].as_u64().unwrap()), "{sized}");
    let exact = json(&folder, "export ring.obj b.nex --voxels 48 --error 0.05 --json");
    assert!(exact["error"].as_f64().unwrap() <= 0.05, "{exact}");
    let fine = json(&folder, "export ring.obj c.nex --voxels 48 --quality 90 --json");
    assert!(fine["error"].as_f64() < sized["error"].as_f64(), "{fine}");
    let rows: [Row; 6] = [
        ("too small", "export ring.obj d.nex --size 40", 3, &["no file of at most 40 bytes"]),
        ("too exact", "export ring.obj d.nex --voxels 16 --error 1e-6", 3, &["--voxels"]),
        ("few voxels", "export ring.obj d.nex --voxels 15", 2, &["16"]),
        ("both", "export ring.obj d.nex --error 1 --quality 3", 2, &["--quality", "--error"]),
        (
            "of sounds",
            "export ring.obj d.nex --effort best",
            2,
            &["--effort", "sounds and pictures"],
        ),
        (
            "both profiles",
            "export ring.obj d.nex --size 900 --steps 3",
            2,
            &["options of both profiles"],
        ),
    ];
    check_rows(folder.path(), &rows);
}

/// What is no mesh that can be stored is refused or remarked upon, whatever is wrong with it.
#[test]
fn hostile_meshes_are_refused_with_their_mend() {
    let folder = folder();
    let put = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).unwrap();
    let flat = |thickness: f64, size: f64| {
        let sign = |i: usize, bit: usize| if i >> bit & 1 == 1 { 1.0 } else { -1.0 };
        let corner = |i| [sign(i, 0) * size, sign(i, 1) * size, sign(i, 2) * thickness * size];
        let corners: String =
            (0..8).map(corner).map(|[x, y, z]| format!("v {x:e} {y:e} {z:e}\n")).collect();
        corners + "f 1 3 4 2\nf 5 6 8 7\nf 1 2 6 5\nf 3 7 8 4\nf 1 5 7 3\nf 2 4 8 6\n"
    };
    put("in.glb", b"glTF\x02\0\0\0");
    put("in.fbx", b"Kaydara");
    put("huge.obj", flat(1.0, 1e200).as_bytes());
    put("tiny.obj", flat(1.0, 1e-200).as_bytes());
    put("sheet.obj", flat(1e-4, 1.0).as_bytes());
    put("plane.obj", b"v 0 0 0\nv 1 0 0\nv 1 1 0\nv 0 1 0\nf 1 2 3 4\n");
    put("nan.obj", b"v 0 0 0\nv 1 0 0\nv 1 1 nan\nf 1 2 3\n");
    let rows: [Row; 5] = [
        ("glTF", "export in.glb a.nex", 1, &["a mesh in the format glTF", "OBJ, PLY or STL"]),
        ("FBX", "export in.fbx a.nex", 1, &["a mesh in the format FBX"]),
        ("huge", "export huge.obj a.nex", 1, &["is 2e200 units large", "scale the mesh"]),
        ("tiny", "export tiny.obj a.nex", 1, &["is 2e-200 units large", "scale the mesh"]),
        ("no number", "export nan.obj a.nex", 1, &["vertex 3 is at (1, 1, NaN)"]),
    ];
    check_rows(folder.path(), &rows);
    for (line, code, words) in [
        ("export plane.obj a.nex", 1, ["is 0 units thick", "nothing is inside"]),
        ("export sheet.obj a.nex", 0, ["is 2.0e-4 units thick", "take more --voxels"]),
    ] {
        let outcome = run(folder.path(), line);
        assert_eq!(outcome.code, Some(code), "{line}: {}", outcome.stderr);
        words.iter().for_each(|word| assert!(outcome.stderr.contains(word), "{}", outcome.stderr));
    }
}
