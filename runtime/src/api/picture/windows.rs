//! A picture in parts of 32 x 32 pixels or fewer.

use super::{Area, Look, Of, Picture};
#[cfg(feature = "compact-drawn")]
use crate::compact::drawn;
#[cfg(feature = "compact-core")]
use crate::compact::picture::Blocks;
#[cfg(feature = "neural")]
use crate::neural;
use crate::{
    error::DecodeError,
    info::{Expert, PictureInfo},
};
use core::mem;
use nex_format::SampleChecksum;
use nex_kernels::show;

/// Columns of a window at most.
pub(crate) const WIDEST: usize = 32;
/// Halvings of a picture's size at most.
const MAX_HALVINGS: u32 = 3;

/// Each part of a picture once, in the order in which its file has them: from left to
/// right and from top to bottom, tile by tile.
///
/// ```
/// # fn show(flash: &[u8]) -> Result<(), nex_runtime::Error> {
/// use nex_runtime::{Look, Picture};
///
/// let picture = Picture::open(flash)?; // checks everything, once
/// let mut memory = [0u32; 8192]; // picture.memory_len() at least
/// let mut pixels = [0u16; 32 * 32];
/// if let Ok(mut windows) = picture.windows(&mut memory) {
///     while let Some(window) = windows.next_window() {
///         let count = window.rgb565(Look::DEFAULT, &mut pixels);
///         // send `pixels[..count]` to the display's window `window.area()`
///     }
/// }
/// # Ok(())
/// # }
/// # assert_eq!(show(b"RIFF"), Err(nex_runtime::Error::BadMagic));
/// ```
#[derive(Debug)]
pub struct Windows<'a, 'm> {
    of: From<'a, 'm>,
    info: PictureInfo,
    halvings: u32,
    /// Of the picture that is shown.
    area: Area,
    /// What was decoded last, before halvings, and where it is shown.
    last: Option<(Area, Area)>,
}

/// By profile.
#[derive(Debug)]
#[allow(clippy::large_enum_variant)] // there is no box to put it in
enum From<'a, 'm> {
    #[cfg(feature = "neural")]
    Neural(neural::Parts<'a, 'm>),
    #[cfg(feature = "compact-core")]
    Compact(Blocks<'a, 'm>),
    #[cfg(feature = "compact-drawn")]
    Drawn(drawn::Blocks<'a, 'm>),
    /// Without a profile there is none.
    #[allow(dead_code)]
    None(core::convert::Infallible, core::marker::PhantomData<(&'a u8, &'m u8)>),
}

#[cfg(feature = "compact-core")]
impl<'a, 'm> From<'a, 'm> {
    fn compact(
        picture: &nex_format::compact::Picture<'a>,
        memory: &'m mut [u32],
    ) -> Result<Self, DecodeError> {
        #[cfg(feature = "compact-drawn")]
        if let Some(form) = picture.header().form()
            && !picture.header().has_leaves()
        {
            return Ok(Self::Drawn(drawn::Blocks::new(picture, form, memory)?));
        }
        Ok(Self::Compact(Blocks::new(picture, memory)?))
    }
}

impl<'a, 'm> Windows<'a, 'm> {
    pub(super) fn new(picture: &Picture<'a>, memory: &'m mut [u32]) -> Result<Self, DecodeError> {
        let of = match picture.of {
            #[cfg(feature = "neural")]
            Of::Neural(ref picture) => From::Neural(neural::Parts::new(picture.clone(), memory)?),
            #[cfg(feature = "compact-core")]
            Of::Compact(ref picture) => From::compact(picture, memory)?,
            Of::None(never, _) => match never {},
        };
        Ok(Self { of, info: picture.info(), halvings: 0, area: Area::ALL, last: None })
    }

    /// The picture in 1/2, 1/4 or 1/8 of its size (rounded up), of so many `halvings`:
    /// each pixel is the mean of those that it stands for. More than 3 are 3.
    #[must_use]
    pub const fn halved(mut self, halvings: u32) -> Self {
        self.halvings = if halvings < MAX_HALVINGS { halvings } else { MAX_HALVINGS };
        self
    }

    /// Only what lies in this area of the picture, in pixels of the size that is shown.
    /// Of a compact picture with tiles, those that it touches are decoded; without them,
    /// all rows above it, too.
    #[must_use]
    pub const fn within(mut self, area: Area) -> Self {
        self.area = area;
        self
    }

    /// Columns and rows of the picture that is shown.
    #[must_use]
    pub const fn size(&self) -> (u32, u32) {
        let whole = Area { left: 0, top: 0, width: self.info.width, height: self.info.height };
        let Area { width, height, .. } = whole.halved(self.halvings);
        (width, height)
    }

