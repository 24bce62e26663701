//! Are the sections of SPEC.md read alike in files of every kind?

mod page;

use nex_format::{Error, MAX_SECTIONS, Part, SectionId, check, sections};
use page::{block, changed, sealed, varint};

/// A file of every kind, and a packed one.
const FILES: [&str; 6] = ["hex", "picture", "shape", "packed", "baked", "compact"];
/// Optional, and nothing that a reader knows.
const UNKNOWN: SectionId = SectionId(200);

/// The example with one more section.
fn with_section(name: &str, id: SectionId, data: &[u8]) -> Vec<u8> {
    let bytes = block(name);
    let found = sections(&bytes).unwrap();
    let mut all: Vec<(u8, Vec<u8>)> = found.map(|s| (s.id.0, s.data.to_vec())).collect();
    all.push((id.0, data.to_vec()));
    all.sort();
    with_table(name, &all)
}

/// The example with other sections.
fn with_table(name: &str, all: &[(u8, Vec<u8>)]) -> Vec<u8> {
    let bytes = block(name);
    let mut out = bytes[..5].to_vec();
    out.push(all.len() as u8);
    for (id, data) in all {
        out.push(*id);
        out.extend(varint(data.len() as u32));
    }
    out.extend(body(name, &bytes));
    all.iter().for_each(|(_, data)| out.extend(data));
    sealed(out)
}

/// Header and payload, between the table and the sections.
fn body<'b>(name: &str, bytes: &'b [u8]) -> &'b [u8] {
    let found = sections(bytes).unwrap();
    let table: usize = found.map(|s| 1 + varint(s.data.len() as u32).len()).sum();
    let from = 5 + 1 + table;
    let to = found.map(|s| s.offset).min().unwrap_or_else(|| panic!("{name} has sections"));
    &bytes[from..to]
}

/// What the file's own parser says, if it refuses it; a packed file's says
/// `Packed` at best.
fn parsed(name: &str, bytes: &[u8]) -> Option<Error> {
    match name {
        #[cfg(feature = "compact")]
        "compact" => nex_format::compact::Sound::parse(bytes).err(),
        #[cfg(feature = "neural")]
        "packed" => {
            let mut out = vec![0; 4096];
            let error = nex_format::neural::File::parse(bytes).err();
            let unpacked = nex_format::neural::unpack(bytes, &mut out).err();
            if error == Some(Error::Packed) { unpacked } else { error }
        }
        #[cfg(feature = "neural")]
        "hex" | "picture" | "shape" | "baked" => nex_format::neural::File::parse(bytes).err(),
        _ => sections(bytes).err(),
    }
}

#[test]
fn an_unknown_optional_section_is_skipped_and_listed() {
    for name in FILES {
        let bytes = with_section(name, UNKNOWN, b"\xffskip me");
        assert_eq!(parsed(name, &bytes), None, "{name}");
        let before = block(name);
        let (before, after) = (sections(&before).unwrap(), sections(&bytes).unwrap());
        assert_eq!((after.len(), after.comment()), (before.len() + 1, before.comment()), "{name}");
        assert_eq!(after.get(UNKNOWN), Some(&b"\xffskip me"[..]), "{name}");
        let last = after.last().unwrap();
        assert_eq!((last.id, last.id.name()), (UNKNOWN, "unknown"));
        assert_eq!(last.offset + last.data.len() + 4, bytes.len(), "{name}");
        for section in after {
            let at = section.offset..section.offset + section.data.len();
            assert_eq!(&bytes[at], section.data, "{name}");
        }
        // What is known is where it was, as it was.
        for (a, b) in before.zip(after) {
            assert_eq!((a.id, a.data), (b.id, b.data), "{name}");
        }
    }
}

#[test]
fn a_comment_is_a_section_of_every_kind() {
    for name in FILES {
        let bytes = block(name);
        let comment = match name {
            "picture" | "shape" => None,
            "compact" => Some("tock"),
            _ => Some("tick"),
        };
        assert_eq!(sections(&bytes).unwrap().comment(), comment);
        if comment.is_none() {
            let bytes = with_section(name, SectionId::COMMENT, "klöng".as_bytes());
            assert_eq!(parsed(name, &bytes), None, "{name}");
            assert_eq!(sections(&bytes).unwrap().comment(), Some("klöng"));
            let bytes = with_section(name, SectionId::COMMENT, b"kl\xf6ng");
            assert_eq!(parsed(name, &bytes), Some(Error::BadHeader(Part::Comment)), "{name}");
        }
        let bytes = changed(name, bytes.len() - 5, 1, &[0xff]);
        if comment.is_some() {
            let error = Some(Error::BadHeader(Part::Comment));
            assert_eq!((parsed(name, &bytes), sections(&bytes).err()), (error, error), "{name}");
        }
    }
}

