//! Do shapes go through the whole program, and are bad ones refused?

use ne_train::{picture, shape};
use nex_runtime::{Position, Shape};
use nex_tests::{
    forge,
    fuzzing::with_checksum,
    meshes::ring,
    program::{Row, check_rows, pipe, run, succeed},
};
use serde_json::Value;
use std::{collections::HashSet, f64::consts::TAU, fs, path::Path};
use tempfile::TempDir;

/// A fit of seconds that finds the shape.
const SHORT: &str = "--preset tiny --experts 2 --steps 2000 --pretrain-steps 20 --batch-size 1024 \
                     --points 30000 --learning-rate 2e-3 --seed 1";

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
    let line = format!("export ring.obj ring.nex {SHORT} --json --comment mine");
    let made = json(&folder, &line);
    let nex = file(&folder, "ring.nex");
    let iou = made["iou"].as_f64().unwrap();
    assert!(iou > 0.8, "{made}");
    assert_eq!(made["bytes"].as_u64(), Some(nex.len() as u64));
    assert_eq!(made["triangles"].as_u64(), Some(2 * 48 * 20));
    // On the ring's own circle it is solid, in its middle it is not.
    let decoder = Shape::open(&nex).unwrap();
    let info = decoder.info();
    let mut scratch = vec![0; decoder.memory_len()];
    let mut distance = |at: [f64; 3]| {
        let cell = |(x, o): (f64, f32)| (x - f64::from(o)) / f64::from(info.side) * 256.0;
        let at = [0, 1, 2].map(|d| Position::from_f64(cell((at[d], info.origin[d]))));
        f64::from(decoder.sdf_at(at, &mut scratch).unwrap()) * f64::from(decoder.step())
    };
    for turn in 0..8 {
        let angle = TAU * f64::from(turn) / 8.0;
        let inside = distance([100.0 + 30.0 * angle.cos(), -7.0, 2.0 + 30.0 * angle.sin()]);
        assert!((-15.0..-8.0).contains(&inside), "{inside} at {turn}");
    }
    assert!((14.0..22.0).contains(&distance([100.0, -7.0, 2.0])));
    // The figures are the file's, and the same again.
    let checked = json(&folder, "check ring.nex ring.obj --json");
    assert_eq!(checked["iou"], made["iou"]);
    assert_eq!(checked["trimap_iou"], made["trimap_iou"]);
    let shares = checked["expert_share"].as_array().unwrap();
    assert!((shares.iter().map(|s| s.as_f64().unwrap()).sum::<f64>() - 1.0).abs() < 1e-9);
    let info = json(&folder, "info ring.nex --json");
    assert_eq!((info["cells"].as_u64(), info["comment"].as_str()), (Some(256), Some("mine")));
    assert_eq!(info["macs_per_point"], checked["macs_per_point"]);
    let missed = run(folder.path(), "check ring.nex ring.obj --min-iou 1");
    assert_eq!(missed.code, Some(3), "{}", missed.stderr);
    meshes(&folder);
    pictures(&folder);
    errors(&folder);
}

/// Where the shape is wrong, as a picture and as a mesh of colours.
fn errors(folder: &TempDir) {
    succeed(folder.path(), "plot ring.nex two.png");
    succeed(folder.path(), "plot ring.nex ring.obj three.png");
    let [two, three] = ["two.png", "three.png"].map(|name| {
        let png = picture::parse(Path::new(name), &file(folder, name), None).unwrap().picture;
        let colours: HashSet<_> = png.samples.chunks_exact(3).map(<[u8]>::to_vec).collect();
        (png.width, colours.len())
    });
    assert!(three.0 > two.0 + 400 && three.1 > two.1 + 100, "{two:?} {three:?}");
    succeed(folder.path(), "plot ring.nex ring.obj errors.ply");
    let ply = file(folder, "errors.ply");
    let header = ply.windows(10).position(|w| w == b"end_header").unwrap();
    let header = str::from_utf8(&ply[..header]).unwrap();
    assert!(header.contains("property uchar red"), "{header}");
    let mesh = shape::parse(Path::new("errors.ply"), &ply).unwrap().mesh;
    succeed(folder.path(), "decode ring.nex same.ply");
    let same = shape::parse(Path::new("same.ply"), &file(folder, "same.ply")).unwrap().mesh;
    assert_eq!((mesh.vertices, mesh.triangles), (same.vertices, same.triangles));
}

/// Every format holds the same surface, where the original was.
fn meshes(folder: &TempDir) {
    for name in ["back.obj", "back.ply", "back.stl"] {
        succeed(folder.path(), &format!("decode ring.nex {name} --resolution 48"));
        let mesh = shape::parse(Path::new(name), &file(folder, name)).unwrap().mesh;
        assert_eq!(mesh.open_edges(), 0, "{name}");
        // A ring has one handle: no vertices more than half the triangles.
        let placed = mesh.placed();
        assert!((placed.centre[0] - 100.0).abs() < 3.0, "{name}: {placed:?}");
        assert!((placed.scale - 42.0).abs() < 4.0, "{name}: {placed:?}");
        let volume = TAU * 30.0 * TAU / 2.0 * 144.0;
        assert!((mesh.volume() / volume - 1.0).abs() < 0.15, "{name}: {}", mesh.volume());
    }
    let piped = succeed(folder.path(), "decode ring.nex - --resolution 48");
    assert_eq!(piped, file(folder, "back.ply"));
}

