//! Does a player keep its word, whatever it is asked for and of whatever file?

use crate::forge::Random;
use nex_runtime::{Gain, Loop, Player, Sound};

/// Memory for small sounds; of larger ones `play` must say so.
const WORDS: usize = 8 * 1024;

/// [`any_calls_of`] a generator that the file's bytes seed.
pub fn any_calls(bytes: &[u8]) {
    let sum = |sum: u64, &byte: &u8| sum.wrapping_mul(31).wrapping_add(byte.into());
    any_calls_of(bytes, bytes.iter().fold(7, sum));
}

/// Makes any calls, by a generator of this seed, and looks that none
/// panics, that what lies behind the end is silent, and that work is bounded: a
/// buffer is filled whatever came before.
pub fn any_calls_of(bytes: &[u8], seed: u64) {
    let Ok(sound) = Sound::open(bytes) else { return };
    let mut random = Random::new(seed);
    let channels = random.within(1..=2);
    let rates = [8_000, 16_000, 48_000, sound.info().rate_hz, 1 + random.bits() as u32 % 100_000];
    let rate = rates[random.within(0..=4)];
    let mut memory = vec![0xaaaa_5555; WORDS];
    let mut ahead = vec![-7; random.within(channels..=4_096)];
    let Ok(mut player) = Player::<2>::new(rate, channels, &mut memory, &mut ahead) else {
        assert_eq!(rate, 0);
        return;
    };
    let frames = sound.info().frames;
    let mut buffer = [0; 512];
    for _ in 0..random.within(1..=60) {
        let frame = (random.bits() as u32) % frames.saturating_add(2);
        match random.within(0..=15) {
            0 => drop(player.play(&sound)),
            1 => drop(player.queue(&sound)),
            2 => player.seek(frame),
            3 => player.stop(),
            4 => player.pause(),
            5 => player.resume(),
            6 => player.set_gain(Gain::from_db(-(random.within(0..=99) as f32))),
            7 => {
                let end = frame.saturating_add(random.within(0..=3_000) as u32);
                player.set_loop(Some(Loop { start: frame, end }));
            }
            8 => player.set_loop(None),
            _ => {
                let len = random.within(0..=buffer.len());
                let buffer = &mut buffer[..len];
                buffer.fill(99);
                let is_mixed = random.within(0..=3) == 0;
                let played = if is_mixed { player.mix(buffer) } else { player.fill(buffer) };
                assert!(played <= len / channels);
                let silence = if is_mixed { 99 } else { 0 };
                assert!(buffer[played * channels..].iter().all(|&s| s == silence));
                assert!(player.position().is_none_or(|at| at <= frames));
            }
        }
    }
    // Whatever came before: it comes to an end, and what is queued then is heard whole.
    player.resume();
    player.set_loop(None);
    // What lies decoded ahead, too: of a short loop more than the sound.
    let longest = u64::from(frames) + player.memory().1.len() as u64;
    let turns = 3 * (60 + longest * u64::from(rate) / u64::from(sound.info().rate_hz) / 64);
    if turns > 10_000 {
        return;
    }
    let mut to_the_end = |player: &mut Player<'_, '_, 2>| {
        let buffer = &mut buffer[..64 * channels];
        (0..2 * turns).find(|_| player.fill(buffer) == 0).expect("it does not end")
    };
    to_the_end(&mut player);
    assert!(!player.is_playing() && player.position().is_none());
    if player.queue(&sound).is_ok() {
        let ended = player.ended();
        let whole = u64::from(frames) * u64::from(rate) / u64::from(sound.info().rate_hz);
        assert!(64 * to_the_end(&mut player) >= whole, "it is not heard whole");
        assert_eq!((player.ended(), player.is_playing()), (ended.wrapping_add(1), false));
    }
}
