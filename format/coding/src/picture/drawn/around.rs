//! Which colours lie around a pixel?

/// The colours to the left and above.
#[derive(Clone, Copy, Debug)]
pub struct Around {
    /// Two to the left, one to the left.
    pub(super) left: [u32; 2],
    /// From two to the left of above to two to the right.
    pub(super) above: [u32; 5],
    /// From one to the left of two above to one to the right.
    pub(super) over: [u32; 3],
}

impl Around {
    /// Left, above, above left, above right.
    #[inline]
    pub(super) const fn nearest(&self) -> [u32; 4] {
        let [_, west] = self.left;
        let [_, north_west, north, north_east, _] = self.above;
        [west, north, north_west, north_east]
    }

    /// Which of them are the same, in six bits.
    #[inline]
    pub(super) fn equal(&self) -> usize {
        let [west, north, north_west, north_east] = self.nearest();
        let ([farther, _], [_, higher, _]) = (self.left, self.over);
        usize::from(west == north)
            | usize::from(west == north_west) << 1
            | usize::from(north == north_west) << 2
            | usize::from(north == north_east) << 3
            | usize::from(west == farther) << 4
            | usize::from(north == higher) << 5
    }

    /// Hashes of the six nearest colours and of all ten.
    #[inline]
    pub(super) fn hashes(&self) -> [u32; 2] {
        let mix = |hash: u32, colour: u32| (hash.rotate_left(5) ^ colour).wrapping_mul(0x9e37_79b1);
        let ends = |hash: u32| (hash ^ hash >> 15).wrapping_mul(0x2c1b_3c6d);
        let ([farther, _], [first, higher, last]) = (self.left, self.over);
        let close = self.nearest().into_iter().chain([farther, higher]).fold(0, mix);
        let [beside, .., ahead] = self.above;
        let far = [beside, ahead, first, last].into_iter().fold(close, mix);
        [ends(close), ends(far ^ 0x5bd1_e995)]
    }
}