fn pictures(folder: &TempDir) {
    let mut covered = Vec::new();
    for arguments in ["", "--by-expert", "--view 0,90"] {
        succeed(folder.path(), &format!("decode ring.nex back.png --size 80x60 -f {arguments}"));
        let shown = picture::parse(Path::new("a"), &file(folder, "back.png"), None).unwrap();
        let shown = shown.picture;
        assert_eq!((shown.width, shown.height, shown.channels), (80, 60, 3));
        let dark = |p: &&[u8]| p.iter().any(|&s| s < 250);
        covered.push(shown.samples.chunks_exact(3).filter(dark).count());
        // Nothing in the corner; from above, the hole.
        assert_eq!(shown.samples[..3], [255; 3]);
        let middle = 3 * (30 * 80 + 40);
        let hole = shown.samples[middle..middle + 3] == [255; 3];
        assert!(hole || arguments != "--view 0,90");
    }
    assert_eq!(covered[0], covered[1]);
    // From above it is larger than from the side.
    assert!(covered[2] > covered[0] && covered[0] > 300, "{covered:?}");
}

#[test]
fn other_formats_profiles_and_open_meshes_are_stored() {
    let folder = folder();
    // A ring with a gap: the last column's faces are missing, and one face is twice a line.
    let text = ring(24, 10);
    let mut lines: Vec<&str> = text.lines().collect();
    lines.truncate(lines.len() - 10);
    let open = lines.join("\n") + "\nf 1 2 2\n";
    fs::write(folder.path().join("open.OBJ"), open).unwrap();
    let outcome =
        run(folder.path(), "export open.OBJ open.nex SMALL --points 2000 --precision f16");
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    for words in ["the mesh is open", "1 of the triangles have no area"] {
        assert!(outcome.stderr.contains(words), "no \"{words}\" in {}", outcome.stderr);
    }
    // PLY is known by its bytes alone.
    succeed(folder.path(), "decode open.nex small.ply --resolution 3");
    let ring = shape::parse(Path::new("a.obj"), &file(&folder, "ring.obj")).unwrap().mesh;
    let ply = shape::mesh_bytes(&ring, shape::MeshFormat::Ply).unwrap();
    let outcome = pipe(folder.path(), "export - piped.nex SMALL --points 2000 --pack", &ply);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert!(json(&folder, "info piped.nex --json")["packed"].as_bool().unwrap());
}

#[test]
fn what_cannot_work_is_said() {
    let folder = folder();
    let put = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).unwrap();
    let nex = forge::shape(3);
    put("shape.nex", &nex);
    let mut broken = nex.clone();
    // Behind the cells, a byte here, and the corner.
    let side = forge::header_at(&nex) + 13;
    broken[side..side + 4].copy_from_slice(&0f32.to_le_bytes());
    put("flat.nex", &with_checksum(&broken));
    put("sound.nex", &forge::file(3));
    put("empty.obj", b"");
    put("points.obj", b"v 0 0 0\nv 1 0 0\nv 0 1 0\n");
    put("lines.obj", b"v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 2\n");
    put("nan.obj", b"v 0 0 0\nv 1 0 0\nv 0 nan 0\nf 1 2 3\n");
    put("index.obj", b"v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 4\n");
    put("text.ply", b"ply\nformat ascii 1.0\nelement vertex x\n");
    put("cut.stl", &[0; 90]);
    put("ring.txt", ring(8, 5).as_bytes());
    let rows: [Row; 24] = [
        ("nothing", "export empty.obj a.nex", 1, &["empty.obj", "empty"]),
        (
            "no faces",
            "export points.obj a.nex",
            1,
            &["points.obj: holds", "no face", "point cloud"],
        ),
        ("no area", "export lines.obj a.nex", 1, &["no face with an area"]),
        ("no number", "export nan.obj a.nex", 1, &["nan.obj: vertex 3", "no place"]),
        (
            "no vertex",
            "export index.obj a.nex",
            1,
            &["index.obj: line 4", "vertex 4", "there are 3"],
        ),
        ("half a PLY", "export text.ply a.nex", 1, &["text.ply", "as PLY", "because: "]),
        ("half an STL", "export cut.stl a.nex", 1, &["cut.stl"]),
        ("other name", "export ring.txt a.nex", 1, &["ring.txt"]),
        ("of sounds", "export ring.obj a.nex --mono", 2, &["--mono", "shape"]),
        ("of pictures", "export ring.obj a.nex --min-psnr 3", 2, &["--min-psnr", "shape"]),
        ("baked", "export ring.obj a.nex --bake-routing", 2, &["--bake-routing", "shape"]),
        (
            "a domain",
            "export ring.obj a.nex --domain -1,1",
            2,
            &["--domain", "for sounds and pictures"],
        ),
        ("too costly", "export ring.obj a.nex --max-macs 9", 3, &["--max-macs"]),
        ("few points", "export ring.obj a.nex --points 9", 2, &["100"]),
        ("no cube", "info flat.nex", 1, &["flat.nex", "cube is malformed"]),
        ("other end", "decode shape.nex a.wav", 2, &["a.wav", ".obj", ".png"]),
        ("a rate", "decode shape.nex a.obj --rate 8000", 2, &["--rate", "shape"]),
        ("a view", "decode shape.nex a.obj --view 1,2", 2, &["--view", ".png"]),
        ("a grid", "decode shape.nex a.png --resolution 9", 2, &["--resolution", "--size"]),
        ("of shapes", "decode sound.nex a.wav --resolution 9", 2, &["--resolution", "shapes"]),
        ("elsewhere", "check shape.nex ring.obj", 1, &["ring.obj", "lie elsewhere"]),
        ("drawn", "plot shape.nex a.svg", 2, &["a.svg", ".png", ".ply"]),
        ("no error", "plot shape.nex a.ply", 2, &["PLY", "name the original"]),
        ("no sound", "emit shape.nex --rust a.rs", 1, &["shape.nex: holds a shape"]),
    ];
    check_rows(folder.path(), &rows);
}
