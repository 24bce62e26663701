//! How is a tile of a compact picture coded whose leaves are given?

use crate::forge::Random;
use nex_coding::{
    picture::{
        BLOCK, CELLS, PictureHeader,
        block::{self, Common, MAX_FIELD, MIN_FIELD},
        cells::{Cell, Cells},
        gate,
        head::{self, Head, Leaf, PREDICTORS},
        place,
        scan::Zigzag,
        start,
        weights::{self, Diagonals},
    },
    range::{Coder, Encoder},
};

pub use nex_coding::picture::Plane;

/// A leaf's expert.
#[derive(Clone, Debug, Default)]
pub struct Expert {
    /// Its predictor.
    pub mode: u8,
    /// Sines, where there may be some.
    pub sine: bool,
    /// By column and row, those that are not 0.
    pub weights: Vec<((usize, usize), i32)>,
}

/// What a tile's blocks are like, asked in the order of its decisions.
pub trait Plan {
    /// What the next block's planes have in common.
    fn common(&mut self) -> Common;
    /// Whether a square of `4 << size` pixels is cut.
    fn cut(&mut self, size: usize) -> bool;
    /// The expert of a leaf.
    fn expert(&mut self, plane: Plane, size: usize) -> Expert;
}

/// Blocks at random; the predictors of a size take turns.
pub struct Turns<'r> {
    random: &'r mut Random,
    /// Leaves so far, by luma or chroma, and size.
    leaves: [[usize; 4]; 2],
    /// Magnitudes are at most one of these.
    largest: &'static [usize],
    /// Blocks say whether they are filtered; they have fields.
    has: (bool, bool),
}

impl<'r> Turns<'r> {
    /// Before the first leaf; magnitudes are at most one of `largest`, up to 32,768.
    pub const fn new(random: &'r mut Random, largest: &'static [usize]) -> Self {
        Self { random, leaves: [[0; 4]; 2], largest, has: (true, true) }
    }

    /// Every predictor of all sizes below so many had its turn, in luma and in chroma.
    #[must_use]
    pub fn are_over(&self, sizes: usize) -> bool {
        self.leaves.iter().all(|kind| kind.iter().take(sizes).all(|&n| n >= PREDICTORS))
    }

    /// Codes the tiles of a picture.
    ///
    /// # Panics
    /// Never.
    pub fn tiles(&mut self, header: &PictureHeader) -> Vec<Vec<u8>> {
        self.has = (header.filtered, header.fielded);
        let tiles = (0..header.tiles()).map(|index| {
            let (mut coder, tile) = (Encoder::new(), header.tile_at(index));
            code_tile(&mut coder, header, (tile.width as usize, tile.height as usize), self);
            coder.finish()
        });
        tiles.collect()
    }
}

impl Plan for Turns<'_> {
    fn common(&mut self) -> Common {
        let field = self.random.within(0..=(MAX_FIELD - MIN_FIELD) as usize) as i8 + MIN_FIELD;
        let filtered = self.random.within(0..=2) > 0;
        let (filters, fields) = self.has;
        let field = if fields { field } else { 0 };
        Common { drawn: false, filtered: filtered && filters, field }
    }

    fn cut(&mut self, size: usize) -> bool {
        self.random.within(0..=9) < [0, 4, 4, 8][size]
    }

    fn expert(&mut self, plane: Plane, size: usize) -> Expert {
        let count = &mut self.leaves[plane.kind()][size];
        // From one direction to another one that is far from it.
        let mode = (*count * 5 % PREDICTORS) as u8;
        *count += 1;
        // Few weights, mostly small and of low frequency.
        let weights = (0..self.random.within(0..=5)).map(|_| {
            let mut place =
                || self.random.within(0..=(2 << size) - 1) * self.random.within(0..=2) / 2;
            let at = (place(), place());
            let largest = self.largest[self.random.within(0..=self.largest.len() - 1)];
            let magnitude = self.random.within(1..=largest) as i32;
            (at, if self.random.within(0..=1) > 0 { -magnitude } else { magnitude })
        });
        Expert { mode, weights: weights.collect(), sine: self.random.within(0..=1) > 0 }
    }
}

