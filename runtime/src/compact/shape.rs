//! How far are these places from a surface that polynomials describe?
//!
//! All cells and coefficients are decoded into the caller's memory. Then a place is one
//! descent of three steps at most and one polynomial, or as far from the nearest cell that
//! has one as it says.

use crate::{Position, error::DecodeError, info::ShapeInfo};
use nex_coding::{
    range::Decoder,
    shape::{
        BLOCK_LOG2, MAX_COUNT, SIZES, ShapeHeader,
        around::Around,
        basis::{Step, place_of, products},
        count, decisions, place, start,
        tree::{Cell, Node, Tree},
    },
};
use nex_format::{Kind, Profile, Signal, compact::Shape};

/// Words of the answers, two in each.
const TABLES: usize = place::COUNT.div_ceil(2);
/// What the surface is from a cell without an expert at the least, in 1/16 voxels: no voxel
/// of the cell has its middle nearer than 1 voxel, no place is further from one than 0.87.
/// That it is as far from the nearest cell with an expert, too, is more than what counting
/// places in 1/16 voxels may add.
const LEAST: u32 = 2;
/// A block's side in 1/16 voxels.
const SIDE: u32 = 16 << BLOCK_LOG2;
/// Above the two bits of a block without an expert: blocks to the nearest one that has any.
const AWAY: u32 = 2;

/// What the file says of the shape.
pub(crate) const fn info(shape: &Shape<'_>) -> ShapeInfo {
    let header = shape.header();
    ShapeInfo {
        kind: Kind::new(Signal::Shape, Profile::Compact),
        cells: header.voxels as u32,
        origin: header.origin,
        side: header.side,
        file_bytes: shape.bytes().len(),
    }
}

/// Words of memory: one for each node, half of one for each coefficient, and 2.4 KB that
/// only decoding takes.
pub(crate) const fn memory_len(header: &ShapeHeader) -> usize {
    let weights = (header.weights as usize).div_ceil(2);
    header.nodes().saturating_add(weights).saturating_add(TABLES)
}

/// A decoded shape.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(crate) struct Field<'m> {
    tree: Tree<'m>,
    voxels: i32,
}

/// What a memory is cut into.
struct Parts<'m> {
    nodes: &'m mut [u32],
    weights: &'m mut [i16],
    /// For decoding.
    tables: &'m mut [i16],
}

impl<'m> Parts<'m> {
    fn new(header: &ShapeHeader, memory: &'m mut [u32]) -> Result<Self, DecodeError> {
        let needed = memory_len(header);
        let too_small = DecodeError::ScratchTooSmall { needed };
        let memory = memory.get_mut(..needed).ok_or(too_small)?;
        let (nodes, rest) = memory.split_at_mut_checked(header.nodes()).ok_or(too_small)?;
        let (weights, rest) = halves(rest, header.weights as usize).ok_or(too_small)?;
        let (tables, _) = halves(rest, place::COUNT).ok_or(too_small)?;
        Ok(Self { nodes, weights, tables })
    }
}

/// Numbers that belong to others of two bytes, and the words behind them.
type Halves<'m> = (&'m mut [i16], &'m mut [u32]);

fn halves(memory: &mut [u32], len: usize) -> Option<Halves<'_>> {
    let (own, rest) = memory.split_at_mut_checked(len.div_ceil(2))?;
    Some((bytemuck::cast_slice_mut(own).get_mut(..len)?, rest))
}

impl<'m> Field<'m> {
    /// Decodes all of a shape. Time: at most 50 decisions for each coefficient that the
    /// header counts, and ten for each cell.
    pub fn decode(shape: &Shape<'_>, memory: &'m mut [u32]) -> Result<Self, DecodeError> {
        let header = shape.header();
        let Parts { nodes, weights, tables } = Parts::new(header, memory)?;
        nodes.fill(0);
        weights.fill(0);
        tables.first_chunk_mut().map(start);
        let blocks = header.blocks();
        let mut work = Work {
            coder: Decoder::new(shape.data()),
            tables,
            step: header.steps(),
            voxels: header.voxels.into(),
            blocks,
            used: (blocks.pow(3), 0),
            nodes,
            weights,
        };
        let mut all = 0..blocks.pow(3);
        let _ = all.try_for_each(|block| work.cell(block, corner(block, blocks), SIZES - 1));
        let Work { nodes, weights, .. } = work;
        measure(nodes, blocks);
        Ok(Self { tree: Tree { blocks, nodes, weights }, voxels: header.voxels.into() })
    }

