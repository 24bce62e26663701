//! What must hold of the windows and rows of any picture?

use crate::fuzzing::somewhere;
use nex_runtime::{Area, DecodeError, Look, Picture, PictureInfo};

/// Samples of a compact picture that are decoded at most.
const MOST: u64 = 1 << 16;
/// Multiply-accumulates of a neural one, once for each time it is decoded.
const MOST_MACS: u64 = 1 << 20;

/// Other ways to decode than whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Row by row.
    Rows,
    /// A part, and its rows.
    Part,
    /// By windows.
    Windows,
    /// By windows of a part.
    Within,
    /// By windows of a smaller picture.
    Halved,
    /// Tile by tile, the last one first.
    Backwards,
    /// Rows of another size.
    Scaled,
}

impl Way {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Rows,
        Self::Part,
        Self::Windows,
        Self::Within,
        Self::Halved,
        Self::Backwards,
        Self::Scaled,
    ];
}

/// The same samples in every way. A large picture is left alone.
pub fn agree(bytes: &[u8], picture: &Picture<'_>) {
    let info = picture.info();
    let samples = u64::from(info.width) * u64::from(info.height) * u64::from(info.channels);
    let macs = picture.network().map_or(0, |network| network.macs);
    if samples <= MOST && samples * u64::from(macs) <= MOST_MACS {
        agree_in(picture, somewhere(bytes), &Way::ALL);
    }
}

/// The same samples in these ways, of parts and in sizes that a number chooses; what memory
/// holds does not matter.
pub fn agree_in(picture: &Picture<'_>, place: u32, ways: &[Way]) {
    let info = picture.info();
    let all = Area { left: 0, top: 0, width: info.width, height: info.height };
    let mut samples = vec![0; len(&info, all)];
    picture.decode_into(&mut samples, &mut vec![place; picture.memory_len()]).unwrap();
    let whole = Whole { picture, info, samples };
    let (left, top) = (place % info.width, (place >> 8) % info.height);
    let width = 1 + (place >> 12) % (info.width - left);
    let height = 1 + (place >> 16) % (info.height - top);
    let part = Area { left, top, width, height };
    let mut memory = vec![!place; picture.rows_len(Area::ALL, (info.width, info.height)) + 3];
    for way in ways {
        match way {
            Way::Rows => whole.rows(&mut memory),
            Way::Part => whole.part(part, &mut memory),
            Way::Windows => whole.covered((0, all), &mut memory),
            Way::Within => whole.covered((0, part), &mut memory),
            Way::Halved => whole.covered((1 + place % 3, all), &mut memory),
            Way::Backwards => whole.backwards(&mut memory),
            Way::Scaled => whole.scaled(part, (1 + (place >> 4) % 90, 1 + (place >> 11) % 90)),
        }
    }
}

/// Samples of an area.
fn len(info: &PictureInfo, area: Area) -> usize {
    area.width as usize * area.height as usize * usize::from(info.channels)
}

/// A picture and its samples.
struct Whole<'p> {
    picture: &'p Picture<'p>,
    info: PictureInfo,
    samples: Vec<u8>,
}

