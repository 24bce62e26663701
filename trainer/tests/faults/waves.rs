//! Sounds in: S2, S3, S13 and S14.

use crate::{Row, check, heard, json, no_file, quiet, row, says};
use nex_tests::{
    program::tones,
    riff::{bytes_of, chunk, extensible, format, patched, riff},
};

const FRAMES: usize = 2_000;

/// Exported fine, a sound has its samples; compared with it, it is as close.
fn read(name: String, file: &str, bytes: &[u8], samples: &[i16]) -> Row {
    let line = format!("export {file} o.nex --snr 40");
    row(name, &[(file, bytes)]).run(line, 0, [quiet(), heard("o.nex", samples, 39.5)]).run(
        format!("check o.nex {file} --json"),
        0,
        [quiet(), json("/snr_db", 39.5..)],
    )
}

/// A file of one channel, 16 bits.
fn plain(data: &[u8]) -> Vec<u8> {
    riff(&[chunk(b"fmt ", &format(1, 1, 16_000, 16)), chunk(b"data", data)])
}

/// Each sample at the top of so many bits.
fn wide(samples: &[i16], bits: u16) -> Vec<u8> {
    let one = |s: &i16| (i64::from(*s) << 48).to_le_bytes()[8 - usize::from(bits) / 8..].to_vec();
    samples.iter().flat_map(one).collect()
}

#[test]
fn samples_are_where_the_chunks_say() {
    let samples = tones(FRAMES);
    let data = chunk(b"data", &bytes_of(&samples));
    let mut rows = Vec::new();
    // flac 301, WaveFlow 520.
    for (bits, valid) in [(32, 24), (24, 20), (24, 16), (32, 16), (32, 20)] {
        let format = chunk(b"fmt ", &extensible(1, 2, bits, valid));
        let file = riff(&[format, chunk(b"data", &wide(&samples, bits))]);
        rows.push(read(format!("S2 {valid} bits in {bits}"), "in.wav", &file, &samples));
    }

    // A format chunk made longer, or said to be of other lengths.
    let grown = |len: usize, mut body: Vec<u8>, data: &[u8]| {
        body.resize(len, 0);
        riff(&[chunk(b"fmt ", &body), data.to_vec()])
    };
    let pcm = format(1, 1, 16_000, 16);
    let floats: Vec<u8> =
        samples.iter().flat_map(|&s| (f32::from(s) / 32_768.0).to_le_bytes()).collect();
    let floats = chunk(b"data", &floats);
    let longer = patched(extensible(1, 1, 16, 16), 16, &[24, 0]);
    let list = chunk(b"LIST", b"INFOISFT\x05\0\0\0nex!\0");
    let known = plain(&bytes_of(&samples));
    let sized = |whole: u32, data: u32| {
        let file = patched(known.clone(), 4, &whole.to_le_bytes());
        patched(file, 40, &data.to_le_bytes())
    };
    for (name, file) in [
        // androidx/media 1116, NAudio 386, FFmpeg 13.
        ("an odd chunk", riff(&[chunk(b"fmt ", &pcm), list.clone(), data.clone()])),
        ("one before the format", riff(&[list, chunk(b"fmt ", &pcm), data.clone()])),
        // wavefile 37, hound 20, Symphonia 247.
        ("cbSize 24", grown(42, longer, &data)),
        ("a format chunk of 20 bytes", grown(20, pcm.clone(), &data)),
        ("one of 40, floats, cbSize 0", grown(40, format(3, 1, 16_000, 32), &floats)),
        // NAudio 1090, NAudio 688.
        ("a size of 0xFFFF1000", sized(0xffff_1024, 0xffff_1000)),
        ("a size of -1", sized(u32::MAX, u32::MAX)),
        ("a size of 0x7FFFF000", sized(0x7fff_f024, 0x7fff_f000)),
        ("no size, from a pipe", sized(0, 0)),
        // Symphonia 409.
        ("a wrong blockAlign", patched(known.clone(), 32, &[7, 0])),
        ("a wrong byteRate", patched(known.clone(), 28, &[1, 2, 3, 4])),
    ] {
        rows.push(read(format!("S3 {name}"), "in.wav", &file, &samples));
    }
    // hound 63, 81.
    let part = plain(&[bytes_of(&samples), vec![9]].concat());
    rows.push(
        row("S3 a part of a frame", &[("in.wav", &part)])
            .run("export in.wav o.nex --snr 40", 0, [says("warning: in.wav: the last 1 bytes")])
            .run("check o.nex in.wav --min-snr 39.5", 0, [heard("o.nex", &samples, 39.5)]),
    );
    // Two channels, of which the last frame has three bytes of four.
    let stereo = [bytes_of(&samples), vec![1, 2, 3]].concat();
    let stereo = riff(&[chunk(b"fmt ", &format(1, 2, 16_000, 16)), chunk(b"data", &stereo)]);
    rows.push(
        row("S3 a part of a frame of two channels", &[("in.wav", &stereo)])
            .run("export in.wav o.nex --snr 40", 0, [says("warning: in.wav: the last 3 bytes")])
            .run("check o.nex in.wav --min-snr 39.5", 0, [heard("o.nex", &samples, 39.5)]),
    );
    let none = riff(&[chunk(b"fmt ", &format(1, 0, 16_000, 16)), data.clone()]);
    rows.push(row("S14 no channels", &[("in.wav", &none)]).run(
        "export in.wav o.nex",
        1,
        [says("in.wav: has no channels"), no_file("o.nex")],
    ));
    let two = riff(&[chunk(b"fmt ", &pcm), data.clone(), data]);
    let twice = two.repeat(2);
    rows.push(
        row("S14 two chunks of samples", &[("in.wav", &two)])
            .run(
                "export in.wav o.nex --snr 40",
                0,
                [says("warning: in.wav: the samples stand in 2 parts"), says("of 2000 frames")],
            )
            .run("check o.nex in.wav", 0, [says("2 parts"), heard("o.nex", &samples, 39.5)]),
    );
    rows.push(
        row("S14 a whole file behind a file", &[("in.wav", &twice)])
            .run("export in.wav o.nex --snr 40", 0, [says("the samples stand in 3 parts")])
            .run("check o.nex in.wav", 0, [says("3 parts"), heard("o.nex", &samples, 39.5)]),
    );
    check(rows);
}

