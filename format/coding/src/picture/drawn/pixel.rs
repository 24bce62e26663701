//! Which expert has a pixel's colour?

use super::{
    Form, Memory, RATE, State,
    around::Around,
    place::{self, EQUALS, NEARS},
    remainder::remainder,
    state::FLAT,
};
use crate::{additive::decide, range::Coder};

/// How a pixel was coded: by the memory, a neighbour, a colour that was found, a remainder.
const COPIED: u8 = 1;
const FOUND: u8 = 2;
const REST: u8 = 3;

/// The pairs of flat colours that can be mixed: those of the first two, three, four.
const PAIRS: [(usize, usize); 6] = [(0, 1), (0, 2), (1, 2), (0, 3), (1, 3), (2, 3)];

/// Codes whether all pixels of a run have the one colour of all around it.
pub(super) fn run(coder: &mut impl Coder, state: &mut State, colour: u32, given: bool) -> bool {
    let place = place::SOLID + usize::from(state.run).min(15);
    let all = decide::<RATE, _>(coder, &mut state.answers, &[place], given);
    if all {
        state.run = state.run.saturating_add(1);
        state.saw_flat(colour);
        state.saw(colour);
    }
    all
}

/// Codes a pixel; returns its colour and how it was coded.
#[inline]
pub(super) fn pixel(
    coder: &mut impl Coder,
    state: &mut State,
    memory: &mut Memory<'_>,
    form: Form,
    (around, near): (&Around, usize),
    given: Option<u32>,
) -> (u32, u8) {
    let [close, far] = around.hashes().map(|hash| memory.slot(hash));
    let (by_close, by_far) = (memory.ask(close), memory.ask(far));
    let [west, north, ..] = around.nearest();
    let equal = around.equal();
    // More neighbours know it better.
    let kind = usize::from(by_far.is_some());
    let hit = by_far.or(by_close);
    let right = hit.is_some_and(|said| {
        let run = usize::from(state.run).min(15);
        let like = usize::from(said.colour == west) + 2 * usize::from(said.colour == north);
        let places = [
            place::HIT_RUN + (kind * 16 + run) * 8 + usize::from(said.count & 7),
            place::HIT_EQUAL + kind * EQUALS + equal,
            place::HIT_NEAR + like * NEARS + near,
        ];
        decide::<RATE, _>(coder, &mut state.answers, &places, given == Some(said.colour))
    });
    let (colour, class) = match hit {
        Some(said) if right => {
            state.run = state.run.saturating_add(1);
            (said.colour, 0)
        }
        _ => {
            state.run = 0;
            let asked = hit.map(|said| said.colour);
            other(coder, state, form, (around, near, equal), asked, given)
        }
    };
    // What fewer neighbours foretell needs no more of them.
    if by_far.is_some() || by_close.is_none_or(|said| said.colour != colour) {
        memory.learn(far, by_far, colour);
    }
    memory.learn(close, by_close, colour);
    if colour == west && colour == north {
        state.saw_flat(colour);
    }
    state.saw(colour);
    (colour, class)
}

/// Codes a pixel of which the memory does not know, or that it was wrong of.
#[inline(never)]
fn other(
    coder: &mut impl Coder,
    state: &mut State,
    form: Form,
    (around, near, equal): (&Around, usize, usize),
    asked: Option<u32>,
    given: Option<u32>,
) -> (u32, u8) {
    let known = usize::from(asked.is_some());
    let mut tried = [asked.unwrap_or(0); 5];
    let mut count = known;
    for (which, colour) in around.nearest().into_iter().enumerate() {
        if tried.iter().take(count).any(|&tried| tried == colour) {
            continue;
        }
        let places = [
            place::COPY_EQUAL + which * EQUALS + equal,
            place::COPY_NEAR + which * NEARS + near,
            place::COPY_ASKED + (which * 5 + count) * 2 + known,
        ];
        if decide::<RATE, _>(coder, &mut state.answers, &places, given == Some(colour)) {
            return (colour, COPIED);
        }
        if let Some(to) = tried.get_mut(count) {
            *to = colour;
        }
        count += 1;
    }
    let side = near >> 2;
    if let Some(colour) = recent(coder, state, (equal, side), given) {
        return (colour, FOUND);
    }
    if let Some(colour) = blend(coder, state, form, (equal, side), given) {
        return (colour, FOUND);
    }
    (remainder(coder, &mut state.answers, form, around, given), REST)
}

