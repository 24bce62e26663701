//! A picture's rows, at any size.
//!
//! A smaller picture is halved up to three times by means, then each axis is scaled by
//! Catmull and Rom's cubic, widened where rows or columns are left out.

use super::{Area, Of, Picture, Windows};
use crate::{error::DecodeError, info::PictureInfo};

/// Rows of a part of a picture from top to bottom, scaled to a size.
///
/// ```
/// # fn show(flash: &[u8]) -> Result<(), nex_runtime::Error> {
/// use nex_runtime::{Area, Picture};
///
/// let picture = Picture::open(flash)?; // checks everything, once
/// let mut memory = [0u32; 16384]; // picture.rows_len(Area::ALL, (120, 90)) at least
/// let mut row = [0u8; 120 * 4];
/// if let Ok(mut rows) = picture.rows(Area::ALL, (120, 90), &mut memory) {
///     while let Some(samples) = rows.next_row(&mut row) {
///         // hand `row[..samples]` to the display
///     }
/// }
/// # Ok(())
/// # }
/// # assert_eq!(show(b"RIFF"), Err(nex_runtime::Error::BadMagic));
/// ```
#[derive(Debug)]
pub struct Rows<'a, 'm> {
    bands: Bands<'a, 'm>,
    plan: Plan,
    /// Rows that were scaled along, each at its number modulo their count.
    lines: &'m mut [i16],
    /// Rows that were taken from the bands.
    taken: u32,
    /// The next row.
    next: u32,
}

/// How a picture is scaled.
#[derive(Clone, Copy, Debug)]
struct Plan {
    channels: usize,
    /// In the halved picture.
    area: Area,
    halvings: u32,
    x: Scale,
    y: Scale,
    /// Rows that are decoded together, halved.
    band: u32,
}

impl Plan {
    const fn new(picture: &Picture<'_>, area: Area, size: (u32, u32)) -> Self {
        let PictureInfo { width, height, channels, tile, .. } = picture.info();
        let area = area.within(Area { left: 0, top: 0, width, height });
        let mut halvings = 0;
        // Not below what is asked for.
        while halvings < 3
            && area.width >> (halvings + 1) >= size.0
            && area.height >> (halvings + 1) >= size.1
            && (area.left | area.top) >> halvings & 1 == 0
            && size.0 > 0
            && size.1 > 0
        {
            halvings += 1;
        }
        let (across, down) = (area.width, area.height);
        let area = area.halved(halvings);
        // Several tiles side by side are decoded one after the other.
        let rows = match picture.of {
            #[cfg(feature = "neural")]
            Of::Neural(_) => 8,
            _ if tile.0 < width => tile.1,
            _ => 32,
        };
        let rows = if rows < height { rows } else { height };
        Self {
            channels: channels as usize,
            area,
            halvings,
            x: Scale { all: across, halvings, to: size.0 },
            y: Scale { all: down, halvings, to: size.1 },
            band: rows.div_ceil(1 << halvings),
        }
    }

    /// Whether rows are what they are in the bands.
    const fn is_whole(&self) -> bool {
        self.area.width == self.x.to && self.area.height == self.y.to
    }

    const fn band_words(&self) -> usize {
        let samples = self.area.width as u64 * self.band as u64 * self.channels as u64;
        words(samples, 4)
    }

    /// Rows that are kept.
    const fn lines(&self) -> u32 {
        if self.is_whole() { 0 } else { self.y.taps() }
    }

    const fn line_len(&self) -> usize {
        self.x.to as usize * self.channels
    }

    const fn line_words(&self) -> usize {
        words(self.lines() as u64 * self.line_len() as u64, 2)
    }

    /// Words of memory in all, those for the picture's windows too.
    const fn memory_len(&self, picture: &Picture<'_>) -> usize {
        let more = self.band_words().saturating_add(self.line_words());
        picture.memory_len().saturating_add(more)
    }
}

/// Words of so many parts of one, the largest number where they are too many.
const fn words(parts: u64, of: u64) -> usize {
    let words = parts.div_ceil(of);
    if words > usize::MAX as u64 { usize::MAX } else { words as usize }
}

impl<'a, 'm> Rows<'a, 'm> {
    pub(super) const fn memory_len(picture: &Picture<'_>, area: Area, size: (u32, u32)) -> usize {
        Plan::new(picture, area, size).memory_len(picture)
    }

