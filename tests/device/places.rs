//! At which places is a shape asked, here and on every processor?

use nex_runtime::Position;

/// So many are asked.
pub const PLACES: usize = 3000;

/// Places all over a cube of so many cells, always the same ones.
pub fn places(cells: u32) -> impl Iterator<Item = [Position; 3]> {
    let mut state = 0x5eed_u64;
    let mut next = move || {
        state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
        // In 2^-32 cells: the cube's side times what is random.
        let at = u64::from(cells) * (state >> 32);
        Position::new((at >> 32) as u32, at as u32)
    };
    (0..PLACES).map(move |_| [next(), next(), next()])
}
