//! What must hold when any bytes are unpacked?

use crate::fuzzing;
use nex_format::{
    Error,
    neural::{File, pack, unpack, unpacked_len},
};

/// Larger files are not unpacked here.
const LARGEST: usize = 1 << 20;

/// Unpacks into a buffer of the length that is asked for.
///
/// # Errors
/// Those of [`unpack`].
pub fn plain(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    let mut out = vec![0; unpacked_len(bytes)?];
    let len = unpack(bytes, &mut out)?;
    assert_eq!(len, out.len());
    Ok(out)
}

/// Unpacking never panics and asks for no more than 256 times the bytes; what
/// unpacks, parses, decodes, and packs to a file that unpacks to the same.
pub fn unpack_parse_decode(bytes: &[u8]) {
    let parsed = File::parse(bytes).map(|_| ());
    let needed = match unpacked_len(bytes) {
        Ok(needed) => needed,
        Err(e) => {
            assert_eq!(unpack(bytes, &mut []), Err(e));
            assert!(matches!(parsed, Err(p) if p == Error::Packed || p == e));
            return;
        }
    };
    assert!(needed <= 256 * bytes.len());
    assert_eq!(unpack(bytes, &mut []), Err(Error::BufferTooSmall { needed }));
    if needed > LARGEST {
        return;
    }
    let mut out = vec![0x55; needed + 3];
    let result = unpack(bytes, &mut out);
    assert!(out[needed..] == [0x55; 3], "wrote past the end");
    let mut other = vec![0xaa; needed];
    assert_eq!(unpack(bytes, &mut other), result, "what was in memory counts");
    let Ok(len) = result else {
        assert!(parsed == Err(Error::Packed));
        return;
    };
    out.truncate(len);
    assert!(len == needed && out == other, "what was in memory counts");
    assert!(parsed == Err(Error::Packed) || bytes == out);
    assert!(File::parse(&out).is_ok());
    fuzzing::parse_decode_few(&out);
    // A fuzzer's plain file may have come with another checksum.
    let out = fuzzing::with_checksum(&out);
    let packed = pack(&out).unwrap();
    assert!(packed.len() <= out.len());
    assert!(plain(&packed).unwrap() == out, "another file comes back");
}
