//! How many bytes does a picture take in other lossless formats?

use super::bench::cwebp_lossless;
use crate::picture::{Picture, PictureError};
use image::{ExtendedColorType, ImageEncoder as _, codecs::qoi::QoiEncoder};
use std::fs;

/// Bytes of an image file of LVGL 9 before what is compressed: its header, and the header of
/// what is compressed.
const LVGL_HEADERS: usize = 12 + 12;
/// So many equal pixels are a run of LVGL's.
const RUN: usize = 16;
/// Pixels of a run, or between runs, at most.
const MOST: usize = 127;

/// Bytes of the picture as lossless WebP, by the program `cwebp`, if it is there and takes it.
#[must_use]
pub fn webp(picture: &Picture) -> Option<u64> {
    let folder = tempfile::tempdir().ok()?;
    let [png, webp] = ["in.png", "out.webp"].map(|name| folder.path().join(name));
    fs::write(&png, picture.png().ok()?).ok()?;
    cwebp_lossless(&png, &webp).run().ok()?;
    fs::metadata(webp).ok().map(|file| file.len())
}

/// The picture as QOI, which has colours alone: of gray ones all three.
///
/// # Errors
/// None are expected.
pub fn qoi(picture: &Picture) -> Result<Vec<u8>, PictureError> {
    let (width, height) = (picture.width.into(), picture.height.into());
    let pixel = |p: &[u8]| match *p {
        [gray] => vec![gray; 3],
        [gray, alpha] => vec![gray, gray, gray, alpha],
        _ => p.to_vec(),
    };
    let samples: Vec<u8> = picture.samples.chunks_exact(picture.channels).flat_map(pixel).collect();
    let clear = picture.channels.is_multiple_of(2);
    let colour = if clear { ExtendedColorType::Rgba8 } else { ExtendedColorType::Rgb8 };
    let mut bytes = Vec::new();
    QoiEncoder::new(&mut bytes).write_image(&samples, width, height, colour)?;
    Ok(bytes)
}

/// How LVGL compresses an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lvgl {
    /// Runs of equal pixels.
    Rle,
    /// An LZ4 block, by a fast encoder as LVGL's.
    Lz4,
}

impl Lvgl {
    /// Bytes of the picture in an image file of LVGL 9: RGB565, with alpha RGB565A8, of gray
    /// L8.
    #[must_use]
    pub fn bytes(self, picture: &Picture) -> usize {
        let (map, pixel) = lvgl_map(picture);
        let data = match self {
            Self::Rle => rle_len(&map, pixel),
            Self::Lz4 => lz4_flex::block::compress(&map).len(),
        };
        LVGL_HEADERS + data
    }
}

/// What LVGL stores before it is compressed, and the bytes of the pixels that it takes for one
/// run: alpha, a map of its own behind the colours, goes two by two.
fn lvgl_map(picture: &Picture) -> (Vec<u8>, usize) {
    let pixels = || picture.samples.chunks_exact(picture.channels);
    if picture.channels == 1 {
        return (picture.samples.clone(), 1);
    }
    let colour = |p: &[u8]| {
        let [red, green, blue] = if p.len() < 3 { [p[0]; 3] } else { [p[0], p[1], p[2]] };
        let shown = u16::from(red >> 3) << 11 | u16::from(green >> 2) << 5 | u16::from(blue >> 3);
        shown.to_le_bytes()
    };
    let mut map: Vec<u8> = pixels().flat_map(colour).collect();
    if picture.channels.is_multiple_of(2) {
        map.extend(pixels().filter_map(<[u8]>::last));
        map.resize(map.len().next_multiple_of(2), 0);
    }
    (map, 2)
}

/// Bytes of runs of pixels: a byte that says how many, and one pixel or, where too few are
/// equal, these.
fn rle_len(map: &[u8], pixel: usize) -> usize {
    let pixels: Vec<&[u8]> = map.chunks_exact(pixel).collect();
    let equal = |from: usize| pixels[from..].iter().take_while(|p| **p == pixels[from]).count();
    let (mut at, mut bytes) = (0, 0);
    while at < pixels.len() {
        let run = equal(at).min(MOST);
        let (taken, stored) = if run < RUN {
            let apart = apart(&pixels[at..]);
            (apart, apart)
        } else {
            (run, 1)
        };
        at += taken;
        bytes += 1 + stored * pixel;
    }
    bytes
}

