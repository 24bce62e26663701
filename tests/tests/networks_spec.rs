//! Is what SPEC.md shows of further networks what is written and decoded?

use nex_format::neural::{
    Activation, Arithmetic, Header, PictureHeader, WeightType,
    write::{Design, Grid, GridLevel, Layer, Mixture, Mlp},
};
use nex_runtime::{Kernel, Picture, Position, finer, soft_plus};
use nex_tests::{
    networks::Network,
    page::{self, page},
};
use std::fmt::Write;

/// The network of the example.
fn network() -> Network {
    let level = |vertices: u16, values: &[f32]| GridLevel {
        vertices,
        scale: (u32::from(vertices) - 1) << 16,
        values: values.to_vec(),
    };
    let grid = Grid {
        features: 1,
        table_log2: 3,
        storage: WeightType::I8,
        offset: 1 << 15,
        levels: vec![
            level(2, &[1.27, -0.5, 0.25, 0.75]),
            level(4, &[0.1, -0.1, 0.2, 1.27, 0.5, -0.5, 0.3, 0.0]),
        ],
    };
    let f32s = |weights: &[f32], biases: &[f32]| Layer::F32 {
        weights: weights.to_vec(),
        biases: biases.to_vec(),
    };
    let f16s = |weights: &[f32], biases: &[f32]| Layer::F16 {
        weights: weights.to_vec(),
        biases: biases.to_vec(),
    };
    let own = Layer::Position { half: true, weights: vec![0.125, -0.0625], biases: vec![0.0] };
    let expert = |weights: &[f32], bias| Mlp {
        width: 1,
        layers: vec![f16s(weights, &[0.0]), f16s(&[0.5], &[bias])],
    };
    Network {
        header: Header::Picture(PictureHeader { width: 3, height: 2, channels: 1 }),
        mixture: Mixture {
            arithmetic: Arithmetic::Float,
            manager: Some((
                Mlp { width: 1, layers: vec![own] },
                Mlp {
                    width: 1,
                    layers: vec![f16s(&[1.0], &[0.0]), f32s(&[1.0, 0.0], &[0.0, 0.25])],
                },
            )),
            encoder: Mlp { width: 1, layers: vec![] },
            experts: vec![expert(&[0.5, 1.0], 0.125), expert(&[1.0, -0.5], 0.25)],
        },
        design: Design {
            manager_encoder: Activation::Finer,
            manager_head: Activation::Relu,
            expert: Activation::SoftPlus,
            alone: true,
            grid: Some(grid),
            ..Design::default()
        },
    }
}

#[test]
fn the_example_is_what_is_written_and_decoded() {
    let page = page();
    let bytes = network().file();
    let mut hex = String::new();
    bytes.iter().for_each(|byte| write!(hex, "{byte:02x} ").unwrap());
    assert_eq!(page::bytes(&page, "network"), bytes, "written: {hex}");
    let line = |start: &str| -> Vec<u8> {
        let rest = page.lines().find_map(|line| line.strip_prefix(start)).unwrap();
        rest.split_whitespace().map(|n| n.parse().unwrap()).collect()
    };
    for kernel in Kernel::ALL.into_iter().filter(|k| k.is_available()) {
        let mut decoder = Picture::open(&bytes).unwrap();
        decoder.set_kernel(kernel).unwrap();
        let mut scratch = vec![0; decoder.best_len()];
        let mut out = [0; 6];
        decoder.decode_into(&mut out, &mut scratch).unwrap();
        let mut experts = Vec::new();
        for (x, y) in [(0, 0), (1, 0), (2, 0), (0, 1), (1, 1), (2, 1)] {
            let centre = |pixel| Position::new(pixel, 1 << 31);
            experts.push(
                decoder.field().unwrap().expert_at((centre(x), centre(y)), &mut scratch).unwrap(),
            );
        }
        assert_eq!(experts, line("    of the network: experts "));
        assert_eq!(out[..], line("    of the network: samples "));
    }
}

#[test]
fn the_listed_activations_are_computed() {
    let page = page();
    let row = |name: &str| -> Vec<u32> {
        let start = format!("| {name} | `");
        let row = page.lines().find(|line| line.starts_with(&start)).unwrap();
        row.split('`').skip(1).step_by(2).map(|b| u32::from_str_radix(b, 16).unwrap()).collect()
    };
    let inputs: Vec<f32> = row("z").into_iter().map(f32::from_bits).collect();
    assert_eq!(inputs, [0.0, 0.05, -0.01, -0.3, 1.0]);
    let bits = |f: fn(f32) -> f32| inputs.iter().map(|&z| f(z).to_bits()).collect::<Vec<_>>();
    assert_eq!(row("FINER"), bits(finer), "{:08x?}", bits(finer));
    assert_eq!(row("SoftPlus"), bits(soft_plus), "{:08x?}", bits(soft_plus));
}
