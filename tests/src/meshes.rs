//! Which meshes are read, as other programs write them?

use std::{f64::consts::TAU, fmt::Write};

type Vec3 = [f64; 3];

/// Corners of a cube's faces, counter-clockwise from outside; bit `d` of a
/// corner says that it is the upper one along axis `d`.
const QUADS: [[usize; 4]; 6] =
    [[0, 2, 3, 1], [4, 5, 7, 6], [0, 1, 5, 4], [2, 6, 7, 3], [0, 4, 6, 2], [1, 3, 7, 5]];

/// A box's corners.
#[must_use]
pub fn corners([low, high]: [Vec3; 2]) -> [Vec3; 8] {
    std::array::from_fn(|c| [0, 1, 2].map(|d| if c >> d & 1 == 1 { high[d] } else { low[d] }))
}

/// Boxes as an OBJ file; those whose bit is set are inside out.
#[must_use]
pub fn boxes(boxes: &[[Vec3; 2]], inverted: u32) -> String {
    let mut text = String::new();
    for [x, y, z] in boxes.iter().copied().flat_map(corners) {
        writeln!(text, "v {x} {y} {z}").unwrap();
    }
    for i in 0..boxes.len() {
        for mut quad in QUADS {
            if inverted >> i & 1 == 1 {
                quad.reverse();
            }
            let [a, b, c, d] = quad.map(|corner| 8 * i + corner + 1);
            writeln!(text, "f {a} {b} {c} {d}").unwrap();
        }
    }
    text
}

pub const UNIT: [Vec3; 2] = [[0.0; 3], [1.0; 3]];
pub const BESIDE: [Vec3; 2] = [[2.0, 0.0, 0.0], [3.0, 1.0, 1.0]];

#[must_use]
pub fn unit() -> String {
    boxes(&[UNIT], 0)
}

/// The unit cube's twelve triangles.
#[must_use]
pub fn facets() -> Vec<[Vec3; 3]> {
    let places = corners(UNIT);
    let halves = |[a, b, c, d]: [usize; 4]| [[a, b, c], [a, c, d]];
    QUADS.into_iter().flat_map(halves).map(|t| t.map(|c| places[c])).collect()
}

/// A solid of text, whose normals are these words.
#[must_use]
pub fn solid(start: &str, normal: &str, end: &str, at: f64) -> String {
    let mut text = format!("{start}\n");
    for facet in facets() {
        writeln!(text, "  facet normal {normal}\n    outer loop").unwrap();
        for [x, y, z] in facet {
            writeln!(text, "      vertex {:.6e} {y} {z}", x + at).unwrap();
        }
        text += "    endloop\n  endfacet\n";
    }
    text + end
}

/// A binary STL file of some of the facets, with any number in its header.
#[must_use]
pub fn binary(head: &[u8], said: u32, facets: &[[Vec3; 3]]) -> Vec<u8> {
    let mut bytes = vec![b' '; 80];
    bytes[..head.len()].copy_from_slice(head);
    bytes.extend(said.to_le_bytes());
    for facet in facets {
        bytes.extend([f32::NAN; 3].iter().flat_map(|x| x.to_le_bytes()));
        bytes.extend(facet.iter().flatten().flat_map(|x| (*x as f32).to_le_bytes()));
        bytes.extend([7; 2]);
    }
    bytes
}

/// What stands before the numbers of a PLY file of the unit cube.
#[must_use]
pub fn ply_header(format: &str, number: &str, index: &str) -> String {
    format!(
        "ply\nformat {format} 1.0\ncomment by nobody\nelement vertex 8\nproperty {number} x\n\
         property {number} y\nproperty {number} z\nproperty uchar red\nelement face 6\nproperty \
         list uchar {index} vertex_index\nelement edge 1\nproperty int vertex1\nend_header\n"
    )
}

/// A number as one of PLY's kinds.
#[must_use]
pub fn number(kind: &str, x: f64, big: bool) -> Vec<u8> {
    let mut bytes = match kind {
        "char" | "int8" => (x as i8).to_le_bytes().to_vec(),
        "uchar" | "uint8" => (x as u8).to_le_bytes().to_vec(),
        "short" | "int16" => (x as i16).to_le_bytes().to_vec(),
        "ushort" | "uint16" => (x as u16).to_le_bytes().to_vec(),
        "int" | "int32" => (x as i32).to_le_bytes().to_vec(),
        "uint" | "uint32" => (x as u32).to_le_bytes().to_vec(),
        "float" | "float32" => (x as f32).to_le_bytes().to_vec(),
        _ => x.to_le_bytes().to_vec(),
    };
    if big {
        bytes.reverse();
    }
    bytes
}

