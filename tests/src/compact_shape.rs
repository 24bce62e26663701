//! What must hold for any compact shape at all?
//!
//! The body of the fuzz target `shape`; ordinary tests put forged and real files through the
//! same function.

use crate::{fuzzing::somewhere, shapes::places};
use nex_format::compact;
use nex_runtime::{DecodeError, Distances, Position, Shape};

/// Words of memory above which a shape is not decoded here: a header may ask for 170 MB.
const MOST: usize = 1 << 16;
/// Points that are looked at.
const POINTS: usize = 60;
/// What a distance without an expert is at the least, 1/8 voxel, in 2^-32 voxels.
const SHORTEST: u64 = 1 << 29;

/// Parsing never panics; what parses says the same distances in every order and in every way,
/// in any memory of the length that it says.
pub fn parse_decode(bytes: &[u8]) {
    let Ok(shape) = Shape::open_compact(bytes) else { return };
    let parsed = compact::Shape::parse(bytes).unwrap();
    let header = parsed.header();
    let _ = parsed.sections().comment();
    assert!((16..=512).contains(&header.voxels) && header.step <= 320 && header.side > 0.0);
    assert!(parsed.data().len() < bytes.len());
    let needed = shape.memory_len();
    let (splits, weights) = (header.splits as usize, header.weights as usize);
    let most = header.blocks().pow(3) + 8 * splits + weights.div_ceil(2) + 603;
    assert_eq!(needed, most);
    if needed > MOST {
        let short = shape.distances(&mut [0; 64]).err();
        return assert_eq!(short, Some(DecodeError::ScratchTooSmall { needed }));
    }
    agree(&shape, somewhere(bytes));
}

/// Points are said alike one by one, all at once, from the last to the first, and along a
/// line, whatever the memory held, and never in too little of it; and again, of what is in it.
fn agree(shape: &Shape<'_>, place: u32) {
    let needed = shape.memory_len();
    let [mut one, mut other] = [place, !place].map(|poison| vec![poison; needed]);
    let short = shape.distances(&mut one[1..]).err();
    assert_eq!(short, Some(DecodeError::ScratchTooSmall { needed }));
    let cells = shape.info().cells;
    let at = |at: u64| Position::new((at >> 32) as u32, at as u32);
    let points: Vec<[Position; 3]> =
        places(cells, POINTS, place).into_iter().map(|p| p.map(at)).collect();
    // What is not a shape's is any numbers, and no panic.
    let mut any = shape.distances_again(&mut one).unwrap();
    for &point in &points {
        assert!(any.sdf_at(point).is_ok() && any.gradient_at(point).is_ok());
    }
    shape.distances(&mut other).unwrap();
    let mut one = shape.distances(&mut one).unwrap();
    let mut other = shape.distances_again(&mut other).unwrap();
    let mut all = vec![0; POINTS];
    one.sdf_points(&points, &mut all).unwrap();
    let mut experts = vec![0; POINTS];
    one.experts_points(&points, &mut experts).unwrap();
    for ((&point, &distance), &expert) in points.iter().zip(&all).zip(&experts).rev() {
        assert_eq!((other.sdf_at(point), other.expert_at(point)), (Ok(distance), Ok(expert)));
        assert!(distance > i16::MIN && expert <= 3);
        let gradient = other.gradient_at(point).unwrap();
        assert!(gradient.iter().all(|rise| rise.abs() <= 2 * 32_767));
        assert_eq!(one.gradient_at(point), Ok(gradient));
        if expert == 0 && distance.abs() < i16::MAX {
            no_surface_within(&mut one, (cells, distance), point);
        }
    }
    let step = Position::step(cells, 40);
    let line = |distances: &mut Distances<'_>| {
        let (zero, mut out) = (Position::default(), vec![0; 50]);
        let count = distances.sdf_line([zero, zero, points[9][2]], [step; 3], &mut out).unwrap();
        out.truncate(count);
        out
    };
    assert_eq!(line(&mut one), line(&mut other));
    let beyond = Position::new(cells, 1);
    assert_eq!(one.sdf_at([beyond, beyond, beyond]), Err(DecodeError::OutOfRange));
}

/// A ray may go as far as the distance of a place without an expert says, along any axis and
/// both ways: there it comes to no cell that has one, but for what is added to the shortest.
fn no_surface_within(
    distances: &mut Distances<'_>,
    (cells, distance): (u32, i16),
    at: [Position; 3],
) {
    let whole = |at: Position| u64::from(at.frame()) << 32 | u64::from(at.fraction());
    let far = (u64::from(distance.unsigned_abs()) * u64::from(cells)) << 16;
    let far = far.saturating_sub(SHORTEST);
    for axis in 0..3 {
        let (place, end) = (whole(at[axis]), u64::from(cells) << 32);
        for place in [place.saturating_sub(far), (place + far).min(end)] {
            let mut there = at;
            there[axis] = Position::new((place >> 32) as u32, place as u32);
            assert_eq!(distances.expert_at(there), Ok(0), "{distance} from {at:?} to {there:?}");
        }
    }
}
