//! How close is the decoded picture to the original, and how close is JPEG in as
//! many bytes?

use crate::picture::{Picture, PictureError};
use image::{ExtendedColorType, codecs::jpeg::JpegEncoder};
use serde::Serialize;
use ssimulacra2::{ColorPrimaries, Rgb, TransferCharacteristic, compute_frame_ssimulacra2};
use std::borrow::Cow;

/// Distances between two pictures of one size.
///
/// In JSON an infinite value is `null`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct PictureMetrics {
    /// Peak signal-to-noise ratio in dB as usual: the peak is 255, the error
    /// the mean over all samples of all channels, alpha too. +infinity for
    /// equal pictures.
    pub psnr_db: f64,
    /// As the paper counts it: samples from -1 to 1, the peak the original's
    /// largest: 6.02 dB less if white occurs. `None` if no sample is above the
    /// middle, which is 0 there.
    pub paper_psnr_db: Option<f64>,
    /// Mean structural similarity, 1 for equal pictures: of every channel, with
    /// a Gaussian window of 11 x 11 and sigma 1.5, K1 = 0.01, K2 = 0.03, range
    /// 255, where the window lies inside the picture. `None` if a side is
    /// shorter than 11.
    pub ssim: Option<f64>,
}

/// Compares two pictures; `None` if their sizes or channels differ. Of fully transparent
/// pixels only the alpha counts: nobody sees their colours.
#[must_use]
pub fn compare(original: &Picture, decoded: &Picture) -> Option<PictureMetrics> {
    let shape = |p: &Picture| (p.width, p.height, p.channels, p.samples.len());
    if shape(original) != shape(decoded) {
        return None;
    }
    let decoded = &seen(original, decoded);
    let mse = mean_square(&original.samples, &decoded.samples);
    let brightest = original.samples.iter().max().map_or(0.0, |&s| f64::from(s));
    // A step of an 8-bit sample is 2 / 255 on the scale from -1 to 1.
    let peak = brightest - 127.5;
    Some(PictureMetrics {
        psnr_db: ratio_db(255.0, mse),
        paper_psnr_db: (peak > 0.0).then(|| ratio_db(peak, mse)),
        ssim: ssim(original, decoded),
    })
}

/// The decoded picture with the original's colours where that is fully transparent.
fn seen<'d>(original: &Picture, decoded: &'d Picture) -> Cow<'d, Picture> {
    let channels = original.channels;
    let is_hidden = |pixel: &[u8]| pixel.last() == Some(&0);
    if !channels.is_multiple_of(2) || !original.samples.chunks_exact(channels).any(is_hidden) {
        return Cow::Borrowed(decoded);
    }
    let mut decoded = decoded.clone();
    let pixels = original.samples.chunks_exact(channels);
    for (to, from) in decoded.samples.chunks_exact_mut(channels).zip(pixels) {
        if is_hidden(from) {
            to[..channels - 1].copy_from_slice(&from[..channels - 1]);
        }
    }
    Cow::Owned(decoded)
}

/// [`PictureMetrics::psnr_db`] of samples, as many here as there.
#[must_use]
pub fn psnr_db(original: &[u8], decoded: &[u8]) -> f64 {
    ratio_db(255.0, mean_square(original, decoded))
}

/// SSIMULACRA2 of a copy, as people see it: 100 for equal pictures, 90 where no difference is
/// seen, 70 is high quality, 50 medium, 30 low; it has no lower end. `None` with alpha, if a side
/// is shorter than 8, above 16 million pixels, and where the sizes or channels differ.
///
/// Cost: 150 bytes and a microsecond a pixel.
#[must_use]
pub fn ssimulacra2(original: &Picture, decoded: &Picture) -> Option<f64> {
    let shape = |p: &Picture| (p.width, p.height, p.channels);
    let gray = match original.channels {
        1 => true,
        3 => false,
        _ => return None,
    };
    if shape(original) != shape(decoded) || original.pixels() > MOST_SCORED {
        return None;
    }
    let frame = |picture: &Picture| {
        let part = |sample: u8| f32::from(sample) / 255.0;
        let pixel = |p: &[u8]| if gray { [part(p[0]); 3] } else { [p[0], p[1], p[2]].map(part) };
        let pixels = picture.samples.chunks_exact(picture.channels).map(pixel).collect();
        let (srgb, primaries) = (TransferCharacteristic::SRGB, ColorPrimaries::BT709);
        Rgb::new(pixels, picture.width.into(), picture.height.into(), srgb, primaries).ok()
    };
    compute_frame_ssimulacra2(frame(original)?, frame(decoded)?).ok()
}

/// Pixels of a picture that SSIMULACRA2 is told of, at most.
const MOST_SCORED: u32 = 1 << 24;

