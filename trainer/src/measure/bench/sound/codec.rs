//! Which codecs are compared, and at which operating points?

use super::rival::Rival;
use crate::measure::bench::{BenchError, Tool, Tools, tools::Call};
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
    /// LC3, that of Bluetooth LE, constant bit rate.
    Lc3,
    /// AAC, low complexity.
    Aac,
    /// Ogg Vorbis, variable bit rate.
    Vorbis,
    /// SBC, that of Bluetooth, constant bit rate.
    Sbc,
    /// Speex, constant bit rate.
    Speex,
    /// AMR narrow band, that of telephones.
    Amr,
    /// Codec 2, parametric speech.
    Codec2,
    /// A compact `.nex` file.
    Compact,
    /// A `.nex` file of network weights.
    Neural,
}

/// What is known of a codec.
struct Facts {
    id: &'static str,
    name: &'static str,
    /// The ending of its files' names.
    extension: &'static str,
    tools: &'static [Tool],
}

impl Codec {
    /// All of them, in the order of the tables.
    pub const ALL: [Self; 14] = [
        Self::Flac,
        Self::Adpcm,
        Self::Gsm,
        Self::Opus,
        Self::Mp3,
        Self::Lc3,
        Self::Aac,
        Self::Vorbis,
        Self::Sbc,
        Self::Speex,
        Self::Amr,
        Self::Codec2,
        Self::Compact,
        Self::Neural,
    ];

    const fn facts(self) -> Facts {
        const fn facts(
            id: &'static str,
            name: &'static str,
            extension: &'static str,
            tools: &'static [Tool],
        ) -> Facts {
            Facts { id, name, extension, tools }
        }
        match self {
            Self::Flac => facts("flac", "FLAC", "flac", &[Tool::Flac]),
            Self::Adpcm => facts("adpcm", "IMA ADPCM", "ima.wav", &[Tool::Sox]),
            Self::Gsm => facts("gsm", "GSM-FR", "gsm", &[Tool::Sox]),
            Self::Opus => facts("opus", "Opus", "opus", &[Tool::OpusEnc, Tool::OpusDec]),
            Self::Mp3 => facts("mp3", "MP3", "mp3", &[Tool::Lame]),
            Self::Lc3 => facts("lc3", "LC3", "lc3", &[Tool::Lc3Enc, Tool::Lc3Dec]),
            Self::Aac => facts("aac", "AAC-LC", "aac", &[Tool::Ffmpeg]),
            Self::Vorbis => facts("vorbis", "Vorbis", "ogg", &[Tool::Ffmpeg]),
            Self::Sbc => facts("sbc", "SBC", "sbc", &[Tool::Ffmpeg]),
            Self::Speex => facts("speex", "Speex", "spx", &[Tool::SpeexEnc, Tool::SpeexDec]),
            Self::Amr => facts("amr", "AMR-NB", "amr", &[Tool::Sox]),
            Self::Codec2 => facts("codec2", "Codec 2", "c2", &[Tool::Ffmpeg]),
            Self::Compact => facts("compact", "nex compact", "nex", &[]),
            Self::Neural => facts("neural", "nex neural", "nex", &[]),
        }
    }

    /// The name on the command line and in JSON.
    #[must_use]
    pub const fn id(self) -> &'static str {
        self.facts().id
    }

    /// The name in tables and pictures.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.facts().name
    }

    /// The programs that encode and decode it, besides this one.
    #[must_use]
    pub const fn tools(self) -> &'static [Tool] {
        self.facts().tools
    }
}

/// Checks that the tools of the codecs are installed.
///
/// # Errors
/// [`BenchError::MissingTools`] with all that are missing,
/// [`BenchError::MissingFormat`] for a sox without GSM or AMR.
pub fn check(codecs: &[Codec]) -> Result<Tools, BenchError> {
    let tools = Tools::check(codecs.iter().flat_map(|codec| codec.tools()).copied())?;
    let of_sox = [(Codec::Gsm, "gsm"), (Codec::Amr, "amr-nb")];
    let wanted: Vec<_> = of_sox.iter().filter(|(codec, _)| codecs.contains(codec)).collect();
    if !wanted.is_empty() {
        let help = Call::new("sox", ["--help"]).run()?.stdout;
        let formats = help.lines().find(|line| line.starts_with("AUDIO FILE FORMATS"));
        let there = |name: &str| {
            formats.is_some_and(|line| line.split_whitespace().any(|format| format == name))
        };
        if let Some((_, lost)) = wanted.into_iter().find(|(_, name)| !there(name)) {
            return Err(BenchError::MissingFormat(lost));
        }
    }
    Ok(tools)
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
        self.codec().facts().extension
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
    fn names_of_files_differ_from_point_to_point() {
        let compact = Point::compact;
        let points = [
            Point::Rival(Rival::Adpcm),
            Point::Rival(Rival::Opus(8)),
            Point::Rival(Rival::Opus(16)),
            Point::Rival(Rival::Amr(4_750)),
            Point::Rival(Rival::Amr(12_200)),
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
