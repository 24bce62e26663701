//! Are the samples of a WAV file read by what its chunks say, whoever wrote it?

use nex_encoder::{
    SoundError,
    wav::{self, Head},
};
use nex_tests::riff::{bytes_of, chunk, extensible, format, patched, riff};
use std::io::Cursor;

fn ramp(count: usize) -> Vec<i16> {
    (0..count).map(|i| (i as i16).wrapping_mul(977).wrapping_sub(12_345)).collect()
}

fn warnings(file: &[u8]) -> Vec<String> {
    Head::read(Cursor::new(file)).unwrap().warnings
}

/// The samples in 16 bits, of a file that needs no warning.
fn heard(file: Vec<u8>) -> Vec<i16> {
    assert_eq!(warnings(&file), Vec::<String>::new());
    wav::read(file).unwrap().to_i16()
}

#[test]
fn fewer_valid_bits_stand_at_the_top_of_their_container() {
    let samples = ramp(600);
    for (bits, valid) in [(32, 24), (24, 20), (24, 16), (32, 16), (16, 12), (32, 32), (32, 0)] {
        let wide = |s: &i16| (i64::from(*s) << 48).to_le_bytes()[8 - bits as usize / 8..].to_vec();
        let data: Vec<u8> = samples.iter().flat_map(wide).collect();
        let file = riff(&[chunk(b"fmt ", &extensible(1, 2, bits, valid)), chunk(b"data", &data)]);
        assert_eq!(heard(file), samples, "{valid} in {bits}");
    }
    // 12 bits in 16, said without the extension.
    let twelve = [format(1, 1, 8_000, 12), vec![]].concat();
    let file = riff(&[chunk(b"fmt ", &twelve), chunk(b"data", &bytes_of(&samples))]);
    assert_eq!(heard(file), samples);
}

#[test]
fn twenty_four_bits_in_four_bytes_are_found_at_either_end() {
    let samples = ramp(600);
    let mut format = format(1, 1, 8_000, 32);
    format[14] = 24;
    for shift in [16, 8] {
        let data: Vec<u8> = samples
            .iter()
            .flat_map(|&s| ((i32::from(s) << 16 | 0x4100) >> (16 - shift)).to_le_bytes())
            .collect();
        let data: Vec<u8> = match shift {
            16 => samples.iter().flat_map(|&s| (i32::from(s) << 16).to_le_bytes()).collect(),
            _ => data,
        };
        let file = riff(&[chunk(b"fmt ", &format), chunk(b"data", &data)]);
        assert_eq!(heard(file), samples, "{shift}");
    }
}

#[test]
fn odd_chunks_and_odd_format_chunks_are_read() {
    let samples = ramp(500);
    let data = chunk(b"data", &bytes_of(&samples));
    let plain = format(1, 1, 8_000, 16);
    let list = chunk(b"LIST", b"INFOISFT\x05\0\0\0nex!\0");
    assert_eq!(list.len(), 8 + 18);
    assert_eq!(heard(riff(&[chunk(b"fmt ", &plain), list.clone(), data.clone()])), samples);
    // No pad byte, and one that is not zero.
    let bare = list[..list.len() - 1].to_vec();
    assert_eq!(heard(riff(&[chunk(b"fmt ", &plain), bare, data.clone()])), samples);
    let odd = patched(list, 25, b"x");
    assert_eq!(heard(riff(&[chunk(b"fmt ", &plain), odd, data.clone()])), samples);
    // An odd chunk before the format, and the samples before it.
    let first = chunk(b"bext", &[7; 603]);
    assert_eq!(heard(riff(&[first, chunk(b"fmt ", &plain), data.clone()])), samples);
    assert_eq!(heard(riff(&[data.clone(), chunk(b"fmt ", &plain)])), samples);

    let grown = |len: usize, mut body: Vec<u8>| {
        body.resize(len, 0);
        riff(&[chunk(b"fmt ", &body), data.clone()])
    };
    for len in [16, 18, 20, 40, 42, 50] {
        assert_eq!(heard(grown(len, plain.clone())), samples, "{len}");
    }
    for cb in [0, 22, 24, 0xffff] {
        let body = patched(extensible(1, 1, 16, 16), 16, &u16::to_le_bytes(cb));
        assert_eq!(heard(grown(40, body.clone())), samples, "cbSize {cb}");
        assert_eq!(heard(grown(42, body)), samples, "cbSize {cb} of 42");
    }
    let cut = wav::read(grown(24, extensible(1, 1, 16, 16))).unwrap_err();
    assert!(matches!(&cut, SoundError::Damaged(text) if text.contains("cut off")), "{cut}");
}

#[test]
fn wrong_derived_lengths_mislead_nobody() {
    let samples = ramp(500);
    for bits in [8u16, 16, 24, 32] {
        let wide = |s: &i16| match bits {
            8 => vec![(s >> 8) as u8 ^ 0x80],
            _ => (i32::from(*s) << 16).to_le_bytes()[4 - bits as usize / 8..].to_vec(),
        };
        let data: Vec<u8> = samples.iter().flat_map(wide).collect();
        let low = if bits == 8 { !0xff } else { !0 };
        let expected: Vec<i16> = samples.iter().map(|s| s & low).collect();
        for frame in [0, 1, bits, 2 * bits / 8, 2 * 2 * bits / 8, 9, 0xffff] {
            for per_second in [0u32, 1, 16_000 * u32::from(bits), u32::MAX] {
                let body = patched(format(1, 2, 8_000, bits), 12, &frame.to_le_bytes());
                let body = patched(body, 8, &per_second.to_le_bytes());
                let file = riff(&[chunk(b"fmt ", &body), chunk(b"data", &data)]);
                assert_eq!(heard(file), expected, "{bits} bits, {frame}, {per_second}");
            }
        }
    }
}

