//! What is decoded ahead, and how is the work spread?

use super::ring::Ring;
use crate::api::{Sound, source::Source};
use nex_format::Loop;

/// Decodes sounds one after the other, ahead of what is heard: the work for the
/// block that comes is spread over the frames before it.
#[derive(Debug)]
pub(super) struct Feed<'a, 'm, const QUEUE: usize> {
    memory: &'m mut [u32],
    ring: Ring<'m>,
    /// What is decoded, and what comes after it. What has ended stays where it is, for
    /// the next one to take its place.
    source: Option<Source<'a>>,
    is_over: bool,
    queue: [Option<&'a Sound<'a>>; QUEUE],
    /// Another sound is to be begun before them.
    held: bool,
    repeated: Option<Loop>,
    jumped: Option<Jumped>,
    /// Where in the ring the sound that is decoded begins, if another one is heard.
    border: Option<Border>,
    /// The rate of what is heard.
    rate_hz: u32,
    /// Nothing of it has been heard yet, so that there is time; and whether it starts
    /// within a sound.
    starting: bool,
    within: bool,
    /// Work that was due and is not done yet; below zero, what was done too much.
    due: i32,
    ended: u32,
}

#[derive(Clone, Copy, Debug)]
struct Border {
    /// Frames before it.
    after: usize,
    /// Frames of the sound before it.
    frames: u32,
}

/// Jumps from a loop's end to its beginning.
#[derive(Clone, Copy, Debug)]
struct Jumped {
    points: Loop,
    /// The frame from which the first one went.
    from: u32,
    /// Frames decoded since the first and since the last one.
    since_first: u32,
    since_last: u32,
}

impl Jumped {
    /// The frame that lies so many before the next one, and before the last jump.
    fn before(&self, frames: u32) -> u32 {
        let Loop { start, end } = self.points;
        if frames > self.since_first {
            return self.from.saturating_sub(frames - self.since_first);
        }
        let back = (frames - self.since_last).saturating_sub(1);
        (end - 1).saturating_sub(back.checked_rem(end - start).unwrap_or(0))
    }
}

/// How many times as fast as it plays what lies before a frame is decoded, that is
/// sought.
const SEEK_PACE: u32 = 4;
/// More work than a block takes.
const WHOLE: i32 = 1 << 30;

impl<'a, 'm, const QUEUE: usize> Feed<'a, 'm, QUEUE> {
    pub const fn new(memory: &'m mut [u32], ring: Ring<'m>) -> Self {
        Self {
            memory,
            ring,
            source: None,
            is_over: true,
            queue: [const { None }; QUEUE],
            held: false,
            repeated: None,
            jumped: None,
            border: None,
            rate_hz: 0,
            starting: false,
            within: false,
            due: 0,
            ended: 0,
        }
    }

    pub const fn memory(&self) -> &[u32] {
        self.memory
    }

    pub const fn ahead(&self) -> &[i16] {
        self.ring.samples()
    }

    pub const fn channels(&self) -> usize {
        self.ring.channels()
    }

    /// Whole frames in so many samples.
    pub const fn frames_in(&self, samples: usize) -> usize {
        self.ring.frames_in(samples)
    }

    /// The rate of the sound that is heard.
    pub const fn rate_hz(&self) -> u32 {
        self.rate_hz
    }

    /// Whether nothing is to be heard, now or later.
    pub const fn is_empty(&self) -> bool {
        self.is_over
    }

    /// Whether nothing has been heard since it began or was sought in: not while what was
    /// before it is still to be heard. (Of a short sound, the next one may be decoded.)
    pub const fn is_starting(&self) -> bool {
        self.starting && !self.is_at_border()
    }

    /// Whether it starts within a sound.
    pub const fn is_within(&self) -> bool {
        self.within
    }

    /// Sounds that have ended.
    pub const fn ended(&self) -> u32 {
        self.ended
    }

