//! Which frames does a WAV file want to be played over and over?

use super::head::{Chunk, Chunks};
use std::{
    io::{self, Read, Seek},
    ops::Range,
};

/// A loop of a sampler chunk.
pub(super) struct Looped {
    /// 0 forwards, 1 to and fro, 2 backwards.
    pub direction: u32,
    pub frames: Range<u64>,
}

/// The first loop that can be kept, and words for all others.
pub(super) fn the_loop(
    loops: &[Looped],
    frames: u64,
    warnings: &mut Vec<String>,
) -> Option<Range<u64>> {
    let runs = |l: &&Looped| l.direction == 0 && !l.frames.is_empty() && l.frames.end <= frames;
    let found = loops.iter().find(runs);
    if loops.len() > usize::from(found.is_some()) {
        let kept = found.map_or("none is kept".into(), |l| {
            format!("only that from frame {} to {} is kept", l.frames.start, l.frames.end)
        });
        warnings.push(format!(
            "its sampler chunk names {} loops, and {kept}: one is, that runs forwards and lies in \
             the sound; say which with --loop=START..END",
            loops.len()
        ));
    }
    found.map(|l| l.frames.clone())
}

impl<S: Read + Seek> Chunks<S> {
    /// The loops of a sampler chunk: as many as it says, and has room for.
    pub fn loops(&mut self, chunk: &Chunk) -> io::Result<Vec<Looped>> {
        const HEAD: u64 = 36;
        const LOOP: u64 = 24;
        let Some(count) = self.bytes(chunk.start.saturating_add(28))? else {
            return Ok(Vec::new());
        };
        let count = self.number(count);
        let room = u64::from(chunk.declared).saturating_sub(HEAD) / LOOP;
        let mut loops = Vec::new();
        for i in 0..room.min(count.into()) {
            // What is called first is a number, and last are a fraction and a count.
            let at = chunk.start.saturating_add(HEAD + i * LOOP + 4);
            let [Some(direction), Some(start), Some(last)] =
                [self.bytes(at)?, self.bytes(at + 4)?, self.bytes(at + 8)?]
            else {
                break;
            };
            let frames = self.number(start).into()..u64::from(self.number(last)) + 1;
            loops.push(Looped { direction: self.number(direction), frames });
        }
        Ok(loops)
    }
}
