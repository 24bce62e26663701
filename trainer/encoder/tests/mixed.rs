//! Photographs with text in them: both kinds of blocks in one picture.

use nex_encoder::{
    Effort,
    picture::{EncodeError, Encoded, Mix, Options, Pixels, Target, Tune, export},
};
use nex_format::{Error, Part};
use nex_runtime::{Area, DecodeError, Expert, Picture};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg32;

/// Columns from here on are text.
const TEXT: usize = 64;

/// Soft and noisy on the left, on the right letters of one colour and a bit of another.
fn screenshot(width: usize, height: usize, channels: usize) -> Pixels {
    let mut random = Pcg32::seed_from_u64(3);
    let mut samples = Vec::new();
    for y in 0..height {
        for x in 0..width {
            for channel in 0..channels {
                let wave = 90.0 + 60.0 * ((x + 2 * y) as f64 / (11.0 + channel as f64)).sin();
                let noise = f64::from(random.random_range(-9..=9));
                let letter =
                    x % 7 < 5 && y % 11 < 8 && (x / 7 * 31 + y / 11 * 17 + x * y % 13) % 3 == 0;
                let level = match (x < TEXT, letter) {
                    (true, _) => wave + noise,
                    (false, true) => 20.0 + 40.0 * channel as f64,
                    (false, false) => 240.0,
                };
                samples.push(level as u8);
            }
        }
    }
    Pixels { width, height, channels, samples }
}

fn options(mix: Mix) -> Options {
    Options { effort: Effort::Fast, tune: Tune::Psnr, mix, ..Options::default() }
}

fn decoded(made: &Encoded) -> Vec<u8> {
    let picture = Picture::open(&made.bytes).unwrap();
    let mut out = vec![0; made.samples.len()];
    // What memory holds before changes nothing.
    picture.decode_into(&mut out, &mut vec![0xdead_beef; picture.memory_len()]).unwrap();
    out
}

/// The squared errors of the columns before `TEXT`, and of the others.
fn errors(pixels: &Pixels, made: &Encoded) -> [u64; 2] {
    let mut sums = [0; 2];
    for (i, (&a, &b)) in pixels.samples.iter().zip(&made.samples).enumerate() {
        let x = i / pixels.channels % pixels.width;
        sums[usize::from(x >= TEXT)] += u64::from(a.abs_diff(b)).pow(2);
    }
    sums
}

/// Of all channels and sizes, with tiles and without: text comes back as it was, in fewer
/// bytes, and what is beside it is as good as without.
#[test]
fn text_is_exact_and_photographs_are_as_before() {
    for channels in 1..=4 {
        for (width, height, tile) in [(160, 96, None), (131, 75, None), (195, 130, Some(64))] {
            let pixels = screenshot(width, height, channels);
            let [never, auto] = [Mix::Never, Mix::default()]
                .map(|mix| export(&pixels, &Options { tile, ..options(mix) }).unwrap());
            let what = format!("{width}x{height}x{channels}, tiles {tile:?}");
            assert_eq!(never.header.drawn, None, "{what}");
            assert!(auto.header.drawn.unwrap().mixed, "{what}");
            for made in [&never, &auto] {
                assert!(decoded(made) == made.samples, "{what}");
                nex_tests::windows::agree(&made.bytes, &Picture::open(&made.bytes).unwrap());
            }
            assert!(4 * auto.bytes.len() < 3 * never.bytes.len(), "{what}");
            let ([photo, text], [photo_before, text_before]) =
                (errors(&pixels, &auto), errors(&pixels, &never));
            assert!(text == 0 && text_before > 0, "{what}: {text}");
            let off = photo as f64 / photo_before as f64;
            assert!((off - 1.0).abs() < 0.1, "{what}: {off}");
        }
    }
}

/// A window's experts say of which kind its block is, and any part can be decoded.
#[test]
fn blocks_are_of_both_kinds() {
    let pixels = screenshot(160, 96, 3);
    let made = export(&pixels, &options(Mix::default())).unwrap();
    let picture = Picture::open(&made.bytes).unwrap();
    let mut memory = vec![0; picture.memory_len()];
    let mut windows = picture.windows(&mut memory).unwrap();
    let mut count = 0;
    while let Some(window) = windows.next_window() {
        let leaf = matches!(window.expert(3, 5), Some(Expert::Leaf { .. }));
        assert_eq!(leaf, (window.area().left as usize) < TEXT, "{:?}", window.area());
        count += 1;
    }
    assert_eq!(count, 15);
    let area = Area { left: 50, top: 40, width: 71, height: 33 };
    let mut out = vec![0; 71 * 33 * 3];
    picture.decode_area(area, &mut out, &mut memory).unwrap();
    for (y, row) in out.chunks(71 * 3).enumerate() {
        assert!(row == &made.samples[((40 + y) * 160 + 50) * 3..][..71 * 3]);
    }
    let short = memory.len() - 1;
    let refused = picture.windows(&mut memory[..short]).map(|_| ());
    assert_eq!(refused, Err(DecodeError::ScratchTooSmall { needed: short + 1 }));
}

/// Without text a picture is the same file as if no block could be drawn.
#[test]
fn photographs_stay_what_they_are() {
    for channels in 1..=4 {
        let pixels = screenshot(TEXT, 90, channels);
        let [never, auto] =
            [Mix::Never, Mix::default()].map(|mix| export(&pixels, &options(mix)).unwrap().bytes);
        assert!(never == auto);
    }
}

/// Targets are met, also if all blocks are drawn and nothing is lost.
#[test]
fn targets_are_met() {
    let made = |pixels: &Pixels, target, limit| {
        export(pixels, &Options { target, limit, ..options(Mix::default()) })
    };
    let pixels = screenshot(160, 96, 3);
    for db in [30.0, 38.0] {
        let made = made(&pixels, Target::Psnr(db), None).unwrap();
        assert!(made.psnr_db >= db && made.psnr_db < db + 1.0, "{} dB", made.psnr_db);
    }
    let limited = made(&pixels, Target::Size, Some(3000)).unwrap();
    assert!(limited.bytes.len() <= 3000 && limited.bytes.len() > 2700);
    let text = screenshot(320, 64, 1);
    let samples = text.samples.chunks(320).flat_map(|row| row[TEXT..].to_vec()).collect();
    let text = Pixels { width: 320 - TEXT, samples, ..text };
    let exact = made(&text, Target::Psnr(50.0), None).unwrap();
    assert_eq!(exact.psnr_db, f64::INFINITY);
    assert!(decoded(&exact) == text.samples);
}

#[test]
fn memories_are_as_large_as_asked_for() {
    let pixels = screenshot(160, 96, 3);
    for memory in [4, 9, 16] {
        let made = export(&pixels, &options(Mix::Auto { memory })).unwrap();
        assert!(made.header.drawn.unwrap().memory <= memory);
    }
    for memory in [3, 17] {
        let refused = export(&pixels, &options(Mix::Auto { memory })).unwrap_err();
        assert_eq!(refused, EncodeError::Format(Error::BadHeader(Part::Form)));
    }
}
