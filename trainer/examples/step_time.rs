//! How long does one training step take?
//!
//!     cargo run --release --example step_time -- [WIDTH] [N] [BATCH] [THREADS]
//!
//! Prints JSON: median milliseconds of a dense and of a sparse step
//! (experts only, routing and features known) on `THREADS` threads.

use ne_train::engine::{Batch, Engine, Errors, Grads, Known, LossWeights, Mode, Params, Sine};
use ne_train::model::{Arch, Block};
use std::time::Instant;

const REPEATS: usize = 15;

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn main() {
    let number = |i: usize, default: usize| {
        std::env::args().nth(i).map_or(default, |a| a.parse().expect("a number"))
    };
    let (width, experts, batch, threads) =
        (number(1, 32), number(2, 4), number(3, 16_384), number(4, 1));
    let encoder = Block::encoder(width, 2);
    let head = Block::head(width, 2);
    let arch = Arch {
        in_dim: 2,
        out_dim: 1,
        experts,
        encoder,
        manager_encoder: encoder,
        manager_head: head,
        expert: head,
    };
    let layout = arch.layout();
    let pseudo = |i: usize| ((i * 7919 + 13) % 2003) as f32 / 1001.5 - 1.0;
    let bound = (6.0 / width as f32).sqrt() / 30.0;
    let shared: Vec<f32> = (0..layout.shared_len).map(|i| bound * pseudo(i)).collect();
    let expert_params: Vec<f32> = (0..layout.experts_len).map(|i| bound * pseudo(i * 3)).collect();
    let coords: Vec<f64> = (0..batch * 2).map(|i| f64::from(pseudo(i))).collect();
    let targets: Vec<f32> = (0..batch).map(|i| pseudo(i * 5)).collect();
    let params = Params { shared: &shared, experts: &expert_params };
    let data = Batch { coords: &coords, targets: &targets, labels: None, weights: None };
    let weights =
        LossWeights { reconstruction: 1000.0, label: 0.0, balance: 0.0, errors: Errors::Square };
    let mut engine = Engine::new(arch, threads).expect("a valid shape");
    let mut grads = (vec![0.0; layout.shared_len], vec![0.0; layout.experts_len]);
    let mut routing = vec![0; batch];
    engine.route(params, &coords, Sine::Exact, &mut routing);
    let mut features = vec![0.0; batch * width];
    engine.features(params, &coords, Sine::Exact, &mut features);
    let known = Known { routing: Some(&routing), features: Some(&features), gate: None };
    let mode = |sine| Mode { sine, encoder: true };
    let frozen = Mode { sine: Sine::Exact, encoder: false };
    let none = Known::default();
    let (mut dense, mut q15, mut sparse) = (vec![], vec![], vec![]);
    for _ in 0..REPEATS {
        for (times, kind) in [(&mut dense, 0), (&mut q15, 1), (&mut sparse, 2)] {
            let grads = Grads { shared: &mut grads.0, experts: &mut grads.1 };
            let start = Instant::now();
            match kind {
                0 => engine.dense_step(params, data, weights, mode(Sine::Exact), none, grads),
                1 => engine.dense_step(params, data, weights, mode(Sine::Q15), none, grads),
                _ => engine.routed_step(params, data, weights, frozen, known, grads),
            };
            times.push(start.elapsed().as_secs_f64() * 1e3);
        }
    }
    println!(
        "{{\"width\": {width}, \"experts\": {experts}, \"batch\": {batch}, \"threads\": {threads}, \
         \"dense_ms\": {:.2}, \"dense_q15_ms\": {:.2}, \"sparse_ms\": {:.2}}}",
        median(dense),
        median(q15),
        median(sparse)
    );
}
