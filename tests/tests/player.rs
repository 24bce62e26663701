//! Does a player play what the decoder decodes, without gaps and clicks?

use nex_runtime::{DecodeError, Gain, Loop, Player, Sound};
use std::{fs, path::Path};

/// A golden sound of one or two channels, and what it decodes to.
struct Clip {
    name: String,
    bytes: &'static [u8],
    sound: &'static Sound<'static>,
    samples: Vec<i16>,
}

impl Clip {
    fn of(name: &str, bytes: Vec<u8>) -> Option<Self> {
        // As in flash: for ever.
        let bytes = &*bytes.leak();
        let sound = &*Box::leak(Box::new(Sound::open(bytes).ok()?));
        let mut memory = vec![0; sound.best_len()];
        let mut samples = vec![0; sound.info().frames as usize * sound.channels()];
        sound.clone().play(&mut memory).unwrap().decode_into(&mut samples).unwrap();
        Some(Self { name: name.into(), bytes, sound, samples })
    }

    fn sound(&self) -> &'static Sound<'static> {
        self.sound
    }

    fn frames(&self) -> usize {
        self.sound().info().frames as usize
    }
}

fn folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn clips() -> Vec<Clip> {
    let files = fs::read_dir(folder().join("golden")).unwrap().map(|entry| entry.unwrap().path());
    let files = files.filter(|path| path.is_file());
    let clips = files.filter_map(|path| {
        Clip::of(&path.file_name().unwrap().to_string_lossy(), fs::read(&path).unwrap())
    });
    let clips: Vec<_> = clips.filter(|clip| clip.sound().channels() <= 2).collect();
    assert!(clips.len() > 15, "{} golden sounds", clips.len());
    clips
}

/// A real sound.
fn speech() -> Clip {
    clips().into_iter().find(|clip| clip.name == "compact-speech.nex").unwrap()
}

/// Memory for any of the sounds.
struct Memory {
    words: Vec<u32>,
    ahead: Vec<i16>,
}

impl Memory {
    /// With so many frames ahead; `None`: as many as the longest block has.
    fn of<'a>(sounds: impl IntoIterator<Item = &'a Clip>, ahead: Option<usize>) -> Self {
        let mut memory = Self { words: Vec::new(), ahead: Vec::new() };
        for clip in sounds {
            let sound = clip.sound();
            let words = memory.words.len().max(sound.memory_len());
            let most = sound.ahead_len(2).max(memory.ahead.len());
            memory.words.resize(words, 0xdead_beef);
            memory.ahead.resize(ahead.map_or(most, |frames| 2 * frames), 99);
        }
        memory
    }

    fn player(&mut self, rate_hz: u32, channels: usize) -> Player<'_, '_, 2> {
        Player::new(rate_hz, channels, &mut self.words, &mut self.ahead).unwrap()
    }
}

/// Plays to the end, in buffers of so many frames.
fn to_the_end<const Q: usize>(
    player: &mut Player<'_, '_, Q>,
    channels: usize,
    frames: usize,
) -> Vec<i16> {
    let (mut all, mut buffer) = (Vec::new(), vec![77; frames * channels]);
    loop {
        let played = player.fill(&mut buffer);
        assert!(buffer[played * channels..].iter().all(|&s| s == 0), "no silence at the end");
        all.extend(&buffer[..played * channels]);
        if played == 0 {
            return all;
        }
    }
}

/// Without the silence before the first sound, which is whole buffers.
fn heard(samples: &[i16], expected: &[i16]) -> usize {
    let waited = samples.len() - expected.len();
    assert!(samples[..waited].iter().all(|&s| s == 0));
    assert!(samples[waited..] == *expected);
    waited
}

#[test]
fn at_its_own_rate_a_sound_has_its_own_bits() {
    for clip in clips() {
        let (sound, channels) = (clip.sound(), clip.sound().channels());
        let block = sound.worst_case().frames as usize;
        for ahead in [None, Some(1), Some(block / 2 + 1), Some(3 * block)] {
            for frames in [1, 33, 64, 5_000] {
                if frames == 1 && clip.frames() > 3_000 {
                    continue;
                }
                let mut memory = Memory::of([&clip], ahead);
                let mut player = memory.player(sound.info().rate_hz, channels);
                player.play(sound).unwrap();
                let played = to_the_end(&mut player, channels, frames);
                let waited = heard(&played, &clip.samples) / channels;
                // A block and a half, and short ones before; and a buffer.
                assert!(waited <= 2 * block + frames, "{}: {waited} of silence", clip.name);
                assert!(!player.is_playing() && player.ended() == 1 && player.position().is_none());
            }
        }
    }
}

