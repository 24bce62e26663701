//! Is a sound that is read part by part encoded as one in memory is?

use nex_encoder::{Clip, Effort, EncodeError, Frames, Options, Request, encode};
use std::{
    io,
    sync::atomic::{AtomicUsize, Ordering},
};

/// Forty seconds of stereo in many chunks: tones that drift apart, clicks.
fn clip() -> Clip {
    let sample = |i: usize| {
        let (t, side) = ((i / 2) as f64 / 8_000.0, (i % 2) as f64);
        let click = if i % 20_011 < 6 { 12_000.0 } else { 0.0 };
        (5_000.0 * (t * (900.0 + 40.0 * t + 3.0 * side)).sin() + click) as i16
    };
    Clip::from_i16(8_000, 2, &(0..640_000).map(sample).collect::<Vec<_>>())
}

/// Remembers the longest read, and fails after some.
struct Watched {
    clip: Clip,
    longest: AtomicUsize,
    left: AtomicUsize,
}

impl Watched {
    fn new(reads: usize) -> Self {
        Self { clip: clip(), longest: AtomicUsize::new(0), left: AtomicUsize::new(reads) }
    }
}

impl Frames for Watched {
    fn rate_hz(&self) -> u32 {
        self.clip.rate_hz
    }

    fn channels(&self) -> usize {
        self.clip.channels
    }

    fn frames(&self) -> usize {
        self.clip.frames()
    }

    fn read(&self, start: usize, out: &mut [f32]) -> io::Result<()> {
        let before = self.left.fetch_sub(1, Ordering::Relaxed);
        if before == 0 || before > usize::MAX / 2 {
            return Err(io::Error::other("the disk is gone"));
        }
        self.longest.fetch_max(out.len() / self.clip.channels, Ordering::Relaxed);
        self.clip.read(start, out)
    }
}

#[test]
fn parts_make_the_same_file_as_the_whole() {
    let size = Request { bytes: Some(30_000), ..Request::default() }.options(40.0);
    for options in [Options::default(), Options { effort: Effort::Fast, ..size }] {
        let sound = Watched::new(usize::MAX / 2);
        let encoded = encode(&sound, &options).unwrap();
        assert!(encoded.bytes == encode(&clip(), &options).unwrap().bytes);
        // Of 320,000 frames.
        let longest = sound.longest.into_inner();
        assert!(longest <= 1 << 15, "{longest} frames at a time");
    }
}

#[test]
fn a_sound_that_cannot_be_read_is_an_error() {
    // Wherever it ends: in the first pass, a plan, a coding or the comparison.
    for reads in [0, 50, 100, 200, 260] {
        let failed = encode(&Watched::new(reads), &Options::default()).unwrap_err();
        assert!(matches!(failed, EncodeError::Read(_)), "{reads}: {failed}");
    }
}

#[test]
fn reading_beyond_the_end_is_an_error() {
    let mut out = [0.0; 4];
    assert!(clip().read(319_998, &mut out).is_ok());
    assert!(clip().read(319_999, &mut out).is_err());
    assert!(clip().read(400_000, &mut out).is_err());
}
