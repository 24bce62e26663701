//! Does the device examples' prompt over a background sound as it is said to?

#[path = "../../examples/voices.rs"]
mod voices;

use voices::{BELL, HALF, HELLO, Memory, RATE_HZ, Voices};

/// The next halves, after each other.
fn halves(voices: &mut Voices<'_>, count: usize) -> Vec<i16> {
    let mut out = vec![-77; count * HALF];
    out.chunks_mut(HALF).for_each(|half| voices.fill(half));
    out
}

fn energy(samples: &[i16]) -> f64 {
    samples.iter().map(|&s| f64::from(s) * f64::from(s)).sum::<f64>() / samples.len() as f64
}

/// So many seconds in halves.
fn seconds(seconds: f64) -> usize {
    (seconds * f64::from(RATE_HZ) / HALF as f64) as usize
}

#[test]
fn the_background_goes_on_and_fades_below_what_is_said() {
    let mut memory = Memory::NEW;
    let mut voices = Voices::new(&mut memory).unwrap();
    let alone = halves(&mut voices, seconds(3.0));
    assert!(alone.chunks(RATE_HZ as usize).all(|second| energy(second) > 100.0));
    // The bell, and 1.4 s of speech after it.
    voices.say(&[&BELL, &HELLO]).unwrap();
    assert!(voices.speaks());
    let said = halves(&mut voices, seconds(1.4));
    assert!(voices.speaks());
    assert!(energy(&said) > 4.0 * energy(&alone), "{} {}", energy(&said), energy(&alone));
    halves(&mut voices, seconds(0.4));
    assert!(!voices.speaks());
}

#[test]
fn hushed_paused_and_gone_on_without_a_click() {
    let mut memory = Memory::NEW;
    let mut voices = Voices::new(&mut memory).unwrap();
    halves(&mut voices, 20);
    voices.say(&[&HELLO]).unwrap();
    let said = halves(&mut voices, 30);
    voices.hush();
    let hushed = halves(&mut voices, 1);
    assert!(!voices.speaks());
    voices.pause();
    let paused = halves(&mut voices, 2);
    assert!(paused[HALF..].iter().all(|&sample| sample == 0));
    voices.resume();
    let on = halves(&mut voices, 10);
    assert!(energy(&on) > 10.0);
    // No step is larger than those of the sounds themselves.
    let all = [said, hushed, paused, on].concat();
    let steps = |s: &[i16]| s.windows(2).map(|w| (i32::from(w[1]) - i32::from(w[0])).abs()).max();
    assert!(steps(&all) <= steps(&all[..30 * HALF]), "{:?}", steps(&all));
}

#[test]
fn a_fourth_word_is_refused() {
    let mut memory = Memory::NEW;
    let mut voices = Voices::new(&mut memory).unwrap();
    voices.say(&[]).unwrap();
    assert!(!voices.speaks());
    assert!(voices.say(&[&BELL; 4]).is_err());
}