impl Whole<'_> {
    /// Samples of a row of so many pixels.
    fn row(&self, pixels: u32) -> usize {
        pixels as usize * usize::from(self.info.channels)
    }

    /// Samples of an area.
    fn cut(&self, area: Area) -> Vec<u8> {
        let from = self.row(area.left);
        let rows = self.samples.chunks_exact(self.row(self.info.width)).skip(area.top as usize);
        let rows = rows.take(area.height as usize);
        rows.flat_map(|row| row[from..from + self.row(area.width)].iter().copied()).collect()
    }

    fn rows(&self, memory: &mut [u32]) {
        let PictureInfo { width, height, .. } = self.info;
        let mut row = vec![7; self.row(width)];
        let mut rows = self.picture.rows(Area::ALL, (width, height), memory).unwrap();
        for expected in self.samples.chunks_exact(row.len()) {
            assert_eq!(rows.next_row(&mut row), Some(expected.len()));
            assert!(row == expected, "by rows");
        }
        assert_eq!(rows.next_row(&mut row), None);
    }

    /// A part, and its rows; none that goes beyond the picture or does not fit.
    fn part(&self, area: Area, memory: &mut [u32]) {
        let (expected, needed) = (self.cut(area), len(&self.info, area));
        let mut out = vec![9; needed + 5];
        let short = self.picture.decode_area(area, &mut out[..needed - 1], memory);
        assert_eq!(short, Err(DecodeError::OutputTooSmall { needed }));
        let outside = Area { left: self.info.width - area.width + 1, ..area };
        let outside = self.picture.decode_area(outside, &mut out, memory);
        assert_eq!(outside, Err(DecodeError::OutOfRange));
        assert!(out.iter().all(|&sample| sample == 9), "wrote all the same");
        self.picture.decode_area(area, &mut out, memory).unwrap();
        assert!(out[..needed] == expected, "{area:?}");
        assert!(out[needed..].iter().all(|&sample| sample == 9), "wrote past the end");
        let mut row = vec![7; self.row(area.width)];
        let mut rows = self.picture.rows(area, (area.width, area.height), memory).unwrap();
        for expected in expected.chunks_exact(row.len()) {
            assert_eq!(rows.next_row(&mut row), Some(row.len()));
            assert!(row == expected, "{area:?} by rows");
        }
    }

    /// Tiles in the memory that the one after them has left.
    fn backwards(&self, memory: &mut [u32]) {
        let PictureInfo { width, height, tile, .. } = self.info;
        // A neural picture has none: bands of a few rows.
        let (columns, rows) = if tile == (1, 1) { (width, 8) } else { tile };
        for top in (0..height).step_by(rows as usize).rev() {
            for left in (0..width).step_by(columns as usize).rev() {
                let tile = Area { left, top, width: columns, height: rows };
                let tile = tile.within(Area { left: 0, top: 0, width, height });
                let mut out = vec![3; len(&self.info, tile)];
                self.picture.decode_area(tile, &mut out, memory).unwrap();
                assert!(out == self.cut(tile), "{tile:?}");
            }
        }
    }

    /// As many rows as were asked for, the same in any memory; none in too little.
    fn scaled(&self, area: Area, size: (u32, u32)) {
        let needed = self.picture.rows_len(area, size);
        let scaled = |poison: u32| {
            let mut memory = vec![poison; needed];
            let short = self.picture.rows(area, size, &mut memory[1..]).err();
            assert_eq!(short, Some(DecodeError::ScratchTooSmall { needed }));
            let mut rows = self.picture.rows(area, size, &mut memory).unwrap();
            let mut samples = vec![poison as u8; self.row(size.0) * size.1 as usize];
            for row in samples.chunks_exact_mut(self.row(size.0)) {
                assert_eq!(rows.next_row(row), Some(row.len()));
            }
            assert_eq!(rows.next_row(&mut samples), None);
            samples
        };
        assert!(scaled(0) == scaled(u32::MAX), "{area:?} in {size:?}");
    }

    /// Every pixel of an area, halved so often, lies in one window, and is the mean of those
    /// that it stands for.
    fn covered(&self, (halvings, area): (u32, Area), memory: &mut [u32]) {
        let Self { picture, info, samples: whole } = self;
        let channels = usize::from(info.channels);
        let mut windows = picture.windows(memory).unwrap().halved(halvings).within(area);
        let (columns, rows) = windows.size();
        let asked = area.within(Area { left: 0, top: 0, width: columns, height: rows });
        let mut seen = vec![false; (columns * rows) as usize];
        let mut samples = vec![0; 32 * 32 * channels];
        let mut colours = vec![0; 32 * 32];
        while let Some(window) = windows.next_window() {
            let Area { left, top, width, height } = window.area();
            assert!(width <= 32 && height <= 32, "{width} x {height}");
            let written = window.samples(&mut samples);
            assert_eq!(written, (width * height) as usize * channels);
            assert_eq!(window.rgb565(Look::DEFAULT, &mut colours), (width * height) as usize);
            for (i, pixel) in samples[..written].chunks_exact(channels).enumerate() {
                let (x, y) = (left + i as u32 % width, top + i as u32 / width);
                let place = &mut seen[(y * columns + x) as usize];
                assert!(!std::mem::replace(place, true), "{x}, {y} twice");
                assert_eq!(pixel, mean(info, whole, halvings, (x, y)), "{x}, {y}, {halvings}");
                let [r, g, b] = window.rgb(Look::DEFAULT, i as u32 % width, i as u32 / width);
                let near = |wide: u8, bits: u16, narrow: u16| {
                    let most = (1 << bits) - 1;
                    let narrow = f32::from(narrow & most) * 255.0 / f32::from(most);
                    assert!(
                        (narrow - f32::from(wide)).abs() <= 255.0 / f32::from(most),
                        "{x}, {y}"
                    );
                };
                near(r, 5, colours[i] >> 11);
                near(g, 6, colours[i] >> 5);
                near(b, 5, colours[i]);
            }
        }
        for (i, seen) in seen.into_iter().enumerate() {
            let one =
                Area { left: i as u32 % columns, top: i as u32 / columns, width: 1, height: 1 };
            assert_eq!(seen, !one.within(asked).is_empty(), "{one:?}");
        }
    }
}

/// The mean of a square of pixels, each colour as much as it is seen.
fn mean(info: &PictureInfo, whole: &[u8], halvings: u32, (x, y): (u32, u32)) -> Vec<u8> {
    let channels = usize::from(info.channels);
    if halvings == 0 {
        return whole[(y * info.width + x) as usize * channels..][..channels].to_vec();
    }
    let side = 1 << halvings;
    let (mut sums, mut weights, mut count) = (vec![0.0; channels], 0.0, 0.0);
    for y in y * side..((y + 1) * side).min(info.height) {
        for x in x * side..((x + 1) * side).min(info.width) {
            let pixel = &whole[(y * info.width + x) as usize * channels..][..channels];
            let alpha = if channels % 2 == 0 { f64::from(pixel[channels - 1]) } else { 1.0 };
            for (i, sum) in sums.iter_mut().enumerate() {
                let is_alpha = channels % 2 == 0 && i + 1 == channels;
                *sum += f64::from(pixel[i]) * if is_alpha { 1.0 } else { alpha };
            }
            weights += alpha;
            count += 1.0;
        }
    }
    let mean = |i: usize, sum: f64| {
        let is_alpha = channels % 2 == 0 && i + 1 == channels;
        let of = if is_alpha { count } else { weights };
        if of > 0.0 { (sum / of + 0.5).floor() as u8 } else { 0 }
    };
    sums.into_iter().enumerate().map(|(i, sum)| mean(i, sum)).collect()
}
