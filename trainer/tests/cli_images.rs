//! Do pictures go through the whole program, and are bad ones refused?

use ne_train::picture::{self, Picture};
use nex_runtime::View;
use nex_tests::{
    fuzzing::{crc32, with_checksum},
    program::{self, Row, check_rows, pipe, run, succeed},
};
use serde_json::Value;
use std::{fs, path::Path};
use tempfile::TempDir;

/// A network of a few hundred bytes, in milliseconds.
const SMALL: &str = program::SMALL;

fn file(folder: &TempDir, name: &str) -> Vec<u8> {
    fs::read(folder.path().join(name)).unwrap()
}

/// A folder with the committed pictures and some made here.
fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/pictures");
    for entry in fs::read_dir(committed).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, folder.path().join(path.file_name().unwrap())).unwrap();
    }
    folder
}

fn read(bytes: &[u8]) -> Picture {
    picture::parse(Path::new("a picture"), bytes, None).unwrap().picture
}

/// Some pattern of a size.
fn pattern(width: u16, height: u16, channels: usize) -> Picture {
    let len = usize::from(width) * usize::from(height) * channels;
    let samples = (0..len).map(|i| (i * 31 % 251) as u8).collect();
    Picture { width, height, channels, samples }
}

fn json(folder: &TempDir, line: &str) -> Value {
    serde_json::from_slice(&succeed(folder.path(), line)).unwrap()
}

#[test]
fn a_picture_goes_there_and_back() {
    let folder = folder();
    let made = json(&folder, &format!("export hills.png hills.nex {SMALL} --json --comment mine"));
    succeed(folder.path(), "decode hills.nex hills-back.png");
    let (original, back) =
        (read(&file(&folder, "hills.png")), read(&file(&folder, "hills-back.png")));
    assert_eq!((back.width, back.height, back.channels), (60, 40, 3));
    // The samples of the file are the runtime's.
    let nex = file(&folder, "hills.nex");
    let decoder = nex_runtime::Picture::open(&nex).unwrap();
    let mut samples = vec![0; 60 * 40 * 3];
    let mut scratch = vec![0; decoder.memory_len()];
    decoder.decode_into(&mut samples, &mut scratch).unwrap();
    assert_eq!(back.samples, samples);
    // The figures are those of the files.
    let noise: f64 = original
        .samples
        .iter()
        .zip(&samples)
        .map(|(&a, &b)| (f64::from(a) - f64::from(b)).powi(2))
        .sum();
    let psnr = 10.0 * (255f64.powi(2) * samples.len() as f64 / noise).log10();
    let checked = json(&folder, "check hills.nex hills.png --json");
    for report in [&made, &checked] {
        assert!((report["psnr_db"].as_f64().unwrap() - psnr).abs() < 1e-9);
        assert_eq!(report["bytes"].as_u64(), Some(nex.len() as u64));
        assert_eq!(report["original_bytes"].as_u64(), Some(7200));
    }
    let shares = checked["expert_share"].as_array().unwrap();
    assert!((shares.iter().map(|s| s.as_f64().unwrap()).sum::<f64>() - 1.0).abs() < 1e-9);
    assert!(made["jpeg"]["psnr_db"].as_f64().unwrap() > 5.0);
    let info = json(&folder, "info hills.nex --json");
    assert_eq!((info["width"].as_u64(), info["height"].as_u64()), (Some(60), Some(40)));
    assert_eq!(info["macs_per_pixel"], checked["macs_per_pixel"]);
    assert_eq!(info["comment"].as_str(), Some("mine"));
    // In words, the same figures.
    let words = String::from_utf8(succeed(folder.path(), "check hills.nex hills.png")).unwrap();
    assert!(words.contains(&format!("{psnr:.2} dB")), "{words}");
    // Drawn 13 times as large: two or four panels of 780 x 520.
    for (arguments, panels) in [("plot hills.nex a.png", 2), ("plot hills.nex hills.png a.png", 4)]
    {
        succeed(folder.path(), &format!("{arguments} -f"));
        let drawn = read(&file(&folder, "a.png"));
        assert_eq!(u32::from(drawn.width), panels * 780 + (panels - 1) * 40 + 120);
        let shown = |x: usize, y: usize| {
            let at = 3 * (y * usize::from(drawn.width) + x);
            drawn.samples[at..at + 3].to_vec()
        };
        let first = if panels == 2 { &back } else { &original };
        assert_eq!(shown(60 + 13 * 7, 150 + 13 * 9), first.samples[3 * (9 * 60 + 7)..][..3]);
    }
}

