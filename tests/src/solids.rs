//! How is a compact shape coded whose cells are given?

use crate::forge::Random;
use nex_coding::{
    range::{Coder, Encoder},
    shape::{
        BLOCK_LOG2, MAX_COUNT, MAX_DEGREE, SIZES, ShapeHeader,
        around::Around,
        basis::{Step, place_of, products},
        count, decisions, place, start,
        tree::{Node, Tree},
    },
};
use nex_format::compact::write_shape;

/// What a cell is.
#[derive(Clone, Debug)]
pub enum Cell {
    /// Without an expert; whether inside.
    Empty(bool),
    /// Of eight.
    Cut(Vec<Cell>),
    /// A polynomial of a degree: its first weights, the others are 0.
    Expert(usize, Vec<i32>),
}

/// What is known while a shape is coded.
struct Work<'c, C> {
    coder: &'c mut C,
    tables: [i16; place::COUNT],
    step: Step,
    voxels: i32,
    blocks: usize,
    nodes: Vec<u32>,
    weights: Vec<i16>,
}

/// Codes blocks; returns how many cells are cut, and how many coefficients there are.
///
/// # Panics
/// If there are not as many blocks as the header says, or a cell has not eight.
pub fn code(coder: &mut impl Coder, header: &ShapeHeader, blocks: &[Cell]) -> (u32, u32) {
    let along = header.blocks();
    assert_eq!(blocks.len(), along.pow(3));
    let mut tables = [0; place::COUNT];
    start(&mut tables);
    let mut work = Work {
        coder,
        tables,
        step: header.steps(),
        voxels: header.voxels.into(),
        blocks: along,
        nodes: vec![0; along.pow(3)],
        weights: Vec::new(),
    };
    for (i, cell) in blocks.iter().enumerate() {
        let corner = [i % along, i / along % along, i / along / along];
        work.cell(i, corner.map(|at| (at << BLOCK_LOG2) as i32), SIZES - 1, cell);
    }
    let splits = (work.nodes.len() - along.pow(3)) / 8;
    (splits as u32, work.weights.len() as u32)
}

impl<C: Coder> Work<'_, C> {
    fn cell(&mut self, node: usize, corner: [i32; 3], size: usize, cell: &Cell) {
        if corner.iter().any(|&x| x >= self.voxels) {
            return;
        }
        let tree = Tree { blocks: self.blocks, nodes: &self.nodes, weights: &self.weights };
        let around = Around::new(&tree, corner, size);
        let tables = &mut self.tables;
        let empty = matches!(cell, Cell::Empty(_));
        decisions::occupied(self.coder, tables, &around, size, !empty);
        if size > 0 && !empty {
            let cut = matches!(cell, Cell::Cut(_));
            decisions::split(self.coder, tables, &around, size, cut);
        }
        match cell {
            Cell::Empty(inside) => {
                decisions::inside(self.coder, tables, &around, *inside);
                self.nodes[node] = Node::Empty(*inside).to_word();
            }
            Cell::Cut(eighths) => {
                assert_eq!(eighths.len(), 8);
                let first = self.nodes.len();
                self.nodes.resize(first + 8, 0);
                self.nodes[node] = Node::Split(first).to_word();
                for (i, cell) in eighths.iter().enumerate() {
                    let half = 2 << size;
                    let corner = [0, 1, 2].map(|axis| corner[axis] + half * (i as i32 >> axis & 1));
                    self.cell(first + i, corner, size - 1, cell);
                }
            }
            Cell::Expert(degree, given) => {
                decisions::degree(self.coder, tables, &around, size, *degree);
                let mut weights = [0; MAX_COUNT];
                weights.iter_mut().zip(given).for_each(|(to, weight)| *to = *weight);
                let cell = (size, *degree);
                decisions::weights(self.coder, tables, &around, cell, &mut weights);
                let first = self.weights.len();
                self.weights.resize(first + count(*degree), 0);
                for (powers, weight) in products(*degree).zip(weights) {
                    let expected = around.coefficient(powers);
                    self.weights[first + place_of(powers, *degree)] =
                        self.step.coefficient(weight, (size, powers), expected);
                }
                self.nodes[node] = Node::Leaf(*degree, first).to_word();
            }
        }
    }
}

/// A cell of any kind.
pub fn cell(random: &mut Random, size: usize) -> Cell {
    match random.within(0..=9) {
        0..=2 => Cell::Empty(random.within(0..=1) > 0),
        3..=6 if size > 0 => Cell::Cut((0..8).map(|_| cell(random, size - 1)).collect()),
        _ => {
            let degree = random.within(0..=MAX_DEGREE);
            let mut weight = || {
                let largest = [0, 1, 3, 40, 100_000][random.within(0..=4)];
                let magnitude = random.within(0..=largest) as i32;
                if random.within(0..=1) > 0 { -magnitude } else { magnitude }
            };
            Cell::Expert(degree, (0..count(degree)).map(|_| weight()).collect())
        }
    }
}

/// A header of any kind, of a shape of so many voxels a side at most, without its counts.
pub fn header(random: &mut Random, voxels: u16) -> ShapeHeader {
    ShapeHeader {
        voxels: random.within(16..=voxels.into()) as u16,
        origin: [random.symmetric(), random.symmetric(), random.symmetric()],
        side: 0.5 + random.symmetric().abs(),
        step: random.within(0..=320) as u16,
        splits: 0,
        weights: 0,
    }
}

/// A file of random cells.
///
/// # Panics
/// If the format refuses a header that this module takes for valid.
#[must_use]
pub fn file(random: &mut Random, voxels: u16) -> Vec<u8> {
    let header = header(random, voxels);
    let blocks: Vec<Cell> = (0..header.blocks().pow(3)).map(|_| cell(random, SIZES - 1)).collect();
    of(&header, &blocks)
}

/// A file of given cells, whose counts it finds out.
///
/// # Panics
/// Likewise, and as [`code`].
#[must_use]
pub fn of(header: &ShapeHeader, blocks: &[Cell]) -> Vec<u8> {
    let mut coder = Encoder::new();
    let (splits, weights) = code(&mut coder, header, blocks);
    let header = ShapeHeader { splits, weights, ..*header };
    write_shape(&header, &[], &coder.finish()).unwrap_or_else(|e| panic!("{header:?}: {e}"))
}

/// A file of noise, whose header says anything.
///
/// # Panics
/// Likewise.
#[must_use]
pub fn noise(random: &mut Random, voxels: u16, most_bytes: usize) -> Vec<u8> {
    let mut header = header(random, voxels);
    header.splits = random.within(0..=40) as u32;
    header.weights = random.within(0..=2000) as u32;
    let data = crate::compact_picture::tile(random, most_bytes);
    write_shape(&header, &[], &data).unwrap_or_else(|e| panic!("{header:?}: {e}"))
}