    /// Decodes the next window; `None` after the last one.
    ///
    /// # Panics
    /// Never.
    pub fn next_window(&mut self) -> Option<Window<'_>> {
        self.last = self.decode();
        self.window()
    }

    /// The window that was decoded last.
    #[must_use]
    pub fn window(&self) -> Option<Window<'_>> {
        let (full, area) = self.last?;
        let Self { of, info, halvings, .. } = self;
        Some(Window { of, channels: info.channels, halvings: *halvings, full, area })
    }

    /// CRC-32 of the pixels that are left, as [`Window::rgb565`] has them in
    /// [`Look::DEFAULT`], each with its lower byte first: of each window row by row.
    ///
    /// `ne-train emit` writes that of a whole picture beside the file's bytes, so that a
    /// firmware can tell on the device that its decoder gives the same bits. Takes 2 KB
    /// of stack.
    #[must_use]
    pub fn checksum(mut self) -> u32 {
        let mut checksum = SampleChecksum::new();
        let mut pixels = [0; WIDEST * WIDEST];
        while let Some(window) = self.next_window() {
            let count = window.rgb565(Look::DEFAULT, &mut pixels);
            pixels.iter().take(count).for_each(|pixel| checksum.add(&[pixel.cast_signed()]));
        }
        checksum.value()
    }

    fn decode(&mut self) -> Option<(Area, Area)> {
        let asked = self.area.doubled(self.halvings);
        loop {
            let full: Area = match &mut self.of {
                #[cfg(feature = "neural")]
                From::Neural(parts) => parts.next(asked)?,
                #[cfg(feature = "compact-core")]
                From::Compact(blocks) => blocks.next(asked)?,
                #[cfg(feature = "compact-drawn")]
                From::Drawn(blocks) => blocks.next(asked)?,
                From::None(never, _) => match *never {},
            };
            let area = full.halved(self.halvings).within(self.area);
            if !area.is_empty() {
                return Some((full, area));
            }
        }
    }
}

/// A part of a picture that was decoded.
#[derive(Debug)]
pub struct Window<'w> {
    of: &'w From<'w, 'w>,
    channels: u8,
    halvings: u32,
    /// What was decoded, before halvings.
    full: Area,
    area: Area,
}

