//! Do shapes become files that keep what was asked, and say what the surface is like?

use nex_encoder::shape::{EncodeError, Encoded, Options, Target, Volume, export};
use nex_runtime::{Position, Shape};

fn length(p: &[f64]) -> f64 {
    p.iter().map(|x| x * x).sum::<f64>().sqrt()
}

fn ball(p: [f64; 3]) -> f64 {
    length(&p) - 0.7
}

/// With sharp edges.
fn cuboid(p: [f64; 3]) -> f64 {
    let q = [p[0].abs() - 0.6, p[1].abs() - 0.45, p[2].abs() - 0.3];
    length(&q.map(|x| x.max(0.0))) + q[0].max(q[1]).max(q[2]).min(0.0)
}

fn ring(p: [f64; 3]) -> f64 {
    length(&[length(&p[..2]) - 0.6, p[2]]) - 0.2
}

/// A thin disc: its sides are a voxel and a half apart.
fn disc(p: [f64; 3]) -> f64 {
    let q = [length(&p[..2]) - 0.7, p[2].abs() - 0.05];
    length(&q.map(|x| x.max(0.0))) + q[0].max(q[1]).min(0.0)
}

/// The cube from -1 to 1.
fn volume(voxels: u16, distance: fn([f64; 3]) -> f64) -> Volume {
    Volume::of(voxels, ([-1.0; 3], 2.0), distance)
}

fn with(target: Target) -> Options {
    Options { target, ..Options::default() }
}

/// The distances of all voxels' middles in the shape's own units, and whether an expert says
/// them.
fn decode(volume: &Volume, file: &Encoded) -> Vec<(f64, bool)> {
    let shape = Shape::open(&file.bytes).unwrap();
    let mut memory = vec![0; shape.memory_len()];
    let mut distances = shape.distances(&mut memory).unwrap();
    let n = u32::from(volume.voxels);
    assert_eq!((shape.info().cells, shape.info().side), (n, volume.side));
    let at = |i: u32| [i % n, i / n % n, i / n / n].map(|x| Position::new(x, 1 << 31));
    (0..n.pow(3))
        .map(|i| {
            let said = f64::from(distances.sdf_at(at(i)).unwrap()) * f64::from(shape.step());
            (said, distances.expert_at(at(i)).unwrap() > 0)
        })
        .collect()
}

/// Near the surface distances are right to the error that is said; elsewhere the side is,
/// and a ray may go as far.
#[test]
fn distances_are_right_near_the_surface_and_safe_elsewhere() {
    // Also where cells and blocks go beyond the cube.
    for (voxels, distance) in [(32, ball as fn(_) -> f64), (29, cuboid), (34, ring), (32, disc)] {
        let volume = volume(voxels, distance);
        let file = export(&volume, &with(Target::Quality(60.0))).unwrap();
        let voxel = 2.0 / f64::from(voxels);
        let (mut squares, mut count) = (0.0, 0);
        for (&exact, (said, owned)) in volume.distances.iter().zip(decode(&volume, &file)) {
            let exact = f64::from(exact);
            if exact.abs() >= voxel {
                assert_eq!(said < 0.0, exact < 0.0, "{exact} {said}");
            }
            if !owned {
                assert!(said.abs() <= exact.abs() && exact.abs() >= voxel, "{exact} {said}");
            } else if exact.abs() < voxel {
                squares += (said - exact).powi(2);
                count += 1;
            }
        }
        let error = (squares / f64::from(count)).sqrt();
        assert!((error - file.error).abs() < 0.02 * file.error + 1e-4, "{error} {}", file.error);
        assert!(file.error < 0.1 * voxel, "{} of {voxel}", file.error);
    }
}

