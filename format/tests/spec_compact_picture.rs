//! Is SPEC.md's compact picture a file, and does every rule of its header give its
//! error? (`nex-tests` holds the tile against the page)

mod page;

use nex_format::{
    Error, Kind, Part, Profile, Signal,
    compact::{Colour, Drawn, Picture, PictureHeader},
};
use page::{block, changed, sealed};

const NAME: &str = "compact-picture";

/// Where the example's tile begins.
const TILE: usize = 0xc;

fn parse(bytes: &[u8]) -> Result<PictureHeader, Error> {
    Picture::parse(bytes).map(|picture| *picture.header())
}

#[test]
fn the_example_parses() {
    let bytes = block(NAME);
    assert_eq!(changed(NAME, 0, 0, &[]), bytes);
    let picture = Picture::parse(&bytes).unwrap();
    let header = PictureHeader {
        width: 9,
        height: 5,
        channels: 3,
        colour: Colour::Orthogonal,
        tile: [0, 0],
        step: 200,
        chroma: [-2, 3],
        falloff: 2,
        filtered: true,
        fielded: true,
        drawn: None,
    };
    assert_eq!((*picture.header(), picture.bytes()), (header, &bytes[..]));
    assert!(picture.tiles().eq([&bytes[TILE..bytes.len() - 4]]));
    assert_eq!(picture.sections().len(), 0);
}

#[test]
fn every_rule_gives_its_error() {
    use Error::{BadHeader, OtherKind, UnknownKind};
    let kind = |signal, profile| OtherKind(Kind::new(signal, profile));
    let cases: [(usize, usize, &[u8], Error); 27] = [
        (0, 3, b"NET", Error::BadMagic),
        (3, 1, &[2], Error::UnsupportedVersion(2)),
        (4, 1, &[0x13], UnknownKind(Part::Signal, 3)),
        (4, 1, &[0x21], UnknownKind(Part::Profile, 2)),
        (4, 1, &[0x10], kind(Signal::Sound, Profile::Compact)),
        (4, 1, &[0x12], kind(Signal::Shape, Profile::Compact)),
        (4, 1, &[0x81, 1, 0x80, 1], kind(Signal::Picture, Profile::Neural)),
        (4, 1, &[0x91, 1, 0x7f, 0], UnknownKind(Part::Sections, 127)),
        (4, 1, &[0x91, 1, 0x80, 0x7f], Error::Truncated), // a section of 127 bytes
        (5, 1, &[0], BadHeader(Part::Size)),
        (6, 1, &[0], BadHeader(Part::Size)),
        (5, 1, &[0x80, 0x80, 4], BadHeader(Part::Size)), // 65,536
        (6, 1, &[0x80, 0x80, 4], BadHeader(Part::Size)),
        (5, 1, &[0x85, 0], BadHeader(Part::Size)), // a byte too long
        (7, 1, &[0x3e], UnknownKind(Part::Form, 0x20)),
        (7, 1, &[0xfe], UnknownKind(Part::Form, 0x20)),
        (7, 1, &[0x9e], UnknownKind(Part::Form, 0x1c)), // a drawn picture
        (5, 3, &[0, 0, 0x40], UnknownKind(Part::Form, 0x40)), // the form first
        (7, 1, &[4], BadHeader(Part::Channels)),
        (8, 1, &[0x0d], BadHeader(Part::Blocks)),
        (8, 1, &[0xd0], BadHeader(Part::Blocks)),
        (9, 2, &[0xc1, 2], BadHeader(Part::Step)),    // 321
        (9, 2, &[0x80, 0x20], BadHeader(Part::Step)), // bit 12
        (9, 2, &[0x80, 0x80, 4], BadHeader(Part::Step)), // 17 bits
        // Two tiles of 32 columns, and the length of the first.
        (5, 8, &[33, 5, 0x1e, 1, 0xc8, 9, 0x3e, 127], Error::Truncated),
        (5, 8, &[33, 5, 0x1e, 1, 0xc8, 9, 0x3e, 0x80, 0], BadHeader(Part::Chunks)),
        (
            5,
            8,
            &[33, 5, 0x1e, 1, 0xc8, 9, 0x3e, 0xff, 0xff, 0xff, 0xff, 0x1f], // 33 bits
            BadHeader(Part::Chunks),
        ),
    ];
    for (at, len, with, error) in cases {
        let mut bytes = changed(NAME, at, len, with);
        assert_eq!(parse(&bytes), Err(error), "{with:02x?} at {at:#x}");
        // Damage is told from a cut file before anything else is judged.
        *bytes.last_mut().unwrap() ^= 1;
        let damaged = match error {
            Error::BadMagic | Error::UnsupportedVersion(_) | Error::Truncated => error,
            _ => Error::BadCrc,
        };
        assert_eq!(parse(&bytes), Err(damaged), "{with:02x?} at {at:#x}");
    }
}

