//! Do pictures come in as they are seen, and does a reader say what it changed?
#![cfg(feature = "pictures")]

use image::{DynamicImage, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use ne_train::picture::{Loaded, PictureError, parse};
use std::{io::Cursor, path::Path};

fn bytes(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn load(bytes: &[u8], max_side: Option<u32>) -> Loaded {
    parse(Path::new("x"), bytes, max_side).unwrap()
}

/// Colours that change everywhere.
fn photo(side: u32) -> RgbImage {
    RgbImage::from_fn(side, side, |x, y| Rgb([x, y, x * y].map(|v| (v * 7 % 256) as u8)))
}

/// White on what is transparent and black: no dark rim, whoever mixes.
#[test]
fn hidden_colours_do_not_come_out_at_an_edge() {
    let disc = |x: u32, y: u32| (x as f32 - 99.5).hypot(y as f32 - 99.5) < 80.0;
    let white = RgbaImage::from_fn(200, 200, |x, y| Rgba([if disc(x, y) { 255 } else { 0 }; 4]));
    // What is hidden differs from pixel to pixel, so that it is not gray.
    let red = RgbaImage::from_fn(200, 200, |x, y| {
        if disc(x, y) { Rgba([200, 40, 60, 255]) } else { Rgba([0, (x % 256) as u8, 255, 0]) }
    });
    let Loaded { picture, notes } = load(&bytes(&white.into(), ImageFormat::Png), Some(50));
    assert_eq!((picture.width, picture.height, picture.channels), (50, 50, 2), "{notes:?}");
    let edge = picture.samples.chunks(2).filter(|p| (8..248).contains(&p[1])).count();
    assert!(edge > 100, "{edge} pixels at the edge");
    for pixel in picture.samples.chunks(2).filter(|p| p[1] > 0) {
        assert_eq!(pixel[0], 255, "{pixel:?}");
    }
    let Loaded { picture, .. } = load(&bytes(&red.into(), ImageFormat::Png), Some(50));
    assert_eq!(picture.channels, 4);
    for pixel in picture.samples.chunks(4).filter(|p| p[3] > 16) {
        let off = [200u8, 40, 60].iter().zip(pixel).map(|(a, b)| a.abs_diff(*b)).max();
        assert!(off <= Some(3), "{pixel:?}");
    }
}

#[test]
fn channels_that_say_nothing_are_left_out() {
    let photo = DynamicImage::from(photo(20));
    let gray = DynamicImage::from(photo.to_luma8());
    let mut seen = photo.to_rgba8();
    seen.put_pixel(3, 3, Rgba([1, 2, 3, 254]));
    for (image, channels, words) in [
        (DynamicImage::from(photo.to_rgba8()), 3, "alpha is opaque"),
        (photo.clone(), 3, ""),
        (DynamicImage::from(gray.to_rgb8()), 1, "gray"),
        (DynamicImage::from(gray.to_rgba8()), 1, "gray and opaque"),
        (DynamicImage::from(gray.to_luma_alpha8()), 1, "alpha is opaque"),
        (DynamicImage::from(seen), 4, ""),
        (gray, 1, ""),
    ] {
        let Loaded { picture, notes } = load(&bytes(&image, ImageFormat::Png), None);
        assert_eq!(picture.channels, channels, "{:?}", image.color());
        assert_eq!(picture.samples.len(), 400 * channels);
        assert_eq!(notes.is_empty(), words.is_empty(), "{notes:?}");
        assert!(notes.concat().contains(words), "{notes:?}");
    }
}

#[test]
fn a_jpeg_file_that_ends_early_is_told_of() {
    let photo = DynamicImage::from(photo(160));
    let whole = bytes(&photo, ImageFormat::Jpeg);
    assert_eq!(load(&whole, None).notes, Vec::<String>::new());
    // What stands behind the end is of no account, a thumbnail's end neither.
    assert_eq!(load(&[&whole[..], b"more"].concat(), None).notes, Vec::<String>::new());
    let thumbnail = [&whole[..2], b"\xff\xe1\x00\x08\xff\xd8\xff\xd9..", &whole[2..]].concat();
    for cut in [whole.len() / 2, whole.len() * 3 / 4, whole.len() - 2] {
        for bytes in [&whole[..cut], &thumbnail[..cut]] {
            match parse(Path::new("x"), bytes, None) {
                Ok(read) => assert!(read.notes.concat().contains("ends early"), "{:?}", read.notes),
                Err(error) => assert!(error.to_string().contains("cannot be read"), "{error}"),
            }
        }
    }
    assert!(parse(Path::new("x"), &whole[..whole.len() * 3 / 4], None).is_ok());
}

#[test]
fn usual_formats_are_read() {
    let photo = DynamicImage::from(photo(24));
    for format in [ImageFormat::WebP, ImageFormat::Bmp, ImageFormat::Png] {
        let Loaded { picture, notes } = load(&bytes(&photo, format), None);
        assert!(notes.is_empty(), "{format:?}: {notes:?}");
        assert_eq!(picture.samples, photo.to_rgb8().into_raw(), "{format:?}");
    }
    // Of 256 colours at most.
    let few = RgbImage::from_fn(9, 7, |x, y| Rgb([x as u8 * 20, y as u8 * 30, 99]));
    let Loaded { picture, notes } = load(&bytes(&few.clone().into(), ImageFormat::Gif), None);
    assert_eq!((picture.channels, picture.samples), (3, few.into_raw()), "{notes:?}");
    let mut film = Vec::new();
    let mut encoder = image::codecs::gif::GifEncoder::new(&mut film);
    for shade in [40, 200] {
        let still = RgbaImage::from_pixel(5, 4, Rgba([shade, 0, 0, 255]));
        encoder.encode_frame(image::Frame::new(still)).unwrap();
    }
    drop(encoder);
    let Loaded { picture, notes } = load(&film, None);
    assert_eq!(picture.samples[..3], [40, 0, 0]);
    assert!(notes.concat().contains("animated"), "{notes:?}");
}

#[test]
fn a_size_that_cannot_be_stored_is_an_error() {
    let long = DynamicImage::new_luma8(70_000, 1);
    let error = parse(Path::new("x"), &bytes(&long, ImageFormat::Png), None).unwrap_err();
    assert!(matches!(error, PictureError::TooLarge { width: 70_000, .. }), "{error}");
    assert_eq!(load(&bytes(&long, ImageFormat::Png), Some(100)).picture.width, 100);
}
