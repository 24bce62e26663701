//! What mesh is in this file?

mod obj;
mod ply;
mod ply_header;
mod polygon;
mod raw;
mod stl;
mod text;

use super::{Mesh, ShapeError, vector::norm};
use crate::io::{Input, MeshFormat, sniff};
use raw::Raw;
use std::path::Path;

/// A mesh that was read, and what was changed on the way.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The mesh, in its own units.
    pub mesh: Mesh,
    /// What the user should know, each a sentence.
    pub notes: Vec<String>,
}

/// Reads an OBJ, PLY or STL file's bytes, text or binary. Faces of more than
/// three corners are cut into triangles; equal vertices are joined; triangles
/// without an area are left out, as is one of two that lie on each other;
/// what faces inward is turned.
///
/// # Errors
/// [`ShapeError`] by variant.
pub fn parse(path: &Path, bytes: &[u8]) -> Result<Loaded, ShapeError> {
    let unknown = || ShapeError::Unknown { path: path.into() };
    let Input::Mesh(format) = sniff(path, bytes) else { return Err(unknown()) };
    let raw = match format {
        MeshFormat::Obj => obj::read(bytes),
        MeshFormat::Ply => ply::read(bytes),
        MeshFormat::Stl => stl::read(bytes),
        MeshFormat::Glb => return Err(unknown()),
    };
    let damaged = |source| ShapeError::Damaged { path: path.into(), kind: format.name(), source };
    let mut raw = raw.map_err(damaged)?;
    let (vertices, single) = (raw.vertices.len(), raw.single);
    let mut notes = std::mem::take(&mut raw.notes);
    let mut mesh = raw.mesh(path)?;
    // So large or small that the areas of its triangles are infinite or 0.
    let lost = !mesh.triangles.is_empty() && mesh.extent() > 0.0 && !mesh.is_held();
    let lost = lost.then(|| too_far(path, &mesh));
    let flat = mesh.tidy();
    if mesh.triangles.is_empty() {
        return Err(lost.unwrap_or(ShapeError::NoFaces { path: path.into(), vertices }));
    }
    if flat > 0 {
        notes.push(format!("{flat} of the triangles have no area and were left out"));
    }
    notes.extend(mesh.repair());
    let open = mesh.open_edges();
    if open > 0 {
        notes.push(format!(
            "the mesh is open ({open} of its edges do not join two triangles): inside is where \
             its triangles enclose most of the view"
        ));
    }
    let extent = mesh.extent();
    if !mesh.is_held() {
        return Err(too_far(path, &mesh));
    }
    let raster = mesh.raster();
    if single && raster > 1e-4 * extent {
        notes.push(format!(
            "so far from the origin its numbers of 32 bits lie {raster} apart, {:.1e} of its \
             size; move the mesh to the origin before it is exported, or export it as OBJ",
            raster / extent
        ));
    }
    Ok(Loaded { mesh, notes })
}

/// Why no file's cube holds a mesh.
fn too_far(path: &Path, mesh: &Mesh) -> ShapeError {
    let (low, high) = mesh.bounds();
    let middle = [0, 1, 2].map(|d| (low[d] / 2.0 + high[d] / 2.0).abs());
    // Its length, of which the square may be infinite.
    let most = middle.into_iter().fold(f64::MIN_POSITIVE, f64::max);
    let middle = most * norm(middle.map(|x| x / most));
    ShapeError::Extent { path: path.into(), extent: mesh.extent(), middle }
}

#[cfg(test)]
mod tests {
    use super::super::{mesh::examples, mesh_bytes};
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let cube = examples::cube();
        for (name, format) in
            [("a.obj", MeshFormat::Obj), ("a.ply", MeshFormat::Ply), ("A.STL", MeshFormat::Stl)]
        {
            let bytes = mesh_bytes(&cube, format).unwrap();
            let Loaded { mesh, notes } = parse(Path::new(name), &bytes).unwrap();
            assert_eq!(mesh.open_edges(), 0, "{name}");
            assert!((mesh.volume() - 8.0).abs() < 1e-12, "{name}");
            assert_eq!((mesh.vertices.len(), mesh.triangles.len()), (8, 12), "{name}");
            assert!(notes.is_empty(), "{name}: {notes:?}");
        }
    }

    #[test]
    fn text_is_read_too() {
        let ply = "ply\nformat ascii 1.0\nelement vertex 4\nproperty double x\nproperty double y\n\
            property double z\nelement face 1\nproperty list uchar int vertex_indices\nend_header\n\
            0 0 0\n1 0 0\n1 1 0\n0 1 0\n4 0 1 2 3\n";
        let stl = "solid s\nfacet normal 0 0 1\nouter loop\nvertex 0 0 0\nvertex 1 0 0\n\
            vertex 0 1 0\nendloop\nendfacet\nendsolid s\n";
        let obj = "v 0 0 0\nv 1 0 0\nv 1 1 0\nv 0 1 0\nf -4/1 -3/1 -2/1 -1/1\nvt 0 0\n";
        let obj = obj.replace("f ", "vt 0 0\nf ");
        for (name, text, triangles) in [("a.ply", ply, 2), ("a.stl", stl, 1), ("a.obj", &obj, 2)] {
            let loaded = parse(Path::new(name), text.as_bytes()).unwrap();
            assert_eq!(loaded.mesh.triangles.len(), triangles, "{name}");
            assert!(loaded.notes[0].contains("is open"), "{name}: {:?}", loaded.notes);
        }
    }

    #[test]
    fn bad_meshes_are_named_with_their_mend() {
        let three = "v 0 0 0\nv 1 0 0\nv 0 1 0\n";
        for (name, text, says) in [
            ("a.obj", format!("{three}v 0 0 nan\nf 1 2 4\n"), "is at ("),
            ("a.obj", format!("{three}v 0 0 inf\nf 1 2 4\n"), "which is no place"),
            ("a.obj", format!("{three}f 1 2 9\n"), "line 4 names vertex 9, and there are 3"),
            ("a.obj", format!("{three}f 1 1 2\n"), "no face with an area"),
            ("a.obj", String::new(), "no face with an area"),
            ("a.stl", "solid".into(), "cannot be read as STL"),
            ("a.ply", "ply\nformat ascii 1.0\n".into(), "cannot be read as PLY"),
            ("a.gltf", three.into(), "none of OBJ, PLY and STL"),
            ("a.obj", "v 0 0 1e30\nv 1 0 1e30\nv 0 1e30 1e30\nf 1 2 3\n".into(), ""),
            ("a.obj", "v 1e60 0 0\nv 0 0 0\nv 0 1e60 0\nf 1 2 3\n".into(), "32-bit float"),
            ("a.obj", "v 1e200 0 0\nv 0 0 0\nv 0 1e200 0\nf 1 2 3\n".into(), "is 1e200 units"),
            ("a.obj", "v 1e-200 0 0\nv 0 0 0\nv 0 1e-200 0\nf 1 2 3\n".into(), "is 1e-200 units"),
        ] {
            let error = parse(Path::new(name), text.as_bytes());
            match error {
                Err(e) => assert!(e.to_string().contains(says), "{text}: {e}"),
                Ok(_) => assert!(says.is_empty(), "{text} was read"),
            }
        }
    }
}
