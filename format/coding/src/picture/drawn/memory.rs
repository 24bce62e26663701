//! Which colour came last among the same neighbours?

use super::form::{Form, half, whole};

/// Entries by a hash of neighbours: a colour, and a mark of five bits of the hash and of
/// how often it was right, 1 to 7; 0 of an entry that is empty.
#[derive(Debug)]
pub struct Memory<'m> {
    colours: &'m mut [u32],
    marks: &'m mut [u8],
    log2: u32,
    halves: bool,
}

/// Counts go up to this.
pub(super) const MOST: u8 = 7;

/// What an entry says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Said {
    /// The colour.
    pub colour: u32,
    /// How often it was right, 1 to 7.
    pub count: u8,
}

/// Where an entry is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot {
    place: usize,
    tag: u8,
}

impl<'m> Memory<'m> {
    /// Words that the colours of so many entries take.
    #[must_use]
    pub const fn colours_len(form: Form) -> usize {
        (1 << form.memory) >> form.halves() as u32
    }

    /// With [so many](Self::colours_len) words of colours and a mark for every entry; goes
    /// on with what is there.
    pub fn new(form: Form, colours: &'m mut [u32], marks: &'m mut [u8]) -> Self {
        let log2 = u32::from(form.memory).clamp(1, 27);
        Self { colours, marks, log2, halves: form.halves() }
    }

    #[inline]
    fn colour(&self, place: usize) -> Option<u32> {
        if !self.halves {
            return self.colours.get(place).copied();
        }
        let two = self.colours.get(place / 2)?;
        Some(whole(two >> (place % 2 * 16)))
    }

    #[inline]
    fn keep(&mut self, place: usize, colour: u32) {
        let at = if self.halves { place / 2 } else { place };
        let Some(to) = self.colours.get_mut(at) else { return };
        let shift = place % 2 * 16;
        *to = if self.halves { *to & !(0xffff << shift) | half(colour) << shift } else { colour };
    }

    /// Becomes empty.
    pub fn forget(&mut self) {
        self.marks.fill(0);
    }

    /// Where the entry of a hash is.
    #[inline]
    pub(super) const fn slot(&self, hash: u32) -> Slot {
        let top = hash >> (27 - self.log2);
        Slot { place: (top >> 5) as usize, tag: (top & 31) as u8 }
    }

    /// What it says.
    #[inline]
    pub(super) fn ask(&self, slot: Slot) -> Option<Said> {
        let mark = self.marks.get(slot.place).copied()?;
        if mark & MOST == 0 || mark >> 3 != slot.tag {
            return None;
        }
        Some(Said { colour: self.colour(slot.place)?, count: mark & MOST })
    }

    /// Learns that a colour was right, where `said` was said before.
    #[inline]
    pub(super) fn learn(&mut self, slot: Slot, said: Option<Said>, colour: u32) {
        let Some(mark) = self.marks.get_mut(slot.place) else { return };
        let count = *mark & MOST;
        match said {
            Some(said) if said.colour == colour => *mark += u8::from(count < MOST),
            // Others' colours go when they are old.
            None if count > 1 => *mark = (*mark & !MOST) | (count / 2),
            _ => {
                *mark = slot.tag << 3 | 1;
                self.keep(slot.place, colour);
            }
        }
    }
}
