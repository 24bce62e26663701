//! What shapes are drawn? Functions of a place, below 0 inside.

use ne_train::shape::Vec3;
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;
use std::f64::consts::{PI, TAU};

pub type Function = Box<dyn Fn(Vec3) -> f64>;

/// All of them with their names.
pub fn all() -> Vec<(&'static str, Function)> {
    vec![
        ("creature", creature(1, 0.008)),
        ("rough creature", creature(2, 0.02)),
        ("blob", blob(3, 0.01)),
        ("rough blob", blob(4, 0.03)),
        ("smooth blob", blob(5, 0.0)),
        ("head", head()),
        ("torus knot", Box::new(|p| knot(p, (2.0, 3.0)) - 0.13)),
        ("finer torus knot", Box::new(|p| knot(p, (3.0, 7.0)) - 0.06)),
        ("boxes", boxes(6)),
        ("bracket", Box::new(bracket)),
        ("gear", Box::new(gear)),
        ("vase", Box::new(vase)),
        ("sheet", Box::new(sheet)),
        ("gyroid", Box::new(gyroid)),
        ("spring", Box::new(spring)),
        ("terrain", terrain()),
    ]
}

fn length(p: &[f64]) -> f64 {
    p.iter().map(|x| x * x).sum::<f64>().sqrt()
}

fn sub(a: Vec3, b: Vec3) -> Vec3 {
    [0, 1, 2].map(|i| a[i] - b[i])
}

fn sphere(p: Vec3, centre: Vec3, radius: f64) -> f64 {
    length(&sub(p, centre)) - radius
}

fn cuboid(p: Vec3, centre: Vec3, half: Vec3) -> f64 {
    let q = sub(p, centre);
    let q = [0, 1, 2].map(|i| q[i].abs() - half[i]);
    length(&q.map(|x| x.max(0.0))) + q[0].max(q[1]).max(q[2]).min(0.0)
}

/// A rod with round ends.
fn rod(p: Vec3, (a, b): (Vec3, Vec3), radius: (f64, f64)) -> f64 {
    let (to_p, along) = (sub(p, a), sub(b, a));
    let dot = |a: Vec3, b: Vec3| (0..3).map(|i| a[i] * b[i]).sum::<f64>();
    let part = (dot(to_p, along) / dot(along, along)).clamp(0.0, 1.0);
    length(&sub(to_p, along.map(|x| x * part))) - (radius.0 + part * (radius.1 - radius.0))
}

/// The union of two with a fillet.
fn smooth(a: f64, b: f64, width: f64) -> f64 {
    let h = (width - (a - b).abs()).max(0.0) / width;
    a.min(b) - h * h * width / 4.0
}

/// Waves in random directions, finer and finer, about as steep each; within 1 or so.
fn noise(seed: u64) -> impl Fn(Vec3) -> f64 {
    let mut rng = Pcg64Mcg::seed_from_u64(seed);
    let waves: Vec<(Vec3, f64, f64)> = (0..40)
        .map(|i| {
            let frequency = 5.0 * 1.07f64.powi(i);
            let direction = [0; 3].map(|_| rng.random_range(-1.0..1.0));
            let scale = frequency / length(&direction).max(0.1);
            (direction.map(|x| x * scale), rng.random_range(0.0..TAU), 2.0 / frequency)
        })
        .collect();
    move |p| {
        let wave = |(k, phase, size): &(Vec3, f64, f64)| {
            size * (k[0] * p[0] + k[1] * p[1] + k[2] * p[2] + phase).sin()
        };
        waves.iter().map(wave).sum()
    }
}

