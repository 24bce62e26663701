//! Is a picture stored without loss where it is drawn, and as it was?

use nex_runtime::Picture;
use nex_tests::program::{png, run, succeed};
use serde_json::Value;
use std::{fs, path::Path};
use tempfile::TempDir;

const SIDE: u32 = 40;

/// A button with a border on nothing, and a line; colours lie under what is transparent.
fn button(channels: u8) -> Vec<u8> {
    let mut samples = Vec::new();
    for (y, x) in (0..SIDE).flat_map(|y| (0..SIDE).map(move |x| (y, x))) {
        let edge = x.min(y).min(SIDE - 1 - x).min(SIDE - 1 - y);
        let (colour, alpha) = match edge {
            0..4 => ([x as u8, 90, y as u8], 0),
            4 => ([20, 20, 60], 130),
            _ if x == y => ([250, 30, 30], 255),
            _ => ([90, 160, 230], 255),
        };
        samples.extend(if channels < 3 { &colour[1..2] } else { &colour[..] });
        samples.extend(channels.is_multiple_of(2).then_some(alpha));
    }
    samples
}

fn folder(channels: u8) -> TempDir {
    let folder = TempDir::new().unwrap();
    let path = folder.path();
    fs::write(path.join("icon.png"), png(channels, (SIDE, SIDE), &button(channels))).unwrap();
    let hills = Path::new(env!("CARGO_MANIFEST_DIR")).join("pictures/hills.png");
    fs::copy(hills, path.join("photo.png")).unwrap();
    folder
}

fn json(path: &Path, line: &str) -> Value {
    serde_json::from_slice(&succeed(path, line)).unwrap()
}

/// The samples of a file, and its channels.
fn decoded(path: &Path) -> (Vec<u8>, usize) {
    let bytes = fs::read(path).unwrap();
    let picture = Picture::open(&bytes).unwrap();
    let info = picture.info();
    let channels = usize::from(info.channels);
    let mut samples = vec![0; (info.width * info.height) as usize * channels];
    picture.decode_into(&mut samples, &mut vec![0; picture.memory_len()]).unwrap();
    (samples, channels)
}

#[test]
fn an_icon_is_lossless_and_a_photograph_is_not() {
    let folder = folder(4);
    let path = folder.path();
    let icon = json(path, "export icon.png icon.nex --json");
    assert_eq!((&icon["lossless"], &icon["exact"]), (&true.into(), &true.into()), "{icon}");
    assert_eq!((&icon["psnr_db"], &icon["step"]), (&Value::Null, &Value::Null));
    assert!(icon["bytes"].as_u64().unwrap() <= 3 * icon["lossy_bytes"].as_u64().unwrap());
    let others = icon["others"].as_array().unwrap();
    let formats: Vec<_> = others.iter().filter_map(|other| other["format"].as_str()).collect();
    assert!(formats.ends_with(&["RGB565 + LZ4", "RGB565 + RLE"]), "{icon}");
    for other in others {
        assert!(other["bytes"].as_u64() > icon["bytes"].as_u64(), "{icon}");
    }
    let said = String::from_utf8(succeed(path, "export icon.png icon.nex -f")).unwrap();
    assert!(said.contains("stored    lossless: no larger than the lossy file, which"), "{said}");

    let photo = json(path, "export photo.png photo.nex --json");
    assert_eq!((&photo["lossless"], &photo["exact"]), (&false.into(), &false.into()), "{photo}");
    assert!(photo["because"].as_str().unwrap().contains("more than 3 times"), "{photo}");
    assert!(photo["others"].is_null() && photo["jpeg"]["bytes"].is_u64(), "{photo}");
}

#[test]
fn every_pixel_that_is_seen_comes_back() {
    for channels in 1..=4 {
        let folder = folder(channels);
        let path = folder.path();
        let original = button(channels);
        let pixels = usize::from(channels);
        succeed(path, "export icon.png icon.nex --lossless");
        let (samples, found) = decoded(&path.join("icon.nex"));
        assert_eq!(found, pixels);
        for (was, is) in original.chunks(pixels).zip(samples.chunks(pixels)) {
            let seen = !pixels.is_multiple_of(2) || was.last() != Some(&0);
            assert!(if seen { was == is } else { is.iter().all(|&s| s == 0) }, "{was:?} {is:?}");
        }
        assert_eq!(json(path, "check icon.nex icon.png --json")["exact"], true);
        let said = String::from_utf8(succeed(path, "check icon.nex icon.png")).unwrap();
        assert!(said.contains("PSNR (peak 255)     exact"), "{said}");
        succeed(path, "check icon.nex icon.png --min-psnr 90");
        succeed(path, "export icon.png all.nex --lossless --hidden");
        assert!(decoded(&path.join("all.nex")).0 == original);
        // What is decoded is the same file again.
        succeed(path, "decode all.nex all.png");
        succeed(path, "export all.png again.nex --lossless --hidden");
        assert!(
            fs::read(path.join("all.nex")).unwrap() == fs::read(path.join("again.nex")).unwrap()
        );
        succeed(path, "plot icon.nex icon.png icon-plot.png");
    }
}

