//! What the tests share: files made at random, a second decoder, and how the
//! program is run.

pub mod compact;
pub mod compact_picture;
pub mod compact_shape;
pub mod forge;
pub mod fuzzing;
pub mod golden;
pub mod meshes;
pub mod networks;
pub mod packing;
pub mod page;
pub mod peers;
pub mod pictures;
pub mod playing;
pub mod program;
pub mod reference;
pub mod riff;
pub mod shapes;
pub mod solids;
pub mod sounds;
pub mod tiles;
pub mod verdict;
pub mod windows;
