//! Is a small file that promises very much refused before it is decoded?

use image::{ExtendedColorType, ImageEncoder, codecs::png::PngEncoder};
use ne_train::{
    paper::data::{self, Side},
    picture::{self, PictureError},
};
use nex_format::{
    compact,
    neural::{Arithmetic, Header, PictureHeader, SoundHeader, write},
};
use std::{
    error::Error,
    fs,
    path::Path,
    process::{Command, Output},
    time::{Duration, Instant},
};

/// The compact sound of the most frames, in the fewest bytes: no chunk has any.
fn sound() -> Vec<u8> {
    let header = compact::SoundHeader {
        rate_hz: 8000,
        frames: u32::MAX,
        channels: 1,
        min_log2: 11,
        max_log2: 11,
        chunk_log2: 18,
        lead: 0,
        models: 0,
        step: 100,
        gamma: 0,
        fill: 0,
        tilt: 0,
        offsets: [0; 3],
    };
    compact::write(&header, &[], &vec![[0; 0]; header.chunks() as usize]).unwrap()
}

/// The smallest network, of any number of frames or pixels.
fn network(header: Header) -> Vec<u8> {
    let dims = header.dims();
    let oscillator = write::Layer::Oscillator { frequencies: vec![1; dims], phases: vec![0] };
    let hidden =
        |columns: usize| write::Layer::F32 { weights: vec![0.1; columns], biases: vec![0.0] };
    let channels = usize::from(header.channels());
    let last = write::Layer::F32 { weights: vec![0.5; channels], biases: vec![0.0; channels] };
    let mixture = write::Mixture {
        arithmetic: Arithmetic::Float,
        manager: None,
        encoder: write::Mlp { width: 1, layers: vec![oscillator] },
        experts: vec![write::Mlp { width: 1, layers: vec![hidden(1), last] }],
    };
    write::encode(header, &mixture, None).unwrap()
}

fn run(folder: &Path, line: &str) -> (Output, Duration) {
    let begin = Instant::now();
    let mut command = Command::new(env!("CARGO_BIN_EXE_ne-train"));
    let done = command.current_dir(folder).args(line.split(' ')).output().unwrap();
    (done, begin.elapsed())
}

#[test]
fn what_would_be_decoded_has_a_limit() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    fs::write(path.join("sound.nex"), sound()).unwrap();
    let header = SoundHeader { rate_hz: 8000, channels: 2, frames: u32::MAX, peak: 1000 };
    fs::write(path.join("network.nex"), network(Header::Sound(header))).unwrap();
    let header = PictureHeader { width: u16::MAX, height: u16::MAX, channels: 3 };
    fs::write(path.join("picture.nex"), network(Header::Picture(header))).unwrap();
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: 8000,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut wav = hound::WavWriter::create(path.join("x.wav"), spec).unwrap();
    wav.write_sample(1i16).unwrap();
    wav.finalize().unwrap();
    let files = [
        ("sound.nex", "4,294,967,295 frames of 1 channel", "4294967295"),
        ("network.nex", "4,294,967,295 frames of 2 channels", "8589934590"),
        ("picture.nex", "65,535 x 65,535 pixels of 3 channels", "12884508675"),
    ];
    for (name, promised, samples) in files {
        assert!(fs::metadata(path.join(name)).unwrap().len() < 17_000, "{name}");
        let lines = [
            format!("decode {name} o.wav"),
            format!("check {name} x.wav"),
            format!("plot {name} o.png"),
            format!("emit {name} --rust o.rs"),
            format!("bake {name} o.nex"),
        ];
        for line in lines {
            let line = line.replace("picture.nex o.wav", "picture.nex o.png");
            // That is for sounds.
            if name == "picture.nex" && line.starts_with("bake") {
                continue;
            }
            let (done, _) = run(path, &line);
            let said = String::from_utf8(done.stderr).unwrap();
            assert_eq!(done.status.code(), Some(2), "{line}: {said}");
            for words in [name, promised, "268,435,456", &format!("--max-samples {samples}")] {
                assert!(said.contains(words), "{line}: no {words} in {said}");
            }
        }
        // What it holds is told all the same, and soon.
        let (done, took) = run(path, &format!("info {name}"));
        assert!(done.status.success() && took < Duration::from_secs(60), "{name}: {took:?}");
    }
    // Parts of it can be had, and as many as are allowed.
    for name in ["sound.nex", "network.nex"] {
        let (done, _) = run(path, &format!("decode {name} o.wav -f --start 300000 --end 300001"));
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        let read = hound::WavReader::open(path.join("o.wav")).unwrap();
        assert_eq!(read.duration(), 8000);
    }
    let part = "decode picture.nex o.png -f --crop 10x10+65525+65525 --max-samples";
    assert_eq!(run(path, &format!("{part} 299")).0.status.code(), Some(2));
    assert!(run(path, &format!("{part} 300")).0.status.success());
}

fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let body = [&kind[..], data].concat();
    let crc = crc32fast::hash(&body).to_be_bytes();
    [&(data.len() as u32).to_be_bytes()[..], &body, &crc].concat()
}

/// A PNG file of a size that has no pixels.
fn png(width: u32, height: u32) -> Vec<u8> {
    let size = [width.to_be_bytes(), height.to_be_bytes()].concat();
    let head = chunk(b"IHDR", &[&size[..], &[8, 0, 0, 0, 0]].concat());
    let none = chunk(b"IDAT", &[0x78, 0x9c, 0x03, 0, 0, 0, 0, 1]);
    [b"\x89PNG\r\n\x1a\n", &head[..], &none, &chunk(b"IEND", &[])].concat()
}

/// Wherever pictures are read, those of the paper's tables too.
#[test]
fn pictures_that_take_too_much_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("huge.png");
    fs::write(&path, png(60_000, 60_000)).unwrap();
    let failed = data::pictures(&[&path], Side::Pixels(8)).unwrap_err();
    let cause = failed.source().unwrap().to_string();
    assert!(cause.contains("60000 x 60000") && cause.contains("limit"), "{cause}");
    let failed = data::picture_segments(&path, Side::Pixels(8)).unwrap_err();
    assert!(failed.source().unwrap().to_string().contains("limit"));
    // 70 KB of a profile that would take 70 MB are left out.
    let mut file = Vec::new();
    let mut encoder = PngEncoder::new(&mut file);
    encoder.set_icc_profile(vec![0; 70 << 20]).unwrap();
    encoder.write_image(&[9], 1, 1, ExtendedColorType::L8).unwrap();
    assert!(file.len() < 1 << 20, "{} bytes", file.len());
    let read = picture::parse(Path::new("profile.png"), &file, None).unwrap();
    assert_eq!(read.picture.samples, [9]);
    // A row that takes as much is not.
    let failed = picture::parse(Path::new("row.png"), &png(1 << 27, 1), Some(9)).unwrap_err();
    assert!(matches!(failed, PictureError::Endless { .. }), "{failed}");
    assert!(failed.to_string().contains("67108864 bytes"), "{failed}");
}