#[test]
fn parts_and_scales_are_those_of_the_runtime() {
    let folder = folder();
    succeed(folder.path(), &format!("export hills.png hills.nex {SMALL} --precision f16 --pack"));
    let packed = file(&folder, "hills.nex");
    let mut nex = vec![0; nex_format::neural::unpacked_len(&packed).unwrap()];
    nex_format::neural::unpack(&packed, &mut nex).unwrap();
    let decoder = nex_runtime::Picture::open(&nex).unwrap();
    let whole = (60, 40);
    let views = [
        ("--scale 2.5", View::scaled((0, 0), whole, (150, 100))),
        ("--scale 0.01", View::scaled((0, 0), whole, (1, 1))),
        ("--size 7x90", View::scaled((0, 0), whole, (7, 90))),
        ("--crop 20x10+40+30", View::crop((40, 30), (20, 10))),
        ("--crop 5x4+0+1 --scale 3", View::scaled((0, 1), (5, 4), (15, 12))),
        ("--crop 5x4+2+1 --size 64x64", View::scaled((2, 1), (5, 4), (64, 64))),
    ];
    for (arguments, view) in views {
        let png = succeed(folder.path(), &format!("decode hills.nex - {arguments}"));
        let shown = read(&png);
        let (width, height) = view.size();
        assert_eq!((u32::from(shown.width), u32::from(shown.height)), (width, height));
        let mut samples = vec![0; (width * height * 3) as usize];
        let field = decoder.field().unwrap();
        let mut scratch = vec![0; field.best_len()];
        let row_len = samples.len() / height as usize;
        for (row, out) in (0..).zip(samples.chunks_exact_mut(row_len)) {
            field.decode_view_row(&view, row, out, &mut scratch).unwrap();
        }
        assert_eq!(shown.samples, samples, "{arguments}");
    }
}

#[test]
fn pictures_of_every_kind_are_stored() {
    let folder = folder();
    for (width, height) in [(1, 1), (1, 40), (70, 1), (13, 11)] {
        for channels in 1..=4 {
            let original = pattern(width, height, channels);
            fs::write(folder.path().join("in.png"), original.png().unwrap()).unwrap();
            succeed(folder.path(), &format!("export in.png out.nex {SMALL} -f"));
            // Not by our reader, which takes colours that happen to be grays for gray.
            let back = succeed(folder.path(), "decode out.nex -");
            let back = image::load_from_memory(&back).unwrap();
            let shape = (back.width(), back.height(), usize::from(back.color().channel_count()));
            assert_eq!(shape, (width.into(), height.into(), channels));
            succeed(folder.path(), "check out.nex in.png");
        }
    }
}

#[test]
fn what_is_changed_is_said() {
    let folder = folder();
    let noted = |line: &str, words: &[&str]| {
        let outcome = run(folder.path(), &format!("{line} {SMALL} -f"));
        assert_eq!(outcome.code, Some(0), "{line}: {}", outcome.stderr);
        for word in words {
            assert!(outcome.stderr.contains(word), "{line}: no \"{word}\" in {}", outcome.stderr);
        }
        file(&folder, "o.nex")
    };
    let nex =
        noted("export gray-16-bits.png o.nex", &["gray-16-bits.png", "16 bits", "reduced to 8"]);
    assert_eq!(nex_runtime::Picture::open(&nex).unwrap().info().channels, 1);
    let nex = noted("export hills.png o.nex --max-side 30", &["60 x 40 to 30 x 20"]);
    assert_eq!(nex_runtime::Picture::open(&nex).unwrap().info().width, 30);
    // And the original is made smaller alike.
    succeed(folder.path(), "check o.nex hills.png");
    assert!(noted("export hills.png o.nex --max-side 60", &[]).len() > 100);
}

/// Photographs: upright, from four inks, from a palette.
#[test]
fn readers_agree_on_the_picture() {
    let folder = folder();
    let original = read(&file(&folder, "hills.png"));
    for (name, least_db) in
        [("hills.jpg", 34.0), ("sideways.jpg", 34.0), ("cmyk.jpg", 25.0), ("palette.png", 20.0)]
    {
        let other = read(&file(&folder, name));
        let metrics = ne_train::measure::picture::compare(&original, &other)
            .unwrap_or_else(|| panic!("{name}"));
        assert!(metrics.psnr_db > least_db, "{name}: {:.1} dB", metrics.psnr_db);
    }
    let gray = read(&file(&folder, "gray-16-bits.png"));
    assert_eq!((gray.width, gray.height, gray.channels), (60, 40, 1));
}

