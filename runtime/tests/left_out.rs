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

#[cfg(any(feature = "compact-narrowband", feature = "compact-wideband"))]
#[test]
fn a_player_plays_other_rates_if_the_resampler_was_built_in() {
    use nex_runtime::{DecodeError, Player};

    let files = [golden("compact-speech"), golden("compact-wideband")];
    let sound = files.iter().find_map(|bytes| Sound::open(bytes).ok()).unwrap();
    let (mut memory, mut ahead) = (vec![0; sound.memory_len()], vec![0; sound.ahead_len(1)]);
    let own = sound.info().rate_hz;
    for rate_hz in [own, own - 1, own + 1, 48_000] {
        let mut player = Player::<1>::new(rate_hz, 1, &mut memory, &mut ahead).unwrap();
        let plays = rate_hz == own || cfg!(feature = "resampler");
        let expected = if plays { Ok(()) } else { Err(DecodeError::NoSuchOutput) };
        assert_eq!(player.play(&sound), expected, "{rate_hz}");
        assert_eq!(player.queue(&sound), expected, "{rate_hz}");
        let mut out = [0; 64];
        let mut heard = 0;
        while player.fill(&mut out) > 0 {
            heard += out.iter().filter(|&&sample| sample != 0).count();
        }
        assert_eq!((heard > 0, player.ended()), (plays, 2 * u32::from(plays)), "{rate_hz}");
    }
}
