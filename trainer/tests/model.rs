//! Is the network the paper's, and do all backends agree on its gradient?

use ne_train::engine::{Batch, Engine, Errors, Grads, Known, LossWeights, Params, Sine, StepStats};
use ne_train::fit::Backend;
use ne_train::graph::Graph;
use ne_train::model::{Arch, Block, FirstInit, initialise};

#[test]
fn parameter_counts_are_the_papers() {
    assert_eq!(Arch::paper(2, 3, 4).parameters(), 365_968);
    let sdf = |encoder, expert, manager| Arch {
        in_dim: 3,
        out_dim: 1,
        experts: 8,
        encoder: Block::encoder(encoder, 2),
        manager_encoder: Block::encoder(manager, 2),
        manager_head: Block::head(manager, 2),
        expert: Block::head(expert, 2),
    };
    assert_eq!(sdf(512, 64, 128).parameters(), 1_285_904);
    assert_eq!(sdf(256, 32, 64).parameters(), 323_472);
}

/// 214,400 per coordinate, 54 % of them in the manager.
#[test]
fn the_cost_of_decoding_is_the_papers() {
    let (routed, manager) = Arch::paper(2, 3, 4).macs();
    assert_eq!((routed + manager, 100 * manager / (routed + manager)), (214_400, 53));
    assert_eq!(Arch { experts: 1, ..Arch::paper(2, 3, 4) }.macs(), (routed, 0));
}

#[test]
fn a_network_starts_in_its_bounds_and_from_its_seed() {
    let arch = Arch::paper(1, 1, 4);
    let (shared, experts) = initialise(&arch, FirstInit::Siren, 5);
    assert_eq!((shared.clone(), experts.clone()), initialise(&arch, FirstInit::Siren, 5));
    assert_ne!(experts, initialise(&arch, FirstInit::Siren, 6).1);
    let layout = arch.layout();
    let first = &layout.encoder[0];
    let largest = |v: &[f32]| v.iter().fold(0.0f32, |m, w| m.max(w.abs()));
    assert!((0.9..=1.0).contains(&largest(&shared[first.weight_range(0)])));
    assert_eq!(largest(&shared[first.bias_range(0)]), 0.0);
    let bound = (6.0f32 / 128.0).sqrt() / 30.0;
    let hidden = largest(&experts[layout.expert[0].weight_range(2)]);
    assert!(hidden <= bound && hidden > 0.99 * bound);
    assert_ne!(
        experts[layout.expert[0].weight_range(0)],
        experts[layout.expert[0].weight_range(1)]
    );
}

fn close(name: &str, a: &[f32], b: &[f32]) {
    let scale = a.iter().fold(0.0f32, |m, v| m.max(v.abs())).max(1e-6);
    for (i, (a, b)) in a.iter().zip(b).enumerate() {
        assert!((a - b).abs() < 1e-3 * scale, "{name} gradient {i}: {a} and {b}");
    }
}

/// Every loss at random parameters: the fused engine against burn's own
/// operations and automatic differentiation.
#[test]
fn fused_gradients_equal_every_backends() {
    let mut backends = vec![Backend::Flex];
    if cfg!(feature = "ndarray") {
        backends.push(Backend::Ndarray);
    }
    for (experts, in_dim, out_dim) in [(3, 1, 2), (1, 2, 1), (4, 3, 1)] {
        let arch = Arch {
            in_dim,
            out_dim,
            experts,
            encoder: Block { width: 9, sine_layers: 2 },
            manager_encoder: Block { width: 6, sine_layers: 2 },
            manager_head: Block { width: 7, sine_layers: 1 },
            expert: Block { width: 8, sine_layers: 2 },
        };
        let (shared, flat) = initialise(&arch, FirstInit::Siren, 2);
        let params = Params { shared: &shared, experts: &flat };
        let count = 300;
        let value = |i: usize| ((i * 7919 + 17) % 1999) as f32 / 999.5 - 1.0;
        let coords: Vec<f64> = (0..count * in_dim).map(|i| value(i).into()).collect();
        let targets: Vec<f32> = (0..count * out_dim).map(|i| value(i * 3)).collect();
        let labels: Vec<u8> = (0..count).map(|i| (i % experts) as u8).collect();
        let batch = Batch { coords: &coords, targets: &targets, labels: Some(&labels) };
        let mut engine = Engine::new(arch, 2).unwrap();
        let mut routing = vec![0; count];
        engine.route(params, &coords, Sine::Exact, &mut routing);
        let weights = LossWeights {
            reconstruction: 1000.0,
            label: 10.0,
            balance: 0.1,
            errors: Errors::Square,
        };
        let gradients = |step: &mut dyn FnMut(Grads<'_>) -> StepStats| {
            let mut to = (vec![0.0; shared.len()], vec![0.0; flat.len()]);
            let stats = step(Grads { shared: &mut to.0, experts: &mut to.1 });
            (stats, to.0, to.1)
        };
        let dense = gradients(&mut |g| engine.dense_step(params, batch, weights, Sine::Exact, g));
        let known = Known { routing: Some(&routing), features: None };
        let mode = (Sine::Exact, true);
        let routed = gradients(&mut |g| engine.routed_step(params, batch, weights, mode, known, g));
        for &backend in &backends {
            let graph = Graph::new(arch, ne_train::device::device(backend).unwrap());
            let check = |name: &str,
                         fused: &(StepStats, Vec<f32>, Vec<f32>),
                         step: &mut dyn FnMut(Grads<'_>) -> StepStats| {
                let (stats, shared, flat) = gradients(step);
                let name = format!("{backend:?} {name} N={experts}");
                assert!(
                    (stats.loss - fused.0.loss).abs() < 1e-4 * fused.0.loss.abs(),
                    "{name} loss"
                );
                assert_eq!(stats.usage, fused.0.usage, "{name} usage");
                close(&name, &fused.1, &shared);
                close(&name, &fused.2, &flat);
            };
            check("dense", &dense, &mut |g| graph.step(params, batch, weights, g));
            check("routed", &routed, &mut |g| {
                graph.routed_step(params, batch, weights, true, Some(&routing), g)
            });
        }
    }
}
