//! Does a display show what the decoder decodes?
#![cfg(all(feature = "embedded-graphics", feature = "neural"))]

use core::convert::Infallible;
use embedded_graphics_core::{
    Pixel,
    draw_target::DrawTarget,
    geometry::{OriginDimensions, Point, Size},
    image::ImageDrawable,
    pixelcolor::Rgb888,
    primitives::Rectangle,
};
use nex_runtime::{DecodeError, Drawable, Picture};

const BLANK: Rgb888 = Rgb888::new(1, 2, 3);

/// A display that keeps what is drawn, and is as large as told.
struct Display {
    size: Size,
    pixels: Vec<Rgb888>,
}

impl Display {
    fn new(width: u32, height: u32) -> Self {
        let pixels = vec![BLANK; (width * height) as usize];
        Self { size: Size::new(width, height), pixels }
    }

    fn at(&self, x: usize, y: usize) -> Rgb888 {
        self.pixels[y * self.size.width as usize + x]
    }
}

impl OriginDimensions for Display {
    fn size(&self) -> Size {
        self.size
    }
}

impl DrawTarget for Display {
    type Color = Rgb888;
    type Error = Infallible;

    fn draw_iter<I: IntoIterator<Item = Pixel<Rgb888>>>(
        &mut self,
        pixels: I,
    ) -> Result<(), Infallible> {
        let (width, height) = (self.size.width as i32, self.size.height as i32);
        for Pixel(Point { x, y }, colour) in pixels {
            if (0..width).contains(&x) && (0..height).contains(&y) {
                self.pixels[(y * width + x) as usize] = colour;
            }
        }
        Ok(())
    }
}

fn golden(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/golden/images/");
    std::fs::read(format!("{folder}{name}.nex")).unwrap()
}

fn expected(decoder: &Picture<'_>, x: usize, y: usize) -> Rgb888 {
    let channels = usize::from(decoder.info().channels);
    let mut samples = [0; 4];
    let mut scratch = vec![0; decoder.memory_len()];
    let decoder = decoder.field().unwrap();
    decoder.pixel_at((x as u32, y as u32), &mut samples[..channels], &mut scratch).unwrap();
    let over = |c: u8| ((u32::from(c) * u32::from(samples[1]) + 127) / 255) as u8;
    match channels {
        1 => Rgb888::new(samples[0], samples[0], samples[0]),
        2 => Rgb888::new(over(samples[0]), over(samples[0]), over(samples[0])),
        _ => Rgb888::new(samples[0], samples[1], samples[2]),
    }
}

#[test]
fn a_display_shows_the_picture() {
    for name in ["image-integer-rgb", "image-integer-gray", "image-float-gray-alpha"] {
        let bytes = golden(name);
        let decoder = Picture::open(&bytes).unwrap();
        let mut memory = vec![0; decoder.memory_len()];
        let drawable = Drawable::<Rgb888>::new(&decoder, &mut memory).unwrap();
        let Size { width, height } = drawable.size();
        let mut display = Display::new(width + 2, height + 2);
        drawable.draw(&mut display).unwrap();
        for y in 0..height as usize + 2 {
            for x in 0..width as usize + 2 {
                let inside = x < width as usize && y < height as usize;
                let colour = if inside { expected(&decoder, x, y) } else { BLANK };
                assert_eq!(display.at(x, y), colour, "{name}, {x}, {y}");
            }
        }
    }
}

#[test]
fn a_part_is_drawn_at_the_origin_and_cut_to_the_picture() {
    let bytes = golden("image-integer-rgb");
    let decoder = Picture::open(&bytes).unwrap();
    let mut memory = vec![0; decoder.best_len()];
    let drawable = Drawable::<Rgb888>::new(&decoder, &mut memory).unwrap();
    let mut display = Display::new(20, 20);
    let area = Rectangle::new(Point::new(35, -2), Size::new(10, 6));
    drawable.draw_sub_image(&mut display, &area).unwrap();
    for y in 0..20 {
        for x in 0..20 {
            // The picture has 40 columns: 5 are left; its first row is row 2.
            let inside = x < 5 && (2..6).contains(&y);
            let colour = if inside { expected(&decoder, x + 35, y - 2) } else { BLANK };
            assert_eq!(display.at(x, y), colour, "{x}, {y}");
        }
    }
}

#[test]
fn what_cannot_draw_is_not_made() {
    let bytes = golden("image-integer-rgb");
    let decoder = Picture::open(&bytes).unwrap();
    let needed = decoder.memory_len();
    let error = Drawable::<Rgb888>::new(&decoder, &mut vec![0; needed - 1]).err();
    assert_eq!(error, Some(DecodeError::ScratchTooSmall { needed }));
}