    /// The sound that is decoded.
    pub fn sound(&self) -> Option<Sound<'a>> {
        self.playing().map(Source::sound)
    }

    /// The frame that is heard next.
    pub fn position(&self) -> Option<u32> {
        let source = self.playing()?;
        if let Some(border) = self.border {
            return Some(border.frames.saturating_sub(border.after as u32));
        }
        let (next, ahead) = (source.position(), self.ring.len() as u32);
        Some(match self.jumped {
            Some(jumped) if ahead > jumped.since_last => jumped.before(ahead),
            _ => next.saturating_sub(ahead),
        })
    }

    /// Forgets what waits, and begins nothing more until it is told to.
    pub fn hold(&mut self) {
        self.queue = [const { None }; QUEUE];
        self.hold_back();
    }

    /// Begins nothing more until it is told to.
    pub const fn hold_back(&mut self) {
        self.held = true;
    }

    /// Begins a sound at once, before those that wait.
    #[inline(never)] // its stack is to be free again while blocks are decoded
    pub fn begin(&mut self, sound: &'a Sound<'a>) {
        self.forget();
        self.rate_hz = sound.info().rate_hz;
        self.load(sound);
        (self.starting, self.within) = (true, false);
    }

    fn load(&mut self, sound: &Sound<'a>) {
        self.is_over = false;
        (self.repeated, self.jumped) = (None, None);
        match &mut self.source {
            Some(source) => source.belong_to(sound),
            None => self.source = Some(Source::new(sound.clone())),
        }
    }

    fn playing(&self) -> Option<&Source<'a>> {
        self.source.as_ref().filter(|_| !self.is_over)
    }

    /// Nothing is to be heard any more.
    pub fn clear(&mut self) {
        self.hold();
        self.forget();
    }

    fn forget(&mut self) {
        self.drop_ahead();
        (self.is_over, self.held, self.repeated) = (true, false, None);
    }

    /// Forgets what was decoded ahead.
    const fn drop_ahead(&mut self) {
        self.ring.clear();
        (self.border, self.due, self.jumped) = (None, 0, None);
    }

    /// A sound that comes after all others; `false` if there is no room.
    pub fn queue(&mut self, sound: &'a Sound<'a>) -> bool {
        if self.is_over && !self.held {
            // What was decoded last is heard to its end before it.
            self.load(sound);
            self.border = Some(Border { after: 0, frames: 0 });
            self.ended = self.ended.wrapping_sub(1);
            self.due = 0;
            (self.starting, self.within) = (true, false);
            return true;
        }
        match self.queue.iter_mut().find(|place| place.is_none()) {
            Some(place) => *place = Some(sound),
            None => return false,
        }
        true
    }

    /// Plays some frames of the sound that is decoded over and over.
    pub fn set_loop(&mut self, points: Option<Loop>) {
        let frames = self.playing().map_or(0, Source::frames);
        self.repeated = points.filter(|points| points.fits(frames));
    }

    /// Goes on at a frame of the sound that is decoded, or was decoded last.
    pub fn seek(&mut self, frame: u32) {
        self.drop_ahead();
        self.held = false;
        (self.starting, self.within) = (true, true);
        if core::mem::replace(&mut self.is_over, self.source.is_none()) {
            // It has ended while it faded.
            self.ended = self.ended.wrapping_sub(1);
        }
        if let Some(source) = &mut self.source {
            self.rate_hz = source.rate_hz();
            source.seek(frame.min(source.frames()));
        }
    }

    /// Whether frames have to wait: nothing of the sound has been heard, and its first
    /// block takes more work. Does some of it, for so many frames of silence.
    pub fn is_waiting(&mut self, frames: usize) -> bool {
        if !self.is_starting() {
            return false;
        }
        self.produce(&mut 0, 1);
        if self.is_short() {
            let (_, unit) = self.playing().map_or((0, 0), Source::pending);
            let pace = if self.within { SEEK_PACE } else { 1 };
            self.work((pace * frames as u32).saturating_mul(unit));
        }
        self.starting = self.is_short();
        self.starting
    }

    /// Whether less than half a block waits, though more is to come: with so much the
    /// next block has half its time.
    fn is_short(&self) -> bool {
        let Some(source) = self.playing() else { return false };
        let enough = source.block_len().min(self.ring.capacity()) / 2;
        source.ready().is_some() && source.position() < source.frames() && self.ring.len() < enough
    }

    /// Gives the next frames; 0 at the end of the last sound, and where one follows of
    /// another rate, until [`cross`](Self::cross)ed.
    pub fn pull(&mut self, out: &mut [i16]) -> usize {
        if self.ring.len() == 0 {
            let wanted = self.frames_in(out.len());
            self.produce(&mut { WHOLE }, wanted);
        }
        self.cross_like();
        let ahead = self.ring.len();
        let most = self.border.map_or(usize::MAX, |border| border.after);
        if ahead == 0 && most > 0 {
            self.end();
        }
        let frames = self.ring.take(out, most);
        if let Some(border) = &mut self.border {
            border.after -= frames;
        }
        self.cross_like();
        self.spread(frames, ahead);
        frames
    }

    /// Whether a sound has been heard to its end and another one follows.
    pub const fn is_at_border(&self) -> bool {
        matches!(self.border, Some(Border { after: 0, .. }))
    }

    /// Goes on to the next sound if that is of the same rate.
    fn cross_like(&mut self) {
        if self.is_at_border() && self.playing().map(Source::rate_hz) == Some(self.rate_hz) {
            self.cross();
        }
    }

    /// Goes on to the next sound.
    pub fn cross(&mut self) {
        self.border = None;
        self.ended = self.ended.wrapping_add(1);
        self.rate_hz = self.playing().map_or(0, Source::rate_hz);
    }

    /// The last sound has been heard.
    fn end(&mut self) {
        if !core::mem::replace(&mut self.is_over, true) {
            self.ended = self.ended.wrapping_add(1);
        }
        self.repeated = None;
    }

    /// Does the work that falls to so many frames, of `ahead` that there were.
    fn spread(&mut self, frames: usize, ahead: usize) {
        let Some((mut left, mut unit)) = self.playing().map(Source::pending) else { return };
        if unit == 0 {
            self.produce(&mut 0, 0);
            (left, unit) = self.playing().map_or((0, 0), Source::pending);
        }
        let even = (frames as u32).saturating_mul(unit);
        // Or all has to be done before the ring is empty.
        let all = even.saturating_mul(left) / (ahead as u32).max(1);
        self.work(even.max(all));
    }

    /// Does so much work, less what was done too much before.
    fn work(&mut self, units: u32) {
        let mut left = self.due.saturating_add(units.min(WHOLE as u32) as i32).min(WHOLE);
        self.produce(&mut left, 0);
        // What was too little for a part is kept, but not what no work was there for.
        let waits = self.playing().is_some_and(|source| source.pending().0 > 0);
        self.due = if waits { left } else { left.min(0) };
    }

    /// Decodes into the ring: what is ready, and what so much work makes so. Of a
    /// sound without blocks, whose work need not be spread, as much as is `wanted`.
    fn produce(&mut self, left: &mut i32, wanted: usize) {
        // Each turn adds frames, does work or ends a sound; the queue has an end.
        loop {
            let Some(source) = self.source.as_mut().filter(|_| !self.is_over) else { return };
            let end = match self.repeated {
                Some(points) => {
                    if source.position() >= points.end {
                        let from = source.position();
                        source.seek(points.start);
                        let before = self.jumped.filter(|jumped| jumped.points == points);
                        let first = Jumped { points, from, since_first: 0, since_last: 0 };
                        self.jumped = Some(Jumped { since_last: 0, ..before.unwrap_or(first) });
                    }
                    points.end
                }
                None => source.frames(),
            };
            let remaining = end.saturating_sub(source.position()) as usize;
            if remaining == 0 {
                if !self.follow() {
                    return;
                }
                continue;
            }
            let room = self.ring.capacity().saturating_sub(self.ring.len());
            let ready = source.ready().unwrap_or(wanted.saturating_sub(self.ring.len()));
            let most = room.min(ready).min(remaining);
            if most > 0 {
                let (channels, memory) = (self.ring.channels(), &mut *self.memory);
                let before = self.ring.len();
                self.ring.add(|out| decode(source, memory, (out, channels), most));
                let added = (self.ring.len() - before) as u32;
                if let Some(jumped) = &mut self.jumped {
                    jumped.since_first = jumped.since_first.saturating_add(added);
                    jumped.since_last = jumped.since_last.saturating_add(added);
                }
                continue;
            }
            // Who waits for frames has some.
            if wanted > 0 && self.ring.len() > 0 || room == 0 {
                return;
            }
            if !source.work(self.memory, left) || source.ready() == Some(0) {
                return;
            }
        }
    }

    /// Goes on to decode the next sound of the queue, if there is one.
    #[inline(never)] // as `begin`
    fn follow(&mut self) -> bool {
        if self.border.is_some() || self.held {
            return false;
        }
        // The first that waits comes to the end of the queue, and leaves it.
        let mut next = None;
        for place in self.queue.iter_mut().rev() {
            core::mem::swap(place, &mut next);
        }
        let Some(next) = next else { return false };
        let frames = self.playing().map_or(0, Source::frames);
        self.border = Some(Border { after: self.ring.len(), frames });
        self.load(next);
        true
    }
}

