//! Which other codecs are there, at which operating points, and for which sounds?

use super::{Codec, Tune};

/// A codec that is not ours, at an operating point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rival {
    /// `flac -8`
    Flac,
    /// sox's IMA ADPCM
    Adpcm,
    /// sox's GSM full rate
    Gsm,
    /// opusenc at so many kb/s
    Opus(u32),
    /// lame at so many kb/s
    Mp3(u32),
    /// elc3 at so many kb/s
    Lc3(u32),
    /// ffmpeg's own AAC at so many kb/s
    Aac(u32),
    /// ffmpeg's libvorbis at about so many kb/s
    Vorbis(u32),
    /// ffmpeg's SBC at so many kb/s
    Sbc(u32),
    /// speexenc at so many kb/s
    Speex(u32),
    /// sox's AMR at so many bit/s, one of `AMR_RATES`
    Amr(u32),
    /// Codec 2 at so many bit/s, one of `CODEC2_RATES`
    Codec2(u32),
}

/// The bit rates of AMR's modes 0 to 7.
pub(super) const AMR_RATES: [u32; 8] = [4_750, 5_150, 5_900, 6_700, 7_400, 7_950, 10_200, 12_200];
/// Bit rates of Codec 2 that are measured.
pub(super) const CODEC2_RATES: [u32; 3] = [1_200, 2_400, 3_200];

impl Rival {
    /// A codec's operating points; those that have a choice of bit rates take
    /// these, in kb/s.
    #[must_use]
    pub fn ladder(codec: Codec, kbps: &[u32]) -> Vec<Self> {
        let each = |rival: fn(u32) -> Self| kbps.iter().map(|&rate| rival(rate)).collect();
        match codec {
            Codec::Flac => vec![Self::Flac],
            Codec::Adpcm => vec![Self::Adpcm],
            Codec::Gsm => vec![Self::Gsm],
            Codec::Opus => each(Self::Opus),
            Codec::Mp3 => each(Self::Mp3),
            Codec::Lc3 => each(Self::Lc3),
            Codec::Aac => each(Self::Aac),
            Codec::Vorbis => each(Self::Vorbis),
            Codec::Sbc => each(Self::Sbc),
            Codec::Speex => each(Self::Speex),
            Codec::Amr => [4_750, 7_950, 12_200].map(Self::Amr).to_vec(),
            Codec::Codec2 => CODEC2_RATES.map(Self::Codec2).to_vec(),
            Codec::Compact | Codec::Neural => Vec::new(),
        }
    }

    /// Its codec.
    #[must_use]
    pub const fn codec(self) -> Codec {
        match self {
            Self::Flac => Codec::Flac,
            Self::Adpcm => Codec::Adpcm,
            Self::Gsm => Codec::Gsm,
            Self::Opus(_) => Codec::Opus,
            Self::Mp3(_) => Codec::Mp3,
            Self::Lc3(_) => Codec::Lc3,
            Self::Aac(_) => Codec::Aac,
            Self::Vorbis(_) => Codec::Vorbis,
            Self::Sbc(_) => Codec::Sbc,
            Self::Speex(_) => Codec::Speex,
            Self::Amr(_) => Codec::Amr,
            Self::Codec2(_) => Codec::Codec2,
        }
    }

    /// The operating point in words.
    #[must_use]
    pub fn setting(self) -> String {
        match self {
            Self::Flac => "-8".into(),
            Self::Adpcm => "4 bit".into(),
            Self::Gsm => "13 kb/s".into(),
            Self::Opus(rate)
            | Self::Mp3(rate)
            | Self::Lc3(rate)
            | Self::Aac(rate)
            | Self::Vorbis(rate)
            | Self::Sbc(rate)
            | Self::Speex(rate) => format!("{rate} kb/s"),
            Self::Amr(rate) | Self::Codec2(rate) => format!("{} kb/s", f64::from(rate) / 1e3),
        }
    }

    /// A name for files.
    #[must_use]
    pub fn slug(self) -> String {
        match self {
            Self::Flac | Self::Adpcm | Self::Gsm => self.codec().id().into(),
            Self::Opus(rate)
            | Self::Mp3(rate)
            | Self::Lc3(rate)
            | Self::Aac(rate)
            | Self::Vorbis(rate)
            | Self::Sbc(rate)
            | Self::Speex(rate)
            | Self::Amr(rate)
            | Self::Codec2(rate) => format!("{}-{rate}", self.codec().id()),
        }
    }

    /// The tuning that a compact file of the same size is compared with: a
    /// waveform coder is met by the one for SNR, a perceptual one by its like.
    #[must_use]
    pub const fn natural_tune(self) -> Tune {
        match self {
            Self::Flac | Self::Adpcm => Tune::Snr,
            _ => Tune::Perceptual,
        }
    }

    /// Whether its decoder gives the sound back later than it was, or longer,
    /// so that it must be aligned.
    #[must_use]
    pub const fn delays(self) -> bool {
        !matches!(self, Self::Flac | Self::Adpcm)
    }

