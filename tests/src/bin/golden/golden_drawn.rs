//! Drawn pictures of every kind, and ones that must fail.

use super::golden_pictures::{Done, in_folder, save, succeed};
use nex_format::compact::{Colour, Drawn, Picture, PictureHeader, write_picture};
use nex_tests::{compact_picture, forge::Random, fuzzing::with_checksum, golden, program::png};
use std::{fs, path::Path};

/// Name, columns, rows, channels, options of `export`.
const PICTURES: &[(&str, u32, u32, u8, &str)] = &[
    ("icon", 32, 32, 4, ""),
    ("colours", 71, 45, 3, ""),
    ("gray", 33, 67, 1, ""),
    ("gray-alpha", 67, 33, 2, ""),
    ("hidden", 48, 37, 4, "--hidden"),
    ("display", 65, 40, 3, "--rgb565"),
    ("display-alpha", 40, 65, 4, "--rgb565"),
    ("tiles-32", 71, 45, 4, "--tile 32"),
    ("tiles-64", 70, 66, 3, "--tile 64 --rgb565 --memory 256"),
    ("memory-16", 66, 35, 3, "--memory 16"),
    ("one-pixel", 1, 1, 3, ""),
    ("one-row", 100, 1, 4, ""),
    ("one-column", 1, 67, 2, ""),
    ("comment", 12, 8, 3, "--comment Ünïcödé"),
];
/// Likewise of pictures with blocks of both kinds.
const MIXED: &[(&str, u32, u32, u8, &str)] =
    &[("mixed-gray-tiles", 131, 34, 1, "--tile 64 --quality 75")];

/// Encodes pictures.
pub fn encode() -> Done {
    in_folder(|work| {
        PICTURES.iter().try_for_each(|picture| encoded(work, "--lossless", picture))?;
        MIXED.iter().try_for_each(|picture| encoded(work, "--lossy", picture))
    })
}

fn encoded(
    work: &Path,
    kind: &str,
    (name, width, height, channels, options): &(&str, u32, u32, u8, &str),
) -> Done {
    let samples = drawn((*width, *height), *channels);
    fs::write(work.join("in.png"), png(*channels, (*width, *height), &samples))?;
    succeed(work, &format!("export in.png out.nex -q -f {kind} {options}"))?;
    let bytes = fs::read(work.join("out.nex"))?;
    let header = *Picture::parse(&bytes)?.header();
    if header.channels != *channels {
        return Err(format!("{name}: {} channels", header.channels).into());
    }
    if header.drawn.is_none_or(|drawn| drawn.mixed != (kind == "--lossy")) {
        return Err(format!("{name}: blocks are of another kind").into());
    }
    Ok(save(&format!("compact-picture-drawn-{name}"), &bytes)?)
}

/// Bars on a ground, a disc with a soft edge, a slope, and some pixels of their own; far to
/// the right grain, as photographs have it; alpha is a disc.
fn drawn((width, height): (u32, u32), channels: u8) -> Vec<u8> {
    let mut random = Random::new(400);
    let mut samples = Vec::new();
    for (y, x) in (0..height).flat_map(|y| (0..width).map(move |x| (y, x))) {
        let off = |at: u32, all: u32| 300 * (2 * at).abs_diff(all).pow(2) / all.pow(2);
        let alpha = 330u32.saturating_sub(off(x, width) + off(y, height)).min(255);
        // 0 within, 256 outside, a pixel of both between.
        let far = (x.abs_diff(14).pow(2) + y.abs_diff(13).pow(2)) * 8;
        let ground = far.saturating_sub(900).min(256);
        let speck = random.within(0..=60) == 0;
        let colours = if channels < 3 { 1 } else { 3 };
        for channel in 0..colours {
            let level = if x % 9 < 3 && y % 7 > 1 { 30 + 60 * channel } else { 250 - 10 * channel };
            let slope = (4 * y + 20 * channel) % 256;
            let level = match (speck, x > 50) {
                (true, _) => random.within(0..=255) as u32,
                _ if x > 63 => slope / 2 + (x * y / 16) % 64 + random.within(0..=40) as u32,
                (_, true) => slope,
                _ => (level * ground + (200 - 70 * channel) * (256 - ground)) / 256,
            };
            samples.push(level as u8);
        }
        samples.extend(channels.is_multiple_of(2).then_some(alpha as u8));
    }
    samples
}

