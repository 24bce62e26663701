//! What sound is in a file of another format than WAV?

use super::Clip;
use std::{error::Error, io::Cursor, path::Path};
use symphonia::core::{
    codecs::audio::AudioDecoderOptions,
    formats::{FormatOptions, TrackType, probe::Hint},
    io::MediaSourceStream,
    meta::MetadataOptions,
};

/// Decodes the default audio track of any format that Symphonia knows.
///
/// Unlike a player, it gives up at the first packet that does not decode: a
/// sound with a hole is not the sound.
pub(super) fn parse(path: &Path, bytes: Vec<u8>) -> Result<Clip, Box<dyn Error + Send + Sync>> {
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
    let track_id = track.id;
    let parameters = track.codec_params.as_ref().and_then(|p| p.audio());
    let mut decoder = symphonia::default::get_codecs().make_audio_decoder(
        parameters.ok_or("the codec is not known")?,
        &AudioDecoderOptions::default(),
    )?;
    let mut clip = Clip { rate_hz: 0, channels: 0, samples: Vec::new() };
    let mut block = Vec::new();
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
    }
    if clip.channels == 0 {
        return Err("the audio track holds no samples".into());
    }
    Ok(clip)
}
