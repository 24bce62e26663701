//! Meshes in, M1 to M9. What is read is compared with files of some network: no fit is
//! waited for.

use crate::{Must, Row, check, holds, json, quiet, row, says, that};
use ne_train::shape::{Field, Loaded, header, parse};
use nex_tests::{
    forge,
    meshes::{BESIDE, FAR, UNIT, ball, binary, boxes, facets, ply, ply_text, solid, strips, unit},
};
use std::path::Path;

/// A file whose cube is that of what is read.
fn stored(name: &str, bytes: &[u8]) -> Vec<u8> {
    // Of what is not read, the row says so.
    parse(Path::new(name), bytes).map_or_else(
        |_| Vec::new(),
        |loaded| {
            let header = header(&loaded.mesh.placed());
            forge::shape_at(header.cells, header.origin, header.side)
        },
    )
}

/// What the reader makes of a file: triangles, volume, open edges.
fn reads(name: &'static str, triangles: usize, volume: f64, open: usize) -> Must {
    that(move |ran| {
        let Loaded { mesh, .. } =
            parse(Path::new(name), &ran.file(name)?).map_err(|e| format!("{name}: {e}"))?;
        let found = (mesh.triangles.len(), mesh.volume(), mesh.open_edges());
        let is_so = found.0 == triangles && (found.1 - volume).abs() < 1e-6 && found.2 == open;
        holds(is_so, || format!("{found:?} for {:?}", (triangles, volume, open)))
    })
}

/// A mesh that must be read: of so many triangles, closed, with such a volume.
fn mesh(name: &str, file: &'static str, bytes: &[u8], is: (usize, f64), says: Must) -> Row {
    let count = is.0 as f64;
    row(name, &[(file, bytes), ("o.nex", &stored(file, bytes))]).run(
        format!("check o.nex {file} --json"),
        0,
        [json("/triangles", count..=count), reads(file, is.0, is.1, 0), says],
    )
}

#[test]
fn meshes_are_read_as_programs_write_them() {
    let text = |start, normal, end| solid(start, normal, end, 0.0);
    let three = [0.0, 2.0, 4.0].map(|at| solid("solid a", "0 0 0", "endsolid a\n", at)).concat();
    let latin = text("solid W\u{fc}rfel", "0 0 1", "endsolid W\u{fc}rfel");
    let latin: Vec<u8> = latin.replacen('\n', "\r\n", 1).chars().map(|c| c as u8).collect();
    let ten = binary(b"solid from a program", 10, &facets()[..10]);
    let unused = unit().replacen("v 0 0 0\n", "", 1) + "v 10 0 0\n";
    let unused = ["\u{feff}v 0 0 0\n", &unused].concat();
    // A comment that ends like a line that goes on.
    let commented = [b"# W\xfcrfel, C:\\\no W\xfcrfel\n", unit().as_bytes()].concat();
    let wrapped = unit().replace("f 1 3 ", "f 1 \\\n  3 \\\r\n").replace("v 1 1 1", "v 1 1\\\n 1");
    let cube = (12, 1.0);
    let stl = |name, bytes: &[u8]| mesh(name, "in.stl", bytes, cube, quiet());
    let obj = |name, bytes: &[u8]| mesh(name, "in.obj", bytes, cube, quiet());
    let ply_row = |name, bytes: &[u8]| mesh(name, "in.ply", bytes, cube, quiet());
    let mut rows = vec![
        // assimp 604, numpy-stl 64.
        mesh("M1 three solids", "in.stl", three.as_bytes(), (36, 3.0), quiet()),
        obj("M3 an edge beside the faces", (unit() + "l 1 2 8\n").as_bytes()),
        // fstl 33, numpy-stl 206, openscad 1225.
        stl("M4 no name", text("solid", "0 0 1", "endsolid").as_bytes()),
        stl("M4 end solid", text("solid a", "0 0 1", "end solid a").as_bytes()),
        stl(
            "M4 normals of no number",
            text("solid a", "nan -nan(ind) 1.#QNAN", "endsolid").as_bytes(),
        ),
        stl("M4 a Latin-1 name", &latin),
        stl("M4 no endsolid", text("solid a", "0 0 1", "").as_bytes()),
        obj("M5 a byte-order mark, a vertex unused", unused.as_bytes()),
        obj("M5 a Latin-1 comment", &commented),
        // trimesh 1103.
        obj("M5 lines that go on", wrapped.as_bytes()),
        // assimp 6296, happly 45.
        ply_row("M7 strips of triangles", strips().as_bytes()),
        ply_row("M7 a blank line", ply_text("\n").as_bytes()),
        ply_row("M7 a blank line, binary", &ply(false, "double", "int", "\n")),
    ];
    // meshio 530: its two missing facets leave a hole.
    rows.push(
        row("M4 binary, begun as text", &[("in.stl", &ten), ("o.nex", &stored("a.stl", &ten))])
            .run(
                "check o.nex in.stl",
                0,
                [says("the mesh is open"), reads("in.stl", 10, 2.0 / 3.0, 4)],
            ),
    );
    check(rows);
}

