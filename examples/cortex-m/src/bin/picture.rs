//! Shows a picture on a display of 16 bits a pixel, part by part, and says what that
//! got.
//!
//!     cargo run --release --bin picture --features picture
//!
//! Three times: by windows, as a panel on SPI is filled; by lines, of which there may be
//! fewer and shorter ones; and as `embedded-graphics` draws. Then an icon with alpha, at half
//! its size, over the colour that the display has.
#![no_std]
#![no_main]

use core::convert::Infallible;
use cortex_m_rt::entry;
use cortex_m_semihosting::hprintln;
use embedded_graphics_core::{
    Pixel,
    draw_target::DrawTarget,
    geometry::{OriginDimensions, Point, Size},
    image::ImageDrawable,
    pixelcolor::{IntoStorage, Rgb565},
};
use nex_cortex_m::stack;
use nex_runtime::{Area, DecodeError, Drawable, Look, Picture, SampleChecksum, include_nex};
use panic_semihosting as _;

static HILLS: &[u8] = include_nex!("../../../clips/hills.nex");
const PICTURE: Picture<'_> = match Picture::open_compact(HILLS) {
    Ok(picture) => picture,
    Err(_) => unreachable!(),
};

static BELL: &[u8] = include_nex!("../../../clips/icon.nex");
const ICON: Picture<'_> = match Picture::open_compact(BELL) {
    Ok(icon) => icon,
    Err(_) => unreachable!(),
};
/// Where the icon lies.
const PLACE: (u32, u32) = (20, 8);
/// What lies behind it.
const GROUND: Look = Look { background: [248, 240, 216], dither: false };

const WIDTH: u32 = PICTURE.info().width;
const HEIGHT: u32 = PICTURE.info().height;
/// Of a thumbnail.
const SMALL: (u32, u32) = (WIDTH / 3, HEIGHT / 3);

/// Words of memory: as many as what takes the most.
const MEMORY: usize = {
    let (whole, small) =
        (PICTURE.rows_len(Area::ALL, (WIDTH, HEIGHT)), PICTURE.rows_len(Area::ALL, SMALL));
    let most = if whole > small { whole } else { small };
    if most > ICON.memory_len() { most } else { ICON.memory_len() }
};

/// What a panel remembers.
struct Display([u16; (WIDTH * HEIGHT) as usize]);

impl Display {
    /// Puts pixels into a part of the panel, as a transfer by SPI does.
    fn send(&mut self, area: Area, pixels: &[u16]) {
        let rows = self.0.chunks_exact_mut(WIDTH as usize).skip(area.top as usize);
        for (row, pixels) in rows.zip(pixels.chunks_exact(area.width as usize)) {
            row[area.left as usize..][..pixels.len()].copy_from_slice(pixels);
        }
    }

    /// Says what it holds, and forgets it.
    fn shown(&mut self, by: &str) {
        let mut crc = SampleChecksum::new();
        self.0.iter().for_each(|pixel| crc.add(&[pixel.cast_signed()]));
        hprintln!("{}: {:08x}", by, crc.value());
        self.0.fill(0);
    }
}

impl OriginDimensions for Display {
    fn size(&self) -> Size {
        Size::new(WIDTH, HEIGHT)
    }
}

impl DrawTarget for Display {
    type Color = Rgb565;
    type Error = Infallible;

    fn draw_iter<I: IntoIterator<Item = Pixel<Rgb565>>>(
        &mut self,
        pixels: I,
    ) -> Result<(), Infallible> {
        for Pixel(Point { x, y }, colour) in pixels {
            if (0..WIDTH as i32).contains(&x) && (0..HEIGHT as i32).contains(&y) {
                self.0[y as usize * WIDTH as usize + x as usize] = colour.into_storage();
            }
        }
        Ok(())
    }
}

#[entry]
fn main() -> ! {
    stack::paint();
    let done = show().map_err(|why| hprintln!("the picture: {:?}", why));
    hprintln!("# stack: {} bytes", stack::used());
    nex_cortex_m::end(done.is_ok())
}

fn show() -> Result<(), DecodeError> {
    let memory = cortex_m::singleton!(: [u32; MEMORY] = [0; MEMORY]).unwrap();
    let window = cortex_m::singleton!(: [u16; 32 * 32] = [0; 32 * 32]).unwrap();
    let display =
        cortex_m::singleton!(: Display = Display([0; (WIDTH * HEIGHT) as usize])).unwrap();

    let mut windows = PICTURE.windows(memory)?;
    while let Some(part) = windows.next_window() {
        let pixels = part.rgb565(Look::DEFAULT, window);
        display.send(part.area(), &window[..pixels]);
    }
    display.shown("windows");
    lines("lines", (WIDTH, HEIGHT), memory)?;
    lines("thumbnail", SMALL, memory)?;

    let Ok(()) = Drawable::<Rgb565>::new(&PICTURE, memory)?.draw(display);
    display.shown("drawable");

    let [red, green, blue] = GROUND.background.map(u16::from);
    display.0.fill(red >> 3 << 11 | green >> 2 << 5 | blue >> 3);
    let mut windows = ICON.windows(memory)?.halved(1);
    while let Some(part) = windows.next_window() {
        let pixels = part.rgb565(GROUND, window);
        let Area { left, top, width, height } = part.area();
        let area = Area { left: left + PLACE.0, top: top + PLACE.1, width, height };
        display.send(area, &window[..pixels]);
    }
    display.shown("icon");
    Ok(())
}

/// Says what lines of a size are, in bytes of red, green and blue.
fn lines(name: &str, size: (u32, u32), memory: &mut [u32]) -> Result<(), DecodeError> {
    let mut rows = PICTURE.rows(Area::ALL, size, memory)?;
    let mut row = [0; 3 * WIDTH as usize];
    let mut crc = SampleChecksum::new();
    while let Some(samples) = rows.next_row(&mut row) {
        // Two bytes are a sample of 16 bits, the low one first.
        for pair in row[..samples].chunks_exact(2) {
            crc.add(&[i16::from_le_bytes([pair[0], pair[1]])]);
        }
    }
    hprintln!("{}: {:08x}", name, crc.value());
    Ok(())
}