/// Pixels that are stored each by itself, from a place where no run begins: as LVGL's script
/// counts, which takes the first pixel of a run that follows with them.
fn apart(pixels: &[&[u8]]) -> usize {
    let (mut last, mut count, mut equal) = (pixels[0], 0, 0);
    for &pixel in pixels {
        if pixel == last {
            equal += 1;
            if equal > RUN {
                return count;
            }
        } else {
            count += equal + 1;
            if count >= MOST {
                return MOST;
            }
            (last, equal) = (pixel, 0);
        }
    }
    count + equal
}

/// The picture as a display of 16 bits a pixel shows it: RGB565, its upper bits again as its
/// lower ones. Gray is left as it is.
#[must_use]
pub fn shown(picture: &Picture) -> Picture {
    let mut shown = picture.clone();
    if picture.channels > 2 {
        for pixel in shown.samples.chunks_exact_mut(picture.channels) {
            for (sample, bits) in pixel.iter_mut().zip([5, 6, 5]) {
                let kept = *sample & 0xff << (8 - bits);
                *sample = kept | kept >> bits;
            }
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(width: u16, height: u16, channels: usize, samples: Vec<u8>) -> Picture {
        Picture { width, height, channels, samples }
    }

    /// What LVGL's own script, LVGLImage.py, makes of pixels.
    #[test]
    fn runs_are_those_of_lvgl() {
        let bytes = |samples: Vec<u8>| {
            let width = samples.len() as u16;
            Lvgl::Rle.bytes(&picture(width, 1, 1, samples)) - LVGL_HEADERS
        };
        assert_eq!(bytes(vec![7; 16]), 2);
        assert_eq!(bytes(vec![7; 15]), 16);
        assert_eq!(bytes(vec![7; 300]), 2 + 2 + 2);
        assert_eq!(bytes((0..200).collect()), 128 + 74);
        // A run of 20 behind three others, and one of 10, which is none.
        let mixed = [vec![1, 2, 3], vec![9; 20], vec![4; 10]].concat();
        assert_eq!(bytes(mixed), 5 + 2 + 11);
    }

    #[test]
    fn colours_are_as_lvgl_stores_them() {
        let (map, pixel) = lvgl_map(&picture(1, 1, 3, vec![0xff, 0x80, 0x08]));
        assert_eq!((map, pixel), (vec![0x01, 0xfc], 2));
        let (map, _) = lvgl_map(&picture(3, 1, 4, vec![0xff, 0, 0, 5, 0, 0, 0, 6, 0, 0, 0, 7]));
        assert_eq!(map, [0, 0xf8, 0, 0, 0, 0, 5, 6, 7, 0]);
        let (map, _) = lvgl_map(&picture(1, 1, 2, vec![0xff, 9]));
        assert_eq!(map, [0xff, 0xff, 9, 0]);
    }

    /// A decoder that is another crate's gives the pixels back.
    #[test]
    fn files_are_what_they_are_called() {
        let samples: Vec<u8> = (0..40 * 9 * 4).map(|i| (i * i % 251) as u8).collect();
        let drawn = picture(40, 9, 4, samples);
        let qoi = qoi(&drawn).unwrap();
        let back = image::load_from_memory_with_format(&qoi, image::ImageFormat::Qoi).unwrap();
        assert!(back.to_rgba8().into_raw() == drawn.samples);
        let flat = picture(64, 64, 3, vec![90; 64 * 64 * 3]);
        let bytes = [Lvgl::Rle, Lvgl::Lz4].map(|way| way.bytes(&flat));
        assert_eq!(bytes[0], LVGL_HEADERS + 4096usize.div_ceil(MOST) * 3);
        assert!(bytes[1] < bytes[0]);
    }

    #[test]
    fn a_display_keeps_the_upper_bits() {
        let shown = |channels, samples: [u8; 4]| {
            shown(&picture(1, 1, channels, samples[..channels].to_vec())).samples
        };
        assert_eq!(shown(4, [255, 255, 255, 77]), [255, 255, 255, 77]);
        assert_eq!(shown(3, [0b1000_0111, 0b1000_0111, 7, 0]), [0b1000_0100, 0b1000_0110, 0]);
        assert_eq!(shown(2, [77, 99, 0, 0]), [77, 99]);
    }
}
