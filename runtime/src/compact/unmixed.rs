//! Of pictures with drawn blocks nothing is known: they are not opened.

use nex_coding::{
    picture::{Colour, PictureHeader, gate},
    range::Decoder,
};
use nex_kernels::picture::Canvas;

/// What would decode them.
#[derive(Debug)]
pub(super) struct Drawn<'m>(core::marker::PhantomData<&'m mut [u32]>);

impl<'m> Drawn<'m> {
    pub const fn memory_len(_: &PictureHeader) -> usize {
        0
    }

    pub const fn new(_: &PictureHeader, _: &'m mut [u32]) -> Option<Self> {
        Some(Self(core::marker::PhantomData))
    }

    pub const fn begin(&mut self) {}

    pub const fn step(&mut self, _: (usize, usize), _: usize) {}

    #[allow(clippy::unused_self)]
    pub fn kind(&mut self, coder: &mut Decoder<'_>, tables: &mut [i16], _: [bool; 2]) -> bool {
        gate::kind(coder, tables, false);
        false
    }

    pub const fn block(&mut self, _: &mut Decoder<'_>, _: usize, _: (usize, usize)) {}

    #[allow(clippy::unused_self)]
    pub const fn paint(&self, _: Colour, _: (usize, usize), _: (usize, usize), _: &mut Canvas) {}

    pub fn leave(&mut self, _: usize, _: impl Fn(u32, u32) -> [u8; 4]) {}
}
