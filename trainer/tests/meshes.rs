//! Are meshes read as other programs write them, do they face outward, and is a
//! place as exact behind a file as before it?

use gltf::{
    Accessor, Gltf, Semantic,
    accessor::{DataType, Dimensions},
};
use ne_train::{
    measure::shape::{TRIMAP, overlap},
    shape::{DOMAIN, Field, Loaded, Mesh, MeshFormat, Placed, Samples, header, mesh_bytes, parse},
};
use nex_tests::meshes::{
    BESIDE, FAR, UNIT, ball, binary, boxes, facets, ply, ply_header, ply_text, solid, strips, unit,
};
use std::path::Path;

/// A file, and the triangles, volume and open edges of what must be read, with
/// words of its notes.
type Readable = (&'static str, &'static str, Vec<u8>, (usize, f64, usize), &'static [&'static str]);

fn check(rows: Vec<Readable>) {
    for (what, name, bytes, (triangles, volume, open), words) in rows {
        let Loaded { mesh, notes } =
            parse(Path::new(name), &bytes).unwrap_or_else(|e| panic!("{what}: {e} {e:?}"));
        assert_eq!(mesh.triangles.len(), triangles, "{what}: {notes:?}");
        assert!((mesh.volume() - volume).abs() < 1e-6, "{what}: {} {notes:?}", mesh.volume());
        assert_eq!(mesh.open_edges(), open, "{what}: {notes:?}");
        assert_eq!(notes.is_empty(), words.is_empty(), "{what}: {notes:?}");
        for word in words {
            assert!(notes.concat().contains(word), "{what}: no \"{word}\" in {notes:?}");
        }
    }
}

#[test]
fn stl_is_read_as_programs_write_it() {
    let text = |start, normal, end| solid(start, normal, end, 0.0).into_bytes();
    let plain = || text("solid cube", "0 0 1", "endsolid cube\n");
    let whole = (12, 1.0, 0);
    let all = facets();
    let one_line = String::from_utf8(plain()).unwrap().replace('\n', " ");
    let utf16: Vec<u8> =
        [b"\xff\xfe".to_vec(), plain().iter().flat_map(|b| [*b, 0]).collect()].concat();
    check(vec![
        ("plain", "a.stl", plain(), whole, &[]),
        ("a name of words", "a.stl", text("solid vertex loop", "0 0 1", "endsolid"), whole, &[]),
        ("a mark", "a.stl", [b"\xef\xbb\xbf".to_vec(), plain()].concat(), whole, &[]),
        ("capitals", "a.stl", plain().to_ascii_uppercase(), whole, &[]),
        ("old Mac", "a.stl", one_line.replace("  ", " \r").into_bytes(), whole, &[]),
        ("one line", "a.stl", one_line.into_bytes(), whole, &[]),
        ("binary", "a.stl", binary(b"", 12, &all), whole, &[]),
        ("more behind", "a.stl", [binary(b"solid", 12, &all), vec![0; 9]].concat(), whole, &[]),
        (
            "counted too few",
            "a.stl",
            binary(b"", 12, &[&all[..], &all[..1]].concat()),
            whole,
            &["promises 12 facets; 1 more"],
        ),
        ("not counted", "a.stl", binary(b"solid", 0, &all), whole, &["promises 0 facets"]),
    ]);
    for (what, bytes, says) in [
        ("cut short", plain()[..600].to_vec(), "line "),
        ("cut within a facet", plain()[..plain().len() - 60].to_vec(), "ends within a facet"),
        ("cut binary", binary(b"", 12, &all)[..300].to_vec(), "promises 12 facets, and 4 follow"),
        (
            "two numbers",
            b"solid\nfacet normal 0 0 1\nvertex 1 2\n".to_vec(),
            "line 3: a vertex needs three",
        ),
        (
            "a word",
            b"solid\nfacet normal 0 0 1\nvertex 1 2 x\n".to_vec(),
            "line 3: \"x\" is no number",
        ),
        ("UTF-16", utf16, "holds no facet"),
    ] {
        let error = parse(Path::new("a.stl"), &bytes).map(|_| ()).expect_err(what);
        let cause = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
        assert!(cause.contains(says) || what == "UTF-16", "{what}: {cause}");
    }
}

