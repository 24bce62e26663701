//! Which compact sound is this, and what does decoding it take?

use super::{block, points::Points, stream::Stream};
use crate::DecodeError;
use nex_format::{Compact, CompactHeader, Error};

/// A compact sound: experts that are sparse sums of windowed cosines.
///
/// Borrows the file; holds no memory for decoding, which a [`Stream`] (for
/// playing) or [`Points`] (for single positions) borrows from the caller.
///
/// ```
/// # fn play(flash: &[u8]) -> Result<(), nex_runtime::Error> {
/// use nex_runtime::compact::CompactDecoder;
///
/// let decoder = CompactDecoder::parse(flash)?; // checks everything, once
/// let mut memory = [0i32; 2048]; // decoder.stream_len() says how much it takes
/// let mut block = [0i16; 128];
/// if let Ok(mut stream) = decoder.stream(&mut memory) {
///     while stream.decode_block(&mut block) > 0 { /* hand it to the DAC */ }
/// }
/// # Ok(())
/// # }
/// # assert_eq!(play(b"RIFF"), Err(nex_runtime::Error::BadMagic));
/// ```
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct CompactDecoder<'a> {
    sound: Compact<'a>,
}

impl<'a> CompactDecoder<'a> {
    /// Parses and checks a whole file; see [`Compact::parse`]. Can be computed
    /// in a constant: [`include_nex!`](crate::include_nex) has an example.
    ///
    /// # Errors
    /// Says what is wrong with the bytes.
    ///
    /// # Panics
    /// Never; nor does any method after it.
    pub const fn parse(bytes: &'a [u8]) -> Result<Self, Error> {
        match Compact::parse(bytes) {
            Ok(sound) => Ok(Self { sound }),
            Err(e) => Err(e),
        }
    }

    /// The parsed file.
    #[must_use]
    pub const fn sound(&self) -> &Compact<'a> {
        &self.sound
    }

    /// Its header.
    #[must_use]
    pub const fn header(&self) -> &CompactHeader {
        self.sound.header()
    }

    /// Words of memory that a [`Stream`] takes: two for each sample of the
    /// longest block and channel, so 4 KB for blocks of 512 in mono.
    #[must_use]
    pub const fn stream_len(&self) -> usize {
        let header = self.header();
        let tail = 1 << header.max_log2 >> 1;
        (block::words(header.max_log2) + tail) * header.channels as usize
    }

    /// Words of memory that [`Points`] take: two and a half for each sample
    /// of the longest block and channel.
    #[must_use]
    pub const fn points_len(&self) -> usize {
        let header = self.header();
        (block::words(header.max_log2) + (1 << header.max_log2)) * header.channels as usize
    }

    /// Plays the sound, from its beginning. What the memory holds does not
    /// matter.
    ///
    /// # Errors
    /// [`DecodeError::ScratchTooSmall`] below [`stream_len`](Self::stream_len)
    /// words.
    pub fn stream<'m>(&self, memory: &'m mut [i32]) -> Result<Stream<'a, 'm>, DecodeError> {
        let needed = self.stream_len();
        Stream::new(self, memory).ok_or(DecodeError::ScratchTooSmall { needed })
    }

    /// Evaluates the sound at single positions, between the samples too.
    ///
    /// # Errors
    /// [`DecodeError::ScratchTooSmall`] below [`points_len`](Self::points_len)
    /// words.
    pub fn points<'m>(&self, memory: &'m mut [i32]) -> Result<Points<'a, 'm>, DecodeError> {
        let needed = self.points_len();
        Points::new(self, memory).ok_or(DecodeError::ScratchTooSmall { needed })
    }
}
