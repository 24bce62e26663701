//! Which expert owns a place?

use super::{BLOCK_LOG2, basis, count};

/// What is known of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Node {
    /// Nothing: it is not decoded yet, or lies outside of the cube.
    Unknown,
    /// The surface is not near; whether it is inside.
    Empty(bool),
    /// It is cut in eight, the first of which is this node.
    Split(usize),
    /// It has a polynomial: its degree and its first coefficient.
    Leaf(usize, usize),
}

impl Node {
    const INDEX: u32 = (1 << 27) - 1;

    /// As a word; 0 is nothing.
    #[must_use]
    pub const fn to_word(self) -> u32 {
        match self {
            Self::Unknown => 0,
            Self::Empty(inside) => 1 + inside as u32,
            Self::Split(first) => 1 << 30 | first as u32 & Self::INDEX,
            Self::Leaf(degree, first) => {
                1 << 31 | (degree as u32 & 7) << 27 | first as u32 & Self::INDEX
            }
        }
    }

    /// What a word stands for. Of one that is neither split nor a leaf's, the lowest two
    /// bits count: a decoder may keep what it likes in those above.
    #[must_use]
    pub const fn from_word(word: u32) -> Self {
        match (word >> 30, word & 3) {
            (0, 1) => Self::Empty(false),
            (0, 2) => Self::Empty(true),
            (0, _) => Self::Unknown,
            (1, _) => Self::Split((word & Self::INDEX) as usize),
            _ => Self::Leaf((word >> 27 & 7) as usize, (word & Self::INDEX) as usize),
        }
    }
}

/// A cell: where it lies, and what is known of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Cell {
    /// Its voxel of the smallest coordinates.
    pub corner: [i32; 3],
    /// It has `4 << size` voxels a side.
    pub size: usize,
    /// What is known of it.
    pub node: Node,
}

/// Blocks, their cells, and all coefficients.
#[derive(Clone, Copy, Debug)]
pub struct Tree<'t> {
    /// Blocks along the cube's side.
    pub blocks: usize,
    /// A word for each block, x first, and for each eighth of what is cut.
    pub nodes: &'t [u32],
    /// Coefficients of all polynomials.
    pub weights: &'t [i16],
}

impl<'t> Tree<'t> {
    /// The cell of a voxel.
    #[must_use]
    pub fn find(&self, voxel: [i32; 3]) -> Cell {
        let side = (self.blocks << BLOCK_LOG2) as u32;
        let [x, y, z] = voxel;
        let [i, j, k] = [x as u32, y as u32, z as u32];
        if i >= side || j >= side || k >= side {
            return Cell { corner: voxel, size: 0, node: Node::Unknown };
        }
        let [i, j, k] = [i as usize, j as usize, k as usize];
        let rows = (j >> BLOCK_LOG2) + self.blocks * (k >> BLOCK_LOG2);
        let mut node = self.node((i >> BLOCK_LOG2) + self.blocks * rows);
        let mut size = super::SIZES - 1;
        while let (Node::Split(first), 1..) = (node, size) {
            size -= 1;
            let bit = size + 2;
            node = self.node(first + (i >> bit & 1) + 2 * (j >> bit & 1) + 4 * (k >> bit & 1));
        }
        let mask = -4 << size;
        Cell { corner: [x & mask, y & mask, z & mask], size, node }
    }

    /// What is known of a block or an eighth.
    #[must_use]
    pub fn node(&self, place: usize) -> Node {
        Node::from_word(self.nodes.get(place).copied().unwrap_or(0))
    }

