//! How does a mesh become a file?

use super::{
    Mesh,
    vector::{area_normal, unit},
};
use std::io::{self, Write};

/// A format of meshes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Wavefront's, text.
    Obj,
    /// Stanford's, binary.
    Ply,
    /// Of 3D printing, binary.
    Stl,
}

/// The mesh as a file; coordinates are rounded to single precision.
///
/// # Errors
/// Of more than 2^32 triangles; nothing else fails in memory.
pub fn mesh_bytes(mesh: &Mesh, format: Format) -> io::Result<Vec<u8>> {
    let mut out = Vec::new();
    match format {
        Format::Obj => obj(mesh, &mut out)?,
        Format::Ply => ply(mesh, &mut out)?,
        Format::Stl => {
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

fn obj(mesh: &Mesh, out: &mut Vec<u8>) -> io::Result<()> {
    for [x, y, z] in mesh.vertices.iter().map(|v| v.map(|x| x as f32)) {
        writeln!(out, "v {x} {y} {z}")?;
    }
    for [a, b, c] in &mesh.triangles {
        writeln!(out, "f {} {} {}", a + 1, b + 1, c + 1)?;
    }
    Ok(())
}

fn ply(mesh: &Mesh, out: &mut Vec<u8>) -> io::Result<()> {
    write!(
        out,
        "ply\nformat binary_little_endian 1.0\nelement vertex {}\nproperty float x\nproperty \
         float y\nproperty float z\nelement face {}\nproperty list uchar int vertex_indices\n\
         end_header\n",
        mesh.vertices.len(),
        mesh.triangles.len()
    )?;
    for x in mesh.vertices.iter().flatten() {
        out.write_all(&(*x as f32).to_le_bytes())?;
    }
    for triangle in &mesh.triangles {
        out.push(3);
        for index in triangle {
            out.write_all(&index.to_le_bytes())?;
        }
    }
    Ok(())
}
