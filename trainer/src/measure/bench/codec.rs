//! Which codecs are compared, and at which operating points?

use super::tools::Tool;
use serde::Serialize;
use std::fmt;

/// A way to store a sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Codec {
    /// Lossless.
    Flac,
    /// 4 bits per sample.
    Adpcm,
    /// GSM full rate, 13 kb/s.
    Gsm,
    /// Opus, variable bit rate.
    Opus,
    /// MP3, constant bit rate.
    Mp3,
    /// A compact `.nex` file.
    Compact,
    /// A `.nex` file of network weights.
    Neural,
}

impl Codec {
    /// All of them, in the order of the tables.
    pub const ALL: [Self; 7] =
        [Self::Flac, Self::Adpcm, Self::Gsm, Self::Opus, Self::Mp3, Self::Compact, Self::Neural];

    /// The name on the command line and in JSON.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Flac => "flac",
            Self::Adpcm => "adpcm",
            Self::Gsm => "gsm",
            Self::Opus => "opus",
            Self::Mp3 => "mp3",
            Self::Compact => "compact",
            Self::Neural => "neural",
        }
    }

    /// The name in tables and pictures.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Flac => "FLAC",
            Self::Adpcm => "IMA ADPCM",
            Self::Gsm => "GSM-FR",
            Self::Opus => "Opus",
            Self::Mp3 => "MP3",
            Self::Compact => "nex compact",
            Self::Neural => "nex neural",
        }
    }

    /// The programs that encode and decode it, besides this one.
    #[must_use]
    pub const fn tools(self) -> &'static [Tool] {
        match self {
            Self::Flac => &[Tool::Flac],
            Self::Adpcm | Self::Gsm => &[Tool::Sox],
            Self::Opus => &[Tool::OpusEnc, Tool::OpusDec],
            Self::Mp3 => &[Tool::Lame],
            Self::Compact | Self::Neural => &[],
        }
    }
}

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
}

impl Rival {
    /// Its codec.
    #[must_use]
    pub const fn codec(self) -> Codec {
        match self {
            Self::Flac => Codec::Flac,
            Self::Adpcm => Codec::Adpcm,
            Self::Gsm => Codec::Gsm,
            Self::Opus(_) => Codec::Opus,
            Self::Mp3(_) => Codec::Mp3,
        }
    }

    fn setting(self) -> String {
        match self {
            Self::Flac => "-8".into(),
            Self::Adpcm => "4 bit".into(),
            Self::Gsm => "13 kb/s".into(),
            Self::Opus(rate) | Self::Mp3(rate) => format!("{rate} kb/s"),
        }
    }

    fn slug(self) -> String {
        match self {
            Self::Opus(rate) | Self::Mp3(rate) => format!("{}-{rate}", self.codec().id()),
            _ => self.codec().id().into(),
        }
    }

    /// The tuning that a compact file of the same size is compared with: a
    /// waveform coder is met by the one for SNR, a perceptual one by its like.
    #[must_use]
    pub const fn natural_tune(self) -> Tune {
        match self {
            Self::Flac | Self::Adpcm => Tune::Snr,
            Self::Gsm | Self::Opus(_) | Self::Mp3(_) => Tune::Perceptual,
        }
    }

    /// Why it cannot take such a sound, if so.
    #[must_use]
    pub fn refusal(self, rate_hz: u32, channels: usize) -> Option<String> {
        match self {
            Self::Flac | Self::Adpcm | Self::Opus(_) => None,
            Self::Gsm if rate_hz == 8_000 && channels == 1 => None,
            Self::Gsm => Some("GSM-FR takes 8,000 Hz mono only".into()),
            Self::Mp3(_) if channels > 2 => Some("MP3 takes 1 or 2 channels".into()),
            Self::Mp3(rate) => {
                let rates = mp3_rates(rate_hz);
                if rates.is_empty() {
                    Some(format!("MP3 does not take {rate_hz} Hz"))
                } else if rates.contains(&rate) {
                    None
                } else {
                    Some(format!("MP3 has no {rate} kb/s at {rate_hz} Hz"))
                }
            }
        }
    }
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

/// What a compact file is tuned for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Tune {
    /// The least error.
    Snr,
    /// The least audible error.
    Perceptual,
}

impl fmt::Display for Tune {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Snr => "snr",
            Self::Perceptual => "perceptual",
        })
    }
}

/// What a compact file must meet.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Goal {
    /// So many kb/s.
    Rate(u32),
    /// The bytes of a rival.
    BytesOf(Rival, u64),
    /// The signal-to-noise ratio of a rival, in dB.
    SnrOf(Rival, f64),
}

/// A kind of `.nex` file.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Ours {
    /// A compact `.nex` file.
    Compact {
        /// What it must meet.
        goal: Goal,
        /// What it is tuned for.
        tune: Tune,
    },
    /// A `.nex` file of network weights, after so many steps of fitting.
    Neural {
        /// Steps of the fit.
        steps: u64,
    },
}