/// One bit after the other, the highest first.
#[cfg(feature = "symphonia")]
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    used: usize,
}

#[cfg(feature = "symphonia")]
impl Bits {
    fn put(&mut self, value: u64, bits: usize) {
        for bit in (0..bits).rev() {
            if self.used.is_multiple_of(8) {
                self.bytes.push(0);
            }
            let at = 7 - self.used % 8;
            *self.bytes.last_mut().unwrap() |= ((value >> bit & 1) as u8) << at;
            self.used += 1;
        }
    }
}

/// A checksum as FLAC has it: a polynomial of so many bits, the highest first.
#[cfg(feature = "symphonia")]
fn checksum(bytes: &[u8], polynomial: u32, bits: u32) -> u64 {
    let top = 1 << (bits - 1);
    let step = |sum: u32, _| if sum & top == 0 { sum << 1 } else { sum << 1 ^ polynomial };
    let add = |sum: u32, &byte: &u8| (0..8).fold(sum ^ u32::from(byte) << (bits - 8), step);
    u64::from(bytes.iter().fold(0, add) & (top | (top - 1)))
}

/// One frame, whose samples stand as they are.
#[cfg(feature = "symphonia")]
fn flac(samples: &[i16]) -> Vec<u8> {
    let len = samples.len() as u64;
    let mut head = Bits::default();
    // A block's least and most frames; the frames' bytes are not known.
    [(len, 16), (len, 16), (0, 48), (16_000, 20), (0, 3), (15, 5), (len, 36), (0, 64), (0, 64)]
        .into_iter()
        .for_each(|(value, bits)| head.put(value, bits));
    let mut frame = Bits::default();
    // A block's frames in 16 bits, the rate and the depth as in the head, number 0.
    [(0xfff8, 16), (7, 4), (0, 4), (0, 4), (0, 4), (0, 8), (len - 1, 16)]
        .into_iter()
        .for_each(|(value, bits)| frame.put(value, bits));
    frame.put(checksum(&frame.bytes, 7, 8), 8);
    frame.put(2, 8);
    samples.iter().for_each(|&s| frame.put(u64::from(s as u16), 16));
    frame.put(checksum(&frame.bytes, 0x8005, 16), 16);
    [b"fLaC\x80\0\0\x22", &head.bytes[..], &frame.bytes].concat()
}

/// Values of so many bits, one after the other, the lowest bit first.
#[cfg(feature = "symphonia")]
fn lowest_first(values: &[(u32, u32)]) -> Vec<u8> {
    let bits_of = |&(value, bits): &(u32, u32)| (0..bits).map(move |i| (value >> i & 1) as u8);
    let bits: Vec<u8> = values.iter().flat_map(bits_of).collect();
    bits.chunks(8).map(|byte| byte.iter().rev().fold(0, |sum, bit| sum << 1 | bit)).collect()
}