/// A body on legs with a head and a tail.
fn creature(seed: u64, rough: f64) -> Function {
    let mut rng = Pcg64Mcg::seed_from_u64(seed);
    let mut near = |p: Vec3, by: f64| p.map(|x| x + rng.random_range(-by..by));
    let head = near([0.55, 0.45, 0.0], 0.1);
    let tail = near([-0.9, 0.3, 0.0], 0.1);
    let feet: Vec<(Vec3, Vec3, Vec3)> = [(0.4, 0.2), (0.4, -0.2), (-0.4, 0.2), (-0.4, -0.2)]
        .into_iter()
        .map(|(x, z)| {
            let (hip, knee) = ([x, -0.05, z], near([x, -0.4, 1.6 * z], 0.08));
            (hip, knee, near([x + 0.05, -0.85, 1.6 * z], 0.08))
        })
        .collect();
    let ears = [near([0.5, 0.85, 0.15], 0.08), near([0.5, 0.85, -0.15], 0.08)];
    let rough_by = noise(seed + 100);
    Box::new(move |p| {
        let mut d = rod(p, ([-0.4, 0.0, 0.0], [0.35, 0.1, 0.0]), (0.3, 0.26));
        d = smooth(d, sphere(p, head, 0.24), 0.15);
        d = smooth(d, rod(p, ([-0.55, 0.1, 0.0], tail), (0.09, 0.04)), 0.1);
        for &(hip, knee, foot) in &feet {
            let leg = rod(p, (hip, knee), (0.15, 0.09)).min(rod(p, (knee, foot), (0.09, 0.06)));
            d = smooth(d, leg, 0.08);
        }
        for ear in ears {
            d = smooth(d, rod(p, (head, ear), (0.08, 0.05)), 0.04);
        }
        d + rough * rough_by(p)
    })
}

/// Balls that have grown together.
fn blob(seed: u64, rough: f64) -> Function {
    let mut rng = Pcg64Mcg::seed_from_u64(seed);
    let balls: Vec<(Vec3, f64)> = (0..9)
        .map(|_| ([0; 3].map(|_| rng.random_range(-0.6..0.6)), rng.random_range(0.15..0.4)))
        .collect();
    let rough_by = noise(seed + 200);
    Box::new(move |p| {
        let ball = |d, &(at, radius): &(Vec3, f64)| smooth(d, sphere(p, at, radius), 0.12);
        balls.iter().fold(9.0, ball) + rough * rough_by(p)
    })
}

fn head() -> Function {
    let rough_by = noise(300);
    Box::new(move |p| {
        let skull = length(&[p[0] / 0.75, p[1] / 0.95, p[2] / 0.8]) - 1.0;
        let mut d = 0.75 * skull;
        d = smooth(d, rod(p, ([0.0, 0.15, 0.75], [0.0, -0.15, 0.95]), (0.05, 0.12)), 0.1);
        for x in [-0.3, 0.3] {
            d = d.max(0.08 - length(&sub(p, [x, 0.25, 0.75])));
            d = smooth(d, cuboid(p, [2.4 * x, 0.05, 0.0], [0.06, 0.18, 0.1]) - 0.03, 0.05);
        }
        d = d.max(0.05 - length(&[p[1] + 0.45, (p[2] - 0.72).min(0.0)]).max(p[0].abs() - 0.25));
        d + 0.006 * rough_by(p)
    })
}

/// How far the middle of a knotted tube is.
fn knot(p: Vec3, (turns, winds): (f64, f64)) -> f64 {
    let at = |i: usize| {
        let t = TAU * i as f64 / 160.0;
        let radius = 0.62 + 0.26 * (winds * t).cos();
        [radius * (turns * t).cos(), radius * (turns * t).sin(), 0.3 * (winds * t).sin()]
    };
    (0..160).map(|i| length(&sub(p, at(i)))).fold(9.0, f64::min)
}

fn boxes(seed: u64) -> Function {
    let mut rng = Pcg64Mcg::seed_from_u64(seed);
    let all: Vec<(Vec3, Vec3)> = (0..14)
        .map(|_| {
            let at = [0; 3].map(|_| rng.random_range(-0.6..0.6));
            (at, [0; 3].map(|_| rng.random_range(0.03..0.35)))
        })
        .collect();
    Box::new(move |p| all.iter().map(|&(at, half)| cuboid(p, at, half)).fold(9.0, f64::min))
}