    /// What [`decode`](Self::decode) has left in the memory. Of a memory that holds anything
    /// else, it says anything.
    pub fn again(shape: &Shape<'_>, memory: &'m mut [u32]) -> Result<Self, DecodeError> {
        let header = shape.header();
        let Parts { nodes, weights, .. } = Parts::new(header, memory)?;
        Ok(Self {
            tree: Tree { blocks: header.blocks(), nodes, weights },
            voxels: header.voxels.into(),
        })
    }

    /// The distance at a place of the cube, in 2^-15 of half the cube's side.
    pub fn distance(&self, place: [Position; 3]) -> i16 {
        let place = place.map(|at| self.within(at));
        let cell = self.cell(place);
        let distance = match cell.node {
            Node::Leaf(..) => {
                let value = self.tree.value_in(&cell, place).unwrap_or(0);
                (value * 32 + self.voxels / 2).checked_div_euclid(self.voxels).unwrap_or(0)
            }
            Node::Empty(inside) => {
                let far = over((self.nearest(place).distance() * 4096) as i32, self.voxels);
                if inside { -far } else { far }
            }
            // What the file did not get to is outside.
            Node::Unknown | Node::Split(_) => i32::from(i16::MAX),
        };
        distance.clamp(-32_767, 32_767) as i16
    }

    /// How much the distance grows in two voxels along each axis: that of the polynomial that
    /// owns a place, or else straight away from the nearest cell that has one. `None` if that
    /// is not known.
    pub fn gradient(&self, place: [Position; 3]) -> Option<[i32; 3]> {
        let place = place.map(|at| self.within(at));
        let cell = self.cell(place);
        if let Node::Leaf(..) = cell.node {
            let growth = self.tree.growth_in(&cell, place)?;
            return Some(growth.map(|x| over(x * 32, self.voxels).clamp(-65_534, 65_534)));
        }
        let near = self.nearest(place);
        let way = near.way(place);
        let length = way.iter().map(|x| x.unsigned_abs().pow(2)).sum::<u32>().isqrt() as i32;
        if near.side == 0 || length == 0 {
            return None;
        }
        let two_voxels = over(1 << 17, self.voxels);
        let two_voxels = if cell.node == Node::Empty(true) { -two_voxels } else { two_voxels };
        Some(way.map(|x| over(x * two_voxels, length)))
    }

    /// The size of the cell that owns a place: 1 of 4 voxels a side, 2 of 8, 3 of 16; 0
    /// where it has no expert.
    pub fn expert(&self, place: [Position; 3]) -> u8 {
        let cell = self.cell(place.map(|at| self.within(at)));
        if let Node::Leaf(..) = cell.node { 1 + cell.size as u8 } else { 0 }
    }

    /// In 1/4096 voxels. The far border belongs to the last voxel.
    fn within(&self, at: Position) -> i32 {
        let last = (self.voxels << 12) - 1;
        ((at.frame().min(1 << 16) << 12 | at.fraction() >> 20) as i32).min(last)
    }

    fn cell(&self, place: [i32; 3]) -> Cell {
        self.tree.find(place.map(|x| x >> 12))
    }

