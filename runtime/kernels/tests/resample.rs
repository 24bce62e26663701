//! Is what the resampler plays the sound, at every rate and in blocks of any
//! size?

use nex_kernels::Resampler;
use std::f64::consts::TAU;

/// Plays a sound whole, in blocks of so many frames, pulled by so many.
fn play_in(rates: (u32, u32), channels: usize, sound: &[i16], blocks: [usize; 2]) -> Vec<i16> {
    let mut resampler = Resampler::new(rates.0, rates.1, channels).expect("rates");
    let [block, pulled] = blocks;
    // Those that pass, the half of a window, and what is pulled at once.
    let most = block * rates.0 as usize / rates.1 as usize + 128;
    let (mut rest, mut over, mut played) = (sound, false, Vec::new());
    loop {
        let mut out = vec![-77; block * channels];
        let before = rest.len();
        let frames = resampler.fill(&mut out, &mut |input| {
            assert!(!over && !input.is_empty() && input.len().is_multiple_of(channels));
            input.fill(99);
            let samples = rest.len().min(input.len()).min(pulled * channels);
            let (now, later) = rest.split_at(samples);
            input[..samples].copy_from_slice(now);
            (rest, over) = (later, samples == 0);
            samples / channels
        });
        assert!((before - rest.len()) / channels <= most);
        assert!(out[frames * channels..].iter().all(|sample| *sample == -77));
        played.extend_from_slice(&out[..frames * channels]);
        if frames < block {
            let again = resampler.fill(&mut out, &mut |_| panic!("pulled after the end"));
            assert_eq!(again, 0);
            return played;
        }
    }
}

fn play(rates: (u32, u32), sound: &[i16]) -> Vec<i16> {
    play_in(rates, 1, sound, [1000, 1000])
}

fn noise(len: usize) -> Vec<i16> {
    let mut state = 1u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 16) as i16
    };
    (0..len).map(|_| next()).collect()
}

/// Amplitude of the tones.
const LOUD: f64 = 0.9 * 32_768.0;

/// Plays a tone and returns the complex amplitude of each line of 20 ms, 50 Hz
/// apart, relative to the tone's own.
fn lines(rates: (u32, u32), hz: u32) -> Vec<(f64, f64)> {
    let phase = |n: usize| TAU * f64::from(hz) * n as f64 / f64::from(rates.0) + 0.3;
    let sound: Vec<i16> =
        (0..rates.0 as usize / 10).map(|n| (LOUD * phase(n).sin()).round() as i16).collect();
    let len = rates.1 as usize / 50;
    let played = &play(rates, &sound)[2 * len..3 * len];
    let waves: Vec<(f64, f64)> =
        (0..len).map(|n| (TAU * n as f64 / len as f64).sin_cos()).collect();
    let line = |k: usize| {
        let sum = played.iter().enumerate().fold((0.0, 0.0), |(re, im), (n, y)| {
            let (s, c) = waves[k * n % len];
            (re + f64::from(*y) * c, im + f64::from(*y) * s)
        });
        let scale = if k == 0 { 1.0 } else { 2.0 } / (LOUD * len as f64);
        let (s, c) = 0.3f64.sin_cos();
        // A sine's part in phase, and that a quarter turn ahead.
        let (re, im) = (sum.0 * scale, sum.1 * scale);
        (im * c + re * s, re * c - im * s)
    };
    (0..=len / 2).map(line).collect()
}

fn db(power: f64) -> f64 {
    10.0 * power.max(1e-30).log10()
}

#[test]
fn images_and_aliases_are_83_db_down_and_the_band_is_flat() {
    let up =
        [(8_000, 48_000), (8_000, 44_100), (16_000, 44_100), (22_050, 48_000), (44_100, 48_000)];
    let down = [(48_000, 44_100), (44_100, 32_000), (48_000, 16_000)];
    let more =
        [(24_000, 48_000), (12_000, 48_000), (32_000, 48_000), (48_000, 32_000), (48_000, 47_950)];
    for rates in up.into_iter().chain(down).chain(more) {
        let edge = f64::from(rates.0.min(rates.1)) / 2.0;
        let (mut worst, mut total, mut low, mut high) = (f64::MIN, f64::MIN, f64::MAX, f64::MIN);
        let grid = |share: f64| (edge * share / 50.0) as usize;
        for k in (1..8).chain((8..=grid(0.85)).step_by(11)).chain([grid(0.85)]) {
            let lines = lines(rates, 50 * k as u32);
            let (mut errors, mut largest) = (0.0, 0.0f64);
            for (_, (re, im)) in lines.iter().enumerate().filter(|(at, _)| *at != k) {
                errors += re * re + im * im;
                largest = largest.max(re * re + im * im);
            }
            let (re, im) = lines[k];
            assert!(im.abs() < 1e-3, "{rates:?}, {k}: late by {im}");
            let gain = db(re * re + im * im);
            (worst, total) = (worst.max(db(largest)), total.max(db(errors)));
            (low, high) = (low.min(gain), high.max(gain));
        }
        // What the lower rate cannot hold.
        let beyond = (edge * 1.15 / 50.0).ceil() as usize..(rates.0 as usize).div_ceil(100);
        for k in beyond.step_by(11) {
            for (re, im) in lines(rates, 50 * k as u32) {
                worst = worst.max(db(re * re + im * im));
            }
        }
        println!(
            "{rates:?}: lines {worst:.1} dB, all errors {total:.1} dB, band {low:.3} to {high:.3} dB"
        );
        assert!(worst < -83.0 && total < -80.0, "{rates:?}: {worst} {total}");
        assert!(low > -0.15 && high < 0.15, "{rates:?}: {low} {high}");
    }
}