/// Bits that may not be set in a form: of pictures of leaves, drawn ones, those of both kinds.
fn unknown(form: u8) -> u8 {
    match form >> 6 {
        0 | 1 => 0x60,
        2 => 0x3c,
        _ => 0x20,
    }
}

/// All values of each byte of the header.
#[test]
fn every_change_of_the_header_has_its_verdict() {
    for at in 5..TILE {
        for byte in (0..=255).step_by(if cfg!(miri) { 15 } else { 1 }) {
            let error = match (at, byte) {
                // From 0x80 on the next byte belongs to the number: a picture of another form.
                (5 | 6, 0) => Some(Error::BadHeader(Part::Size)),
                (7, _) if byte & unknown(byte) != 0 => {
                    Some(Error::UnknownKind(Part::Form, byte & unknown(byte)))
                }
                // A drawn one; what follows is none of its bytes.
                (7, 0x80..0xc0) => Some(Error::BadHeader(Part::Form)),
                // Gray in the axes of colours.
                (7, _) if byte & 2 == 0 && byte & 4 != 0 => Some(Error::BadHeader(Part::Channels)),
                // One of both kinds; likewise.
                (7, 0xc0..) => Some(Error::BadHeader(Part::Form)),
                (8, _) if byte & 15 > 12 || byte >> 4 > 12 => Some(Error::BadHeader(Part::Blocks)),
                // No number ends in 0; steps of 0x148 and more; more bits than there are.
                (0xa, 0 | 0x20..) => Some(Error::BadHeader(Part::Step)),
                (0xa, _) if byte & 2 != 0 => Some(Error::BadHeader(Part::Step)),
                _ => None,
            };
            assert_eq!(parse(&changed(NAME, at, 1, &[byte])).err(), error, "{byte:#x} at {at:#x}");
        }
    }
}

#[test]
fn every_field_is_where_the_page_says() {
    let with = |at: usize, with: &[u8]| parse(&changed(NAME, at, with.len(), with)).unwrap();
    let given = parse(&block(NAME)).unwrap();
    let largest = parse(&changed(NAME, 5, 2, &[0xff, 0xff, 3, 0xff, 0xff, 3])).unwrap();
    assert_eq!(largest, PictureHeader { width: 65_535, height: 65_535, ..given });
    let colour = Colour::YCoCg;
    assert_eq!(with(7, &[0x1a]), PictureHeader { colour, ..given });
    assert_eq!(with(7, &[0x16]), PictureHeader { filtered: false, ..given });
    assert_eq!(with(7, &[0x0e]), PictureHeader { fielded: false, ..given });
    assert_eq!(with(7, &[0x1f]), PictureHeader { channels: 4, ..given });
    // Without colours there is no chroma.
    let gray = PictureHeader { channels: 1, colour, chroma: [0, 0], ..given };
    assert_eq!(with(7, &[0x18]), gray);
    assert_eq!(with(7, &[0x19]), PictureHeader { channels: 2, ..gray });
    assert_eq!(with(8, &[0xc1]), PictureHeader { tile: [1, 12], ..given });
    assert_eq!(with(9, &[0x80, 0x1e]), PictureHeader { step: 256, falloff: 7, ..given });
    assert_eq!(with(0xb, &[0x87]), PictureHeader { chroma: [7, -8], ..given });
}

/// A drawn picture has a byte of its own in place of steps.
#[test]
fn drawn_pictures_have_another_header() {
    let with =
        |form: u8, tiles: u8, drawn: u8| parse(&changed(NAME, 5, 7, &[9, 5, form, tiles, drawn]));
    let given = PictureHeader {
        width: 9,
        height: 5,
        channels: 3,
        colour: Colour::YCoCg,
        tile: [0, 0],
        step: 0,
        chroma: [0, 0],
        falloff: 0,
        filtered: false,
        fielded: false,
        drawn: Some(Drawn { memory: 4, display: false, mixed: false }),
    };
    assert_eq!(with(0x82, 0, 0), Ok(given));
    for drawn in 0..=255 {
        let expected = match drawn {
            0..=0x0c => Ok(Drawn { memory: 4 + drawn, display: false, mixed: false }),
            0x10..=0x1c => Ok(Drawn { memory: 4 + drawn - 0x10, display: true, mixed: false }),
            _ => Err(Error::BadHeader(Part::Form)),
        };
        let expected = expected.map(|drawn| PictureHeader { drawn: Some(drawn), ..given });
        assert_eq!(with(0x82, 0, drawn), expected, "{drawn:#x}");
    }
    // Only colours are shown by a display of 16 bits.
    let gray = |channels, memory| PictureHeader {
        channels,
        drawn: Some(Drawn { memory, display: false, mixed: false }),
        ..given
    };
    assert_eq!(with(0x80, 0, 1), Ok(gray(1, 5)));
    assert_eq!(with(0x81, 0, 2), Ok(gray(2, 6)));
    assert_eq!(with(0x81, 0, 0x12), Err(Error::BadHeader(Part::Channels)));
    let large = PictureHeader { channels: 4, tile: [12, 1], ..given };
    assert_eq!(with(0x83, 0x1c, 0), Ok(large));
    assert_eq!(with(0x83, 0x1d, 0), Err(Error::BadHeader(Part::Blocks)));
}

