//! Are sines and gains as accurate as their documentation says?

use nex_runtime::{Gain, finer, relu, sine_q15, sine_turns, soft_plus};
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

#[test]
fn further_activations_are_close_to_the_true_ones() {
    let mut worst = [0.0f64; 2];
    for i in -2_000_000..=2_000_000i32 {
        for z in [i as f32 * 3.1e-7, i as f32 * 5.3e-8 + 0.011, i as f32 * 4.7e-5] {
            let wide = f64::from(z);
            let limited = wide.clamp(-116.0, 116.0);
            let phase = (limited.abs() + 1.0) * limited;
            let error = (f64::from(finer(z)) - (30.0 * phase).sin()).abs();
            worst[0] = worst[0].max(error / (2.1e-7 + 6e-6 * phase.abs()));
            let truth = wide.max(0.0) + (-100.0 * wide.abs()).exp().ln_1p() / 100.0;
            let last_place = f64::from(f32::EPSILON) * truth;
            let error = (f64::from(soft_plus(z)) - truth).abs();
            worst[1] = worst[1].max(error - last_place / 2.0);
            assert_eq!(relu(z), z.max(0.0));
        }
    }
    println!("finer: {:.3} of its bound; soft_plus: within {:.3e}", worst[0], worst[1]);
    assert!(worst[0] < 1.0);
    assert!(worst[1] < 1.5e-9);
}

/// No sum after a further activation leaves the range of its own.
#[test]
fn further_activations_are_limited() {
    for z in [65_536.0, 65_540.0, 1e20, f32::MAX, f32::INFINITY] {
        assert_eq!((relu(z), soft_plus(z)), (65_536.0, 65_536.0));
        assert_eq!(relu(-z), 0.0);
        assert!((0.0..1e-20).contains(&soft_plus(-z)));
        assert!(finer(z).abs() <= 1.0 && finer(-z) == -finer(z));
    }
}
