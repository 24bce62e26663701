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