    /// Why it cannot take such a sound, if so.
    #[must_use]
    pub fn refusal(self, rate_hz: u32, channels: usize) -> Option<String> {
        let name = self.codec().name();
        let telephone = rate_hz == 8_000 && channels == 1;
        match self {
            Self::Flac | Self::Adpcm | Self::Opus(_) => None,
            Self::Gsm | Self::Amr(_) | Self::Codec2(_) => {
                (!telephone).then(|| format!("{name} takes 8,000 Hz mono only"))
            }
            _ if channels > 2 => Some(format!("{name} takes 1 or 2 channels")),
            Self::Mp3(rate) => among(name, rate, rate_hz, mp3_rates(rate_hz).to_vec()),
            Self::Lc3(rate) => {
                // 20 to 400 bytes a frame of 10 ms and channel.
                let each = channels as u32;
                let rates = match rate_hz {
                    8_000 | 16_000 | 24_000 | 32_000 | 48_000 => (16 * each..=320 * each).collect(),
                    _ => Vec::new(),
                };
                among(name, rate, rate_hz, rates)
            }
            Self::Aac(rate) => {
                // Six bits a sample at most, by the standard.
                let rates = if AAC_HZ.contains(&rate_hz) {
                    (1..=6 * rate_hz / 1_000 * channels as u32).collect()
                } else {
                    Vec::new()
                };
                among(name, rate, rate_hz, rates)
            }
            Self::Vorbis(rate) => among(name, rate, rate_hz, vorbis_rates(rate_hz, channels)),
            Self::Sbc(rate) => {
                let rates = match rate_hz {
                    16_000 | 32_000 | 44_100 | 48_000 => (16..=256).collect(),
                    _ => Vec::new(),
                };
                among(name, rate, rate_hz, rates)
            }
            Self::Speex(rate) => {
                let most = match rate_hz {
                    8_000 => 24,
                    16_000 => 42,
                    32_000 => 44,
                    _ => 0,
                };
                among(name, rate, rate_hz, (4..=most).collect())
            }
        }
    }
}

/// Why a codec that has such rates at so many Hz has not this one.
fn among(name: &str, rate: u32, rate_hz: u32, rates: Vec<u32>) -> Option<String> {
    if rates.is_empty() {
        Some(format!("{name} does not take {rate_hz} Hz"))
    } else if rates.contains(&rate) {
        None
    } else {
        Some(format!("{name} has no {rate} kb/s at {rate_hz} Hz"))
    }
}

const AAC_HZ: [u32; 12] =
    [8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 64_000, 88_200, 96_000];

/// The bit rates that libvorbis takes, in kb/s; it makes more of the lowest ones.
fn vorbis_rates(rate_hz: u32, channels: usize) -> Vec<u32> {
    let one = match rate_hz {
        8_000 => 8..=40,
        11_025 | 12_000 => 12..=48,
        16_000 | 22_050 | 24_000 => 16..=64,
        32_000 | 44_100 | 48_000 => 32..=160,
        _ => return Vec::new(),
    };
    // Two channels take more, but not twice as much.
    let more = channels as u32 + 1;
    (one.start() * more / 2..=*one.end()).collect()
}

/// The constant bit rates of MPEG-1, -2 and -2.5 layer III, in kb/s.
const fn mp3_rates(rate_hz: u32) -> &'static [u32] {
    match rate_hz {
        32_000 | 44_100 | 48_000 => {
            &[32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320]
        }
        16_000 | 22_050 | 24_000 => &[8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
        8_000 | 11_025 | 12_000 => &[8, 16, 24, 32, 40, 48, 56, 64],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_name_the_reason() {
        assert_eq!(Rival::Gsm.refusal(8_000, 1), None);
        assert!(Rival::Gsm.refusal(16_000, 1).is_some());
        assert!(Rival::Gsm.refusal(8_000, 2).is_some());
        assert_eq!(Rival::Mp3(16).refusal(16_000, 2), None);
        let reason = Rival::Mp3(12).refusal(16_000, 1);
        assert_eq!(reason.as_deref(), Some("MP3 has no 12 kb/s at 16000 Hz"));
        assert!(Rival::Mp3(8).refusal(44_100, 1).is_some());
        assert!(Rival::Mp3(8).refusal(9_000, 1).is_some());
        assert_eq!(Rival::Opus(12).refusal(9_000, 8), None);
        assert_eq!(Rival::Lc3(16).refusal(16_000, 1), None);
        let reason = Rival::Lc3(16).refusal(16_000, 2);
        assert_eq!(reason.as_deref(), Some("LC3 has no 16 kb/s at 16000 Hz"));
        let reason = Rival::Lc3(64).refusal(44_100, 1);
        assert_eq!(reason.as_deref(), Some("LC3 does not take 44100 Hz"));
        assert!(Rival::Speex(32).refusal(8_000, 1).is_some());
        assert_eq!(Rival::Vorbis(24).refusal(8_000, 1), None);
        let reason = Rival::Vorbis(16).refusal(16_000, 2);
        assert_eq!(reason.as_deref(), Some("Vorbis has no 16 kb/s at 16000 Hz"));
        assert!(Rival::Sbc(64).refusal(8_000, 1).is_some());
        assert!(Rival::Aac(64).refusal(8_000, 1).is_some());
        assert_eq!(Rival::Aac(64).refusal(44_100, 1), None);
        let reason = Rival::Codec2(3_200).refusal(16_000, 1);
        assert_eq!(reason.as_deref(), Some("Codec 2 takes 8,000 Hz mono only"));
    }

    #[test]
    fn rates_are_those_that_a_codec_has() {
        for rival in Rival::ladder(Codec::Amr, &[]) {
            assert!(matches!(rival, Rival::Amr(rate) if AMR_RATES.contains(&rate)));
        }
        let rivals = Rival::ladder(Codec::Lc3, &[16, 24]);
        assert_eq!(rivals, [Rival::Lc3(16), Rival::Lc3(24)]);
        assert_eq!(Rival::ladder(Codec::Codec2, &[16])[0].setting(), "1.2 kb/s");
        assert!(Rival::ladder(Codec::Compact, &[16]).is_empty());
    }
}
