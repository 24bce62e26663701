//! With which command lines do the other codecs encode and decode?

use super::rival::{AMR_RATES, Rival};
use crate::measure::bench::tools::Call;
use std::path::Path;

/// Encodes `wav` to `encoded`.
pub(super) fn encode(rival: Rival, wav: &Path, encoded: &Path, channels: usize, hz: u32) -> Call {
    match rival {
        // Without padding and seek table: the smallest file that it makes.
        Rival::Flac => Call::new("flac", ["-8", "--silent", "-f", "--no-padding"])
            .with(["--no-seektable", "-o"])
            .with([encoded, wav]),
        Rival::Adpcm => {
            Call::new("sox", ["-D"]).with([wav]).with(["-e", "ima-adpcm"]).with([encoded])
        }
        Rival::Gsm => Call::new("sox", ["-D"]).with([wav]).with(["-t", "gsm"]).with([encoded]),
        // The serial number is random unless given.
        Rival::Opus(rate) => Call::new("opusenc", ["--quiet", "--comp", "10", "--padding", "0"])
            .with(["--discard-comments", "--discard-pictures", "--serial", "1"])
            .with(["--bitrate", &rate.to_string()])
            .with([wav, encoded]),
        // Without the information frame (-t), which would take a frame's bytes;
        // at the sound's own rate, which lame would lower.
        Rival::Mp3(rate) => Call::new("lame", ["--quiet", "-t", "--cbr", "-q", "0"])
            .with(["-b", &rate.to_string(), "--resample", &(f64::from(hz) / 1e3).to_string()])
            .with(["-m", if channels == 1 { "m" } else { "j" }])
            .with([wav, encoded]),
        Rival::Lc3(rate) => {
            Call::new("elc3", ["-b", &(1_000 * rate).to_string()]).with([wav, encoded])
        }
        // Raw frames with ADTS headers of 7 bytes: an MP4 file would be larger.
        Rival::Aac(rate) => ffmpeg(wav)
            .with(["-c:a", "aac", "-b:a", &format!("{rate}k"), "-f", "adts"])
            .with([encoded]),
        // Ogg's serial number is random unless told otherwise, which ffmpeg() does.
        Rival::Vorbis(rate) => ffmpeg(wav)
            .with(["-c:a", "libvorbis", "-b:a", &format!("{rate}k"), "-f", "ogg"])
            .with([encoded]),
        Rival::Sbc(rate) => {
            ffmpeg(wav).with(["-c:a", "sbc", "-b:a", &format!("{rate}k")]).with([encoded])
        }
        Rival::Speex(rate) => Call::new("speexenc", ["--quiet", "--comp", "10"])
            .with(["--bitrate", &(1_000 * rate).to_string()])
            .with([wav, encoded]),
        Rival::Amr(rate) => {
            let mode = AMR_RATES.iter().position(|&r| r == rate).unwrap_or_default();
            Call::new("sox", ["-D"])
                .with([wav])
                .with(["-t", "amr-nb", "-C", &mode.to_string()])
                .with([encoded])
        }
        Rival::Codec2(rate) => {
            ffmpeg(wav).with(["-c:a", "libcodec2", "-mode", &rate.to_string()]).with([encoded])
        }
    }
}

/// Decodes `encoded` to the WAV file `wav`.
pub(super) fn decode(rival: Rival, encoded: &Path, wav: &Path, rate_hz: u32) -> Call {
    match rival {
        Rival::Flac => Call::new("flac", ["-d", "--silent", "-f", "-o"]).with([wav, encoded]),
        // -D: no dither, which would be noise.
        Rival::Adpcm => Call::new("sox", ["-D"])
            .with([encoded])
            .with(["-e", "signed-integer", "-b", "16"])
            .with([wav]),
        Rival::Gsm => Call::new("sox", ["-D", "-t", "gsm"])
            .with([encoded])
            .with(["-e", "signed-integer", "-b", "16"])
            .with([wav]),
        // Floats, because it dithers 16-bit samples.
        Rival::Opus(_) => Call::new("opusdec", ["--quiet", "--float", "--rate"])
            .with([rate_hz.to_string()])
            .with([encoded, wav]),
        Rival::Mp3(_) => Call::new("lame", ["--quiet", "--decode"]).with([encoded, wav]),
        Rival::Lc3(_) => Call::new("dlc3", [encoded, wav]),
        Rival::Aac(_) | Rival::Vorbis(_) | Rival::Sbc(_) | Rival::Codec2(_) => {
            ffmpeg(encoded).with([wav])
        }
        // Its enhancer is part of the codec, and on unless told otherwise.
        Rival::Speex(_) => Call::new("speexdec", ["--quiet"]).with([encoded, wav]),
        Rival::Amr(_) => Call::new("sox", ["-D", "-t", "amr-nb"])
            .with([encoded])
            .with(["-e", "signed-integer", "-b", "16"])
            .with([wav]),
    }
}

/// ffmpeg, which says nothing, reads `input` and writes the same bytes every time.
fn ffmpeg(input: &Path) -> Call {
    Call::new("ffmpeg", ["-nostdin", "-v", "error", "-y", "-i"]).with([input]).with([
        "-fflags",
        "+bitexact",
        "-flags:a",
        "+bitexact",
    ])
}
