//! What does a PLY file's header say of its body?

use super::text::{Cause, at_line, number, shown, words};

/// How the numbers are written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Encoding {
    Text,
    Binary { big: bool },
}

/// The kind of a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scalar {
    I8,
    U8,
    I16,
    U16,
    I32,
    U32,
    F32,
    F64,
}

impl Scalar {
    fn named(name: &[u8]) -> Option<Self> {
        Some(match name {
            b"char" | b"int8" => Self::I8,
            b"uchar" | b"uint8" => Self::U8,
            b"short" | b"int16" => Self::I16,
            b"ushort" | b"uint16" => Self::U16,
            b"int" | b"int32" => Self::I32,
            b"uint" | b"uint32" => Self::U32,
            b"float" | b"float32" => Self::F32,
            b"double" | b"float64" => Self::F64,
            _ => return None,
        })
    }

    pub const fn bytes(self) -> usize {
        match self {
            Self::I8 | Self::U8 => 1,
            Self::I16 | Self::U16 => 2,
            Self::I32 | Self::U32 | Self::F32 => 4,
            Self::F64 => 8,
        }
    }

    /// The number whose bytes are the lowest of `bits`.
    pub fn value(self, bits: u64) -> f64 {
        match self {
            Self::I8 => (bits as i8).into(),
            Self::U8 => (bits as u8).into(),
            Self::I16 => (bits as i16).into(),
            Self::U16 => (bits as u16).into(),
            Self::I32 => (bits as i32).into(),
            Self::U32 => (bits as u32).into(),
            Self::F32 => f32::from_bits(bits as u32).into(),
            Self::F64 => f64::from_bits(bits),
        }
    }
}

/// A number of each element, or a list of them.
#[derive(Debug)]
pub struct Property {
    pub name: Vec<u8>,
    pub kind: Scalar,
    /// Of a list: what its length is written as.
    pub count: Option<Scalar>,
}

/// A table of the body.
#[derive(Debug)]
pub struct Element {
    pub name: Vec<u8>,
    pub count: usize,
    pub properties: Vec<Property>,
}

/// What stands before the body.
#[derive(Debug)]
pub struct Header {
    pub encoding: Encoding,
    pub elements: Vec<Element>,
    /// Its length.
    pub bytes: usize,
    pub lines: usize,
}

impl Header {
    pub fn read(bytes: &[u8]) -> Result<Self, Cause> {
        let first = bytes.iter().position(|b| matches!(b, b'\r' | b'\n')).unwrap_or(bytes.len());
        // Of an old Mac, if no line feed follows.
        let old = bytes[first..].starts_with(b"\r") && !bytes[first..].starts_with(b"\r\n");
        let end = if old { b'\r' } else { b'\n' };
        let mut header =
            Self { encoding: Encoding::Text, elements: Vec::new(), bytes: 0, lines: 0 };
        for row in bytes.split_inclusive(|b| *b == end) {
            header.bytes += row.len();
            header.lines += 1;
            let words: Vec<&[u8]> = words(row).collect();
            match words[..] {
                [b"end_header"] => return Ok(header),
                [b"ply"] if header.lines == 1 => {}
                _ if header.lines == 1 => return Err(at_line(1, "it does not begin with \"ply\"")),
                _ => header.line(&words).map_err(|what| at_line(header.lines, what))?,
            }
        }
        Err("its header has no end".into())
    }

    fn line(&mut self, words: &[&[u8]]) -> Result<(), String> {
        let scalar = |name: &[u8]| {
            Scalar::named(name).ok_or_else(|| format!("\"{}\" is no kind of number", shown(name)))
        };
        let property = match *words {
            [] | [b"comment" | b"obj_info", ..] => return Ok(()),
            [b"format", encoding, ..] => {
                self.encoding = match encoding {
                    b"ascii" => Encoding::Text,
                    b"binary_little_endian" => Encoding::Binary { big: false },
                    b"binary_big_endian" => Encoding::Binary { big: true },
                    _ => return Err(format!("\"{}\" is no format of PLY", shown(encoding))),
                };
                return Ok(());
            }
            [b"element", name, count] => {
                let count = number(count)?;
                self.elements.push(Element { name: name.into(), count, properties: Vec::new() });
                return Ok(());
            }
            [b"property", b"list", count, kind, name] => {
                Property { name: name.into(), kind: scalar(kind)?, count: Some(scalar(count)?) }
            }
            [b"property", kind, name] => {
                Property { name: name.into(), kind: scalar(kind)?, count: None }
            }
            _ => return Err(format!("\"{}\" is no line of a header", shown(&words.join(&b' ')))),
        };
        let element = self.elements.last_mut().ok_or("a property of no element")?;
        element.properties.push(property);
        Ok(())
    }
}
