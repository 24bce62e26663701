//! What can be done with points and directions?

/// A point or direction.
pub type Vec3 = [f64; 3];

pub(super) fn sub(a: Vec3, b: Vec3) -> Vec3 {
    [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}

pub(super) fn add_scaled(a: Vec3, b: Vec3, scale: f64) -> Vec3 {
    [a[0] + scale * b[0], a[1] + scale * b[1], a[2] + scale * b[2]]
}

pub(super) fn dot(a: Vec3, b: Vec3) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

pub(super) fn cross(a: Vec3, b: Vec3) -> Vec3 {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

pub(super) fn norm(a: Vec3) -> f64 {
    dot(a, a).sqrt()
}

pub(super) fn unit(a: Vec3) -> Vec3 {
    let length = norm(a);
    if length > 0.0 { a.map(|x| x / length) } else { a }
}

/// Twice the area of a triangle, along its normal.
pub(super) fn area_normal([a, b, c]: [Vec3; 3]) -> Vec3 {
    cross(sub(b, a), sub(c, a))
}

/// The corners of the smallest box around points.
pub(super) fn bounds(points: impl IntoIterator<Item = Vec3>) -> (Vec3, Vec3) {
    let none = ([f64::INFINITY; 3], [f64::NEG_INFINITY; 3]);
    let axes = [0, 1, 2];
    points.into_iter().fold(none, |(low, high), v| {
        (axes.map(|i| low[i].min(v[i])), axes.map(|i| high[i].max(v[i])))
    })
}
