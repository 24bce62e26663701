//! What must a checkpoint hold so that a fit goes on as if never stopped?

use super::optim::{Moments, Vector};
use crate::model::Arch;
use serde::{Deserialize, Serialize};

/// The best file so far, by deployed quality.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Best {
    pub nex: Vec<u8>,
    pub db: f64,
}

/// Everything that changes during a fit.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct State {
    pub shared: Vector,
    pub experts: Vector,
    /// Pretraining steps done.
    pub pretrained: u64,
    /// Steps done after pretraining.
    pub step: u64,
    /// Wall time spent before this process, in seconds.
    pub seconds: f64,
    /// The moments were reset for the experts' own stage.
    pub experts_only: bool,
    /// Deployed evaluations done.
    pub evaluations: u64,
    pub best: Option<Best>,
}

/// The fixed-size part, as postcard.
#[derive(Serialize, Deserialize)]
struct Head {
    arch: Arch,
    lens: [usize; 2],
    times: [Option<usize>; 2],
    pretrained: u64,
    step: u64,
    seconds: f64,
    experts_only: bool,
    evaluations: u64,
    best: Option<(f64, Vec<u8>)>,
}

const MAGIC: &[u8; 8] = b"nexckpt1";

impl State {
    /// One self-checking blob.
    pub fn to_bytes(&self, arch: &Arch) -> Result<Vec<u8>, postcard::Error> {
        let vectors = [&self.shared, &self.experts];
        let head = Head {
            arch: *arch,
            lens: vectors.map(|v| v.values.len()),
            times: vectors.map(|v| v.moments.as_ref().map(|m| m.time)),
            pretrained: self.pretrained,
            step: self.step,
            seconds: self.seconds,
            experts_only: self.experts_only,
            evaluations: self.evaluations,
            best: self.best.as_ref().map(|b| (b.db, b.nex.clone())),
        };
        let mut bytes = MAGIC.to_vec();
        bytes.extend(postcard::to_allocvec(&head)?);
        for vector in vectors {
            let moments = vector.moments.iter().flat_map(|m| [&m.first, &m.second]);
            for value in std::iter::once(&vector.values).chain(moments).flatten() {
                bytes.extend(value.to_le_bytes());
            }
        }
        Ok(bytes)
    }

    /// Reads a blob back; `None` if it is not whole or of another network.
    pub fn from_bytes(bytes: &[u8], arch: &Arch) -> Option<Self> {
        let bytes = bytes.strip_prefix(MAGIC)?;
        let (head, mut rest) = postcard::take_from_bytes::<Head>(bytes).ok()?;
        let layout = arch.layout();
        if head.arch != *arch || head.lens != [layout.shared_len, layout.experts_len] {
            return None;
        }
        let mut floats = |n: usize| -> Option<Vec<f32>> {
            let (data, tail) = rest.split_at_checked(n.checked_mul(4)?)?;
            rest = tail;
            Some(data.as_chunks().0.iter().map(|&b| f32::from_le_bytes(b)).collect())
        };
        let mut vector = |i: usize| -> Option<Vector> {
            let values = floats(head.lens[i])?;
            let moments = match head.times[i] {
                None => None,
                Some(time) => {
                    let (first, second) = (floats(head.lens[i])?, floats(head.lens[i])?);
                    Some(Moments { time, first, second })
                }
            };
            Some(Vector { values, moments })
        };
        let (shared, experts) = (vector(0)?, vector(1)?);
        rest.is_empty().then_some(Self {
            shared,
            experts,
            pretrained: head.pretrained,
            step: head.step,
            seconds: head.seconds,
            experts_only: head.experts_only,
            evaluations: head.evaluations,
            best: head.best.map(|(db, nex)| Best { nex, db }),
        })
    }
}
