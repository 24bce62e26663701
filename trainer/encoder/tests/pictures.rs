//! What a compact picture decodes to, window by window.

use nex_encoder::{
    Effort,
    picture::{
        EncodeError, Filters, Mix, Options, Pixels, Settings, Target, Tune, encode, export, file,
        train::{filters_source_file, source_file, train},
    },
};
use nex_format::coding::picture::{Colour, place, start};
use nex_runtime::Picture;
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg32;
use std::sync::Mutex;

fn settings(step: i32) -> Settings {
    Settings {
        colour: Colour::Orthogonal,
        step,
        chroma: [8, -16],
        falloff: 0,
        lambda: 0.35,
        candidates: 2,
        filtered: false,
        fields: 0.0,
    }
}

/// Everything that a header can ask for.
fn full(step: i32) -> Settings {
    Settings { falloff: 3, filtered: true, fields: 0.7, ..settings(step) }
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
    let picture = Picture::open(bytes).unwrap();
    let mut out = vec![0; pixels.samples.len()];
    picture.decode_into(&mut out, &mut vec![0; picture.memory_len()]).unwrap();
    out
}

/// The samples that the encoder expects of its decoder.
fn meant(pixels: &Pixels, settings: &Settings) -> Vec<u8> {
    let mut tables = [0; place::COUNT];
    start(&mut tables);
    encode(pixels, settings, &mut tables).samples
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
            for (settings, least) in
                [(settings(60), 43.0), (settings(160), 32.0), (full(100), 36.0), (full(190), 28.0)]
            {
                let bytes = file(&pixels, &settings).unwrap();
                let meant = meant(&pixels, &settings);
                let got = decoded(&bytes, &pixels);
                let what = format!("{width}x{height}x{channels}, {settings:?}");
                assert!(got == meant, "{what}");
                nex_tests::windows::agree(&bytes, &Picture::open(&bytes).unwrap());
                let psnr = psnr(&got, &pixels.samples);
                assert!(psnr >= least, "{what}: {psnr:.2} dB");
            }
        }
    }
}

/// Filters are used where they help, and do help; fields change steps.
#[test]
fn filters_and_fields_change_a_picture() {
    let pixels = drawn(130, 100, 3);
    let without = meant(&pixels, &settings(200));
    let filtered = meant(&pixels, &Settings { filtered: true, ..settings(200) });
    let (before, after) = (psnr(&without, &pixels.samples), psnr(&filtered, &pixels.samples));
    assert!(after > before + 0.05, "{before:.3} dB, filtered {after:.3} dB");
    assert!(meant(&pixels, &Settings { fields: 0.7, ..settings(200) }) != without);
    let eye = Tune::Eye.settings(150);
    assert!(decoded(&file(&pixels, &eye).unwrap(), &pixels) == meant(&pixels, &eye));
}

/// Experts that saw nothing change nothing; those that saw noise smooth it.
#[test]
fn experts_are_learned() {
    let mut filters = Filters::new();
    assert!(filters_source_file(&filters.experts()).contains("    [0, 0, 0, 0],"));
    let pixels = drawn(64, 64, 3);
    let mut tables = [0; place::COUNT];
    start(&mut tables);
    let mut planes = encode(&pixels, &settings(200), &mut tables).planes;
    let mut random = Pcg32::seed_from_u64(5);
    for plane in &mut planes {
        plane.original.fill(800);
        plane.decoded.fill_with(|| 800 + random.random_range(-200..=200));
    }
    filters.add(&planes);
    let experts = filters.experts();
    let sum = |row: &&[i8; 4]| row.iter().map(|&weight| i32::from(weight)).sum::<i32>();
    let largest = experts.luma.iter().max_by_key(sum).unwrap();
    assert!(filters_source_file(&experts).contains(&format!("    {largest:?},\n")));
    // The mean of nine pixels has 1/9 of each: a pair's weight is 14 of 128 and more, for
    // differences are clipped.
    assert!(largest.iter().all(|&weight| weight > 8), "{largest:?}");
}

