//! What a user of the decoder sees: one type for each signal, whatever the
//! profile of its file.

#[cfg(feature = "embedded-graphics")]
mod drawable;
mod gain;
mod include;
mod limits;
mod picture;
mod playback;
mod player;
mod shape;
mod sound;
mod source;
mod view;

#[cfg(feature = "embedded-graphics")]
pub use drawable::Drawable;
pub use gain::Gain;
pub use include::Aligned;
pub use limits::Limits;
#[cfg(feature = "neural")]
pub use picture::Field;
#[cfg(feature = "embedded-graphics")]
use picture::WIDEST;
pub use picture::{Area, Look, Picture, Rows, Window, Windows};
pub use playback::Playback;
pub use player::Player;
pub use shape::{Distances, Shape};
pub use sound::Sound;
pub use view::View;