#[test]
fn lengths_that_were_not_known_mean_the_rest() {
    let samples = ramp(500);
    let file =
        riff(&[chunk(b"fmt ", &format(1, 1, 8_000, 16)), chunk(b"data", &bytes_of(&samples))]);
    for data in [0, 0xffff_1000, u32::MAX, u32::MAX - 36, 0x7fff_f000, 0x8000_0000, 0x7fff_ffff] {
        for whole in [0, 36, u32::MAX, data, 1036] {
            let file = patched(file.clone(), 4, &whole.to_le_bytes());
            let file = patched(file, 40, &data.to_le_bytes());
            assert_eq!(heard(file), samples, "{data:#x} in {whole:#x}");
        }
    }
    // Others near 4 GB need a word, as a part may be missing indeed.
    let odd = patched(file.clone(), 40, &0xf000_0000u32.to_le_bytes());
    assert!(warnings(&odd)[0].contains("1000 are there"), "{:?}", warnings(&odd));
    assert_eq!(wav::read(odd).unwrap().to_i16(), samples);
    let short = patched(file, 40, &2_000u32.to_le_bytes());
    let cut = SoundError::Truncated { declared: 2_000, available: 1_000 };
    assert_eq!(wav::read(short), Err(cut));
    // Empty indeed: chunks follow.
    let list = chunk(b"LIST", b"INFOISFT\x05\0\0\0nex!\0");
    let none = riff(&[chunk(b"fmt ", &format(1, 1, 8_000, 16)), chunk(b"data", b""), list]);
    assert_eq!(wav::read(none), Err(SoundError::NoSamples));
}

#[test]
fn long_and_turned_files_are_read() {
    let samples = ramp(500);
    let body = [chunk(b"fmt ", &format(1, 1, 8_000, 16)), chunk(b"data", &bytes_of(&samples))];
    for form in [b"RF64", b"BW64"] {
        for len in [1_000u64, 0, u64::MAX] {
            let long = [5_000, len, 500].map(u64::to_le_bytes).concat();
            let file = riff(&[&[chunk(b"ds64", &[long, vec![0; 4]].concat())], &body[..]].concat());
            let at = file.len() - 1_000 - 4;
            let file = patched(patched(file, 0, form), at, &u32::MAX.to_le_bytes());
            assert_eq!(heard(file), samples);
        }
    }
    let mut turned =
        b"RIFX\0\0\x04\x0cWAVEfmt \0\0\0\x10\0\x01\0\x01\0\0\x1f\x40\0\0\x3e\x80".to_vec();
    turned.extend(b"\0\x02\0\x10data\0\0\x03\xe8");
    turned.extend(samples.iter().flat_map(|s| s.to_be_bytes()));
    assert_eq!(heard(turned), samples);
}

#[test]
fn other_numbers_than_integers_are_read() {
    let file = |tag: u16, bits: u16, data: &[u8]| {
        riff(&[chunk(b"fmt ", &format(tag, 1, 8_000, bits)), chunk(b"data", data)])
    };
    let half = [0.5f64, -1.25].map(f64::to_le_bytes).concat();
    assert_eq!(wav::read(file(3, 64, &half)).unwrap().samples, [0.5, -1.25]);
    assert_eq!(heard(file(6, 8, &[0xd5, 0x55, 0xaa, 0x2a])), [8, -8, 32_256, -32_256]);
    assert_eq!(heard(file(7, 8, &[0xff, 0x7f, 0x80, 0x00])), [0, 0, 32_124, -32_124]);
    // Protools' floats: 40 bytes that say nothing of an extension.
    let mut body = format(3, 1, 48_000, 32);
    body.resize(40, 0);
    let data: Vec<u8> = [0.1f32, -0.2].iter().flat_map(|s| s.to_le_bytes()).collect();
    let floats = riff(&[chunk(b"fmt ", &body), chunk(b"data", &data)]);
    assert_eq!(wav::read(floats).unwrap().samples, [0.1, -0.2]);
    let float = riff(&[chunk(b"fmt ", &extensible(3, 1, 32, 32)), chunk(b"data", &data)]);
    assert_eq!(wav::read(float).unwrap().samples, [0.1, -0.2]);
    for (tag, bits, name) in
        [(2, 4, "Microsoft ADPCM"), (3, 16, "16-bit float"), (1, 65, "65-bit integer")]
    {
        assert_eq!(
            wav::read(file(tag, bits, &half)),
            Err(SoundError::UnsupportedEncoding(name.into()))
        );
    }
}

#[test]
fn no_bytes_make_it_panic() {
    let samples = bytes_of(&ramp(40));
    let list = chunk(b"LIST", b"INFOISFT\x05\0\0\0nex!\0");
    let body = [chunk(b"fmt ", &extensible(1, 2, 32, 24)), list, chunk(b"data", &samples)];
    let file = riff(&body);
    for at in 0..file.len() {
        let _ = wav::read(file[..at].to_vec());
        for value in [0, 1, 3, 0x7f, 0x80, 0xfe, 0xff] {
            for len in [1, 2, 4, 8] {
                let end = (at + len).min(file.len());
                let _ = wav::read(patched(file.clone(), at, &vec![value; end - at]));
            }
        }
    }
}
