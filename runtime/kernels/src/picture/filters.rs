//! The experts of the post filter, in 1/128.
//!
//! Made by `cargo run --release -p ne-train --example train_models`;
//! `tests/corpus` says of which pictures.

use super::{CHROMA_INPUTS, EXPERTS, Experts, LUMA_INPUTS};

/// Those that decoders have.
pub static TRAINED: Experts = Experts { luma: LUMA, co_cg: CO_CG };

#[rustfmt::skip]
const LUMA: [[i8; LUMA_INPUTS]; EXPERTS] = [
    [2, -2, 18, 21],
    [-5, 11, 20, 24],
    [15, -17, 22, 30],
    [-3, -12, 18, 43],
    [4, -12, 39, 15],
    [9, 9, 12, 15],
    [0, 29, 13, 13],
    [28, -7, 13, 17],
    [5, 1, 9, 45],
    [-7, 5, 43, 4],
    [15, 10, 4, 7],
    [-1, 33, 12, 4],
    [30, 0, 4, 8],
    [11, 7, -2, 48],
    [6, 11, 49, -8],
    [8, 6, -3, -2],
    [4, 26, 1, -3],
    [29, 2, -1, 1],
    [13, 1, -5, 50],
    [12, 5, 57, -5],
];

#[rustfmt::skip]
const CO_CG: [[[i8; CHROMA_INPUTS]; EXPERTS]; 2] = [
    [[27, 25], [21, 29], [28, 22], [26, 23], [24, 11], [19, 21], [9, 35], [34, 8], [16, 13], [18, 11], [15, 13], [2, 35], [35, 3], [12, 13], [14, 8], [12, 8], [1, 25], [30, 1], [16, 10], [12, 8]],
    [[31, 31], [22, 34], [36, 23], [27, 20], [14, 14], [21, 23], [8, 40], [37, 5], [15, 14], [15, 9], [14, 10], [4, 37], [34, 3], [14, 11], [8, 8], [11, 8], [2, 21], [25, -2], [10, 7], [10, 4]],
];
