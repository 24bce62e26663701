//! How does a block of a drawn picture become colours?

use nex_coding::{
    picture::drawn::{self, Form, Memory, State},
    range::Decoder,
};

/// Decodes a block of so many columns and rows, 32 of each at most, into the state's sheet.
#[inline(never)]
pub fn block(
    coder: &mut Decoder<'_>,
    state: &mut State,
    memory: &mut Memory<'_>,
    form: Form,
    size: (usize, usize),
) {
    drawn::block(coder, state, memory, form, size, |_, _| None);
}

/// The samples of a row's colours, zeros after them.
#[inline(never)]
pub fn samples(form: Form, colours: &[u32], out: &mut [[u8; 4]]) {
    let row = out.iter_mut().zip(colours);
    if form.gray {
        row.for_each(|(to, &colour)| *to = form.samples(colour));
    } else {
        row.for_each(|(to, colour)| *to = colour.to_le_bytes());
    }
}
