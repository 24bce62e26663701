//! Do pictures decode to the specified bits, however they are asked for?

use nex_format::{
    Error, Kind, Part, Profile, Signal,
    neural::{Arithmetic, File, PictureHeader, bake, pack, write},
};
use nex_runtime::{DecodeError, Picture, Position, Sound, View};
use nex_tests::{
    forge::{self, Plan, Random},
    fuzzing, packing, reference,
};

const SEEDS: u64 = 150;

#[test]
fn every_way_to_decode_gives_the_specified_bits() {
    let (mut middle, mut samples) = (0, 0);
    for seed in 0..SEEDS {
        let bytes = forge::image(seed);
        let (file, decoder) = (File::parse(&bytes).unwrap(), Picture::open(&bytes).unwrap());
        let info = decoder.info();
        let channels = usize::from(info.channels);
        let mut whole = vec![0; (info.width * info.height) as usize * channels];
        let mut scratch = vec![0; decoder.memory_len() * 7];
        decoder.decode_into(&mut whole, &mut scratch).unwrap();
        for (i, pixel) in whole.chunks_exact(channels).enumerate() {
            let (x, y) = (i as u64 % u64::from(info.width), i as u64 / u64::from(info.width));
            let half = 1 << 31;
            let (_, expected) = reference::pixel(&file, (x << 32) + half, (y << 32) + half);
            assert_eq!(pixel, expected, "seed {seed}, pixel {x}, {y}");
        }
        middle += whole.iter().filter(|s| (1..255).contains(*s)).count();
        samples += whole.len();
        fuzzing::parse_decode(&bytes);
        fuzzing::parse(&bytes);
    }
    // What is forged is not all black and white.
    assert!(2 * middle > samples / 2, "{middle} of {samples}");
}

#[test]
fn packed_pictures_unpack_to_the_same_bytes() {
    for seed in 0..40 {
        let bytes = forge::image(seed);
        let packed = pack(&bytes).unwrap();
        assert_eq!(packing::plain(&packed).unwrap(), bytes);
        packing::unpack_parse_decode(&packed);
    }
}

#[test]
fn truncations_flipped_bits_and_damage_do_no_harm() {
    for seed in 0..30 {
        let good = forge::image(seed);
        for len in 0..good.len() {
            assert!(File::parse(&good[..len]).is_err(), "seed {seed}, {len} bytes");
        }
        let mut random = Random::new(seed);
        for _ in 0..60 {
            let mut bytes = good.clone();
            let header = random.within(0..=1) == 0;
            let end = if header { 40.min(bytes.len()) } else { bytes.len() };
            bytes[random.within(4..=end - 1)] = random.bits() as u8;
            assert!(bytes == good || File::parse(&bytes).is_err());
            let bytes = fuzzing::with_checksum(&bytes);
            fuzzing::parse(&bytes);
            fuzzing::parse_decode(&bytes);
            fuzzing::parse_decode_few(&bytes);
        }
    }
}

/// The largest picture: corners are as exact as the first pixel.
#[test]
fn the_largest_picture_does_not_drift() {
    for arithmetic in [Arithmetic::Integer, Arithmetic::Float] {
        let plan = Plan { arithmetic, experts: 3, channels: 3, frames: 0, widest: 12 };
        let bytes = forge::image_of(&plan, (u16::MAX, u16::MAX), &mut Random::new(8));
        let (file, picture) = (File::parse(&bytes).unwrap(), Picture::open(&bytes).unwrap());
        let decoder = picture.field().unwrap();
        let mut scratch = vec![0; decoder.memory_len() * 8];
        for (x, y) in [(0, 0), (65_520, 0), (3, 65_534), (65_520, 65_534)] {
            let mut out = [0; 3 * 40];
            let at = (Position::centre(x), Position::centre(y));
            let pixels = decoder.decode_line(at, Position::FRAME, &mut out, &mut scratch).unwrap();
            assert_eq!(pixels, 40.min(65_535 - x as usize));
            for (i, pixel) in out.chunks_exact(3).take(pixels).enumerate() {
                let place = |v: u32| (u64::from(v) << 32) + (1 << 31);
                let expected = reference::pixel(&file, place(x + i as u32), place(y)).1;
                assert_eq!(pixel, expected, "{x} + {i}, {y}");
            }
        }
    }
}

#[test]
fn callers_mistakes_are_errors() {
    let bytes = forge::image(4);
    let decoder = Picture::open(&bytes).unwrap();
    let info = decoder.info();
    let needed = decoder.memory_len();
    let mut scratch = vec![0; needed];
    let channels = usize::from(info.channels);
    let row = info.width as usize * channels;
    let mut out = vec![0; row * info.height as usize];
    let too_small = Err(DecodeError::ScratchTooSmall { needed });
    assert_eq!(decoder.decode_into(&mut out, &mut scratch[..needed - 1]), too_small);
    let short = Err(DecodeError::OutputTooSmall { needed: out.len() });
    let len = out.len() - 1;
    assert_eq!(decoder.decode_into(&mut out[..len], &mut scratch), short);
    let none = Err(DecodeError::OutputTooSmall { needed: channels });
    let decoder = decoder.field().unwrap();
    assert_eq!(decoder.pixel_at((0, 0), &mut [], &mut scratch), none);
    let beyond = View::crop((1, 0), (info.width, 1));
    let outside = Err(DecodeError::OutOfRange);
    assert_eq!(decoder.decode_view(&beyond, &mut out, &mut scratch), outside);
    let huge = View::scaled((0, 0), (info.width, info.height), (u32::MAX, u32::MAX));
    let refused = decoder.decode_view(&huge, &mut out, &mut scratch);
    assert!(matches!(refused, Err(DecodeError::OutputTooSmall { .. })), "{refused:?}");
    let empty = View::scaled((0, 0), (info.width, info.height), (0, 0));
    assert_eq!(decoder.decode_view(&empty, &mut [], &mut scratch), Ok(()));
}

#[test]
fn kinds_are_told_apart() {
    let (sound, picture) = (forge::file(3), forge::image(3));
    let other = |signal| Some(Error::OtherKind(Kind::new(signal, Profile::Neural)));
    assert_eq!(Sound::open(&picture).err(), other(Signal::Picture));
    assert_eq!(Picture::open(&sound).err(), other(Signal::Sound));
    assert_eq!(bake(&picture, &[]), Err(Error::BadHeader(Part::Routing)));
    assert_eq!(nex_format::check(&picture), Ok(()));
}

/// Sizes that no picture has are refused when it is written, too.
#[test]
fn impossible_sizes_are_refused() {
    let plan = Plan::any(&mut Random::new(1));
    let mut random = Random::new(1);
    let mixture = forge::mixture(&Plan { channels: 1, ..plan }, &mut random).1;
    let refused = |width, height, channels| {
        let image = PictureHeader { width, height, channels };
        write::encode(&image, &mixture, None).unwrap_err()
    };
    assert_eq!(refused(0, 1, 1), Error::BadHeader(Part::Size));
    assert_eq!(refused(1, 0, 1), Error::BadHeader(Part::Size));
    assert_eq!(refused(1, 1, 0), Error::BadHeader(Part::Channels));
    assert_eq!(refused(1, 1, 5), Error::LimitExceeded(Part::Channels));
    // The network of a sound has one coordinate.
    assert_eq!(refused(1, 1, 1), Error::BadHeader(Part::Sections));
}