#[test]
fn obj_is_read_as_programs_write_it() {
    let marked = |text: &str| [b"\xef\xbb\xbf", text.as_bytes()].concat();
    let negative = unit().replace("f 1 3 4 2", "f -8 -6 -5 -7");
    let textured = unit().replace("f 1 3 4 2", "f 1/1 3/2/7 4//3 2/ # below");
    // A cube's top as an L: a corner cut out of it, down to the bottom.
    let prism: String = {
        let rim = [(0, 0), (2, 0), (2, 1), (1, 1), (1, 2), (0, 2)];
        let places = [0, 1].map(|z| rim.map(|(x, y)| format!("v {x} {y} {z}\n")).concat()).concat();
        let sides: String = (0..6)
            .map(|i| [i, (i + 1) % 6])
            .map(|[i, j]| format!("f {} {} {} {}\n", i + 1, j + 1, j + 7, i + 7))
            .collect();
        // Begun at a corner that does not see all others.
        places + &sides + "f 11 12 7 8 9 10\nf 4 3 2 1 6 5\n"
    };
    let whole = (12, 1.0, 0);
    check(vec![
        ("plain", "a.obj", unit().into_bytes(), whole, &[]),
        ("lines and points", "a.obj", (unit() + "l 1 2 8\np 1 2 3\n").into_bytes(), whole, &[]),
        ("unused at no place", "a.obj", (unit() + "v nan nan nan\n").into_bytes(), whole, &[]),
        ("counted back", "a.obj", negative.into_bytes(), whole, &[]),
        ("textures", "a.obj", textured.into_bytes(), whole, &[]),
        ("Windows", "a.obj", unit().replace('\n', "\r\n").into_bytes(), whole, &[]),
        ("old Mac", "a.obj", unit().replace('\n', "\r").into_bytes(), whole, &[]),
        ("colours", "a.obj", unit().replace("v 0 0 0", "v 0 0 0 .5 1 0").into_bytes(), whole, &[]),
        ("a face of two", "a.obj", (unit() + "f 1 2\n").into_bytes(), whole, &["no area"]),
        ("a hollow corner", "a.obj", prism.into_bytes(), (20, 3.0, 0), &[]),
    ]);
    let mesh = parse(Path::new("a.obj"), &marked(&(unit() + "v 10 0 0\n"))).unwrap().mesh;
    assert_eq!(mesh.extent(), 1.0);
    for (row, says) in [
        ("f 1 2 9", "line 15 names vertex 9, and there are 8, counted from 1"),
        ("f 1 2 0", "line 15: a face names vertex 0"),
        ("f 1 2 -9", "line 15: a face names vertex -9, and there are 8 before it"),
        ("f 1 2 x", "line 15: \"x\" is no number"),
        ("v 1,5 2 3", "line 15: \"1,5\" is no number"),
        ("v 1 2", "line 15: a vertex needs three numbers"),
    ] {
        let error = parse(Path::new("a.obj"), (unit() + row).as_bytes()).expect_err(row);
        let cause = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
        assert!(format!("{error}: {cause}").contains(says), "{row}: {error}: {cause}");
    }
}

