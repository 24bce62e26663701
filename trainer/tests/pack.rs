//! Does a packed file decode to the function that the parameters describe?

use ne_train::model::{Arch, Block, Layer, OMEGA, Values};
use ne_train::quant::{Precision, Quantiser, TimeDomain};
use nex_runtime::Sound;
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

const FRAMES: u32 = 700;
const PEAK: f32 = 0.8;

fn arch(experts: usize, out_dim: usize) -> Arch {
    Arch {
        in_dim: 1,
        out_dim,
        experts,
        encoder: Block { width: 13, sine_layers: 2 },
        manager_encoder: Block { width: 9, sine_layers: 3 },
        manager_head: Block { width: 10, sine_layers: 1 },
        expert: Block { width: 11, sine_layers: 2 },
    }
}

fn domain() -> TimeDomain {
    TimeDomain { lo: -20.0, hi: 20.0, frames: FRAMES }
}

fn parameters(arch: &Arch, seed: u64) -> Values {
    let mut rng = Pcg64Mcg::seed_from_u64(seed);
    let layout = arch.layout();
    let mut shared = vec![0.0; layout.shared_len];
    let mut experts = vec![0.0; layout.experts_len];
    let mut fill = |layers: &[Layer], to: &mut [f32]| {
        for layer in layers {
            let bound = (6.0 / layer.fan_in as f32).sqrt() / if layer.active { OMEGA } else { 4.0 };
            for v in &mut to[layer.weights..layer.end()] {
                *v = bound * (rng.random::<f32>() * 2.0 - 1.0);
            }
        }
    };
    fill(&layout.encoder, &mut shared);
    fill(&layout.manager_encoder, &mut shared);
    fill(&layout.manager_head, &mut shared);
    fill(&layout.expert, &mut experts);
    Values { shared, experts, ..Values::default() }
}

/// A block as the paper writes it, in f64.
fn run(layers: &[Layer], k: usize, p: &[f32], mut x: Vec<f64>) -> Vec<f64> {
    for layer in layers {
        let w = &p[layer.weight_range(k)];
        let b = &p[layer.bias_range(k)];
        let row = |r: usize| {
            let w = &w[r * layer.fan_in..(r + 1) * layer.fan_in];
            let z: f64 = w.iter().zip(&x).map(|(&w, x)| f64::from(w) * x).sum();
            let z = z + f64::from(b[r]);
            if layer.active { (f64::from(OMEGA) * z).sin() } else { z }
        };
        x = (0..layer.fan_out).map(row).collect();
    }
    x
}

fn evaluate(arch: &Arch, shared: &[f32], experts: &[f32], coordinate: f64) -> Vec<f64> {
    let layout = arch.layout();
    let e = run(&layout.encoder, 0, shared, vec![coordinate]);
    let mut k = 0;
    if arch.experts > 1 {
        let mut m = run(&layout.manager_encoder, 0, shared, vec![coordinate]);
        m.extend(&e);
        let logits = run(&layout.manager_head, 0, shared, m);
        for (i, l) in logits.iter().enumerate() {
            if *l > logits[k] {
                k = i;
            }
        }
    }
    run(&layout.expert, k, experts, e)
}

fn decode(nex: &[u8]) -> Vec<i16> {
    let sound = Sound::open(nex).unwrap();
    let mut out = vec![0; sound.info().frames as usize * sound.channels()];
    let mut memory = vec![0; sound.best_len()];
    sound.play(&mut memory).unwrap().decode_into(&mut out).unwrap();
    out
}

/// SNR against the f64 model, at the level where nothing saturates.
fn snr(arch: &Arch, precision: Precision, seed: u64) -> f64 {
    let values = parameters(arch, seed);
    let Values { shared, experts, .. } = &values;
    let quantiser = Quantiser::new(arch, precision, domain(), 8_000, PEAK);
    let decoded = decode(&quantiser.pack(&values, None).unwrap());
    let (mut signal, mut noise) = (0.0, 0.0);
    for (n, frame) in decoded.chunks_exact(arch.out_dim).enumerate() {
        let truth = evaluate(arch, shared, experts, domain().coordinate(n as u32));
        for (&got, truth) in frame.iter().zip(truth) {
            let peak = f64::from(PEAK) * 32_768.0;
            let truth = (truth * peak).clamp(-peak.round(), peak.round());
            signal += truth * truth;
            noise += (f64::from(got) - truth).powi(2);
        }
    }
    10.0 * (signal / noise).log10()
}

#[test]
fn packed_files_decode_to_the_trained_function() {
    for experts in [1, 3] {
        for channels in [1, 2] {
            let arch = arch(experts, channels);
            for (precision, floor) in [
                (Precision::F32, 75.0),
                (Precision::F16, 40.0),
                (Precision::I16, 55.0),
                (Precision::I8, 12.0),
            ] {
                let db = snr(&arch, precision, 7);
                println!("N={experts} channels={channels} {precision:?}: {db:.1} dB");
                assert!(db > floor, "{precision:?} N={experts} channels={channels}: {db:.1} dB");
            }
        }
    }
}

#[test]
fn fake_quantisation_is_what_the_file_holds() {
    let arch = arch(3, 2);
    let values = parameters(&arch, 11);
    let Values { shared, experts, .. } = &values;
    for precision in [Precision::I8, Precision::I16, Precision::F16, Precision::F32] {
        let quantiser = Quantiser::new(&arch, precision, domain(), 8_000, PEAK);
        let mut fake = (shared.clone(), experts.clone());
        quantiser.fake((shared, experts), (&mut fake.0, &mut fake.1));
        let original = decode(&quantiser.pack(&values, None).unwrap());
        // The fake values are the deployed function: only the decoder's own
        // arithmetic is left between them.
        let db = {
            let (mut signal, mut noise) = (0.0, 0.0);
            for (n, frame) in original.chunks_exact(2).enumerate() {
                let truth = evaluate(&arch, &fake.0, &fake.1, domain().coordinate(n as u32));
                for (&got, truth) in frame.iter().zip(truth) {
                    let truth = truth * f64::from(PEAK) * 32_768.0;
                    signal += truth * truth;
                    noise += (f64::from(got) - truth).powi(2);
                }
            }
            10.0 * (signal / noise).log10()
        };
        println!("{precision:?}: {db:.1} dB between fake values and decoder");
        assert!(db > 55.0, "{precision:?}: {db:.1} dB");
    }
}
