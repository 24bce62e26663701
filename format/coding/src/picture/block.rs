//! What do the planes of a block have in common?

use super::{gate::RATE, place};
use crate::{additive::decide, range::Coder};

/// The least field; the largest is 3.
pub const MIN_FIELD: i8 = -4;
/// The largest one.
pub const MAX_FIELD: i8 = 3;

/// What holds for all planes of a block, decided at its start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Common {
    /// It is [drawn](super::drawn), in a picture that has both kinds of blocks; then it is
    /// not filtered, and its field is 0.
    pub drawn: bool,
    /// The post filter is applied.
    pub filtered: bool,
    /// Steps are larger by so many quarters of an octave, [`MIN_FIELD`] to
    /// [`MAX_FIELD`].
    pub field: i8,
}

impl Common {
    /// Of a drawn block.
    pub const DRAWN: Self = Self { drawn: true, filtered: false, field: 0 };

    /// As it is kept in a line over the blocks.
    #[must_use]
    pub const fn to_byte(self) -> u8 {
        (self.field as u8) << 2 | (self.drawn as u8) << 1 | self.filtered as u8
    }

    /// The other way round.
    #[must_use]
    pub const fn from_byte(byte: u8) -> Self {
        Self { drawn: byte & 2 != 0, filtered: byte & 1 != 0, field: byte as i8 >> 2 }
    }

    /// By how much steps are larger, in 1/32 octaves.
    #[must_use]
    pub const fn more(self) -> i32 {
        8 * self.field as i32
    }
}

/// Codes what the planes of a block of leaves have in common; `filters` and `fields` say what the
/// picture has at all, `around` is what is to the left and above.
pub fn code(
    coder: &mut impl Coder,
    tables: &mut [i16],
    (filters, fields): (bool, bool),
    around: [Common; 2],
    given: Common,
) -> Common {
    let [left, above] = around;
    let field =
        if fields { field(coder, tables, [left.field, above.field], given.field) } else { 0 };
    let place = place::FILTERED + 2 * usize::from(left.filtered) + usize::from(above.filtered);
    let filtered = filters && decide::<RATE, _>(coder, tables, &[place], given.filtered);
    Common { drawn: false, filtered, field }
}

fn field(coder: &mut impl Coder, tables: &mut [i16], [left, above]: [i8; 2], given: i8) -> i8 {
    let about = (left + above) >> 1;
    let apart = usize::from(left.abs_diff(above)).min(2);
    let off = given - about;
    if !decide::<RATE, _>(coder, tables, &[place::FIELD_OTHER + apart], off != 0) {
        return about;
    }
    let larger = match about {
        MIN_FIELD => true,
        MAX_FIELD => false,
        _ => decide::<RATE, _>(coder, tables, &[place::FIELD_LARGER + apart], off > 0),
    };
    let most = if larger { MAX_FIELD - about } else { about - MIN_FIELD };
    let mut size = 1;
    while size < most {
        let place = place::FIELD_FARTHER + (size as usize - 1).min(2);
        if !decide::<RATE, _>(coder, tables, &[place], off.abs() > size) {
            break;
        }
        size += 1;
    }
    if larger { about + size } else { about - size }
}