    pub(super) fn new(
        picture: &Picture<'a>,
        area: Area,
        size: (u32, u32),
        memory: &'m mut [u32],
    ) -> Result<Self, DecodeError> {
        let sides = 1..=u32::from(u16::MAX);
        if !sides.contains(&size.0) || !sides.contains(&size.1) {
            return Err(DecodeError::OutOfRange);
        }
        let plan = Plan::new(picture, area, size);
        if plan.area.is_empty() {
            return Err(DecodeError::OutOfRange);
        }
        let needed = plan.memory_len(picture);
        let short = DecodeError::ScratchTooSmall { needed };
        if memory.len() < needed {
            return Err(short);
        }
        let (band, rest) = memory.split_at_mut_checked(plan.band_words()).ok_or(short)?;
        let (lines, rest) = rest.split_at_mut_checked(plan.line_words()).ok_or(short)?;
        Ok(Self {
            bands: Bands {
                windows: picture.windows(rest)?.halved(plan.halvings).within(plan.area),
                samples: bytemuck::cast_slice_mut(band),
                area: plan.area,
                channels: plan.channels,
                rows: plan.band,
                starts: plan.area.top,
                ends: plan.area.top,
            },
            plan,
            lines: bytemuck::cast_slice_mut(lines),
            taken: 0,
            next: 0,
        })
    }

    /// Decodes the next row, interleaved, as far as `out` has room; returns how many samples
    /// that were. `None` after the last row.
    ///
    /// # Panics
    /// Never.
    pub fn next_row(&mut self, out: &mut [u8]) -> Option<usize> {
        let Plan { y: scale, channels, .. } = self.plan;
        if self.next >= scale.to {
            return None;
        }
        let row = self.next;
        self.next += 1;
        let len = self.plan.line_len();
        let room = out.len().min(len);
        let out = out.get_mut(..room - room % channels.max(1))?;
        if self.plan.is_whole() {
            let from = self.bands.row(row)?;
            out.iter_mut().zip(from).for_each(|(to, from)| *to = *from);
            return Some(out.len());
        }
        let taps = scale.taps_of(row);
        while self.taken <= taps.last {
            let at = self.taken.checked_rem(self.plan.lines())? as usize * len;
            let line = self.lines.get_mut(at..at + len)?;
            along(&self.plan, self.bands.row(self.taken)?, line);
            self.taken += 1;
        }
        let kept = self.plan.lines() as usize;
        let (pixels, lines) = (out.chunks_exact_mut(channels.max(1)), &*self.lines);
        for (x, pixel) in pixels.enumerate() {
            let mut sums = [0i64; 4];
            for (y, weight) in taps {
                let at = (y as usize).checked_rem(kept)? * len + x * channels;
                let samples = lines.get(at..at + channels).unwrap_or_default();
                for (sum, sample) in sums.iter_mut().zip(samples) {
                    *sum += i64::from(*sample) * weight;
                }
            }
            finish(sums.map(|sum| rounded(sum, taps.sum)), pixel);
        }
        Some(out.len())
    }
}

/// Rows that windows have filled.
#[derive(Debug)]
struct Bands<'a, 'm> {
    windows: Windows<'a, 'm>,
    samples: &'m mut [u8],
    area: Area,
    channels: usize,
    /// Rows of a band at most.
    rows: u32,
    /// The band's first row, in the picture.
    starts: u32,
    /// The row after it.
    ends: u32,
}

impl Bands<'_, '_> {
    /// A row of the area, of the band that is there or of one after it.
    fn row(&mut self, row: u32) -> Option<&[u8]> {
        let row = self.area.top + row;
        while row >= self.ends {
            self.starts = self.ends;
            let ends = (self.starts.checked_div(self.rows)? + 1) * self.rows;
            self.ends = ends.min(self.area.top + self.area.height);
            if self.ends == self.starts {
                return None;
            }
            self.fill()?;
        }
        let stride = self.area.width as usize * self.channels;
        let at = (row - self.starts) as usize * stride;
        self.samples.get(at..at + stride)
    }

    fn fill(&mut self) -> Option<()> {
        let Area { left, width, .. } = self.area;
        let channels = self.channels.max(1);
        loop {
            let window = self.windows.next_window()?;
            let part = window.area();
            let rows = self.samples.chunks_exact_mut((width as usize * channels).max(1));
            for (y, row) in (0..part.height).zip(rows.skip((part.top - self.starts) as usize)) {
                window.row_samples(y, row.get_mut((part.left - left) as usize * channels..)?);
            }
            let right = part.left + part.width == left + width;
            if right && part.top + part.height == self.ends {
                return Some(());
            }
        }
    }
}

/// Samples in the sums: colours times alpha, in 1/32 of a level.
const FINE: i32 = 32;

