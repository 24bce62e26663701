//! Drawn pictures come back as they were.

use nex_encoder::picture::{
    DrawnOptions, EncodeError, Loss, Options, Pixels, Request, Target, Tune, Why, Wishes,
    export_drawn, export_either, train,
};
use nex_format::{Error, Part, compact::write_picture};
use nex_runtime::{Area, DecodeError, Look, Picture};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg32;

/// Bars, a disc with a soft edge, a slope, single pixels; alpha is soft, too.
fn drawn(width: usize, height: usize, channels: usize) -> Pixels {
    let mut random = Pcg32::seed_from_u64(5);
    let mut samples = Vec::new();
    for y in 0..height as i32 {
        for x in 0..width as i32 {
            let from_middle = f64::from((x - 21).pow(2) + (y - 15).pow(2)).sqrt();
            let cover = (14.5 - from_middle).clamp(0.0, 1.0);
            let bar = x % 9 < 3 && y % 7 > 1;
            let speck = random.random_range(0..40) == 0;
            for channel in 0..channels {
                let alpha = channels.is_multiple_of(2) && channel + 1 == channels;
                let ground = if bar { 30 + 60 * channel } else { 245 };
                let slope = 4 * y as usize % 256;
                let level = match (speck, x > 60) {
                    (true, _) => random.random_range(0..256),
                    (_, true) => slope,
                    _ if alpha => (255.0 * cover) as usize,
                    _ => (cover * 90.0 + (1.0 - cover) * ground as f64) as usize,
                };
                samples.push(level as u8);
            }
        }
    }
    Pixels { width, height, channels, samples }
}

fn whole() -> DrawnOptions {
    DrawnOptions { hidden: true, ..DrawnOptions::default() }
}

fn decoded(bytes: &[u8]) -> Vec<u8> {
    let picture = Picture::open(bytes).unwrap();
    let info = picture.info();
    let mut out = vec![0; info.width as usize * info.height as usize * usize::from(info.channels)];
    // What memory holds before changes nothing.
    let mut memory = vec![0xdead_beef; picture.memory_len()];
    picture.decode_into(&mut out, &mut memory).unwrap();
    out
}

#[test]
fn pictures_of_all_sizes_come_back() {
    for (width, height) in [(1, 1), (1, 70), (67, 3), (32, 32), (33, 65), (97, 66)] {
        for channels in 1..=4 {
            for tile in [None, Some(32), Some(64)] {
                let pixels = drawn(width, height, channels);
                let made = export_drawn(&pixels, &DrawnOptions { tile, ..whole() }).unwrap();
                let what = format!("{width}x{height}x{channels}, tiles {tile:?}");
                assert!(made.samples == pixels.samples, "{what}");
                assert_eq!(made.psnr_db, f64::INFINITY, "{what}");
                assert!(decoded(&made.bytes) == pixels.samples, "{what}");
                nex_tests::windows::agree(&made.bytes, &Picture::open(&made.bytes).unwrap());
            }
        }
    }
}

/// Every colour differs from all others, and from what is foretold as far as can be.
#[test]
fn noise_comes_back() {
    let mut random = Pcg32::seed_from_u64(9);
    for channels in 1..=4 {
        let samples = (0..40 * 35 * channels).map(|_| random.random()).collect();
        let pixels = Pixels { width: 40, height: 35, channels, samples };
        let made = export_drawn(&pixels, &whole()).unwrap();
        assert!(decoded(&made.bytes) == pixels.samples);
        assert!(made.bytes.len() < pixels.samples.len() * 5 / 4 + 32);
    }
}

/// A display gets what it shows of the picture, and what its driver shows of that is the
/// same.
#[test]
fn displays_get_their_colours() {
    for channels in 3..=4 {
        let pixels = drawn(80, 50, channels);
        let options = DrawnOptions { display: true, ..whole() };
        let made = export_drawn(&pixels, &options).unwrap();
        let got = decoded(&made.bytes);
        assert!(got == made.samples && got != pixels.samples);
        for (got, pixel) in got.chunks(channels).zip(pixels.samples.chunks(channels)) {
            for (at, (got, given)) in got.iter().zip(pixel).enumerate() {
                let steps = [8, 4, 8, 1];
                assert!(got.abs_diff(*given) < steps[at], "{got} of {given}");
            }
        }
        let again = Pixels { samples: got.clone(), ..pixels.clone() };
        let plain = export_drawn(&again, &whole()).unwrap();
        assert!(export_drawn(&again, &options).unwrap().samples == got);
        assert!(made.bytes.len() < plain.bytes.len());
    }
}