#[test]
fn ply_is_read_as_programs_write_it() {
    let whole = (12, 1.0, 0);
    let mut rows: Vec<Readable> = vec![
        ("text", "a.ply", ply_text("").into_bytes(), whole, &[]),
        ("Windows", "a.ply", ply_text("\n").replace('\n', "\r\n").into_bytes(), whole, &[]),
        ("old Mac", "a.ply", ply_text("").replace('\n', "\r").into_bytes(), whole, &[]),
        ("two bytes of it", "a.ply", ply(true, "float", "uint", "\r\n"), whole, &[]),
        ("more behind", "a.ply", [ply(true, "float", "int", ""), vec![1; 3]].concat(), whole, &[]),
    ];
    let kinds = [
        ("char", "int8"),
        ("uchar", "uint8"),
        ("short", "int16"),
        ("ushort", "uint16"),
        ("int", "int32"),
        ("uint", "uint32"),
        ("float32", "short"),
        ("float64", "char"),
    ];
    for (kind, index) in kinds {
        for big in [false, true] {
            rows.push((kind, "a.ply", ply(big, kind, index, ""), whole, &[]));
        }
    }
    check(rows);
    let header = ply_header("ascii", "float", "int");
    for (what, text, says) in [
        (
            "cut short",
            ply_text("")[..ply_text("").len() - 30].to_owned(),
            "of 6: the file ends here",
        ),
        ("a word", ply_text("").replace("1 1 1 255", "1 1 a 255"), "line 21: vertex 8 of 8: \"a\""),
        ("a kind", header.replace("float x", "half x"), "line 5: \"half\" is no kind of number"),
        ("no end", header[..50].to_owned(), "header"),
        ("no list", ply_text("").replace("vertex_index", "colours"), "no list"),
        ("no z", header.replace("float z", "float w"), "no x, y and z"),
        ("no format", header.replace("ascii", "utf8"), "line 2: \"utf8\""),
    ] {
        let error = parse(Path::new("a.ply"), text.as_bytes()).expect_err(what);
        let cause = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
        assert!(cause.contains(says), "{what}: {error}: {cause}");
    }
    let index = ply_text("").replace("4 0 4 6 2", "4 0 4 6 8");
    let error = parse(Path::new("a.ply"), index.as_bytes()).unwrap_err().to_string();
    assert!(error.contains("face 5 names vertex 8, and there are 8, counted from 0"), "{error}");
}

/// Every cut of a file is read or refused.
#[test]
fn no_bytes_make_a_reader_panic() {
    let all = facets();
    let files = [
        ("a.stl", solid("solid a", "0 0 1", "endsolid", 0.0).into_bytes()),
        ("a.stl", binary(b"solid", 12, &all)),
        ("a.obj", unit().into_bytes()),
        ("a.ply", ply_text("\n").into_bytes()),
        ("a.ply", ply(true, "float", "int", "\n")),
        ("a.ply", strips().into_bytes()),
    ];
    for (name, bytes) in files {
        for i in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[i] ^= 0x55;
            for bytes in [&bytes[..i], &damaged] {
                let _ = parse(Path::new(name), bytes);
            }
        }
    }
    let counts = ply_text("").replace("vertex 8", "vertex 4000000000000");
    assert!(parse(Path::new("a.ply"), counts.as_bytes()).is_err());
}

