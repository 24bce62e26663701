//! How are a compact sound's header fields read, by the compiler too?
//!
//! The same encoding as postcard's, which [`Reader`](crate::header::Reader)
//! takes, in functions that can run in a constant.

use crate::{Error, Part};

/// The value, or return the error: what `?` does where a constant may be
/// computed.
macro_rules! value_of {
    ($result:expr) => {
        match $result {
            Ok(value) => value,
            Err(e) => return Err(e),
        }
    };
}
pub(crate) use value_of;

/// Takes values off the front of some bytes.
#[derive(Clone, Copy)]
pub(crate) struct Cursor<'a> {
    rest: &'a [u8],
}

impl<'a> Cursor<'a> {
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub const fn rest(&self) -> &'a [u8] {
        self.rest
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

    /// A string; one that is not UTF-8 is an error.
    pub const fn text(&mut self, part: Part) -> Result<&'a str, Error> {
        // A length is a `u32` on every machine.
        let len = value_of!(self.u32(part)) as usize;
        let Some((text, rest)) = self.rest.split_at_checked(len) else {
            return Err(Error::Truncated);
        };
        self.rest = rest;
        match core::str::from_utf8(text) {
            Ok(text) => Ok(text),
            Err(_) => Err(Error::BadHeader(part)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::header::Reader;

    /// Every encoding of up to 3 bytes, and many longer ones, as postcard
    /// reads them.
    #[test]
    fn numbers_are_read_as_postcard_reads_them() {
        let same = |bytes: &[u8]| {
            let (mut cursor, mut reader) = (Cursor::new(bytes), Reader::new(bytes));
            assert_eq!(cursor.u16(Part::Rate), reader.owned(Part::Rate), "{bytes:x?} as u16");
            let (mut cursor, mut reader) = (Cursor::new(bytes), Reader::new(bytes));
            let value = cursor.u32(Part::Rate);
            assert_eq!(value, reader.owned(Part::Rate), "{bytes:x?} as u32");
            if value.is_ok() {
                assert_eq!(cursor.rest(), reader.rest());
            }
        };
        // An interpreter takes a sample of them.
        let step = if cfg!(miri) { 4_099 } else { 1 };
        for i in (0..1u32 << 24).step_by(step) {
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

    #[test]
    fn strings_are_whole_and_in_utf8() {
        let text = |bytes| Cursor::new(bytes).text(Part::Comment);
        assert_eq!(text(b"\x02hi!"), Ok("hi"));
        assert_eq!(text(b"\x02\xc3\xa9"), Ok("\u{e9}"));
        assert_eq!(text(b"\x02\xc3\x28"), Err(Error::BadHeader(Part::Comment)));
        for cut in [&b"\x03hi"[..], b"", b"\x80"] {
            assert_eq!(text(cut), Err(Error::Truncated));
        }
    }
}