/// Transparent pixels have no colour, if nobody asks for it.
#[test]
fn hidden_colours_are_left_out() {
    let pixels = drawn(50, 40, 4);
    let made = export_drawn(&pixels, &DrawnOptions::default()).unwrap();
    let got = decoded(&made.bytes);
    assert!(got == made.samples);
    let mut hidden = 0;
    for (got, given) in got.chunks(4).zip(pixels.samples.chunks(4)) {
        let nothing = [0; 4];
        hidden += usize::from(given[3] == 0);
        assert_eq!(got, if given[3] == 0 { &nothing } else { given });
    }
    assert!(hidden > 50);
    assert!(made.bytes.len() < export_drawn(&pixels, &whole()).unwrap().bytes.len());
}

/// Parts of a picture are those of the whole.
#[test]
fn areas_are_parts() {
    let pixels = drawn(130, 90, 3);
    for tile in [None, Some(32), Some(64)] {
        let made = export_drawn(&pixels, &DrawnOptions { tile, ..whole() }).unwrap();
        let picture = Picture::open(&made.bytes).unwrap();
        let mut memory = vec![0; picture.memory_len()];
        let area = Area { left: 37, top: 29, width: 60, height: 41 };
        let mut out = vec![0; 60 * 41 * 3];
        picture.decode_area(area, &mut out, &mut memory).unwrap();
        for (y, row) in out.chunks(180).enumerate() {
            assert!(row == &pixels.samples[((29 + y) * 130 + 37) * 3..][..180]);
        }
        let short = memory.len() - 1;
        let refused = picture.windows(&mut memory[..short]).map(|_| ());
        assert_eq!(refused, Err(DecodeError::ScratchTooSmall { needed: short + 1 }));
    }
}

/// Any bytes are a picture, of any form and with any memory.
#[test]
fn any_bytes_decode() {
    let mut random = Pcg32::seed_from_u64(3);
    let pixels = drawn(70, 45, 3);
    for round in 0..64u32 {
        let memory = 4 + (round % 13) as u8;
        let pixels = Pixels { channels: 1 + round as usize % 4, ..pixels.clone() };
        let pixels = drawn(pixels.width, pixels.height, pixels.channels);
        let options = DrawnOptions { memory, display: round % 4 > 1, ..whole() };
        let made = export_drawn(&pixels, &options).unwrap();
        let data: Vec<u8> = match round / 4 % 4 {
            0 => vec![],
            1 => vec![0xff; 3000],
            _ => (0..random.random_range(1..4000)).map(|_| random.random()).collect(),
        };
        let bytes = write_picture(&made.header, &[], &[data]).unwrap();
        let picture = Picture::open(&bytes).unwrap();
        let mut memory = vec![0; picture.memory_len()];
        let mut windows = picture.windows(&mut memory).unwrap();
        let mut out = [0; 1024];
        let mut count = 0;
        while let Some(window) = windows.next_window() {
            count += window.rgb565(Look::DEFAULT, &mut out);
            assert_eq!(window.expert(0, 0), None);
        }
        assert_eq!(count, 70 * 45);
    }
}

/// The memory is as large as it has to be.
#[test]
fn memory_is_spared() {
    let flat = Pixels { width: 100, height: 100, channels: 3, samples: vec![77; 30_000] };
    let made = export_drawn(&flat, &whole()).unwrap();
    assert!(made.header.drawn.unwrap().memory <= 6);
    assert!(made.bytes.len() < 40);
    let pixels = drawn(97, 66, 3);
    let full = export_drawn(&pixels, &DrawnOptions { memory: 16, ..whole() }).unwrap();
    let less = export_drawn(&pixels, &DrawnOptions { memory: 6, ..whole() }).unwrap();
    assert!(full.header.drawn.unwrap().memory <= 14);
    assert!(less.header.drawn.unwrap().memory <= 6);
    assert!(less.bytes.len() > full.bytes.len());
}

#[test]
fn what_cannot_be_stored_is_refused() {
    let pixels = drawn(40, 40, 3);
    let with = |options: DrawnOptions| export_drawn(&pixels, &options).map(|_| ()).unwrap_err();
    let format = |part| EncodeError::Format(Error::BadHeader(part));
    for memory in [0, 3, 17, 255] {
        let error = with(DrawnOptions { memory, ..whole() });
        assert_eq!(error, format(Part::Form), "{memory}");
    }
    assert_eq!(with(DrawnOptions { tile: Some(48), ..whole() }), format(Part::Blocks));
    let gray = drawn(9, 9, 1);
    let refused = export_drawn(&gray, &DrawnOptions { display: true, ..whole() }).unwrap_err();
    assert_eq!(refused, format(Part::Channels));
    let none = Pixels { width: 0, height: 5, channels: 3, samples: vec![] };
    assert_eq!(export_drawn(&none, &whole()).unwrap_err(), format(Part::Size));
}