/// Decodes frames into `out`, of so many channels: two are made of one, and one of
/// all. Returns how many.
fn decode(
    source: &mut Source<'_>,
    memory: &mut [u32],
    (out, channels): (&mut [i16], usize),
    most: usize,
) -> usize {
    let own = source.channels().max(1);
    let most = most.min(if channels == 2 { out.len() / 2 } else { out.len() });
    if own == channels {
        let out = out.get_mut(..most * channels).unwrap_or_default();
        return source.decode_block(out, memory);
    }
    decode_mixed(source, memory, (out, channels), most)
}

/// [`decode`] of a sound that has other channels.
#[inline(never)] // its stack is to be free while blocks are decoded
fn decode_mixed(
    source: &mut Source<'_>,
    memory: &mut [u32],
    (out, channels): (&mut [i16], usize),
    most: usize,
) -> usize {
    let (own, channels) = (source.channels().max(1), channels.max(1));
    let mut block = [0; 64];
    let mut done = 0;
    while done < most {
        let now = (most - done).min(block.len().checked_div(own).unwrap_or(0));
        let Some(block) = block.get_mut(..now * own) else { break };
        let frames = source.decode_block(block, memory);
        let to = out.get_mut(done * channels..).unwrap_or_default();
        for (to, from) in to.chunks_exact_mut(channels).zip(block.chunks_exact(own)).take(frames) {
            mix_channels(from, to);
        }
        done += frames;
        if frames == 0 {
            break;
        }
    }
    done
}

/// One channel goes to all; to one go all, in the mean; others stay as they are.
fn mix_channels(from: &[i16], to: &mut [i16]) {
    match (from, to) {
        (&[one], to) => to.fill(one),
        (from, [one]) => {
            let sum: i32 = from.iter().map(|&sample| i32::from(sample)).sum();
            *one = sum.checked_div(from.len() as i32).unwrap_or(0) as i16;
        }
        (from, to) => to.iter_mut().zip(from).for_each(|(to, from)| *to = *from),
    }
}
