//! How does a mesh become a file?

use super::{
    Mesh,
    vector::{area_normal, unit},
};
use crate::io::MeshFormat;
use std::io::{self, Write};

const COLOUR: &str = "property uchar red\nproperty uchar green\nproperty uchar blue\n";

/// The mesh as a file; coordinates are rounded to single precision.
///
/// # Errors
/// Of more than 2^32 triangles; nothing else fails in memory.
pub fn mesh_bytes(mesh: &Mesh, format: MeshFormat) -> io::Result<Vec<u8>> {
    let mut out = Vec::new();
    match format {
        MeshFormat::Obj => obj(mesh, &mut out)?,
        MeshFormat::Ply => ply(mesh, None, &mut out)?,
        MeshFormat::Stl => {
            let triangle = |t| {
                let corners = mesh.corners(t);
                let single = |v: super::Vec3| v.map(|x| x as f32);
                stl_io::Triangle {
                    normal: stl_io::Normal::new(single(unit(area_normal(corners)))),
                    vertices: corners.map(|v| stl_io::Vertex::new(single(v))),
                }
            };
            let triangles: Vec<_> = (0..mesh.triangles.len()).map(triangle).collect();
            stl_io::write_stl(&mut out, triangles.iter()).map_err(io::Error::other)?;
        }
    }
    Ok(out)
}

/// The mesh as a binary PLY file with a colour, red, green and blue, for each
/// vertex.
///
/// # Errors
/// Likewise.
///
/// # Panics
/// If there are not as many colours as vertices.
pub fn coloured_ply(mesh: &Mesh, colours: &[[u8; 3]]) -> io::Result<Vec<u8>> {
    assert_eq!(mesh.vertices.len(), colours.len(), "a colour for each vertex");
    let mut out = Vec::new();
    ply(mesh, Some(colours), &mut out)?;
    Ok(out)
}

fn obj(mesh: &Mesh, out: &mut Vec<u8>) -> io::Result<()> {
    for [x, y, z] in mesh.vertices.iter().map(|v| v.map(|x| x as f32)) {
        writeln!(out, "v {x} {y} {z}")?;
    }
    for [a, b, c] in &mesh.triangles {
        writeln!(out, "f {} {} {}", a + 1, b + 1, c + 1)?;
    }
    Ok(())
}

fn ply(mesh: &Mesh, colours: Option<&[[u8; 3]]>, out: &mut Vec<u8>) -> io::Result<()> {
    write!(
        out,
        "ply\nformat binary_little_endian 1.0\nelement vertex {}\nproperty float x\nproperty \
         float y\nproperty float z\n{}element face {}\nproperty list uchar int vertex_indices\n\
         end_header\n",
        mesh.vertices.len(),
        if colours.is_some() { COLOUR } else { "" },
        mesh.triangles.len()
    )?;
    for (i, vertex) in mesh.vertices.iter().enumerate() {
        for x in vertex {
            out.write_all(&(*x as f32).to_le_bytes())?;
        }
        out.write_all(colours.map_or(&[], |c| &c[i][..]))?;
    }
    for triangle in &mesh.triangles {
        out.push(3);
        for index in triangle {
            out.write_all(&index.to_le_bytes())?;
        }
    }
    Ok(())
}
