//! What a compact picture decodes to, window by window.

use nex_encoder::picture::{Pixels, Settings, encode, file};
use nex_format::coding::picture::{Colour, place, start};
use nex_runtime::pictures::{Picture, PictureState, Windows, lines_len};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg32;

fn settings(step: i32) -> Settings {
    Settings {
        colour: Colour::Orthogonal,
        step,
        chroma: [8, -16],
        falloff: 0,
        lambda: 0.35,
        candidates: 2,
    }
}

/// A slope, a disc with a sharp edge, and some noise.
fn drawn(width: usize, height: usize, channels: usize) -> Pixels {
    let mut random = Pcg32::seed_from_u64(7);
    let mut samples = Vec::new();
    for y in 0..height {
        for x in 0..width {
            let inside = (x as i32 - 20).pow(2) + (y as i32 - 17).pow(2) < 150;
            for channel in 0..channels {
                let slope = 40 + 2 * x as i32 + (channel as i32 + 1) * y as i32;
                let noise = random.random_range(-3..=3);
                let level = if inside { 200 - 50 * channel as i32 } else { slope } + noise;
                samples.push(level.clamp(0, 255) as u8);
            }
        }
    }
    Pixels { width, height, channels, samples }
}

fn decoded(bytes: &[u8], pixels: &Pixels) -> Vec<u8> {
    let mut state = PictureState::<4>::new();
    let mut lines = vec![0; 4 * 65_536];
    let picture = Picture::parse(bytes).unwrap();
    let mut windows = Windows::new(&picture, &mut state, &mut lines).unwrap();
    let mut out = vec![0; pixels.samples.len()];
    while let Some(window) = windows.next_window() {
        let (left, top) = window.place();
        for y in 0..window.size().1 {
            for x in 0..window.size().0 {
                let at =
                    ((top + y) as usize * pixels.width + (left + x) as usize) * pixels.channels;
                let pixel = window.pixel(x, y);
                out[at..][..pixels.channels].copy_from_slice(&pixel[..pixels.channels]);
            }
        }
    }
    out
}

fn psnr(a: &[u8], b: &[u8]) -> f64 {
    let sum: f64 = a.iter().zip(b).map(|(&a, &b)| (f64::from(a) - f64::from(b)).powi(2)).sum();
    10.0 * (255.0f64.powi(2) * a.len() as f64 / sum).log10()
}

/// Odd sizes, all numbers of channels: the windows are what the encoder had in mind, and
/// near the picture.
#[test]
fn windows_are_what_was_encoded() {
    for (width, height) in [(1, 1), (1, 70), (67, 3), (40, 37), (97, 66)] {
        for channels in 1..=4 {
            let pixels = drawn(width, height, channels);
            for (step, least) in [(60, 43.0), (160, 32.0)] {
                let bytes = file(&pixels, &settings(step)).unwrap();
                let mut tables = [0; place::COUNT];
                start(&mut tables);
                let meant = encode(&pixels, &settings(step), &mut tables).samples;
                let got = decoded(&bytes, &pixels);
                let what = format!("{width}x{height}x{channels}, step {step}");
                assert!(got == meant, "{what}");
                let psnr = psnr(&got, &pixels.samples);
                assert!(psnr >= least, "{what}: {psnr:.2} dB");
            }
        }
    }
}

/// Any bytes decode, and always to as many windows.
#[test]
fn damaged_tiles_decode() {
    let pixels = drawn(70, 50, 3);
    let bytes = file(&pixels, &settings(120)).unwrap();
    let mut random = Pcg32::seed_from_u64(3);
    for _ in 0..200 {
        let mut damaged = bytes.clone();
        let len = damaged.len();
        for _ in 0..random.random_range(1..20) {
            damaged[random.random_range(14..len - 4)] = random.random();
        }
        let crc = crc32(&damaged[..len - 4]);
        damaged[len - 4..].copy_from_slice(&crc.to_le_bytes());
        decoded(&damaged, &pixels);
    }
}

/// CRC-32 of IEEE 802.3, bit by bit.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc: u32, _| {
            (crc >> 1) ^ (0xedb8_8320 & 0u32.wrapping_sub(crc & 1))
        })
    })
}

/// What a header cannot hold is refused, and so is memory that is too small.
#[test]
fn what_does_not_fit_is_refused() {
    let pixels = drawn(33, 33, 3);
    for wrong in [settings(-1), settings(321)] {
        assert!(file(&pixels, &wrong).is_err());
    }
    let none = Pixels { width: 0, height: 3, channels: 1, samples: Vec::new() };
    assert!(file(&none, &settings(100)).is_err());
    let bytes = file(&pixels, &settings(100)).unwrap();
    let picture = Picture::parse(&bytes).unwrap();
    let mut state = PictureState::<1>::new();
    assert!(Windows::new(&picture, &mut state, &mut [0; 200]).is_err(), "three planes");
    let mut state = PictureState::<3>::new();
    assert!(Windows::new(&picture, &mut state, &mut [0; 107]).is_err(), "107 words");
    let mut lines = [0; 108];
    let windows = Windows::new(&picture, &mut state, &mut lines).unwrap();
    assert_eq!(lines_len(windows.header()), 108);
}