    /// Where the nearest cell with an expert is from a place without one.
    fn nearest(&self, place: [i32; 3]) -> Near {
        let [x, y, z] = place;
        let [x, y, z] = [x as u32 >> 8, y as u32 >> 8, z as u32 >> 8];
        let [i, j, k] = [x / SIDE, y / SIDE, z / SIDE];
        let blocks = self.tree.blocks as u32;
        let own = i + blocks * (j + blocks * k);
        let away = match self.tree.node(own as usize) {
            Node::Empty(_) => self.tree.nodes.get(own as usize).map_or(0, |word| word >> AWAY),
            _ => 0,
        }
        .min(blocks);
        // To the block's nearest face.
        let border = |x: u32| (x % SIDE).min(SIDE - x % SIDE);
        let border = border(x).min(border(y)).min(border(z));
        let known = (away.max(2) - 1) * SIDE + border;
        let mut best = Near { known, square: known * known, corner: [0; 3], side: 0 };
        if away >= 2 {
            return best;
        }
        // The own block first: with what is near, most others need no look.
        let size = SIZES - 1;
        self.nearer([x, y, z], [i * SIDE, j * SIDE, k * SIDE], (own as usize, size), &mut best);
        let around = |at: u32| at.saturating_sub(1)..(at + 2).min(blocks);
        for k in around(k) {
            let of_z = gap(z, k * SIDE, SIDE);
            for j in around(j) {
                let of_rows = of_z + gap(y, j * SIDE, SIDE);
                for i in around(i) {
                    let block = i + blocks * (j + blocks * k);
                    if block != own && of_rows + gap(x, i * SIDE, SIDE) < best.square {
                        let corner = [i * SIDE, j * SIDE, k * SIDE];
                        self.nearer([x, y, z], corner, (block as usize, size), &mut best);
                    }
                }
            }
        }
        best
    }

    /// Takes a cell in place of the nearest, which is nearer, if it has an expert, or one in
    /// it.
    fn nearer(
        &self,
        place: [u32; 3],
        corner: [u32; 3],
        (node, size): (usize, usize),
        best: &mut Near,
    ) {
        let ([x, y, z], [i, j, k]) = (place, corner);
        let side = 64 << size;
        match (self.tree.node(node), size) {
            (Node::Leaf(..), _) => {
                best.square = gap(x, i, side) + gap(y, j, side) + gap(z, k, side);
                (best.corner, best.side) = (corner, side);
            }
            (Node::Split(first), 1..) => {
                let half = side / 2;
                let nearest = |x: u32, i: u32| u32::from(x >= i + half);
                let first_bits = nearest(x, i) | nearest(y, j) << 1 | nearest(z, k) << 2;
                // The nearest one first.
                for flipped in 0..8 {
                    let bits = first_bits ^ flipped;
                    let [i, j, k] =
                        [i + half * (bits & 1), j + half * (bits >> 1 & 1), k + half * (bits >> 2)];
                    if gap(x, i, half) + gap(y, j, half) + gap(z, k, half) < best.square {
                        self.nearer(place, [i, j, k], (first + bits as usize, size - 1), best);
                    }
                }
            }
            _ => {}
        }
    }
}

/// The nearest cell with an expert; in 1/16 voxels.
struct Near {
    /// It is no nearer than this.
    known: u32,
    square: u32,
    corner: [u32; 3],
    /// 0: it is further than a block.
    side: u32,
}

impl Near {
    fn distance(&self) -> u32 {
        if self.side == 0 { self.known } else { self.square.isqrt().max(LEAST) }
    }

    /// From its nearest place to one in 1/4096 voxels; in 1/256 voxels, less than 32 of them.
    fn way(&self, place: [i32; 3]) -> [i32; 3] {
        let ([x, y, z], [i, j, k]) = (place, self.corner);
        let along = |at: i32, first: u32| {
            let (first, end) = ((first << 8) as i32, ((first + self.side) << 8) as i32);
            (at - at.max(first).min(end)) / 16
        };
        [along(x, i), along(y, j), along(z, k)]
    }
}

/// A number over one that is not 0; the compiler, which does not know that, sees no panic.
fn over(x: i32, by: i32) -> i32 {
    x.checked_div(by).unwrap_or(0)
}

/// The square of how far a place is from a stretch.
fn gap(at: u32, first: u32, side: u32) -> u32 {
    let gap = first.saturating_sub(at).max(at.saturating_sub(first + side));
    gap * gap
}

/// The first voxel of a block.
fn corner(block: usize, blocks: usize) -> [i32; 3] {
    let blocks = blocks.max(1);
    [block % blocks, block / blocks % blocks, block / blocks / blocks]
        .map(|at| (at << BLOCK_LOG2) as i32)
}

/// Those of a cell, and their first voxels.
fn eighths([x, y, z]: [i32; 3], size: usize) -> impl Iterator<Item = (usize, [i32; 3])> {
    let bit = move |eighth: usize, axis: usize| (2 << size) * (eighth >> axis & 1) as i32;
    (0..8).map(move |i| (i, [x + bit(i, 0), y + bit(i, 1), z + bit(i, 2)]))
}

