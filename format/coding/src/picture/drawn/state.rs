//! What is known of a drawn tile so far, but for its memory?

use super::{
    Sheet,
    place::{self, COUNT},
};

/// How many colours are kept.
pub(super) const RECENT: usize = 64;
/// How many flat ones.
pub(super) const FLAT: usize = 4;

/// What a tile has taught, and the block that is coded.
#[derive(Clone, Copy, Debug, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C)]
pub struct State {
    /// The block's colours.
    pub sheet: Sheet,
    /// The colours seen last, each once.
    pub(super) recent: [u32; RECENT],
    /// Those that were seen twice side by side, and above.
    pub(super) flat: [u32; FLAT],
    /// How many of the recent and of the flat ones there are, and how often the memory
    /// was right without a break.
    pub(super) recents: u16,
    pub(super) flats: u16,
    pub(super) run: u16,
    unused: [u16; 1 - COUNT % 2],
    pub(super) answers: [i16; COUNT],
}

impl State {
    /// At a tile's beginning.
    #[must_use]
    pub fn new() -> Self {
        let mut state: Self = bytemuck::Zeroable::zeroed();
        state.begin();
        state
    }

    /// Becomes a [`new`](Self::new) one, in place: 9 KB have no room on the stack.
    pub fn begin(&mut self) {
        bytemuck::bytes_of_mut(self).fill(0);
        place::start(&mut self.answers);
    }

    /// Likewise with other answers, for who trains them.
    pub fn begin_with(&mut self, answers: &[i16; COUNT]) {
        self.begin();
        self.answers = *answers;
    }

    /// What the answers have become.
    #[must_use]
    pub const fn answers(&self) -> &[i16; COUNT] {
        &self.answers
    }

    /// A colour was seen: it is the first of the recent ones.
    #[inline]
    pub(super) fn saw(&mut self, colour: u32) {
        to_front(&mut self.recent, &mut self.recents, colour);
    }

    /// Likewise of the flat ones.
    #[inline]
    pub(super) fn saw_flat(&mut self, colour: u32) {
        to_front(&mut self.flat, &mut self.flats, colour);
    }
}

impl Default for State {
    fn default() -> Self {
        Self::new()
    }
}

/// Makes a colour the first of those that are kept.
#[inline]
fn to_front(kept: &mut [u32], count: &mut u16, colour: u32) {
    if *count > 0 && kept.first() == Some(&colour) {
        return;
    }
    let known = usize::from(*count).min(kept.len());
    let place = kept.iter().take(known).position(|&kept| kept == colour);
    let end = match place {
        Some(place) => place,
        None if known < kept.len() => {
            *count += 1;
            known
        }
        None => known.saturating_sub(1),
    };
    // Those before it move up.
    let mut moved = colour;
    kept.iter_mut().take(end + 1).for_each(|place| core::mem::swap(place, &mut moved));
}