/// Answers that start where pictures of the same kind left them cost less.
#[test]
fn answers_are_learned() {
    let starts = train::train_drawn(&[drawn(64, 64, 3), drawn(80, 40, 4)], 1);
    assert!(starts.iter().filter(|&&start| start != 0).count() > 300);
    assert!(starts == train::train_drawn(&[drawn(64, 64, 3), drawn(80, 40, 4)], 1));
}

/// A ramp made smaller is a ramp of the same ends, whether or not its length is a multiple
/// of what is halved.
#[test]
fn a_smaller_picture_has_everything_where_it_was() {
    for (columns, smaller) in [(161, 20), (161, 40), (1001, 125), (160, 20), (321, 21), (9, 1)] {
        let level = |x: usize| (x as f64 * 200.0 / columns as f64).round() as u8;
        let samples = (0..8 * columns).map(|i| level(i % columns)).collect();
        let pixels = Pixels { width: columns, height: 8, channels: 1, samples };
        let made = export_drawn(&pixels, &DrawnOptions::default()).unwrap();
        let picture = Picture::open(&made.bytes).unwrap();
        let mut memory = vec![0; picture.rows_len(Area::ALL, (smaller, 1))];
        let mut row = vec![0; smaller as usize];
        picture.rows(Area::ALL, (smaller, 1), &mut memory).unwrap().next_row(&mut row).unwrap();
        let scale = columns as f64 / f64::from(smaller);
        // Where the cubic reaches over an end, it has less of what lies there.
        for (x, &found) in row.iter().enumerate() {
            let place = (x as f64 + 0.5) * scale;
            let edge = x < 2 || x + 2 >= row.len();
            let expected = (place - 0.5) * 200.0 / columns as f64;
            let off = (f64::from(found) - expected).abs();
            assert!(off < if edge { 3.5 } else { 1.2 }, "{columns} to {smaller}: {row:?} at {x}");
        }
    }
}

#[test]
fn the_better_of_two_files_is_chosen() {
    let icon = drawn(48, 48, 4);
    let mut random = Pcg32::seed_from_u64(9);
    let noise: Vec<u8> = (0..48 * 48 * 3).map(|_| random.random_range(100..156)).collect();
    let noise = Pixels { channels: 3, samples: noise, ..icon.clone() };
    let choose = |pixels, wishes: &Wishes| export_either(pixels, wishes, &|_| {}).unwrap();

    let usual = Wishes::default();
    let kept = choose(&icon, &usual);
    assert!(kept.lossless && matches!(kept.why, Why::Times(1 | 3)), "{:?}", kept.why);
    assert!(kept.encoded.bytes.len() <= 3 * kept.lossy_bytes.unwrap());
    let lost = choose(&noise, &usual);
    assert_eq!((lost.lossless, lost.why), (false, Why::Times(3)));
    assert_eq!(lost.lossy_bytes, Some(lost.encoded.bytes.len()));

    // What is asked for is done.
    for (loss, lossless) in [(Loss::Lossy, false), (Loss::Lossless, true)] {
        for pixels in [&icon, &noise] {
            let made = choose(pixels, &Wishes { loss, ..Wishes::default() });
            assert_eq!((made.lossless, made.why), (lossless, Why::Asked));
        }
    }

    // A limit alone: an exact copy if it fits.
    let needed = kept.encoded.bytes.len();
    for (bytes, lossless) in [(needed, true), (needed / 2, false)] {
        let request = Request { bytes: Some(bytes), ..Request::default() };
        let lossless_options = DrawnOptions { limit: Some(bytes), ..DrawnOptions::default() };
        let wishes =
            Wishes { lossy: request.options(), lossless: lossless_options, ..Wishes::default() };
        let made = choose(&icon, &wishes);
        assert_eq!((made.lossless, made.why), (lossless, Why::Limit), "{bytes} bytes");
        assert!(made.encoded.bytes.len() <= bytes);
    }
}

#[test]
fn what_is_asked_of_a_picture_becomes_options() {
    let of = |bytes, psnr_db, quality| Request { bytes, psnr_db, quality }.options();
    assert_eq!(of(None, None, None), Options::default());
    assert_eq!(of(Some(900), None, None).target, Target::Size);
    assert_eq!(of(Some(900), None, Some(20.0)).target, Target::Quality(20.0));
    let exact = of(Some(900), Some(40.0), Some(20.0));
    assert_eq!((exact.target, exact.tune), (Target::Psnr(40.0), Tune::Psnr));
    assert_eq!(exact.limit, Some(900));
    assert!(!Request { bytes: Some(900), ..Request::default() }.has_quality());
}
