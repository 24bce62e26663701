//! Which codecs are compared, and in how many ways?

use crate::measure::bench::{BenchError, Tool, Tools};
use serde::Serialize;

/// A way to store a picture, by its name on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Codec {
    /// A compact `.nex` file, tuned for PSNR and for the eye.
    Compact,
    /// JPEG by libjpeg-turbo.
    Jpeg,
    /// JPEG by mozjpeg.
    MozJpeg,
    /// Lossy WebP.
    WebP,
    /// AVIF by libaom, tuned for PSNR and for SSIM.
    Avif,
    /// AVIF by a newer libaom, tuned for pictures.
    AvifIq,
    /// JPEG XL.
    Jxl,
    /// Lossless.
    Png,
}

impl Codec {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Compact,
        Self::Jpeg,
        Self::MozJpeg,
        Self::WebP,
        Self::Avif,
        Self::AvifIq,
        Self::Jxl,
        Self::Png,
    ];

    /// Those that are compared unless others are asked for: what Debian has.
    pub const USUAL: [Self; 6] =
        [Self::Compact, Self::Jpeg, Self::WebP, Self::Avif, Self::Jxl, Self::Png];

    /// The name on the command line.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Compact => "compact",
            Self::Jpeg => "jpeg",
            Self::MozJpeg => "mozjpeg",
            Self::WebP => "webp",
            Self::Avif => "avif",
            Self::AvifIq => "avif-iq",
            Self::Jxl => "jxl",
            Self::Png => "png",
        }
    }

    /// The programs that encode and decode it, besides this one.
    #[must_use]
    pub const fn tools(self) -> &'static [Tool] {
        match self {
            Self::Compact | Self::Png => &[],
            Self::Jpeg => &[Tool::Cjpeg, Tool::Djpeg],
            Self::MozJpeg => &[Tool::MozJpeg, Tool::Djpeg],
            Self::WebP => &[Tool::Cwebp, Tool::Dwebp],
            Self::Avif | Self::AvifIq => &[Tool::AvifEnc, Tool::AvifDec],
            Self::Jxl => &[Tool::Cjxl, Tool::Djxl],
        }
    }

    /// The rows of the tables that it has.
    #[must_use]
    pub const fn series(self) -> &'static [Series] {
        match self {
            Self::Compact => &[Series::Compact(Tune::Psnr), Series::Compact(Tune::Eye)],
            Self::Jpeg => &[Series::Jpeg],
            Self::MozJpeg => &[Series::MozJpeg],
            Self::WebP => &[Series::WebP],
            Self::Avif => &[Series::Avif(AvifTune::Psnr), Series::Avif(AvifTune::Ssim)],
            Self::AvifIq => &[Series::Avif(AvifTune::Iq)],
            Self::Jxl => &[Series::Jxl],
            Self::Png => &[Series::Png],
        }
    }
}

/// A codec, encoded in one way at all its qualities: a row of the tables, and a line of the
/// picture. In the order of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Series {
    /// A compact `.nex` file.
    Compact(Tune),
    /// JPEG by libjpeg-turbo.
    Jpeg,
    /// JPEG by mozjpeg.
    MozJpeg,
    /// Lossy WebP.
    WebP,
    /// AVIF.
    Avif(AvifTune),
    /// JPEG XL.
    Jxl,
    /// PNG.
    Png,
}

/// What a compact file is tuned for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tune {
    /// The least error of the samples.
    Psnr,
    /// What people see.
    Eye,
}

/// What libaom is tuned for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AvifTune {
    /// `tune=psnr`
    Psnr,
    /// `tune=ssim`
    Ssim,
    /// `tune=iq`
    Iq,
}

impl Tune {
    /// The word of `--tune`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Psnr => "psnr",
            Self::Eye => "eye",
        }
    }
}

impl AvifTune {
    /// The word of `tune=`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Psnr => "psnr",
            Self::Ssim => "ssim",
            Self::Iq => "iq",
        }
    }
}

impl Series {
    /// The name in tables and pictures, and in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Compact(Tune::Psnr) => "nex, tune psnr",
            Self::Compact(Tune::Eye) => "nex, tune eye",
            Self::Jpeg => "JPEG",
            Self::MozJpeg => "mozjpeg",
            Self::WebP => "WebP",
            Self::Avif(AvifTune::Psnr) => "AVIF, tune=psnr",
            Self::Avif(AvifTune::Ssim) => "AVIF, tune=ssim",
            Self::Avif(AvifTune::Iq) => "AVIF, tune=iq",
            Self::Jxl => "JPEG XL",
            Self::Png => "PNG",
        }
    }

    /// Whether it is ours.
    #[must_use]
    pub const fn is_ours(self) -> bool {
        matches!(self, Self::Compact(_))
    }
}

impl Serialize for Series {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// Checks that the tools of the codecs are installed.
///
/// # Errors
/// [`BenchError::MissingTools`] with all that are missing, [`BenchError::MissingMozJpeg`],
/// [`BenchError::NoTuneIq`].
pub fn check(codecs: &[Codec]) -> Result<Tools, BenchError> {
    let tools = Tools::check(codecs.iter().flat_map(|codec| codec.tools()).copied())?;
    if codecs.contains(&Codec::AvifIq) {
        let said = tools.version(Tool::AvifEnc);
        if !has_tune_iq(said) {
            return Err(BenchError::NoTuneIq(said.into()));
        }
    }
    Ok(tools)
}

/// Whether libaom is 3.12 or newer by what avifenc says of itself, such as
/// "Version: 1.2.1 (dav1d [dec]:1.5.1, aom [enc/dec]:3.12.0)".
fn has_tune_iq(said: &str) -> bool {
    let numbers = said.split("aom [enc").nth(1).and_then(|rest| rest.split(':').nth(1));
    let mut numbers = numbers.unwrap_or_default().trim_start_matches('v').split(['.', ')', ',']);
    let mut next = || numbers.next().and_then(|n| n.parse::<u32>().ok()).unwrap_or(0);
    (next(), next()) >= (3, 12)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_of_libaom_is_found() {
        let of = |aom: &str| {
            format!(
                "avifenc Version: 1.0.4 (dav1d [dec]:1.0.0, aom [enc/dec]:{aom}, svt [enc]:v9.9)"
            )
        };
        for (aom, new) in [("v3.6.0", false), ("3.12.1", true), ("v3.13.0", true), ("4.0.0", true)]
        {
            assert_eq!(has_tune_iq(&of(aom)), new, "{aom}");
        }
        assert!(!has_tune_iq("avifenc Version: 1.0.4 (svt [enc]:v9.9)"));
    }
}
