//! Which codecs of shapes are compared, and at which sizes?

use crate::measure::bench::{BenchError, Tool, Tools};
use serde::Serialize;

/// A way to store a shape, by its name on the command line. In the order of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Codec {
    /// A compact `.nex` file.
    Compact,
    /// A network in a `.nex` file.
    Neural,
    /// Draco, of simplified meshes.
    Draco,
    /// A grid of distances in 8 bits, by zlib.
    Zlib,
    /// The same by LZMA.
    Xz,
}

impl Codec {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Compact, Self::Neural, Self::Draco, Self::Zlib, Self::Xz];

    /// Those that are compared unless others are asked for: what takes minutes at most.
    pub const USUAL: [Self; 4] = [Self::Compact, Self::Draco, Self::Zlib, Self::Xz];

    /// The name on the command line.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Compact => "compact",
            Self::Neural => "neural",
            Self::Draco => "draco",
            Self::Zlib => "zlib",
            Self::Xz => "xz",
        }
    }

    /// The name in tables and pictures, and in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Compact => "nex",
            Self::Neural => "nex, neural",
            Self::Draco => "Draco",
            Self::Zlib => "grid, zlib",
            Self::Xz => "grid, xz",
        }
    }

    const fn tools(self) -> &'static [Tool] {
        match self {
            Self::Compact | Self::Neural | Self::Zlib => &[],
            Self::Draco => &[Tool::DracoEnc, Tool::DracoDec, Tool::MeshSimplify],
            Self::Xz => &[Tool::Xz],
        }
    }
}

impl Serialize for Codec {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// Checks that the tools of the codecs are installed.
///
/// # Errors
/// [`BenchError::MissingTools`] with all that are missing, [`BenchError::MissingSimplify`].
pub fn check(codecs: &[Codec]) -> Result<Tools, BenchError> {
    Tools::check(codecs.iter().flat_map(|codec| codec.tools()).copied())
}

/// Files that have some of their making in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Job {
    /// So many voxels along the cube's side, at each of these qualities.
    Compact(u16, &'static [u8]),
    /// A preset of networks.
    Neural(&'static str),
    /// At most so many triangles, at each of these bits of a coordinate.
    Draco(u32, &'static [u8]),
    /// A grid of so many points a side, of at most so many levels on each side of 0.
    Grid(u8, i8),
}

/// What is made of each mesh.
pub(super) fn jobs(codecs: &[Codec]) -> Vec<Job> {
    let has = |codec| codecs.contains(&codec);
    let mut jobs = Vec::new();
    if has(Codec::Compact) {
        let of = |(voxels, qualities): (u16, &'static [u8])| Job::Compact(voxels, qualities);
        let all: [(u16, &'static [u8]); 4] =
            [(64, &[20, 40, 60]), (128, &[20, 35, 50, 65, 80]), (192, &[50, 65, 80]), (256, &[80])];
        jobs.extend(all.map(of));
    }
    if has(Codec::Neural) {
        jobs.extend(["tiny", "small"].map(Job::Neural));
    }
    if has(Codec::Draco) {
        let of = |(triangles, bits): (u32, &'static [u8])| Job::Draco(triangles, bits);
        let all: [(u32, &'static [u8]); 8] = [
            (250, &[6, 7, 8]),
            (500, &[7, 8, 9]),
            (1_000, &[7, 8, 9]),
            (2_000, &[8, 9, 10]),
            (4_000, &[8, 9, 10]),
            (8_000, &[9, 10, 11]),
            (16_000, &[9, 10, 11]),
            (32_000, &[10, 11]),
        ];
        jobs.extend(all.map(of));
    }
    if has(Codec::Zlib) || has(Codec::Xz) {
        let sides = [16, 24, 32, 48, 64];
        jobs.extend(sides.into_iter().flat_map(|n| [7, 31, 127].map(|most| Job::Grid(n, most))));
    }
    jobs
}

impl Job {
    /// For what was left undone.
    pub(super) fn name(self) -> String {
        match self {
            Self::Compact(voxels, _) => format!("{}, {voxels} voxels", Codec::Compact.name()),
            Self::Neural(preset) => format!("{}, {preset}", Codec::Neural.name()),
            Self::Draco(triangles, _) => format!("{}, {triangles} triangles", Codec::Draco.name()),
            Self::Grid(side, most) => format!("grid of {side}^3, -{most} to {most}"),
        }
    }
}
