//! How does a mesh become a binary glTF file?
//!
//! glTF has numbers of 32 bits. Where those are too coarse for the place of a mesh, its
//! coordinates are counted from the middle, and the node says where that is.

use super::{
    Mesh, Vec3,
    vector::{add_scaled, area_normal, sub, unit},
};
use gltf::{
    binary::{Glb, Header},
    json::{
        self, Accessor, Extras, Index, Root,
        accessor::{ComponentType, GenericComponentType, Type},
        buffer::{Target, View},
        mesh::{Mode, Primitive, Semantic},
        validation::{Checked, USize64},
    },
};
use std::io;

/// The mesh with a normal at each vertex: the mean of its triangles', by their area. Without
/// triangles a scene of nothing.
///
/// # Errors
/// Of more than 4 GB.
pub(super) fn glb(mesh: &Mesh) -> io::Result<Vec<u8>> {
    let mut root = Root::default();
    root.asset.generator = Some(format!("ne-train {}", env!("CARGO_PKG_VERSION")));
    let mut node = json::Node::default();
    let mut bin = Vec::new();
    if !mesh.triangles.is_empty() {
        let middle = if mesh.is_double() { middle(mesh) } else { [0.0; 3] };
        node.translation = mesh.is_double().then(|| middle.map(|x| x as f32));
        let places: Vec<[f32; 3]> =
            mesh.vertices.iter().map(|&v| sub(v, middle).map(|x| x as f32)).collect();
        let mut parts = Parts { root: &mut root, bin: &mut bin };
        let position = parts.vectors(&places, true);
        let normal = parts.vectors(&normals(mesh), false);
        let indices = parts.indices(&mesh.triangles);
        let primitive = Primitive {
            attributes: [(Semantic::Positions, position), (Semantic::Normals, normal)]
                .map(|(semantic, index)| (Checked::Valid(semantic), index))
                .into(),
            extensions: None,
            extras: Extras::default(),
            indices: Some(indices),
            material: None,
            mode: Checked::Valid(Mode::Triangles),
            targets: None,
        };
        node.mesh = Some(root.push(json::Mesh {
            extensions: None,
            extras: Extras::default(),
            primitives: vec![primitive],
            weights: None,
        }));
        root.push(json::Buffer {
            byte_length: USize64::from(bin.len()),
            uri: None,
            extensions: None,
            extras: Extras::default(),
        });
    }
    let nodes = vec![root.push(node)];
    root.scene =
        Some(root.push(json::Scene { extensions: None, extras: Extras::default(), nodes }));
    let json = root.to_vec().map_err(io::Error::other)?;
    // The head, and those of two parts, that are filled up to four bytes each.
    let length =
        u32::try_from(12 + 8 + json.len() + 3 + 8 + bin.len()).map_err(io::Error::other)?;
    let header = Header { magic: *b"glTF", version: 2, length };
    let bin = (!bin.is_empty()).then_some(bin.into());
    Glb { header, json: json.into(), bin }.to_vec().map_err(io::Error::other)
}

/// Near the middle of the box around it, at a place that 32 bits can say.
fn middle(mesh: &Mesh) -> Vec3 {
    let (low, high) = mesh.bounds();
    add_scaled(low, sub(high, low), 0.5).map(|x| f64::from(x as f32))
}

fn normals(mesh: &Mesh) -> Vec<[f32; 3]> {
    let mut sums = vec![[0.0; 3]; mesh.vertices.len()];
    // Lest the squares of tiny meshes' sides become 0.
    let extent = mesh.extent();
    for (t, corners) in mesh.triangles.iter().enumerate() {
        let [a, b, c] = mesh.corners(t);
        let normal = area_normal([a, b, c].map(|v| sub(v, a).map(|x| x / extent)));
        for &i in corners {
            sums[i as usize] = add_scaled(sums[i as usize], normal, 1.0);
        }
    }
    // Its length is 1 wherever it points.
    let or_up = |n: Vec3| if n == [0.0; 3] { [0.0, 0.0, 1.0] } else { unit(n) };
    sums.into_iter().map(|n| or_up(n).map(|x| x as f32)).collect()
}

/// A file's two parts.
struct Parts<'a> {
    root: &'a mut Root,
    bin: &'a mut Vec<u8>,
}

impl Parts<'_> {
    fn vectors(&mut self, vectors: &[[f32; 3]], limits: bool) -> Index<Accessor> {
        let bytes = vectors.iter().flatten().flat_map(|x| x.to_le_bytes());
        let view = self.view(bytes, Target::ArrayBuffer);
        let mut accessor = accessor(view, vectors.len(), (ComponentType::F32, Type::Vec3));
        if limits {
            let most = |of: fn(f32, f32) -> f32| {
                let all = vectors.iter().copied().reduce(|a, b| [0, 1, 2].map(|d| of(a[d], b[d])));
                all.map(json::Value::from_iter)
            };
            (accessor.min, accessor.max) = (most(f32::min), most(f32::max));
        }
        self.root.push(accessor)
    }

    fn indices(&mut self, triangles: &[[u32; 3]]) -> Index<Accessor> {
        let bytes = triangles.iter().flatten().flat_map(|i| i.to_le_bytes());
        let view = self.view(bytes, Target::ElementArrayBuffer);
        self.root.push(accessor(view, 3 * triangles.len(), (ComponentType::U32, Type::Scalar)))
    }

    fn view(&mut self, bytes: impl Iterator<Item = u8>, target: Target) -> Index<View> {
        let start = self.bin.len();
        self.bin.extend(bytes);
        self.root.push(View {
            // The only one, which is made when its length is known.
            buffer: Index::new(0),
            byte_length: USize64::from(self.bin.len() - start),
            byte_offset: Some(USize64::from(start)),
            byte_stride: None,
            target: Some(Checked::Valid(target)),
            extensions: None,
            extras: Extras::default(),
        })
    }
}

fn accessor(view: Index<View>, count: usize, (component, of): (ComponentType, Type)) -> Accessor {
    Accessor {
        buffer_view: Some(view),
        byte_offset: None,
        count: USize64::from(count),
        component_type: Checked::Valid(GenericComponentType(component)),
        extensions: None,
        extras: Extras::default(),
        type_: Checked::Valid(of),
        min: None,
        max: None,
        normalized: false,
        sparse: None,
    }
}
