//! Which numbers are these bytes of samples?

use std::str::FromStr;

/// How a sample is stored: raw, as `ffmpeg -f` names it, or in a WAV file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Encoding {
    kind: Kind,
    /// Of one sample.
    bytes: u8,
    is_big_endian: bool,
    /// High bits of an integer that say nothing: copies of its sign, or none.
    spare_bits: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Signed,
    /// Zero is in the middle.
    Unsigned,
    Float,
    ALaw,
    MuLaw,
}

impl Encoding {
    /// Little-endian.
    const fn new(kind: Kind, bytes: u8) -> Self {
        Self { kind, bytes, is_big_endian: false, spare_bits: 0 }
    }

    /// Of a format tag and the bits of a sample's container in a WAV file.
    /// Fewer valid bits stand at the top of the container, so nobody has to know
    /// how many they are.
    ///
    /// # Errors
    /// The name of what is not read.
    pub(super) fn of_wav(tag: u16, bits: u16) -> Result<Self, String> {
        let bytes = bits.div_ceil(8) as u8;
        match (tag, bits) {
            (1, 1..=8) => Ok(Self::new(Kind::Unsigned, 1)),
            (1, 9..=64) => Ok(Self::new(Kind::Signed, bytes)),
            (3, 32 | 64) => Ok(Self::new(Kind::Float, bytes)),
            (6, _) => Ok(Self::new(Kind::ALaw, 1)),
            (7, _) => Ok(Self::new(Kind::MuLaw, 1)),
            (1, _) => Err(format!("{bits}-bit integer")),
            (3, _) => Err(format!("{bits}-bit float")),
            (2, _) => Err("Microsoft ADPCM".into()),
            (0x11, _) => Err("IMA ADPCM".into()),
            (0x31, _) => Err("GSM 6.10".into()),
            (0x50 | 0x55, _) => Err("MP3".into()),
            _ => Err(format!("format {tag:#06x}")),
        }
    }

    pub(super) const fn big_endian(self) -> Self {
        Self { is_big_endian: true, ..self }
    }

    /// In the low bits of four bytes.
    pub(super) const fn in_low_bits(self) -> Self {
        Self { bytes: 4, spare_bits: 32 - 8 * self.bytes, ..self }
    }

    /// In the high bits of four bytes.
    pub(super) const fn in_high_bits(self) -> Self {
        Self { bytes: 4, ..self }
    }

    /// Bytes of a sample.
    #[must_use]
    pub const fn sample_bytes(self) -> usize {
        self.bytes as usize
    }

    /// Appends the samples, whose full scale is 1.0, in the order of the bytes;
    /// a part of a sample at the end is left out.
    ///
    /// An integer of up to 24 bits is exact, others are rounded to the nearest.
    ///
    /// # Panics
    /// Never.
    pub fn decode(self, bytes: &[u8], samples: &mut Vec<f32>) {
        let words = bytes.chunks_exact(self.sample_bytes()).map(|bytes| self.word(bytes));
        let spare = self.spare_bits;
        let integer = |word: u64| ((word << spare) as i64 as f64 * 0.5f64.powi(63)) as f32;
        let companded = |value: i16| f32::from(value) / 32_768.0;
        match self.kind {
            Kind::Signed => samples.extend(words.map(integer)),
            Kind::Unsigned => samples.extend(words.map(|word| integer(word ^ 1 << 63))),
            Kind::Float if self.bytes == 8 => {
                samples.extend(words.map(|word| f64::from_bits(word) as f32));
            }
            Kind::Float => samples.extend(words.map(|word| f32::from_bits((word >> 32) as u32))),
            Kind::ALaw => samples.extend(bytes.iter().map(|&byte| companded(a_law(byte)))),
            Kind::MuLaw => samples.extend(bytes.iter().map(|&byte| companded(mu_law(byte)))),
        }
    }

    /// A sample's bits at the top of a word.
    fn word(self, bytes: &[u8]) -> u64 {
        let shift = |word: u64, byte: &u8| word << 8 | u64::from(*byte);
        let word = match self.is_big_endian {
            true => bytes.iter().fold(0, shift),
            false => bytes.iter().rev().fold(0, shift),
        };
        word << (64 - 8 * self.bytes)
    }
}