#[test]
fn every_part_faces_outward() {
    let hollow = [UNIT, [[0.25; 3], [0.75; 3]]];
    let turned = unit().replace("f 1 3 4 2", "f 2 4 3 1");
    let touching = [UNIT, [[1.0, 0.0, 0.0], [2.0, 1.0, 1.0]]];
    let core = [UNIT, [[0.25; 3], [0.75; 3]], [[0.4; 3], [0.6; 3]]];
    let faced: &[&str] = &["faced inward"];
    let lay: &[&str] = &["lay on others"];
    let row = |what, text: String, is, words| (what, "a.obj", text.into_bytes(), is, words);
    check(vec![
        row("a box twice", boxes(&[UNIT, UNIT], 0), (12, 1.0, 0), lay),
        row("two boxes, the first", boxes(&[UNIT, BESIDE], 0b01), (24, 2.0, 0), faced),
        row("all inside out", boxes(&[UNIT], 1), (12, 1.0, 0), faced),
        row("one face turned", turned, (12, 1.0, 0), &["2 of the triangles faced"]),
        row("a hollow", boxes(&hollow, 0b10), (24, 1.0 - 0.125, 0), &[]),
        row("a hollow, all inside out", boxes(&hollow, 0b01), (24, 1.0 - 0.125, 0), faced),
        row("a body in a hollow", boxes(&core, 0b010), (36, 0.875 + 0.008, 0), &[]),
        row("and all inside out", boxes(&core, 0b101), (36, 0.875 + 0.008, 0), faced),
        row("a wall between", boxes(&touching, 0), (20, 2.0, 0), lay),
        row("a wall, one inside out", boxes(&touching, 0b10), (20, 2.0, 0), lay),
    ]);
    for (text, inside) in
        [(boxes(&[UNIT, BESIDE], 0b10), [true, true]), (boxes(&[UNIT, UNIT], 0b10), [true, false])]
    {
        let field = Field::new(&parse(Path::new("a.obj"), text.as_bytes()).unwrap().mesh);
        assert_eq!([[0.5; 3], [2.5, 0.5, 0.5]].map(|p| field.is_inside(p)), inside);
    }
    // Two open boxes that stand apart, one of them inside out.
    let open =
        boxes(&[UNIT, BESIDE], 0b10).replace("f 1 3 4 2\n", "").replace("f 10 12 11 9\n", "");
    let loaded = parse(Path::new("a.obj"), open.as_bytes()).unwrap();
    assert!(loaded.notes.concat().contains("is open"), "{:?}", loaded.notes);
    let field = Field::new(&loaded.mesh);
    assert!(field.is_inside([0.5; 3]) && field.is_inside([2.5, 0.5, 0.5]), "{:?}", loaded.notes);
}

#[test]
fn a_place_far_away_is_as_exact_as_before() {
    let Loaded { mesh, notes } =
        parse(Path::new("a.obj"), ball(100.0, FAR, 24).as_bytes()).unwrap();
    assert!(notes.is_empty(), "{notes:?}");
    // The file's numbers say where the cube lies, to the last bit.
    let placed = mesh.placed();
    let stored = header(&placed);
    assert_eq!(Placed::of_file(stored.origin, stored.side), placed);
    let inside = mesh.in_cube(&placed);
    assert!(inside.vertices.iter().flatten().all(|x| x.abs() < 1.01), "{placed:?}");
    let furthest = |other: &Mesh| {
        let pairs = mesh.vertices.iter().flatten().zip(other.vertices.iter().flatten());
        pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f64::max) / mesh.extent()
    };
    assert!(furthest(&inside.out_of_cube(&placed)) < 1e-9);
    for (name, format, most) in
        [("a.obj", MeshFormat::Obj, 1e-12), ("a.ply", MeshFormat::Ply, 1e-12)]
    {
        let bytes = mesh_bytes(&mesh, format).unwrap();
        let Loaded { mesh: back, notes } = parse(Path::new(name), &bytes).unwrap();
        assert!(furthest(&back) < most && notes.is_empty(), "{name}: {notes:?}");
    }
    // STL has no more than 32 bits.
    let stl = mesh_bytes(&mesh, MeshFormat::Stl).unwrap();
    let notes = parse(Path::new("a.stl"), &stl).unwrap().notes;
    assert!(notes.concat().contains("lie 0.5 apart, 2.5e-3 of its size"), "{notes:?}");
    // Too far for its size; and where it is needed, no more digits than that.
    let error = parse(Path::new("a.obj"), ball(0.1, FAR, 8).as_bytes()).unwrap_err().to_string();
    assert!(error.contains("32-bit floats") && error.contains("move it"), "{error}");
    let near = parse(Path::new("a.obj"), ball(100.0, [0.1; 3], 24).as_bytes()).unwrap().mesh;
    for (mesh, kind) in [(&near, "property float x"), (&mesh, "property double x")] {
        let ply = mesh_bytes(mesh, MeshFormat::Ply).unwrap();
        assert!(String::from_utf8_lossy(&ply[..200]).contains(kind), "no {kind}");
    }
}