const RATES: [(u32, u32); 7] = [
    (8_000, 48_000),
    (44_100, 48_000),
    (16_000, 16_000),
    (48_000, 44_100),
    (48_000, 16_000),
    (1, 7),
    (u32::MAX, u32::MAX - 1),
];

#[test]
fn blocks_of_any_size_give_the_same_samples() {
    let sound = noise(2 * 700);
    for rates in RATES {
        let whole = play_in(rates, 2, &sound, [10_000, 10_000]);
        for block in [1, 7, 64, 1000] {
            for pulled in [1, 3, 13] {
                assert_eq!(play_in(rates, 2, &sound, [block, pulled]), whole, "{rates:?}");
            }
        }
    }
}

#[test]
fn stereo_is_two_monos() {
    let sound = noise(2 * 500);
    let channel = |sound: &[i16], at| sound.iter().skip(at).step_by(2).copied().collect::<Vec<_>>();
    for rates in RATES {
        let both = play_in(rates, 2, &sound, [50, 50]);
        for at in 0..2 {
            assert_eq!(channel(&both, at), play(rates, &channel(&sound, at)), "{rates:?}");
        }
    }
}

#[test]
fn a_sound_has_as_many_frames_as_its_length() {
    for rates in RATES {
        for len in [0, 1, 2, 3, 11, 12, 13, 95, 96, 97, 480, 1001] {
            let frames = (len as u64 * u64::from(rates.1)).div_ceil(rates.0.into());
            assert_eq!(play(rates, &noise(len)).len() as u64, frames, "{rates:?} {len}");
        }
    }
    assert_eq!(play((44_100, 48_000), &noise(441_000)).len(), 480_000);
}

#[test]
fn equal_rates_copy() {
    let sound = noise(3_000);
    assert_eq!(play((44_100, 44_100), &sound), sound);
    assert_eq!(play_in((1, 1), 2, &sound, [7, 5]), sound);
}

#[test]
fn a_constant_stays() {
    for rates in RATES.into_iter().chain([(16_000, 44_100), (44_100, 32_000), (299, 100)]) {
        for value in [i16::MAX, i16::MIN, 12_345, -1, 1] {
            let played = play(rates, &[value; 600]);
            let edge = (40 * u64::from(rates.1)).div_ceil(rates.0.into()) as usize;
            let inside = &played[edge..played.len() - edge];
            assert!(inside.iter().all(|sample| *sample == value), "{rates:?} {value}");
        }
    }
}

#[test]
fn squares_saturate() {
    for rates in RATES.into_iter().chain([(8_000, 44_100), (44_100, 32_000)]) {
        for half in 1..40 {
            let square: Vec<i16> =
                (0..400).map(|n| if n / half % 2 == 0 { i16::MAX } else { i16::MIN }).collect();
            let played = play(rates, &square);
            // The middles of long halves are loud, to the right side.
            for (n, sample) in played.iter().enumerate() {
                let at = n as u64 * u64::from(rates.0) / u64::from(rates.1);
                let (at, within) = (at as usize / half, at as usize % half);
                if half > 16 && within > 6 && within < half - 6 && at < 400 / half {
                    assert!((*sample > 20_000) == (at % 2 == 0), "{rates:?} {half} {n} {sample}");
                }
            }
        }
    }
}

#[test]
fn what_it_does_not_take() {
    for (from, to, channels) in
        [(0, 1, 1), (1, 0, 1), (0, 0, 1), (8, 8, 0), (8, 8, 3), (3_001, 1_000, 1), (u32::MAX, 1, 2)]
    {
        assert!(Resampler::new(from, to, channels).is_none());
    }
    assert!(Resampler::new(3_000, 1_000, 2).is_some());
    assert!(Resampler::new(1, u32::MAX, 1).is_some());
}

#[test]
fn any_rates_and_lengths_play() {
    let mut state = 7u64;
    let mut random = |bits: u32| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> (64 - bits)) as u32
    };
    for _ in 0..3_000 {
        let (wide, narrow) = (1 + random(5) % 32, 1 + random(5) % 32);
        let (from, to) = (random(wide).max(1), random(narrow).max(1));
        let (from, to) = if random(1) > 0 { (from, to) } else { (u32::MAX - from, u32::MAX - to) };
        let channels = 1 + random(1) as usize;
        let Some(mut resampler) = Resampler::new(from, to, channels) else {
            assert!(u64::from(from) > 3 * u64::from(to));
            continue;
        };
        let mut left = random(8) as usize;
        let expected = (left as u128 * u128::from(to)).div_ceil(from.into());
        let mut written = 0;
        for _ in 0..20 {
            let mut out = vec![0; random(7) as usize];
            written += resampler.fill(&mut out, &mut |input| {
                let frames = left.min(input.len() / channels).min(1 + random(3) as usize);
                input.iter_mut().for_each(|sample| *sample = random(16) as i16);
                left -= frames;
                // More than were asked for are those asked for.
                if frames == input.len() / channels && left == 0 { usize::MAX } else { frames }
            }) as u128;
        }
        assert!(written <= expected);
    }
}
