//! Is the lapped transform exact, and does the plan suit the sound?

use nex_encoder::mdct::{Dct4, Mdct};
use nex_encoder::plan::{Block, Effort, cost, plan};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;
use std::f64::consts::PI;
use std::ops::RangeInclusive;

const SIZES: RangeInclusive<u8> = 5..=11;
const LONGEST: usize = 1 << 11;

fn noise(len: usize, seed: u64) -> Vec<f64> {
    let mut rng = Pcg64Mcg::seed_from_u64(seed);
    (0..len).map(|_| rng.random_range(-30_000.0..30_000.0)).collect()
}

fn sine(len: usize) -> Vec<f64> {
    (0..len).map(|i| 8_000.0 * (0.3 * i as f64).sin()).collect()
}

/// Speech-like: decaying tones that start at odd places, over faint noise.
fn strokes(len: usize) -> Vec<f64> {
    let mut x: Vec<f64> = noise(len, 3).iter().map(|v| v * 2e-4).collect();
    for (i, start) in (700..len).step_by(3_333).enumerate() {
        for (n, v) in x[start..].iter_mut().enumerate() {
            let t = n as f64;
            *v += 9_000.0 * (-t / (200.0 + 300.0 * i as f64)).exp() * (0.2 * t).sin();
        }
    }
    x
}

fn fixed(len: usize, log2: u8) -> Vec<Block> {
    let block = |i: usize| Block { start: i << log2, log2, overlap: usize::from(i > 0) << log2 };
    (0..len >> log2).map(block).collect()
}

/// Any partition of `len` samples that is valid, with sizes from 1 up.
fn random_partition(len: usize, seed: u64) -> Vec<Block> {
    let mut rng = Pcg64Mcg::seed_from_u64(seed);
    let mut blocks: Vec<Block> = Vec::new();
    let mut start = 0usize;
    while start < len {
        let aligned = (start | LONGEST).trailing_zeros() as u8;
        let log2 = rng.random_range(0..=aligned);
        let overlap = match blocks.last() {
            Some(before) => 1 << rng.random_range(0..=log2.min(before.log2)),
            None => 0,
        };
        blocks.push(Block { start, log2, overlap });
        start += 1 << log2;
    }
    blocks
}

fn assert_valid(blocks: &[Block], len: usize) {
    let mut at = 0;
    for (i, block) in blocks.iter().enumerate() {
        assert_eq!(block.start, at, "gap before block {i}");
        assert!(SIZES.contains(&block.log2) && at % (1 << block.log2) == 0, "{block:?}");
        if i == 0 {
            assert_eq!(block.overlap, 0);
        } else {
            let widest = 1 << block.log2.min(blocks[i - 1].log2);
            assert!(block.overlap.is_power_of_two() && block.overlap <= widest, "{block:?}");
        }
        at = block.range().end;
    }
    assert_eq!(at, len);
}

#[test]
fn dct4_is_the_sum_of_its_definition() {
    for log2 in 0..=9 {
        let len = 1usize << log2;
        let x = noise(len, 1);
        let mut fast = x.clone();
        let mut dct = Dct4::new(log2);
        assert_eq!(dct.size(), len);
        dct.process(&mut fast);
        for (k, fast) in fast.iter().enumerate() {
            let angle = |n: usize| PI / len as f64 * (n as f64 + 0.5) * (k as f64 + 0.5);
            let sum: f64 = x.iter().enumerate().map(|(n, x)| x * angle(n).cos()).sum();
            let direct = sum * (2.0 / len as f64).sqrt();
            assert!((fast - direct).abs() < 1e-7, "size {len}, {k}: {fast} for {direct}");
        }
        dct.process(&mut fast);
        let error = fast.iter().zip(&x).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        assert!(error < 1e-9, "size {len}: back within {error}");
    }
}

#[test]
fn a_boundary_folds_as_documented() {
    let (p, w) = (32usize, 16usize);
    let x = noise(64, 2);
    let blocks = [Block { start: 0, log2: 5, overlap: 0 }, Block { start: p, log2: 5, overlap: w }];
    let mut y = x.clone();
    for n in 0..w / 2 {
        let phase = PI * ((n + w / 2) as f64 + 0.5) / (2 * w) as f64;
        let (s, c) = ((phase + PI / 2.0 * phase.sin().powi(2)) / 2.0).sin_cos();
        let (r, l) = (x[p + n], x[p - 1 - n]);
        (y[p + n], y[p - 1 - n]) = (s * r + c * l, s * l - c * r);
    }
    let mut dct = Dct4::new(5);
    y.chunks_exact_mut(p).for_each(|block| dct.process(block));
    let coefs = Mdct::new().forward(&x, &blocks);
    assert!(coefs.iter().zip(&y).all(|(a, b)| (a - b).abs() < 1e-9), "{coefs:?} for {y:?}");
}

