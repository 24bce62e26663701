//! How is a picture drawn on a display? (feature `embedded-graphics`)

use super::Picture;
use crate::{Position, error::DecodeError};
use core::marker::PhantomData;
use embedded_graphics_core::{
    draw_target::DrawTarget,
    geometry::{OriginDimensions, Point, Size},
    image::ImageDrawable,
    pixelcolor::{PixelColor, Rgb888},
    primitives::Rectangle,
};

/// A picture that any display of `embedded-graphics` draws, decoded while it
/// is drawn.
///
/// `PIXELS` are decoded at a time: a row's, for the fewest calls. `SCRATCH` is
/// in words: [`Picture::memory_len`] at least, more is faster. Both lie on the
/// stack while the picture is drawn: 4 bytes for each.
///
/// Alpha is not looked at.
#[derive(Clone, Copy, Debug)]
pub struct Drawable<'d, 'a, C, const PIXELS: usize, const SCRATCH: usize> {
    picture: &'d Picture<'a>,
    colour: PhantomData<C>,
}

impl<'d, 'a, C, const PIXELS: usize, const SCRATCH: usize> Drawable<'d, 'a, C, PIXELS, SCRATCH> {
    /// A picture to draw.
    ///
    /// # Errors
    /// [`DecodeError::ScratchTooSmall`] if `SCRATCH` does not suffice,
    /// [`DecodeError::OutputTooSmall`] if `PIXELS` is 0.
    pub const fn new(picture: &'d Picture<'a>) -> Result<Self, DecodeError> {
        let needed = picture.memory_len();
        if SCRATCH < needed {
            return Err(DecodeError::ScratchTooSmall { needed });
        }
        if PIXELS == 0 {
            return Err(DecodeError::OutputTooSmall { needed: 1 });
        }
        Ok(Self { picture, colour: PhantomData })
    }
}

impl<C, const PIXELS: usize, const SCRATCH: usize> OriginDimensions
    for Drawable<'_, '_, C, PIXELS, SCRATCH>
{
    fn size(&self) -> Size {
        let info = self.picture.info();
        Size::new(info.width, info.height)
    }
}

impl<C, const PIXELS: usize, const SCRATCH: usize> ImageDrawable
    for Drawable<'_, '_, C, PIXELS, SCRATCH>
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
        let (left, top) = (part.top_left.x.max(0) as u32, part.top_left.y.max(0) as u32);
        let offset = part.top_left - area.top_left;
        let channels = usize::from(self.picture.info().channels).max(1);
        let mut scratch = [0; SCRATCH];
        let mut pixels = [[0u8; 4]; PIXELS];
        for y in 0..part.size.height {
            let mut x = 0;
            while x < part.size.width {
                let most = PIXELS.min((part.size.width - x) as usize);
                let out = pixels.as_flattened_mut().get_mut(..most * channels);
                let start = (Position::centre(left + x), Position::centre(top + y));
                let out = out.unwrap_or_default();
                let line = self.picture.decode_line(start, Position::FRAME, out, &mut scratch);
                // The scratch suffices, and the part lies within the picture.
                let Ok(count @ 1..) = line else { return Ok(()) };
                let at = offset + Point::new(x as i32, y as i32);
                let run = Rectangle::new(at, Size::new(count as u32, 1));
                target.fill_contiguous(&run, out.chunks_exact(channels).map(colour::<C>))?;
                x += count as u32;
            }
        }
        Ok(())
    }
}

fn colour<C: From<Rgb888>>(samples: &[u8]) -> C {
    C::from(match *samples {
        [r, g, b, ..] => Rgb888::new(r, g, b),
        [gray, ..] => Rgb888::new(gray, gray, gray),
        [] => Rgb888::new(0, 0, 0),
    })
}
