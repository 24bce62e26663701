//! How is a block cut into leaves? (the gate, a coded quadtree)

use super::{
    Plane,
    cells::{Cells, level, mean},
    place,
};
use crate::{additive::decide, range::Coder};

/// Codes whether the square of `4 << size` pixels at the cell `at` is cut in four;
/// `luma` are the cells of the first plane.
pub fn split(
    coder: &mut impl Coder,
    tables: &mut [i16],
    (plane, cells, luma): (Plane, &Cells, Option<&Cells>),
    at: (usize, usize),
    size: usize,
    given: bool,
) -> bool {
    let around = cells.around(at);
    let smaller = around.iter().filter(|cell| usize::from(cell.size) < size).count();
    let place = (size - 1).min(2);
    let energy = level(mean(around, |cell| cell.energy[0].saturating_add(cell.energy[1])));
    let first = place::SPLIT_SIZE + (place * 3 + plane.index()) * 3 + smaller;
    let second = place::SPLIT_ENERGY + (plane.kind() * 3 + place) * place::LEVELS + energy;
    match luma {
        None => decide(coder, tables, [first, second], given),
        Some(luma) => {
            let cut = if usize::from(luma.at(at).size) < size { 1 } else { 2 };
            decide(coder, tables, [first, second, place::SPLIT_LUMA + place * 3 + cut], given)
        }
    }
}