/// Vorbis in Ogg: silence in blocks of 256, which overlap by half.
#[cfg(feature = "symphonia")]
fn ogg(blocks: usize) -> Vec<u8> {
    let head = |kind: u8, body: &[u8]| [&[kind][..], b"vorbis", body].concat();
    let rate = 16_000u32.to_le_bytes();
    let first = head(1, &[&[0, 0, 0, 0, 1][..], &rate, &[0; 12], &[0x88, 1]].concat());
    let comment = head(3, &[0, 0, 0, 0, 0, 0, 0, 0, 1]);
    // One codebook of two words, a floor without a partition, an empty residue, a mapping
    // and a mode.
    let book = [(0, 8), (0x56_43_42, 24), (1, 16), (2, 24), (0, 2), (0, 10), (0, 4)];
    let floor = [(0, 22), (0, 6), (1, 16), (0, 5), (0, 2), (7, 4)];
    let residue = [(0, 22), (0, 24), (0, 24), (0, 24), (0, 6), (0, 8), (0, 4)];
    let mapping = [(0, 22), (0, 4), (0, 24), (0, 6), (0, 1), (0, 32), (0, 8), (1, 1)];
    let setup = head(5, &lowest_first(&[&book[..], &floor, &residue, &mapping].concat()));
    let pages = [vec![first], vec![comment, setup], vec![vec![0]; blocks]];
    let page = |(number, packets): (usize, &Vec<Vec<u8>>)| {
        let granule = if number < 2 { 0 } else { 128 * (blocks as u64 - 1) };
        let lacing: Vec<u8> = packets.iter().map(|packet| packet.len() as u8).collect();
        // The first page begins the stream, the last one ends it.
        let kind = [2, 0, 4][number];
        let mut page = [b"OggS\0", &[kind][..], &granule.to_le_bytes(), b"nex!"].concat();
        page.extend([number as u8, 0, 0, 0, 0, 0, 0, 0, packets.len() as u8]);
        page.extend([lacing, packets.concat()].concat());
        let sum = checksum(&page, 0x04c1_1db7, 32) as u32;
        patched(page, 22, &sum.to_le_bytes())
    };
    pages.iter().enumerate().flat_map(page).collect()
}

/// 16 kHz, whose rate is a float of 80 bits.
#[cfg(feature = "symphonia")]
fn aiff(samples: &[i16]) -> Vec<u8> {
    let big = |n: usize| (n as u32).to_be_bytes();
    let data: Vec<u8> = samples.iter().flat_map(|s| s.to_be_bytes()).collect();
    let common = [&[0, 1][..], &big(samples.len()), b"\0\x10\x40\x0c\xfa\0\0\0\0\0\0\0"].concat();
    let body = [&b"AIFFCOMM"[..], &big(18), &common, b"SSND", &big(8 + data.len()), &[0; 8], &data];
    let body = body.concat();
    [b"FORM", &big(body.len())[..], &body].concat()
}

/// 16 kHz in MP4, whose edit begins behind so many frames.
#[cfg(feature = "symphonia")]
fn mp4(samples: &[i16], delay: usize) -> Vec<u8> {
    let big = |n: usize| (n as u32).to_be_bytes();
    let atom = |kind: &str, parts: &[&[u8]]| {
        let body = parts.concat();
        [&big(8 + body.len())[..], kind.as_bytes(), &body].concat()
    };
    // A version, and one row.
    let table = |kind: &str, row: &[&[u8]]| atom(kind, &[&[0; 4], &big(1), &row.concat()]);
    let (len, rate) = (big(samples.len()), big(16_000));
    let kind = atom("ftyp", &[b"M4A \0\0\0\0"]);
    let from = big(kind.len() + 8);
    let entry = [&[0; 7][..], &[1], &[0; 8], &[0, 1, 0, 16], &[0; 4], &[0x3e, 0x80, 0, 0]];
    let samples_at = [
        table("stsd", &[&atom("sowt", &entry)]),
        table("stts", &[&len, &big(1)]),
        table("stsc", &[&big(1), &len, &big(1)]),
        atom("stsz", &[&[0; 4], &big(2), &len]),
        table("stco", &[&from]),
    ];
    let media = atom("minf", &[&atom("smhd", &[&[0; 8]]), &atom("stbl", &[&samples_at.concat()])]);
    let media = [
        atom("mdhd", &[&[0; 12], &rate, &len, &[0; 4]]),
        atom("hdlr", &[&[0; 8], b"soun", &[0; 13]]),
        media,
    ];
    let edit = [big(samples.len() - delay), big(delay), big(1 << 16)];
    let track = [
        atom("tkhd", &[&[0; 12], &big(1), &[0; 4], &len, &[0; 60]]),
        atom("edts", &[&table("elst", &[&edit.concat()])]),
        atom("mdia", &[&media.concat()]),
    ];
    let head = atom("mvhd", &[&[0; 12], &rate, &len, &[0; 80]]);
    let data = atom("mdat", &[&bytes_of(samples)]);
    [kind, data, atom("moov", &[&head, &atom("trak", &[&track.concat()])])].concat()
}