/// Nothing floats beside a rough file's surface: where cells meet, of which every polynomial
/// is farthest from its samples, the side is right as soon as the surface is further than
/// a voxel.
#[test]
fn corners_of_cells_are_on_the_right_side() {
    let wave = |p: [f64; 3]| (p[2] - 0.3 * (4.0 * p[0]).sin() * (3.0 * p[1]).cos()).abs() - 0.06;
    for (distance, quality) in [(cuboid as fn(_) -> f64, 20.0), (disc, 20.0), (wave, 40.0)] {
        let volume = volume(64, distance);
        let file = export(&volume, &with(Target::Quality(quality))).unwrap();
        let shape = Shape::open(&file.bytes).unwrap();
        let mut memory = vec![0; shape.memory_len()];
        let mut distances = shape.distances(&mut memory).unwrap();
        let (mut seen, mut wrong) = (0, 0);
        for i in 0..17 * 17 * 17 * 8u32 {
            let (corner, beside) = (i / 8, i % 8);
            let steps = [corner % 17, corner / 17 % 17, corner / 17 / 17];
            // In each of the eight cells.
            let at = [0, 1, 2].map(|d| {
                let beside = if beside >> d & 1 == 1 { 0.01 } else { -0.01 };
                (f64::from(4 * steps[d]) + beside).clamp(0.0, 64.0)
            });
            let exact = distance(at.map(|x| x / 32.0 - 1.0));
            let place = at.map(Position::from_f64);
            if exact.abs() * 32.0 > 1.1 && distances.expert_at(place).unwrap() > 0 {
                seen += 1;
                let said = distances.sdf_at(place).unwrap();
                wrong += u32::from((said < 0) != (exact < 0.0));
            }
        }
        assert!(seen > 2000 && wrong == 0, "{wrong} of {seen}");
    }
}

#[test]
fn a_ball_takes_few_bytes_and_the_same_every_time() {
    let volume = volume(32, ball);
    let file = export(&volume, &Options::default()).unwrap();
    assert!(file.bytes.len() < 320, "{} bytes", file.bytes.len());
    assert_eq!(export(&volume, &Options::default()).unwrap().bytes, file.bytes);
    let finer = export(&volume, &with(Target::Quality(90.0))).unwrap();
    assert!(finer.error < file.error && finer.bytes.len() > file.bytes.len());
    let comment = Some("a ball".to_owned());
    let told = export(&volume, &Options { comment, ..Options::default() }).unwrap();
    let shape = Shape::open(&told.bytes).unwrap();
    assert_eq!(shape.sections().comment(), Some("a ball"));
}

#[test]
fn targets_are_kept_or_refused() {
    let volume = volume(32, ring);
    let size = |limit| export(&volume, &Options { limit: Some(limit), ..with(Target::Size) });
    let [small, large] = [300, 700].map(|limit| size(limit).unwrap());
    assert!(small.bytes.len() <= 300 && large.bytes.len() <= 700);
    assert!(large.bytes.len() > 600 && large.error < small.error);
    let error = |most| export(&volume, &with(Target::Error(most)));
    let [rough, fine] = [4e-3, 1e-3].map(|most| error(most).unwrap());
    assert!(rough.error <= 4e-3 && fine.error <= 1e-3 && rough.bytes.len() < fine.bytes.len());
    // A limit goes before a quality.
    let target = with(Target::Quality(80.0));
    let limited = export(&volume, &Options { limit: Some(400), ..target }).unwrap();
    assert!(limited.bytes.len() <= 400);
    let none = size(30).unwrap_err();
    assert!(matches!(none, EncodeError::DoesNotFit { limit: 30, smallest: 60.. }), "{none}");
    let none = error(1e-7).unwrap_err();
    assert!(matches!(none, EncodeError::NotGoodEnough { .. }), "{none}");
    let both = Options { limit: Some(200), ..with(Target::Error(1e-3)) };
    let none = export(&volume, &both).unwrap_err();
    assert!(matches!(none, EncodeError::Contradiction { limit: 200, .. }), "{none}");
}

#[test]
fn what_is_no_shape_is_refused() {
    let mut wrong = volume(16, ball);
    wrong.distances[16 * 16 * 2 + 16 * 3 + 4] = f32::NAN;
    let error = export(&wrong, &Options::default()).unwrap_err();
    assert_eq!(error, EncodeError::NotFinite { voxel: [4, 3, 2] });
    let small = volume(15, ball);
    assert!(matches!(export(&small, &Options::default()), Err(EncodeError::Format(_))));
    let short = Volume { distances: vec![0.0; 10], ..volume(16, ball) };
    assert!(matches!(export(&short, &Options::default()), Err(EncodeError::Format(_))));
    let nowhere = Volume { side: f32::NAN, ..volume(16, ball) };
    assert!(export(&nowhere, &Options::default()).is_err());
}

/// All outside, all inside: a file of a few bytes, without memory for coefficients.
#[test]
fn a_cube_without_a_surface_is_stored() {
    for (distance, inside) in [((|_| 3.0) as fn(_) -> f64, false), (|_| -3.0, true)] {
        let volume = volume(40, distance);
        let file = export(&volume, &Options::default()).unwrap();
        assert!(file.bytes.len() < 40 && file.header.weights == 0 && file.error == 0.0);
        assert!(decode(&volume, &file).iter().all(|&(said, _)| (said < 0.0) == inside));
    }
}
