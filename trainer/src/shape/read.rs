//! What mesh is in this file?

use super::{Mesh, ShapeError, Vec3};
use crate::io::{Input, MeshFormat, sniff};
use ply_rs_bw::{
    parser::Parser,
    ply::{Property, PropertyAccess, PropertyAccessResult},
};
use std::{error::Error, io::Cursor, path::Path};

/// A mesh that was read, and what was changed on the way.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The mesh, in its own units.
    pub mesh: Mesh,
    /// What the user should know, each a sentence.
    pub notes: Vec<String>,
}

/// Triangles, not yet checked.
#[derive(Default)]
struct Raw {
    vertices: Vec<Vec3>,
    /// Faces of any number of corners.
    faces: Vec<Vec<i64>>,
}

type Cause = Box<dyn Error + Send + Sync>;

/// Reads an OBJ, PLY or STL file's bytes, text or binary. Faces of more than
/// three corners are cut into fans; equal vertices are joined; triangles
/// without an area are left out.
///
/// # Errors
/// [`ShapeError`] by variant.
pub fn parse(path: &Path, bytes: &[u8]) -> Result<Loaded, ShapeError> {
    let Input::Mesh(format) = sniff(path, bytes) else {
        return Err(ShapeError::Unknown { path: path.into() });
    };
    let raw = match format {
        MeshFormat::Obj => obj(bytes),
        MeshFormat::Ply => ply(bytes),
        MeshFormat::Stl => stl(bytes),
    };
    let damaged = |source| ShapeError::Damaged { path: path.into(), kind: format.name(), source };
    let raw = raw.map_err(damaged)?;
    let mut mesh = checked(path, raw)?;
    let mut notes = Vec::new();
    let vertices = mesh.vertices.len();
    let dropped = mesh.tidy();
    if mesh.triangles.is_empty() {
        return Err(ShapeError::NoFaces { path: path.into(), vertices });
    }
    if dropped > 0 {
        notes.push(format!("{dropped} of the triangles have no area and were left out"));
    }
    let open = mesh.open_edges();
    if open > 0 {
        notes.push(format!(
            "the mesh is open ({open} of its edges do not join two triangles): inside is where \
             its triangles enclose most of the view"
        ));
    }
    let placed = mesh.placed();
    let middle = super::vector::norm(placed.centre);
    let largest = f64::from(f32::MAX) / 16.0;
    let fits = placed.scale > f64::from(f32::MIN_POSITIVE) * 1e6
        && placed.scale < largest
        && middle < largest
        && middle < 1e5 * placed.scale;
    if !fits {
        let extent = 2.0 * placed.scale;
        return Err(ShapeError::Extent { path: path.into(), extent, middle });
    }
    Ok(Loaded { mesh, notes })
}

/// Numbers that are numbers, indices that exist, faces as fans.
fn checked(path: &Path, raw: Raw) -> Result<Mesh, ShapeError> {
    let Raw { vertices, faces } = raw;
    if let Some(i) = vertices.iter().position(|v| v.iter().any(|x| !x.is_finite())) {
        return Err(ShapeError::NotFinite { path: path.into(), vertex: i + 1, at: vertices[i] });
    }
    let mut triangles = Vec::with_capacity(faces.len());
    for (i, face) in faces.iter().enumerate() {
        let mut corners = Vec::with_capacity(face.len());
        for &index in face {
            let known = u32::try_from(index).ok().filter(|&n| (n as usize) < vertices.len());
            corners.push(known.ok_or_else(|| ShapeError::NoVertex {
                path: path.into(),
                face: i + 1,
                index,
                vertices: vertices.len(),
            })?);
        }
        triangles.extend(corners.windows(2).skip(1).map(|pair| [corners[0], pair[0], pair[1]]));
    }
    Ok(Mesh { vertices, triangles })
}

fn obj(bytes: &[u8]) -> Result<Raw, Cause> {
    let options = tobj::LoadOptions { triangulate: true, ..Default::default() };
    let no_materials = |_: &Path| Ok(Default::default());
    let (models, _) = tobj::load_obj_buf(&mut Cursor::new(bytes), &options, no_materials)?;
    let mut raw = Raw::default();
    for mesh in models.into_iter().map(|m| m.mesh) {
        let first = raw.vertices.len() as i64;
        raw.vertices.extend(mesh.positions.as_chunks::<3>().0);
        // Points and lines, which a file may hold too, have no area.
        let of_three = mesh.face_arities.is_empty();
        let indices = mesh.indices.as_chunks::<3>().0.iter().filter(|_| of_three);
        raw.faces.extend(indices.map(|t| t.map(|i| first + i64::from(i)).to_vec()));
    }
    Ok(raw)
}