/// `s16le`, `u8`, `s24be`, `f32le`, `alaw`, `mulaw` and so on.
impl FromStr for Encoding {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let parse = || {
            let name = name.to_ascii_lowercase();
            match name.as_str() {
                "alaw" => return Some(Self::new(Kind::ALaw, 1)),
                "mulaw" | "ulaw" => return Some(Self::new(Kind::MuLaw, 1)),
                _ => {}
            }
            let kind = match name.chars().next()? {
                's' => Kind::Signed,
                'u' => Kind::Unsigned,
                'f' => Kind::Float,
                _ => return None,
            };
            let (bits, order) =
                name[1..].split_at(name[1..].find(['l', 'b']).unwrap_or(name.len() - 1));
            let bits: u8 = bits.parse().ok()?;
            let known = match kind {
                Kind::Float => matches!(bits, 32 | 64),
                _ => matches!(bits, 8 | 16 | 24 | 32),
            };
            let encoding = known.then(|| Self::new(kind, bits / 8))?;
            match order {
                "le" => Some(encoding),
                "be" => Some(encoding.big_endian()),
                "" if bits == 8 => Some(encoding),
                _ => None,
            }
        };
        parse().ok_or_else(|| {
            "must be one of s8 s16le s24le s32le, the same with u for unsigned or be for \
             big-endian, f32le f64le, alaw or mulaw"
                .into()
        })
    }
}

/// G.711.
const fn a_law(byte: u8) -> i16 {
    let byte = byte ^ 0x55;
    let (exponent, mantissa) = ((byte & 0x70) >> 4, ((byte & 0x0f) as i16) << 4);
    let magnitude = match exponent {
        0 => mantissa + 8,
        _ => (mantissa + 0x108) << (exponent - 1),
    };
    if byte & 0x80 == 0 { -magnitude } else { magnitude }
}

/// G.711.
const fn mu_law(byte: u8) -> i16 {
    let byte = !byte;
    let (exponent, mantissa) = ((byte & 0x70) >> 4, ((byte & 0x0f) as i16) << 3);
    let magnitude = ((mantissa + 0x84) << exponent) - 0x84;
    if byte & 0x80 == 0 { magnitude } else { -magnitude }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(name: &str, bytes: &[u8]) -> Vec<f32> {
        let mut samples = Vec::new();
        name.parse::<Encoding>().unwrap().decode(bytes, &mut samples);
        samples
    }

    #[test]
    fn raw_encodings_go_by_ffmpegs_names() {
        assert_eq!(decoded("s16le", &[0, 0x40, 0, 0x80, 7]), [0.5, -1.0]);
        assert_eq!(decoded("s16be", &[0x40, 0, 0x80, 0]), [0.5, -1.0]);
        assert_eq!(decoded("u8", &[0, 128, 192]), [-1.0, 0.0, 0.5]);
        assert_eq!(decoded("s8", &[0, 0x80, 0x40]), [0.0, -1.0, 0.5]);
        assert_eq!(decoded("u16be", &[0x80, 0, 0xc0, 0]), [0.0, 0.5]);
        assert_eq!(decoded("s24le", &[1, 0, 0]), [0.5f32.powi(23)]);
        assert_eq!(decoded("s32be", &[0xc0, 0, 0, 0]), [-0.5]);
        assert_eq!(decoded("f32le", &0.1f32.to_le_bytes()), [0.1]);
        assert_eq!(decoded("F64BE", &0.1f64.to_be_bytes()), [0.1]);
        for no in ["", "s", "s16", "s12le", "f16le", "u8x", "pcm", "é", "s16lé", "sle"] {
            assert!(no.parse::<Encoding>().is_err(), "{no}");
        }
    }

    #[test]
    fn companded_samples_are_those_of_g_711() {
        let of = |name, bytes: &[u8]| -> Vec<i32> {
            decoded(name, bytes).iter().map(|s| (s * 32_768.0) as i32).collect()
        };
        assert_eq!(of("alaw", &[0xd5, 0x55, 0xaa, 0x2a, 0x80]), [8, -8, 32_256, -32_256, 5_504]);
        assert_eq!(of("mulaw", &[0xff, 0x7f, 0x80, 0x00, 0xf0]), [0, 0, 32_124, -32_124, 120]);
    }
}
