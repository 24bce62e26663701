//! Are sines and gains as accurate as their documentation says?

use nex_runtime::{Gain, sine_q15, sine_turns};
use nex_tests::reference;
use std::f64::consts::TAU;

#[test]
fn every_table_sine_is_the_specified_one_and_close_to_the_true_one() {
    let mut worst = 0.0f64;
    for step in 0..1u32 << 22 {
        let phase = step << 10;
        let got = sine_q15(phase);
        let truth = (TAU * f64::from(phase) / 4_294_967_296.0).sin();
        worst = worst.max((f64::from(got) / 32_767.0 - truth).abs());
        if step % 61 == 0 {
            assert_eq!(i32::from(got), reference::sine_q15(phase | 0x3ff), "phase {phase:#x}");
        }
    }
    println!("sine_q15: within {worst:.3e}");
    assert!(worst < 1.1e-4);
}

#[test]
fn polynomial_sines_are_close_to_the_true_ones() {
    let mut worst = 0.0f64;
    for i in -3_000_000..=3_000_000i32 {
        for turns in [i as f32 * 1.7e-7, i as f32 * 2.1e-2 + 0.31] {
            let truth = (TAU * f64::from(turns)).sin();
            worst = worst.max((f64::from(sine_turns(turns)) - truth).abs());
            assert_eq!(sine_turns(-turns), -sine_turns(turns));
        }
    }
    println!("sine_turns: within {worst:.3e}");
    assert!(worst < 2.1e-7);
}

#[test]
fn gains_are_close_to_their_decibels() {
    let mut worst = 0.0f64;
    for tenth in 0..=400 {
        let db = -f64::from(tenth) / 10.0;
        let mut loud = [32_767; 1];
        Gain::from_db(db as f32).apply(&mut loud);
        let got = 20.0 * (f64::from(loud[0]) / 32_767.0).log10();
        worst = worst.max((got - db).abs());
    }
    println!("Gain: within {worst:.3} dB");
    assert!(worst < 0.1);
    let mut quiet = [-32_768, 32_767, 1];
    Gain::from_db(f32::NEG_INFINITY).apply(&mut quiet);
    assert_eq!(quiet, [0, 0, 0]);
    Gain::from_db(f32::NAN).apply(&mut quiet);
    Gain::UNITY.apply(&mut quiet);
    assert_eq!(quiet, [0, 0, 0]);
}
