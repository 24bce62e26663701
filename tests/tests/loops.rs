//! Does a sound that is played over and over have the samples of its frames?

use nex_runtime::{Loop, Sound};
use std::{fs, path::Path};

/// The golden sounds that can be opened, and what they decode to.
fn sounds() -> Vec<(String, Vec<u8>, Vec<i16>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden");
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if !path.is_file() {
            continue;
        }
        let bytes = fs::read(&path).unwrap();
        let Ok(sound) = Sound::open(&bytes) else { continue };
        let mut memory = vec![0; sound.best_len()];
        let mut out = vec![0; sound.info().frames as usize * sound.channels()];
        sound.play(&mut memory).unwrap().decode_into(&mut out).unwrap();
        all.push((path.file_name().unwrap().to_string_lossy().into_owned(), bytes, out));
    }
    assert!(all.len() > 20, "{} golden sounds", all.len());
    all
}

/// Loops of a sound: all of it, one frame, from and to the middle of a chunk, and
/// from a chunk's beginning, where the chunk before is heard.
fn loops(sound: &Sound<'_>) -> Vec<Loop> {
    let (frames, chunk) = (sound.info().frames, sound.chunk_frames());
    let points = [(0, frames), (frames - 1, frames), (frames / 3, frames / 2), (chunk + 3, frames)];
    let points = points.into_iter().chain([(chunk, 2 * chunk), (0, 1), (frames / 5, frames - 1)]);
    points.map(|(start, end)| Loop { start, end }).filter(|l| l.fits(frames)).collect()
}

/// The frames 0 to `end` - 1, then those of the loop, so many in all.
fn spliced(samples: &[i16], channels: usize, points: Loop, frames: usize) -> Vec<i16> {
    let (start, end) = (points.start as usize * channels, points.end as usize * channels);
    let looped = samples[start..end].iter().cycle();
    samples[..end].iter().chain(looped).take(frames * channels).copied().collect()
}

#[test]
fn a_loop_has_the_samples_of_its_frames() {
    for (name, bytes, samples) in sounds() {
        let sound = Sound::open(&bytes).unwrap();
        let channels = sound.channels();
        let mut memory = vec![0; sound.points_len()];
        for points in loops(&sound) {
            let frames = (points.end as usize + 300).min(6_000);
            let expected = spliced(&samples, channels, points, frames);
            for block in [1, 64, 1_000, frames] {
                if block == 1 && frames > 1_000 && name.contains("trained") {
                    continue;
                }
                let mut playback = sound.clone().play(&mut memory).unwrap();
                let mut out = vec![0; expected.len()];
                for out in out.chunks_mut(block * channels) {
                    assert_eq!(playback.decode_looped(out, points), out.len() / channels, "{name}");
                }
                assert!(out == expected, "{name}, {points:?}, blocks of {block}");
            }
        }
    }
}

#[test]
fn a_jump_decodes_one_chunk_and_the_one_before_at_most() {
    for (name, bytes, _) in sounds() {
        let sound = Sound::open(&bytes).unwrap();
        let frames = sound.info().frames;
        if sound.network().is_some() || frames < 3 * sound.chunk_frames() {
            continue;
        }
        let start = frames - frames / 4;
        let points = Loop { start, end: frames };
        let mut memory = vec![0; sound.memory_len()];
        let mut playback = sound.clone().play(&mut memory).unwrap();
        let worst = sound.worst_case();
        playback.seek(frames - 1);
        let mut out = vec![0; 2 * sound.channels()];
        playback.decode_looped(&mut out[..sound.channels()], points);
        let before = playback.multiplies();
        playback.decode_looped(&mut out, points);
        let blocks = 2 * sound.chunk_frames().div_ceil(worst.frames) + 1;
        let spent = playback.multiplies() - before;
        assert!(spent <= worst.multiplies * u64::from(blocks), "{name}: {spent}");
    }
}

#[test]
fn points_that_a_sound_does_not_have_change_nothing() {
    let (_, bytes, samples) = sounds().remove(0);
    let sound = Sound::open(&bytes).unwrap();
    let frames = sound.info().frames;
    let mut memory = vec![0; sound.points_len()];
    for (start, end) in [(0, 0), (5, 5), (9, 3), (0, frames + 1), (u32::MAX, u32::MAX)] {
        let points = Loop { start, end };
        let mut out = vec![1; samples.len() + 8 * sound.channels()];
        let mut playback = sound.clone().play(&mut memory).unwrap();
        assert_eq!(playback.decode_looped(&mut out, points), frames as usize, "{points:?}");
        assert!(out[..samples.len()] == samples);
    }
}
