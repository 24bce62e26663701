//! What does each signal's type say of the files that are not its own?

use nex_runtime::{Error, Kind, Part, Picture, Profile, Shape, Signal, Sound};

/// An example of the format's page: offset, bytes, two spaces, words.
fn example(name: &str) -> Vec<u8> {
    let page = include_str!("../../format/SPEC.md");
    let block = page.split_once(&format!("```{name}\n")).unwrap().1.split_once("```").unwrap().0;
    let bytes = |line: &str| -> Vec<u8> {
        let hex = line.split("  ").nth(1).unwrap_or("");
        hex.split(' ').map(|b| u8::from_str_radix(b, 16).unwrap()).collect()
    };
    block.lines().flat_map(bytes).collect()
}

/// The same with another kind's byte.
#[cfg(feature = "neural")]
fn of_kind(name: &str, byte: u8) -> Vec<u8> {
    let mut bytes = example(name);
    bytes[4] = byte;
    bytes
}

/// What the three types say.
fn said(bytes: &[u8]) -> [(Signal, Option<Error>); 3] {
    [
        (Signal::Sound, Sound::open(bytes).err()),
        (Signal::Picture, Picture::open(bytes).err()),
        (Signal::Shape, Shape::open(bytes).err()),
    ]
}

#[test]
fn a_file_of_another_signal_is_of_another_kind_whatever_is_built_in() {
    let (neural, compact) = (Profile::Neural, Profile::Compact);
    for (name, signal, profile, built) in [
        ("hex", Signal::Sound, neural, cfg!(feature = "neural")),
        ("picture", Signal::Picture, neural, cfg!(feature = "neural")),
        ("shape", Signal::Shape, neural, cfg!(feature = "neural")),
        // In mono, of the model for 8 kHz.
        ("compact", Signal::Sound, compact, cfg!(feature = "compact-narrowband")),
        ("compact-picture", Signal::Picture, compact, cfg!(feature = "compact-core")),
        ("compact-shape", Signal::Shape, compact, cfg!(feature = "compact-shape")),
    ] {
        for (asked, error) in said(&example(name)) {
            let expected = match asked == signal {
                true if built => None,
                true if (asked, profile) == (Signal::Sound, compact)
                    && cfg!(feature = "compact-core") =>
                {
                    Some(Error::LeftOut(Part::Models))
                }
                true => Some(Error::NotBuilt(profile)),
                false => Some(Error::OtherKind(Kind::new(signal, profile))),
            };
            assert_eq!(error, expected, "{name} as a {}", asked.name());
        }
    }
}

/// A decoder of any profile looks at the checksum before it names another kind.
#[cfg(feature = "neural")]
#[test]
fn a_damaged_kind_is_damage() {
    for byte in [0x93, 0x83, 0xa0] {
        for (asked, error) in said(&of_kind("hex", byte)) {
            assert_eq!(error, Some(Error::BadCrc), "{byte:#x} as a {}", asked.name());
        }
    }
}
