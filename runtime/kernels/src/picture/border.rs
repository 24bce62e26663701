//! The pixels around a square, from which it is predicted.

/// The pixels to the left of and above a square of `side` pixels, twice as many each.
#[derive(Clone, Debug)]
pub struct Border {
    side: usize,
    left: [i16; 64],
    above: [i16; 64],
    /// Between the two.
    pub corner: i16,
}

impl Border {
    /// Around a square of 4, 8, 16 or 32 pixels a side.
    pub(super) const fn new(side: usize) -> Self {
        Self { side, left: [0; 64], above: [0; 64], corner: 0 }
    }

    /// Pixels along the square's side.
    pub(super) const fn side(&self) -> usize {
        self.side
    }

    /// From the square's top downwards.
    #[must_use]
    pub fn left(&self) -> &[i16] {
        self.left.get(..2 * self.side).unwrap_or_default()
    }

    /// From the square's left edge on.
    #[must_use]
    pub fn above(&self) -> &[i16] {
        self.above.get(..2 * self.side).unwrap_or_default()
    }

    pub(super) fn left_mut(&mut self) -> &mut [i16] {
        self.left.get_mut(..2 * self.side).unwrap_or_default()
    }

    pub(super) fn above_mut(&mut self) -> &mut [i16] {
        self.above.get_mut(..2 * self.side).unwrap_or_default()
    }

    /// Of the pixels above, `wide` are known, to the left `high`. The last known one
    /// stands for those after it, the first of one side for all of the other,
    /// `middle` for everything.
    pub(super) fn complete(&mut self, wide: usize, high: usize, corner: i16, middle: i16) {
        let first = |side: &[i16], known| side.first().copied().filter(|_| known > 0);
        let (above, left) = (first(&self.above, wide), first(&self.left, high));
        self.corner = match (above, left) {
            (Some(_), Some(_)) => corner,
            (Some(only), None) | (None, Some(only)) => only,
            (None, None) => middle,
        };
        extend(self.above_mut(), wide, left.unwrap_or(middle));
        extend(self.left_mut(), high, above.unwrap_or(middle));
    }
}

fn extend(pixels: &mut [i16], known: usize, other: i16) {
    let last = known.checked_sub(1).and_then(|last| pixels.get(last).copied());
    pixels.iter_mut().skip(known).for_each(|pixel| *pixel = last.unwrap_or(other));
}