#[test]
fn pipes_carry_pictures() {
    let folder = folder();
    let made = pipe(folder.path(), &format!("export - - {SMALL}"), &file(&folder, "hills.jpg"));
    assert_eq!(made.code, Some(0), "{}", made.stderr);
    let decoded = pipe(folder.path(), "decode - -", &made.stdout);
    assert_eq!((decoded.code, read(&decoded.stdout).width), (Some(0), 60));
}

#[test]
fn a_fit_resumes_and_knows_its_picture() {
    let folder = folder();
    let line = format!("export hills.png a.nex {SMALL} --run-dir run");
    succeed(folder.path(), &line);
    succeed(folder.path(), "export hills.png whole.nex SMALL");
    assert_eq!(file(&folder, "a.nex"), file(&folder, "whole.nex"));
    let header = String::from_utf8(file(&folder, "run/metrics.csv")).unwrap();
    assert!(header.starts_with("step,seconds,stage,loss,psnr_db,deployed_psnr_db,"), "{header}");
    succeed(folder.path(), &format!("export hills.png b.nex {SMALL} --run-dir run --resume"));
    assert_eq!(file(&folder, "a.nex"), file(&folder, "b.nex"));
    let other =
        run(folder.path(), &format!("export hills.jpg c.nex {SMALL} --run-dir run --resume"));
    assert_eq!(other.code, Some(1));
    assert!(other.stderr.contains("is of another picture"), "{}", other.stderr);
}

/// A PNG chunk.
fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let body = [&kind[..], data].concat();
    let crc = crc32(&body).to_be_bytes();
    [&(data.len() as u32).to_be_bytes()[..], &body, &crc].concat()
}

/// The start of an 8-bit gray PNG file of a size, without pixels.
fn png_of_size(width: u32, height: u32) -> Vec<u8> {
    let size = [width.to_be_bytes(), height.to_be_bytes()].concat();
    let header = chunk(b"IHDR", &[&size[..], &[8, 0, 0, 0, 0]].concat());
    let none = chunk(b"IDAT", &[0x78, 0x9c, 0x03, 0, 0, 0, 0, 1]);
    [b"\x89PNG\r\n\x1a\n", &header[..], &none, &chunk(b"IEND", &[])].concat()
}

