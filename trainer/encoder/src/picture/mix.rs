//! Which blocks of a picture are drawn?
//!
//! Those that cost less so. What a block of leaves costs is estimated for each by itself,
//! as if those around it were as they are in the picture; what drawn ones cost, by coding
//! them one after the other, as their decoder learns. Twice: blocks that are not drawn in
//! the end have taught the others nothing.

use super::{
    Pixels, Settings,
    block::Picture,
    drawn::{Pen, enough},
};
use crate::additive::Cost;
use nex_coding::picture::{
    BLOCK, Drawn, PictureHeader,
    block::Common,
    drawn::{Form, MAX_MEMORY, MIN_MEMORY, State},
    place, start,
};
use nex_format::{Error, Part};
use nex_kernels::picture::TRAINED;
use rayon::prelude::*;

/// May blocks of a picture be drawn, without loss, as those of text and of interfaces are
/// small?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mix {
    /// All blocks are made of leaves: decoders need nothing more.
    Never,
    /// Those are drawn that cost less so.
    Auto {
        /// log2 of the most entries that the decoder's memory may have, 4 to 16, of 5 bytes
        /// each. It gets fewer where more do not help.
        memory: u8,
    },
}

impl Default for Mix {
    fn default() -> Self {
        Self::Auto { memory: 12 }
    }
}

/// The kinds of a tile's blocks.
#[derive(Clone, Debug)]
pub(super) struct Kinds {
    /// What drawn blocks are like.
    pub form: Form,
    /// Which blocks are drawn, row by row.
    pub drawn: Vec<bool>,
}

/// Drawn blocks are not worth more work, and their decoder's memory, unless they save so
/// many bits in all.
const LEAST: f32 = 512.0;
/// A memory of a quarter is taken if drawn blocks take at most 1 / this more bits.
const SPARED: f32 = 64.0;

/// A tile, and what its blocks cost.
struct Tile<'p> {
    pixels: &'p Pixels,
    /// Bits that a block of leaves is worth, if it may be drawn.
    leaves: Vec<Option<f32>>,
    drawn: Vec<bool>,
}

/// The header of a picture, and the kinds of each tile's blocks if some are drawn; `header`
/// and `settings` are those of a picture without any.
pub(super) fn plan(
    tiles: &[Pixels],
    mix: Mix,
    (header, settings): (PictureHeader, &Settings),
) -> Result<(PictureHeader, Option<Vec<Kinds>>), Error> {
    let Mix::Auto { memory } = mix else { return Ok((header, None)) };
    if !(MIN_MEMORY..=MAX_MEMORY).contains(&memory) {
        return Err(Error::BadHeader(Part::Form));
    }
    let mixed = |memory| PictureHeader {
        drawn: Some(Drawn { memory, display: false, mixed: true }),
        ..header
    };
    let form = |memory| mixed(memory).form().ok_or(Error::BadHeader(Part::Form));
    let mut memory = memory.min(enough(&header));
    let most = form(memory)?;
    let tile = |pixels| Tile::new(pixels, settings, most);
    let tiles: Vec<Tile<'_>> = tiles.par_iter().map(tile).collect();
    let saved: f32 = tiles.iter().map(|tile| tile.saved(most)).sum();
    if saved < LEAST {
        return Ok((header, None));
    }
    let bits = |form: Form| -> f32 {
        tiles
            .par_iter()
            .map(|tile| tile.bits(form).iter().sum::<f32>())
            .collect::<Vec<_>>()
            .iter()
            .sum()
    };
    let limit = bits(most) * (1.0 + 1.0 / SPARED);
    while memory >= MIN_MEMORY + 2 && bits(form(memory - 2)?) <= limit {
        memory -= 2;
    }
    let form = form(memory)?;
    let kinds = tiles.into_iter().map(|tile| Kinds { form, drawn: tile.drawn }).collect();
    Ok((mixed(memory), Some(kinds)))
}

impl<'p> Tile<'p> {
    fn new(pixels: &'p Pixels, settings: &Settings, form: Form) -> Self {
        let drawn: Vec<bool> = corners(pixels).map(|at| is_flat(pixels, at)).collect();
        let mut tile = Self { pixels, leaves: vec![None; drawn.len()], drawn };
        if tile.drawn.contains(&true) {
            tile.estimate(settings, &tile.bits(form));
            for _ in 0..2 {
                let bits = tile.bits(form);
                for ((drawn, leaves), bits) in tile.drawn.iter_mut().zip(&tile.leaves).zip(bits) {
                    *drawn &= leaves.is_some_and(|leaves| bits < leaves);
                }
            }
        }
        tile
    }

    /// What blocks of leaves cost that may be drawn, but for those that take too many `bits`.
    fn estimate(&mut self, settings: &Settings, bits: &[f32]) {
        let settings = Settings { candidates: 1, ..*settings };
        let mut picture = Picture::new(self.pixels, &settings, &TRAINED);
        let fields = picture.fields(|block| self.drawn[block]);
        let mut tables = [0; place::COUNT];
        start(&mut tables);
        let all = corners(self.pixels).zip(&self.drawn).zip(fields).zip(&mut self.leaves);
        for ((((at, &drawn), field), leaves), bits) in all.zip(bits) {
            let common = Common { field, ..Common::default() };
            if drawn && settings.lambda * bits < picture.outline(at, common) {
                *leaves = Some(picture.estimate(at, common, &tables) / settings.lambda);
            }
        }
    }

    /// Bits of every drawn block.
    fn bits(&self, form: Form) -> Vec<f32> {
        let mut state = State::new();
        let mut pen = Pen::new(self.pixels, form, &mut state);
        let bits = corners(self.pixels).zip(&self.drawn).map(|(at, &drawn)| {
            pen.step(at);
            let mut cost = Cost::learning();
            if drawn {
                pen.block(&mut cost, at);
            } else {
                pen.pass(at);
            }
            cost.bits
        });
        bits.collect()
    }

    /// How many bits drawn blocks save.
    fn saved(&self, form: Form) -> f32 {
        if !self.drawn.contains(&true) {
            return 0.0;
        }
        let all = self.leaves.iter().zip(self.bits(form)).zip(&self.drawn);
        all.filter(|(_, drawn)| **drawn)
            .map(|((leaves, bits), _)| leaves.unwrap_or(0.0) - bits)
            .sum()
    }
}

/// The corners of all blocks, row by row.
fn corners(pixels: &Pixels) -> impl Iterator<Item = (usize, usize)> {
    let (width, height) = (pixels.width, pixels.height);
    let rows = (0..height).step_by(BLOCK);
    rows.flat_map(move |top| (0..width).step_by(BLOCK).map(move |left| (left, top)))
}

/// Whether a block may be drawn: half of its pixels, but for those at its left and upper
/// edge, are as the left or the upper one. Few of photographs' blocks are like that.
fn is_flat(pixels: &Pixels, (left, top): (usize, usize)) -> bool {
    let pixel = |x: usize, y: usize| {
        let place = (y * pixels.width + x) * pixels.channels;
        &pixels.samples[place..place + pixels.channels]
    };
    let (mut all, mut same) = (0, 0);
    for y in top + 1..pixels.height.min(top + BLOCK) {
        for x in left + 1..pixels.width.min(left + BLOCK) {
            all += 1;
            let own = pixel(x, y);
            same += usize::from(own == pixel(x - 1, y) || own == pixel(x, y - 1));
        }
    }
    2 * same > all
}
