//! Is SPEC.md's worked example a file, and does every rule give its error?

mod page;

use nex_format::{Error, File, Part, SectionId};
use page::{block, changed, crc};

fn example() -> Vec<u8> {
    block("hex")
}

#[test]
fn the_checksum_has_the_check_value() {
    assert_eq!(crc(b"123456789"), 0xcbf4_3926);
}

#[test]
fn the_example_parses() {
    let bytes = example();
    let file = File::parse(&bytes).unwrap();
    assert_eq!(file.comment(), Some("tick"));
    assert_eq!(file.mixture().experts.count(), 2);
    let places: Vec<_> = file.sections().iter().map(|s| (s.id.0, s.offset, s.bytes)).collect();
    assert_eq!(places, [(1, 0x2b, 24), (2, 0x43, 44), (3, 0x6f, 52), (128, 0xa3, 4)]);
    assert_eq!(changed("hex", 0, 0, &[]), bytes);
}

#[test]
fn every_rule_gives_its_error() {
    use Error::{BadHeader, BadWeights, LimitExceeded, UnknownKind};
    // What a decoder that knows further networks says, and one that does not.
    let further = |knows, other| if cfg!(feature = "models") { knows } else { other };
    let cases: [(usize, usize, &[u8], Error); 38] = [
        (0, 3, b"NET", Error::BadMagic),
        (3, 1, &[2], Error::UnsupportedVersion(2)),
        (4, 1, &[4], UnknownKind(Part::Signal, 4)),
        (5, 2, &[0], BadHeader(Part::Rate)),
        (5, 2, &[0x81, 0xf0, 0x2e], BadHeader(Part::Rate)), // 768,001
        (5, 2, &[0xc0, 0xbe, 0x00], BadHeader(Part::Signal)), // a byte too long
        (5, 2, &[0xff, 0xff, 0xff, 0xff, 0x1f], BadHeader(Part::Signal)), // 33 bits
        (7, 1, &[0], BadHeader(Part::Channels)),
        (7, 1, &[9], LimitExceeded(Part::Channels)),
        (8, 1, &[0], BadHeader(Part::Frames)),
        (9, 2, &[0], BadHeader(Part::Peak)),
        (9, 2, &[0x81, 0x80, 0x02], BadHeader(Part::Peak)), // 32,769
        (0xb, 1, &[2], UnknownKind(Part::Arithmetic, 2)),
        (0xc, 1, &[3], UnknownKind(Part::Gate, 3)),
        (0xd, 1, &[4], UnknownKind(Part::Activation, 4)),
        (0xd, 1, &[1], further(BadHeader(Part::Activation), UnknownKind(Part::Activation, 1))),
        (0xc, 1, &[4], further(BadHeader(Part::Sections), UnknownKind(Part::Gate, 4))),
        (0xe, 1, &[0], BadHeader(Part::Width)),
        (0xe, 1, &[0x81, 0x08], LimitExceeded(Part::Width)), // 1,025
        (0xf, 2, &[0], BadHeader(Part::Layers)),
        (
            0xf,
            2,
            &[16, 4, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3],
            LimitExceeded(Part::Layers),
        ),
        (0x10, 1, &[7], UnknownKind(Part::WeightType, 7)),
        (0x10, 1, &[5], further(BadHeader(Part::WeightType), UnknownKind(Part::WeightType, 5))),
        (0x10, 1, &[3], BadHeader(Part::WeightType)),
        (0x14, 1, &[1], BadHeader(Part::WeightType)),
        (0x16, 1, &[0], UnknownKind(Part::Encoder, 0)),
        (0x16, 1, &[3], further(BadHeader(Part::Encoder), UnknownKind(Part::Encoder, 3))),
        (0x1b, 1, &[1], UnknownKind(Part::Experts, 1)),
        (0x1c, 1, &[1], BadHeader(Part::Experts)),
        (0x1c, 1, &[0x81, 0x02], LimitExceeded(Part::Experts)), // 257
        (0x23, 1, &[2], BadHeader(Part::Sections)),
        (0x27, 1, &[4], BadHeader(Part::Sections)), // no baked routing
        (0x27, 1, &[5], UnknownKind(Part::Sections, 5)),
        (0x28, 1, &[0x33], Error::TrailingBytes),
        (0x28, 1, &[0x35], Error::Truncated),
        (0xa3, 1, &[0xff], BadHeader(Part::Comment)),
        (0x62, 1, &[0x80], BadWeights(Part::ManagerWeights)),
        (0x84, 1, &[0x80], BadWeights(Part::ExpertWeights)),
    ];
    for (at, len, with, error) in cases {
        let bytes = changed("hex", at, len, with);
        assert_eq!(File::parse(&bytes).err(), Some(error), "{with:02x?} at {at:#x}");
    }
}

