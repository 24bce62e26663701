//! Which kinds of files has SPEC.md, and what does a reader say of another?

mod page;

use nex_format::{Error, Kind, Part, Profile, Signal, check};
use page::{block, changed};

/// The block of the page that shows a file of the kind.
fn example(kind: Kind) -> &'static str {
    match (kind.signal, kind.profile) {
        (Signal::Sound, Profile::Neural) => "hex",
        (Signal::Picture, Profile::Neural) => "picture",
        (Signal::Shape, Profile::Neural) => "shape",
        (Signal::Sound, Profile::Compact) => "compact",
        (Signal::Picture, Profile::Compact) => "compact-picture",
        (Signal::Shape, Profile::Compact) => "compact-shape",
        other => panic!("no example of {other:?}"),
    }
}

/// What the kind's byte says, as the page has it.
fn expected(byte: u8) -> Result<Kind, Error> {
    let signals = [Signal::Sound, Signal::Picture, Signal::Shape];
    let profiles = [Profile::Neural, Profile::Compact];
    let (signal, profile) = (byte & 15, byte >> 4 & 7);
    let unknown = |part, number| Error::UnknownKind(part, number);
    let signal = signals.get(usize::from(signal)).ok_or(unknown(Part::Signal, signal))?;
    let profile = profiles.get(usize::from(profile)).ok_or(unknown(Part::Profile, profile))?;
    Ok(Kind::new(*signal, *profile))
}

/// Which kinds a parser reads, and what it says of a file that it refuses.
type Parser = (fn(Kind) -> bool, fn(&[u8]) -> Option<Error>);

/// The parsers that are built in.
fn parsers() -> Vec<Parser> {
    vec![
        #[cfg(feature = "neural")]
        (
            |kind| kind.profile == Profile::Neural,
            |bytes| nex_format::neural::File::parse(bytes).err(),
        ),
        #[cfg(feature = "compact")]
        (
            |kind| kind == Kind::new(Signal::Sound, Profile::Compact),
            |bytes| nex_format::compact::Sound::parse(bytes).err(),
        ),
        #[cfg(feature = "compact")]
        (
            |kind| kind == Kind::new(Signal::Picture, Profile::Compact),
            |bytes| nex_format::compact::Picture::parse(bytes).err(),
        ),
        #[cfg(feature = "compact")]
        (
            |kind| kind == Kind::new(Signal::Shape, Profile::Compact),
            |bytes| nex_format::compact::Shape::parse(bytes).err(),
        ),
    ]
}

#[test]
fn every_kind_has_an_example() {
    for kind in Kind::ALL {
        let bytes = block(example(kind));
        assert_eq!(Kind::of(&bytes), Ok(kind));
        assert_eq!(Kind::of(&bytes[..5]), Ok(kind));
        assert_eq!(kind.signal.dims(), 1 + kind.signal as usize);
        for (reads, parse) in parsers() {
            let error = if reads(kind) { None } else { Some(Error::OtherKind(kind)) };
            assert_eq!(parse(&bytes), error, "{kind:?}");
        }
    }
    for short in 0..5 {
        assert_eq!(Kind::of(&block("hex")[..short]), Err(Error::Truncated));
    }
}

#[test]
fn every_byte_is_a_kind_or_unknown() {
    // The table of the page: all cells that have no bytes are refused.
    // An interpreter takes a sample of them.
    for byte in (0..=255).step_by(if cfg!(miri) { 17 } else { 1 }) {
        let bytes = changed("compact", 4, 1, &[byte]);
        let kind = expected(byte);
        assert_eq!(Kind::of(&bytes), kind, "{byte:#x}");
        let refused = kind.map_or_else(|e| e, Error::OtherKind);
        for (reads, parse) in parsers() {
            if !kind.is_ok_and(reads) {
                assert_eq!(parse(&bytes), Some(refused), "{byte:#x}");
            }
        }
        if !kind.is_ok_and(|kind| Kind::ALL.contains(&kind)) {
            assert_eq!(check(&bytes), Err(refused), "{byte:#x}");
            let mut damaged = bytes;
            damaged[0x20] ^= 1;
            assert_eq!(check(&damaged), Err(Error::BadCrc), "{byte:#x}");
        }
    }
}

#[test]
fn kinds_that_are_kept_free_are_named() {
    for (byte, words) in
        [(0x13, "signal of kind 3 is unknown"), (0x20, "profile of kind 2 is unknown")]
    {
        let error = check(&changed("compact", 4, 1, &[byte])).unwrap_err();
        assert!(error.to_string().contains(words), "{byte:#x}: {error}");
    }
}