#[test]
fn a_loop_has_the_samples_of_its_frames() {
    for clip in clips() {
        let (sound, channels) = (clip.sound(), clip.sound().channels());
        let (all, chunk) = (sound.info().frames, sound.chunk_frames());
        let points = [(0, all), (all - 1, all), (all / 3, all / 2), (chunk + 3, all), (0, 2)];
        for (start, end) in points {
            let points = Loop { start, end };
            // Of one frame alone none says that it has begun.
            if !points.fits(all) || end == 1 {
                continue;
            }
            let frames = (end as usize + 300).min(6_000);
            let part = &clip.samples[start as usize * channels..end as usize * channels];
            let expected =
                clip.samples[..end as usize * channels].iter().chain(part.iter().cycle());
            let expected: Vec<i16> = expected.take(frames * channels).copied().collect();
            let mut memory = Memory::of([&clip], None);
            let mut player = memory.player(sound.info().rate_hz, channels);
            player.play(sound).unwrap();
            player.set_loop(Some(points));
            let mut played = Vec::<i16>::new();
            let mut buffer = vec![0; 97 * channels];
            let mut waits = true;
            while played.len() < expected.len() {
                let position = player.position().unwrap();
                assert_eq!(player.fill(&mut buffer), 97, "{}", clip.name);
                // No sound begins with so much silence.
                waits &= buffer.iter().all(|&s| s == 0) && player.position() == Some(position);
                if !waits {
                    let at = played.len() / channels;
                    let frame = if at < end as usize {
                        at
                    } else {
                        start as usize + (at - end as usize) % (end - start) as usize
                    };
                    let is_end = position == end && frame == start as usize;
                    assert!(
                        position as usize == frame || is_end,
                        "{}: {position} {frame}",
                        clip.name
                    );
                    played.extend(&buffer);
                }
            }
            played.truncate(expected.len());
            assert!(played == expected, "{}, {points:?}", clip.name);
            assert_eq!(player.ended(), 0);
            // Without the loop it ends.
            player.set_loop(None);
            to_the_end(&mut player, channels, 640);
            assert_eq!(player.ended(), 1);
        }
    }
}

#[test]
fn the_sounds_of_a_queue_are_joined_without_a_gap() {
    let clips: Vec<_> = clips().into_iter().filter(|clip| clip.frames() < 30_000).collect();
    for channels in [1, 2] {
        let of_one_rate = |rate: u32| {
            let fits = move |clip: &&Clip| {
                clip.sound().info().rate_hz == rate && clip.sound().channels() == channels
            };
            clips.iter().filter(fits)
        };
        for rate in [8_000, 44_100, 48_000] {
            if of_one_rate(rate).count() == 0 {
                continue;
            }
            let expected: Vec<i16> = of_one_rate(rate).flat_map(|c| c.samples.clone()).collect();
            let mut memory = Memory::of(of_one_rate(rate), None);
            let mut player = memory.player(rate, channels);
            let mut sounds = of_one_rate(rate).peekable();
            let (mut played, mut buffer) = (Vec::new(), vec![0; 50 * channels]);
            loop {
                while let Some(clip) = sounds.peek() {
                    match player.queue(clip.sound()) {
                        Ok(()) => sounds.next(),
                        Err(e) => {
                            assert_eq!(e, DecodeError::QueueFull);
                            break;
                        }
                    };
                }
                let frames = player.fill(&mut buffer);
                played.extend(&buffer[..frames * channels]);
                if frames == 0 {
                    break;
                }
            }
            heard(&played, &expected);
            assert_eq!(player.ended() as usize, of_one_rate(rate).count());
        }
    }
}