#[test]
fn any_partition_is_orthonormal_and_reconstructs() {
    for seed in 0..20 {
        let len = 3 * LONGEST;
        let (x, blocks) = (noise(len, seed), random_partition(len, seed));
        let mut mdct = Mdct::new();
        let coefs = mdct.forward(&x, &blocks);
        let energy = |v: &[f64]| v.iter().map(|v| v * v).sum::<f64>();
        assert!((energy(&coefs) / energy(&x) - 1.0).abs() < 1e-12, "Parseval, seed {seed}");
        let back = mdct.inverse(&coefs, &blocks);
        let error = back.iter().zip(&x).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        assert!(error < 1e-9, "seed {seed}: back within {error}");
    }
}

#[test]
fn odd_inputs_are_continued_with_zeros() {
    let mut mdct = Mdct::new();
    assert!(mdct.forward(&[1.0], &[]).is_empty());
    assert_eq!(mdct.inverse(&[], &fixed(64, 5)), [0.0; 64]);
    let long = [noise(40, 5), vec![0.0; 24]].concat();
    let blocks = fixed(64, 5);
    assert_eq!(mdct.forward(&long[..40], &blocks), mdct.forward(&long, &blocks));
    assert!(plan(&[], SIZES, 1.0, None, Effort::Full).is_empty());
    for step in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e-300] {
        assert_valid(&plan(&sine(LONGEST), SIZES, step, None, Effort::Full), LONGEST);
    }
    assert_valid(&plan(&[f64::NAN; LONGEST], SIZES, 1.0, None, Effort::Fast), LONGEST);
}

#[test]
fn a_click_gets_short_blocks_and_a_sine_long_ones() {
    for effort in [Effort::Fast, Effort::Full] {
        let (len, click) = (4 * LONGEST, 5_000);
        let mut x = vec![0.0; len];
        x[click] = 20_000.0;
        let blocks = plan(&x, SIZES, 100.0, None, effort);
        assert_valid(&blocks, len);
        let near = blocks.iter().find(|b| b.range().contains(&click)).unwrap();
        assert_eq!(near.log2, 5, "around the click");
        assert!(blocks.iter().filter(|b| b.log2 == 11).count() >= 2, "in the silence");

        let blocks = plan(&sine(len), SIZES, 100.0, None, effort);
        assert_valid(&blocks, len);
        // The ends are not blended, so something shorter may pay there.
        let inner = blocks.iter().filter(|b| b.start >= LONGEST && b.start < len - LONGEST);
        assert!(inner.clone().all(|b| b.log2 == 11), "{blocks:?}");
        assert_eq!(inner.count(), 2);
    }
}

#[test]
fn a_plan_beats_every_fixed_size() {
    let len = 8 * LONGEST;
    for x in [strokes(len), noise(len, 9), sine(len)] {
        for step in [3.0, 50.0, 800.0] {
            let full = plan(&x, SIZES, step, None, Effort::Full);
            let fast = plan(&x, SIZES, step, None, Effort::Fast);
            assert_valid(&full, len);
            assert_valid(&fast, len);
            let full = cost(&x, &full, step, None);
            // The search adds half blocks in f32, `cost` whole ones in f64.
            let rounding = 1.0 + 1e-5;
            assert!(full <= cost(&x, &fast, step, None) * rounding, "step {step}");
            for log2 in SIZES {
                let fixed = cost(&x, &fixed(len, log2), step, None);
                assert!(full <= fixed * rounding, "step {step}: {full} over {fixed} at {log2}");
            }
        }
    }
}

#[test]
fn weights_steer_the_plan_as_the_step_does() {
    let x = strokes(4 * LONGEST);
    let halve = |_: usize, _: u8, out: &mut [f64]| out.fill(0.5);
    let weighted = plan(&x, SIZES, 50.0, Some(&halve), Effort::Full);
    assert_eq!(weighted, plan(&x, SIZES, 100.0, None, Effort::Full));

    // A weight of zero above a quarter of the band: the click is not heard.
    let mut x = sine(4 * LONGEST);
    x[5_000] += 20_000.0;
    let deaf = |_: usize, _: u8, out: &mut [f64]| {
        let quarter = out.len() / 4;
        out[..quarter].fill(1.0);
        out[quarter..].fill(0.0);
    };
    let all = plan(&x, SIZES, 100.0, None, Effort::Full).len();
    let low = plan(&x, SIZES, 100.0, Some(&deaf), Effort::Full).len();
    assert!(low < all, "{low} blocks without the high band, {all} with it");
}

#[test]
fn threads_do_not_change_the_plan() {
    let x = strokes(8 * LONGEST);
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| plan(&x, SIZES, 60.0, None, Effort::Full))
    };
    assert_eq!(with(1), with(5));
}