/// Notes in every block without an expert how many blocks away the nearest is that is cut,
/// or has one: along the axis of which it is most. Forth and back, as of each block all that
/// come before it are known.
fn measure(nodes: &mut [u32], blocks: usize) {
    let count = blocks.pow(3);
    for block in 0..count {
        if let Some(word) = nodes.get_mut(block).filter(|word| **word >> 30 == 0) {
            *word = *word & 3 | (blocks as u32) << AWAY;
        }
    }
    for step in 0..2 * count {
        let back = step >= count;
        let block = if back { 2 * count - 1 - step } else { step };
        let at = corner(block, blocks).map(|x| x >> BLOCK_LOG2);
        let Some(&word) = nodes.get(block).filter(|word| **word >> 30 == 0) else { continue };
        let mut away = word >> AWAY;
        for before in 0..13 {
            // Of the 27 around, those that come before the middle one.
            let offset = [before % 3 - 1, before / 3 % 3 - 1, before / 9 - 1];
            let next = [0, 1, 2].map(|axis| {
                let (at, by) = (at.get(axis).copied(), offset.get(axis).copied());
                at.unwrap_or(0) + if back { -by.unwrap_or(0) } else { by.unwrap_or(0) }
            });
            if next.iter().all(|x| (0..blocks as i32).contains(x)) {
                let [x, y, z] = next.map(|x| x as usize);
                let word = nodes.get(x + blocks * (y + blocks * z)).copied().unwrap_or(0);
                away = away.min(1 + if word >> 30 == 0 { word >> AWAY } else { 0 });
            }
        }
        if let Some(to) = nodes.get_mut(block) {
            *to = word & 3 | away << AWAY;
        }
    }
}

/// A shape while it is decoded.
struct Work<'a, 'm> {
    coder: Decoder<'a>,
    tables: &'m mut [i16],
    step: Step,
    voxels: i32,
    blocks: usize,
    nodes: &'m mut [u32],
    weights: &'m mut [i16],
    /// Of both.
    used: (usize, usize),
}

impl Work<'_, '_> {
    /// Decodes a cell to its node. `None`: it has more in it than the header says, and
    /// nothing comes after it.
    fn cell(&mut self, to: usize, corner: [i32; 3], size: usize) -> Option<()> {
        if corner.iter().any(|&x| x >= self.voxels) {
            return Some(());
        }
        let Some(first) = self.head(to, corner, size)? else { return Some(()) };
        let mut all = eighths(corner, size);
        all.try_for_each(|(eighth, corner)| self.cell(first + eighth, corner, size - 1))
    }

    /// All of it but what is in a cut one, whose first eighth it returns. Not part of
    /// `cell`, which has its stack three times.
    #[inline(never)]
    fn head(&mut self, to: usize, corner: [i32; 3], size: usize) -> Option<Option<usize>> {
        let tree = Tree { blocks: self.blocks, nodes: self.nodes, weights: self.weights };
        let around = Around::new(&tree, corner, size);
        let (coder, tables) = (&mut self.coder, &mut *self.tables);
        if !decisions::occupied(coder, tables, &around, size, false) {
            let inside = decisions::inside(coder, tables, &around, false);
            self.set(to, Node::Empty(inside));
            return Some(None);
        }
        if size > 0 && decisions::split(coder, tables, &around, size, false) {
            let first = self.used.0;
            self.used.0 += 8;
            self.nodes.get(first..first + 8)?;
            self.set(to, Node::Split(first));
            return Some(Some(first));
        }
        let degree = decisions::degree(coder, tables, &around, size, 0);
        let first = self.used.1;
        let own = self.weights.get_mut(first..first + count(degree))?;
        let mut coded = [0; MAX_COUNT];
        decisions::weights(coder, tables, &around, (size, degree), &mut coded);
        for (powers, weight) in products(degree).zip(coded) {
            if let Some(place) = own.get_mut(place_of(powers, degree)) {
                *place = self.step.coefficient(weight, (size, powers), around.coefficient(powers));
            }
        }
        self.used.1 += count(degree);
        self.set(to, Node::Leaf(degree, first));
        Some(None)
    }

    fn set(&mut self, at: usize, node: Node) {
        if let Some(word) = self.nodes.get_mut(at) {
            *word = node.to_word();
        }
    }
}
