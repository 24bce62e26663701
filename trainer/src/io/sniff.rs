//! What is in this file: a sound, a picture, a mesh or a `.nex` file?

use std::path::Path;

/// Endings of the names of what `export` reads in this build.
pub(crate) const ENDINGS: &[&str] = &[
    "wav",
    #[cfg(feature = "neural")]
    "png",
    #[cfg(feature = "neural")]
    "jpg",
    #[cfg(feature = "neural")]
    "jpeg",
    #[cfg(feature = "symphonia")]
    "mp3",
    #[cfg(feature = "symphonia")]
    "ogg",
    #[cfg(feature = "symphonia")]
    "flac",
    #[cfg(feature = "symphonia")]
    "aac",
    #[cfg(feature = "symphonia")]
    "m4a",
    #[cfg(feature = "symphonia")]
    "aif",
    #[cfg(feature = "symphonia")]
    "aiff",
];

/// A format of meshes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MeshFormat {
    /// Wavefront's, text.
    Obj,
    /// Stanford's; written binary.
    Ply,
    /// Of 3D printing; written binary.
    Stl,
}

impl MeshFormat {
    /// `OBJ`, `PLY` or `STL`.
    #[cfg(feature = "pictures")]
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Obj => "OBJ",
            Self::Ply => "PLY",
            Self::Stl => "STL",
        }
    }

    /// The format that a file's name ends in.
    #[must_use]
    pub fn of_name(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "obj" => Some(Self::Obj),
            "ply" => Some(Self::Ply),
            "stl" => Some(Self::Stl),
            _ => None,
        }
    }
}

/// What a file's bytes, and where they say nothing its name, promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Input {
    /// A `.nex` file.
    Nex,
    /// PNG or JPEG.
    Picture,
    /// A mesh.
    Mesh(MeshFormat),
    /// A WAV file.
    Wav,
    /// None of these; perhaps a sound in another format.
    Other,
}

/// Looks at the beginning of a file's bytes; OBJ and STL have none of their
/// own, so that the name decides.
pub(crate) fn sniff(path: &Path, bytes: &[u8]) -> Input {
    const NEX: &[u8] = &nex_format::MAGIC;
    let heads: [(&[u8], Input); 9] = [
        (NEX, Input::Nex),
        (b"\x89PNG\r\n\x1a\n", Input::Picture),
        (b"\xff\xd8\xff", Input::Picture),
        (b"ply\n", Input::Mesh(MeshFormat::Ply)),
        (b"ply\r", Input::Mesh(MeshFormat::Ply)),
        (b"RIFF", Input::Wav),
        (b"RIFX", Input::Wav),
        (b"RF64", Input::Wav),
        (b"BW64", Input::Wav),
    ];
    let head = heads.iter().find(|(head, _)| bytes.starts_with(head));
    let named = || MeshFormat::of_name(path).map_or(Input::Other, Input::Mesh);
    head.map_or_else(named, |(_, input)| *input)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_decide_before_names() {
        let of = |name: &str, bytes: &[u8]| sniff(Path::new(name), bytes);
        assert_eq!(of("a.obj", b"\x89PNG\r\n\x1a\n..."), Input::Picture);
        assert_eq!(of("a.obj", b"# a mesh"), Input::Mesh(MeshFormat::Obj));
        assert_eq!(of("a.STL", b"solid"), Input::Mesh(MeshFormat::Stl));
        assert_eq!(of("-", b"ply\nformat"), Input::Mesh(MeshFormat::Ply));
        assert_eq!(of("a.stl", b"RIFF....WAVE"), Input::Wav);
        assert_eq!(of("a.wav", &nex_format::MAGIC), Input::Nex);
        assert_eq!(of("a.mp3", b"ID3"), Input::Other);
    }
}