#[test]
fn sounds_of_other_rates_take_their_time() {
    let clips = clips();
    let by_rate = |rate| {
        let fits = |clip: &&Clip| clip.sound().info().rate_hz == rate && clip.frames() > 500;
        clips.iter().find(fits).unwrap()
    };
    let three = [by_rate(8_000), by_rate(44_100), by_rate(8_000)];
    for rate in [16_000u32, 22_050, 44_100, 48_000] {
        for channels in [1, 2] {
            let mut memory = Memory::of(three, None);
            let mut player = memory.player(rate, channels);
            player.play(three[0].sound()).unwrap();
            player.queue(three[1].sound()).unwrap();
            player.queue(three[2].sound()).unwrap();
            assert_eq!(player.queue(three[2].sound()), Err(DecodeError::QueueFull));
            let played = to_the_end(&mut player, channels, 128).len() / channels;
            let frames = three.map(|clip| {
                (clip.frames() as u64 * u64::from(rate))
                    .div_ceil(clip.sound().info().rate_hz.into()) as usize
            });
            let expected: usize = frames.iter().sum();
            let waited = played - expected;
            // Of the first, at most two blocks at its own rate.
            let blocks = 2 * three[0].sound().worst_case().frames * rate / 8_000;
            assert!(waited <= blocks as usize + 128, "{rate}: {waited}");
            assert_eq!(player.ended(), 3);
        }
    }
}

#[test]
fn two_players_are_mixed_by_addition() {
    let clip = speech();
    let (mut one, mut two) = (Memory::of([&clip], None), Memory::of([&clip], None));
    let rate = clip.sound().info().rate_hz;
    let (mut one, mut two) = (one.player(rate, 1), two.player(rate, 1));
    one.play(clip.sound()).unwrap();
    two.play(clip.sound()).unwrap();
    let mut played = Vec::new();
    loop {
        let mut buffer = [0; 200];
        if one.mix(&mut buffer) == 0 {
            break;
        }
        two.mix(&mut buffer);
        played.extend(buffer);
    }
    let doubled: Vec<i16> = clip.samples.iter().map(|s| s.saturating_add(*s)).collect();
    let waited = played.iter().zip(0..).find(|(s, _)| **s != 0).unwrap().1;
    let silent = doubled.iter().take_while(|s| **s == 0).count();
    assert!(played[waited - silent..].starts_with(&doubled));
    // What sums to more than a sample is limited.
    let mut full = [i16::MAX, i16::MIN].repeat(4_000);
    one.play(clip.sound()).unwrap();
    one.mix(&mut full);
    assert!(full.chunks(2).all(|pair| pair[0] > 0 && pair[1] < 0));
}

/// The largest step from a sample to the next.
/// However short the first one is, the next one's first block is decoded before it.
#[test]
fn a_short_sound_is_followed_without_a_gap() {
    let clips = clips();
    let mut pairs = 0;
    for first in clips.iter().filter(|clip| clip.frames() < 600) {
        let like = |clip: &&Clip| {
            let (a, b) = (clip.sound(), first.sound());
            (a.info().rate_hz, a.channels()) == (b.info().rate_hz, b.channels())
        };
        for second in clips.iter().filter(like).filter(|clip| clip.frames() > 600) {
            let (rate, channels) = (first.sound().info().rate_hz, first.sound().channels());
            let expected: Vec<i16> = [&first.samples[..], &second.samples].concat();
            for frames in [16, 64, 480] {
                let mut memory = Memory::of([first, second], None);
                let mut player = memory.player(rate, channels);
                player.play(first.sound()).unwrap();
                player.queue(second.sound()).unwrap();
                heard(&to_the_end(&mut player, channels, frames), &expected);
                pairs += 1;
            }
        }
    }
    assert!(pairs > 3, "{pairs}");
}

fn step(samples: &[i16]) -> u16 {
    samples.windows(2).map(|pair| pair[0].abs_diff(pair[1])).max().unwrap_or(0)
}

#[test]
fn nothing_clicks() {
    let clip = speech();
    let rate = clip.sound().info().rate_hz;
    let usual = step(&clip.samples);
    let fade = rate as usize / 256 + 64;
    let loudest = (0..clip.frames()).max_by_key(|&at| clip.samples[at].unsigned_abs()).unwrap();
    for name in ["stop", "pause", "quiet", "seek", "begin within"] {
        let mut memory = Memory::of([&clip], None);
        let mut player = memory.player(rate, 1);
        player.play(clip.sound()).unwrap();
        let mut buffer = vec![0; 2_000];
        if name == "begin within" {
            buffer.clear();
        }
        player.fill(&mut buffer);
        let mut after = vec![0; 3_000];
        match name {
            "stop" => player.stop(),
            "pause" => player.pause(),
            "quiet" => player.set_gain(Gain::SILENCE),
            "seek" => player.seek(700),
            _ => player.seek(loudest as u32),
        }
        player.fill(&mut after[..fade]);
        if !["seek", "begin within"].contains(&name) {
            assert!(after[fade - 32..fade].iter().all(|&s| s == 0), "{name} lasts");
            assert_eq!(player.is_playing(), name == "quiet");
        }
        player.fill(&mut after[fade..]);
        buffer.extend(after);
        assert!(step(&buffer) <= usual + usual / 8, "{name}: {} {usual}", step(&buffer));
    }
}