fn stl(bytes: &[u8]) -> Result<Raw, Cause> {
    let mesh = stl_io::read_stl(&mut Cursor::new(bytes))?;
    let vertex = |v: &stl_io::Vertex| [v[0], v[1], v[2]].map(f64::from);
    Ok(Raw {
        vertices: mesh.vertices.iter().map(vertex).collect(),
        faces: mesh.faces.iter().map(|f| f.vertices.map(|i| i as i64).to_vec()).collect(),
    })
}

/// What is wanted of a PLY file's element, vertex or face.
#[derive(Debug, Default)]
struct Row {
    place: Vec3,
    corners: Vec<i64>,
}

impl PropertyAccess for Row {
    fn new() -> Self {
        Self::default()
    }

    fn set_property(&mut self, name: &str, value: Property) -> PropertyAccessResult {
        if let "vertex_indices" | "vertex_index" = name {
            let Some(corners) = integers(value) else { return PropertyAccessResult::Ignored };
            self.corners = corners;
            return PropertyAccessResult::Set;
        }
        let Some(axis) = ["x", "y", "z"].iter().position(|axis| *axis == name) else {
            return PropertyAccessResult::Ignored;
        };
        self.place[axis] = match value {
            Property::Float(v) => v.into(),
            Property::Double(v) => v,
            Property::Char(v) => v.into(),
            Property::UChar(v) => v.into(),
            Property::Short(v) => v.into(),
            Property::UShort(v) => v.into(),
            Property::Int(v) => v.into(),
            Property::UInt(v) => v.into(),
            _ => return PropertyAccessResult::Ignored,
        };
        PropertyAccessResult::Set
    }
}

fn integers(value: Property) -> Option<Vec<i64>> {
    fn of<T: Into<i64>>(values: Vec<T>) -> Option<Vec<i64>> {
        Some(values.into_iter().map(Into::into).collect())
    }
    match value {
        Property::ListChar(v) => of(v),
        Property::ListUChar(v) => of(v),
        Property::ListShort(v) => of(v),
        Property::ListUShort(v) => of(v),
        Property::ListInt(v) => of(v),
        Property::ListUInt(v) => of(v),
        _ => None,
    }
}

fn ply(bytes: &[u8]) -> Result<Raw, Cause> {
    let mut ply = Parser::<Row>::new().read_ply(&mut Cursor::new(bytes))?;
    let mut take = |name: &str| ply.payload.get_mut(name).map(std::mem::take).unwrap_or_default();
    let vertices = take("vertex").into_iter().map(|row| row.place).collect();
    let faces = take("face").into_iter().map(|row| row.corners).collect();
    Ok(Raw { vertices, faces })
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
            ("a.obj", format!("{three}f 1 2 9\n"), "cannot be read as OBJ"),
            ("a.obj", format!("{three}f 1 1 2\n"), "no face with an area"),
            ("a.obj", String::new(), "no face with an area"),
            ("a.stl", "solid".into(), "cannot be read as STL"),
            ("a.ply", "ply\nformat ascii 1.0\n".into(), "cannot be read as PLY"),
            ("a.gltf", three.into(), "none of OBJ, PLY and STL"),
            ("a.obj", "v 0 0 1e30\nv 1 0 1e30\nv 0 1e30 1e30\nf 1 2 3\n".into(), ""),
            ("a.obj", "v 1e60 0 0\nv 0 0 0\nv 0 1e60 0\nf 1 2 3\n".into(), "32-bit float"),
        ] {
            let error = parse(Path::new(name), text.as_bytes());
            match error {
                Err(e) => assert!(e.to_string().contains(says), "{text}: {e}"),
                Ok(_) => assert!(says.is_empty(), "{text} was read"),
            }
        }
        let index = "ply\nformat ascii 1.0\nelement vertex 1\nproperty float x\nelement face 1\n\
            property list uchar int vertex_index\nend_header\n0\n3 0 0 -1\n";
        let error = parse(Path::new("a.ply"), index.as_bytes()).unwrap_err().to_string();
        assert!(error.contains("face 1 names vertex -1, and there are 1"), "{error}");
    }
}