/// Two plates at a right angle, ribs, and holes.
fn bracket(p: Vec3) -> f64 {
    let base = cuboid(p, [0.0, -0.8, 0.0], [0.9, 0.08, 0.6]);
    let wall = cuboid(p, [-0.82, 0.0, 0.0], [0.08, 0.88, 0.6]);
    let rib = |z: f64| {
        let plate = cuboid(p, [-0.3, -0.3, z], [0.6, 0.6, 0.04]);
        plate.max((p[0] + p[1] + 0.55) * 0.707)
    };
    let solid = base.min(wall).min(rib(-0.5)).min(rib(0.5));
    let hole = |x: f64, y: f64, radius: f64| radius - length(&[x, y]);
    let mut holes: f64 = hole(p[1] - 0.4, p[2], 0.25).max(hole(p[0] - 0.5, p[2], 0.2));
    for (x, z) in [(0.1, 0.3), (0.1, -0.3), (0.75, 0.4), (0.75, -0.4)] {
        holes = holes.max(hole(p[0] - x, p[2] - z, 0.07));
    }
    solid.max(holes)
}

fn gear(p: Vec3) -> f64 {
    let (radius, angle) = (length(&p[..2]), p[1].atan2(p[0]));
    let tooth = 0.1 * (4.0 * (18.0 * angle).sin()).tanh();
    let ring = (radius - 0.85 - tooth).max(0.6 - radius);
    let spoke = (0..5).map(|i| {
        let a = TAU * f64::from(i) / 5.0;
        let (along, across) = (p[0] * a.cos() + p[1] * a.sin(), p[1] * a.cos() - p[0] * a.sin());
        (across.abs() - 0.06).max(-along).max(radius - 0.7)
    });
    let hub = radius - 0.2;
    let flat = ring.min(hub).min(spoke.fold(9.0, f64::min)).max(0.09 - radius);
    flat.max(p[2].abs() - 0.12)
}

fn vase(p: Vec3) -> f64 {
    let profile = 0.5 + 0.22 * (2.3 * p[1] + 0.4).sin() + 0.02 * (40.0 * p[1]).sin();
    let wall = (length(&[p[0], p[2]]) - profile).abs() - 0.035;
    let body = wall.max(p[1].abs() - 0.95);
    let floor = (length(&[p[0], p[2]]) - profile).max((p[1] + 0.92).abs() - 0.035);
    let handle = length(&[length(&[p[0] - 0.7, p[1] - 0.2]) - 0.25, p[2]]) - 0.05;
    body.min(floor).min(handle)
}

fn sheet(p: Vec3) -> f64 {
    let height = 0.2 * (4.0 * p[0]).sin() * (3.0 * p[2]).cos() + 0.15 * p[0] * p[0];
    ((p[1] - height).abs() - 0.025).max(length(&[p[0], p[2]]) - 0.95)
}

fn gyroid(p: Vec3) -> f64 {
    let [x, y, z] = p.map(|x| 5.0 * x);
    let wall = (x.sin() * y.cos() + y.sin() * z.cos() + z.sin() * x.cos()).abs() / 7.0 - 0.05;
    wall.max(sphere(p, [0.0; 3], 0.95))
}

fn spring(p: Vec3) -> f64 {
    let (radius, angle) = (length(&[p[0], p[2]]), p[2].atan2(p[0]));
    let pitch = 0.3;
    let turn = ((p[1] - pitch * angle / TAU) / pitch).round();
    let y = p[1] - pitch * (turn + angle / TAU);
    (length(&[radius - 0.65, y]) - 0.08).max(p[1].abs() - 0.9)
}

fn terrain() -> Function {
    let rough = noise(400);
    Box::new(move |p| {
        let height =
            0.25 * (2.0 * p[0]).sin() * (PI * p[2]).sin() + 0.12 * rough([p[0], 0.0, p[2]]);
        cuboid(p, [0.0, -0.4, 0.0], [0.95, 0.9, 0.95]).max(p[1] - height).max(-0.7 - p[1])
    })
}
