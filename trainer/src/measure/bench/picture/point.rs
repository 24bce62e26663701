//! At which qualities are pictures stored?

use super::{AvifTune, Series};

/// In how many samples are the colours stored?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chroma {
    /// One for every 2 x 2 pixels.
    Quarter,
    /// One for every pixel.
    Full,
}

impl Chroma {
    /// "4:2:0" or "4:4:4".
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Quarter => "4:2:0",
            Self::Full => "4:4:4",
        }
    }

    /// The same without colons.
    #[must_use]
    pub const fn digits(self) -> &'static str {
        match self {
            Self::Quarter => "420",
            Self::Full => "444",
        }
    }
}

/// A series at one of its qualities.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// The codec, and how it encodes.
    pub series: Series,
    /// Where the codec leaves the choice; the better one counts.
    pub chroma: Option<Chroma>,
    /// On the codec's own scale; 0 if it has none.
    pub quality: f64,
}

impl Point {
    /// A series' points, those of a chroma together, from coarse to fine: from about a tenth
    /// to three bits a pixel.
    #[must_use]
    pub fn all(series: Series) -> Vec<Self> {
        let (qualities, chromas): (&[f64], &[Option<Chroma>]) = match series {
            Series::Compact(_) => (&[10.0, 24.0, 36.0, 48.0, 58.0, 68.0, 80.0], &NO_CHOICE),
            Series::Jpeg | Series::MozJpeg => {
                (&[10.0, 20.0, 35.0, 55.0, 75.0, 86.0, 93.0], &EITHER)
            }
            Series::WebP => (&[2.0, 15.0, 35.0, 60.0, 78.0, 88.0, 95.0], &NO_CHOICE),
            Series::Avif(AvifTune::Psnr | AvifTune::Ssim | AvifTune::Iq) => {
                (&[57.0, 49.0, 41.0, 34.0, 27.0, 20.0, 13.0], &EITHER)
            }
            Series::Jxl => (&[10.0, 6.0, 4.0, 2.6, 1.7, 1.1, 0.7], &NO_CHOICE),
            Series::Png => (&[0.0], &NO_CHOICE),
        };
        let of = |&chroma| qualities.iter().map(move |&quality| Self { series, chroma, quality });
        chromas.iter().flat_map(of).collect()
    }

    /// In words; the same for every picture.
    #[must_use]
    pub fn setting(self) -> String {
        let quality = self.quality;
        let scale = match self.series {
            Series::Png => return "lossless".into(),
            Series::Compact(_) => format!("--quality {quality}"),
            Series::Jpeg | Series::MozJpeg => format!("-quality {quality}"),
            Series::WebP => format!("-q {quality}"),
            Series::Avif(_) => format!("cq-level={quality}"),
            Series::Jxl => format!("-d {quality}"),
        };
        self.chroma.map_or(scale.clone(), |chroma| format!("{scale}, {}", chroma.name()))
    }

    /// A name for files.
    #[must_use]
    pub fn slug(self) -> String {
        let series = self.series.name().to_lowercase().replace([' ', '='], "-").replace(',', "");
        let chroma = self.chroma.map_or_else(String::new, |c| format!("-{}", c.digits()));
        format!("{series}{chroma}-{}", self.quality)
    }

    /// The ending of its file's name.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self.series {
            Series::Compact(_) => "nex",
            Series::Jpeg | Series::MozJpeg => "jpg",
            Series::WebP => "webp",
            Series::Avif(_) => "avif",
            Series::Jxl => "jxl",
            Series::Png => "png",
        }
    }
}

const NO_CHOICE: [Option<Chroma>; 1] = [None];
const EITHER: [Option<Chroma>; 2] = [Some(Chroma::Quarter), Some(Chroma::Full)];

#[cfg(test)]
mod tests {
    use super::{super::Codec, *};
    use std::collections::BTreeSet;

    #[test]
    fn every_point_has_a_name_of_its_own() {
        let points: Vec<Point> =
            Codec::ALL.into_iter().flat_map(Codec::series).copied().flat_map(Point::all).collect();
        let slugs: BTreeSet<String> = points.iter().map(|point| point.slug()).collect();
        assert_eq!(slugs.len(), points.len());
        let named = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
        assert!(slugs.iter().all(|slug| slug.chars().all(named)), "{slugs:?}");
        let avif = Point::all(Series::Avif(AvifTune::Ssim))[7];
        assert_eq!(avif.setting(), "cq-level=57, 4:4:4");
        assert_eq!(avif.slug(), "avif-tune-ssim-444-57");
    }
}
