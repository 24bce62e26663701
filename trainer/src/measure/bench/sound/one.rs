//! What does one codec make of one sound?

use super::{
    Against, Codec, Equal, Options, Point, Rival, Sound, align, nex, packet_bytes, rivals,
    segmental_snr,
};
use crate::{
    audio::{self, Clip},
    measure::{
        self,
        bench::{
            BenchError, files,
            tools::{self, Call, Outcome},
        },
    },
};
use serde::Serialize;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// The WAV file that every codec is given.
pub(super) const REFERENCE: &str = "reference.wav";
/// Files are tuned to a target in dB by their encoder's own measure.
const SNR_TOLERANCE_DB: f64 = 0.05;

/// One codec, one operating point, one sound.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// The sound's name.
    pub sound: String,
    /// The codec.
    pub codec: Codec,
    /// The operating point, in words.
    pub setting: String,
    /// Size of the whole file.
    pub bytes: u64,
    /// Without container: for Opus the packets and a byte each for their
    /// lengths, for the others the whole file.
    pub packet_bytes: u64,
    /// Packet bytes over time.
    pub bits_per_second: f64,
    /// Packet bytes per sample of one channel.
    pub bits_per_sample: f64,
    /// Signal-to-noise ratio; infinite for an exact copy, which is `null` and
    /// `exact` in JSON.
    pub snr_db: f64,
    /// Segmental signal-to-noise ratio, if any frame is active.
    pub segmental_snr_db: Option<f64>,
    /// Whether every sample came back.
    pub exact: bool,
    /// Frames by which the decoded sound was late before it was aligned.
    pub delay_frames: f64,
    /// Wall time of the encoder.
    pub encode_seconds: f64,
    /// Wall time of the decoder.
    pub decode_seconds: f64,
    /// The row that this one is made to be compared with.
    pub against: Option<Against>,
    /// Whether what was asked for was met, if anything was.
    pub target_met: Option<bool>,
    /// The encoded file, in the folder that is kept.
    pub encoded: Option<PathBuf>,
    /// What it was made from, in the folder that is kept.
    pub reference: Option<PathBuf>,
    /// The decoded sound, aligned and as long as the reference, in the folder
    /// that is kept.
    pub decoded: Option<PathBuf>,
}

/// Encodes, decodes, aligns, measures.
///
/// SNRs are those of the aligned samples rounded to 16 bits, which are what
/// is kept.
pub(super) fn measure(
    sound: &Sound,
    point: Point,
    options: &Options,
    threads: usize,
) -> Result<Row, BenchError> {
    let place = |name: &str| Path::new(&sound.name).join(name);
    let slug = point.slug();
    let reference = place(REFERENCE);
    let encoded = place(&format!("{slug}.{}", point.extension()));
    let decoded = place(&format!("{slug}.wav"));
    let at = |path: &Path| options.folder.join(path);
    // Encoders may refuse to overwrite what a run before this one left.
    files::remove(&at(&encoded))?;
    files::remove(&at(&decoded))?;
    let coded =
        code(sound, point, options, threads, [&reference, &encoded, &decoded].map(|p| at(p)))?;
    let file = fs::read(at(&encoded)).map_err(files::failed(&at(&encoded)))?;
    let bytes = file.len() as u64;
    let packets = match point.codec() {
        Codec::Opus => packet_bytes(&at(&encoded), &file)?,
        _ => bytes,
    };
    let (samples, delay_frames) = moved(sound, point, &at(&decoded))?;
    let metrics =
        measure::sound::compare(&sound.samples, &samples).map_err(|e| BenchError::Length {
            path: at(&decoded),
            original: e.original / sound.channels,
            decoded: e.decoded / sound.channels,
        })?;
    if options.keep {
        let clip = Clip::from_i16(sound.rate_hz, sound.channels, &samples);
        audio::write_wav(&at(&decoded), &clip, true)?;
    } else {
        files::remove(&at(&encoded))?;
        files::remove(&at(&decoded))?;
    }
    let against = point.rival();
    let met = |against: &Against| match against.equal {
        Equal::Bytes => bytes as f64 <= against.target,
        Equal::Snr => metrics.snr_db >= against.target - SNR_TOLERANCE_DB,
    };
    let target_met = (point.codec() == Codec::Compact)
        .then(|| coded.encode.code == 0 && against.as_ref().is_none_or(met));
    let bits = 8.0 * packets as f64;
    let kept = |path: PathBuf| options.keep.then_some(path);
    Ok(Row {
        sound: sound.name.clone(),
        codec: point.codec(),
        setting: point.setting(),
        bytes,
        packet_bytes: packets,
        bits_per_second: bits / sound.seconds(),
        bits_per_sample: bits / sound.samples.len() as f64,
        snr_db: metrics.snr_db,
        segmental_snr_db: segmental_snr(&sound.samples, &samples, sound.channels, sound.rate_hz),
        exact: metrics.snr_db == f64::INFINITY,
        delay_frames,
        encode_seconds: coded.encode.seconds,
        decode_seconds: coded.decode.seconds,
        against,
        target_met,
        encoded: kept(encoded),
        reference: kept(reference),
        decoded: kept(decoded),
    })
}

struct Coded {
    encode: Outcome,
    decode: Outcome,
}

fn code(
    sound: &Sound,
    point: Point,
    options: &Options,
    threads: usize,
    [reference, encoded, decoded]: [PathBuf; 3],
) -> Result<Coded, BenchError> {
    let (encode, decode): (Call, Call) = match point {
        Point::Rival(rival) => (
            rivals::encode(rival, &reference, &encoded, sound.channels, sound.rate_hz),
            rivals::decode(rival, &encoded, &decoded, sound.rate_hz),
        ),
        Point::Ours(ours) => (
            nex::encode(&options.program, ours, &reference, &encoded),
            tools::decode(&options.program, &encoded, &decoded),
        ),
    };
    // A compact file that misses its target is there all the same.
    let also = if point.codec() == Codec::Compact { tools::TARGET_NOT_MET } else { 0 };
    Ok(Coded {
        encode: encode.on_threads(threads).run_allowing(also)?,
        decode: decode.on_threads(threads).run()?,
    })
}

/// The decoded sound at the original's rate, place and length, and by how
/// many frames it was late.
fn moved(sound: &Sound, point: Point, path: &Path) -> Result<(Vec<i16>, f64), BenchError> {
    let mut clip = audio::read(path)?;
    if clip.channels != sound.channels {
        let (original, decoded) = (sound.channels, clip.channels);
        return Err(BenchError::Channels { path: path.into(), original, decoded });
    }
    if clip.rate_hz != sound.rate_hz {
        clip = audio::resample(&clip, sound.rate_hz)?;
    }
    if !matches!(point, Point::Rival(rival) if rival.delays()) {
        // Only ADPCM pads, and only at the end.
        let padded = point == Point::Rival(Rival::Adpcm) && clip.frames() >= sound.frames();
        if clip.frames() != sound.frames() && !padded {
            let (original, decoded) = (sound.frames(), clip.frames());
            return Err(BenchError::Length { path: path.into(), original, decoded });
        }
        return Ok((clip.slice(0..sound.frames()).to_i16(), 0.0));
    }
    let original: Vec<f64> = sound.samples.iter().map(|&s| s.into()).collect();
    let decoded: Vec<f64> =
        clip.samples.iter().map(|&s| f64::from(s) * measure::sound::FULL_SCALE).collect();
    let aligned = align(&original, &decoded, sound.channels, sound.rate_hz);
    // The cast saturates.
    Ok((aligned.samples.iter().map(|s| s.round() as i16).collect(), aligned.delay))
}
