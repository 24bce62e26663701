//! What must hold for any compact picture at all?
//!
//! The body of the fuzz target `picture`; ordinary tests put forged and real files
//! through the same functions.

use crate::{
    forge::Random,
    fuzzing::somewhere,
    windows::{self, Way},
};
use nex_format::compact::{self, Colour, Drawn, PictureHeader, write_picture};
use nex_runtime::{DecodeError, Picture, PictureInfo};

/// Samples that the fuzz target decodes: 64 x 64 pixels of 4 channels. Of a larger
/// picture it decodes a few windows.
const FEW: u64 = 64 * 64 * 4;
/// The same for ordinary tests.
const MANY: u64 = 1 << 16;

/// Parsing never panics; what parses decodes to the same samples in every way, in any
/// memory of the length that it says.
pub fn parse_decode(bytes: &[u8]) {
    parse_decode_at(bytes, somewhere(bytes));
}

/// The same with parts and sizes that a number chooses.
pub fn parse_decode_at(bytes: &[u8], place: u32) {
    let Some(picture) = parse(bytes) else { return };
    if samples(&picture.info()) > MANY {
        return first_windows(&picture, place);
    }
    windows::agree_in(&picture, place, &Way::ALL);
}

/// The same for a fuzzer: as a whole and in one other way, but for one file in 256.
pub fn parse_decode_few(bytes: &[u8]) {
    let Some(picture) = parse(bytes) else { return };
    let place = somewhere(bytes);
    if samples(&picture.info()) > FEW {
        return first_windows(&picture, place);
    }
    let ways = if place.is_multiple_of(256) {
        &Way::ALL[..]
    } else {
        &[Way::ALL[(place >> 8) as usize % Way::ALL.len()]]
    };
    windows::agree_in(&picture, place, ways);
}

fn samples(info: &PictureInfo) -> u64 {
    u64::from(info.width) * u64::from(info.height) * u64::from(info.channels)
}

/// What a file says of itself is sound.
fn parse(bytes: &[u8]) -> Option<Picture<'_>> {
    let picture = Picture::open_compact(bytes).ok()?;
    let parsed = compact::Picture::parse(bytes).unwrap();
    let header = parsed.header();
    let _ = parsed.sections().comment();
    let info = picture.info();
    assert!(info.width > 0 && info.height > 0 && (1..=4).contains(&info.channels));
    assert!(header.step <= 320 && header.tile.iter().all(|&log2| log2 <= 12));
    // A table of a hostile file may be long, but never longer than the file.
    assert_eq!(parsed.tiles().count(), header.tiles() as usize);
    assert!(parsed.tiles().map(<[u8]>::len).sum::<usize>() < bytes.len());
    // Memory is as wide as a tile, whatever the height; colours of late have 5 bytes each.
    let (columns, channels) = (info.tile.0.min(info.width) as usize, usize::from(info.channels));
    let columns = columns.next_multiple_of(32);
    let leaves = 8192 + channels * (3072 + 4 * columns) + columns / 32;
    let drawn = header.drawn.map_or(0, |drawn| 10_240 + (5 << drawn.memory) + 8 * columns);
    let most = if header.has_leaves() { leaves + drawn } else { drawn };
    assert!(4 * picture.memory_len() <= most, "{} words", picture.memory_len());
    Some(picture)
}

/// The first windows of a picture that is too large to be decoded: each as large as it
/// may be, the same whatever the memory held; and none in too little memory.
fn first_windows(picture: &Picture<'_>, poison: u32) {
    let (info, needed) = (picture.info(), picture.memory_len());
    let [mut one, mut other] = [poison, !poison].map(|poison| vec![poison; needed]);
    let short = picture.windows(&mut one[1..]).err();
    assert_eq!(short, Some(DecodeError::ScratchTooSmall { needed }));
    let [mut one, mut other] =
        [&mut one, &mut other].map(|memory| picture.windows(memory).unwrap());
    for _ in 0..3 {
        let (Some(one), Some(other)) = (one.next_window(), other.next_window()) else { return };
        let area = one.area();
        assert_eq!(area, other.area());
        assert!(area.left + area.width <= info.width && area.top + area.height <= info.height);
        let [a, b] = [one, other].map(|window| {
            let mut samples = vec![0; 32 * 32 * 4];
            let written = window.samples(&mut samples);
            assert_eq!(written, (area.width * area.height) as usize * usize::from(info.channels));
            samples
        });
        assert!(a == b, "{area:?}");
    }
}

/// A header of any kind, of a picture of so many columns and rows at most; one in four is
/// drawn.
#[must_use]
pub fn header(random: &mut Random, (columns, rows): (u16, u16)) -> PictureHeader {
    let mut below = |limit: usize| random.within(0..=limit - 1);
    let channels = 1 + below(4) as u8;
    let colours = channels >= 3;
    let mut chroma = || if colours { below(16) as i8 - 8 } else { 0 };
    let chroma = [chroma(), chroma()];
    // One in four is drawn, in another one some blocks are.
    let kind = below(4);
    let drawn = (kind > 1).then(|| Drawn {
        memory: [4, 5, 9, 16][below(4)],
        display: colours && below(2) > 0,
        mixed: kind > 2,
    });
    let header = PictureHeader {
        width: 1 + below(columns.into()) as u16,
        height: 1 + below(rows.into()) as u16,
        channels,
        colour: if colours && below(2) > 0 { Colour::Orthogonal } else { Colour::YCoCg },
        tile: [0; 2].map(|_: u8| [0, 0, 1, 2, 12][below(5)]),
        step: below(321) as u16,
        chroma,
        falloff: below(8) as u8,
        filtered: below(3) > 0,
        fielded: below(3) > 0,
        drawn,
    };
    if header.has_leaves() {
        return header;
    }
    let (colour, chroma) = (Colour::YCoCg, [0, 0]);
    PictureHeader { colour, chroma, step: 0, falloff: 0, filtered: false, fielded: false, ..header }
}

/// A file of a random header and random tiles.
///
/// # Panics
/// If the format refuses a header that this module takes for valid.
#[must_use]
pub fn file(random: &mut Random, size: (u16, u16), most_bytes: usize) -> Vec<u8> {
    let header = header(random, size);
    let tiles: Vec<_> = (0..header.tiles()).map(|_| tile(random, most_bytes)).collect();
    write_picture(&header, &[], &tiles).unwrap_or_else(|e| panic!("{header:?}: {e}"))
}

/// Any bytes are a tile: runs of noise, of zeros (true decisions) and of ones (false ones).
#[must_use]
pub fn tile(random: &mut Random, most_bytes: usize) -> Vec<u8> {
    let len = random.within(0..=most_bytes);
    let mut bytes = Vec::new();
    while bytes.len() < len {
        let fill = [Some(0), Some(0xff), None, None, None][random.within(0..=4)];
        for _ in 0..random.within(1..=90).min(len - bytes.len()) {
            bytes.push(fill.unwrap_or(random.bits() as u8));
        }
    }
    bytes
}