#[test]
fn damage_cuts_and_additions_are_told_apart() {
    let bytes = example();
    for len in 0..bytes.len() {
        assert_eq!(File::parse(&bytes[..len]).err(), Some(Error::Truncated), "{len} bytes");
    }
    let longer = [&bytes[..], &[0]].concat();
    assert_eq!(File::parse(&longer).err(), Some(Error::TrailingBytes));
    for at in 0x2b..bytes.len() {
        let mut bytes = bytes.clone();
        bytes[at] ^= 0x10;
        assert_eq!(File::parse(&bytes).err(), Some(Error::BadCrc), "byte {at:#x}");
    }
}

#[test]
fn an_unknown_optional_section_is_skipped() {
    let bytes = changed("hex", 0x29, 1, &[SectionId::COMMENT.0 + 1]);
    let file = File::parse(&bytes).unwrap();
    assert_eq!(file.comment(), None);
    assert_eq!(file.sections().len(), 4);
}

#[cfg(feature = "write")]
mod write {
    use super::example;
    use nex_format::{
        File, Mlp, Signal, Tensor, WeightType,
        write::{self, IntegerRows, Layer},
    };

    fn layer(tensor: &Tensor<'_>) -> Layer {
        let rows = 0..tensor.rows();
        match tensor.weight_type() {
            WeightType::Oscillator => Layer::Oscillator {
                frequencies: rows.clone().map(|r| tensor.frequency(r, 0)).collect(),
                phases: rows.map(|r| tensor.phase(r)).collect(),
            },
            WeightType::I8 | WeightType::I16 => Layer::Integer {
                wide: tensor.weight_type() == WeightType::I16,
                weights: rows
                    .clone()
                    .flat_map(|r| (0..tensor.cols()).map(move |c| tensor.weight(r, c)))
                    .collect(),
                rows: if tensor.is_sine() {
                    IntegerRows::Sine {
                        multipliers: rows.clone().map(|r| tensor.multiplier(r) as u16).collect(),
                        phases: rows.map(|r| (tensor.phase(r) >> 16) as u16).collect(),
                    }
                } else {
                    IntegerRows::Linear {
                        multipliers: rows.clone().map(|r| tensor.multiplier(r)).collect(),
                        biases: rows.map(|r| tensor.bias(r)).collect(),
                    }
                },
            },
            other => panic!("{other:?} in an integer file"),
        }
    }

    fn block(mlp: &Mlp<'_>) -> write::Mlp {
        write::Mlp {
            width: mlp.width() as u16,
            layers: mlp.layers().map(|tensor| layer(&tensor)).collect(),
        }
    }

    #[test]
    fn the_example_is_written_alike() {
        let bytes = example();
        let file = File::parse(&bytes).unwrap();
        let read = file.mixture();
        let mixture = write::Mixture {
            arithmetic: read.arithmetic,
            manager: read.manager.as_ref().map(|m| (block(&m.encoder), block(&m.head))),
            encoder: block(&read.encoder),
            experts: (0..read.experts.count()).map(|k| block(&read.experts.get(k))).collect(),
        };
        let Signal::Audio(audio) = file.signal() else { panic!("not a sound") };
        assert_eq!(write::encode(&audio, &mixture, file.comment()).unwrap(), bytes);
    }
}