/// Codes whether it is a recent colour, and which.
fn recent(
    coder: &mut impl Coder,
    state: &mut State,
    (equal, side): (usize, usize),
    given: Option<u32>,
) -> Option<u32> {
    let count = usize::from(state.recents);
    let last = count.checked_sub(1)?;
    let bits = usize::BITS - last.leading_zeros();
    let place = given.and_then(|given| state.recent.iter().take(count).position(|&c| c == given));
    let octave = (usize::BITS - count.leading_zeros()) as usize;
    let places = [
        place::RECENT_EQUAL + equal,
        place::RECENT_SIDE + side,
        place::RECENT_COUNT + octave.min(7),
    ];
    if !decide::<RATE, _>(coder, &mut state.answers, &places, place.is_some()) {
        return None;
    }
    let first = place::RECENT_TREE + (1 << bits) - 1;
    let place = tree(coder, &mut state.answers, first, bits, place.unwrap_or(0));
    state.recent.get(place.min(last)).copied()
}

/// Codes whether it is a mixture of two flat colours, and which.
fn blend(
    coder: &mut impl Coder,
    state: &mut State,
    form: Form,
    (equal, side): (usize, usize),
    given: Option<u32>,
) -> Option<u32> {
    let count = usize::from(state.flats).min(FLAT);
    let pairs = match count {
        0 | 1 => return None,
        2 => 1,
        3 => 3,
        _ => 6,
    };
    let flat = state.flat;
    let of = |pair: usize| {
        let (a, b) = PAIRS.get(pair).copied().unwrap_or_default();
        (flat.get(a).copied().unwrap_or(0), flat.get(b).copied().unwrap_or(0))
    };
    let found = given
        .and_then(|given| (0..pairs).find_map(|pair| Some((pair, cover(form, of(pair), given)?))));
    let places = [place::BLEND_EQUAL + equal, place::BLEND_SIDE + side, place::BLEND_COUNT + count];
    if !decide::<RATE, _>(coder, &mut state.answers, &places, found.is_some()) {
        return None;
    }
    let (pair, cover) = found.unwrap_or_default();
    let answers = &mut state.answers;
    let pair = if pairs == 1 { 0 } else { tree(coder, answers, place::PAIR_TREE, 3, pair) };
    let high = tree(coder, answers, place::COVER_TREE, 6, cover as usize >> 2);
    let low = [1, 0].map(|bit| {
        let given = cover >> bit & 1 != 0;
        usize::from(decide::<RATE, _>(coder, answers, &[place::COVER_LOW + bit], given)) << bit
    });
    let cover = high << 2 | low.into_iter().sum::<usize>();
    Some(mixed(form, of(pair.min(pairs - 1)), cover as u32))
}

/// `cover / 256` of the second colour and the rest of the first.
fn mixed(form: Form, (a, b): (u32, u32), cover: u32) -> u32 {
    let channel = |shift: u32| {
        let (a, b) = (a >> shift & 255, b >> shift & 255);
        ((a * (256 - cover) + b * cover + 128) >> 8) << shift
    };
    form.shown(channel(0) | channel(8) | channel(16) | channel(24))
}

/// How much of the second colour makes a colour.
fn cover(form: Form, pair: (u32, u32), given: u32) -> Option<u32> {
    let at = |colour: u32, shift: u32| (colour >> shift & 255) as i32;
    let apart = |&shift: &u32| at(pair.0, shift).abs_diff(at(pair.1, shift));
    let shift = [8, 0, 16, 24].into_iter().max_by_key(apart)?;
    let (from, all) = (at(pair.0, shift), at(pair.1, shift) - at(pair.0, shift));
    if all.abs() < 8 {
        return None;
    }
    let part = (at(given, shift) - from) * 256 / all;
    let off = (if form.display { 2048 } else { 256 }) / all.abs() + 1;
    let covers = (part - off).max(1)..=(part + off).min(255);
    covers.into_iter().map(|cover| cover as u32).find(|&cover| mixed(form, pair, cover) == given)
}

/// Codes a number of so many bits, each of which knows those before it.
fn tree(
    coder: &mut impl Coder,
    answers: &mut [i16],
    first: usize,
    bits: u32,
    given: usize,
) -> usize {
    let mut node = 1;
    for bit in (0..bits).rev() {
        let bit = given >> bit & 1 != 0;
        node = node * 2 + usize::from(decide::<RATE, _>(coder, answers, &[first + node - 1], bit));
    }
    node - (1 << bits)
}