/// A codec at an operating point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Point {
    /// Another codec.
    Rival(Rival),
    /// One of ours.
    Ours(Ours),
}

impl Point {
    /// A compact file.
    #[must_use]
    pub const fn compact(goal: Goal, tune: Tune) -> Self {
        Self::Ours(Ours::Compact { goal, tune })
    }

    /// Its codec.
    #[must_use]
    pub const fn codec(self) -> Codec {
        match self {
            Self::Rival(rival) => rival.codec(),
            Self::Ours(Ours::Compact { .. }) => Codec::Compact,
            Self::Ours(Ours::Neural { .. }) => Codec::Neural,
        }
    }

    /// The operating point in words; the same for every sound.
    #[must_use]
    pub fn setting(self) -> String {
        match self {
            Self::Rival(rival) => rival.setting(),
            Self::Ours(Ours::Compact { goal: Goal::Rate(rate), tune }) => {
                format!("{rate} kb/s, {tune}")
            }
            Self::Ours(Ours::Compact { goal: Goal::BytesOf(rival, _), tune }) => {
                format!("bytes of {} {}, {tune}", rival.codec().name(), rival.setting())
            }
            Self::Ours(Ours::Compact { goal: Goal::SnrOf(rival, _), tune }) => {
                format!("dB of {} {}, {tune}", rival.codec().name(), rival.setting())
            }
            Self::Ours(Ours::Neural { steps }) => format!("tiny, {steps} steps"),
        }
    }

    /// A name for files.
    #[must_use]
    pub fn slug(self) -> String {
        match self {
            Self::Rival(rival) => rival.slug(),
            Self::Ours(Ours::Compact { goal: Goal::Rate(rate), tune }) => {
                format!("compact-{rate}-{tune}")
            }
            Self::Ours(Ours::Compact { goal: Goal::BytesOf(rival, _), tune }) => {
                format!("compact-bytes-of-{}-{tune}", rival.slug())
            }
            Self::Ours(Ours::Compact { goal: Goal::SnrOf(rival, _), tune }) => {
                format!("compact-snr-of-{}-{tune}", rival.slug())
            }
            Self::Ours(Ours::Neural { .. }) => "neural-tiny".into(),
        }
    }

    /// The ending of its file's name.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self.codec() {
            Codec::Flac => "flac",
            Codec::Adpcm => "ima.wav",
            Codec::Gsm => "gsm",
            Codec::Opus => "opus",
            Codec::Mp3 => "mp3",
            Codec::Compact | Codec::Neural => "nex",
        }
    }

    /// The rival that it is measured against, and at what.
    #[must_use]
    pub fn rival(self) -> Option<Against> {
        let against = |rival: Rival, equal, target, tune| Against {
            codec: rival.codec(),
            setting: rival.setting(),
            equal,
            target,
            tune,
        };
        match self {
            Self::Ours(Ours::Compact { goal: Goal::BytesOf(rival, bytes), tune }) => {
                Some(against(rival, Equal::Bytes, bytes as f64, tune))
            }
            Self::Ours(Ours::Compact { goal: Goal::SnrOf(rival, snr_db), tune }) => {
                Some(against(rival, Equal::Snr, snr_db, tune))
            }
            _ => None,
        }
    }
}

/// In what two files agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Equal {
    /// The bytes; the rival's packet bytes where it has packets.
    Bytes,
    /// The signal-to-noise ratio.
    Snr,
}

/// The row that another row is compared with.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Against {
    /// Its codec.
    pub codec: Codec,
    /// Its operating point.
    pub setting: String,
    /// What is the same.
    pub equal: Equal,
    /// The rival's bytes or dB, which had to be met.
    pub target: f64,
    /// What our file is tuned for.
    pub tune: Tune,
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
    }

    #[test]
    fn names_of_files_differ_from_point_to_point() {
        let compact = Point::compact;
        let points = [
            Point::Rival(Rival::Adpcm),
            Point::Rival(Rival::Opus(8)),
            Point::Rival(Rival::Opus(16)),
            compact(Goal::Rate(8), Tune::Snr),
            compact(Goal::BytesOf(Rival::Adpcm, 9), Tune::Snr),
            compact(Goal::BytesOf(Rival::Adpcm, 9), Tune::Perceptual),
            compact(Goal::SnrOf(Rival::Adpcm, 9.0), Tune::Snr),
            compact(Goal::BytesOf(Rival::Opus(8), 9), Tune::Snr),
            Point::Ours(Ours::Neural { steps: 1 }),
        ];
        let mut slugs: Vec<String> = points.iter().map(|p| p.slug()).collect();
        slugs.sort();
        slugs.dedup();
        assert_eq!(slugs.len(), points.len());
    }
}