#[test]
fn a_display_and_its_memory_are_asked_for() {
    let folder = folder(4);
    let path = folder.path();
    let made = json(path, "export icon.png icon.nex --lossless --rgb565 --memory 64 --json");
    assert_eq!(made["exact"], false, "{made}");
    assert!(made["psnr_db"].as_f64().unwrap() > 35.0, "{made}");
    let facts = json(path, "info icon.nex --json");
    assert_eq!(facts["rgb565"], true, "{facts}");
    assert!(facts["memory_entries"].as_u64().unwrap() <= 64, "{facts}");
    let said = String::from_utf8(succeed(path, "info icon.nex")).unwrap();
    assert!(said.contains("lossless: every pixel is as a display of RGB565 shows it"), "{said}");
    for pixel in decoded(&path.join("icon.nex")).0.chunks(4) {
        for (sample, bits) in pixel.iter().zip([5, 6, 5]) {
            assert_eq!(sample & 0xff >> bits, sample >> bits, "{pixel:?}");
        }
    }
    // Gray stays as it is.
    let folder = self::folder(1);
    let made = json(folder.path(), "export icon.png icon.nex --lossless --rgb565 --json");
    assert_eq!(made["exact"], true, "{made}");
}

/// What is asked for decides: an exact copy is taken where it takes no more bytes.
#[test]
fn targets_decide() {
    let folder = folder(3);
    let path = folder.path();
    let lossless = |line: &str| json(path, &format!("export {line} -f --json"))["lossless"].clone();
    let bytes = json(path, "export icon.png icon.nex --json")["bytes"].as_u64().unwrap();
    assert_eq!(lossless(&format!("icon.png icon.nex --size {bytes}")), true);
    assert_eq!(lossless(&format!("icon.png icon.nex --size {}", bytes - 8)), false);
    assert_eq!(lossless("icon.png icon.nex --quality 98"), true);
    assert_eq!(lossless("icon.png icon.nex --psnr 99"), true);
    assert_eq!(lossless("icon.png icon.nex --lossy"), false);
    assert_eq!(lossless("icon.png icon.nex --lossy --quality 98"), false);
    assert_eq!(lossless("photo.png photo.nex --quality 20"), false);
    assert_eq!(lossless("photo.png photo.nex --lossless"), true);
    for (line, code, words) in [
        (format!("export icon.png o.nex --lossless --size {}", bytes - 8), 3, "no file of at most"),
        ("export icon.png o.nex --lossless --quality 40".into(), 2, "cannot be used with"),
        ("export icon.png o.nex --lossless --lossy".into(), 2, "cannot be used with"),
        ("export icon.png o.nex --lossy --memory 1k".into(), 2, "cannot be used with"),
        ("export icon.png o.nex --memory 3k".into(), 2, "power of two"),
    ] {
        let outcome = run(path, &line);
        assert_eq!(outcome.code, Some(code), "{line}: {}", outcome.stderr);
        assert!(outcome.stderr.contains(words), "{line}: {}", outcome.stderr);
        assert!(!path.join("o.nex").exists());
    }
}

/// A folder of both, each as suits it, and in source code with an index.
#[test]
fn a_folder_of_icons_is_stored_and_emitted() {
    let folder = folder(4);
    let path = folder.path();
    fs::create_dir(path.join("all")).unwrap();
    for name in ["icon.png", "photo.png"] {
        fs::copy(path.join(name), path.join("all").join(name)).unwrap();
    }
    let said = String::from_utf8(succeed(path, "export all made --batch --jobs 1")).unwrap();
    let row = |name: &str| said.lines().find(|line| line.starts_with(name)).unwrap();
    assert!(row("icon.png").ends_with("exact") && !row("photo.png").contains("exact"), "{said}");
    succeed(path, "emit made --rust icons.rs --c icons.h");
    for name in ["icons.rs", "icons.h"] {
        let source = fs::read_to_string(path.join(name)).unwrap();
        assert!(source.contains("icon_png") && source.contains("photo_png"), "{source}");
    }
}

#[test]
fn a_mask_is_the_alpha_alone() {
    for channels in [2, 4] {
        let folder = folder(channels);
        let path = folder.path();
        let made = json(path, "export icon.png mask.nex --mask --json");
        assert_eq!((&made["channels"], &made["exact"]), (&1.into(), &true.into()), "{made}");
        let alpha: Vec<u8> =
            button(channels).chunks(channels.into()).map(|p| p[p.len() - 1]).collect();
        assert_eq!(decoded(&path.join("mask.nex")), (alpha, 1));
    }
    let folder = folder(3);
    let failed = run(folder.path(), "export icon.png mask.nex --mask");
    assert_eq!(failed.code, Some(2));
    assert!(failed.stderr.contains("has no alpha for --mask"));
}
