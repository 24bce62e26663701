//! How are a header's fields read, on a device and by the compiler?
//!
//! The encoding is postcard's (`SPEC.md`, "Numbers"), read by functions that can
//! run in a constant and bring nothing along.

use super::error::value_of;
use crate::{Error, Part};

/// Takes values off the front of some bytes; refuses encodings that are longer
/// than needed, so that equal headers have equal bytes.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Goes on with other bytes.
    pub const fn continue_with(&mut self, bytes: &'a [u8]) {
        self.rest = bytes;
    }

    pub const fn byte(&mut self) -> Result<u8, Error> {
        match self.rest {
            [byte, rest @ ..] => {
                self.rest = rest;
                Ok(*byte)
            }
            [] => Err(Error::Truncated),
        }
    }

    /// A varint of at most `bits` bits, in as few bytes as it can have.
    const fn varint(&mut self, bits: u32, part: Part) -> Result<u32, Error> {
        let mut value = 0;
        let mut shift = 0;
        while shift < bits {
            let byte = value_of!(self.byte());
            let digit = (byte & 0x7f) as u32;
            if shift + 7 > bits && digit >> (bits - shift) != 0 {
                break;
            }
            value |= digit << shift;
            if byte & 0x80 == 0 {
                // A last digit of 0 could have been left out.
                return if digit == 0 && shift > 0 {
                    Err(Error::BadHeader(part))
                } else {
                    Ok(value)
                };
            }
            shift += 7;
        }
        Err(Error::BadHeader(part))
    }

    pub const fn u16(&mut self, part: Part) -> Result<u16, Error> {
        Ok(value_of!(self.varint(16, part)) as u16)
    }

    pub const fn u32(&mut self, part: Part) -> Result<u32, Error> {
        self.varint(32, part)
    }

    /// A length, and so many bytes.
    #[cfg(feature = "neural")]
    pub const fn bytes(&mut self, part: Part) -> Result<&'a [u8], Error> {
        // A length is a `u32` on every machine.
        let len = value_of!(self.u32(part)) as usize;
        let Some((bytes, rest)) = self.rest.split_at_checked(len) else {
            return Err(Error::Truncated);
        };
        self.rest = rest;
        Ok(bytes)
    }

    /// Four bytes.
    #[cfg(any(feature = "neural", feature = "compact-core"))]
    pub const fn f32(&mut self) -> Result<f32, Error> {
        let Some((bytes, rest)) = self.rest.split_first_chunk() else {
            return Err(Error::Truncated);
        };
        self.rest = rest;
        Ok(f32::from_le_bytes(*bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use postcard::Error::DeserializeUnexpectedEnd;

    /// What postcard reads, if nothing shorter says the same.
    macro_rules! by_postcard {
        ($bytes:expr, $ty:ty) => {
            match postcard::take_from_bytes::<$ty>($bytes) {
                Ok((value, rest)) => {
                    let mut shortest = [0; 8];
                    let shortest = postcard::to_slice(&value, &mut shortest).unwrap();
                    if shortest.len() + rest.len() == $bytes.len() {
                        Ok((value, rest))
                    } else {
                        Err(Error::BadHeader(Part::Rate))
                    }
                }
                Err(DeserializeUnexpectedEnd) => Err(Error::Truncated),
                Err(_) => Err(Error::BadHeader(Part::Rate)),
            }
        };
    }

    /// Every encoding of up to 3 bytes, and many longer ones, as postcard
    /// reads them.
    #[test]
    fn numbers_are_read_as_postcard_reads_them() {
        let same = |bytes: &[u8]| {
            let mut reader = Reader::new(bytes);
            let read = reader.u16(Part::Rate).map(|value| (value, reader.rest()));
            assert_eq!(read, by_postcard!(bytes, u16), "{bytes:x?} as u16");
            let mut reader = Reader::new(bytes);
            let read = reader.u32(Part::Rate).map(|value| (value, reader.rest()));
            assert_eq!(read, by_postcard!(bytes, u32), "{bytes:x?} as u32");
        };
        for i in 0..1u32 << if cfg!(miri) { 8 } else { 24 } {
            let [a, b, c, _] = i.to_le_bytes();
            // The middle byte matters by its top bit and a few of its values.
            if matches!(b & 0x7f, 0 | 1 | 0x35 | 0x7f) {
                same(&[a, b, c]);
            }
        }
        for short in [&[][..], &[0x80], &[0xff, 0xff], &[0xff, 0]] {
            same(short);
        }
        for last in 0..=255 {
            for digit in [0x80, 0xff] {
                same(&[digit, digit, digit, last]);
                same(&[digit, digit, digit, digit, last]);
                same(&[digit, digit, digit, digit, digit, last]);
            }
        }
    }

    #[cfg(feature = "neural")]
    #[test]
    fn bytes_are_whole() {
        let bytes = |bytes| Reader::new(bytes).bytes(Part::Layers);
        assert_eq!(bytes(b"\x02hi!"), Ok(&b"hi"[..]));
        for cut in [&b"\x03hi"[..], b"", b"\x80"] {
            assert_eq!(bytes(cut), Err(Error::Truncated));
        }
        assert_eq!(bytes(b"\x82\0hi"), Err(Error::BadHeader(Part::Layers)));
    }
}
