//! What does the source say of a file?

use nex_runtime::{Loop, Signal};

/// What the source says of a file.
#[derive(Clone, Debug)]
pub struct Facts<'a> {
    /// An identifier in lower case.
    pub name: String,
    /// The file it was made from.
    pub source: String,
    /// What the decoder reads.
    pub bytes: &'a [u8],
    /// `compact`, or the arithmetic of a network: `integer`, `float`.
    pub profile: &'static str,
    /// Samples of a frame or of a pixel.
    pub channels: u32,
    /// 32-bit words of working memory that decoding takes at least.
    pub memory_words: usize,
    /// What a network costs beside that.
    pub network: Option<Network>,
    /// Multiply-accumulates per frame or pixel: exact of a network; of a compact sound
    /// the mean, rounded up; of a compact picture, where they depend on the content, none.
    pub macs: Option<u32>,
    /// CRC-32 of all samples as `nex_runtime::SampleChecksum` has it; of a picture as
    /// `nex_runtime::Windows::checksum` has it.
    pub crc: u32,
    /// What only such a signal has.
    pub of: Of,
}

/// What a network costs.
#[derive(Clone, Copy, Debug)]
pub struct Network {
    /// Words of working memory that make the most speed.
    pub fast_words: usize,
    /// Experts.
    pub experts: u32,
    /// Sines per frame or pixel.
    pub sines: u32,
}

/// What only a sound or only a picture has.
#[derive(Clone, Copy, Debug)]
pub enum Of {
    Sound(Sound),
    Picture(Picture),
}

/// What only a sound has.
#[derive(Clone, Copy, Debug)]
pub struct Sound {
    /// Hz.
    pub rate_hz: u32,
    /// Time steps.
    pub frames: u32,
    /// Frames to play over and over.
    pub repeated: Option<Loop>,
    /// Words of memory that evaluating single positions of a compact sound takes.
    pub points_words: usize,
}

/// What only a picture has.
#[derive(Clone, Copy, Debug)]
pub struct Picture {
    /// Pixels of a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Columns and rows of the tiles that are decoded each by itself, if there are some.
    pub tile: Option<(u32, u32)>,
}

/// A constant of the source.
pub(super) struct Constant {
    pub name: &'static str,
    pub value: u64,
    pub hex: bool,
    pub about: &'static str,
}

impl Constant {
    fn new(name: &'static str, value: impl Into<u64>, about: &'static str) -> Self {
        Self { name, value: value.into(), hex: false, about }
    }
}

impl Facts<'_> {
    pub(super) const fn signal(&self) -> Signal {
        match self.of {
            Of::Sound(_) => Signal::Sound,
            Of::Picture(_) => Signal::Picture,
        }
    }

    /// `a sound of profile compact`.
    pub(super) fn described(&self) -> String {
        format!("a {} of profile {}", self.signal().name(), self.profile)
    }

    pub(super) fn constants(&self) -> Vec<Constant> {
        let mut all =
            vec![Constant::new("FILE_BYTES", self.bytes.len() as u64, "Bytes of the file.")];
        all.extend(match self.of {
            Of::Sound(ref sound) => sound.constants(self.channels),
            Of::Picture(ref picture) => picture.constants(self.channels),
        });
        let memory = self.memory_words as u64;
        all.push(Constant::new(
            "MEMORY_WORDS",
            memory,
            "32-bit words of working memory, at least.",
        ));
        if let Some(network) = self.network {
            let fast = network.fast_words as u64;
            let about = "Words of working memory for the most speed.";
            all.push(Constant::new("FAST_MEMORY_WORDS", fast, about));
            all.push(Constant::new("EXPERTS", network.experts, "Experts."));
        } else if let Of::Sound(sound) = self.of {
            let about = "Words of memory to evaluate single positions.";
            all.push(Constant::new("POINTS_WORDS", sound.points_words as u64, about));
        }
        all.extend(self.costs());
        let (name, about) = match self.of {
            Of::Sound(_) => {
                ("SAMPLES_CRC32", "CRC-32 of all samples, 16-bit little-endian, interleaved.")
            }
            Of::Picture(_) => (
                "PIXELS_CRC32",
                "CRC-32 of all windows' pixels, 16-bit little-endian, dithered, over black.",
            ),
        };
        all.push(Constant { name, value: self.crc.into(), hex: true, about });
        all
    }

    /// Of a frame or a pixel.
    fn costs(&self) -> impl Iterator<Item = Constant> {
        let ((macs, about), (sines, about_sines)) = match (&self.of, self.network) {
            (Of::Sound(_), None) => (
                ("MACS_PER_FRAME", "Multiply-accumulates per frame, the mean, rounded up."),
                ("", ""),
            ),
            (Of::Sound(_), Some(_)) => (
                ("MACS_PER_FRAME", "Multiply-accumulates per frame."),
                ("SINES_PER_FRAME", "Sines per frame."),
            ),
            (Of::Picture(_), _) => (
                ("MACS_PER_PIXEL", "Multiply-accumulates per pixel."),
                ("SINES_PER_PIXEL", "Sines per pixel."),
            ),
        };
        let macs = self.macs.map(|value| Constant::new(macs, value, about));
        let sines = self.network.map(|network| Constant::new(sines, network.sines, about_sines));
        macs.into_iter().chain(sines)
    }
}

impl Sound {
    fn constants(&self, channels: u32) -> Vec<Constant> {
        let looped = self.repeated.unwrap_or(Loop { start: 0, end: 0 });
        vec![
            Constant::new("RATE_HZ", self.rate_hz, "Sample rate in Hz."),
            Constant::new("CHANNELS", channels, "Channels; samples are interleaved."),
            Constant::new("FRAMES", self.frames, "Time steps."),
            Constant::new("LOOP_START", looped.start, "First frame to play over and over."),
            Constant::new("LOOP_END", looped.end, "First frame after the loop; 0: there is none."),
        ]
    }
}

impl Picture {
    fn constants(&self, channels: u32) -> Vec<Constant> {
        let mut all = vec![
            Constant::new("WIDTH", self.width, "Pixels of a row."),
            Constant::new("HEIGHT", self.height, "Rows."),
            Constant::new(
                "CHANNELS",
                channels,
                "Samples of a pixel: 1 gray, 2 gray and alpha, 3 colours, 4 colours and alpha.",
            ),
        ];
        if let Some((columns, rows)) = self.tile {
            all.push(Constant::new("TILE_COLUMNS", columns, "Columns of a tile."));
            all.push(Constant::new("TILE_ROWS", rows, "Rows of a tile."));
        }
        all
    }
}
