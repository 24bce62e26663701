//! Is SPEC.md's packed example the plain one, packed?

use nex_format::{Error, File, unpack, unpacked_len};

/// The bytes of a block of the page: offset, bytes, two spaces, words.
fn block(name: &str) -> Vec<u8> {
    let page = include_str!("../SPEC.md");
    let start = format!("```{name}\n");
    let block = page.split_once(&start).and_then(|(_, rest)| rest.split_once("```"));
    let mut bytes = Vec::new();
    for line in block.expect("SPEC.md has the block").0.lines() {
        let (offset, rest) = line.split_once("  ").expect("an offset");
        assert_eq!(usize::from_str_radix(offset, 16), Ok(bytes.len()), "offset of {line}");
        let hex = rest.split("  ").next().unwrap_or("");
        bytes.extend(hex.split(' ').map(|b| u8::from_str_radix(b, 16).expect("a byte")));
    }
    bytes
}

#[test]
fn the_packed_example_is_the_plain_one() {
    let (plain, packed) = (block("hex"), block("packed"));
    assert_eq!(File::parse(&packed).err(), Some(Error::Packed));
    assert_eq!(unpacked_len(&packed), Ok(plain.len()));
    let mut out = [0xa5; 200];
    assert_eq!(unpack(&packed, &mut out), Ok(plain.len()));
    assert_eq!(out[..plain.len()], plain);
    let mut out = [0xa5; 200];
    assert_eq!(unpack(&plain, &mut out), Ok(plain.len()));
    assert_eq!(out[..plain.len()], plain);
    #[cfg(feature = "write")]
    assert_eq!(nex_format::pack(&plain), Ok(packed));
}
