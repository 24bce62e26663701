//! Are these the samples that the file stands for? (a self-test's question)

/// CRC-32 of samples as they are decoded, channels interleaved: of each 16-bit
/// sample its lower byte, then its upper.
///
/// `ne-train emit` writes the checksum of a whole sound beside the file's
/// bytes, so that a firmware can tell on the device that its decoder gives
/// the same bits. CRC-32/ISO-HDLC, as zlib and PNG have it.
///
/// ```
/// let mut checksum = nex_format::SampleChecksum::new();
/// checksum.add(&[0x3231, 0x3433]); // however the samples are divided
/// checksum.add(&[0x3635, 0x3837]);
/// assert_eq!(checksum.value(), 0x9ae0_daaf); // of "12345678"
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct SampleChecksum(u32);

impl SampleChecksum {
    /// Of no samples yet.
    #[must_use]
    pub const fn new() -> Self {
        Self(!0)
    }

    /// Takes in the next samples. Needs no table: 8 steps of a few
    /// instructions for each byte.
    ///
    /// # Panics
    /// Never.
    pub fn add(&mut self, samples: &[i16]) {
        samples.iter().flat_map(|s| s.to_le_bytes()).for_each(|byte| self.byte(byte));
    }

    /// Takes in the next samples of 8 bits, which a picture has.
    ///
    /// # Panics
    /// Never.
    pub fn add_bytes(&mut self, samples: &[u8]) {
        samples.iter().for_each(|&byte| self.byte(byte));
    }

    fn byte(&mut self, byte: u8) {
        self.0 ^= u32::from(byte);
        for _ in 0..8 {
            self.0 = self.0 >> 1 ^ if self.0 & 1 == 1 { 0xedb8_8320 } else { 0 };
        }
    }

    /// The checksum of all samples so far.
    #[must_use]
    pub const fn value(&self) -> u32 {
        !self.0
    }
}

impl Default for SampleChecksum {
    fn default() -> Self {
        Self::new()
    }
}
