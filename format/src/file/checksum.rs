//! Is a file whole, and are these the samples that it stands for?
//!
//! CRC-32/ISO-HDLC, as zlib and PNG have it, from its lowest bit on.

/// Of a file's bytes: by a table of 1 KB on a host; bit by bit where that is much
/// of the memory, or of a download.
#[cfg(any(target_os = "none", target_family = "wasm"))]
#[allow(clippy::indexing_slicing)] // below the length; `get` is no constant function
pub(crate) const fn checksum(bytes: &[u8]) -> u32 {
    let mut crc = !0;
    let mut i = 0;
    while i < bytes.len() {
        crc = after_bits(crc ^ bytes[i] as u32);
        i += 1;
    }
    !crc
}

/// The same by a table; one loop, for the compiler runs it too.
#[cfg(not(any(target_os = "none", target_family = "wasm")))]
#[allow(clippy::indexing_slicing)] // below the length; a byte's value is below 256
pub(crate) const fn checksum(bytes: &[u8]) -> u32 {
    const TABLE: &[u32; 256] = &{
        let mut table = [0; 256];
        let mut byte = 0;
        while byte < table.len() {
            table[byte] = after_bits(byte as u32);
            byte += 1;
        }
        table
    };
    let mut crc = !0u32;
    let mut i = 0;
    while i < bytes.len() {
        crc = crc >> 8 ^ TABLE[(crc as u8 ^ bytes[i]) as usize];
        i += 1;
    }
    !crc
}

/// After eight bits more, which are added to the lowest ones.
const fn after_bits(mut crc: u32) -> u32 {
    let mut bit = 0;
    while bit < 8 {
        crc = crc >> 1 ^ if crc & 1 == 1 { 0xedb8_8320 } else { 0 };
        bit += 1;
    }
    crc
}

/// CRC-32 of samples as they are decoded, channels interleaved: of each 16-bit
/// sample its lower byte, then its upper.
///
/// `ne-train emit` writes the checksum of a whole sound beside the file's
/// bytes, so that a firmware can tell on the device that its decoder gives
/// the same bits. CRC-32/ISO-HDLC, as zlib and PNG have it; no table.
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

    /// Takes in the next samples: 8 steps of a few instructions for each byte.
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
        self.0 = after_bits(self.0 ^ u32::from(byte));
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
