//! Does a second decoder, in Python and made from SPEC.md alone, give the same pixels?
//!
//! `tests/peers/decode_picture.py` decodes small pictures that were encoded, of every
//! kind of header; leaves of every predictor and size; tiles forged at random, in which
//! magnitudes and sums reach all limits; and the golden files.

use nex_coding::picture::{Colour, Drawn, PictureHeader};
use nex_encoder::picture::{
    DrawnOptions, Mix, Options, Pixels, Settings, Target, Tune, export, export_drawn, file,
};
use nex_format::compact::write_picture;
use nex_runtime::Picture;
use nex_tests::{
    compact_picture,
    forge::Random,
    golden,
    page::{self, page},
    peers,
    tiles::Turns,
};
use std::{fs, path::Path};

/// Compares every `.nex` file with the `.pam` file beside it.
fn compare(folder: &Path, names: &[String]) {
    let files = names.iter().flat_map(|name| [format!("{name}.nex"), format!("{name}.pam")]);
    let arguments: Vec<_> = ["--compare".to_owned()].into_iter().chain(files).collect();
    peers::same_bits("decode_picture.py", &arguments, folder, names.len());
}

/// Puts a file and what it decodes to into the folder.
fn put(folder: &Path, name: &str, bytes: &[u8]) {
    let picture = Picture::open(bytes).unwrap();
    let info = picture.info();
    let channels = usize::from(info.channels);
    let kind = ["GRAYSCALE", "GRAYSCALE_ALPHA", "RGB", "RGB_ALPHA"][channels - 1];
    let (width, height) = (info.width, info.height);
    let mut pam = format!(
        "P7\nWIDTH {width}\nHEIGHT {height}\nDEPTH {channels}\nMAXVAL 255\nTUPLTYPE {kind}\nENDHDR\n"
    )
    .into_bytes();
    let mut samples = vec![0; width as usize * height as usize * channels];
    picture.decode_into(&mut samples, &mut vec![0; picture.memory_len()]).unwrap();
    pam.extend(samples);
    fs::write(folder.join(format!("{name}.nex")), bytes).unwrap();
    fs::write(folder.join(format!("{name}.pam")), pam).unwrap();
}

/// A slope, a disc, stripes and some noise; hues change, alpha is a disc.
fn drawn((width, height): (usize, usize), channels: usize) -> Pixels {
    let mut random = Random::new(width as u64 * 1000 + height as u64 * 8 + channels as u64);
    let mut samples = Vec::new();
    for y in 0..height as i32 {
        for x in 0..width as i32 {
            let disc = (x - 13).pow(2) + (y - 11).pow(2) < 90;
            for channel in 0..channels as i32 {
                let level = match (disc, x > 30) {
                    (true, _) => 190 - 55 * channel,
                    (false, true) => 70 + 100 * ((x + 2 * y) / 5 % 2) + 20 * channel,
                    (false, false) => 60 + 2 * x + (channel + 1) * y,
                };
                let noise = random.within(0..=6) as i32 - 3;
                samples.push((level + noise).clamp(0, 255) as u8);
            }
        }
    }
    Pixels { width, height, channels, samples }
}

#[test]
fn encoded_pictures_decode_alike() {
    let folder = tempfile::tempdir().unwrap();
    let mut names = Vec::new();
    let mut add = |bytes: &[u8]| {
        let name = names.len().to_string();
        put(folder.path(), &name, bytes);
        names.push(name);
    };
    // Sizes, channels, steps and whatever else a header says, each with each other in time.
    let sizes = [(1, 1), (5, 4), (33, 40), (12, 64), (70, 35)];
    for (i, step) in [0, 45, 90, 130, 170, 320].into_iter().enumerate() {
        for channels in 1..=4 {
            let number = i * 4 + channels;
            let settings = Settings {
                colour: [Colour::YCoCg, Colour::Orthogonal][number / 2 % 2],
                step,
                chroma: [[8, -16], [16, 16], [-32, 28]][number % 3],
                falloff: [0, 3, 7][i % 3],
                lambda: 0.3,
                candidates: 2,
                filtered: number % 4 != 0,
                fields: [0.0, 0.5, 1.5][(number / 3) % 3],
            };
            add(&file(&drawn(sizes[(i + channels) % 5], channels), &settings).unwrap());
        }
    }
    for (tile, channels) in [(32, 3), (64, 1)] {
        let options = Options {
            tile: Some(tile),
            target: Target::Quality(60.0),
            comment: Some("tiles".into()),
            ..Options::default()
        };
        add(&export(&drawn((70, 67), channels), &options).unwrap().bytes);
    }
    add(&page::bytes(&page(), "compact-picture"));
    compare(folder.path(), &names);
}

