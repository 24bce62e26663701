//! Which samples does a file hold, computed the slow way?
//!
//! One coordinate at a time, one weight at a time, written from
//! `format/SPEC.md` and sharing no code with the decoder. Float arithmetic
//! takes the sine from the decoder, whose own accuracy is tested elsewhere.

mod networks;

use nex_format::neural::{Arithmetic, File, Header, Mlp, Tensor};
use std::f64::consts::TAU;

/// A decoded point: the chosen expert and one sample per channel.
pub type Point = (u8, Vec<i16>);

/// Coordinates in 2^-32 frames, pixels or cells, one per dimension.
type At<'a> = &'a [i128];

/// What an expert's outputs become.
#[derive(Clone, Copy)]
struct Range {
    low: i32,
    high: i32,
    full_scale: f32,
}

/// Evaluates a file at `frame + fraction / 2^32`.
///
/// # Panics
/// On a file that does not hold a sound.
#[must_use]
pub fn point(file: &File<'_>, frame: u32, fraction: u32) -> Point {
    let Header::Sound(audio) = file.header() else { panic!("not a sound") };
    let peak = i32::from(audio.peak);
    let range = Range { low: -peak, high: peak.min(32_767), full_scale: 32_768.0 };
    let at = i128::from(frame) << 32 | i128::from(fraction);
    evaluate(file, &[at], stored_expert(file, audio.frames, frame), range)
}

/// Evaluates a picture `x` and `y` from its corner, in 2^-32 pixels.
///
/// # Panics
/// On a file that does not hold a picture.
#[must_use]
pub fn pixel(file: &File<'_>, x: u64, y: u64) -> (u8, Vec<u8>) {
    assert!(matches!(file.header(), Header::Picture(_)), "not a picture");
    let from_centre = |v| i128::from(v) - (1 << 31);
    let range = Range { low: 0, high: 255, full_scale: 255.0 };
    let stored = match file.header() {
        Header::Picture(image) => {
            let pixel = (y >> 32) as u32 * u32::from(image.width) + (x >> 32) as u32;
            stored_expert(file, u32::from(image.width) * u32::from(image.height), pixel)
        }
        _ => 0,
    };
    let (expert, samples) = evaluate(file, &[x, y].map(from_centre), stored, range);
    (expert, samples.iter().map(|&s| s as u8).collect())
}

/// Evaluates a shape at a place from its cube's corner, in 2^-32 cells.
///
/// # Panics
/// On a file that does not hold a shape.
#[must_use]
pub fn distance(file: &File<'_>, at: [u64; 3]) -> (u8, i16) {
    assert!(matches!(file.header(), Header::Shape(_)), "not a shape");
    let range = Range { low: -32_767, high: 32_767, full_scale: 32_768.0 };
    let (expert, samples) = evaluate(file, &at.map(i128::from), 0, range);
    (expert, samples[0])
}

fn evaluate(file: &File<'_>, at: At<'_>, stored: usize, range: Range) -> Point {
    match file.mixture().arithmetic {
        Arithmetic::Integer => integer(file, at, stored, range),
        Arithmetic::Float => float(file, at, stored, range),
    }
}

/// SPEC: `round(32767 sin(2 pi i / 256))`, interpolated with 14 bits.
#[must_use]
pub fn sine_q15(phase: u32) -> i32 {
    let table = |i: u32| (32_767.0 * (TAU * f64::from(i) / 256.0).sin()).round() as i32;
    let (i, fraction) = (phase >> 24, ((phase >> 10) & 0x3fff) as i32);
    (table(i) * 16_384 + (table(i + 1) - table(i)) * fraction + 8192) >> 14
}

fn oscillator(tensor: &Tensor<'_>, row: usize, at: At<'_>) -> u32 {
    let turn = |(d, &v): (usize, &i128)| (i128::from(tensor.frequency(row, d)) * v) >> 32;
    let turns = at.iter().enumerate().map(turn).sum::<i128>();
    (turns + i128::from(tensor.phase(row))) as u32
}

fn integer_row(tensor: &Tensor<'_>, row: usize, input: &[i32]) -> i64 {
    input.iter().enumerate().map(|(c, &a)| i64::from(tensor.weight(row, c)) * i64::from(a)).sum()
}

fn integer_layers(mlp: &Mlp<'_>, start: Vec<i32>, at: At<'_>) -> Result<Vec<i32>, Vec<i64>> {
    let mut x = start;
    for tensor in mlp.layers() {
        let rows = 0..tensor.rows();
        if !tensor.is_sine() {
            let value = |r: usize| {
                integer_row(&tensor, r, &x) * i64::from(tensor.multiplier(r))
                    + i64::from(tensor.bias(r)) * 65_536
            };
            return Err(rows.map(value).collect());
        }
        let phase = |r: usize| {
            if x.is_empty() {
                return oscillator(&tensor, r, at);
            }
            let sum = integer_row(&tensor, r, &x) as i128 * i128::from(tensor.multiplier(r));
            (sum + i128::from(tensor.phase(r))) as u32
        };
        x = rows.map(|r| sine_q15(phase(r))).collect();
    }
    Ok(x)
}