#[test]
fn what_is_not_built_in_is_named() {
    // A mono sound, of the model for 8 kHz; pictures and shapes have no models that could be left out.
    let (core, narrow) = (cfg!(feature = "compact-core"), cfg!(feature = "compact-narrowband"));
    for kind in Kind::ALL {
        let verdict = match (kind.profile, kind.signal) {
            (Profile::Neural, _) if cfg!(feature = "neural") => Ok(()),
            (Profile::Compact, Signal::Picture | Signal::Shape) if core => Ok(()),
            (Profile::Compact, _) if core && narrow => Ok(()),
            (Profile::Compact, _) if core => Err(Error::LeftOut(Part::Models)),
            (profile, _) => Err(Error::NotBuilt(profile)),
        };
        assert_eq!(check(&block(example(kind))), verdict, "{kind:?}");
    }
}

#[cfg(all(feature = "compact", feature = "write"))]
#[test]
fn a_compact_sound_is_written_alike() {
    use nex_format::compact::{Sound, write};
    let bytes = block("compact");
    let sound = Sound::parse(&bytes).unwrap();
    let sections: Vec<_> = sound.sections().map(|s| (s.id, s.data)).collect();
    let chunks: Vec<_> = sound.chunks().collect();
    assert_eq!(write(sound.header(), &sections, &chunks).unwrap(), bytes);
    // Without sections there is no table of them.
    let plain = write(sound.header(), &[], &chunks).unwrap();
    assert_eq!((plain[4], plain.len()), (0x10, bytes.len() - 3 - 4));
    assert_eq!(Kind::of(&plain), Kind::of(&bytes));
    let plain = Sound::parse(&plain).unwrap();
    assert_eq!((plain.header(), plain.sections().len()), (sound.header(), 0));
    assert!(plain.chunks().eq(sound.chunks()));
}

#[cfg(all(feature = "compact", feature = "write"))]
#[test]
fn a_compact_picture_is_written_alike() {
    use nex_format::{
        SectionId,
        compact::{Picture, write_picture},
    };
    let bytes = block("compact-picture");
    let picture = Picture::parse(&bytes).unwrap();
    let tiles: Vec<_> = picture.tiles().collect();
    assert_eq!(write_picture(picture.header(), &[], &tiles).unwrap(), bytes);
    // With a section there is a table of them.
    let sections: [(SectionId, &[u8]); 1] = [(SectionId::COMMENT, b"red")];
    let noted = write_picture(picture.header(), &sections, &tiles).unwrap();
    assert_eq!((noted[4], noted.len()), (0x91, bytes.len() + 3 + 3));
    let noted = Picture::parse(&noted).unwrap();
    assert_eq!((noted.header(), noted.sections().comment()), (picture.header(), Some("red")));
    assert!(noted.tiles().eq(picture.tiles()));
}

#[cfg(all(feature = "neural", feature = "write"))]
mod written {
    use super::{Kind, Profile, block, example};
    use nex_format::neural::{
        File, Header, Mlp, Tensor, WeightType,
        write::{self, IntegerRows, Layer},
    };

    fn layer(tensor: &Tensor<'_>) -> Layer {
        let rows = 0..tensor.rows();
        match tensor.weight_type() {
            WeightType::Oscillator => Layer::Oscillator {
                frequencies: rows
                    .clone()
                    .flat_map(|r| (0..tensor.cols()).map(move |axis| tensor.frequency(r, axis)))
                    .collect(),
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

    fn mlp(mlp: &Mlp<'_>) -> write::Mlp {
        write::Mlp {
            width: mlp.width() as u16,
            layers: mlp.layers().map(|tensor| layer(&tensor)).collect(),
        }
    }

    #[test]
    fn networks_are_written_alike() {
        for kind in Kind::ALL.into_iter().filter(|kind| kind.profile == Profile::Neural) {
            let bytes = block(example(kind));
            let file = File::parse(&bytes).unwrap();
            let read = file.mixture();
            let mixture = write::Mixture {
                arithmetic: read.arithmetic,
                manager: read.manager.as_ref().map(|m| (mlp(&m.encoder), mlp(&m.head))),
                encoder: mlp(&read.encoder),
                experts: (0..read.experts.count()).map(|k| mlp(&read.experts.get(k))).collect(),
            };
            let written = match file.header() {
                Header::Sound(sound) => write::encode(&sound, &mixture, file.comment()),
                Header::Picture(picture) => write::encode(&picture, &mixture, file.comment()),
                Header::Shape(shape) => write::encode(&shape, &mixture, file.comment()),
                other => panic!("{other:?}"),
            };
            assert_eq!(written.unwrap(), bytes, "{kind:?}");
        }
    }
}
