//! What sound is in a file of another format than WAV?

use super::{Clip, mp4};
use std::{error::Error, io::Cursor, io::ErrorKind, path::Path};
use symphonia::core::{
    codecs::audio::{AudioDecoderOptions, well_known::CODEC_ID_MP3},
    errors::Error as Failed,
    formats::{FormatOptions, TrackType, probe::Hint},
    io::MediaSourceStream,
    meta::MetadataOptions,
};

/// Frames that a packet of MP3 has at most, by which a length may be off.
const PACKET: u64 = 1152;

/// Why there are no samples where some should be.
const CUT: &str =
    "the file ends in the middle; copy it again, or keep what is there by converting it";

/// Decodes the default audio track of any format that Symphonia knows, and says what a
/// listener should know, each to continue the file's name and a colon.
///
/// Unlike a player, it gives up at the first packet that does not decode: a
/// sound with a hole is not the sound.
pub(super) fn parse(
    path: &Path,
    bytes: Vec<u8>,
) -> Result<(Clip, Vec<String>), Box<dyn Error + Send + Sync>> {
    decode(path, bytes).map_err(|error| match error.downcast_ref() {
        Some(Failed::IoError(source)) if source.kind() == ErrorKind::UnexpectedEof => CUT.into(),
        _ => error,
    })
}

fn decode(
    path: &Path,
    bytes: Vec<u8>,
) -> Result<(Clip, Vec<String>), Box<dyn Error + Send + Sync>> {
    let delay = mp4::delay(&bytes);
    let mut hint = Hint::new();
    if let Some(extension) = path.extension().and_then(|e| e.to_str()) {
        hint.with_extension(extension);
    }
    let stream = MediaSourceStream::new(Box::new(Cursor::new(bytes)), Default::default());
    let mut format = symphonia::default::get_probe().probe(
        &hint,
        stream,
        FormatOptions::default(),
        MetadataOptions::default(),
    )?;
    let track = format.default_track(TrackType::Audio).ok_or("the file has no audio track")?;
    let parameters = track.codec_params.as_ref().and_then(|p| p.audio());
    let (track_id, clock) = (track.id, track.time_base);
    // That of MP3 without an encoder's tag is but an estimate.
    let is_mp3 = parameters.is_some_and(|p| p.codec == CODEC_ID_MP3);
    let declared = track.num_frames.filter(|_| !is_mp3 || track.delay.is_some());
    let mut decoder = symphonia::default::get_codecs().make_audio_decoder(
        parameters.ok_or("the codec is not known")?,
        &AudioDecoderOptions::default(),
    )?;
    let mut clip = Clip { rate_hz: 0, channels: 0, samples: Vec::new() };
    let mut block = Vec::new();
    let mut units = 0;
    while let Some(packet) = format.next_packet()? {
        if packet.track_id != track_id {
            continue;
        }
        let decoded = decoder.decode(&packet)?;
        let (rate_hz, channels) = (decoded.spec().rate(), decoded.spec().channels().count());
        if clip.channels == 0 {
            (clip.rate_hz, clip.channels) = (rate_hz, channels);
        } else if (clip.rate_hz, clip.channels) != (rate_hz, channels) {
            return Err("the sample rate or the channels change in the middle".into());
        }
        block.resize(decoded.samples_interleaved(), 0f32);
        decoded.copy_to_slice_interleaved(&mut block);
        clip.samples.extend_from_slice(&block);
        units += packet.dur.get();
    }
    if clip.channels == 0 {
        return Err(match declared {
            Some(1..) => CUT.into(),
            _ => "the audio track holds no samples".into(),
        });
    }
    let mut warnings = Vec::new();
    let seconds = |frames: u64| frames as f64 / f64::from(clip.rate_hz.max(1));
    if let Some(declared) = declared.filter(|&n| n > clip.frames() as u64 + PACKET) {
        warnings.push(format!(
            "ends after {:.2} s of the {:.2} s that it declares, so it was cut off; copy it again",
            clip.seconds(),
            seconds(declared)
        ));
    }
    // The reader of MP4 leaves to others what an encoder's first and last packet have too much.
    if let (Some(delay), Some(clock)) = (delay, clock) {
        let rate = u64::from(clip.rate_hz) * u64::from(clock.numer.get());
        let frame =
            |units: u64| (units.saturating_mul(rate) / u64::from(clock.denom.get())) as usize;
        clip = clip.slice(frame(delay)..frame(units));
    }
    Ok((clip, warnings))
}
