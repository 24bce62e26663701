//! Which samples were played? (a checksum to compare with another machine's)

/// CRC-32 (ISO-HDLC, as zip has it) of 16-bit samples, low byte first.
#[derive(Clone, Copy, Debug)]
pub struct Crc(u32);

impl Crc {
    /// Of no samples.
    pub const NEW: Self = Self(!0);

    /// Adds samples.
    pub fn update(&mut self, samples: &[i16]) {
        for byte in samples.iter().flat_map(|s| s.to_le_bytes()) {
            self.0 ^= u32::from(byte);
            for _ in 0..8 {
                let low = self.0 & 1;
                self.0 = self.0 >> 1 ^ if low == 1 { 0xedb8_8320 } else { 0 };
            }
        }
    }

    /// The checksum of all samples so far.
    #[must_use]
    pub const fn value(self) -> u32 {
        !self.0
    }
}