/// What was trained on a picture codes it in fewer bytes, every time the same.
#[test]
fn starts_are_learned() {
    let pixels = [drawn(48, 40, 3)];
    let said = Mutex::new(0);
    let trained = train(&pixels, 3, &|_| *said.lock().unwrap() += 1);
    assert!(*said.lock().unwrap() > 1);
    let again = train(&pixels, 3, &|_| {});
    assert_eq!((&trained.starts, &trained.experts), (&again.starts, &again.experts));
    let file = source_file(&trained.starts);
    assert!(file.contains(&format!(" = [\n    {}, ", trained.starts[0])));
    let bytes = |starts: &[i8]| {
        let mut tables: Vec<i16> = starts.iter().map(|&s| i16::from(s) * place::UNIT).collect();
        encode(&pixels[0], &Tune::Eye.settings(120), &mut tables).bytes.len()
    };
    let mut general = [0; place::COUNT];
    start(&mut general);
    let general: Vec<i8> = general.iter().map(|answer| (answer / place::UNIT) as i8).collect();
    let (own, of_all) = (bytes(&trained.starts), bytes(&general));
    assert!(20 * own < 19 * of_all, "{own} bytes, {of_all} from general starts");
}

/// Any bytes decode, and always to as many windows.
#[test]
fn damaged_tiles_decode() {
    let pixels = drawn(70, 50, 3);
    let bytes = file(&pixels, &full(120)).unwrap();
    let mut random = Pcg32::seed_from_u64(3);
    for _ in 0..200 {
        let mut damaged = bytes.clone();
        let len = damaged.len();
        for _ in 0..random.random_range(1..20) {
            damaged[random.random_range(14..len - 4)] = random.random();
        }
        seal(&mut damaged);
        decoded(&damaged, &pixels);
    }
}

/// Makes a changed file whole again.
fn seal(bytes: &mut [u8]) {
    let (body, end) = bytes.split_last_chunk_mut::<4>().unwrap();
    *end = crc32(body).to_le_bytes();
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
    // Bits of the form, which follows columns and rows, that mean nothing yet.
    let form = bytes.windows(3).position(|head| head == [33, 33, 2 | 4]).unwrap() + 2;
    for bit in 5..8 {
        let mut later = bytes.clone();
        later[form] |= 1 << bit;
        seal(&mut later);
        assert!(Picture::open(&later).is_err(), "bit {bit}");
    }
}

/// What is asked for is met, by the samples that the decoder gives, and not by more bytes
/// than it takes.
#[test]
fn targets_are_met() {
    let pixels = drawn(97, 66, 3);
    let made = |target, limit| {
        let options = Options {
            target,
            limit,
            effort: Effort::Fast,
            tune: Tune::Psnr,
            mix: Mix::Never,
            tile: None,
            comment: Some("drawn".into()),
        };
        let made = export(&pixels, &options)?;
        assert!(decoded(&made.bytes, &pixels) == made.samples);
        assert!((psnr(&made.samples, &pixels.samples) - made.psnr_db).abs() < 1e-9);
        Ok(made)
    };
    let [rough, good] = [20.0, 70.0].map(|q| made(Target::Quality(q), None).unwrap());
    assert!(2 * rough.bytes.len() < good.bytes.len() && rough.psnr_db + 6.0 < good.psnr_db);
    for limit in [300, 1_000, 4_000] {
        let made = made(Target::Size, Some(limit)).unwrap();
        let used = made.bytes.len();
        assert!(used <= limit && used * 100 >= limit * 95, "{used} of {limit} bytes");
    }
    for db in [28.0, 36.0] {
        let made = made(Target::Psnr(db), None).unwrap();
        assert!(made.psnr_db >= db && made.psnr_db < db + 0.5, "{} dB for {db}", made.psnr_db);
    }
    let limited = made(Target::Quality(70.0), Some(rough.bytes.len())).unwrap();
    assert!(limited.bytes.len() <= rough.bytes.len());
    let refused = |target, limit| made(target, limit).map(|made| made.bytes.len()).unwrap_err();
    let error = refused(Target::Size, Some(40));
    assert!(matches!(error, EncodeError::DoesNotFit { limit: 40, .. }), "{error}");
    let error = refused(Target::Psnr(90.0), None);
    assert!(matches!(error, EncodeError::NotGoodEnough { .. }), "{error}");
    let error = refused(Target::Psnr(36.0), Some(100));
    assert!(matches!(error, EncodeError::Contradiction { .. }), "{error}");
}

