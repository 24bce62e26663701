//! Weights come back from the range coder as they went in.

use nex_format::range::{Adaptive, Decoder, Encoder};
use nex_runtime::compact::{
    network::{BINS, HIDDEN, INPUTS, Network},
    weights::{Earlier, Escapes, Surroundings, code_weight, next_state},
};

fn number(i: usize) -> i32 {
    ((i as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40) as i32
}

fn network() -> Network {
    let small = |i: usize| (number(i) % 40) as i8;
    Network {
        w1: std::array::from_fn(|u| std::array::from_fn(|i| small(u * INPUTS + i))),
        b1: std::array::from_fn(|u| small(u + 900).into()),
        w2: std::array::from_fn(|u| std::array::from_fn(|i| small(u * HIDDEN + i + 1000))),
        b2: std::array::from_fn(|u| small(u + 1900).into()),
        w3: std::array::from_fn(|u| std::array::from_fn(|i| small(u * HIDDEN + i + 2000))),
        b3: [0; BINS],
    }
}

/// Mostly small, now and then as large as they come.
fn values(count: usize) -> Vec<i32> {
    let value = |i: usize| match number(i) % 97 {
        0 => number(i + 5_000),
        1..8 => number(i + 6_000) % 300 - 150,
        _ => number(i + 7_000) % 7 - 3,
    };
    (0..count).map(value).collect()
}

#[test]
fn what_is_coded_is_decoded() {
    let network = network();
    let earlier: Vec<u8> = values(256).iter().map(|v| v.unsigned_abs().min(255) as u8).collect();
    for (log2, one_log2) in [(7, 8), (8, 8), (8, 7), (5, 8), (8, 5)] {
        let one = Earlier { magnitudes: &earlier[..1 << one_log2], log2: one_log2 };
        let around = Surroundings { log2, one, two: one, other: Earlier::NONE };
        let values = values(1 << log2);
        let mut encoder = Encoder::new();
        assert_eq!(pass(&mut encoder, &network, &around, &values), values);
        let bytes = encoder.finish();
        let unknown = vec![0; values.len()];
        assert_eq!(pass(&mut Decoder::new(&bytes), &network, &around, &unknown), values);
    }
}

/// Any bytes decode to something.
#[test]
fn noise_decodes() {
    let network = network();
    let bytes: Vec<u8> = (0..4000).map(|i| number(i) as u8).collect();
    let around =
        Surroundings { log2: 11, one: Earlier::NONE, two: Earlier::NONE, other: Earlier::NONE };
    for start in 0..200 {
        pass(&mut Decoder::new(&bytes[start..]), &network, &around, &vec![0; 2048]);
    }
}

fn pass(
    coder: &mut impl nex_format::range::Coder,
    network: &Network,
    around: &Surroundings<'_>,
    values: &[i32],
) -> Vec<i32> {
    let mut escapes: Escapes = [Adaptive::NEW; 16];
    let mut history = [0; 4];
    let mut state = 0;
    let mut out = Vec::new();
    for (k, &value) in values.iter().enumerate() {
        let fixed = around.fixed(k, (k % 128) as u8);
        let view = (&fixed, &history, state);
        let value = code_weight(coder, network, &mut escapes, view, value);
        history = [value.unsigned_abs(), history[0], history[1], history[2]];
        state = next_state(state, value.unsigned_abs());
        out.push(value);
    }
    out
}
