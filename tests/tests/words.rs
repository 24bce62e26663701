//! Do the device examples play the words that they say, in any order?

#[path = "../../examples/words.rs"]
mod words;

use nex_runtime::{DecodeError, Gain, Sound};
use words::{HALF, MEMORY, PROMPTS, RATE_HZ, Speech, WORDS, Word};

fn whole() -> Vec<i16> {
    let sound = Sound::open(PROMPTS).unwrap();
    let mut samples = vec![0; sound.info().frames as usize];
    sound.play(&mut [0; MEMORY]).unwrap().decode_into(&mut samples).unwrap();
    samples
}

/// The sound of a word, and how many halves of silence came before it.
fn said(speech: &mut Speech<'_>, word: &Word) -> (Vec<i16>, usize) {
    speech.say(word);
    let (mut samples, mut silent) = (Vec::new(), 0);
    let mut half = [[0; 2]; HALF];
    while samples.len() < word.frames.len() {
        half.fill([-7; 2]);
        let heard = speech.fill(&mut half, |sample| [sample, sample]);
        silent += usize::from(heard == 0);
        assert!(silent <= 16, "{} never comes", word.text);
        assert!(half.iter().all(|[left, right]| left == right));
        assert!(half[heard..].iter().all(|&frame| frame == [0; 2]));
        samples.extend(half[..heard].iter().map(|[left, _]| left));
    }
    (samples, silent)
}

#[test]
fn every_word_is_cut_out_of_the_clip_whatever_came_before() {
    let whole = whole();
    let mut memory = [0; MEMORY];
    let mut speech = Speech::open(&mut memory, Gain::UNITY).unwrap();
    for first in &WORDS {
        for second in &WORDS {
            for word in [first, second] {
                let frames = word.frames.start as usize..word.frames.end as usize;
                assert_eq!(said(&mut speech, word).0, whole[frames], "{}", word.text);
            }
        }
    }
}

#[test]
fn a_word_that_follows_comes_at_once_and_any_other_soon() {
    let mut memory = [0; MEMORY];
    let mut speech = Speech::open(&mut memory, Gain::UNITY).unwrap();
    for word in &WORDS {
        assert_eq!(said(&mut speech, word).1, 0, "{}", word.text);
    }
    // A chunk has 4,096 frames and its overlap 256 at most, 512 a half.
    for word in WORDS.iter().rev() {
        assert!(said(&mut speech, word).1 <= 8, "{}", word.text);
    }
}

#[test]
fn silence_before_and_after_and_a_word_may_be_broken_off() {
    let whole = whole();
    let mut memory = [0; MEMORY];
    let mut speech = Speech::open(&mut memory, Gain::UNITY).unwrap();
    let mut half = [1; HALF];
    assert_eq!(speech.fill(&mut half, |sample| sample), 0);
    assert_eq!(half, [0; HALF]);
    speech.say(&WORDS[1]);
    speech.fill(&mut half, |sample| sample);
    let again = &WORDS[4];
    assert_eq!(said(&mut speech, again).0, whole[again.frames.start as usize..]);
    half.fill(1);
    assert_eq!(speech.fill(&mut half, |sample| sample), 0);
    assert_eq!(half, [0; HALF]);
}

#[test]
fn the_volume_holds() {
    let mut expected = whole()[..WORDS[0].frames.end as usize].to_vec();
    let gain = Gain::from_db(-6.0);
    gain.apply(&mut expected);
    let mut memory = [0; MEMORY];
    let mut speech = Speech::open(&mut memory, gain).unwrap();
    assert_eq!(said(&mut speech, &WORDS[0]).0, expected);
}

#[test]
fn the_figures_are_those_of_the_clip() {
    let sound = Sound::open(PROMPTS).unwrap();
    assert_eq!(sound.info().rate_hz, RATE_HZ);
    assert_eq!(sound.memory_len(), MEMORY);
    let refused = Speech::open(&mut [0; MEMORY - 1], Gain::UNITY).err();
    assert_eq!(refused, Some(DecodeError::ScratchTooSmall { needed: MEMORY }));
    let mut end = 0;
    for word in &WORDS {
        assert_eq!(word.frames.start, end, "{}", word.text);
        end = word.frames.end;
    }
    assert_eq!(end, sound.info().frames);
}
