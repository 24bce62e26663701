//! What does a sound become with a given quantiser?

use super::{
    chunk::{self, Coded, Planned, Tally},
    levels::{self, Levels},
    mdct::Mdct,
    partition::Plan,
    plan::Block,
    progress::Meter,
    quantiser::Quantiser,
    source::{Source, turn},
};
use nex_coding::{
    sound::{MODELS, SoundHeader},
    spectrum::Envelope,
};
use nex_format::{Error, Loop, SectionId, compact};
use rayon::prelude::*;
use std::io;

/// A sound in coded chunks.
#[derive(Clone, Debug)]
pub(super) struct Attempt {
    pub header: SoundHeader,
    pub chunks: Vec<Coded>,
    /// By chunk.
    pub models: Vec<u8>,
}

/// Which models a chunk may be coded with.
#[derive(Clone, Copy, Debug)]
pub(super) enum Choose<'a> {
    /// The cheapest of all.
    Any,
    /// This one.
    Only(u8),
    /// These, chunk by chunk.
    Fixed(&'a [u8]),
}

/// Quantises and codes a sound.
pub(super) fn attempt(
    source: &Source<'_>,
    plan: &Plan,
    q: &Quantiser,
    choose: Choose<'_>,
    meter: &Meter<'_>,
) -> io::Result<Attempt> {
    let header = SoundHeader {
        step: q.step,
        gamma: q.gamma,
        fill: q.fill,
        tilt: q.tilt,
        offsets: q.offsets,
        ..source.header()
    };
    let chunks = source.chunks();
    let code = |mdct: &mut Mdct, i: usize| {
        let ready = Ready::new(source, plan, &header, i, mdct)?;
        let try_model = |model: u8| {
            let coded = ready.encode(&header, model, q.lambda, None);
            meter.coded(chunks);
            (model, coded)
        };
        Ok(match choose {
            Choose::Fixed(models) => try_model(models[i]),
            Choose::Only(model) => try_model(model),
            Choose::Any => {
                let tried: Vec<_> =
                    (0..MODELS.len() as u8).into_par_iter().map(try_model).collect();
                let better =
                    |a: (u8, Coded), b: (u8, Coded)| if b.1.cost < a.1.cost { b } else { a };
                tried.into_iter().reduce(better).unwrap_or_default()
            }
        })
    };
    let coded = (0..chunks).into_par_iter().map_init(|| source.mdct(), code);
    let coded: Vec<(u8, Coded)> = coded.collect::<io::Result<_>>()?;
    let (models, chunks) = coded.into_iter().unzip();
    Ok(Attempt { header, chunks, models })
}

/// Counts the decisions of a sound, coded with fixed models.
pub(super) fn tally(
    source: &Source<'_>,
    plan: &Plan,
    attempt: &Attempt,
    lambda: f32,
    tally: &mut Tally,
) -> io::Result<()> {
    let mut mdct = source.mdct();
    for (i, &model) in attempt.models.iter().enumerate() {
        let ready = Ready::new(source, plan, &attempt.header, i, &mut mdct)?;
        ready.encode(&attempt.header, model, lambda, Some(tally));
    }
    Ok(())
}

/// A chunk, ready to be coded.
struct Ready {
    planned: Planned,
    /// As counted in the sound.
    blocks: Vec<Block>,
    /// By channel, of the turned signals; none if the header has no envelopes.
    levels: Vec<Levels>,
}

impl Ready {
    fn new(
        source: &Source<'_>,
        plan: &Plan,
        header: &SoundHeader,
        index: usize,
        mdct: &mut Mdct,
    ) -> io::Result<Self> {
        let (blocks, next) = plan.blocks(index);
        let mut part = source.part(source.chunk(index))?;
        let moved = |by: usize| move |b: &Block| Block { start: b.start - by, ..*b };
        let within: Vec<Block> = blocks.iter().map(moved(part.from)).collect();
        let next =
            next.as_ref().map(moved(part.from)).ok_or(source.frames.saturating_sub(part.from));
        let transform =
            |signal: &Vec<f64>| mdct.stretch(signal, &within, next.as_ref().map_err(|&end| end));
        let mut coefs: Vec<Vec<f64>> = part.signals.iter().map(transform).collect();
        let angle = source.angle(index);
        if let [a, b] = &mut coefs[..] {
            turn(a, b, angle);
        }
        let planned =
            Planned { blocks: blocks.iter().map(moved(part.range.start)).collect(), coefs, angle };
        let mut levels = Vec::new();
        if header.has_envelopes() {
            source.turn(&mut part);
            levels.extend((0..part.signals.len()).map(|c| source.levels(&part, c)));
        }
        Ok(Self { planned, blocks, levels })
    }

    fn encode(
        &self,
        header: &SoundHeader,
        model: u8,
        lambda: f32,
        tally: Option<&mut Tally>,
    ) -> Coded {
        // By block and channel; plain ones if the header has none.
        let mut envelopes = vec![[Envelope::default(); 2]; self.blocks.len()];
        let codebook = &MODELS[usize::from(model)].codebook;
        for (c, levels) in self.levels.iter().enumerate() {
            let found = levels::envelopes(codebook, levels, &self.blocks);
            envelopes.iter_mut().zip(found).for_each(|(to, envelope)| to[c] = envelope);
        }
        chunk::encode(header, &self.planned, (model, &envelopes), lambda, tally)
    }
}

impl Attempt {
    /// The whole file.
    pub fn file(&self, comment: Option<&str>, repeated: Option<Loop>) -> Result<Vec<u8>, Error> {
        let chunks: Vec<&[u8]> = self.chunks.iter().map(|c| &c.bytes[..]).collect();
        let repeated = repeated.map(Loop::to_bytes).transpose()?;
        let comment = comment.map(|comment| (SectionId::COMMENT, comment.as_bytes()));
        let repeated = repeated.as_deref().map(|points| (SectionId::LOOP, points));
        let sections: Vec<_> = comment.into_iter().chain(repeated).collect();
        compact::write(&self.header, &sections, &chunks)
    }

    /// Squared error in steps, each coefficient in its own.
    pub fn shaped_error(&self) -> f64 {
        self.chunks.iter().map(|c| c.error).sum()
    }

    /// Offsets that would have fitted better.
    pub fn better_offsets(&self) -> [i8; 3] {
        std::array::from_fn(|class| {
            let (count, short) = self.chunks.iter().fold((0.0, 0.0), |(n, s), chunk| {
                (n + chunk.centroids[class].0, s + chunk.centroids[class].1)
            });
            let mean = if count < 8.0 { 0.0 } else { short / count };
            let offset = f64::from(self.header.offsets[class]) + 64.0 * mean;
            offset.round().clamp(-16.0, 15.0) as i8
        })
    }
}
