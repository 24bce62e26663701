//! Is SPEC.md's example of baked routing the plain one, baked?

mod page;

use nex_format::{
    Error, Part,
    neural::{File, Run},
};
use page::{block, changed};

#[test]
fn the_baked_example_has_the_listed_runs() {
    let baked = block("baked");
    let file = File::parse(&baked).unwrap();
    let (mixture, plain) = (file.mixture(), block("hex"));
    assert!(mixture.manager.is_none());
    assert_eq!(file.comment(), File::parse(&plain).unwrap().comment());
    let runs = mixture.runs.unwrap();
    let run = |expert, start, frames| Run { expert, start, frames };
    assert_eq!(runs.iter().collect::<Vec<_>>(), [run(0, 0, 4), run(1, 4, 3), run(0, 7, 1)]);
    #[cfg(feature = "write")]
    assert_eq!(nex_format::neural::bake(&plain, &[0, 0, 0, 0, 1, 1, 1, 0]), Ok(baked));
}

#[test]
fn rules_of_the_header_and_the_section_give_their_errors() {
    let cases = [
        (0x15, 0, Error::BadHeader(Part::Experts)), // two experts, no gate
        (0x1c, 1, Error::BadHeader(Part::Experts)), // a gate, one expert
        (0xa, 5, Error::UnknownKind(Part::Sections, 5)), // no section 4
        (0x6e, 32, Error::BadHeader(Part::Routing)), // chunks of 2^32 frames
        (0x6e, 2, Error::BadHeader(Part::Routing)), // two chunks, no index
        (0x6f, 4, Error::BadHeader(Part::Routing)), // more low bits than a chunk has
        (0x70, 2, Error::BadHeader(Part::Routing)), // entries of two bytes
        (0x72, 0x00, Error::BadHeader(Part::Routing)), // no end
        (0x72, 0x40, Error::BadHeader(Part::Routing)), // too many frames
        (0x72, 0x81, Error::BadHeader(Part::Routing)), // a one that fills up
    ];
    for (at, byte, error) in cases {
        assert_eq!(
            File::parse(&changed("baked", at, 1, &[byte])).err(),
            Some(error),
            "{byte:#x} at {at:#x}"
        );
    }
}