/// What 8 bits of A-law or mu-law come to, by their definition.
fn expanded(code: u8, is_mu: bool) -> i16 {
    let (code, is_negative) =
        if is_mu { (!code, !code & 0x80 != 0) } else { (code ^ 0x55, code & 0x80 == 0) };
    let (segment, step) = (i32::from(code >> 4 & 7), i32::from(code & 15));
    let size = match (is_mu, segment) {
        (true, _) => ((2 * step + 33) << (segment + 2)) - 132,
        (false, 0) => (2 * step + 1) << 3,
        (false, _) => (2 * step + 33) << (segment + 2),
    };
    (if is_negative { -size } else { size }) as i16
}

#[test]
fn usual_formats_are_sounds() {
    let samples = tones(FRAMES);
    let file = |tag, bits, data: &[u8]| {
        riff(&[chunk(b"fmt ", &format(tag, 1, 16_000, bits)), chunk(b"data", data)])
    };
    let mut rows = Vec::new();
    for (tag, name) in [(6, "A-law"), (7, "mu-law")] {
        let nearest = |s: &i16| {
            let off = |&code: &u8| expanded(code, tag == 7).abs_diff(*s);
            (0..=255).min_by_key(off).unwrap()
        };
        let codes: Vec<u8> = samples.iter().map(nearest).collect();
        let heard: Vec<i16> = codes.iter().map(|&code| expanded(code, tag == 7)).collect();
        rows.push(read(format!("S13 {name}"), "in.wav", &file(tag, 8, &codes), &heard));
    }
    let doubles: Vec<u8> =
        samples.iter().flat_map(|&s| (f64::from(s) / 32_768.0).to_le_bytes()).collect();
    rows.push(read("S13 floats of 64 bits".into(), "in.wav", &file(3, 64, &doubles), &samples));
    #[cfg(feature = "symphonia")]
    {
        rows.push(read("S13 FLAC".into(), "in.flac", &flac(&samples), &samples));
        rows.push(read("S13 FLAC by another name".into(), "in.wav", &flac(&samples), &samples));
        rows.push(read("S13 AIFF".into(), "in.aiff", &aiff(&samples), &samples));
        // Ten frames of MP3, all zeros behind the head: silence of 1,152 samples each.
        let frame = [&b"\xff\xfb\x90\xc4"[..], &[0; 413]].concat();
        // An encoder's delay is no part of the sound.
        rows.push(read("S13 MP4".into(), "in.m4a", &mp4(&samples, 480), &samples[480..]));
        rows.push(row("S13 half a FLAC file", &[("in.flac", &flac(&samples)[..1_500])]).run(
            "export in.flac o.nex",
            1,
            [says("in.flac"), says("ends in the middle"), no_file("o.nex")],
        ));
        rows.push(
            row("S13 Ogg Vorbis", &[("in.ogg", &ogg(20))])
                .run("export in.ogg o.nex", 0, [quiet()])
                .run("info o.nex --json", 0, [json("/frames", 2_432.0..=2_432.0)]),
        );
        rows.push(
            row("S13 MP3", &[("in.mp3", &frame.repeat(10))])
                .run("export in.mp3 o.nex", 0, [quiet()])
                .run("info o.nex --json", 0, [json("/frames", 10_000.0..=11_520.0)]),
        );
        // A tag declares 100 frames: four follow.
        let tag = patched(frame.clone(), 21, b"Info\0\0\0\x01\0\0\0\x64");
        let tag = patched(tag, 21 + 12, b"LAME3.100");
        rows.push(
            row("S13 MP3 that was cut", &[("in.mp3", &[tag, frame.repeat(4)].concat())]).run(
                "export in.mp3 o.nex",
                0,
                [says("was cut off"), says("declares")],
            ),
        );
    }
    check(rows);
}
