//! What is known of the cells so far, as the decoder knows it?

use super::fit::Leaf;
use nex_coding::shape::{
    BLOCK_LOG2,
    around::Around,
    basis::{Step, place_of, products},
    count,
    tree::{Node, Tree},
};

/// All cells and coefficients.
pub(super) struct Cells {
    blocks: usize,
    nodes: Vec<u32>,
    weights: Vec<i16>,
}

/// How many nodes and coefficients there were.
#[derive(Clone, Copy)]
pub(super) struct Mark(usize, usize);

impl Cells {
    pub fn new(blocks: usize) -> Self {
        Self { blocks, nodes: vec![0; blocks.pow(3)], weights: Vec::new() }
    }

    pub fn tree(&self) -> Tree<'_> {
        Tree { blocks: self.blocks, nodes: &self.nodes, weights: &self.weights }
    }

    pub fn around(&self, corner: [i32; 3], size: usize) -> Around {
        Around::new(&self.tree(), corner, size)
    }

    /// The first voxel of a block.
    pub fn corner(&self, block: usize) -> [i32; 3] {
        let n = self.blocks;
        [block % n, block / n % n, block / n / n].map(|at| (at << BLOCK_LOG2) as i32)
    }

    /// How many cells are cut.
    pub fn splits(&self) -> usize {
        (self.nodes.len() - self.blocks.pow(3)) / 8
    }

    /// How many coefficients there are.
    pub fn weights(&self) -> usize {
        self.weights.len()
    }

    pub fn mark(&self) -> Mark {
        Mark(self.nodes.len(), self.weights.len())
    }

    /// Forgets what came after the mark, and what is known of a node.
    pub fn back(&mut self, to: Mark, node: usize) {
        self.nodes.truncate(to.0);
        self.weights.truncate(to.1);
        self.nodes[node] = Node::Unknown.to_word();
    }

    pub fn put_empty(&mut self, node: usize, inside: bool) {
        self.nodes[node] = Node::Empty(inside).to_word();
    }

    /// Cuts a cell; returns the node of its first eighth.
    pub fn cut(&mut self, node: usize) -> usize {
        let first = self.nodes.len();
        self.nodes.resize(first + 8, 0);
        self.nodes[node] = Node::Split(first).to_word();
        first
    }

    pub fn put_leaf(
        &mut self,
        node: usize,
        leaf: &Leaf,
        step: Step,
        (around, size): (&Around, usize),
    ) {
        let first = self.weights.len();
        self.weights.resize(first + count(leaf.degree), 0);
        for (powers, &weight) in products(leaf.degree).zip(&leaf.weights) {
            let expected = around.coefficient(powers);
            let to = first + place_of(powers, leaf.degree);
            self.weights[to] = step.coefficient(weight, (size, powers), expected);
        }
        self.nodes[node] = Node::Leaf(leaf.degree, first).to_word();
    }
}

/// The eighths of a cell: their first voxels.
pub(super) fn eighths(corner: [i32; 3], size: usize) -> impl Iterator<Item = [i32; 3]> {
    let half = 2 << size;
    (0..8).map(move |i| [0, 1, 2].map(|axis| corner[axis] + half * (i >> axis & 1)))
}
