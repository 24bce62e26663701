//! How does a browser encode a sound or a picture?
//!
//! One instance encodes one at a time: `input` gives memory for it, `encode_wav`,
//! `encode_planes` or `encode_pixels` does the work, `output` has the file or,
//! after a failure, the text that says why. The host's function `progress`
//! hears how far it is, from 0 to 1. Pointers only leave this module, so that
//! none from outside can be wrong.
#![deny(missing_docs)]
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use nex_encoder::{
    Clip, Request, SoundError, encode_watched,
    picture::{self, Pixels, essential},
    wav,
};
use nex_runtime::{Expert, Picture};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// More would take more memory than a telephone's browser may give: a sound is
/// held as its file and as numbers of 4 bytes, and the encoder's own share is small.
const MOST_SAMPLES: usize = 1 << 25;

/// Likewise of a picture.
const MOST_PIXELS: usize = 1 << 24;

/// Pixels along the side of a picture's smallest square.
const LEAST: usize = 4;

#[link(wasm_import_module = "host")]
unsafe extern "C" {
    safe fn progress(fraction: f64);
}

/// What passes between the host and the encoder.
#[derive(Default)]
struct Exchange {
    input: Vec<u8>,
    /// The file, or why there is none, in UTF-8.
    output: Vec<u8>,
    rate_hz: u32,
    channels: u32,
    frames: u32,
    snr_db: f64,
    psnr_db: f64,
}

static EXCHANGE: Mutex<Exchange> = Mutex::new(Exchange {
    input: Vec::new(),
    output: Vec::new(),
    rate_hz: 0,
    channels: 0,
    frames: 0,
    snr_db: 0.0,
    psnr_db: 0.0,
});

fn exchange() -> MutexGuard<'static, Exchange> {
    EXCHANGE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Memory for so many bytes of a sound, or null if there is not so much.
#[unsafe(no_mangle)]
pub extern "C" fn input(bytes: usize) -> *mut u8 {
    let mut exchange = exchange();
    let mut memory = Vec::new();
    if memory.try_reserve_exact(bytes).is_err() {
        return std::ptr::null_mut();
    }
    memory.resize(bytes, 0);
    exchange.input = memory;
    exchange.input.as_mut_ptr()
}

/// Encodes the WAV file in the input. What is not asked for is NaN. Returns
/// whether there is a file.
#[unsafe(no_mangle)]
pub extern "C" fn encode_wav(kbps: f64, snr_db: f64, quality: f64) -> bool {
    finish(|input| {
        let clip = wav::read(input).map_err(|error| tell(&error))?;
        encode(&clip, kbps, snr_db, quality)
    })
}

/// Encodes the samples in the input: 32-bit floats, full scale 1.0, channel by
/// channel.
#[unsafe(no_mangle)]
pub extern "C" fn encode_planes(
    rate_hz: u32,
    channels: usize,
    kbps: f64,
    snr_db: f64,
    quality: f64,
) -> bool {
    finish(|input| {
        let frames = input.len() / size_of::<f32>() / channels.max(1);
        let mut samples = vec![0.0; frames * channels];
        let values = input.chunks_exact(size_of::<f32>());
        for (i, value) in values.take(samples.len()).enumerate() {
            let value = value.first_chunk().map_or(0.0, |&bytes| f32::from_le_bytes(bytes));
            if let Some(to) = samples.get_mut(i % frames * channels + i / frames) {
                *to = value;
            }
        }
        drop(input);
        let clip = Clip { rate_hz, channels, samples };
        clip.check().map_err(|error| tell(&error))?;
        encode(&clip, kbps, snr_db, quality)
    })
}

/// Encodes the pixels in the input, of 4 bytes, red, green, blue and alpha, row by row.
/// What is not asked for is NaN.
#[unsafe(no_mangle)]
pub extern "C" fn encode_pixels(
    width: usize,
    height: usize,
    bytes: f64,
    psnr_db: f64,
    quality: f64,
) -> bool {
    finish(|samples| {
        if width.saturating_mul(height) > MOST_PIXELS {
            return Err(format!(
                "the picture is too large for a browser: it has {width} x {height} pixels, \
                 {MOST_PIXELS} in all at most; make it smaller"
            ));
        }
        if samples.len() != 4 * width * height {
            let given = samples.len();
            return Err(format!("{width} x {height} pixels are not {given} bytes"));
        }
        let (samples, channels, _) = essential(samples, 4);
        let pixels = Pixels { width, height, channels, samples };
        let encoded = picture::export_watched(&pixels, &of(bytes, psnr_db, quality)?, &|part| {
            progress(part);
        });
        let encoded = encoded.map_err(|error| match error {
            picture::EncodeError::Format(_) => {
                format!("a picture of {width} x {height} pixels cannot be stored")
            }
            other => other.to_string(),
        })?;
        Ok(Exchange {
            output: encoded.bytes,
            channels: channels as u32,
            psnr_db: encoded.psnr_db,
            ..Exchange::default()
        })
    })
}

