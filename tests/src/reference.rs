//! Which samples does a file hold, computed the slow way?
//!
//! One coordinate at a time, one weight at a time, written from
//! `format/SPEC.md` and sharing no code with the decoder. The float profile
//! takes the sine from the decoder, whose own accuracy is tested elsewhere.

use nex_format::{Arithmetic, Audio, File, Mlp, Signal, Tensor};
use std::f64::consts::TAU;

/// A decoded point: the chosen expert and one sample per channel.
pub type Point = (u8, Vec<i16>);

/// Evaluates a file at `frame + fraction / 2^32`.
///
/// # Panics
/// On a file that does not hold a sound.
#[must_use]
pub fn point(file: &File<'_>, frame: u32, fraction: u32) -> Point {
    let Signal::Audio(audio) = file.signal() else { panic!("not a sound") };
    match file.mixture().arithmetic {
        Arithmetic::Integer => integer(file, &audio, frame, fraction),
        Arithmetic::Float => float(file, &audio, frame, fraction),
    }
}

/// SPEC: `round(32767 sin(2 pi i / 256))`, interpolated with 14 bits.
#[must_use]
pub fn sine_q15(phase: u32) -> i32 {
    let table = |i: u32| (32_767.0 * (TAU * f64::from(i) / 256.0).sin()).round() as i32;
    let (i, fraction) = (phase >> 24, ((phase >> 10) & 0x3fff) as i32);
    (table(i) * 16_384 + (table(i + 1) - table(i)) * fraction + 8192) >> 14
}

fn oscillator(tensor: &Tensor<'_>, row: usize, frame: u32, fraction: u32) -> u32 {
    let frequency = i128::from(tensor.frequency(row, 0));
    let position = i128::from(frame) << 32 | i128::from(fraction);
    (((frequency * position) >> 32) + i128::from(tensor.phase(row))) as u32
}

fn integer_row(tensor: &Tensor<'_>, row: usize, input: &[i32]) -> i64 {
    input.iter().enumerate().map(|(c, &a)| i64::from(tensor.weight(row, c)) * i64::from(a)).sum()
}

fn integer_layers(mlp: &Mlp<'_>, start: Vec<i32>, at: (u32, u32)) -> Result<Vec<i32>, Vec<i64>> {
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
                return oscillator(&tensor, r, at.0, at.1);
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

fn integer(file: &File<'_>, audio: &Audio, frame: u32, fraction: u32) -> Point {
    let (mixture, at) = (file.mixture(), (frame, fraction));
    let e = integer_layers(&mixture.encoder, vec![], at).unwrap();
    let mut expert = stored_expert(file, audio, frame);
    if let Some(manager) = &mixture.manager {
        let mut m = integer_layers(&manager.encoder, vec![], at).unwrap();
        m.extend(&e);
        expert = argmax(&integer_layers(&manager.head, m, at).unwrap_err());
    }
    let values = integer_layers(&mixture.experts.get(expert), e, at).unwrap_err();
    let peak = i128::from(audio.peak);
    let sample = |v: &i64| {
        let rounded = (i128::from(*v) + (1 << 31)) >> 32;
        rounded.clamp(-peak, peak.min(32_767)) as i16
    };
    (expert as u8, values.iter().map(sample).collect())
}

fn float_layers(mlp: &Mlp<'_>, start: Vec<f32>, at: (u32, u32)) -> Vec<f32> {
    let mut x = start;
    for tensor in mlp.layers() {
        let value = |r: usize| {
            if x.is_empty() {
                let phase = oscillator(&tensor, r, at.0, at.1) as i32;
                return nex_runtime::sine_turns(phase as f32 / 4_294_967_296.0);
            }
            let mut sum = tensor.bias_f32(r);
            for (c, a) in x.iter().enumerate() {
                let product = tensor.weight_f32(r, c) * a;
                sum += product;
            }
            if tensor.is_sine() { nex_runtime::sine_turns(sum) } else { sum }
        };
        x = (0..tensor.rows()).map(value).collect();
    }
    x
}

fn float(file: &File<'_>, audio: &Audio, frame: u32, fraction: u32) -> Point {
    let (mixture, at) = (file.mixture(), (frame, fraction));
    let e = float_layers(&mixture.encoder, vec![], at);
    let mut expert = stored_expert(file, audio, frame);
    if let Some(manager) = &mixture.manager {
        let mut m = float_layers(&manager.encoder, vec![], at);
        m.extend(&e);
        expert = argmax(&float_layers(&manager.head, m, at));
    }
    let values = float_layers(&mixture.experts.get(expert), e, at);
    let peak = f32::from(audio.peak);
    let sample = |v: &f32| (v * 32_768.0).clamp(-peak, peak.min(32_767.0)).round_ties_even() as i16;
    (expert as u8, values.iter().map(sample).collect())
}

/// The expert of a frame by the section of runs; 0 without one.
fn stored_expert(file: &File<'_>, audio: &Audio, frame: u32) -> usize {
    let Some(section) = file.sections().iter().find(|s| s.id.0 == 4) else { return 0 };
    let section = &file.bytes()[section.offset..][..section.bytes];
    let (c, k, w) = (section[0], section[1], usize::from(section[2]));
    let chunk = frame >> c;
    let last = (audio.frames - 1) >> c;
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