fn mean_square(a: &[u8], b: &[u8]) -> f64 {
    let noise: u64 = a.iter().zip(b).map(|(a, b)| u64::from(a.abs_diff(*b)).pow(2)).sum();
    noise as f64 / a.len().max(1) as f64
}

fn ratio_db(peak: f64, mse: f64) -> f64 {
    if mse == 0.0 { f64::INFINITY } else { 20.0 * peak.log10() - 10.0 * mse.log10() }
}

/// The finest JPEG file that has at most so many bytes, with its quality from
/// 1 to 100; of quality 1, if even that has more. `None` for a picture with
/// alpha, which JPEG does not have.
///
/// Cost: seven encodings.
///
/// # Errors
/// None are expected.
pub fn jpeg_within(picture: &Picture, bytes: usize) -> Result<Option<(u8, Vec<u8>)>, PictureError> {
    let colour = match picture.channels {
        1 => ExtendedColorType::L8,
        3 => ExtendedColorType::Rgb8,
        _ => return Ok(None),
    };
    let encode = |quality: u8| -> Result<Vec<u8>, PictureError> {
        let mut file = Vec::new();
        let mut encoder = JpegEncoder::new_with_quality(&mut file, quality);
        let (width, height) = (picture.width.into(), picture.height.into());
        encoder.encode(&picture.samples, width, height, colour)?;
        Ok(file)
    };
    // `fits` does, or is 1; `above` does not.
    let (mut fits, mut above) = ((1, encode(1)?), 101);
    while above - fits.0 > 1 {
        let middle = fits.0 + (above - fits.0) / 2;
        let file = encode(middle)?;
        if file.len() <= bytes {
            fits = (middle, file);
        } else {
            above = middle;
        }
    }
    Ok(Some(fits))
}

const WINDOW: usize = 11;
const SIGMA: f64 = 1.5;

fn ssim(a: &Picture, b: &Picture) -> Option<f64> {
    let (width, height) = (usize::from(a.width), usize::from(a.height));
    if width < WINDOW || height < WINDOW {
        return None;
    }
    let of_channel = |c: usize| {
        let plane = |p: &Picture| -> Vec<f64> {
            p.samples.iter().skip(c).step_by(p.channels).map(|&s| f64::from(s)).collect()
        };
        plane_ssim(&plane(a), &plane(b), width)
    };
    Some((0..a.channels).map(of_channel).sum::<f64>() / a.channels as f64)
}

fn plane_ssim(a: &[f64], b: &[f64], width: usize) -> f64 {
    const C1: f64 = (0.01 * 255.0) * (0.01 * 255.0);
    const C2: f64 = (0.03 * 255.0) * (0.03 * 255.0);
    let product = |x: &[f64], y: &[f64]| -> Vec<f64> {
        let products: Vec<f64> = x.iter().zip(y).map(|(x, y)| x * y).collect();
        smooth(&products, width)
    };
    let (mean_a, mean_b) = (smooth(a, width), smooth(b, width));
    let (aa, bb, ab) = (product(a, a), product(b, b), product(a, b));
    let at = |i: usize| {
        let (ma, mb) = (mean_a[i], mean_b[i]);
        let variances = aa[i] - ma * ma + (bb[i] - mb * mb);
        let covariance = ab[i] - ma * mb;
        (2.0 * ma * mb + C1) * (2.0 * covariance + C2)
            / ((ma * ma + mb * mb + C1) * (variances + C2))
    };
    (0..mean_a.len()).map(at).sum::<f64>() / mean_a.len() as f64
}

/// The Gaussian mean around every place where the window lies inside.
fn smooth(plane: &[f64], width: usize) -> Vec<f64> {
    let window = window();
    let weigh = |values: &mut dyn Iterator<Item = f64>| -> f64 {
        values.zip(&window).map(|(v, w)| v * w).sum()
    };
    let rows = plane.chunks_exact(width);
    let across: Vec<f64> =
        rows.flat_map(|row| row.windows(WINDOW).map(|w| weigh(&mut w.iter().copied()))).collect();
    let width = width + 1 - WINDOW;
    let places = across.len() + width - WINDOW * width;
    (0..places).map(|i| weigh(&mut across[i..].iter().step_by(width).copied())).collect()
}