#[test]
fn what_is_inside_is_found_or_refused() {
    // libigl 644.
    let twins = boxes(&[UNIT, UNIT], 0b10);
    let turned = boxes(&[UNIT, BESIDE], 0b10);
    let sheet = "v 0 0 0\nv 1 0 0\nv 1 1 0\nv 0 1 0\nf 1 2 3 4\n";
    let both = sheet.to_owned() + "f 4 3 2 1\n";
    let thin = boxes(&[[[0.0; 3], [100.0, 100.0, 0.5]]], 0);
    let nothing = |name: &str, text: &str| {
        row(name, &[("in.obj", text.as_bytes()), ("o.nex", &stored("in.obj", text.as_bytes()))])
            .run("check o.nex in.obj", 1, [says("nothing is inside"), says("close the mesh")])
    };
    let filled = that(|ran| {
        let field = Field::new(&parse(Path::new("a.obj"), &ran.file("in.obj")?).unwrap().mesh);
        let inside = [[0.5; 3], [2.5, 0.5, 0.5]].map(|point| field.is_inside(point));
        holds(inside == [true; 2], || format!("{inside:?}"))
    });
    check(vec![
        mesh(
            "M2 a box and its reversed copy",
            "in.obj",
            twins.as_bytes(),
            (12, 1.0),
            says("12 of the triangles lay on others"),
        ),
        mesh(
            "M2 two boxes, one inside out",
            "in.obj",
            turned.as_bytes(),
            (24, 2.0),
            says("faced inward"),
        )
        .run("check o.nex in.obj", 0, [filled]),
        nothing("M2 a sheet", sheet),
        row(
            "M2 a sheet of both sides",
            &[("in.obj", both.as_bytes()), ("o.nex", &stored("in.obj", sheet.as_bytes()))],
        )
        .run("check o.nex in.obj", 1, [says("nothing is inside")]),
        mesh(
            "M9 a thin box",
            "in.obj",
            thin.as_bytes(),
            (12, 5_000.0),
            says("thick in the mean, and the grid"),
        ),
    ]);
}

/// Few vertices lie on a raster of half a unit.
fn fine(name: &'static str) -> Must {
    that(move |ran| {
        let mesh = parse(Path::new(name), &ran.file(name)?).map_err(|e| e.to_string())?.mesh;
        let on_raster = mesh.vertices.iter().filter(|v| (2.0 * v[1]).fract() == 0.0).count();
        holds(4 * on_raster < mesh.vertices.len(), || format!("{name}: {on_raster} on a raster"))
    })
}

#[test]
fn a_place_far_away_is_kept() {
    // Open3D 6525: 200 units at UTM's coordinates.
    let far = ball(100.0, FAR, 24);
    let small = ball(0.1, FAR, 8);
    check(vec![
        row(
            "M6 far away",
            &[("in.obj", far.as_bytes()), ("o.nex", &stored("in.obj", far.as_bytes()))],
        )
        .run("check o.nex in.obj", 0, [quiet()])
        .run("decode o.nex back.obj --resolution 24", 0, [fine("back.obj")])
        .run("decode o.nex back.ply --resolution 24", 0, [fine("back.ply")])
        .run("decode o.nex back.stl --resolution 24", 0, [says("0.5 units apart")]),
        row("M6 too far for its size", &[("in.obj", small.as_bytes())]).run(
            "export in.obj o.nex --steps 1",
            1,
            [says("32-bit floats"), says("move it")],
        ),
    ]);
}

#[cfg(all(unix, feature = "neural"))]
#[test]
fn comparing_takes_seconds() {
    // It took 22 of the processors' seconds; 7 now, of which 3 are the network's.
    let ball = ball(1.0, [0.0; 3], 100);
    let row = row("M8 one step", &[("in.obj", ball.as_bytes())]).within(
        14,
        "export in.obj o.nex --steps 1 --json",
        vec![json("/triangles", 39_600.0..=39_600.0), json("/iou", 0.0..=1.0)],
    );
    check(vec![row]);
}
