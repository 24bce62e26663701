//! Neural sounds, pictures and shapes: mixtures of networks.

mod line;
mod network;
mod parts;
mod picture;
mod shape;
mod sound;

pub(crate) use network::Network;
pub(crate) use parts::Parts;
pub(crate) use picture::Picture;
pub(crate) use shape::Shape;
pub(crate) use sound::Sound;
