//! Where in the signal, between the frames or pixels too?

/// A point in time in frames, as unsigned fixed point: 32 bits of frame
/// index, 32 bits of fraction (2^-32 frames).
///
/// In a picture: a distance in pixels from its left or upper edge, so that
/// pixel 0 has its centre at 1/2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Position(u64);

impl Position {
    /// One frame, as a step.
    pub const FRAME: Self = Self(1 << 32);

    /// The position of a frame.
    #[must_use]
    pub const fn from_frame(frame: u32) -> Self {
        Self((frame as u64) << 32)
    }

    /// A frame index and a fraction in 2^-32 frames.
    #[must_use]
    pub const fn new(frame: u32, fraction: u32) -> Self {
        Self((frame as u64) << 32 | fraction as u64)
    }

    /// The nearest position below `frames`; saturates, and NaN gives 0.
    ///
    /// ```
    /// # use nex_kernels::Position;
    /// assert_eq!(Position::from_f64(2.5), Position::new(2, 1 << 31));
    /// ```
    #[must_use]
    pub fn from_f64(frames: f64) -> Self {
        Self((frames * 4_294_967_296.0) as u64)
    }

    /// The centre of a picture's pixel, along one axis.
    #[must_use]
    pub const fn centre(pixel: u32) -> Self {
        Self::new(pixel, 1 << 31)
    }

    /// The step that plays a clip of `from_hz` on a device running at `to_hz`.
    ///
    /// Rounded down: late by at most 2^-32 frames a step. `to_hz == 0` gives
    /// [`Position::FRAME`].
    ///
    /// ```
    /// # use nex_kernels::Position;
    /// assert_eq!(Position::step(8_000, 16_000), Position::new(0, 1 << 31));
    /// ```
    #[must_use]
    pub const fn step(from_hz: u32, to_hz: u32) -> Self {
        match ((from_hz as u64) << 32).checked_div(to_hz as u64) {
            Some(step) => Self(step),
            None => Self::FRAME,
        }
    }

    /// `self` and half a step; saturates at the last position.
    #[must_use]
    pub const fn after_half(self, step: Self) -> Self {
        Self(self.0.saturating_add(step.0 / 2))
    }

    /// `self` less a half, modulo 2^32 frames as oscillators count them: of a position in a picture, which is measured from
    /// its edge, the one that is measured from the first pixel's centre.
    #[cfg(feature = "neural")]
    pub(crate) const fn less_half(self) -> Self {
        Self(self.0.wrapping_sub(1 << 31))
    }

    /// The pixel whose centre is nearest, of a position that
    /// [`less_half`](Self::less_half) gave.
    #[cfg(feature = "networks")]
    pub(crate) const fn pixel(self) -> u32 {
        (self.0.wrapping_add(1 << 31) >> 32) as u32
    }

    /// Along an axis of so many points, in which the first is at -1 and the
    /// last at 1: where a position is that is measured from the first point.
    #[cfg(feature = "networks")]
    pub(crate) fn coordinate(self, points: u32) -> f32 {
        let span = points.saturating_sub(1);
        let from_middle = self.0.wrapping_sub(u64::from(span) << 31) as i64;
        from_middle as f32 / (span.max(1) as f32 * 2_147_483_648.0)
    }

    /// Along an axis of so many points: how far from the first one towards the
    /// last one, in 2^-32 and at most 2^32, a position is that is measured from
    /// the first.
    #[cfg(feature = "networks")]
    pub(crate) const fn share(self, points: u32) -> u64 {
        let span = points.saturating_sub(1);
        match self.0.checked_div(span as u64) {
            Some(share) if share < 1 << 32 => share,
            Some(_) => 1 << 32,
            None => 0,
        }
    }

    /// How far an oscillator of this frequency has turned, in 2^-32 turns.
    #[cfg(feature = "neural")]
    pub(crate) const fn turn(self, frequency: i32) -> u32 {
        let whole = (frequency as u32).wrapping_mul(self.frame());
        match self.fraction() {
            0 => whole,
            part => whole.wrapping_add(((frequency as i64 * part as i64) >> 32) as u32),
        }
    }

    /// The frame at or before the position.
    #[must_use]
    pub const fn frame(self) -> u32 {
        (self.0 >> 32) as u32
    }

    /// How far past the frame, in 2^-32 frames.
    #[must_use]
    pub const fn fraction(self) -> u32 {
        self.0 as u32
    }

    /// `self + count * step`, or `None` past the last position.
    #[must_use]
    pub fn advance(self, step: Self, count: usize) -> Option<Self> {
        let count = u64::try_from(count).ok()?;
        self.0.checked_add(step.0.checked_mul(count)?).map(Self)
    }

    /// `self + count * step`, wrapping.
    #[cfg(feature = "neural")]
    pub(crate) const fn offset(self, step: Self, count: usize) -> Self {
        Self(self.0.wrapping_add(step.0.wrapping_mul(count as u64)))
    }
}
