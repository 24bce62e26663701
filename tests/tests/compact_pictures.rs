//! Does a compact picture decode to the same samples however it is asked, and does no
//! damage do harm?

use nex_format::compact::Picture as File;
use nex_runtime::{Area, Picture};
use nex_tests::{compact_picture, forge::Random, fuzzing::with_checksum, golden};

fn golden_picture(name: &str) -> Vec<u8> {
    let files = golden::compact_pictures();
    let name = format!("compact-picture-{name}");
    files.into_iter().find(|(of, _)| *of == name).unwrap().1
}

#[test]
fn every_way_to_decode_a_golden_picture_gives_the_same_samples() {
    let files = golden::compact_pictures();
    assert!(files.len() >= 20, "only {} golden files", files.len());
    for (_, bytes) in files {
        for place in 0..6u32 {
            compact_picture::parse_decode_at(&bytes, place.wrapping_mul(0x9e37_79b9));
        }
    }
}

#[test]
fn every_way_to_decode_a_forged_picture_gives_the_same_samples() {
    let mut random = Random::new(0xc0de);
    for _ in 0..120 {
        compact_picture::parse_decode(&compact_picture::file(&mut random, (90, 70), 300));
    }
}

/// Sizes are rounded up; an area is one of the picture that is shown.
#[test]
fn halved_pictures_have_their_sizes_and_areas() {
    let bytes = golden_picture("rgba");
    let picture = Picture::open(&bytes).unwrap();
    let mut memory = vec![0; picture.memory_len()];
    let mut halved = |halvings| picture.windows(&mut memory).unwrap().halved(halvings).size();
    let sizes = [0, 1, 2, 3, 4].map(&mut halved);
    assert_eq!(sizes, [(40, 33), (20, 17), (10, 9), (5, 5), (5, 5)]);
    let mut first = |left| {
        let area = Area { left, top: 4, width: 9, height: 9 };
        let mut windows = picture.windows(&mut memory).unwrap().halved(3).within(area);
        windows.next_window().map(|window| window.area())
    };
    assert_eq!(first(4), Some(Area { left: 4, top: 4, width: 1, height: 1 }));
    assert_eq!(first(5), None);
}

/// All bytes of a file, each with several others in its place, under a checksum that
/// matches: never a panic, and what still parses decodes to the same samples every way.
#[test]
fn any_byte_may_be_any_other() {
    let (mut opened, mut refused) = (0, 0);
    for name in ["tiles-32", "comment"] {
        let good = golden_picture(name);
        let mut bytes = good.clone();
        for at in 0..good.len() - 4 {
            for value in [0, 0xff, 0x7f, 0x80, good[at] ^ 1, good[at] ^ 0x10, !good[at]] {
                bytes[at] = value;
                let bytes = with_checksum(&bytes);
                compact_picture::parse_decode(&bytes);
                if File::parse(&bytes).is_ok() { opened += 1 } else { refused += 1 }
            }
            bytes[at] = good[at];
        }
    }
    // Tiles' bytes are as good as any others.
    assert!(opened > 2000 && refused > 100, "{opened} opened, {refused} refused");
}

#[test]
fn every_truncation_and_every_flipped_bit_is_refused() {
    for name in ["tiles-32", "comment", "one-pixel"] {
        let good = golden_picture(name);
        assert!((0..good.len()).all(|len| File::parse(&good[..len]).is_err()));
        let mut bytes = good.clone();
        for i in 0..8 * good.len() {
            bytes[i / 8] ^= 1 << (i % 8);
            assert!(File::parse(&bytes).is_err(), "{name}, bit {i}");
            bytes[i / 8] ^= 1 << (i % 8);
        }
    }
}
