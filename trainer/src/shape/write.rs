//! How does a mesh become a file?

use super::{
    Mesh, gltf,
    vector::{area_normal, unit},
};
use crate::io::MeshFormat;
use std::io::{self, Write};

const COLOUR: &str = "property uchar red\nproperty uchar green\nproperty uchar blue\n";

/// The mesh as a file. Coordinates are of single precision where that tells
/// places apart, else OBJ and PLY have double, glTF a place of its own for
/// the mesh; STL knows no other.
///
/// # Errors
/// Of more than 2^32 triangles; nothing else fails in memory.
pub fn mesh_bytes(mesh: &Mesh, format: MeshFormat) -> io::Result<Vec<u8>> {
    let mut out = Vec::new();
    match format {
        MeshFormat::Obj => obj(mesh, &mut out)?,
        MeshFormat::Ply => ply(mesh, None, &mut out)?,
        MeshFormat::Stl => stl(mesh, &mut out)?,
        MeshFormat::Glb => return gltf::glb(mesh),
    }
    Ok(out)
}

impl Mesh {
    /// Whether single precision is coarser than a millionth of its size where
    /// the mesh lies.
    #[must_use]
    pub fn is_double(&self) -> bool {
        self.raster() > 1e-6 * self.extent()
    }
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
    let double = mesh.is_double();
    for &[x, y, z] in &mesh.vertices {
        if double {
            writeln!(out, "v {x} {y} {z}")?;
        } else {
            writeln!(out, "v {} {} {}", x as f32, y as f32, z as f32)?;
        }
    }
    for [a, b, c] in &mesh.triangles {
        writeln!(out, "f {} {} {}", a + 1, b + 1, c + 1)?;
    }
    Ok(())
}

fn stl(mesh: &Mesh, out: &mut Vec<u8>) -> io::Result<()> {
    let count = u32::try_from(mesh.triangles.len()).map_err(io::Error::other)?;
    out.extend([0; 80]);
    out.extend(count.to_le_bytes());
    for t in 0..mesh.triangles.len() {
        let corners = mesh.corners(t);
        let numbers = [unit(area_normal(corners))].into_iter().chain(corners).flatten();
        numbers.for_each(|x| out.extend((x as f32).to_le_bytes()));
        out.extend([0; 2]);
    }
    Ok(())
}

fn ply(mesh: &Mesh, colours: Option<&[[u8; 3]]>, out: &mut Vec<u8>) -> io::Result<()> {
    let double = mesh.is_double();
    let kind = if double { "double" } else { "float" };
    write!(
        out,
        "ply\nformat binary_little_endian 1.0\nelement vertex {}\nproperty {kind} x\nproperty \
         {kind} y\nproperty {kind} z\n{}element face {}\nproperty list uchar int vertex_indices\n\
         end_header\n",
        mesh.vertices.len(),
        if colours.is_some() { COLOUR } else { "" },
        mesh.triangles.len()
    )?;
    for (i, vertex) in mesh.vertices.iter().enumerate() {
        for x in vertex {
            if double {
                out.write_all(&x.to_le_bytes())?;
            } else {
                out.write_all(&(*x as f32).to_le_bytes())?;
            }
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