/// Codes a tile of so many columns and rows.
///
/// # Panics
/// If blocks have in common what the header says they have not.
pub fn code_tile(
    coder: &mut impl Coder,
    header: &PictureHeader,
    (width, height): (usize, usize),
    plan: &mut impl Plan,
) {
    let (width, height) = (width.next_multiple_of(4), height.next_multiple_of(4));
    let mut answers = [0; place::COUNT];
    start(&mut answers);
    let planes = header.planes();
    let mut cells = vec![Cells::NEW; planes.len()];
    let mut bottoms = vec![vec![Cell::NONE; width / 4]; planes.len()];
    let mut commons = vec![Common::default(); width.div_ceil(BLOCK)];
    for top in (0..height).step_by(BLOCK) {
        let mut beside = Common::default();
        for (left, above) in (0..width).step_by(BLOCK).zip(&mut commons) {
            gate::kind(coder, &mut answers, false);
            let has = (header.filtered, header.fielded);
            let given = plan.common();
            beside = block::code(coder, &mut answers, has, [beside, *above], given);
            assert_eq!(beside, given);
            *above = beside;
            for (i, (&plane, bottom)) in planes.iter().zip(&mut bottoms).enumerate() {
                let (before, own) = cells.split_at_mut(i);
                let bottom = &mut bottom[left / 4..];
                let known = if top == 0 { 0 } else { CELLS };
                own[0].step(left == 0, bottom.iter().copied().take(known));
                let chroma = plane != Plane::Luma;
                let before = [before.first(), before.get(1)].map(|cells| cells.filter(|_| chroma));
                let mut square = Squares {
                    coder,
                    answers: &mut answers,
                    plan,
                    plane,
                    before,
                    inside: (width - left, height - top),
                };
                square.code(&mut own[0], (0, 0), 3);
                bottom.iter_mut().zip(own[0].bottom()).for_each(|(to, from)| *to = from);
            }
        }
    }
}

/// The squares of one plane's block.
struct Squares<'x, C, P> {
    coder: &'x mut C,
    answers: &'x mut [i16],
    plan: &'x mut P,
    plane: Plane,
    /// Luma and Co, where they come before.
    before: [Option<&'x Cells>; 2],
    inside: (usize, usize),
}

impl<C: Coder, P: Plan> Squares<'_, C, P> {
    fn code(&mut self, cells: &mut Cells, (x, y): (usize, usize), size: usize) {
        if x >= self.inside.0 || y >= self.inside.1 {
            return;
        }
        let (side, at) = (4 << size, (x / 4, y / 4));
        let fits = x + side <= self.inside.0 && y + side <= self.inside.1;
        let cut = size > 0
            && (!fits || {
                let cut = self.plan.cut(size);
                gate::split(self.coder, self.answers, (cells, self.before[0]), at, size, cut)
            });
        if cut {
            let half = side / 2;
            for (right, below) in [(0, 0), (half, 0), (0, half), (half, half)] {
                self.code(cells, (x + right, y + below), size - 1);
            }
            return;
        }
        let Expert { mode, sine, weights: given } = self.plan.expert(self.plane, size);
        let leaf = Leaf::new(self.plane, size, at, cells, self.before);
        head::mode(self.coder, self.answers, &leaf, mode);
        let head = Head { mode, sine, count: count(size as u32 + 2, &given) };
        let head = head::rest(self.coder, self.answers, &leaf, head);
        let of = |u, v| given.iter().find(|(at, _)| *at == (u, v)).map_or(0, |(_, w)| *w);
        let mut recent = Diagonals::NEW;
        let recent = (&mut *self.answers, &mut recent);
        let left = weights::code(self.coder, recent, &leaf, head, of, |_, _, _, _| ());
        cells.fill(at, left, size);
    }
}

/// How many weights of the zigzag there are up to the last one that is not 0.
fn count(log2: u32, weights: &[((usize, usize), i32)]) -> u16 {
    let place = |index: &usize| {
        let Zigzag { x, y, .. } = Zigzag::at(*index, log2);
        weights.iter().any(|(at, _)| *at == (x, y))
    };
    (0..1 << (2 * log2)).rev().find(place).map_or(0, |index| index as u16 + 1)
}
