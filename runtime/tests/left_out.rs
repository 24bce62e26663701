//! Does a decoder that was built in part refuse what it lacks, and decode the rest?
#![cfg(feature = "compact-core")]

use nex_runtime::{Error, Part, SampleChecksum, Sound};

fn golden(name: &str) -> Vec<u8> {
    let path = format!("{}/../tests/golden/{name}.nex", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(path).unwrap()
}

/// Its checksum in the list.
fn expected(name: &str) -> String {
    let list = include_str!("../../tests/golden/golden.txt");
    let line = list.lines().find(|line| line.starts_with(&format!("{name}.nex"))).unwrap();
    line.split_whitespace().last().unwrap().into()
}

#[test]
fn a_file_opens_if_all_that_it_needs_was_built_in() {
    let [narrow, wide] = [cfg!(feature = "compact-narrowband"), cfg!(feature = "compact-wideband")];
    for (name, model, stereo) in [
        ("compact-one-frame", narrow, false),
        ("compact-speech", narrow, false),
        ("compact-wideband", wide, false),
        ("compact-one-frame-stereo", narrow, true),
    ] {
        let bytes = golden(name);
        let sound = match Sound::open(&bytes) {
            Err(e) if stereo && !cfg!(feature = "compact-stereo") => {
                assert_eq!(e, Error::LeftOut(Part::Channels), "{name}");
                continue;
            }
            Err(e) => {
                assert_eq!((e, model), (Error::LeftOut(Part::Models), false), "{name}");
                continue;
            }
            Ok(sound) => sound,
        };
        assert!(model, "{name}");
        let mut samples = vec![0; sound.info().frames as usize * sound.channels()];
        let mut memory = vec![0; sound.memory_len()];
        sound.play(&mut memory).unwrap().decode_into(&mut samples).unwrap();
        let mut crc = SampleChecksum::new();
        crc.add(&samples);
        assert_eq!(format!("{:08x}", crc.value()), expected(name), "{name}");
    }
}