/// A picture of both kinds of blocks has the fields of both.
#[test]
fn mixed_pictures_have_both_headers() {
    let with = |form: u8, drawn: u8, step: u8| {
        parse(&changed(NAME, 5, 7, &[9, 5, form, 0, drawn, 0xc8, step, 0x3e]))
    };
    let given = parse(&block(NAME)).unwrap();
    let drawn = Drawn { memory: 7, display: true, mixed: true };
    assert_eq!(with(0xde, 0x13, 9), Ok(PictureHeader { drawn: Some(drawn), ..given }));
    let drawn = Drawn { memory: 16, display: false, mixed: true };
    let gray = PictureHeader {
        channels: 1,
        colour: Colour::YCoCg,
        chroma: [0, 0],
        filtered: false,
        drawn: Some(drawn),
        ..given
    };
    assert_eq!(with(0xd0, 0x0c, 9), Ok(gray));
    for drawn in [0x0d, 0x20, 0x80] {
        assert_eq!(with(0xde, drawn, 9), Err(Error::BadHeader(Part::Form)), "{drawn:#x}");
    }
    assert_eq!(with(0xd0, 0x10, 9), Err(Error::BadHeader(Part::Channels)));
    assert_eq!(with(0xde, 0, 0x20), Err(Error::BadHeader(Part::Step)));
}

#[test]
fn tiles_lie_row_by_row_with_what_is_left_at_the_ends() {
    // 70 x 33 pixels in tiles of 64 x 32.
    let bytes = changed(NAME, 5, 8, &[70, 33, 0x1e, 0x12, 0xc8, 9, 0x3e, 0, 2, 1]);
    let picture = Picture::parse(&bytes).unwrap();
    let lengths: Vec<_> = picture.tiles().map(<[u8]>::len).collect();
    assert_eq!(lengths, [0, 2, 1, block(NAME).len() - 4 - TILE - 1 - 3]);
    let header = picture.header();
    assert_eq!((header.tile_size(), header.tiles()), ((64, 32), 4));
    let places: Vec<_> = (0..4)
        .map(|i| header.tile_at(i))
        .map(|tile| [tile.left, tile.top, tile.width, tile.height])
        .collect();
    assert_eq!(places, [[0, 0, 64, 32], [64, 0, 6, 32], [0, 32, 64, 1], [64, 32, 6, 1]]);
}

#[test]
fn a_cut_in_the_last_tile_is_damage_and_any_other_is_a_cut() {
    let bytes = block(NAME);
    for len in 0..bytes.len() {
        let error = if len < TILE + 4 { Error::Truncated } else { Error::BadCrc };
        assert_eq!(parse(&bytes[..len]), Err(error), "{len} bytes");
    }
}

#[test]
fn a_header_that_would_go_on_is_a_cut() {
    let fields = [9, 5, 0x1e, 1, 0xc8, 9, 0x3e];
    // All lengths of the table are 0, but not all are there.
    let tiles = [0xff, 0xff, 3, 0xff, 0xff, 3, 0x1e, 0x11, 0xc8, 9, 0x3e, 0, 0, 0];
    for fields in (0..fields.len()).map(|len| &fields[..len]).chain([&tiles[..]]) {
        let bytes = sealed([b"NEX\x01\x11", fields].concat());
        assert_eq!(parse(&bytes), Err(Error::Truncated), "{fields:02x?}");
    }
}

#[test]
fn all_of_it_is_a_constant() {
    // What the compiler does with an embedded file: one gray pixel, a tile without bytes.
    const BYTES: &[u8] = b"NEX\x01\x11\x01\x01\0\0\0\x01e\x1e\x9a";
    const PICTURE: Result<Picture<'_>, Error> = Picture::parse(BYTES);
    assert_eq!(PICTURE.map(|picture| picture.tiles().count()), Ok(1));
}
