//! How is a drawn picture (icon, interface, text) coded, without loss?
//!
//! By pixel experts: each names one colour, and a chain of decisions asks one after the
//! other whether it is the right one. The [`Memory`] says which colour came last among
//! the same neighbours; then the neighbours themselves are asked; then the colours seen
//! of late; then mixtures of two flat colours, as edges have them; the last one is an
//! ordinary prediction that has a remainder.
//!
//! Blocks of 32 x 32 pixels, row by row in each of them.

mod around;
mod form;
mod memory;
pub(super) mod models;
mod pixel;
pub mod place;
mod remainder;
mod sheet;
mod state;

pub use form::{Form, MAX_MEMORY, MIN_MEMORY};
pub use memory::Memory;
pub use place::start;
pub use sheet::{AHEAD, Sheet};
pub use state::State;

use super::BLOCK;
use crate::range::Coder;

/// How fast answers learn.
const RATE: u32 = 3;

/// Codes a block of so many columns and rows, 32 of each at most, whose pixels go to the
/// state's sheet; `given` is the colour of a pixel, which only an encoder knows.
pub fn block(
    coder: &mut impl Coder,
    state: &mut State,
    memory: &mut Memory<'_>,
    form: Form,
    (width, height): (usize, usize),
    given: impl Fn(usize, usize) -> Option<u32>,
) {
    // How the pixels of the row above were coded, and one more to the right.
    let mut above = [0u8; BLOCK + 1];
    for y in 0..height.min(BLOCK) {
        let mut left = 0;
        for x in 0..width.min(BLOCK) {
            let around = state.sheet.around(x, y);
            let [north, east] = above.get(x..).and_then(|a| a.first_chunk()).map_or([0; 2], |a| *a);
            let near = usize::from((left * 4 + north) * 4 + east) & 63;
            let (colour, class) =
                pixel::pixel(coder, state, memory, form, (&around, near), given(x, y));
            state.sheet.put(x, y, colour);
            left = class;
            if let Some(class) = above.get_mut(x) {
                *class = left;
            }
        }
        state.sheet.end_row(y, width);
    }
}