#[test]
fn drawn_pictures_decode_alike() {
    let folder = tempfile::tempdir().unwrap();
    let mut random = Random::new(0xd4a3);
    let mut names = Vec::new();
    let mut add = |bytes: &[u8]| {
        let name = format!("drawn-{}", names.len());
        put(folder.path(), &name, bytes);
        names.push(name);
    };
    for (number, size) in [(1, 1), (5, 70), (33, 40), (75, 35)].into_iter().enumerate() {
        for channels in 1..=4 {
            let options = DrawnOptions {
                memory: [4, 8, 14][(number + channels) % 3],
                display: channels > 2 && number % 2 > 0,
                hidden: true,
                tile: [None, Some(32)][number / 2],
                ..DrawnOptions::default()
            };
            let made = export_drawn(&drawn(size, channels), &options).unwrap();
            add(&made.bytes);
            // Any bytes decode.
            let tiles: Vec<Vec<u8>> = (0..made.header.tiles())
                .map(|_| {
                    let noise = random.within(0..=1) > 0;
                    let byte = |_| if noise { random.within(0..=255) as u8 } else { 0xff };
                    (0..600).map(byte).collect()
                })
                .collect();
            add(&write_picture(&made.header, &[], &tiles).unwrap());
        }
    }
    compare(folder.path(), &names);
}

/// Letters on a ground beside noise, in blocks of both kinds.
#[test]
fn mixed_pictures_decode_alike() {
    let folder = tempfile::tempdir().unwrap();
    let mut random = Random::new(0x3135);
    let mut names = Vec::new();
    let mut add = |bytes: &[u8]| {
        let name = format!("mixed-{}", names.len());
        put(folder.path(), &name, bytes);
        names.push(name);
    };
    for (number, (width, height)) in [(97, 64), (66, 71), (130, 35)].into_iter().enumerate() {
        for channels in 1..=4 {
            let mut pixels = drawn((width, height), channels);
            for (i, samples) in pixels.samples.chunks_exact_mut(channels).enumerate() {
                let (x, y) = (i % width, i / width);
                let letter = x % 5 > 1 && y % 9 > 2 && (x * 7 + y * 3) % 5 > 1;
                if x >= 32 && (x < 64 || y >= 32) {
                    samples.fill(if letter { 30 + (x % 3) as u8 } else { 220 });
                }
            }
            let options = Options {
                target: Target::Quality(30.0 + 20.0 * number as f64),
                tune: [Tune::Psnr, Tune::Eye][(number + channels) % 2],
                tile: [None, Some(64), None][number],
                mix: Mix::Auto { memory: [12, 5][number % 2] },
                ..Options::default()
            };
            let made = export(&pixels, &options).unwrap();
            assert!(made.header.drawn.is_some_and(|drawn| drawn.mixed));
            add(&made.bytes);
            // Any bytes decode.
            let header = PictureHeader {
                drawn: made.header.drawn.map(|d| Drawn { display: channels > 2, ..d }),
                ..made.header
            };
            let tiles: Vec<_> =
                (0..header.tiles()).map(|_| compact_picture::tile(&mut random, 500)).collect();
            add(&write_picture(&header, &[], &tiles).unwrap());
        }
    }
    compare(folder.path(), &names);
}

#[test]
fn all_predictors_of_all_sizes_decode_alike() {
    let folder = tempfile::tempdir().unwrap();
    let (mut random, mut sizes) = (Random::new(0xb10c), Random::new(0x512e));
    let mut turns = Turns::new(&mut random, &[1, 2, 3, 12, 60]);
    let mut names = Vec::new();
    while !turns.are_over(4) {
        let header = PictureHeader {
            width: sizes.within(60..=96) as u16,
            height: sizes.within(33..=70) as u16,
            channels: 3 + sizes.within(0..=1) as u8,
            colour: Colour::Orthogonal,
            tile: [0, 0],
            step: sizes.within(60..=230) as u16,
            chroma: [-1, 2],
            falloff: sizes.within(0..=7) as u8,
            filtered: true,
            fielded: true,
            drawn: None,
        };
        let name = format!("turns-{}", names.len());
        put(folder.path(), &name, &write_picture(&header, &[], &turns.tiles(&header)).unwrap());
        names.push(name);
    }
    compare(folder.path(), &names);
}

/// Any bytes decode.
#[test]
fn forged_pictures_decode_alike() {
    let folder = tempfile::tempdir().unwrap();
    let mut random = Random::new(0x51ce);
    let names: Vec<String> = (0..40).map(|i| format!("forged-{i}")).collect();
    for name in &names {
        put(folder.path(), name, &compact_picture::file(&mut random, (70, 50), 400));
    }
    compare(folder.path(), &names);
}

#[test]
fn golden_pictures_decode_alike() {
    let folder = tempfile::tempdir().unwrap();
    let files = golden::compact_pictures();
    files.iter().for_each(|(name, bytes)| put(folder.path(), name, bytes));
    let names: Vec<String> = files.into_iter().map(|(name, _)| name).collect();
    assert!(names.len() >= 20, "only {}", names.len());
    compare(folder.path(), &names);
}
