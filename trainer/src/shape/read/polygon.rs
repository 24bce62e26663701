//! Which triangles fill a face of many corners?

use crate::shape::vector::{Vec3, add_scaled, area_normal, dot};
use earcut::Earcut;
use std::cmp::Ordering;

/// Cuts a face into triangles that go round as it does: a fan of a convex one,
/// ears of another. One of fewer than three corners becomes a triangle without
/// an area.
pub fn cut(vertices: &[Vec3], corners: &[u32], triangles: &mut Vec<[u32; 3]>) {
    match *corners {
        [] => {}
        [a] | [a, _] => triangles.push([a; 3]),
        [a, b, c] => triangles.push([a, b, c]),
        _ => {
            // From the same corner whichever way it goes round, so that a face
            // and its back are the same triangles.
            let place = |&i: &usize| vertices[corners[i] as usize];
            let start = (0..corners.len()).min_by(|a, b| lower(place(a), place(b))).unwrap_or(0);
            let corners = [&corners[start..], &corners[..start]].concat();
            let fan = corners[1..].array_windows().map(|&[b, c]| [corners[0], b, c]);
            let normals = || fan.clone().map(|t| area_normal(t.map(|i| vertices[i as usize])));
            let normal = normals().fold([0.0; 3], |sum, n| add_scaled(sum, n, 1.0));
            if normals().all(|n| dot(n, normal) >= 0.0) {
                triangles.extend(fan);
                return;
            }
            let ears = ears(vertices, &corners, normal);
            // None of a face that encloses nothing when seen along an axis.
            if ears.is_empty() { triangles.extend(fan) } else { triangles.extend(ears) }
        }
    }
}

fn lower(a: Vec3, b: Vec3) -> Ordering {
    let axes = a.iter().zip(&b).map(|(a, b)| a.total_cmp(b));
    axes.fold(Ordering::Equal, Ordering::then)
}

/// Triangles of a face, as it is seen along the axis nearest to its normal.
fn ears(vertices: &[Vec3], corners: &[u32], normal: Vec3) -> Vec<[u32; 3]> {
    let axis = (0..3).max_by(|&a, &b| normal[a].abs().total_cmp(&normal[b].abs())).unwrap_or(0);
    let (x, y) = ((axis + 1) % 3, (axis + 2) % 3);
    let origin = vertices[corners[0] as usize];
    let seen = corners.iter().map(|&i| {
        let v = vertices[i as usize];
        [v[x] - origin[x], v[y] - origin[y]]
    });
    let mut ears: Vec<u32> = Vec::new();
    Earcut::new().earcut(seen, &[], &mut ears);
    let corner = |&i: &u32| corners[i as usize];
    let mut ears: Vec<[u32; 3]> =
        ears.as_chunks::<3>().0.iter().map(|[a, b, c]| [a, b, c].map(corner)).collect();
    let around = ears.iter().map(|t| area_normal(t.map(|i| vertices[i as usize])));
    let around = around.fold([0.0; 3], |sum, n| add_scaled(sum, n, 1.0));
    if dot(around, normal) < 0.0 {
        ears.iter_mut().for_each(|t| t.swap(1, 2));
    }
    ears
}