#[test]
fn a_pause_keeps_the_place() {
    let clip = speech();
    let mut memory = Memory::of([&clip], None);
    let rate = clip.sound().info().rate_hz;
    let mut player = memory.player(rate, 1);
    player.play(clip.sound()).unwrap();
    let mut buffer = [0; 3_000];
    player.fill(&mut buffer);
    player.pause();
    player.fill(&mut buffer);
    let at = player.position().unwrap();
    assert_eq!((player.fill(&mut buffer), player.position()), (0, Some(at)));
    assert!(!player.is_playing());
    player.resume();
    assert_eq!(player.fill(&mut buffer[..500]), 500);
    let expected = &clip.samples[at as usize..];
    let faded = rate as usize / 256 + 1;
    assert!(buffer[faded..500] == expected[faded..500]);
    // Paused, it goes elsewhere and stays silent.
    player.pause();
    player.fill(&mut buffer);
    player.seek(1_234);
    assert_eq!((player.fill(&mut buffer), player.position()), (0, Some(1_234)));
    player.resume();
    let rest = to_the_end(&mut player, 1, 64);
    let expected = &clip.samples[1_234 + 200..];
    assert!(rest.ends_with(expected), "it plays on at 1,234");
}

#[test]
fn another_sound_takes_the_place_of_what_is_played() {
    let clip = speech();
    let mut memory = Memory::of([&clip], None);
    let mut player = memory.player(clip.sound().info().rate_hz, 1);
    let mut buffer = [0; 3_000];
    player.play(clip.sound()).unwrap();
    player.queue(clip.sound()).unwrap();
    player.fill(&mut buffer);
    // Before the fade has ended another one waits behind it.
    player.play(clip.sound()).unwrap();
    player.queue(clip.sound()).unwrap();
    let played = to_the_end(&mut player, 1, 64);
    let both = [&clip.samples[..], &clip.samples].concat();
    assert!(played.ends_with(&both) && played.len() < both.len() + 2_000);
    assert_eq!(player.ended(), 2);
    // Stopped, the next one begins anew.
    player.play(clip.sound()).unwrap();
    player.fill(&mut buffer);
    player.stop();
    player.queue(clip.sound()).unwrap();
    assert!(to_the_end(&mut player, 1, 64).ends_with(&clip.samples));
    player.stop();
    assert_eq!(player.fill(&mut buffer), 0);
}

#[test]
fn the_volume_is_what_was_asked_for() {
    for centibels in 0..=400 {
        let db = -centibels as f32 / 10.0;
        let mut block = [i16::MIN];
        Gain::from_db(db).apply(&mut block);
        let exact = 32_768.0 * 10f64.powf(f64::from(db) / 20.0);
        let error = 20.0 * (-f64::from(block[0]) / exact).log10();
        assert!(error.abs() < 0.01 + 8.7 / exact, "{db} dB: {error}");
    }
    assert_eq!(Gain::from_db(f32::NAN), Gain::SILENCE);
    assert_eq!(Gain::from_db(-91.0), Gain::SILENCE);
    assert_eq!(Gain::from_db(1.0), Gain::UNITY);
}

#[test]
fn a_later_call_does_not_undo_an_earlier_one() {
    let clip = speech();
    let (sound, rate) = (clip.sound(), clip.sound().info().rate_hz);
    // Of 2,000 frames.
    let playing = || {
        let memory = Box::leak(Box::new(Memory::of([&clip], None)));
        let mut player = memory.player(rate, 1);
        player.play(sound).unwrap();
        player.fill(&mut [0; 2_000]);
        player
    };
    let whole = clip.frames();
    let length = |player: &mut Player<'_, '_, 2>| to_the_end(player, 1, 64).len();

    let mut player = playing();
    player.play(sound).unwrap();
    player.pause();
    assert!(length(&mut player) <= 64 && !player.is_playing());
    player.resume();
    assert!(length(&mut player) >= whole);

    let mut player = playing();
    player.play(sound).unwrap();
    player.seek(whole as u32 - 100);
    let rest = length(&mut player);
    assert!((100..whole / 4 + 2_000).contains(&rest), "{rest}");

    let mut player = playing();
    player.play(sound).unwrap();
    player.set_loop(Some(Loop { start: 10, end: 1_000 }));
    for _ in 0..40 {
        assert_eq!(player.fill(&mut [0; 1_000]), 1_000);
    }

    let mut player = playing();
    player.pause();
    player.seek(0);
    assert!(length(&mut player) < 100 && !player.is_playing());
    player.resume();
    assert!(length(&mut player) >= whole);

    for undone in [Player::pause, Player::resume, |player: &mut Player<'_, '_, 2>| player.seek(0)] {
        let mut player = playing();
        player.stop();
        undone(&mut player);
        assert!(length(&mut player) < 100 && !player.is_playing());
    }

    // In the last moments, too.
    let mut player = playing();
    while player.position().is_some_and(|at| at + 20 < whole as u32) {
        player.fill(&mut [0; 10]);
    }
    player.seek(0);
    assert!(length(&mut player) >= whole && player.ended() == 1);
}