/// With tiles the picture is the same everywhere, and any part of it can be had.
#[test]
fn tiles_are_decoded_each_by_itself() {
    for (width, height, channels) in [(97, 66, 3), (33, 200, 1), (129, 31, 4)] {
        let pixels = drawn(width, height, channels);
        let options = Options { tile: Some(64), effort: Effort::Fast, ..Options::default() };
        let made = export(&pixels, &options).unwrap();
        assert_eq!(decoded(&made.bytes, &pixels), made.samples, "{width} x {height}");
        nex_tests::windows::agree(&made.bytes, &Picture::open(&made.bytes).unwrap());
    }
    let options = Options { tile: Some(48), ..Options::default() };
    assert!(export(&drawn(9, 9, 1), &options).is_err());
}

/// What nobody sees costs next to nothing, and does not leak into what is seen.
#[test]
fn colours_of_transparent_pixels_are_free() {
    let mut random = Pcg32::seed_from_u64(9);
    let mut disc = |hidden: [u8; 3], noisy: bool| {
        let mut samples = Vec::new();
        for i in 0..70i32 * 64 {
            let inside = (i % 70 - 35).pow(2) + (i / 70 - 32).pow(2) < 400;
            let noise = if noisy { random.random_range(0..=255) } else { 0 };
            let hidden = hidden.map(|level: u8| level ^ noise);
            let [r, g, b] = if inside { [200, 30 + (i % 70) as u8, 40] } else { hidden };
            samples.extend([r, g, b, if inside { 255 } else { 0 }]);
        }
        Pixels { width: 70, height: 64, channels: 4, samples }
    };
    let (kind, odd) = (disc([200, 65, 40], false), disc([0, 255, 0], true));
    let options = Options { target: Target::Quality(40.0), ..Options::default() };
    let [kind, odd] = [kind, odd].map(|pixels| (export(&pixels, &options).unwrap(), pixels));
    let least = kind.0.bytes.len();
    assert!(odd.0.bytes.len() < least + least / 8, "{} for {least}", odd.0.bytes.len());
    assert!(odd.0.psnr_db > kind.0.psnr_db - 1.0, "{} dB", odd.0.psnr_db);
    let pairs = odd.1.samples.chunks_exact(4).zip(odd.0.samples.chunks_exact(4));
    let seen = pairs.filter(|(pixel, _)| pixel[3] > 0);
    assert!(seen.flat_map(|(a, b)| a.iter().zip(b)).all(|(a, b)| a.abs_diff(*b) < 60));
}

/// A target that some step reaches is not refused, and what a refusal names can be had.
#[test]
fn what_was_seen_is_not_refused() {
    let flat = Pixels { width: 300, height: 200, channels: 3, samples: vec![119; 180_000] };
    let asked = |limit| Options { target: Target::Size, limit: Some(limit), ..Options::default() };
    let Err(EncodeError::DoesNotFit { smallest, .. }) = export(&flat, &asked(9)) else { panic!() };
    assert_eq!(export(&flat, &asked(smallest)).unwrap().bytes.len(), smallest);
    let least = Options { target: Target::Psnr(20.0), ..Options::default() };
    assert!(export(&flat, &least).unwrap().bytes.len() >= smallest);
}
