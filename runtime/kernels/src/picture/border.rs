//! The pixels around a square, from which it is predicted.

/// Pixels before a side's: room for what a direction makes of the other one.
const BEFORE: usize = 32;
/// One side of a border: what comes before, the corner, 64 pixels, and one that is met
/// by no part.
pub(super) type Line = [i16; BEFORE + 1 + 64 + 1];
/// Where the corner lies.
pub(super) const CORNER: usize = BEFORE;

/// The pixels to the left of and above a square of `side` pixels, twice as many each.
#[derive(Clone, Copy, Debug, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C)]
pub struct Border {
    side: u32,
    /// From the square's top downwards.
    pub(super) left: Line,
    /// From the square's left edge on.
    pub(super) above: Line,
}

impl Border {
    /// Of nothing.
    pub(super) const NEW: Self = Self { side: 0, left: [0; _], above: [0; _] };

    /// Of a square of 4, 8, 16 or 32 pixels a side from now on.
    #[inline]
    pub(super) const fn begin(&mut self, side: usize) {
        self.side = side as u32;
    }

    /// Pixels along the square's side.
    #[inline]
    pub(super) const fn side(&self) -> usize {
        self.side as usize
    }

    /// Those to the left and above that are beside the square itself.
    #[inline]
    pub(super) fn beside(&self) -> [&[i16]; 2] {
        [&self.left, &self.above]
            .map(|line| line.get(CORNER + 1..CORNER + 1 + self.side()).unwrap_or_default())
    }

    /// The first ones to the left, to be set.
    #[inline]
    pub(super) fn left_mut(&mut self, count: usize) -> &mut [i16] {
        self.left.get_mut(CORNER + 1..CORNER + 1 + count).unwrap_or_default()
    }

    /// Likewise above.
    #[inline]
    pub(super) fn above_mut(&mut self, count: usize) -> &mut [i16] {
        self.above.get_mut(CORNER + 1..CORNER + 1 + count).unwrap_or_default()
    }

    /// Of the pixels above, `wide` are known, to the left `high`. The last known one
    /// stands for those after it, the first of one side for all of the other,
    /// `middle` for everything.
    pub(super) fn complete(&mut self, wide: usize, high: usize, corner: i16, middle: i16) {
        let first = |line: &Line, known| Some(line[CORNER + 1]).filter(|_| known > 0);
        let (above, left) = (first(&self.above, wide), first(&self.left, high));
        let corner = match (above, left) {
            (Some(_), Some(_)) => corner,
            (Some(only), None) | (None, Some(only)) => only,
            (None, None) => middle,
        };
        let long = 2 * self.side();
        extend(&mut self.above, (corner, wide, long), left.unwrap_or(middle));
        extend(&mut self.left, (corner, high, long), above.unwrap_or(middle));
    }
}

fn extend(line: &mut Line, (corner, known, long): (i16, usize, usize), other: i16) {
    let [.., last] = line.get(..CORNER + 1 + known).unwrap_or_default() else { return };
    let last = if known > 0 { *last } else { other };
    line[CORNER] = corner;
    let unknown = line.get_mut(CORNER + 1 + known..CORNER + 1 + long).unwrap_or_default();
    unknown.iter_mut().for_each(|to| *to = last);
}
