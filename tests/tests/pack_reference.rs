//! Do packed sections mean what SPEC.md says? (another decoder, written from
//! the page alone)

use nex_format::{
    neural::{File, Tensor, WeightType, pack},
    sections,
};
use nex_tests::forge;
use std::collections::HashMap;

/// The range decoder, and the models by name.
struct Page<'a> {
    bytes: &'a [u8],
    at: usize,
    r: u32,
    c: u32,
    models: HashMap<(&'static str, u32, u32), (u32, u32)>,
}

impl Page<'_> {
    fn next_byte(&mut self) {
        let byte = self.bytes.get(self.at).copied().unwrap_or(0);
        self.at += 1;
        self.c = self.c << 8 | u32::from(byte);
    }

    fn open(&mut self) {
        (self.at, self.r) = (0, u32::MAX);
        (0..4).for_each(|_| self.next_byte());
    }

    fn decision(&mut self, p: u32) -> u32 {
        let b = (self.r >> 16) * p;
        let bit = self.c < b;
        if bit {
            self.r = b;
        } else {
            self.c -= b;
            self.r -= b;
        }
        while self.r < 1 << 24 {
            self.r <<= 8;
            self.next_byte();
        }
        u32::from(bit)
    }

    fn raw(&mut self, bits: u32) -> u32 {
        (0..bits).fold(0, |sum, _| sum << 1 | self.decision(1 << 15))
    }

    fn model(&mut self, name: (&'static str, u32, u32)) -> u32 {
        let (p, n) = self.models.get(&name).copied().unwrap_or((1 << 15, 0));
        let bit = self.decision(p);
        let part = 2 * n + 3;
        let p = if bit == 1 { p + 2 * ((1 << 16) - p) / part } else { p - 2 * p / part };
        self.models.insert(name, (p.clamp(64, (1 << 16) - 64), (n + 1).min(126)));
        bit
    }

    fn tree(&mut self, name: &'static str, which: u32, bits: u32) -> u32 {
        let node = (0..bits).fold(1, |node, _| 2 * node + self.model((name, which, node)));
        node - (1 << bits)
    }

    fn class(&mut self, set: &'static str) -> u32 {
        self.tree(set, 99, 6)
    }

    fn mantissa(&mut self, set: &'static str, class: u32, bits: u32) -> u32 {
        let high = self.tree(set, class % 32, bits.min(2));
        let rest = bits.saturating_sub(2);
        high << rest | self.raw(rest)
    }

    fn unsigned(&mut self, set: &'static str) -> u32 {
        match self.class(set).min(32) {
            0 => 0,
            c => 1 << (c - 1) | self.mantissa(set, c, c - 1),
        }
    }

    fn signed(&mut self, set: &'static str) -> i64 {
        let magnitude = i64::from(self.unsigned(set));
        if magnitude != 0 && self.raw(1) == 1 { -magnitude } else { magnitude }
    }

    fn f16(&mut self, set: &'static str) -> u16 {
        let sign = self.raw(1);
        let exponent = self.class(set) % 32;
        (sign << 15 | exponent << 10 | self.mantissa(set, exponent, 10)) as u16
    }

    fn f32(&mut self, set: &'static str) -> u32 {
        let sign = self.raw(1);
        let class = self.class(set);
        let exponent = if class == 0 { self.raw(7) } else { class + 95 };
        sign << 31 | exponent << 23 | self.mantissa(set, class, 23)
    }

    fn row_of_bytes(&mut self, cols: usize, out: &mut Vec<u8>) {
        let mut before = false;
        for r in (0..cols).rev() {
            let bits = (0..).find(|&k| r >> k == 0).unwrap_or(0);
            let large = self.model(if before { ("B", 0, 0) } else { ("A", 6.min(bits), 0) }) == 1;
            let magnitude = if !large {
                self.tree("D", 0, 3) << 4 | self.raw(4)
            } else if self.model(("C", 0, 0)) == 0 {
                126
            } else {
                127 + self.model(("C", 1, 0))
            };
            before |= large;
            let negative = magnitude != 0 && self.raw(1) == 1;
            out.push(if negative { 0u32.wrapping_sub(magnitude) } else { magnitude } as u8);
        }
    }

    fn tensor(&mut self, tensor: &Tensor<'_>, out: &mut Vec<u8>) {
        let sine = tensor.is_sine();
        let set = if sine { "S" } else { "L" };
        for _ in 0..tensor.rows() {
            if tensor.weight_type() == WeightType::I8 {
                self.row_of_bytes(tensor.cols(), out);
                continue;
            }
            for _ in 0..tensor.cols() {
                match tensor.weight_type() {
                    WeightType::I16 => out.extend((self.signed(set) as i16).to_le_bytes()),
                    WeightType::F16 => out.extend(self.f16(set).to_le_bytes()),
                    WeightType::F32 => out.extend(self.f32(set).to_le_bytes()),
                    _ => out.extend((self.signed("F") as i32).to_le_bytes()),
                }
            }
        }
        let integer = matches!(tensor.weight_type(), WeightType::I8 | WeightType::I16);
        for _ in (0..tensor.rows()).filter(|_| integer) {
            let multiplier = self.unsigned("M").to_le_bytes();
            out.extend(&multiplier[..if sine { 2 } else { 4 }]);
        }
        for _ in 0..tensor.rows() {
            match (tensor.weight_type(), sine) {
                (WeightType::Oscillator, _) => out.extend(self.raw(32).to_le_bytes()),
                (_, true) if integer => out.extend((self.signed("B") as i16).to_le_bytes()),
                (_, false) if integer => out.extend((self.signed("B") as i32).to_le_bytes()),
                _ => out.extend(self.f32("B").to_le_bytes()),
            }
        }
    }
}

#[test]
fn packed_sections_mean_what_the_page_says() {
    let mut decoded = 0;
    for seed in 0..300 {
        let bytes = forge::file(seed);
        let file = File::parse(&bytes).unwrap();
        let mixture = file.mixture();
        let packed = pack(&bytes).unwrap();
        let mut page = Page { bytes: &[], at: 0, r: 0, c: 0, models: HashMap::new() };
        for stored in sections(&packed).unwrap() {
            let blocks = match (stored.id.0, &mixture.manager) {
                (17, _) => vec![mixture.encoder.clone()],
                (18, Some(manager)) => vec![manager.encoder.clone(), manager.head.clone()],
                (19, _) => (0..mixture.experts.count()).map(|k| mixture.experts.get(k)).collect(),
                _ => continue,
            };
            page.bytes = stored.data;
            page.open();
            let mut out = Vec::new();
            for tensor in blocks.iter().flat_map(|b| b.layers().collect::<Vec<_>>()) {
                page.tensor(&tensor, &mut out);
            }
            assert!(page.at >= stored.data.len());
            let plain = file.sections().find(|s| s.id.0 == stored.id.0 - 16).unwrap();
            assert!(out == plain.data, "seed {seed}, {:?}", stored.id);
            decoded += 1;
        }
    }
    assert!(decoded > 500);
}