#[test]
fn a_section_that_must_be_understood_is_refused() {
    for name in FILES {
        let found = block(name);
        let found: Vec<u8> = sections(&found).unwrap().map(|s| s.id.0).collect();
        for id in [0, 5, 16, 20, 127] {
            let bytes = with_section(name, SectionId(id), b"!");
            // The list has them; whether they are known says the kind's parser.
            let ids: Vec<u8> = sections(&bytes).unwrap().map(|s| s.id.0).collect();
            assert_eq!((ids.len(), ids.contains(&id)), (found.len() + 1, true), "{name}");
            if built(name) {
                let error = Some(Error::UnknownKind(Part::Sections, id));
                assert_eq!(parsed(name, &bytes), error, "{name}, id {id}");
            }
        }
        for id in [1, 4, 17] {
            if built(name) && name == "compact" {
                let error = Some(Error::UnknownKind(Part::Sections, id));
                let bytes = with_section(name, SectionId(id), b"!");
                assert_eq!(parsed(name, &bytes), error, "{name}, id {id}");
            }
        }
    }
}

/// Whether the kind's own parser is there.
fn built(name: &str) -> bool {
    let [neural, compact] = [cfg!(feature = "neural"), cfg!(feature = "compact")];
    if name == "compact" { compact } else { neural }
}

#[test]
fn rules_of_the_table_give_their_errors() {
    use Error::{BadHeader, LimitExceeded, Truncated};
    let malformed = BadHeader(Part::Sections);
    // The first entry of each file has an id and a length of a byte each.
    let cases: [(usize, usize, &[u8], Error); 7] = [
        (5, 1, &[0], malformed),
        (5, 1, &[MAX_SECTIONS as u8 + 1], LimitExceeded(Part::Sections)),
        (5, 1, &[255], LimitExceeded(Part::Sections)),
        (7, 1, &[0xff, 0xff, 0xff, 0x7f], Truncated),
        (7, 1, &[0xff, 0xff, 0xff, 0xff, 0x0f], Truncated),
        (7, 1, &[0xff, 0xff, 0xff, 0xff, 0x1f], malformed), // 33 bits
        (7, 1, &[0x80, 0x00], malformed),                   // a byte too long
    ];
    for name in FILES {
        for (at, len, with, error) in cases {
            let mut bytes = changed(name, at, len, with);
            let said = (parsed(name, &bytes), sections(&bytes).err());
            assert_eq!(said, (Some(error), Some(error)), "{name}: {with:02x?} at {at:#x}");
            // Damage is told from a cut file before anything else is judged.
            *bytes.last_mut().unwrap() ^= 1;
            let damaged = if error == Truncated { error } else { Error::BadCrc };
            let said = (parsed(name, &bytes), sections(&bytes).err());
            assert_eq!(said, (Some(damaged), Some(damaged)), "{name}: {with:02x?} at {at:#x}");
        }
        for ids in [[129, 129], [130, 129], [0, 0]] {
            let bytes = with_table(name, &ids.map(|id| (id, b"?".to_vec())));
            let said = (parsed(name, &bytes), sections(&bytes).err());
            assert_eq!(said, (Some(malformed), Some(malformed)), "{name}: {ids:?}");
        }
    }
}

#[test]
fn eight_sections_are_read_and_nine_are_not() {
    for name in FILES {
        let bytes = block(name);
        let found = sections(&bytes).unwrap();
        let mut all: Vec<(u8, Vec<u8>)> = found.map(|s| (s.id.0, s.data.to_vec())).collect();
        while all.len() < MAX_SECTIONS {
            all.push((190 + all.len() as u8, vec![all.len() as u8; all.len() * 50]));
        }
        let bytes = with_table(name, &all);
        assert_eq!((parsed(name, &bytes), sections(&bytes).map(|s| s.len())), (None, Ok(8)));
        all.push((255, Vec::new()));
        let limit = Some(Error::LimitExceeded(Part::Sections));
        assert_eq!(parsed(name, &with_table(name, &all)), limit, "{name}");
    }
}

