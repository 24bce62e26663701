//! What the tests share: files made at random, and a second decoder.

pub mod forge;
pub mod fuzzing;
pub mod golden;
pub mod reference;
