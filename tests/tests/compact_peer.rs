//! Does a second decoder, in Python and made from SPEC.md alone, give the same bits?
//!
//! `tests/peers/decode_compact.py` decodes sounds that the program exported,
//! and files forged at random: every kind of header, and chunks in which
//! magnitudes and sums reach all limits.

use nex_format::compact::{self, SoundHeader};
use nex_runtime::{Position, Sound};
use nex_tests::{
    peers,
    program::{command, path},
};
use std::{fs, path::Path};

/// Compares every `.nex` file with the `.wav` file beside it.
fn compare(folder: &Path, names: &[String]) {
    let files = names.iter().flat_map(|name| [format!("{name}.nex"), format!("{name}.wav")]);
    let arguments: Vec<_> = ["--compare".to_owned()].into_iter().chain(files).collect();
    peers::same_bits("decode_compact.py", &arguments, folder, names.len());
}

/// A small generator: xorshift.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 32) as u32) % limit
    }

    fn byte(&mut self, limit: u32) -> u8 {
        self.below(limit) as u8
    }

    /// Runs of noise, of zeros (true decisions) and of ones (false ones).
    fn chunk(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for _ in 0..self.below(8) {
            let kind = self.below(5);
            for _ in 0..self.below(60) {
                bytes.push(match kind {
                    0 => 0,
                    1 => 0xff,
                    _ => self.byte(256),
                });
            }
        }
        bytes
    }
}

fn header(random: &mut Random) -> SoundHeader {
    let min_log2 = 5 + random.byte(7);
    let max_log2 = min_log2 + random.byte(u32::from(12 - min_log2));
    let shaped = random.below(3) > 0;
    let mut shaping = |limit| if shaped { random.byte(limit) } else { 0 };
    let (gamma, fill) = (shaping(16), shaping(16));
    let (frames, octaves) = (1 + random.below(600), random.byte(8));
    let most = ((frames - 1) >> max_log2).min((1 << octaves) - 1);
    SoundHeader {
        rate_hz: [8000, 16_000, 44_100, 1, 768_000][random.below(5) as usize],
        frames,
        channels: 1 + random.byte(2),
        min_log2,
        max_log2,
        chunk_log2: max_log2 + octaves,
        lead: random.below(most + 1) as u8,
        models: 0,
        step: random.below(641) as u16,
        gamma,
        fill,
        tilt: if gamma > 0 || fill > 0 { random.byte(16) } else { 0 },
        offsets: [0; 3].map(|_: i8| random.byte(32) as i8 - 16),
    }
}

#[test]
fn forged_files_decode_alike() {
    let folder = tempfile::tempdir().unwrap();
    let mut random = Random(0x5eed_5eed_5eed_5eed);
    let names: Vec<String> = (0..48).map(|i| format!("forged-{i}")).collect();
    for name in &names {
        let header = header(&mut random);
        let chunks: Vec<_> = (0..header.chunks()).map(|_| random.chunk()).collect();
        let bytes = compact::write(&header, &[], &chunks).unwrap();
        let sound = Sound::open(&bytes).unwrap();
        let mut memory = vec![0; sound.memory_len()];
        let mut out = vec![0; header.frames as usize * usize::from(header.channels)];
        let mut stream = sound.play(&mut memory).unwrap();
        stream.decode_into(&mut out).unwrap();
        // SPEC.md, "Decoding a part": the same samples, wherever it begins.
        let channels = usize::from(header.channels);
        for _ in 0..8 {
            let frame = random.below(header.frames);
            stream.seek(frame);
            let mut part = vec![0; channels * (1 + random.below(100) as usize)];
            let len = channels * stream.decode_block(&mut part);
            let start = channels * frame as usize;
            assert_eq!(len, part.len().min(out.len() - start), "{name} from frame {frame}");
            assert_eq!(part[..len], out[start..start + len], "{name} from frame {frame}");
        }
        fs::write(folder.path().join(format!("{name}.nex")), bytes).unwrap();
        let spec = hound::WavSpec {
            channels: header.channels.into(),
            sample_rate: header.rate_hz,
            bits_per_sample: 16,
            sample_format: hound::SampleFormat::Int,
        };
        let wav = folder.path().join(format!("{name}.wav"));
        let mut wav = hound::WavWriter::create(wav, spec).unwrap();
        out.iter().for_each(|&sample| wav.write_sample(sample).unwrap());
        wav.finalize().unwrap();
    }
    compare(folder.path(), &names);
}

#[test]
fn exported_sounds_decode_alike() {
    let sounds = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/sounds");
    let folder = tempfile::tempdir().unwrap();
    let _ = path();
    let cases = [
        "please-try-again.wav --quality 40 --end 1.2",
        "hello-world.wav --snr 30 --end 0.3",
        "hello-world.wav --bitrate 12 --rate 16000 --end 1.1 --comment tick",
        "bell.wav --tune perceptual --quality 80 --max-block 64",
        "bell-stereo.wav --quality 50",
        "bell-stereo.wav --tune snr --quality 30 --max-block 2048",
    ];
    let mut names = Vec::new();
    for (i, case) in cases.iter().enumerate() {
        let lines = [
            format!("export {sounds}/{case} {i}.nex --profile compact --effort fast --quiet"),
            format!("decode {i}.nex {i}.wav --quiet"),
        ];
        for line in lines {
            let run = command(folder.path(), &line).output().unwrap();
            assert!(run.status.success(), "{line}: {}", String::from_utf8_lossy(&run.stderr));
        }
        names.push(i.to_string());
        // SPEC.md, "Between the samples": one unit, and 2e-4 of full scale, which is 6.
        let worst = points_differ(&fs::read(folder.path().join(format!("{i}.nex"))).unwrap());
        assert!(worst <= 2, "{case}: {worst}");
    }
    compare(folder.path(), &names);
}

/// By how much single positions differ from the stream's samples, at most.
fn points_differ(bytes: &[u8]) -> u16 {
    let sound = Sound::open(bytes).unwrap();
    let channels = sound.channels();
    let mut memory = vec![0; sound.points_len()];
    let mut samples = vec![0; sound.info().frames as usize * channels];
    let mut points = sound.play(&mut memory).unwrap();
    points.decode_into(&mut samples).unwrap();
    let frames = samples.chunks_exact(channels).enumerate();
    let worst = frames.map(|(frame, samples)| {
        let mut out = [0; 2];
        points.sample_at(Position::new(frame as u32, 0), &mut out).unwrap();
        samples.iter().zip(out).map(|(a, b)| a.abs_diff(b)).max().unwrap()
    });
    worst.max().unwrap()
}