fn argmax<T: PartialOrd>(values: &[T]) -> usize {
    (1..values.len()).fold(0, |best, i| if values[i] > values[best] { i } else { best })
}

fn integer(file: &File<'_>, at: At<'_>, stored: usize, range: Range) -> Point {
    let mixture = file.mixture();
    let e = integer_layers(&mixture.encoder, vec![], at).unwrap();
    let mut expert = stored;
    if let Some(manager) = &mixture.manager {
        let mut m = integer_layers(&manager.encoder, vec![], at).unwrap();
        m.extend(&e);
        expert = argmax(&integer_layers(&manager.head, m, at).unwrap_err());
    }
    let values = integer_layers(&mixture.experts.get(expert), e, at).unwrap_err();
    let sample = |v: &i64| {
        let rounded = (i128::from(*v) + (1 << 31)) >> 32;
        rounded.clamp(range.low.into(), range.high.into()) as i16
    };
    (expert as u8, values.iter().map(sample).collect())
}

fn float_layers(mlp: &Mlp<'_>, start: Vec<f32>, (at, points): (At<'_>, &[u32])) -> Vec<f32> {
    let mut x = start;
    for tensor in mlp.layers() {
        if tensor.reads_position() {
            x.extend(at.iter().zip(points).map(|(&u, &n)| networks::coordinate(u, n)));
        }
        let value = |r: usize| {
            if x.is_empty() {
                let phase = oscillator(&tensor, r, at) as i32;
                return nex_runtime::sine_turns(phase as f32 / 4_294_967_296.0);
            }
            let mut sum = tensor.bias_f32(r);
            for (c, a) in x.iter().enumerate() {
                let product = tensor.weight_f32(r, c) * a;
                sum += product;
            }
            if tensor.is_sine() { networks::activate(mlp.activation(), sum) } else { sum }
        };
        x = (0..tensor.rows()).map(value).collect();
    }
    x
}

fn float(file: &File<'_>, at: At<'_>, stored: usize, range: Range) -> Point {
    let mixture = file.mixture();
    let points = match file.header() {
        Header::Picture(image) => vec![image.width.into(), image.height.into()],
        Header::Sound(audio) => vec![audio.frames],
        Header::Shape(shape) => vec![u32::from(shape.cells) + 1; 3],
        other => panic!("{other:?}"),
    };
    let place = (at, &points[..]);
    let e = match mixture.grid() {
        Some(grid) => networks::looked_up(grid, at, &points),
        None => float_layers(&mixture.encoder, vec![], place),
    };
    let mut expert = stored;
    if let Some(manager) = &mixture.manager {
        let mut m = float_layers(&manager.encoder, vec![], place);
        if manager.sees_features() {
            m.extend(&e);
        }
        expert = argmax(&float_layers(&manager.head, m, place));
    }
    let values = float_layers(&mixture.experts.get(expert), e, place);
    let (low, high) = (range.low as f32, range.high as f32);
    let sample = |v: &f32| (v * range.full_scale).clamp(low, high).round_ties_even() as i16;
    (expert as u8, values.iter().map(sample).collect())
}

/// The expert of a frame or pixel by the section of runs; 0 without one.
fn stored_expert(file: &File<'_>, frames: u32, frame: u32) -> usize {
    let Some(section) = file.sections().find(|s| s.id.0 == 4) else { return 0 };
    let section = section.data;
    let (c, k, w) = (section[0], section[1], usize::from(section[2]));
    let chunk = frame >> c;
    let last = (frames - 1) >> c;
    let mut start = 3 + w * last as usize;
    if chunk > 0 {
        let entry = &section[3 + w * (chunk as usize - 1)..][..w];
        start += entry.iter().rev().fold(0, |sum, &b| sum * 256 + usize::from(b));
    }
    let mut bits = section[start..].iter().flat_map(|&b| (0..8).rev().map(move |i| b >> i & 1));
    let mut bit = || u64::from(bits.next().expect("a bit"));
    let among = |n: usize, bit: &mut dyn FnMut() -> u64| {
        let b = n.ilog2();
        let v = (0..b).fold(0, |v, _| 2 * v + bit());
        let u = (2u64 << b) - n as u64;
        (if v < u { v } else { 2 * v + bit() - u }) as usize
    };
    let n = file.mixture().experts.count();
    let (mut expert, mut at) = (among(n, &mut bit), u64::from(chunk) << c);
    loop {
        let mut q = 0;
        while bit() == 0 {
            q += 1;
        }
        at += (q << k) + (0..k).fold(0, |v, _| 2 * v + bit()) + 1;
        if u64::from(frame) < at {
            return expert;
        }
        let j = among(n - 1, &mut bit);
        expert = if j < expert { j } else { j + 1 };
    }
}
