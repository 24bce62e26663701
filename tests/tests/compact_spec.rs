//! Is the compact sound that SPEC.md explains a file, to the bit?
//!
//! What depends on the models' numbers changes when they do: every failure
//! prints what the page must say.

use nex_coding::{
    around::{Earlier, Neighbours},
    classes::first,
    partition::{EVEN, Head, NOISE_BANDS},
    sound::{Choice, Chunk, MODELS},
    spectrum::Envelope,
};
use nex_format::{
    SectionId,
    compact::{Sound, SoundHeader, write},
};
use nex_tests::{
    compact::{Decoder, decode},
    fuzzing::crc32,
    page::{self, Recorder, as_written, block, page},
};
use std::fmt::Write;

#[test]
fn the_models_are_those_of_the_page() {
    let mut bytes = Vec::new();
    for model in MODELS {
        bytes.extend(model.starts.iter().flat_map(|p| p.to_le_bytes()));
        bytes.extend(model.codebook.as_flattened().iter().map(|&level| level as u8));
    }
    assert_eq!(bytes.len(), 2_240);
    let expected = format!("their CRC-32 is `{:08x}`", crc32(&bytes));
    assert!(page().contains(&expected), "SPEC.md, \"Models\", must say: {expected}");
}

/// The numbers after a mark in a text, up to an empty line or a bracket.
fn numbers(text: &str, mark: &str) -> Vec<u16> {
    let rest = text.split_once(mark).unwrap_or_else(|| panic!("no {mark}")).1;
    let end = rest.find("\n\n").into_iter().chain(rest.find(']')).min().unwrap();
    let words = rest[..end].split([',', ' ', '\n']).filter(|word| !word.is_empty());
    words.map(|n| n.parse().unwrap()).collect()
}

/// The peer's tables are tested by what it decodes; so are the page's, then.
#[test]
fn the_tables_are_those_of_the_second_decoder() {
    let peer = concat!(env!("CARGO_MANIFEST_DIR"), "/peers/decode_compact.py");
    let (page, peer) = (page(), std::fs::read_to_string(peer).unwrap());
    let places = numbers(&page, "the points lie between the bands:\n\n");
    assert_eq!(places.len(), 64);
    assert_eq!(places, numbers(&peer, "PLACE = ["));
    let powers = numbers(&page, "round(2^15 * 2^(i/32)):\n\n");
    let exact = (0..32).map(|i| (32_768.0 * (f64::from(i) / 32.0).exp2()).round() as u16);
    assert_eq!(powers, exact.collect::<Vec<_>>());
    assert!(page.contains("NOISE is 0 1 2 3 4 6 9 13, NEW is 128 124 111 85,"));
    assert!(peer.contains("NOISE = [0, 1, 2, 3, 4, 6, 9, 13]\n"));
    assert!(peer.contains("NEW = [128, 124, 111, 85]\n"));
}

#[test]
fn the_classes_begin_where_the_page_says() {
    let page = page();
    let list =
        page.split_once("| first | classes | of |\n").unwrap().1.split_once("\n\n").unwrap().0;
    let rows = list.lines().skip(1).map(|row| row.split('|').nth(1).unwrap().trim());
    let rows: Vec<usize> = rows.map(|first| first.parse().unwrap()).collect();
    let firsts = [
        first::SAME_SIZE,
        first::LARGER,
        first::SIZE_MORE,
        first::WIDEST,
        first::NARROWER,
        first::SAME_LOW,
        first::SAME_HIGH,
        first::LOW,
        first::HIGH,
        first::GAIN,
        first::END,
        first::SAME_NOISE,
        first::NOISE,
        first::FADE,
        first::ESCAPE,
        first::WEIGHT,
    ];
    assert_eq!(rows, firsts);
    assert!(page.contains(&format!("`class[{}]`", first::COUNT - 1)));
}

const HEADER: SoundHeader = SoundHeader {
    rate_hz: 8000,
    frames: 80,
    channels: 1,
    min_log2: 5,
    max_log2: 6,
    chunk_log2: 6,
    lead: 0,
    models: 0,
    step: 320,
    gamma: 4,
    fill: 12,
    tilt: 5,
    offsets: [-5, -3, 2],
};

