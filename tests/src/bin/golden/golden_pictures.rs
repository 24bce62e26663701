//! Compact pictures of every kind, and ones that must fail.

use nex_format::{
    SectionId,
    compact::{Colour, Picture, PictureHeader, write_picture},
};
use nex_runtime::{self as runtime, Area};
use nex_tests::{
    forge::Random,
    fuzzing::with_checksum,
    golden,
    program::{png, run},
    tiles::Turns,
};
use std::{error::Error, fs, path::Path};

pub(super) type Done = Result<(), Box<dyn Error>>;

/// Name, columns, rows, channels, options of `export`.
const PICTURES: &[(&str, u32, u32, u8, &str)] = &[
    ("photo", 71, 45, 3, ""),
    ("photo-psnr", 71, 45, 3, "--tune psnr --quality 35"),
    ("tiles-32", 71, 45, 3, "--tile 32 --quality 30"),
    ("tiles-64", 45, 71, 3, "--tile 64 --quality 20 --tune psnr"),
    ("gray", 33, 31, 1, ""),
    ("gray-alpha", 31, 33, 2, ""),
    ("rgba", 40, 33, 4, "--quality 30"),
    ("one-pixel", 1, 1, 3, ""),
    ("one-row", 100, 1, 1, ""),
    ("one-column", 1, 67, 3, ""),
    ("finest", 9, 7, 3, "--quality 100"),
    ("roughest", 71, 45, 3, "--quality 0"),
    ("comment", 12, 8, 2, "--comment Ünïcödé"),
];

/// Encodes pictures.
pub fn encode() -> Done {
    in_folder(encoded)
}

