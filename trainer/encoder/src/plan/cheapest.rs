//! Which partition costs least? (dynamic programming, span by span)

use super::costs::SpanCosts;
use crate::block::Block;
use std::{collections::BTreeSet, ops::RangeInclusive};

/// Bits to say a block's size and overlap, all log2, after a block of size
/// `before`: about what an adaptive coder needs, from counts over speech and
/// music at 16 kHz (three of five sizes repeat, two of three overlaps are as
/// wide as they can be, and each octave further is half as likely).
pub(super) fn side_bits(before: usize, size: usize, overlap: usize) -> f64 {
    let bits = |octaves: usize, none: f64| if octaves == 0 { none } else { 1.5 + octaves as f64 };
    let narrower = before.min(size).saturating_sub(overlap);
    bits(before.abs_diff(size), 1.0) + bits(narrower, 0.5)
}

/// The cheapest partition of a sound whose costs come span by span. Sizes and
/// overlaps are indices: log2 less `min_log2`; places are in shortest blocks.
///
/// A state is a boundary, the size of the block before it and the overlap
/// there: what follows costs the same whatever else came before.
pub(crate) struct Cheapest {
    min_log2: u8,
    sizes: usize,
    /// The least cost of each state at the boundaries of the last span ...
    best: Vec<f64>,
    /// ... and the state before, from the settled end on.
    from: Vec<u16>,
    /// Where the blocks end that [`settled`](Self::settled) has given.
    settled: Node,
    end: usize,
}

/// A state and where it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Node {
    at: usize,
    state: usize,
}

impl Cheapest {
    /// Of blocks of these sizes (log2).
    pub(crate) fn new(log2: RangeInclusive<u8>) -> Self {
        let sizes = usize::from(log2.end() - log2.start()) + 1;
        let (span, states) = (1usize << (sizes - 1), sizes * sizes);
        let mut best = vec![f64::INFINITY; (span + 1) * states];
        // At the start overlap index 0 stands for none, as it does at the end.
        best[span * states] = 0.0;
        Self {
            min_log2: *log2.start(),
            sizes,
            best,
            from: vec![0; states],
            settled: Node { at: 0, state: 0 },
            end: 0,
        }
    }

    const fn span(&self) -> usize {
        1 << (self.sizes - 1)
    }

    /// Goes on by a span.
    pub(crate) fn extend(&mut self, costs: &SpanCosts) {
        let (sizes, span, states) = (self.sizes, self.span(), self.sizes * self.sizes);
        let known = self.end - self.settled.at;
        self.from.resize((known + span + 1) * states, 0);
        let (best, from) = (&mut self.best, &mut self.from);
        best.copy_within(span * states.., 0);
        for at in 0..span {
            for size in (0..sizes).filter(|size| at % (1 << size) == 0) {
                let first = self.end + at == 0;
                let entries = entries(&best[at * states..][..states], sizes, size, first);
                let end = at + (1 << size);
                for right in 0..=size {
                    let totals = entries.iter().enumerate().map(|(left, &(bits, before))| {
                        (bits + costs.get(size, at >> size, left, right), before)
                    });
                    let (bits, before) = least(totals);
                    let state = size * sizes + right;
                    best[end * states + state] = bits;
                    from[(known + end) * states + state] = before as u16;
                }
            }
        }
        self.end += span;
    }

    /// The next blocks on which all partitions agree that can still become
    /// the cheapest: nearly always all but those of the last spans.
    pub(crate) fn settled(&mut self) -> Vec<Block> {
        let last = &self.best[self.span() * self.sizes * self.sizes..];
        let alive = last.iter().enumerate().filter(|(_, bits)| bits.is_finite());
        let mut ends: BTreeSet<Node> =
            alive.map(|(state, _)| Node { at: self.end, state }).collect();
        while ends.len() > 1 {
            if let Some(last) = ends.pop_last() {
                ends.insert(self.before(last));
            }
        }
        ends.pop_last().map_or_else(Vec::new, |common| self.settle(common))
    }

    /// The rest of the cheapest partition.
    pub(crate) fn finish(mut self) -> Vec<Block> {
        let last = &self.best[self.span() * self.sizes * self.sizes..];
        let ends = (0..self.sizes).map(|size| size * self.sizes);
        let (_, state) = least(ends.map(|state| (last[state], state)));
        self.settle(Node { at: self.end, state })
    }

    /// The node before one that lies behind the settled end.
    fn before(&self, node: Node) -> Node {
        let states = self.sizes * self.sizes;
        let at = (node.at - self.settled.at) * states + node.state;
        let size = node.state / self.sizes;
        Node { at: node.at - (1 << size), state: self.from[at].into() }
    }

    /// The blocks from the settled end to a node, which becomes that end.
    fn settle(&mut self, end: Node) -> Vec<Block> {
        let (mut node, mut blocks) = (end, Vec::new());
        while node.at > self.settled.at {
            let log2 = self.min_log2 + (node.state / self.sizes) as u8;
            node = self.before(node);
            let overlap = self.min_log2 + (node.state % self.sizes) as u8;
            let overlap = if node.at == 0 { 0 } else { 1 << overlap };
            blocks.push(Block { start: node.at << self.min_log2, log2, overlap });
        }
        blocks.reverse();
        let states = self.sizes * self.sizes;
        self.from.drain(..(end.at - self.settled.at) * states);
        self.settled = end;
        blocks
    }
}

/// For each left overlap of a block of `size`: the least cost up to there,
/// with the bits to say the block, and the state that has it. `best` is by
/// state.
fn entries(best: &[f64], sizes: usize, size: usize, first: bool) -> Vec<(f64, usize)> {
    let entry = |overlap: usize| {
        least((overlap..sizes).map(|before| {
            let state = before * sizes + overlap;
            let side = if first { 0.0 } else { side_bits(before, size, overlap) };
            (best[state] + side, state)
        }))
    };
    (0..=size).map(entry).collect()
}

/// The first of the least costs.
fn least(options: impl Iterator<Item = (f64, usize)>) -> (f64, usize) {
    options.min_by(|a, b| a.0.total_cmp(&b.0)).unwrap_or((f64::INFINITY, 0))
}
