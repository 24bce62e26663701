//! Which frames are played over and over, and which of the stored sound are those?

use crate::commands::{
    options::Repeated,
    terminal::{Console, Failure},
};
use nex_runtime::Loop;
use std::{ops::Range, path::Path};

/// What a loop is, while a sound is cut and resampled.
pub enum Frames {
    None,
    /// Whatever of the sound is left.
    All,
    Some(Range<usize>),
    /// A cut went through it.
    Cut,
}

/// The loop that `--loop` or the file itself asks for.
pub fn asked(
    option: Option<Repeated>,
    own: Option<Range<usize>>,
    path: &Path,
    frames: usize,
) -> Result<Frames, Failure> {
    let points = match option {
        Some(Repeated::Frames { start, end }) if start < end && end <= frames as u64 => {
            Some(start as usize..end as usize)
        }
        Some(Repeated::Frames { start, end }) => {
            return Err(Failure::usage(format!(
                "--loop={start}..{end}: {} has frames 0 to {frames}; the loop ends in them, after \
                 it begins",
                path.display()
            )));
        }
        Some(Repeated::Own) if own.is_none() => return Ok(Frames::All),
        _ => own,
    };
    Ok(match points {
        Some(points) if points == (0..frames) => Frames::All,
        Some(points) => Frames::Some(points),
        None => Frames::None,
    })
}

/// The loop of a file.
pub fn of(points: Option<Loop>) -> Frames {
    points.map_or(Frames::None, |l| Frames::Some(l.start as usize..l.end as usize))
}

impl Frames {
    /// What is left of it, if it is whole.
    pub fn left(self) -> Option<Range<usize>> {
        if let Self::Some(points) = self { Some(points) } else { None }
    }

    /// Only these frames of the sound are left.
    pub fn cut(&mut self, left: &Range<usize>) {
        if let Self::Some(points) = self {
            *self = if left.start <= points.start && points.end <= left.end {
                Self::Some(points.start - left.start..points.end - left.start)
            } else {
                Self::Cut
            };
        }
    }

    /// The sound has so many frames now, where it had others, at another rate: each
    /// end goes to the frame that is nearest.
    pub fn resample(&mut self, before: usize, now: usize, (from_hz, to_hz): (u32, u32)) {
        let nearest = |frame: usize| {
            let (from, to) = (u128::from(from_hz), u128::from(to_hz));
            ((frame as u128 * to * 2 + from) / (2 * from)).min(now as u128) as usize
        };
        if let Self::Some(points) = self {
            let end = if points.end == before { now } else { nearest(points.end) };
            let start = nearest(points.start);
            *self = if start < end { Self::Some(start..end) } else { Self::Cut };
        }
    }

    /// The loop of the stored sound.
    pub fn end(
        self,
        path: &Path,
        option: Option<Repeated>,
        frames: usize,
        console: &Console,
    ) -> Result<Option<Loop>, Failure> {
        let cut = "the loop does not lie in what is stored of it";
        match self {
            Self::None => Ok(None),
            Self::All => Ok(Some(Loop::whole(frames as u32))),
            Self::Some(points) => {
                if option.is_some() {
                    console.detail(
                        "the loop is a part of the sound: its last sample is joined to its first \
                         as they are; only the ends of a whole sound can be made to meet",
                    );
                }
                Ok(Some(Loop { start: points.start as u32, end: points.end as u32 }))
            }
            Self::Cut if option.is_some() => Err(Failure::Usage(format!(
                "{}: {cut}; change --loop, or --start, --end and --trim-silence",
                path.display()
            ))),
            Self::Cut => {
                console.warn(&format!("{}: {cut}, and is left out", path.display()));
                Ok(None)
            }
        }
    }
}
