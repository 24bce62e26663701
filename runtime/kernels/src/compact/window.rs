//! How do neighbouring blocks blend?

use super::waves::{half_mul, slope};

/// Copies values, as many as there are of both.
#[inline(never)] // with the optimisation of this package
pub fn copy(from: &[i32], to: &mut [i32]) {
    for (to, from) in to.iter_mut().zip(from) {
        *to = *from;
    }
}

/// Parts in which a fold is undone.
pub const UNFOLD_PARTS: u32 = 2;

/// Undoes the fold at a block boundary: `left` ends there, `right` begins.
///
/// Both have `overlap / 2` values (or more; only those at the boundary are
/// touched). `overlap` is a power of two, at least 2; 0 does nothing.
/// Cost: 3 multiplies per value at most.
///
/// Part after part, 0 to [`UNFOLD_PARTS`] - 1; each takes about as long.
#[inline(never)] // with the optimisation of this package
pub fn unfold_part(left: &mut [i32], right: &mut [i32], overlap: usize, part: u32) {
    let Some(log2) = overlap.checked_ilog2().filter(|&log2| log2 > 0) else { return };
    let half = 1usize << (log2 - 1);
    let [from, to] = [part, part + 1].map(|part| half * part as usize / UNFOLD_PARTS as usize);
    let boundary = left.len();
    let left = left.get_mut(boundary.saturating_sub(to)..boundary.saturating_sub(from));
    let (Some(left), Some(right)) = (left, right.get_mut(from..to)) else { return };
    let step = 1 << (32 - log2);
    let mut distance = (2 * from as u32 + 1) << (31 - log2);
    for (l, r) in left.iter_mut().rev().zip(right) {
        let (s, c) = slope(distance);
        distance = distance.wrapping_add(step);
        let (a, b) = (*r, *l);
        *r = half_mul(a, s).wrapping_sub(half_mul(b, c)) << 1;
        *l = half_mul(b, s).wrapping_add(half_mul(a, c)) << 1;
    }
}

/// The multiplies of both parts: 4 for each pair, 2 at most for its slope.
pub const fn multiplies(overlap: usize) -> u32 {
    3 * overlap as u32
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::{super::waves::counted, *};

    fn unfold(left: &mut [i32], right: &mut [i32], overlap: usize) {
        for part in 0..UNFOLD_PARTS {
            unfold_part(left, right, overlap, part);
        }
    }

    #[test]
    fn the_stated_multiplies_are_those_counted() {
        for overlap in [0, 32, 512] {
            let counted = counted::multiplies(|| unfold(&mut [7; 1024], &mut [9; 1024], overlap));
            let stated = multiplies(overlap);
            assert!(counted <= stated && stated <= counted + overlap as u32, "{counted} {stated}");
        }
    }
}
