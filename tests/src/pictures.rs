//! What must hold of any picture that parses?

use crate::{
    fuzzing::{MACS, somewhere},
    reference,
};
use nex_format::neural::File;
use nex_runtime::{Area, DecodeError, Field, Kernel, MAX_TILE, Picture, Position, View};

/// Rows and columns that are looked at, at most.
const MOST: u32 = 40;

/// The same bits by row, by part, by pixel and by rectangle, with any
/// scratch, on every kernel, and those of the reference. Of a large picture a
/// part is looked at.
pub fn agree(bytes: &[u8], picture: &Picture<'_>) {
    let info = picture.info();
    let most = if picture.network().unwrap().macs > MACS { 3 } else { MOST };
    let place = somewhere(bytes);
    let (columns, rows) = (info.width.min(most), info.height.min(most));
    // Mostly the corner; otherwise anywhere.
    let left = if place.is_multiple_of(2) { 0 } else { place % (info.width - columns + 1) };
    let top = if place.is_multiple_of(2) { 0 } else { place % (info.height - rows + 1) };
    let part = Part {
        picture,
        decoder: picture.field().unwrap(),
        corner: (left, top),
        size: (columns, rows),
        place,
    };
    let expected = part.rectangle(Kernel::Portable, 1, 0);
    for kernel in Kernel::ALL.into_iter().filter(|k| k.is_available()) {
        for (tile, poison) in [(64, 0xdead_beef), (9, u32::MAX), (8, 0x7fff_8000)] {
            assert_eq!(part.rectangle(kernel, tile, poison), expected, "{kernel:?}, {tile}");
        }
    }
    part.rows_and_pixels(&expected);
    part.scaled();
    part.against_reference(&File::parse(bytes).unwrap());
    part.edges();
}

/// The same for a fuzzer: a few pixels of a row at one place, against two
/// other ways; everything for one file in 512.
pub fn agree_few(bytes: &[u8], picture: &Picture<'_>) {
    let (info, place) = (picture.info(), somewhere(bytes));
    if place.is_multiple_of(512) {
        return agree(bytes, picture);
    }
    let decoder = picture.field().unwrap();
    let (x, y) = (place % info.width, (place >> 9) % info.height);
    let pixels = if decoder.network().macs > MACS { 1 } else { 9 };
    let channels = usize::from(info.channels);
    let mut scratch = vec![place; decoder.memory_len() * pixels];
    let mut out = vec![place as u8; pixels * channels];
    let start = (Position::centre(x), Position::centre(y));
    let written = decoder.decode_line(start, Position::FRAME, &mut out, &mut scratch).unwrap();
    assert_eq!(written, pixels.min((info.width - x) as usize));
    let mut pixel = vec![0; channels];
    let last = written - 1;
    let other = on(picture, Kernel::Portable);
    other.field().unwrap().pixel_at((x + last as u32, y), &mut pixel, &mut scratch).unwrap();
    assert_eq!(pixel, out[last * channels..][..channels]);
    let between = (Position::new(x, place), Position::new(y, place >> 3));
    let step = Position::new(place >> 24, place);
    assert!(decoder.decode_line(between, step, &mut out, &mut scratch).unwrap() >= 1);
    assert!(
        u16::from(decoder.expert_at(between, &mut scratch).unwrap()) < decoder.network().experts
    );
}

/// What of a picture is looked at.
struct Part<'d> {
    picture: &'d Picture<'d>,
    decoder: Field<'d, 'd>,
    corner: (u32, u32),
    size: (u32, u32),
    place: u32,
}

