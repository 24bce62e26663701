//! What is the order of a chunk's decisions?
//!
//! The same code writes and reads: it is generic over the [`Coder`].

use super::{MODELS, Model, SoundHeader};
use crate::{
    around::{Neighbours, Path},
    classes::Classes,
    magnitude::code_weights,
    partition::{EVEN, Head, NOISE_BANDS, Partition},
    range::{Coder, Decoder},
    spectrum::{Envelope, ScaleFactors},
    trellis::State,
};

/// What holds for a whole chunk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Choice {
    /// Which of the [`MODELS`], 0 or 1.
    pub model: u8,
    /// By which angle the channels of a stereo sound are turned, in 1/32 of a
    /// turn, 0 to 15.
    pub angle: u8,
}

/// A chunk while it is coded: all that its decisions depend on, but for the
/// magnitudes of earlier blocks.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Chunk {
    header: SoundHeader,
    choice: Choice,
    partition: Partition,
    classes: Classes,
    before: Head,
    /// Samples coded so far.
    at: u32,
}

impl Chunk {
    /// A chunk of which nothing is coded yet.
    #[must_use]
    #[inline(always)]
    pub const fn blank(header: &SoundHeader) -> Self {
        Self {
            header: *header,
            choice: Choice { model: 0, angle: 0 },
            partition: Partition::new(),
            classes: Classes::new(&MODELS[0].starts),
            before: first_head(header),
            at: 0,
        }
    }

    /// Codes what comes before the first block.
    pub fn new(header: &SoundHeader, coder: &mut impl Coder, choice: Choice) -> Self {
        let mut chunk = Self::blank(header);
        chunk.choose(coder, choice);
        chunk
    }

    fn choose(&mut self, coder: &mut impl Coder, Choice { model, angle }: Choice) {
        let model = coder.raw(1, model.into()) as u8;
        let angle = if self.header.is_stereo() { coder.raw(4, angle.into()) as u8 } else { 0 };
        self.choice = Choice { model, angle };
        self.classes = Classes::new(&self.model().starts);
    }

    /// What holds for the chunk.
    #[must_use]
    pub const fn choice(&self) -> Choice {
        self.choice
    }

    /// The chunk's model.
    #[must_use]
    pub fn model(&self) -> &'static Model {
        let [first, ..] = MODELS;
        MODELS.get(usize::from(self.choice.model)).copied().unwrap_or(first)
    }

    /// Samples coded so far, of each channel.
    #[must_use]
    pub const fn at(&self) -> u32 {
        self.at
    }

    /// What the weights have taught so far.
    #[must_use]
    pub const fn classes(&self) -> &Classes {
        &self.classes
    }

    /// log2 of the longest block that may come next: blocks are aligned to
    /// their lengths.
    #[must_use]
    pub fn allowed(&self) -> u8 {
        (self.at.trailing_zeros() as u8).min(self.header.max_log2)
    }

    /// Whether the next block carries envelopes: one is due every 32 ms or so,
    /// and blocks are aligned to their lengths.
    #[must_use]
    pub fn envelope_due(&self) -> bool {
        let cell = 1u32 << Self::envelope_log2(&self.header);
        self.header.has_envelopes() && self.at & (cell - 1) == 0
    }

    /// log2 of the samples between envelopes: about 32 ms, rounded down, but
    /// no less than the shortest and no more than the longest block.
    #[must_use]
    pub fn envelope_log2(header: &SoundHeader) -> u8 {
        let log2 = (header.rate_hz / 31).max(1).ilog2() as u8;
        log2.min(header.max_log2).max(header.min_log2)
    }

    /// Codes the head of the next block.
    pub fn head(&mut self, coder: &mut impl Coder, head: &Head) -> Head {
        let (allowed, due) = (self.allowed(), self.envelope_due());
        let head = self.partition.code(
            (coder, &mut self.classes),
            &self.header,
            (&self.before, allowed, due),
            head,
        );
        self.before = head;
        self.at = self.at.saturating_add(1 << head.log2);
        head
    }

    /// Step, level and noise of the block that `head` describes.
    #[must_use]
    pub fn factors(&self, head: &Head, channel: usize) -> ScaleFactors {
        let envelope = head.envelopes.get(channel).copied().unwrap_or_default();
        ScaleFactors::new(&self.header, &self.model().codebook, envelope, head.log2)
    }

    /// Codes the weights of one channel of a block in place; those past the
    /// coded ones become zero.
    pub fn weights(
        &mut self,
        coder: &mut impl Coder,
        (head, channel): (&Head, usize),
        around: &Neighbours<'_>,
        weights: &mut [i32],
    ) {
        let (coded, zero) = weights.split_at_mut(head.coded(channel).min(weights.len()));
        let mut path = Path::START;
        let from = (0, &mut path);
        code_weights(coder, &mut self.classes, around, from, coded, |weight, _| weight);
        zero.fill(0);
    }

    /// Reads weights of one channel of a block, those from `from` on: their values in
    /// 1/64 of a step.
    ///
    /// Compiled in the package that calls it, with the optimisation of that.
    #[inline]
    pub fn values(
        &mut self,
        coder: &mut impl Coder,
        from: (usize, &mut Path),
        around: &Neighbours<'_>,
        values: &mut [i32],
    ) {
        let offsets = self.header.offsets;
        let value = |weight, state: State| state.value(weight, &offsets);
        code_weights(coder, &mut self.classes, around, from, values, value);
    }
}

/// What the first block's head is held against.
const fn first_head(header: &SoundHeader) -> Head {
    Head {
        log2: header.max_log2,
        overlap: header.max_log2,
        envelopes: [Envelope { low: 0, high: 0, gain: 12 }; 2],
        ends: [8; 2],
        noises: [[2; NOISE_BANDS]; 2],
        fades: [EVEN; 2],
    }
}

/// The reading side, compiled in this package.
impl Chunk {
    /// Is of another sound from now on, in its place; nothing of it is coded yet.
    pub const fn belong_to(&mut self, header: &SoundHeader) {
        self.header = *header;
        self.at = 0;
    }

    /// Becomes the chunk, of the same sound, whose beginning `coder` reads: in
    /// its place, for a chunk is large.
    pub fn restart(&mut self, coder: &mut Decoder<'_>) {
        self.partition = Partition::new();
        self.before = first_head(&self.header);
        self.at = 0;
        self.choose(coder, Choice::default());
    }

    /// Reads the head of the next block.
    #[inline(never)]
    pub fn decode_head(&mut self, coder: &mut Decoder<'_>) -> Head {
        self.head(coder, &Head::default())
    }
}
