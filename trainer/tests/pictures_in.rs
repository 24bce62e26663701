//! Do pictures come in as they are seen, and does a reader say what it changed?
#![cfg(feature = "pictures")]

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
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
fn a_size_that_cannot_be_stored_is_an_error() {
    let long = DynamicImage::new_luma8(70_000, 1);
    let error = parse(Path::new("x"), &bytes(&long, ImageFormat::Png), None).unwrap_err();
    assert!(matches!(error, PictureError::TooLong { width: 70_000, .. }), "{error}");
    assert_eq!(load(&bytes(&long, ImageFormat::Png), Some(100)).picture.width, 100);
}
