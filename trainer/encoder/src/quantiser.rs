//! What is the encoder free to choose?

/// What the encoder is free to choose for a whole sound.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quantiser {
    /// See [`SoundHeader::step`](nex_coding::sound::SoundHeader::step), and the next.
    pub step: u16,
    /// How much of the spectrum's shape the step follows, in sixteenths.
    pub gamma: u8,
    /// The loudest noise in place of zeros, in eighths of what one level stands for.
    pub fill: u8,
    /// By how much the step rises over the band, in half octaves.
    pub tilt: u8,
    /// See [`SoundHeader::offsets`](nex_coding::sound::SoundHeader::offsets).
    pub offsets: [i8; 3],
    /// Squared error, in steps, that a bit is worth.
    pub lambda: f32,
}
