//! Is the network the paper's, and where does it start?

use ne_train::model::{Arch, Block, FirstInit, Spec, Values, initialise};

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
    let draw = |seed| initialise(&Spec::experts(arch), FirstInit::Siren, seed);
    assert_eq!(draw(5), draw(5));
    assert_ne!(draw(5).experts, draw(6).experts);
    let Values { shared, experts, .. } = draw(5);
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