/// The unit cube as a binary PLY file, with these bytes behind the header.
#[must_use]
pub fn ply(big: bool, kind: &str, index: &str, blank: &str) -> Vec<u8> {
    let format = if big { "binary_big_endian" } else { "binary_little_endian" };
    let mut bytes = (ply_header(format, kind, index) + blank).into_bytes();
    for place in corners(UNIT) {
        place.iter().for_each(|x| bytes.extend(number(kind, *x, big)));
        bytes.push(9);
    }
    for quad in QUADS {
        bytes.push(4);
        quad.iter().for_each(|&i| bytes.extend(number(index, i as f64, big)));
    }
    bytes.extend(number("int", 3.0, big));
    bytes
}

/// The unit cube as a PLY file of text with lines between its parts.
#[must_use]
pub fn ply_text(blank: &str) -> String {
    let mut text = ply_header("ascii", "double", "int") + blank;
    corners(UNIT).iter().for_each(|[x, y, z]| writeln!(text, "{x} {y} {z} 255").unwrap());
    QUADS.iter().for_each(|[a, b, c, d]| writeln!(text, "4 {a} {b} {c} {d} ").unwrap());
    text + "3\n"
}

/// The unit cube as strips of triangles, each of two faces or one.
#[must_use]
pub fn strips() -> String {
    let header = ply_header("ascii", "float", "int");
    let header = header[..header.find("element face").unwrap()].to_owned()
        + "element tristrips 1\nproperty list int int vertex_indices\nend_header\n";
    let places: String = corners(UNIT).iter().map(|[x, y, z]| format!("{x} {y} {z} 0\n")).collect();
    // Around the cube; then below and above, whose first triangles only lead on.
    header + &places + "21 4 0 5 1 7 3 6 2 4 0 -1 0 0 1 2 3 -1 4 5 6 7\n"
}

/// A ball of triangles as OBJ text.
#[must_use]
pub fn ball(radius: f64, [x, y, z]: Vec3, rings: usize) -> String {
    let columns = 2 * rings;
    let mut text = String::new();
    for ring in 0..=rings {
        for column in 0..columns {
            let (a, b) =
                (TAU * ring as f64 / rings as f64 / 2.0, TAU * column as f64 / columns as f64);
            let [u, v, w] = [a.sin() * b.cos(), a.sin() * b.sin(), a.cos()];
            writeln!(text, "v {} {} {}", x + radius * u, y + radius * v, z + radius * w).unwrap();
        }
    }
    for ring in 0..rings {
        for column in 0..columns {
            let at = |ring: usize, column: usize| 1 + ring * columns + column % columns;
            let [a, b] = [at(ring, column), at(ring, column + 1)];
            let [c, d] = [at(ring + 1, column + 1), at(ring + 1, column)];
            if ring > 0 {
                writeln!(text, "f {a} {d} {b}").unwrap();
            }
            if ring < rings - 1 {
                writeln!(text, "f {b} {d} {c}").unwrap();
            }
        }
    }
    text
}

pub const FAR: Vec3 = [512_345.678_9, 5_412_345.678_9, 432.1];

/// A ring around the y axis as OBJ text: radii 30 and 12, its middle at (100, -7, 2).
///
/// # Panics
/// Never.
#[must_use]
pub fn ring(columns: usize, rows: usize) -> String {
    let mut text = String::from("# a ring\n");
    for i in 0..columns {
        for j in 0..rows {
            let (a, b) = (TAU * i as f64 / columns as f64, TAU * j as f64 / rows as f64);
            let out = 30.0 + 12.0 * b.cos();
            let [x, y, z] = [100.0 + out * a.cos(), 12.0 * b.sin() - 7.0, 2.0 - out * a.sin()];
            writeln!(text, "v {x} {y} {z}").unwrap();
        }
    }
    let corner = |i: usize, j: usize| 1 + i % columns * rows + j % rows;
    for i in 0..columns {
        for j in 0..rows {
            let face = [(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1)].map(|(i, j)| corner(i, j));
            writeln!(text, "f {} {} {} {}", face[0], face[1], face[2], face[3]).unwrap();
        }
    }
    text
}
