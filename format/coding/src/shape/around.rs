//! What do the cells around say of one that comes next?

use super::{
    basis::Powers,
    tree::{Node, Tree},
};

/// What is known of a cell before it is coded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Around {
    /// How many of its faces are next to experts alone.
    pub faces: usize,
    /// The expected distance at its middle, and how much it grows to the cell's face
    /// along x, y, z; in [units](super::UNIT).
    pub expected: [i32; 4],
    /// How near the surface is expected to come; 0: nothing is expected.
    pub nearness: usize,
    /// How much those around differ about the middle.
    pub spread: usize,
    /// How many around have an expert.
    pub experts: usize,
    /// How many have none, outside and inside.
    pub empty: [usize; 2],
    /// How many are smaller.
    pub smaller: usize,
    /// How many are larger.
    pub larger: usize,
    /// Their mean degree; 0: unknown.
    pub degree: usize,
}

/// What one face says.
struct Face {
    /// The distance at the cell's middle.
    middle: i32,
    /// How much it grows away from the face, and along the two other axes.
    growth: [i32; 3],
}

impl Around {
    /// Of a cell of `4 << size` voxels a side.
    #[must_use]
    pub fn new(tree: &Tree<'_>, corner: [i32; 3], size: usize) -> Self {
        let mut all = Self::default();
        let (mut degrees, mut least, mut most) = (0, i32::MAX, i32::MIN);
        let mut sums = [0i32; 4];
        for axis in 0..3 {
            for up in [false, true] {
                if let Some(degree) = all.count(tree, (corner, size), (axis, up)) {
                    degrees += degree;
                }
                let Some(face) = face(tree, (corner, size), (axis, up)) else { continue };
                all.faces += 1;
                least = least.min(face.middle);
                most = most.max(face.middle);
                let [own, next, last] = face.growth;
                let growth = match axis {
                    0 => [own, next, last],
                    1 => [last, own, next],
                    _ => [next, last, own],
                };
                let [x, y, z] = growth;
                sums.iter_mut().zip([face.middle, x, y, z]).for_each(|(sum, more)| *sum += more);
            }
        }
        if all.experts > 0 {
            all.degree = (2 * degrees + all.experts).checked_div(2 * all.experts).unwrap_or(0);
        }
        if all.faces > 0 {
            all.expected = sums.map(|sum| sum.checked_div_euclid(all.faces as i32).unwrap_or(0));
            all.nearness = nearness(all.expected, size);
            if all.faces > 1 {
                let apart = ((most - least) >> 8) as u32;
                all.spread = (1 + (u32::BITS - apart.leading_zeros()) as usize).min(7);
            }
        }
        all
    }

    /// Counts the cell at the middle of a face; returns its degree.
    fn count(
        &mut self,
        tree: &Tree<'_>,
        (corner, size): ([i32; 3], usize),
        (axis, up): (usize, bool),
    ) -> Option<usize> {
        let side = 4 << size;
        let mut voxel = corner.map(|x| x + side / 2);
        if let (Some(to), Some(from)) = (voxel.get_mut(axis), corner.get(axis)) {
            *to = if up { from + side } else { from - 1 };
        }
        let cell = tree.find(voxel);
        let degree = match cell.node {
            Node::Unknown | Node::Split(_) => return None,
            Node::Empty(inside) => {
                let [outside, within] = &mut self.empty;
                *(if inside { within } else { outside }) += 1;
                None
            }
            Node::Leaf(degree, _) => {
                self.experts += 1;
                self.smaller += usize::from(cell.size < size);
                Some(degree)
            }
        };
        self.larger += usize::from(cell.size > size);
        degree
    }

    /// Whether anything is expected.
    #[must_use]
    pub const fn is_known(&self) -> bool {
        self.faces > 0
    }

    /// What a product's coefficient is expected to be.
    #[must_use]
    pub const fn coefficient(&self, powers: Powers) -> i32 {
        let [middle, x, y, z] = self.expected;
        match powers {
            [0, 0, 0] => middle,
            [1, 0, 0] => x,
            [0, 1, 0] => y,
            [0, 0, 1] => z,
            _ => 0,
        }
    }
}

/// By how many quarters of a voxel, of four in a cell, the surface misses it.
const fn nearness([middle, x, y, z]: [i32; 4], size: usize) -> usize {
    let miss = middle.abs() - x.abs() - y.abs() - z.abs();
    match miss >> 9 >> size {
        ..-12 => 1,
        -12..-6 => 2,
        -6..-3 => 3,
        -3..-1 => 4,
        -1..1 => 5,
        1..3 => 6,
        3..6 => 7,
        6..10 => 8,
        _ => 9,
    }
}

/// What a face says, if experts own eight places beyond it: two by two of them, 1/8 and
/// 5/8 of half the cell away.
fn face(
    tree: &Tree<'_>,
    (corner, size): ([i32; 3], usize),
    (axis, up): (usize, bool),
) -> Option<Face> {
    let half = (4 << size) << 11;
    let away = if up { 1 } else { -1 };
    let middle = corner.map(|x| (x << 12) + half);
    let (mut low, mut high) = (middle.map(|x| x - half / 2), middle.map(|x| x + half / 2));
    // The deeper of the two is the higher where the face is the upper one.
    let (near, far) = (half + half / 8, half + 5 * half / 8);
    let (ends, at) =
        if up { ([near, far], middle.get(axis)?) } else { ([-far, -near], middle.get(axis)?) };
    let [first, last] = ends;
    *low.get_mut(axis)? = at + first;
    *high.get_mut(axis)? = at + last;
    let values = tree.values(low, high)?;
    let [next, last] = [(axis + 1) % 3, (axis + 2) % 3];
    let mut sums = [0; 2];
    let mut growth = [0; 2];
    for (place, value) in values.into_iter().enumerate() {
        let is_high = |axis: usize| place >> (2 - axis) & 1 == 1;
        let [along, across] = &mut growth;
        *along += if is_high(next) { value } else { -value };
        *across += if is_high(last) { value } else { -value };
        *sums.get_mut(usize::from(is_high(axis) == up))? += value;
    }
    let [near, far] = sums;
    // The two depths are half of half a cell apart.
    let inward = (near - far) >> 1;
    let [along, across] = growth.map(|sum| sum >> 2);
    Some(Face {
        middle: (near >> 2) + ((9 * inward) >> 3),
        growth: [-away * inward, along, across],
    })
}
