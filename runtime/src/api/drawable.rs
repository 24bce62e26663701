//! How is a picture drawn on a display? (feature `embedded-graphics`)

use super::{Area, Look, Picture, WIDEST, Window};
use crate::error::DecodeError;
use core::{cell::Cell, fmt, marker::PhantomData};
use embedded_graphics_core::{
    draw_target::DrawTarget,
    geometry::{OriginDimensions, Point, Size},
    image::ImageDrawable,
    pixelcolor::{PixelColor, Rgb888},
    prelude::RgbColor,
    primitives::Rectangle,
};

/// A picture that any display of `embedded-graphics` draws, decoded while it is drawn,
/// a window of 32 x 32 pixels or fewer at a time.
///
/// What has alpha is drawn over a [`background`](Self::over), black at first.
pub struct Drawable<'d, 'a, 'm, C> {
    picture: &'d Picture<'a>,
    /// Drawing has no `mut`.
    memory: Cell<&'m mut [u32]>,
    look: Look,
    colour: PhantomData<C>,
}

impl<C> fmt::Debug for Drawable<'_, '_, '_, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Drawable").field("picture", self.picture).finish_non_exhaustive()
    }
}

impl<'d, 'a, 'm, C> Drawable<'d, 'a, 'm, C> {
    /// A picture to draw, and the memory that it is decoded in.
    ///
    /// # Errors
    /// [`DecodeError::ScratchTooSmall`], see [`Picture::memory_len`].
    pub const fn new(picture: &'d Picture<'a>, memory: &'m mut [u32]) -> Result<Self, DecodeError> {
        let needed = picture.memory_len();
        if memory.len() < needed {
            return Err(DecodeError::ScratchTooSmall { needed });
        }
        let look = Look { dither: false, ..Look::DEFAULT };
        Ok(Self { picture, memory: Cell::new(memory), look, colour: PhantomData })
    }

    /// Draws it over a colour, where it has alpha.
    #[must_use]
    pub fn over(mut self, background: Rgb888) -> Self {
        self.look.background = [background.r(), background.g(), background.b()];
        self
    }
}

impl<C> OriginDimensions for Drawable<'_, '_, '_, C> {
    fn size(&self) -> Size {
        let info = self.picture.info();
        Size::new(info.width, info.height)
    }
}

impl<C> ImageDrawable for Drawable<'_, '_, '_, C>
where
    C: PixelColor + From<Rgb888>,
{
    type Color = C;

    fn draw<D: DrawTarget<Color = C>>(&self, target: &mut D) -> Result<(), D::Error> {
        self.draw_sub_image(target, &Rectangle::new(Point::zero(), self.size()))
    }

    /// Draws a part at the target's origin; what of it lies beside the picture
    /// is left out.
    fn draw_sub_image<D: DrawTarget<Color = C>>(
        &self,
        target: &mut D,
        area: &Rectangle,
    ) -> Result<(), D::Error> {
        let part = area.intersection(&Rectangle::new(Point::zero(), self.size()));
        let [left, top] = [part.top_left.x, part.top_left.y].map(|at| at.max(0) as u32);
        let part = Area { left, top, width: part.size.width, height: part.size.height };
        let channels = self.picture.info().channels;
        let memory = self.memory.take();
        let drawn = self.windows(memory, part, |window| {
            let Area { left, top, width, height } = window.area();
            let at = Point::new(left as i32, top as i32) - area.top_left;
            let colours = (0..height).flat_map(|y| {
                let mut row = [[0; 4]; WIDEST];
                window.row(y, row.get_mut(..width as usize).unwrap_or_default());
                row.into_iter().take(width as usize)
            });
            let colours = colours.map(|pixel| {
                let [r, g, b] = self.look.rgb(channels, pixel);
                C::from(Rgb888::new(r, g, b))
            });
            target.fill_contiguous(&Rectangle::new(at, Size::new(width, height)), colours)
        });
        self.memory.set(memory);
        drawn
    }
}

impl<C> Drawable<'_, '_, '_, C> {
    /// Calls `draw` for each window.
    fn windows<E>(
        &self,
        memory: &mut [u32],
        part: Area,
        mut draw: impl FnMut(Window<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        // The memory suffices, as `new` has seen.
        let Ok(windows) = self.picture.windows(memory) else { return Ok(()) };
        let mut windows = windows.within(part);
        while let Some(window) = windows.next_window() {
            draw(window)?;
        }
        Ok(())
    }
}