/// Finds the squares of the compact picture whose file is in the input: each is an expert of
/// its own. The output has the left edge, the top and the side of each, in pixels of 16 bits,
/// the low byte first. Returns whether the file holds such a picture.
#[unsafe(no_mangle)]
pub extern "C" fn squares() -> bool {
    finish(|input| {
        let picture = Picture::open_compact(&input).map_err(|error| error.to_string())?;
        let mut memory = vec![0; picture.memory_len()];
        let mut windows = picture.windows(&mut memory).map_err(|error| error.to_string())?;
        let mut output = Vec::new();
        while let Some(window) = windows.next_window() {
            let area = window.area();
            for (y, x) in (0..area.height)
                .step_by(LEAST)
                .flat_map(|y| (0..area.width).step_by(LEAST).map(move |x| (y, x)))
            {
                // What is drawn pixel by pixel has no squares.
                let Some(Expert::Leaf { left, top, side, .. }) = window.expert(x, y) else {
                    continue;
                };
                if (left, top) == (area.left + x, area.top + y) {
                    let square = [left as u16, top as u16, side.into()];
                    output.extend(square.into_iter().flat_map(u16::to_le_bytes));
                }
            }
        }
        Ok(Exchange { output, ..Exchange::default() })
    })
}

/// What is asked of a picture.
fn of(bytes: f64, psnr_db: f64, quality: f64) -> Result<picture::Options, String> {
    let request = picture::Request {
        bytes: given(bytes).map(|bytes| bytes as usize),
        psnr_db: given(psnr_db),
        quality: given_quality(quality)?,
    };
    // The decoder of pictures beside this module has no drawn blocks.
    Ok(picture::Options { mix: picture::Mix::Never, ..request.options() })
}

/// Where the file or the text begins.
#[unsafe(no_mangle)]
pub extern "C" fn output() -> *const u8 {
    exchange().output.as_ptr()
}

/// Its bytes.
#[unsafe(no_mangle)]
pub extern "C" fn output_len() -> usize {
    exchange().output.len()
}

/// Frames per second of the sound in the file.
#[unsafe(no_mangle)]
pub extern "C" fn rate_hz() -> u32 {
    exchange().rate_hz
}

/// Its samples per frame.
#[unsafe(no_mangle)]
pub extern "C" fn channels() -> u32 {
    exchange().channels
}

/// Its frames.
#[unsafe(no_mangle)]
pub extern "C" fn frames() -> u32 {
    exchange().frames
}

/// Its signal-to-noise ratio in dB, beside the sound in 16 bits.
#[unsafe(no_mangle)]
pub extern "C" fn snr_db() -> f64 {
    exchange().snr_db
}

/// The picture's peak signal-to-noise ratio in dB.
#[unsafe(no_mangle)]
pub extern "C" fn psnr_db() -> f64 {
    exchange().psnr_db
}

/// Leaves what was made, or the text, for the host.
fn finish(work: impl FnOnce(Vec<u8>) -> Result<Exchange, String>) -> bool {
    // Not locked while it works, as `progress` may call back.
    let input = std::mem::take(&mut exchange().input);
    let made = work(input);
    let is_made = made.is_ok();
    let text = |text: String| Exchange { output: text.into_bytes(), ..Exchange::default() };
    *exchange() = made.unwrap_or_else(text);
    is_made
}

fn given(value: f64) -> Option<f64> {
    Some(value).filter(|value| !value.is_nan())
}

fn given_quality(quality: f64) -> Result<Option<f64>, String> {
    match given(quality) {
        Some(quality) if !(0.0..=100.0).contains(&quality) => {
            Err(format!("a quality of {quality} is out of range (0 to 100)"))
        }
        quality => Ok(quality),
    }
}

fn encode(clip: &Clip, kbps: f64, snr_db: f64, quality: f64) -> Result<Exchange, String> {
    let samples = clip.samples.len();
    if samples > MOST_SAMPLES {
        return Err(format!(
            "the sound is too long for a browser: it has {samples} samples of {MOST_SAMPLES} at \
             most; cut it, or lower its sample rate"
        ));
    }
    if given(kbps).is_some_and(|kbps| kbps <= 0.0) {
        return Err(format!("{kbps} kb/s hold no sound; ask for more than 0"));
    }
    let quality = given_quality(quality)?;
    let request = Request { bytes: None, kbps: given(kbps), snr_db: given(snr_db), quality };
    let encoded = encode_watched(clip, &request.options(clip.seconds()), &|part| progress(part))
        .map_err(|error| error.to_string())?;
    Ok(Exchange {
        input: Vec::new(),
        output: encoded.bytes,
        rate_hz: clip.rate_hz,
        channels: clip.channels as u32,
        frames: clip.frames() as u32,
        snr_db: encoded.snr_db,
        psnr_db: 0.0,
    })
}

/// The reason as a sentence of its own: there is no name for it to follow.
fn tell(error: &SoundError) -> String {
    match error {
        SoundError::NotFinite { .. } | SoundError::UnsupportedEncoding(_) => error.to_string(),
        SoundError::Rate(rate_hz) => format!("a sample rate of {rate_hz} Hz cannot be stored"),
        _ => format!("the file {error}"),
    }
}
