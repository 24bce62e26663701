//! Do decisions come back, however likely they were said to be?
#![cfg(feature = "write")]

use nex_coding::range::{Coder, Decoder, Encoder, HALF};
use std::panic::catch_unwind;

const MOST: u16 = u16::MAX;

/// Bytes of one decision said to be this likely, among others.
fn coded(p: u16, bit: bool) -> Vec<u8> {
    let mut encoder = Encoder::new();
    for _ in 0..40 {
        encoder.bit(p, bit);
        encoder.bit(HALF, true);
    }
    encoder.finish()
}

#[test]
fn decisions_come_back_at_every_probability() {
    let step = if cfg!(miri) { 997 } else { 1 };
    for p in (1..=MOST).step_by(step).chain([2, MOST - 1, MOST]) {
        for bit in [false, true] {
            let bytes = coded(p, bit);
            let mut decoder = Decoder::new(&bytes);
            for _ in 0..40 {
                assert_eq!(decoder.bit(p, !bit), bit, "probability {p}");
                assert!(decoder.bit(HALF, false), "after probability {p}");
            }
        }
    }
}

/// With p = 0 a `true` leaves no range at all.
#[test]
fn what_is_no_probability_ends_too() {
    for bit in [false, true] {
        match catch_unwind(|| coded(0, bit)) {
            Ok(bytes) => assert_eq!(bytes, coded(1, bit), "{bit}"),
            Err(_) if cfg!(debug_assertions) => {}
            Err(_) => panic!("{bit}"),
        }
    }
}

/// What a file of some thousand bytes loses to the coder: hardly more than its last byte.
#[test]
fn decisions_take_their_ideal_bits() {
    let (mut encoder, mut ideal, mut state) = (Encoder::new(), 0.0, 1u64);
    let mut random = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963);
        (state >> 48) as u16
    };
    for _ in 0..if cfg!(miri) { 300 } else { 100_000 } {
        let p = random().max(1);
        let bit = encoder.bit(p, random() < p);
        let share = f64::from(p) / 65_536.0;
        ideal -= if bit { share } else { 1.0 - share }.log2();
    }
    let (bytes, ideal) = (encoder.finish().len() as f64, ideal / 8.0);
    assert!(bytes >= ideal - 1.0 && bytes <= 1.0005 * ideal + 4.0, "{bytes} bytes, {ideal} ideal");
}