/// Scales a row along, its alpha multiplied in.
fn along(plan: &Plan, row: &[u8], line: &mut [i16]) {
    let channels = plan.channels.max(1);
    let has_alpha = channels.is_multiple_of(2);
    for (x, to) in (0..plan.x.to).zip(line.chunks_exact_mut(channels)) {
        let taps = plan.x.taps_of(x);
        let mut sums = [0i64; 4];
        for (x, weight) in taps {
            let at = x as usize * channels;
            let pixel = row.get(at..at + channels).unwrap_or_default();
            let alpha = pixel.last().filter(|_| has_alpha).map_or(255, |&alpha| alpha.into());
            for (i, (sum, &sample)) in sums.iter_mut().zip(pixel).enumerate() {
                let of = if i + 1 < channels { alpha } else { 255 };
                *sum += i64::from(FINE * of * i32::from(sample) / 255) * weight;
            }
        }
        for (to, sum) in to.iter_mut().zip(sums) {
            *to = rounded(sum, taps.sum).clamp(i16::MIN.into(), i16::MAX.into()) as i16;
        }
    }
}

/// Samples of a pixel from sums, alpha divided out.
fn finish(sums: [i32; 4], pixel: &mut [u8]) {
    let has_alpha = pixel.len().is_multiple_of(2);
    let last = pixel.len().saturating_sub(1);
    let alpha = sums.get(last).filter(|_| has_alpha).copied().unwrap_or(255 * FINE);
    let alpha = alpha.clamp(0, 255 * FINE);
    for (i, (to, sum)) in pixel.iter_mut().zip(sums).enumerate() {
        let of = if has_alpha && i == last { 255 * FINE } else { alpha };
        let level = (sum * 255 + of / 2).checked_div(of).unwrap_or(0);
        *to = level.clamp(0, 255) as u8;
    }
}

fn rounded(sum: i64, of: i64) -> i32 {
    (2 * sum + of).checked_div_euclid(2 * of).unwrap_or(0) as i32
}

/// One axis: so many pixels, halved so often, become so many others.
#[derive(Clone, Copy, Debug)]
struct Scale {
    all: u32,
    halvings: u32,
    to: u32,
}

/// Fractional bits of a distance.
const BITS: u32 = 12;

impl Scale {
    /// Places before: the last one may stand for fewer pixels than the others.
    const fn places(self) -> u32 {
        self.all.div_ceil(1 << self.halvings)
    }

    /// Pixels as if there were so many places as after.
    const fn kept(self) -> u64 {
        (self.to as u64) << self.halvings
    }

    /// Pixels that the cubic is wide for: no fewer than a place has.
    const fn wide(self) -> u64 {
        let all = self.all as u64;
        if all > self.kept() { all } else { self.kept() }
    }

    /// How far the cubic reaches to either side, in places, rounded up.
    const fn reach(self) -> u32 {
        // Nothing is kept of nothing.
        match (2 * self.wide() + self.kept().saturating_sub(1)).checked_div(self.kept()) {
            Some(places) => places as u32,
            None => 0,
        }
    }

    /// Places that one is made of, at most.
    const fn taps(self) -> u32 {
        let most = 2 * self.reach() + 1;
        if most < self.places() { most } else { self.places() }
    }

    /// What place `at` is made of.
    fn taps_of(self, at: u32) -> Taps {
        // Its centre in halves of a pixel's 1 / `to`, where place n has its own at 2 n + 1
        // times so many as a place has pixels.
        let centre = (2 * u64::from(at) + 1) * u64::from(self.all);
        let middle = centre.checked_div(2 * self.kept()).unwrap_or(0) as u32;
        let reach = self.reach();
        let first = middle.saturating_sub(reach);
        let last = (middle + reach).min(self.places().saturating_sub(1));
        // No more than are kept.
        let last = last.min(first + self.taps().max(1) - 1);
        let mut taps = Taps { scale: self, centre, next: first, last, sum: 0 };
        taps.sum = taps.map(|(_, weight)| weight).sum();
        taps
    }

    /// The cubic's value at a place.
    fn weight(self, centre: u64, place: u32) -> i64 {
        let distance = ((2 * u64::from(place) + 1) * self.kept()).abs_diff(centre);
        // In places, or where these are left out, in those that stay.
        let d = (distance << BITS).checked_div(2 * self.wide()).unwrap_or(0) as i64;
        const ONE: i64 = 1 << BITS;
        if d < ONE {
            // 3/2 d^3 - 5/2 d^2 + 1
            ((3 * d - 5 * ONE) * d / ONE * d / ONE + 2 * ONE) / 2
        } else if d < 2 * ONE {
            // -1/2 d^3 + 5/2 d^2 - 4 d + 2
            (((5 * ONE - d) * d / ONE - 8 * ONE) * d / ONE + 4 * ONE) / 2
        } else {
            0
        }
    }
}

/// The places that one is made of, and their weights.
#[derive(Clone, Copy, Debug)]
struct Taps {
    scale: Scale,
    centre: u64,
    next: u32,
    last: u32,
    /// Of all weights.
    sum: i64,
}

impl Iterator for Taps {
    type Item = (u32, i64);

    fn next(&mut self) -> Option<Self::Item> {
        let place = self.next;
        if place > self.last {
            return None;
        }
        self.next += 1;
        Some((place, self.scale.weight(self.centre, place)))
    }
}