/// Works in a folder that is there for so long.
pub(super) fn in_folder(work: impl Fn(&Path) -> Done) -> Done {
    let folder = std::env::temp_dir().join(format!("nex-golden-pictures-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let made = work(&folder);
    fs::remove_dir_all(&folder)?;
    made
}

/// Writes what no encoder makes, and files that must fail.
pub fn make() -> Done {
    forged()?;
    let read = |name: &str| fs::read(golden::images().join(format!("compact-picture-{name}.nex")));
    broken(&read("forged-two-tiles")?)?;
    broken_section(&read("comment")?)
}

pub(super) fn save(name: &str, bytes: &[u8]) -> std::io::Result<()> {
    fs::write(golden::images().join(format!("{name}.nex")), bytes)
}

/// Runs the program, which has to do it.
pub(super) fn succeed(work: &Path, line: &str) -> Done {
    let outcome = run(work, line);
    if outcome.code != Some(0) {
        return Err(format!("{line}: {}", outcome.stderr).into());
    }
    Ok(())
}

fn encoded(work: &Path) -> Done {
    let succeed = |line: &str| succeed(work, line);
    let cat = golden::folder().join("../../examples/pictures/chelsea.png");
    fs::copy(cat, work.join("cat.png"))?;
    // Nearly as it is, and thus as samples.
    succeed("export cat.png cat.nex -q --lossy --quality 100")?;
    let cat = fs::read(work.join("cat.nex"))?;
    for (name, width, height, channels, options) in PICTURES {
        let samples = scaled(&cat, (*width, *height), *channels)?;
        fs::write(work.join("in.png"), png(*channels, (*width, *height), &samples))?;
        succeed(&format!("export in.png out.nex -q -f --lossy {options}"))?;
        let bytes = fs::read(work.join("out.nex"))?;
        let header = *Picture::parse(&bytes)?.header();
        if header.channels != *channels {
            return Err(format!("{name}: {} channels", header.channels).into());
        }
        save(&format!("compact-picture-{name}"), &bytes)?;
    }
    Ok(())
}

/// The middle of a picture of colours in a size; gray is its green, alpha a disc.
fn scaled(bytes: &[u8], size: (u32, u32), channels: u8) -> Result<Vec<u8>, Box<dyn Error>> {
    let picture = runtime::Picture::open(bytes)?;
    let (width, height) = (size.0.max(40) * 2, size.1.max(40) * 2);
    let middle = Area { left: 100, top: 50, width, height };
    let mut memory = vec![0; picture.rows_len(middle, size)];
    let mut rows = picture.rows(middle, size, &mut memory)?;
    let (mut row, mut samples) = (vec![0; size.0 as usize * 3], Vec::new());
    let mut y = 0;
    while rows.next_row(&mut row).is_some() {
        for (x, pixel) in (0..).zip(row.chunks_exact(3)) {
            let colours = if channels < 3 { &pixel[1..2] } else { pixel };
            samples.extend(colours);
            if channels.is_multiple_of(2) {
                // Opaque in the middle, 0 in the corners.
                let off = |at: u32, all: u32| 300 * (2 * at).abs_diff(all).pow(2) / all.pow(2);
                let far = off(x, size.0) + off(y, size.1);
                samples.push(450u32.saturating_sub(far).min(255) as u8);
            }
        }
        y += 1;
    }
    Ok(samples)
}

/// What no encoder makes: leaves of every predictor and size below the largest, weights
/// as large as they may be, and random bytes.
fn forged() -> Done {
    let base = PictureHeader {
        width: 64,
        height: 64,
        channels: 3,
        colour: Colour::Orthogonal,
        tile: [0, 0],
        step: 150,
        chroma: [-1, 2],
        falloff: 3,
        filtered: true,
        fielded: true,
        drawn: None,
    };
    let gray = PictureHeader {
        channels: 1,
        colour: Colour::YCoCg,
        chroma: [0, 0],
        filtered: false,
        fielded: false,
        ..base
    };
    let alpha = PictureHeader {
        width: 56,
        height: 48,
        channels: 4,
        colour: Colour::YCoCg,
        tile: [1, 1],
        step: 110,
        ..base
    };
    let plain = PictureHeader { falloff: 7, step: 200, ..gray };
    let flat =
        PictureHeader { colour: Colour::YCoCg, filtered: false, falloff: 0, step: 64, ..base };
    let mut random = Random::new(300);
    let mut turns = Turns::new(&mut random, &[1, 2, 3, 12, 60]);
    for (name, header) in [("colours", base), ("alpha", alpha), ("flat", flat), ("gray", plain)] {
        let bytes = write_picture(&header, &[], &turns.tiles(&header))?;
        save(&format!("compact-picture-forged-{name}"), &bytes)?;
    }
    if !turns.are_over(3) {
        return Err("not every predictor of leaves up to 16 x 16 pixels had its turn".into());
    }
    // Escapes of all lengths, sums beyond all limits.
    let loud = PictureHeader { width: 35, height: 33, step: 320, chroma: [-8, 7], ..base };
    let mut random = Random::new(301);
    let mut turns = Turns::new(&mut random, &[9, 40, 300, 5000, 1 << 15]);
    save("compact-picture-forged-loud", &write_picture(&loud, &[], &turns.tiles(&loud))?)?;
    let two = PictureHeader { width: 40, height: 5, tile: [1, 0], ..base };
    let noise = [
        ("noise", PictureHeader { width: 37, height: 21, step: 0, tile: [12, 1], ..alpha }, 250),
        ("noise-gray", PictureHeader { width: 70, height: 34, tile: [2, 1], ..gray }, 60),
        ("noise-alpha", PictureHeader { width: 17, height: 50, channels: 2, ..plain }, 150),
        ("no-bytes", PictureHeader { width: 20, height: 9, ..base }, 0),
        ("two-tiles", two, 16),
    ];
    for (name, header, len) in noise {
        let mut bytes = || (0..len).map(|_| random.bits() as u8).collect::<Vec<u8>>();
        let tiles: Vec<_> = (0..header.tiles()).map(|_| bytes()).collect();
        let bytes = write_picture(&header, &[], &tiles)?;
        save(&format!("compact-picture-forged-{name}"), &bytes)?;
    }
    // True decisions, then false ones.
    let runs = PictureHeader { height: 40, colour: Colour::YCoCg, ..base };
    let tile = [[0; 150], [0xff; 150]].concat();
    save("compact-picture-forged-runs", &write_picture(&runs, &[], &[tile])?)?;
    Ok(())
}

/// Files that must fail, made from a good one of colours and two tiles whose width,
/// height, and length of the first tile are below 128, and whose step is 128 or more:
/// every field has a known place.
fn broken(good: &[u8]) -> Done {
    const WIDTH: usize = 5;
    const HEIGHT: usize = 6;
    const FORM: usize = 7;
    const TILES: usize = 8;
    const STEP: usize = 9;
    const TABLE: usize = 12;
    let header = *Picture::parse(good)?.header();
    let wide = header.width.max(header.height) > 127 || header.step < 128;
    if wide || header.channels < 3 || header.tiles() != 2 || good[TABLE] > 127 {
        return Err("the header's fields lie elsewhere".into());
    }
    let save = |name: &str, bytes: &[u8]| save(&format!("x-compact-picture-{name}"), bytes);
    // With other bytes in the place of so many, and a checksum that matches.
    let with = |at: usize, len: usize, new: &[u8]| {
        with_checksum(&[&good[..at], new, &good[at + len..]].concat())
    };
    save("truncated", &good[..TABLE + 8])?;
    save("last-tile-cut", &good[..good.len() - 6])?;
    save("trailing", &[good, &[0]].concat())?;
    let mut flipped = good.to_vec();
    flipped[good.len() - 8] ^= 4;
    save("flipped-bit", &flipped)?;
    save("no-columns", &with(WIDTH, 1, &[0]))?;
    save("no-rows", &with(HEIGHT, 1, &[0]))?;
    save("too-wide", &with(WIDTH, 1, &[0x80, 0x80, 4]))?;
    save("half-chroma", &with(FORM, 1, &[good[FORM] | 1 << 5]))?;
    save("framebuffer", &with(FORM, 1, &[good[FORM] | 1 << 6]))?;
    save("drawn", &with(FORM, 1, &[good[FORM] | 1 << 7]))?;
    save("orthogonal-gray", &with(FORM, 1, &[good[FORM] & !3 | 1 << 2]))?;
    save("tile-columns", &with(TILES, 1, &[0x0d]))?;
    save("tile-rows", &with(TILES, 1, &[0xd0]))?;
    save("step", &with(STEP, 2, &[0xc1, 2]))?;
    save("step-bits", &with(STEP, 2, &[0x80, 0x20]))?;
    save("tile-too-long", &with(TABLE, 1, &[0x7f]))?;
    save("table-number", &with(TABLE, 1, &[0x90, 0]))?;
    // More tiles than the file has bytes.
    let many = with(WIDTH, good.len() - WIDTH - 4, &[0xff, 0xff, 3, 0xff, 0xff, 3]);
    let many =
        [&many[..many.len() - 4], &good[FORM..FORM + 1], &[0x11], &good[STEP..TABLE], &[0; 20]];
    save("table-cut", &with_checksum(&many.concat()))?;
    Ok(())
}

/// Sections that must fail, made from a file with a comment.
fn broken_section(good: &[u8]) -> Done {
    let comment = Picture::parse(good)?.sections().last().ok_or("no comment")?;
    if comment.id != SectionId::COMMENT {
        return Err("no comment".into());
    }
    let with = |at: usize, byte: u8| {
        let mut bytes = good.to_vec();
        bytes[at] = byte;
        with_checksum(&bytes)
    };
    save("x-compact-picture-comment", &with(comment.offset, 0xff))?;
    // Behind magic, version, kind and the number of sections.
    save("x-compact-picture-section", &with(6, 20))?;
    Ok(())
}