#[test]
fn behind_the_resamplers_last_frames_the_next_sound_is_heard() {
    let clip = speech();
    let mut memory = Memory::of([&clip], None);
    let mut player = memory.player(48_000, 1);
    player.play(clip.sound()).unwrap();
    while player.ended() == 0 {
        player.fill(&mut [0; 32]);
    }
    assert!(player.is_playing());
    player.queue(clip.sound()).unwrap();
    assert!(to_the_end(&mut player, 1, 64).len() >= 6 * clip.frames());
    assert_eq!(player.ended(), 2);
}

#[test]
fn a_loop_behind_the_place_is_gone_to() {
    let clip = speech();
    let mut memory = Memory::of([&clip], None);
    let mut player = memory.player(clip.sound().info().rate_hz, 1);
    player.play(clip.sound()).unwrap();
    while player.position().is_some_and(|at| at < 3_000) {
        player.fill(&mut [0; 1]);
    }
    player.set_loop(Some(Loop { start: 100, end: 1_000 }));
    let mut sample = [0];
    let mut jumped = 0;
    for _ in 0..2_000 {
        let at = player.position().unwrap() as usize;
        player.fill(&mut sample);
        assert_eq!(sample[0], clip.samples[at], "{at}");
        jumped += usize::from(at == 999);
    }
    assert!(jumped > 0);
}

#[test]
fn a_volume_that_is_set_before_a_sound_holds_from_its_first_frame() {
    let clip = clips().into_iter().find(|clip| clip.name == "compact-forged-loud.nex").unwrap();
    let mut memory = Memory::of([&clip], None);
    for is_before in [false, true] {
        let mut player = memory.player(clip.sound().info().rate_hz, clip.sound().channels());
        if is_before {
            player.set_gain(Gain::SILENCE);
        }
        player.queue(clip.sound()).unwrap();
        player.set_gain(Gain::SILENCE);
        assert!(to_the_end(&mut player, clip.sound().channels(), 64).iter().all(|&s| s == 0));
    }
}

#[test]
fn any_calls_are_kept() {
    let corpus = fs::read_dir(folder().join("fuzz/corpus/compact")).unwrap();
    let corpus = corpus.map(|entry| &*fs::read(entry.unwrap().path()).unwrap().leak());
    let golden = clips().into_iter().map(|clip| clip.bytes).filter(|bytes| bytes.len() < 3_000);
    for bytes in corpus.chain(golden) {
        for seed in 0..40u16 {
            nex_tests::playing::any_calls_of(bytes, seed.into());
        }
    }
}

#[test]
fn callers_mistakes_are_errors() {
    let clip = speech();
    let (mut words, mut ahead) = (vec![0; clip.sound().memory_len() - 1], [0; 1_024]);
    for (rate, channels) in [(0, 1), (8_000, 0), (8_000, 3)] {
        let player = Player::<2>::new(rate, channels, &mut words, &mut ahead);
        assert_eq!(player.err(), Some(DecodeError::NoSuchOutput));
    }
    let player = Player::<2>::new(8_000, 2, &mut words, &mut ahead[..1]);
    assert_eq!(player.err(), Some(DecodeError::OutputTooSmall { needed: 2 }));
    let needed = clip.sound().memory_len();
    let mut player = Player::<0>::new(8_000, 1, &mut words, &mut ahead).unwrap();
    assert_eq!(player.play(clip.sound()), Err(DecodeError::ScratchTooSmall { needed }));
    let mut words = vec![0; needed];
    let mut player = Player::<0>::new(1_000, 1, &mut words, &mut ahead).unwrap();
    assert_eq!(player.play(clip.sound()), Err(DecodeError::NoSuchOutput));
}