#[test]
fn a_network_without_sections_is_refused() {
    for name in FILES.into_iter().filter(|name| *name != "compact") {
        let bytes = block(name);
        let without = |after: &[u8]| {
            let mut out = bytes[..5].to_vec();
            out[4] &= 0x7f;
            out.extend(after);
            sealed(out)
        };
        let alone = without(body(name, &bytes));
        assert_eq!(sections(&alone).map(|s| s.len()), Ok(0), "{name}");
        if built(name) {
            assert_eq!(parsed(name, &alone), Some(Error::BadHeader(Part::Sections)), "{name}");
            let longer = without(&[body(name, &bytes), b"!"].concat());
            assert_eq!(parsed(name, &longer), Some(Error::TrailingBytes), "{name}");
        }
    }
}

/// Of an embedded network the compiler reads no more than the table.
#[test]
fn the_compiler_refuses_a_table_that_no_network_has() {
    for name in FILES.into_iter().filter(|name| built(name)) {
        assert_eq!(check(&block(name)), Ok(()), "{name}");
        assert_eq!(check(&with_section(name, UNKNOWN, b"?")), Ok(()), "{name}");
        let needed = check(&with_section(name, SectionId(5), b"?"));
        assert_eq!(needed, Err(Error::UnknownKind(Part::Sections, 5)), "{name}");
    }
    for name in FILES.into_iter().filter(|name| built(name) && *name != "compact") {
        let missing = Err(Error::BadHeader(Part::Sections));
        let mut without = block(name)[..5].to_vec();
        without[4] &= 0x7f;
        without.extend(body(name, &block(name)));
        assert_eq!(check(&sealed(without)), missing, "{name}");
        let bytes = block(name);
        let all = sections(&bytes).unwrap().map(|s| (s.id.0, s.data.to_vec()));
        for gone in [[1, 17], [3, 19]] {
            let left: Vec<_> = all.clone().filter(|(id, _)| !gone.contains(id)).collect();
            assert_eq!(check(&with_table(name, &left)), missing, "{name}");
            assert_eq!(parsed(name, &with_table(name, &left)), missing.err(), "{name}");
        }
    }
}

/// Where what is left lies otherwise than it did, so that no section is what
/// it was: a comment least of all.
#[test]
fn a_file_cut_short_is_told_from_a_damaged_one() {
    for name in FILES.into_iter().filter(|name| built(name)) {
        let bytes = with_section(name, UNKNOWN, "not ASCII: äöü".as_bytes());
        // The last chunk's length is not stored.
        let last = if name == "compact" { 11 } else { 0 };
        // An interpreter takes a sample of them.
        for len in (0..bytes.len()).step_by(if cfg!(miri) { 7 } else { 1 }) {
            let cut = len + last >= bytes.len();
            let error = if cut { Error::BadCrc } else { Error::Truncated };
            assert_eq!(parsed(name, &bytes[..len]), Some(error), "{name}: {len} bytes");
        }
    }
}

#[test]
fn a_loop_lies_in_the_sound_or_is_refused() {
    use nex_format::Loop;
    let frames = [("hex", 8), ("baked", 8), ("compact", 80)];
    for (name, frames) in frames.into_iter().filter(|(name, _)| built(name)) {
        for (start, end) in [(0, 1), (0, frames), (3, 7), (frames - 1, frames)] {
            let data = [varint(start), varint(end)].concat();
            let bytes = with_section(name, SectionId::LOOP, &data);
            assert_eq!(parsed(name, &bytes), None, "{name}, {start} to {end}");
            assert_eq!(sections(&bytes).unwrap().repeated(), Some(Loop { start, end }));
        }
        let malformed = Some(Error::BadHeader(Part::Loop));
        for (start, end) in [(0, 0), (5, 5), (6, 5), (0, frames + 1), (u32::MAX, u32::MAX)] {
            let data = [varint(start), varint(end)].concat();
            let bytes = with_section(name, SectionId::LOOP, &data);
            assert_eq!(parsed(name, &bytes), malformed, "{name}, {start} to {end}");
        }
        for data in [
            &b""[..],
            b"\x01",
            b"\x80\x00\x05",
            b"\x01\x05\x00",
            b"\x01\x85",
            b"\xff\xff\xff\xff\xff\xff",
        ] {
            let bytes = with_section(name, SectionId::LOOP, data);
            assert_eq!(parsed(name, &bytes), malformed, "{name}, {data:?}");
        }
    }
    // Of a picture or a shape it is not known.
    for name in ["picture", "shape"] {
        assert_eq!(parsed(name, &with_section(name, SectionId::LOOP, b"?")), None, "{name}");
    }
}
