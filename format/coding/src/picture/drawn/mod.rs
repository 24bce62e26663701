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
use place::NEARS;

/// How fast answers learn.
const RATE: u32 = 3;
/// Pixels of a run.
const RUN: usize = 4;

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
    let width = width.min(BLOCK);
    // How the pixels of the row above were coded, and one more to the right.
    let mut above = [0u8; BLOCK + 1];
    for y in 0..height.min(BLOCK) {
        let mut left = 0;
        let mut x = 0;
        while x < width {
            let [north, east] = above.get(x..).and_then(|a| a.first_chunk()).map_or([0; 2], |a| *a);
            let near = usize::from((left * 4 + north) * 4 + east) & (NEARS - 1);
            let run = if x % RUN == 0 && x + RUN <= width { state.sheet.flat(x, y) } else { None };
            let all = |colour| (x..x + RUN).all(|x| given(x, y) == Some(colour));
            if let Some(colour) = run
                && pixel::run(coder, state, colour, all(colour))
            {
                state.sheet.put_run(x, y, colour);
                left = 0;
                above.iter_mut().skip(x).take(RUN).for_each(|class| *class = 0);
                x += RUN;
                continue;
            }
            let around = state.sheet.around(x, y);
            let (colour, class) =
                pixel::pixel(coder, state, memory, form, (&around, near), given(x, y));
            state.sheet.put(x, y, colour);
            left = class;
            if let Some(class) = above.get_mut(x) {
                *class = left;
            }
            x += 1;
        }
        state.sheet.end_row(y, width);
    }
}
