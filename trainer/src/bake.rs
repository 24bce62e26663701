//! Does a file keep its manager, or store what it decided? (baked routing)
//!
//! A manager's decisions are fixed once the weights are. Stored as runs of
//! frames they take the manager's place: a decoder then evaluates encoder and
//! one expert, for the same samples at all frames.

use crate::audio;
use nex_format::{
    Error as FormatError, SectionId,
    neural::{self, File},
};
use nex_runtime::{DecodeError, NetworkInfo, Sound};
use serde::Serialize;
use thiserror::Error;

/// When the decisions take the manager's place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Baking {
    /// If that makes the file smaller, or if --max-macs asks for it
    #[default]
    Auto,
    /// Whatever the file's size is then
    Always,
    /// The manager stays
    Never,
}

/// How a fitted network is stored.
#[derive(Clone, Copy, Debug, Default)]
pub struct Request {
    /// When the manager's decisions are stored.
    pub baking: Baking,
    /// Multiply-accumulates per time step at most.
    pub max_macs: Option<u32>,
    /// Entropy-code the weights.
    pub pack: bool,
}

/// Why a file cannot be stored as asked for.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum BakeError {
    /// There is no choice to store.
    #[error(
        "there is one expert only, so there are no decisions to store: give --experts 2 or more, or no --bake-routing"
    )]
    OneExpert,
    /// The decisions are stored already.
    #[error("the routing is baked already")]
    AlreadyBaked,
    /// Not even without the manager it is cheap enough.
    #[error(
        "decoding takes {needed} MAC per time step, {without_manager} with baked routing: above the {limit} of --max-macs; make encoder and experts smaller (--width, --layers, --encoder, --expert)"
    )]
    TooManyMacs {
        /// As fitted.
        needed: u32,
        /// Of encoder and one expert.
        without_manager: u32,
        /// What was asked for.
        limit: u32,
    },
    /// Without the manager it would be, but it has to stay.
    #[error(
        "decoding takes {needed} MAC per time step, above the {limit} of --max-macs; without --bake-routing=never it would take {without_manager}"
    )]
    ManagerStays {
        /// As fitted.
        needed: u32,
        /// Of encoder and one expert.
        without_manager: u32,
        /// What was asked for.
        limit: u32,
    },
    /// The baked file does not decode to the same samples; never expected.
    #[error("the file with baked routing decodes to other samples: please report this")]
    Differs,
    /// The bytes are no file that can be baked.
    #[error(transparent)]
    Format(#[from] FormatError),
    /// A sound that does not decode; never expected.
    #[error("the sound does not decode")]
    Decode(#[from] DecodeError),
}

impl Request {
    /// Whether the limit can be met by a network that takes so many
    /// multiply-accumulates per time step, of them so many in the manager.
    ///
    /// # Errors
    /// [`BakeError::TooManyMacs`], [`BakeError::ManagerStays`].
    pub const fn check_macs(&self, needed: u32, manager: u32) -> Result<(), BakeError> {
        let without_manager = needed.saturating_sub(manager);
        match self.max_macs {
            Some(limit) if without_manager > limit => {
                Err(BakeError::TooManyMacs { needed, without_manager, limit })
            }
            Some(limit) if needed > limit && matches!(self.baking, Baking::Never) => {
                Err(BakeError::ManagerStays { needed, without_manager, limit })
            }
            _ => Ok(()),
        }
    }

    /// The file to write for a plain one: baked and packed as asked for.
    ///
    /// Cost: decoding the sound three times, if there are decisions to make.
    ///
    /// # Errors
    /// [`BakeError`], but not [`BakeError::AlreadyBaked`]: that is kept.
    pub fn store(&self, plain: &[u8]) -> Result<Vec<u8>, BakeError> {
        let NetworkInfo { experts, macs, manager_macs, .. } = cost(&Sound::open(plain)?)?;
        self.check_macs(macs, manager_macs)?;
        if experts < 2 && self.baking == Baking::Always {
            return Err(BakeError::OneExpert);
        }
        let stored = |bytes: Vec<u8>| if self.pack { neural::pack(&bytes) } else { Ok(bytes) };
        let kept = stored(plain.to_vec())?;
        if manager_macs == 0 || self.baking == Baking::Never {
            return Ok(kept);
        }
        let baked = stored(bake(plain)?)?;
        let wanted =
            self.baking == Baking::Always || self.max_macs.is_some_and(|limit| macs > limit);
        Ok(if wanted || baked.len() < kept.len() { baked } else { kept })
    }
}

/// Makes the plain file with baked routing of a plain file with a manager.
///
/// Both are decoded, and compared sample by sample.
///
/// # Errors
/// [`BakeError::OneExpert`], [`BakeError::AlreadyBaked`],
/// [`BakeError::Differs`], [`BakeError::Format`], [`BakeError::Decode`].
pub fn bake(plain: &[u8]) -> Result<Vec<u8>, BakeError> {
    let sound = Sound::open(plain)?;
    cost(&sound)?;
    let file = File::parse(plain)?;
    let mixture = file.mixture();
    if mixture.runs.is_some() {
        return Err(BakeError::AlreadyBaked);
    }
    if mixture.manager.is_none() {
        return Err(BakeError::OneExpert);
    }
    let baked = neural::bake(plain, &audio::experts(&sound)?.0)?;
    let same = audio::decode_all(&sound)? == audio::decode_all(&Sound::open(&baked)?)?;
    if same { Ok(baked) } else { Err(BakeError::Differs) }
}

/// What the sound's network costs; a sound without one cannot be baked.
fn cost(sound: &Sound<'_>) -> Result<NetworkInfo, BakeError> {
    let other = FormatError::OtherKind(sound.info().kind);
    sound.network().ok_or(BakeError::Format(other))
}

/// How the experts of a file are chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Routing {
    /// There is one expert.
    None,
    /// A manager chooses while the sound is decoded; bytes of its plain weights.
    Manager {
        /// Of the section.
        bytes: usize,
    },
    /// The choices are stored.
    Baked {
        /// How often the expert changes, and once for each chunk.
        runs: usize,
        /// Of the section.
        bytes: usize,
    },
}

impl Routing {
    /// That of a file.
    #[must_use]
    pub fn of(file: &File<'_>) -> Self {
        let section = |id| file.sections().get(id).map_or(0, <[u8]>::len);
        let mixture = file.mixture();
        match &mixture.runs {
            Some(runs) => {
                Self::Baked { runs: runs.iter().count(), bytes: section(SectionId::RUNS) }
            }
            None if mixture.manager.is_some() => {
                Self::Manager { bytes: section(SectionId::MANAGER) }
            }
            None => Self::None,
        }
    }
}