    /// The coefficients of a leaf.
    #[must_use]
    pub fn leaf(&self, (degree, first): (usize, usize)) -> &'t [i16] {
        self.weights.get(first..first + count(degree)).unwrap_or_default()
    }

    /// The distance at a place in 1/4096 voxels, in [units](super::UNIT), if an expert
    /// owns it; 16 voxels either way at most.
    #[must_use]
    pub fn value(&self, place: [i32; 3]) -> Option<i32> {
        let [x, y, z] = place;
        self.value_in(&self.find([x >> 12, y >> 12, z >> 12]), place)
    }

    /// Likewise in its cell.
    #[must_use]
    pub fn value_in(&self, cell: &Cell, place: [i32; 3]) -> Option<i32> {
        let Node::Leaf(degree, first) = cell.node else { return None };
        let [x, y, z] = cell.within(place);
        let axes = [&basis::polynomials(x), &basis::polynomials(y), &basis::polynomials(z)];
        let sum = basis::sum(self.leaf((degree, first)), degree, axes);
        Some(sum.clamp(i16::MIN.into(), i16::MAX.into()))
    }

    /// How much a cell's polynomial grows in two voxels along each axis, about a place in it,
    /// in [units](super::UNIT); the two voxels lie in the cell.
    #[must_use]
    pub fn growth_in(&self, cell: &Cell, place: [i32; 3]) -> Option<[i32; 3]> {
        let Node::Leaf(degree, first) = cell.node else { return None };
        // A voxel, and what is left of the cell, in 1/4096 halves of it.
        let voxel = basis::ONE >> 1 >> cell.size;
        let three = |at: i32| {
            let middle = at.max(voxel - basis::ONE).min(basis::ONE - voxel);
            [middle - voxel, at, middle + voxel].map(basis::polynomials)
        };
        let [x, y, z] = cell.within(place);
        let ([a, b, c], [d, e, f], [g, h, i]) = (&three(x), &three(y), &three(z));
        let axes = [[a, b, c], [d, e, f], [g, h, i]];
        Some(basis::growth(self.leaf((degree, first)), degree, axes))
    }

    /// The distances at eight places, of a low and a high coordinate along each axis; their order
    /// is that of [`basis::sums`]. `None` if an expert does not own one of them.
    #[must_use]
    pub fn values(&self, low: [i32; 3], high: [i32; 3]) -> Option<[i32; 8]> {
        let [x, y, z] = low;
        let cell = self.find([x >> 12, y >> 12, z >> 12]);
        let [i, j, k] = high;
        if cell.holds([i >> 12, j >> 12, k >> 12]) {
            let Node::Leaf(degree, first) = cell.node else { return None };
            let ([x, y, z], [i, j, k]) = (cell.within(low), cell.within(high));
            let axes = [
                [&basis::polynomials(x), &basis::polynomials(i)],
                [&basis::polynomials(y), &basis::polynomials(j)],
                [&basis::polynomials(z), &basis::polynomials(k)],
            ];
            let sums = basis::sums(self.leaf((degree, first)), degree, axes);
            return Some(sums.map(|sum| sum.clamp(i16::MIN.into(), i16::MAX.into())));
        }
        let mut all = [0; 8];
        for (at, value) in all.iter_mut().enumerate() {
            let pick = |bit: usize, low, high| if at >> bit & 1 == 0 { low } else { high };
            *value = self.value([pick(2, x, i), pick(1, y, j), pick(0, z, k)])?;
        }
        Some(all)
    }
}

impl Cell {
    /// Whether a voxel lies in it, of those that are not below its corner.
    const fn holds(&self, voxel: [i32; 3]) -> bool {
        let ([x, y, z], [i, j, k]) = (voxel, self.corner);
        let side = 4 << self.size;
        x - i < side && y - j < side && z - k < side
    }

    /// A place in 1/4096 voxels, along each axis from -[`ONE`](basis::ONE) to
    /// [`ONE`](basis::ONE) in the cell.
    #[must_use]
    pub fn within(&self, place: [i32; 3]) -> [i32; 3] {
        let [x, y, z] = place;
        let [i, j, k] = self.corner;
        let within = |at: i32, corner: i32| basis::within(at - (corner << 12), self.size);
        [within(x, i), within(y, j), within(z, k)]
    }
}