/// A glTF file says the same triangles in the same place, however far away, and normals that
/// point outward.
#[test]
fn a_gltf_file_is_where_the_mesh_is() {
    for (centre, moved) in [([1.0, 2.0, 3.0], false), (FAR, true)] {
        let mesh = parse(Path::new("a.obj"), ball(100.0, centre, 24).as_bytes()).unwrap().mesh;
        let file = Gltf::from_slice(&mesh_bytes(&mesh, MeshFormat::Glb).unwrap()).unwrap();
        let node = file.default_scene().unwrap().nodes().next().unwrap();
        let primitive = node.mesh().unwrap().primitives().next().unwrap();
        let bytes = |accessor: &Accessor<'_>| {
            let view = accessor.view().unwrap();
            let size = accessor.size() * accessor.count();
            assert_eq!((accessor.offset(), view.length()), (0, size));
            file.blob.as_ref().unwrap()[view.offset()..][..size].to_vec()
        };
        let vectors = |semantic: Semantic| -> Vec<[f32; 3]> {
            let accessor = primitive.get(&semantic).unwrap();
            let (kind, of) = (accessor.data_type(), accessor.dimensions());
            assert_eq!((kind, of), (DataType::F32, Dimensions::Vec3));
            let bytes = bytes(&accessor);
            let numbers: Vec<f32> =
                bytes.as_chunks().0.iter().map(|&x| f32::from_le_bytes(x)).collect();
            numbers.as_chunks().0.to_vec()
        };
        let (places, normals) = (vectors(Semantic::Positions), vectors(Semantic::Normals));
        let indices = primitive.indices().unwrap();
        let read: Vec<u32> =
            bytes(&indices).as_chunks().0.iter().map(|&i| u32::from_le_bytes(i)).collect();
        assert_eq!(read.as_chunks().0, mesh.triangles);
        let (at, _, scale) = node.transform().decomposed();
        assert_eq!((at != [0.0; 3], scale), (moved, [1.0; 3]));
        let limits = primitive.bounding_box();
        for axis in 0..3 {
            let all = || places.iter().map(|place| place[axis]);
            assert_eq!(limits.min[axis], all().fold(f32::INFINITY, f32::min));
            assert_eq!(limits.max[axis], all().fold(f32::NEG_INFINITY, f32::max));
        }
        assert_eq!((places.len(), normals.len()), (mesh.vertices.len(), mesh.vertices.len()));
        for ((place, normal), vertex) in places.iter().zip(normals).zip(&mesh.vertices) {
            for axis in 0..3 {
                let read = f64::from(place[axis]) + f64::from(at[axis]);
                assert!((read - vertex[axis]).abs() < 2e-5, "{read} of {}", vertex[axis]);
                let outward = (vertex[axis] - centre[axis]) / 100.0;
                assert!((f64::from(normal[axis]) - outward).abs() < 0.1, "{normal:?}");
            }
        }
    }
    let empty = mesh_bytes(&Mesh::default(), MeshFormat::Glb).unwrap();
    assert_eq!(Gltf::from_slice(&empty).unwrap().meshes().count(), 0);
    let read = parse(Path::new("a.glb"), &empty).unwrap_err().to_string();
    assert!(read.contains("none of OBJ, PLY and STL"), "{read}");
}

#[test]
fn overlap_is_the_same_on_a_grid_of_what_counts() {
    let mesh = parse(Path::new("a.obj"), ball(3.0, [1.0, 2.0, 3.0], 12).as_bytes()).unwrap().mesh;
    let field = Field::new(&mesh.in_cube(&mesh.placed()));
    let (all, near) = (field.grid(48), field.grid_within((48, DOMAIN), TRIMAP[0]));
    let mut other = all.clone();
    other.values.iter_mut().for_each(|d| *d += 0.02);
    assert_eq!(overlap(&other, &all), overlap(&other, &near));
    let iou = overlap(&other, &near).iou;
    assert!((iou - 0.98f64.powi(3)).abs() < 0.02, "{iou}");
    assert_eq!(Samples::draw(&field, 500, 1), Samples::draw(&field, 500, 1));
}