/// Writes what no encoder makes, and files that must fail.
pub fn make() -> Done {
    forged()?;
    let read = |name: &str| fs::read(golden::images().join(format!("compact-picture-{name}.nex")));
    broken(&read("drawn-forged-two-tiles")?, &read("drawn-gray")?)
}

/// Random bytes, with which every expert has its turn, and colours fill every memory.
fn forged() -> Done {
    let base = PictureHeader {
        width: 64,
        height: 48,
        channels: 3,
        colour: Colour::YCoCg,
        tile: [0, 0],
        step: 0,
        chroma: [0, 0],
        falloff: 0,
        filtered: false,
        fielded: false,
        drawn: Some(Drawn { memory: 9, display: false, mixed: false }),
    };
    let with = |memory, display| Some(Drawn { memory, display, mixed: false });
    let mixed = Some(Drawn { memory: 7, display: false, mixed: true });
    let alpha = PictureHeader { width: 50, height: 37, channels: 4, ..base };
    let mut random = Random::new(401);
    for (name, header, len) in [
        ("noise", base, 900),
        ("noise-alpha", PictureHeader { drawn: with(11, false), ..alpha }, 900),
        ("noise-display", PictureHeader { drawn: with(6, true), ..alpha }, 700),
        ("noise-gray", PictureHeader { channels: 1, tile: [1, 2], ..base }, 300),
        ("noise-gray-alpha", PictureHeader { channels: 2, drawn: with(4, false), ..base }, 600),
        // Five bytes an entry: more than small processors have.
        ("64k", PictureHeader { drawn: with(16, false), ..alpha }, 3000),
        ("no-bytes", PictureHeader { width: 20, height: 9, ..base }, 0),
        (
            "mixed",
            PictureHeader { width: 40, height: 36, drawn: mixed, step: 60, filtered: true, ..base },
            900,
        ),
        ("two-tiles", PictureHeader { width: 40, height: 5, tile: [1, 0], ..base }, 16),
    ] {
        let tile = |_| (0..len).map(|_| random.bits() as u8).collect();
        let tiles: Vec<Vec<u8>> = (0..header.tiles()).map(tile).collect();
        let bytes = write_picture(&header, &[], &tiles)?;
        save(&format!("compact-picture-drawn-forged-{name}"), &bytes)?;
    }
    // True decisions and false ones.
    let tile = compact_picture::tile(&mut Random::new(402), 900);
    save("compact-picture-drawn-forged-runs", &write_picture(&base, &[], &[tile])?)?;
    Ok(())
}

/// Files that must fail, made from a good one of colours and two tiles, and from one of gray,
/// whose widths and heights are below 128: every field has a known place.
fn broken(good: &[u8], gray: &[u8]) -> Done {
    const FORM: usize = 7;
    const DRAWN: usize = 9;
    const TABLE: usize = 10;
    for file in [good, gray] {
        let header = *Picture::parse(file)?.header();
        if header.width.max(header.height) > 127 || header.drawn.is_none() {
            return Err("the header's fields lie elsewhere".into());
        }
    }
    let save = |name: &str, bytes: &[u8]| save(&format!("x-compact-picture-drawn-{name}"), bytes);
    let with = |bytes: &[u8], at: usize, byte: u8| {
        let mut bytes = bytes.to_vec();
        bytes[at] = byte;
        with_checksum(&bytes)
    };
    save("truncated", &good[..TABLE + 8])?;
    save("no-byte", &with_checksum(&[&good[..DRAWN], &[0; 4]].concat()))?;
    let mut flipped = good.to_vec();
    flipped[good.len() - 8] ^= 4;
    save("flipped-bit", &flipped)?;
    save("filtered", &with(good, FORM, good[FORM] | 1 << 3))?;
    save("memory", &with(good, DRAWN, good[DRAWN] & !15 | 13))?;
    save("both-kinds", &with(good, DRAWN, good[DRAWN] | 1 << 5))?;
    save("display-gray", &with(gray, DRAWN, gray[DRAWN] | 1 << 4))?;
    save("tile-too-long", &with(good, TABLE, 0x7f))?;
    Ok(())
}
