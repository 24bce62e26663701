//! What must hold of any shape that parses?

use crate::{
    fuzzing::{MACS, somewhere},
    reference,
};
use nex_format::neural::File;
use nex_runtime::{DecodeError, Kernel, MAX_TILE, Position, Shape};

/// Points that are looked at, at most.
const MOST: usize = 70;

const fn position(at: u64) -> Position {
    Position::new((at >> 32) as u32, at as u32)
}

/// Points all over the cube, its corners among them; in 2^-32 cells.
pub(crate) fn places(cells: u32, count: usize, place: u32) -> Vec<[u64; 3]> {
    let end = u64::from(cells) << 32;
    let mut state = u64::from(place) | 1;
    let mut next = || {
        state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
        let whole = state % (end + 1);
        // Corners of cells, too.
        if state >> 61 == 0 { whole >> 32 << 32 } else { whole }
    };
    let mut places: Vec<[u64; 3]> = vec![[0; 3], [end; 3], [end, 0, 0], [0, 0, end]];
    while places.len() < count {
        places.push([next(), next(), next()]);
    }
    places.truncate(count);
    places
}

/// The same bits one by one, as a cloud and along lines, with any scratch, on
/// every kernel, and those of the reference.
pub fn agree(bytes: &[u8], decoder: &Shape<'_>) {
    let (info, place) = (decoder.info(), somewhere(bytes));
    let count = if decoder.network().unwrap().macs > MACS { 5 } else { MOST };
    let places = places(info.cells, count, place);
    let points: Vec<[Position; 3]> = places.iter().map(|at| at.map(position)).collect();
    let file = File::parse(bytes).unwrap();
    let expected: Vec<(u8, i16)> =
        places.iter().map(|&at| reference::distance(&file, at)).collect();
    let (experts, distances): (Vec<u8>, Vec<i16>) = expected.into_iter().unzip();
    for kernel in Kernel::ALL.into_iter().filter(|k| k.is_available()) {
        let decoder = on(decoder, kernel);
        for (tile, poison) in [(1, 0), (3, 7), (8, u32::MAX), (MAX_TILE, 0xdead_beef)] {
            let mut scratch = vec![poison; decoder.memory_len() * tile];
            let mut out = vec![poison as i16; count + 3];
            decoder.sdf_points(&points, &mut out, &mut scratch).unwrap();
            assert_eq!(out[..count], distances, "{kernel:?}, {tile}");
            assert!(out[count..].iter().all(|&s| s == poison as i16), "wrote past the end");
            let mut chosen = vec![poison as u8; count];
            decoder.experts_points(&points, &mut chosen, &mut scratch).unwrap();
            assert_eq!(chosen, experts, "{kernel:?}, {tile}");
        }
    }
    let mut scratch = vec![1; decoder.memory_len()];
    for ((&point, distance), expert) in points.iter().zip(&distances).zip(&experts) {
        assert_eq!(decoder.sdf_at(point, &mut scratch), Ok(*distance));
        assert_eq!(decoder.expert_at(point, &mut scratch), Ok(*expert));
    }
    lines(decoder, place);
    edges(decoder, points[count - 1]);
}

/// The same for a fuzzer: a few points against another kernel; everything for
/// one file in 512.
pub fn agree_few(bytes: &[u8], decoder: &Shape<'_>) {
    let (info, place) = (decoder.info(), somewhere(bytes));
    if place.is_multiple_of(512) {
        return agree(bytes, decoder);
    }
    let count = if decoder.network().unwrap().macs > MACS { 1 } else { 9 };
    let points: Vec<_> =
        places(info.cells, count, place).iter().map(|at| at.map(position)).collect();
    let mut scratch = vec![place; decoder.memory_len() * count];
    let [mut out, mut other] = [0, 1].map(|_| vec![place as i16; count]);
    decoder.sdf_points(&points, &mut out, &mut scratch).unwrap();
    let portable = on(decoder, Kernel::Portable);
    portable.sdf_points(&points, &mut other, &mut scratch).unwrap();
    assert_eq!(out, other);
    assert!(out.iter().all(|&d| d >= -i16::MAX));
    assert!(
        u16::from(decoder.expert_at(points[0], &mut scratch).unwrap())
            < decoder.network().unwrap().experts
    );
    decoder.gradient_at(points[0], &mut scratch).unwrap();
}

/// A line gives what its points give, and ends with the cube.
fn lines(decoder: &Shape<'_>, place: u32) {
    let cells = u64::from(decoder.info().cells) << 32;
    let start = [u64::from(place) % cells, 0, cells / 3];
    let step = [cells / 97, cells / 40, 0];
    let inside = |n: usize| {
        let at = |d: usize| start[d] + step[d] * n as u64;
        let at = [at(0), at(1), at(2)];
        at.iter().all(|&v| v <= cells).then_some(at)
    };
    let mut scratch = vec![3; decoder.memory_len() * 5];
    let mut line = vec![7; 80];
    let (from, by) = (start.map(position), step.map(position));
    let count = decoder.sdf_line(from, by, &mut line, &mut scratch).unwrap();
    assert_eq!(count, (0..80).take_while(|&n| inside(n).is_some()).count());
    for (n, &distance) in line.iter().enumerate().take(count) {
        let point = inside(n).unwrap().map(position);
        assert_eq!(decoder.sdf_at(point, &mut scratch), Ok(distance), "point {n}");
    }
    assert!(line[count..].iter().all(|&d| d == 7), "wrote past the end");
    let mut short = [0; 3];
    let written = decoder.sdf_line(from, by, &mut short, &mut scratch);
    assert_eq!(written, Ok(count.min(3)));
}

/// Nothing lies outside, and nothing is written for it.
fn edges(decoder: &Shape<'_>, inside: [Position; 3]) {
    let end = Position::from_frame(decoder.info().cells);
    let past = Position::new(end.frame(), 1);
    let mut scratch = vec![0; decoder.memory_len()];
    for axis in 0..3 {
        let mut at = inside;
        at[axis] = past;
        let mut out = [5; 2];
        let points = [inside, at];
        let outside = Err(DecodeError::OutOfRange);
        assert_eq!(decoder.sdf_points(&points, &mut out, &mut scratch), outside);
        assert_eq!(out, [5; 2]);
        assert_eq!(decoder.expert_at(at, &mut scratch), Err(DecodeError::OutOfRange));
        assert_eq!(decoder.gradient_at(at, &mut scratch), Err(DecodeError::OutOfRange));
        assert_eq!(decoder.sdf_line(at, [end; 3], &mut out, &mut scratch), Ok(0));
        at[axis] = end;
        assert!(decoder.gradient_at(at, &mut scratch).is_ok());
    }
    let short = Err(DecodeError::OutputTooSmall { needed: 1 });
    assert_eq!(decoder.sdf_points(&[inside], &mut [], &mut scratch), short);
    let needed = decoder.memory_len();
    let none = Err(DecodeError::ScratchTooSmall { needed });
    assert_eq!(decoder.sdf_at(inside, &mut scratch[..needed - 1]), none);
}

/// With another inner loop.
fn on<'a>(decoder: &Shape<'a>, kernel: Kernel) -> Shape<'a> {
    let mut other = decoder.clone();
    other.set_kernel(kernel).unwrap();
    other
}