#[test]
fn bad_pictures_are_refused() {
    let folder = folder();
    let write = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).unwrap();
    let png = file(&folder, "hills.png");
    let jpeg = file(&folder, "hills.jpg");
    write("cut.png", &png[..png.len() / 2]);
    write("cut.jpg", &jpeg[..jpeg.len() / 3]);
    write("head.png", &png[..8]);
    let mut flipped = png.clone();
    flipped[60] ^= 0xff;
    write("flipped.png", &flipped);
    write("none.png", &png_of_size(0, 0));
    write("flat.png", &png_of_size(5, 0));
    write("huge.png", &png_of_size(60_000, 60_000));
    write("long.png", &png_of_size(70_000, 1));
    write("endless.png", &png_of_size(u32::MAX >> 1, u32::MAX >> 1));
    write("gray.png", &pattern(60, 40, 1).png().unwrap());
    write("small.png", &pattern(30, 40, 3).png().unwrap());
    write("sound.wav", &program::wav(program::Samples::Integer(16), 8000, 1, &program::tones(300)));
    succeed(folder.path(), &format!("export hills.png good.nex {SMALL}"));
    succeed(folder.path(), &format!("export sound.wav sound.nex {SMALL}"));
    let good = file(&folder, "good.nex");
    write("flipped.nex", &{
        let mut bytes = good.clone();
        bytes[good.len() / 2] ^= 1;
        bytes
    });
    // Both sides have one byte in the header; now 65,535 pixels each.
    let at = nex_tests::forge::header_at(&good);
    let large = [&good[..at], &[0xff, 0xff, 0x03, 0xff, 0xff, 0x03], &good[at + 2..]].concat();
    write("large.nex", &with_checksum(&large));
    write("zero.nex", &with_checksum(&[&good[..at], &[0], &good[at + 1..]].concat()));
    #[rustfmt::skip]
    let rows: &[Row] = &[
        ("cut PNG", "export cut.png o.nex QUICK", 1, &["cut.png: cannot be read as a picture", "save it again", "because"]),
        ("cut in the head", "export head.png o.nex QUICK", 1, &["head.png: cannot be read as a picture"]),
        ("flipped PNG", "export flipped.png o.nex QUICK", 1, &["flipped.png: cannot be read as a picture"]),
        ("0 x 0", "export none.png o.nex QUICK", 1, &["none.png"]),
        ("5 x 0", "export flat.png o.nex QUICK", 1, &["flat.png"]),
        ("3.6 billion pixels", "export huge.png o.nex QUICK", 1, &["huge.png: is 60000 x 60000 pixels", "limit", "picture editor"]),
        ("a long row", "export long.png o.nex QUICK", 1, &["long.png: is 70000 x 1 pixels", "65535", "--max-side"]),
        ("endless", "export endless.png o.nex QUICK", 1, &["endless.png", "pixels", "limit"]),
        ("an option of compact sounds", "export hills.png o.nex --snr 30", 2, &["--snr", "for sounds"]),
        ("a tune of sounds", "export hills.png o.nex --tune snr", 2, &["--tune snr", "for sounds"]),
        ("a tune of pictures", "export sound.wav o.nex --tune eye", 2, &["--tune eye", "for pictures"]),
        ("not neural", "export hills.png o.nex QUICK --tune eye", 2, &["--tune", "--profile compact"]),
        ("too few bytes", "export hills.png o.nex --size 9", 3, &["hills.png: no file of at most 9 bytes", "the smallest has", "--max-side"]),
        ("too many dB", "export hills.png o.nex --psnr 99 --lossy --mix never", 3, &["hills.png: the best file has a PSNR of", "99 were asked for"]),
        ("a size of tiles", "export hills.png o.nex --tile 33", 2, &["--tile", "power of two"]),
        ("baked", "export hills.png o.nex QUICK --bake-routing", 2, &["--bake-routing", "for sounds"]),
        ("a rate", "export hills.png o.nex QUICK --rate 8000", 2, &["--rate", "for sounds"]),
        ("SNR", "export hills.png o.nex QUICK --min-snr 3", 2, &["--min-snr", "for sounds"]),
        ("too costly", "export hills.png o.nex --max-macs 100", 3, &["MAC per pixel", "--max-macs", "--width"]),
        ("a picture's option", "export sound.wav o.nex QUICK --max-side 9", 2, &["--max-side", "for pictures"]),
        ("another size", "check good.nex small.png", 1, &["small.png: the sizes differ", "60 x 40", "30 x 40"]),
        ("other channels", "check good.nex gray.png", 1, &["gray.png: the channels differ", "RGB", "gray"]),
        ("a sound to compare", "check good.nex sound.wav", 1, &["sound.wav: is no picture"]),
        ("a picture to compare", "check sound.nex hills.png", 1, &["hills.png: is a picture, not a sound"]),
        ("SNR of a picture", "check good.nex hills.png --min-snr 3", 2, &["--min-snr", "for sounds"]),
        ("flipped", "decode flipped.nex o.png", 1, &["flipped.nex", "checksum does not match"]),
        ("no columns", "info zero.nex", 1, &["zero.nex", "size is malformed"]),
        ("4 billion pixels", "decode large.nex o.png", 2, &["65,535 x 65,535", "limit", "--crop"]),
        ("scaled beyond", "decode good.nex o.png --scale 1e9", 2, &["more than 65535 a side", "--crop"]),
        ("cropped beyond", "decode good.nex o.png --crop 50x10+20+0", 2, &["--crop 50x10+20+0", "60x40"]),
        ("cropped around", "decode good.nex o.png --crop 4294967295x1+1+0", 2, &["reaches beyond"]),
        ("no JPEG", "decode good.nex o.jpg", 2, &["o.jpg", "PNG", ".png"]),
        ("a rate of a picture", "decode good.nex o.png --rate 8000", 2, &["--rate", "for sounds"]),
        ("a scale of a sound", "decode sound.nex o.wav --scale 2", 2, &["--scale", "for pictures"]),
        ("no size", "decode good.nex o.png --size 0x4", 2, &["--size", "WIDTHxHEIGHT"]),
        ("no crop", "decode good.nex o.png --crop 4x4", 2, &["--crop", "WIDTHxHEIGHT+X+Y"]),
        ("plotted", "plot good.nex o.svg", 2, &["o.svg", ".png"]),
        ("baked later", "bake good.nex o.nex", 1, &["good.nex: holds a picture"]),
        ("emitted by no name", "emit good.nex --rust o.rs --name 4-you", 2, &["--name 4-you", "picture_4_you"]),
        ("a processor", "info good.nex --target cortex-m4f", 2, &["--target", "not measured"]),
    ];
    check_rows(folder.path(), rows);
    let missed = run(folder.path(), "check good.nex hills.png --min-psnr 90");
    assert_eq!(missed.code, Some(3), "{}", missed.stderr);
    assert!(missed.stderr.contains("below the target of 90 dB"));
    // A truncated JPEG file may decode in part, but never silently to nothing.
    let cut = run(folder.path(), &format!("export cut.jpg o.nex {SMALL}"));
    assert!(matches!(cut.code, Some(0 | 1)) && !cut.stderr.contains("panicked"), "{}", cut.stderr);
}