/// Weights of the window along one axis; they add up to 1.
fn window() -> [f64; WINDOW] {
    let middle = (WINDOW / 2) as f64;
    let mut weights =
        std::array::from_fn(|i| (-(i as f64 - middle).powi(2) / (2.0 * SIGMA * SIGMA)).exp());
    let sum: f64 = weights.iter().sum();
    weights.iter_mut().for_each(|w: &mut f64| *w /= sum);
    weights
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A pattern and a distorted copy, by integers alone.
    fn pair(width: u16, height: u16, channels: usize) -> (Picture, Picture) {
        let len = usize::from(width) * usize::from(height) * channels;
        let sample = |i: usize| {
            let (c, x, y) = (
                i % channels,
                i / channels % usize::from(width),
                i / channels / usize::from(width),
            );
            ((x * 7 + y * 13 + c * 40 + (x * y) % 23 * 5) % 256) as u8
        };
        let samples: Vec<u8> = (0..len).map(sample).collect();
        let noisy = samples.iter().enumerate().map(|(i, s)| s.saturating_add((i * 37 % 19) as u8));
        let copy = Picture { width, height, channels, samples: noisy.collect() };
        (Picture { width, height, channels, samples }, copy)
    }

    /// By scikit-image 0.26: `structural_similarity(a, b, gaussian_weights=True,
    /// sigma=1.5, use_sample_covariance=False, data_range=255)`, which cuts 5
    /// pixels off each edge, and `peak_signal_noise_ratio`, of the same pair.
    #[test]
    fn metrics_are_those_of_scikit_image() {
        for (size, psnr, ssim) in ORACLE {
            let (a, b) = pair(size.0, size.1, size.2);
            let m = compare(&a, &b).unwrap();
            assert!((m.psnr_db - psnr).abs() < 1e-9, "{size:?}: {m:?}");
            assert!((m.ssim.unwrap() - ssim).abs() < 1e-9, "{size:?}: {m:?}");
        }
    }

    /// By libjxl's `ssimulacra2`, of 64 x 64 pixels, as the crate fast-ssim2 0.9 tells of it; the
    /// crate taken here rounds otherwise.
    #[test]
    fn scores_are_those_of_libjxl() {
        let picture = |of: &dyn Fn(usize) -> u8, channels| {
            let sample = |i: usize| of(i / channels % 64);
            let samples = (0..64 * 64 * channels).map(sample).collect();
            Picture { width: 64, height: 64, channels, samples }
        };
        let edge = |x: usize| if x < 32 { 0 } else { 255 };
        let blurred = |x: usize| match x {
            ..29 => 0,
            29..36 => ((x - 28) * 255 / 8) as u8,
            _ => 255,
        };
        let ramp = |x: usize| (x * 255 / 63) as u8;
        type Line<'a> = &'a dyn Fn(usize) -> u8;
        let cases: [(Line<'_>, Line<'_>, f64); 4] = [
            (&ramp, &|_| 128, -64.569),
            (&|_| 128, &|_| 133, 91.524),
            (&|_| 128, &|_| 148, 56.059),
            (&edge, &blurred, 24.273),
        ];
        for (original, copy, score) in cases {
            for channels in [1, 3] {
                let [a, b] = [original, copy].map(|of| picture(of, channels));
                let found = ssimulacra2(&a, &b).unwrap();
                assert!((found - score).abs() < 0.2, "{score}: {found}");
                assert!((ssimulacra2(&a, &a).unwrap() - 100.0).abs() < 1e-6);
            }
        }
        let (a, b) = pair(30, 20, 3);
        let (clear, noisy) = pair(30, 20, 4);
        let (small, copy) = pair(7, 20, 1);
        assert_eq!((ssimulacra2(&clear, &noisy), ssimulacra2(&small, &copy)), (None, None));
        assert_eq!((ssimulacra2(&a, &noisy), ssimulacra2(&b, &small)), (None, None));
    }

    #[test]
    fn equal_small_and_dark_pictures_have_metrics() {
        let (a, b) = pair(30, 20, 3);
        let same = compare(&a, &a).unwrap();
        assert_eq!((same.psnr_db, same.paper_psnr_db), (f64::INFINITY, Some(f64::INFINITY)));
        assert!((same.ssim.unwrap() - 1.0).abs() < 1e-12);
        // White occurs: 6.02 dB less.
        let (mut white, copy) = (a.clone(), b);
        white.samples[0] = 255;
        let m = compare(&white, &copy).unwrap();
        assert!((m.psnr_db - m.paper_psnr_db.unwrap() - 20.0 * 2f64.log10()).abs() < 1e-9);
        let one = |s| Picture { width: 1, height: 1, channels: 1, samples: vec![s] };
        let m = compare(&one(10), &one(11)).unwrap();
        assert!((m.psnr_db - 20.0 * 255f64.log10()).abs() < 1e-9);
        assert_eq!((m.paper_psnr_db, m.ssim), (None, None));
        assert_eq!(compare(&a, &one(3)), None);
    }

    const ORACLE: [((u16, u16, usize), f64, f64); 2] = [
        ((40, 23, 1), 27.796_872_028_896_75, 0.991_679_572_521_489_5),
        ((31, 50, 3), 27.861_492_664_948_31, 0.991_265_825_307_675_3),
    ];
}