impl Window<'_> {
    /// Where it lies in the picture that is shown: at most 32 columns and rows.
    #[must_use]
    pub const fn area(&self) -> Area {
        self.area
    }

    /// The samples of a pixel, counted from the window's corner: so many as the picture
    /// has channels, then zeros.
    #[must_use]
    #[inline]
    pub fn pixel(&self, x: u32, y: u32) -> [u8; 4] {
        let (x, y) = (self.area.left.saturating_add(x), self.area.top.saturating_add(y));
        if self.halvings == 0 {
            return self.decoded(x.wrapping_sub(self.full.left), y.wrapping_sub(self.full.top));
        }
        let one = Area { left: x, top: y, width: 1, height: 1 };
        self.mean(one.doubled(self.halvings).within(self.full))
    }

    /// Red, green and blue of a pixel, as a display shows them.
    #[must_use]
    #[inline]
    pub fn rgb(&self, look: Look, x: u32, y: u32) -> [u8; 3] {
        look.rgb(self.channels, self.pixel(x, y))
    }

    /// The expert that owns a pixel of a compact picture that is not halved, but for its
    /// drawn blocks; of others `None`: any point of a neural one has an expert, [`Picture::field`] finds it.
    #[must_use]
    pub fn expert(&self, x: u32, y: u32) -> Option<Expert> {
        let (x, y) = (self.area.left.checked_add(x)?, self.area.top.checked_add(y)?);
        let inside = (x.checked_sub(self.full.left)?, y.checked_sub(self.full.top)?);
        if self.halvings > 0 || inside.0 >= self.full.width || inside.1 >= self.full.height {
            return None;
        }
        match self.of {
            #[cfg(feature = "neural")]
            From::Neural(_) => None,
            #[cfg(feature = "compact-core")]
            From::Compact(blocks) => blocks.expert(self.full, inside),
            #[cfg(feature = "compact-drawn")]
            From::Drawn(_) => None,
            From::None(never, _) => match *never {},
        }
    }

    /// A pixel before halvings.
    #[inline]
    fn decoded(&self, x: u32, y: u32) -> [u8; 4] {
        match self.of {
            #[cfg(feature = "neural")]
            From::Neural(parts) => parts.pixel(x, y),
            #[cfg(feature = "compact-core")]
            From::Compact(blocks) => blocks.pixel(x, y),
            #[cfg(feature = "compact-drawn")]
            From::Drawn(blocks) => blocks.pixel(x, y),
            From::None(never, _) => match *never {},
        }
    }

    /// The mean of an area, alpha multiplied in.
    fn mean(&self, area: Area) -> [u8; 4] {
        let mut sums = [0u32; 4];
        let mut weights = 0;
        let alpha = match self.channels {
            2 => Some(1),
            4 => Some(3),
            _ => None,
        };
        for y in area.top..area.top + area.height {
            for x in area.left..area.left + area.width {
                let pixel = self.decoded(x - self.full.left, y - self.full.top);
                let weight = alpha.and_then(|at| pixel.get(at)).map_or(255, |&a| u32::from(a));
                weights += weight;
                for (i, (sum, sample)) in sums.iter_mut().zip(pixel).enumerate() {
                    let weight = if Some(i) == alpha { 255 } else { weight };
                    *sum += weight * u32::from(sample);
                }
            }
        }
        let all = 255 * area.width * area.height;
        let mut at = 0..;
        sums.map(|sum| {
            let of = if at.next() == alpha { all } else { weights };
            (sum + of / 2).checked_div(of).unwrap_or(0) as u8
        })
    }

    /// Row by row, as long as `out` has room for whole pixels of so many values: `write`
    /// is given a row's pixels, the place of the first one, and where they go. Returns how
    /// many values there are.
    fn each<T>(
        &self,
        values: usize,
        mut out: &mut [T],
        mut write: impl FnMut(&mut [[u8; 4]], (u32, u32), &mut [T]),
    ) -> usize {
        let Area { left, top, width, height } = self.area;
        let mut pixels = [[0; 4]; WIDEST];
        let mut count = 0;
        for y in 0..height {
            let wide = (width as usize).min(out.len().checked_div(values).unwrap_or(0));
            let pixels = pixels.get_mut(..wide).unwrap_or_default();
            let (now, rest) =
                mem::take(&mut out).split_at_mut_checked(wide * values).unwrap_or_default();
            self.row(y, pixels);
            write(pixels, (left, top + y), now);
            count += now.len();
            out = rest;
        }
        count
    }

    /// The samples of a row's pixels, from its left end.
    pub(crate) fn row(&self, y: u32, out: &mut [[u8; 4]]) {
        if self.halvings == 0 {
            let left = self.area.left.wrapping_sub(self.full.left);
            let y = self.area.top.wrapping_add(y).wrapping_sub(self.full.top);
            match self.of {
                #[cfg(feature = "neural")]
                From::Neural(parts) => parts.row(left, y, out),
                #[cfg(feature = "compact-core")]
                From::Compact(blocks) => blocks.row(left, y, out),
                #[cfg(feature = "compact-drawn")]
                From::Drawn(blocks) => blocks.row(left, y, out),
                From::None(never, _) => match *never {},
            }
        } else {
            (0..).zip(out).for_each(|(x, to)| *to = self.pixel(x, y));
        }
    }

    /// The samples of a row, interleaved, as far as `out` has room.
    pub(super) fn row_samples(&self, y: u32, out: &mut [u8]) {
        let mut pixels = [[0; 4]; WIDEST];
        let pixels = pixels.get_mut(..self.area.width as usize).unwrap_or_default();
        self.row(y, pixels);
        show::interleaved(self.channels, pixels, out);
    }

    /// All samples, row by row, interleaved; returns how many were written, whole pixels
    /// as long as `out` has room.
    pub fn samples(&self, out: &mut [u8]) -> usize {
        self.each(self.channels.into(), out, |pixels, _, out| {
            show::interleaved(self.channels, pixels, out);
        })
    }

    /// The samples of one channel, row by row; returns how many were written.
    pub fn channel(&self, channel: u8, out: &mut [u8]) -> usize {
        self.each(1, out, |pixels, _, out| {
            for (to, pixel) in out.iter_mut().zip(&*pixels) {
                *to = pixel.get(usize::from(channel)).copied().unwrap_or(0);
            }
        })
    }

    /// Red, green and blue of each pixel, row by row; returns how many bytes were
    /// written, whole pixels as long as `out` has room.
    pub fn rgb888(&self, look: Look, out: &mut [u8]) -> usize {
        self.each(3, out, |pixels, _, out| look.rgb888(self.channels, pixels, out))
    }

    /// Each pixel in 16 bits, red in the highest five, row by row; returns how many were
    /// written. A display that takes the high byte first wants `u16::to_be`.
    pub fn rgb565(&self, look: Look, out: &mut [u16]) -> usize {
        self.each(1, out, |pixels, at, out| look.rgb565(self.channels, pixels, at, out))
    }
}
