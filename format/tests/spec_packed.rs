//! Is SPEC.md's packed example the plain one, packed?

mod page;

use nex_format::{
    Error,
    neural::{File, unpack, unpacked_len},
};
use page::block;

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
    assert_eq!(nex_format::neural::pack(&plain), Ok(packed));
}
