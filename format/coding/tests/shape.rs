//! What a shape's coefficients stand for, and that decisions come back.
#![cfg(feature = "write")]
#![allow(clippy::indexing_slicing)] // of tests

use nex_coding::{
    range::{Decoder, Encoder},
    shape::{
        MAX_COUNT, MAX_DEGREE, UNIT,
        around::Around,
        basis::{ONE, Step, place_of, polynomials, products, sum},
        count, decisions, place, start,
        tree::{Node, Tree},
    },
};

/// Legendre's polynomials by their closed forms, with the size of the recurrence's.
fn exact(t: f64) -> [f64; 7] {
    let monic = [
        1.0,
        t,
        t * t - 1.0 / 3.0,
        t.powi(3) - 3.0 / 5.0 * t,
        t.powi(4) - 6.0 / 7.0 * t * t + 3.0 / 35.0,
        t.powi(5) - 10.0 / 9.0 * t.powi(3) + 5.0 / 21.0 * t,
        t.powi(6) - 15.0 / 11.0 * t.powi(4) + 5.0 / 11.0 * t * t - 5.0 / 231.0,
    ];
    let mut k = 0;
    monic.map(|p| {
        k += 1;
        p * 2f64.powi((k - 2).max(0))
    })
}

#[test]
fn polynomials_are_those_of_legendre() {
    let one = f64::from(ONE);
    for t in (-ONE..=ONE).step_by(if cfg!(miri) { 997 } else { 64 }) {
        let place = f64::from(t) / one;
        for (k, p) in polynomials(t).into_iter().enumerate() {
            let wrong = f64::from(p) / one - exact(place)[k];
            assert!(wrong.abs() < 0.004, "p_{k}({place}): off by {wrong}");
        }
    }
}

#[test]
fn every_coefficient_has_its_product() {
    let places = [-3000, 500, 2800].map(polynomials);
    let [x, y, z] = &places;
    for degree in 0..=MAX_DEGREE {
        let mut seen = vec![false; count(degree)];
        for powers in products(degree) {
            let at = place_of(powers, degree);
            assert!(!std::mem::replace(&mut seen[at], true), "{powers:?} of degree {degree}");
            let mut weights = vec![0; count(degree)];
            weights[at] = 20_000;
            let [a, b, c] = powers.map(usize::from);
            let meant = [x[a], y[b], z[c]]
                .iter()
                .fold(20_000.0, |product, &p| product * f64::from(p) / f64::from(ONE));
            let got = sum(&weights, degree, [x, y, z]);
            assert!((f64::from(got) - meant).abs() < 4.0, "{powers:?}: {got}, not {meant}");
        }
        assert!(seen.into_iter().all(|seen| seen));
    }
}

#[test]
fn nodes_come_back_from_words() {
    for node in [
        Node::Unknown,
        Node::Empty(false),
        Node::Empty(true),
        Node::Split(4096),
        Node::Leaf(6, (1 << 24) - 84),
    ] {
        assert_eq!(Node::from_word(node.to_word()), node);
    }
    assert_eq!(Node::from_word(Node::Empty(true).to_word() | 31 << 2), Node::Empty(true));
}

/// A plane through two blocks: the second one expects what the first one says.
#[test]
fn a_plane_is_expected_to_go_on() {
    let mut weights = vec![0i16; 4];
    // 2 voxels at the middle, rising by 8 voxels to the face along x.
    for (powers, value) in [([0, 0, 0], 2 * UNIT), ([1, 0, 0], 8 * UNIT)] {
        weights[place_of(powers, 1)] = value as i16;
    }
    let mut nodes = [0; 8];
    nodes[0] = Node::Leaf(1, 0).to_word();
    let tree = Tree { blocks: 2, nodes: &nodes, weights: &weights };
    let value = |x: i32| tree.value([x << 12, 5 << 12, 9 << 12]).unwrap();
    assert!((value(8) - 2 * UNIT).abs() <= 2 && (value(4) + 2 * UNIT).abs() <= 2);
    assert_eq!(tree.value([17 << 12, 0, 0]), None);
    for (corner, middle) in [([16, 0, 0], 18), ([0, 16, 0], 2), ([0, 0, 16], 2)] {
        let around = Around::new(&tree, corner, 2);
        assert_eq!((around.faces, around.experts, around.degree), (1, 1, 1));
        for (got, meant) in around.expected.into_iter().zip([middle, 8, 0, 0]) {
            assert!((got - meant * UNIT).abs() <= 8, "{corner:?}: {:?}", around.expected);
        }
    }
    assert!(!Around::new(&tree, [16, 16, 16], 2).is_known());
}

#[test]
fn decisions_come_back_and_any_bytes_decode() {
    let around = Around { faces: 2, experts: 2, degree: 3, nearness: 4, ..Around::default() };
    let mut given = [0; MAX_COUNT];
    for (i, weight) in given.iter_mut().enumerate() {
        *weight = [0, 1, -1, 3, 0, -14, 15, 400, -30_000][i * i % 9];
    }
    let mut tables = [0; place::COUNT];
    start(&mut tables);
    let mut coder = Encoder::new();
    for degree in 0..=MAX_DEGREE {
        for size in 0..3 {
            decisions::occupied(&mut coder, &mut tables, &around, size, degree % 2 == 0);
            decisions::inside(&mut coder, &mut tables, &around, size == 1);
            decisions::split(&mut coder, &mut tables, &around, size, size == 2);
            decisions::degree(&mut coder, &mut tables, &around, size, degree);
            decisions::weights(
                &mut coder,
                &mut tables,
                &around,
                (size, degree),
                &mut given.clone(),
            );
        }
    }
    let taught = tables;
    let bytes = coder.finish();
    start(&mut tables);
    let mut coder = Decoder::new(&bytes);
    for degree in 0..=MAX_DEGREE {
        for size in 0..3 {
            let coder = &mut coder;
            let tables = &mut tables;
            assert_eq!(decisions::occupied(coder, tables, &around, size, false), degree % 2 == 0);
            assert_eq!(decisions::inside(coder, tables, &around, false), size == 1);
            assert_eq!(decisions::split(coder, tables, &around, size, false), size == 2);
            assert_eq!(decisions::degree(coder, tables, &around, size, 0), degree);
            let mut got = [0; MAX_COUNT];
            decisions::weights(coder, tables, &around, (size, degree), &mut got);
            assert_eq!(got[..count(degree)], given[..count(degree)]);
        }
    }
    assert_eq!(tables, taught);
    for seed in 0..if cfg!(miri) { 1 } else { 64u8 } {
        let noise: Vec<u8> =
            (0..200u8).map(|i| i.wrapping_mul(seed) ^ seed.rotate_left(3)).collect();
        let mut coder = Decoder::new(&noise);
        for _ in 0..if cfg!(miri) { 2 } else { 20 } {
            let degree = decisions::degree(&mut coder, &mut tables, &around, 1, 0);
            let mut got = [0; MAX_COUNT];
            decisions::weights(&mut coder, &mut tables, &around, (1, degree), &mut got);
            let all = products(degree).zip(got);
            all.for_each(|(powers, weight)| {
                let _ = Step::new(320).coefficient(weight, (0, powers), i32::from(i16::MAX));
            });
        }
    }
}