/// A chunk of blocks, each with the weights that are not 0.
fn chunk(model: u8, blocks: &[(Head, &[(usize, i32)])]) -> Recorder {
    let mut coder = Recorder::default();
    let mut chunk = Chunk::new(&HEADER, &mut coder, Choice { model, angle: 0 });
    let mut before: Option<(u8, Vec<u8>)> = None;
    for (head, nonzero) in blocks {
        let head = chunk.head(&mut coder, head);
        let mut weights = vec![0; 1 << head.log2];
        for &(k, weight) in *nonzero {
            weights[k] = weight;
        }
        let one = before
            .as_ref()
            .map_or(Earlier::NONE, |(log2, magnitudes)| Earlier { magnitudes, log2: *log2 });
        let around = Neighbours { log2: head.log2, one, other: Earlier::NONE };
        chunk.weights(&mut coder, (&head, 0), &around, &mut weights);
        let magnitudes = weights.iter().map(|w| w.unsigned_abs().min(255) as u8).collect();
        before = Some((head.log2, magnitudes));
    }
    coder
}

const COMMENT: &str = "tock";

/// The example, written.
fn written() -> Vec<u8> {
    let chunks = chunks().map(|chunk| chunk.encoder.finish());
    write(&HEADER, &[(SectionId::COMMENT, COMMENT.as_bytes())], &chunks).unwrap()
}

/// The two chunks of the example.
fn chunks() -> [Recorder; 2] {
    let head = |log2, overlap, (gain, low, high), end, noise, fade| {
        let envelopes = [Envelope { low, high, gain }, Envelope::default()];
        let (noises, fades) = ([noise, [0; NOISE_BANDS]], [fade, EVEN]);
        Head { log2, overlap, envelopes, ends: [end, 0], noises, fades }
    };
    [
        chunk(
            0,
            &[
                (
                    head(5, 5, (14, 3, 3), 6, [3, 3, 2, 2, 2, 2, 2], 5),
                    &[(0, 2), (1, -4), (2, 13), (4, 1)],
                ),
                (head(5, 5, (14, 3, 3), 5, [3, 3, 2, 2, 2, 2, 2], 3), &[(0, -1), (2, 5)]),
            ],
        ),
        chunk(
            0,
            &[(head(6, 6, (13, 0, 17), 3, [2, 2, 2, 2, 2, 4, 6], 1), &[(3, 4), (5, -7), (9, 1)])],
        ),
    ]
}

#[test]
fn the_example_is_written_alike() {
    let page = page();
    let chunks = chunks().map(|chunk| chunk.encoder.finish());
    let bytes = written();
    let mut parts: Vec<_> =
        chunks.iter().enumerate().map(|(i, chunk)| (chunk.len(), format!("chunk {i}"))).collect();
    let sum = crc32(&bytes[..bytes.len() - 4]);
    parts.push((COMMENT.len(), format!("comment: \"{COMMENT}\"")));
    parts.push((4, format!("CRC-32 of all bytes before: 0x{sum:08x}")));
    let expected = as_written(block(&page, "compact"), &bytes, &parts);
    assert_eq!(block(&page, "compact"), expected, "the block compact must be:\n{expected}");
    assert_eq!(page::bytes(&page, "compact"), bytes);
}

#[test]
fn the_decisions_are_the_listed_ones() {
    let page = page();
    let [first, _] = chunks();
    let expected = first.as_decided(block(&page, "decisions"));
    assert_eq!(block(&page, "decisions"), expected, "the block decisions must be:\n{expected}");
}

#[test]
fn the_example_decodes_to_the_listed_samples() {
    let page = page();
    let bytes = written();
    let decoder = Decoder::parse(&bytes).unwrap();
    assert_eq!(Sound::parse(&bytes).unwrap().sections().comment(), Some(COMMENT));
    let out = decode(&decoder, HEADER.frames, 0);
    assert_eq!(out.len(), 80);
    let mut expected = String::new();
    for row in out.chunks(10) {
        let row: Vec<String> = row.iter().map(|s| format!("{s:6}")).collect();
        writeln!(expected, "{}", row.join(" ")).unwrap();
    }
    assert_eq!(block(&page, "samples"), expected, "the block samples must be:\n{expected}");
}