impl Part<'_> {
    fn channels(&self) -> usize {
        self.picture.info().channels.into()
    }

    /// The part in one call.
    fn rectangle(&self, kernel: Kernel, columns: usize, poison: u32) -> Vec<u8> {
        let decoder = on(self.picture, kernel);
        let len = (self.size.0 * self.size.1) as usize * self.channels();
        let mut out = vec![poison as u8; len + 5];
        let mut memory = vec![poison; decoder.memory_len() * columns];
        let (left, top) = self.corner;
        let area = Area { left, top, width: self.size.0, height: self.size.1 };
        decoder.decode_area(area, &mut out, &mut memory).unwrap();
        assert!(out[len..].iter().all(|&s| s == poison as u8), "wrote past the end");
        out.truncate(len);
        out
    }

    /// Whole rows, rows in two parts, and single pixels.
    fn rows_and_pixels(&self, expected: &[u8]) {
        let (decoder, channels) = (self.decoder, self.channels());
        let width = self.picture.info().width;
        let mut scratch = vec![0x5555_5555; decoder.memory_len() * 3];
        // A row is decoded from its left end on, to the part's right end.
        let reach = (self.corner.0 + self.size.0) as usize;
        let mut row = vec![7; if reach < 300 { reach * channels } else { 0 }];
        let row_len = self.size.0 as usize * channels;
        for (y, expected) in (self.corner.1..).zip(expected.chunks_exact(row_len)) {
            if !row.is_empty() {
                assert_eq!(decoder.decode_row(y, &mut row, &mut scratch), Ok(reach));
                assert_eq!(&row[row.len() - row_len..], expected, "row {y}");
            }
            let split = (self.place >> 8) as usize % (self.size.0 as usize + 1);
            let mut parts = vec![9; row_len];
            let (a, b) = parts.split_at_mut(split * channels);
            for (x, part) in [(self.corner.0, a), (self.corner.0 + split as u32, b)] {
                let pixels = part.len() / channels;
                let start = (Position::centre(x), Position::centre(y));
                let written = decoder.decode_line(start, Position::FRAME, part, &mut scratch);
                assert_eq!(written, Ok(pixels));
            }
            assert_eq!(parts, expected, "row {y} in parts");
            for (x, expected) in (self.corner.0..).zip(expected.chunks_exact(channels)) {
                let mut pixel = vec![0; channels];
                decoder.pixel_at((x, y), &mut pixel, &mut scratch).unwrap();
                assert_eq!(pixel, expected, "pixel {x}, {y}");
            }
        }
        assert!(self.corner.0 + self.size.0 <= width);
    }

    /// A view of half the rows' distance shows what points show one by one.
    fn scaled(&self) {
        let (decoder, channels) = (self.decoder, self.channels());
        let to = (2 * self.size.0, 1 + self.place % 5);
        let view = View::scaled(self.corner, self.size, to);
        let mut scratch = vec![1; decoder.memory_len() * MAX_TILE];
        let mut row = vec![0; to.0 as usize * channels];
        // Centres: a quarter and three quarters of each column.
        let step = (u64::from(self.size.1) << 32) / u64::from(to.1);
        for y in 0..to.1 {
            decoder.decode_view_row(&view, y, &mut row, &mut scratch).unwrap();
            let height = (u64::from(self.corner.1) << 32) + step / 2 + step * u64::from(y);
            let height = Position::new((height >> 32) as u32, height as u32);
            for (i, expected) in row.chunks_exact(channels).enumerate() {
                let quarter = if i % 2 == 0 { 1 << 30 } else { 3 << 30 };
                let x = Position::new(self.corner.0 + i as u32 / 2, quarter);
                let mut sample = vec![0; channels];
                decoder.sample_at((x, height), &mut sample, &mut scratch).unwrap();
                assert_eq!(sample, expected, "column {i}, row {y}");
            }
        }
        let mut none = [];
        let below = decoder.decode_view_row(&view, to.1, &mut none, &mut scratch);
        assert!(below.is_err());
    }

    fn against_reference(&self, file: &File<'_>) {
        let decoder = self.decoder;
        let mut scratch = vec![0; decoder.memory_len() * 2];
        let mut sample = vec![0; self.channels()];
        let (x, y) = (self.corner.0 + self.place % self.size.0, self.corner.1);
        for (fx, fy) in [(1 << 31, 1 << 31), (0, self.place), (self.place, u32::MAX)] {
            let at = (Position::new(x, fx), Position::new(y, fy));
            decoder.sample_at(at, &mut sample, &mut scratch).unwrap();
            let expert = decoder.expert_at(at, &mut scratch).unwrap();
            let place = |pixel, part| u64::from(pixel) << 32 | u64::from(part);
            let expected = reference::pixel(file, place(x, fx), place(y, fy));
            assert_eq!((expert, sample.clone()), expected, "{at:?}");
        }
    }

    /// Nothing lies outside.
    fn edges(&self) {
        let (decoder, info) = (self.decoder, self.picture.info());
        let mut scratch = vec![0; decoder.memory_len()];
        let mut out = vec![3; self.channels()];
        for at in [(info.width, 0), (0, info.height), (u32::MAX, u32::MAX)] {
            let outside = Err(DecodeError::OutOfRange);
            assert_eq!(decoder.pixel_at(at, &mut out, &mut scratch), outside);
            let at = (Position::from_frame(at.0), Position::from_frame(at.1));
            assert_eq!(decoder.expert_at(at, &mut scratch), Err(DecodeError::OutOfRange));
        }
        assert!(out.iter().all(|&s| s == 3), "wrote outside");
        assert_eq!(decoder.decode_row(info.height, &mut out, &mut scratch), Ok(0));
    }
}

/// With another inner loop.
fn on<'a>(decoder: &Picture<'a>, kernel: Kernel) -> Picture<'a> {
    let mut other = decoder.clone();
    other.set_kernel(kernel).unwrap();
    other
}
