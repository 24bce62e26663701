//! What do the commands do with a sound, a picture, a shape? (a table)

#[cfg(feature = "pictures")]
use super::options::PlotArgs;
use super::{
    file::Stored,
    options::{CheckArgs, DecodeArgs, InfoArgs},
    order::Order,
    picture, shape, sound,
    terminal::{Console, Failure},
};
use nex_runtime::Signal;

/// What the commands do with one signal.
pub struct Signals {
    pub export: fn(Order<'_>) -> Result<(), Failure>,
    pub decode: fn(&DecodeArgs, &Stored, &Console) -> Result<(), Failure>,
    pub check: fn(&CheckArgs, &Stored, &Console) -> Result<(), Failure>,
    pub info: fn(&InfoArgs, &Stored) -> Result<(), Failure>,
    /// The bytes of the picture, or of a coloured mesh.
    #[cfg(feature = "pictures")]
    pub plot: fn(&PlotArgs, &Stored, &Console) -> Result<Vec<u8>, Failure>,
}

const SOUND: Signals = Signals {
    export: sound::export::run,
    decode: sound::decode::run,
    check: sound::check::run,
    info: sound::info::run,
    #[cfg(feature = "pictures")]
    plot: sound::plot::draw,
};

const PICTURE: Signals = Signals {
    #[cfg(feature = "pictures")]
    export: picture::export::run,
    info: picture::info::run,
    #[cfg(feature = "pictures")]
    decode: picture::decode::run,
    #[cfg(feature = "pictures")]
    check: picture::check::run,
    #[cfg(feature = "pictures")]
    plot: picture::plot::draw,
    #[cfg(not(feature = "pictures"))]
    export: |order| Err(super::missing::kind(&order.args.input, "picture", "pictures")),
    #[cfg(not(feature = "pictures"))]
    decode: |args, _, _| Err(super::missing::kind(&args.input, "picture", "pictures")),
    #[cfg(not(feature = "pictures"))]
    check: |args, _, _| Err(super::missing::kind(&args.file, "picture", "pictures")),
};

const SHAPE: Signals = Signals {
    #[cfg(feature = "pictures")]
    export: shape::export::run,
    info: shape::info::run,
    #[cfg(feature = "pictures")]
    decode: shape::decode::run,
    #[cfg(feature = "pictures")]
    check: shape::check::run,
    #[cfg(feature = "pictures")]
    plot: shape::plot::draw,
    #[cfg(not(feature = "pictures"))]
    export: |order| Err(super::missing::kind(&order.args.input, "mesh", "pictures")),
    #[cfg(not(feature = "pictures"))]
    decode: |args, _, _| Err(super::missing::kind(&args.input, "shape", "pictures")),
    #[cfg(not(feature = "pictures"))]
    check: |args, _, _| Err(super::missing::kind(&args.file, "shape", "pictures")),
};

/// The row of a signal.
pub const fn of(signal: Signal) -> &'static Signals {
    match signal {
        Signal::Picture => &PICTURE,
        Signal::Shape => &SHAPE,
        _ => &SOUND,
    }
}
