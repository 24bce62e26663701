//! What is in this file: a sound, a picture, a mesh or a `.nex` file?

use std::path::Path;

/// Endings of the names of what `export` reads in this build.
pub(crate) const ENDINGS: &[&str] = &[
    "wav",
    #[cfg(feature = "pictures")]
    "png",
    #[cfg(feature = "pictures")]
    "jpg",
    #[cfg(feature = "pictures")]
    "jpeg",
    #[cfg(feature = "pictures")]
    "webp",
    #[cfg(feature = "pictures")]
    "gif",
    #[cfg(feature = "pictures")]
    "bmp",
    #[cfg(feature = "neural")]
    "obj",
    #[cfg(feature = "neural")]
    "ply",
    #[cfg(feature = "neural")]
    "stl",
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

/// Endings of the names of samples without a head.
pub(crate) const RAW_ENDINGS: &[&str] = &["raw", "pcm"];

/// Whether a file's name is that of something that `export` reads.
pub(crate) fn is_input(path: &Path) -> bool {
    ends_in(path, ENDINGS)
}

/// Whether a file's name ends in one of these.
pub(crate) fn ends_in(path: &Path, endings: &[&str]) -> bool {
    let ending = path.extension().map(|e| e.to_string_lossy().to_lowercase());
    endings.iter().any(|&known| Some(known) == ending.as_deref())
}

/// A format of meshes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MeshFormat {
    /// Wavefront's, text.
    Obj,
    /// Stanford's; written binary.
    Ply,
    /// Of 3D printing; written binary.
    Stl,
    /// Khronos's glTF 2.0, binary; written only.
    Glb,
}

impl MeshFormat {
    /// `OBJ`, `PLY`, `STL` or `glTF`.
    #[cfg(feature = "pictures")]
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Obj => "OBJ",
            Self::Ply => "PLY",
            Self::Stl => "STL",
            Self::Glb => "glTF",
        }
    }

    /// The format that a file's name ends in.
    #[must_use]
    pub fn of_name(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "obj" => Some(Self::Obj),
            "ply" => Some(Self::Ply),
            "stl" => Some(Self::Stl),
            "glb" => Some(Self::Glb),
            _ => None,
        }
    }
}

/// What a file's bytes, and where they say nothing its name, promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Input {
    /// A `.nex` file.
    Nex,
    /// PNG, JPEG, WebP, GIF or BMP.
    Picture,
    /// A picture in a format of this name, which is not read.
    UnreadPicture(&'static str),
    /// A mesh.
    Mesh(MeshFormat),
    /// A mesh in a format of this name, which is not read.
    UnreadMesh(&'static str),
    /// A WAV file.
    Wav,
    /// None of these; perhaps a sound in another format.
    Other,
}

/// Looks at the beginning of a file's bytes; OBJ and STL have none of their
/// own, so that the name decides.
pub(crate) fn sniff(path: &Path, bytes: &[u8]) -> Input {
    const NEX: &[u8] = &nex_format::MAGIC;
    use Input::{Mesh, Nex, Picture, UnreadMesh, UnreadPicture, Wav};
    // What stands where.
    let heads: [(usize, &[u8], Input); 26] = [
        (0, NEX, Nex),
        (0, b"\x89PNG\r\n\x1a\n", Picture),
        (0, b"\xff\xd8\xff", Picture),
        (0, b"GIF8", Picture),
        (8, b"WEBP", Picture),
        (0, b"II*\0", UnreadPicture("TIFF")),
        (0, b"MM\0*", UnreadPicture("TIFF")),
        (4, b"ftypavif", UnreadPicture("AVIF")),
        (4, b"ftyphei", UnreadPicture("HEIC")),
        (4, b"ftypmif1", UnreadPicture("HEIC")),
        (0, b"\xff\x0a", UnreadPicture("JPEG XL")),
        (4, b"JXL ", UnreadPicture("JPEG XL")),
        (0, b"8BPS", UnreadPicture("Photoshop")),
        (0, b"<svg", UnreadPicture("SVG")),
        (0, b"qoif", UnreadPicture("QOI")),
        (0, b"P5\n", UnreadPicture("PGM")),
        (0, b"P6\n", UnreadPicture("PPM")),
        (0, b"\0\0\x01\0", UnreadPicture("ICO")),
        (4, b"jP  ", UnreadPicture("JPEG 2000")),
        (0, b"ply\n", Mesh(MeshFormat::Ply)),
        (0, b"ply\r", Mesh(MeshFormat::Ply)),
        (0, b"glTF", UnreadMesh("glTF")),
        (0, b"RIFF", Wav),
        (0, b"RIFX", Wav),
        (0, b"RF64", Wav),
        (0, b"BW64", Wav),
    ];
    let stands = |&&(at, head, _): &&(usize, &[u8], Input)| {
        bytes.get(at..).is_some_and(|rest| rest.starts_with(head))
    };
    let named = || match MeshFormat::of_name(path) {
        Some(MeshFormat::Glb) => UnreadMesh("glTF"),
        Some(format) => Mesh(format),
        None => unread_mesh(path).map_or(Input::Other, UnreadMesh),
    };
    // Two letters are few: of a BMP file's head four bytes are kept for later, too.
    let is_bmp = bytes.starts_with(b"BM") && bytes.get(6..10) == Some(&[0; 4]);
    let head = heads.iter().find(stands).map(|(_, _, input)| *input);
    head.or(is_bmp.then_some(Picture)).unwrap_or_else(named)
}

/// The format of meshes that a file's name promises and that is not read.
fn unread_mesh(path: &Path) -> Option<&'static str> {
    const NAMES: [(&str, &str); 9] = [
        ("3ds", "3DS"),
        ("3mf", "3MF"),
        ("blend", "Blender"),
        ("dae", "COLLADA"),
        ("fbx", "FBX"),
        ("gltf", "glTF"),
        ("off", "OFF"),
        ("step", "STEP"),
        ("stp", "STEP"),
    ];
    NAMES.iter().find(|(ending, _)| ends_in(path, &[ending])).map(|(_, name)| *name)
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
        assert_eq!(of("a", b"glTF\x02"), Input::UnreadMesh("glTF"));
        assert_eq!(of("a.GLB", b""), Input::UnreadMesh("glTF"));
        assert_eq!(of("a.fbx", b"Kaydara"), Input::UnreadMesh("FBX"));
        assert_eq!(of("a.fbx", b"RIFF....WAVE"), Input::Wav);
        assert_eq!(of("a.wav", b"RIFF....WEBPVP8 "), Input::Picture);
        assert_eq!(of("a", b"BM....\0\0\0\0"), Input::Picture);
        assert_eq!(of("a", b"BMW...\0\0\0"), Input::Other);
        assert_eq!(of("a.stl", b"solid \0\0\0\0"), Input::Mesh(MeshFormat::Stl));
        assert_eq!(of("a", b"....ftypavif"), Input::UnreadPicture("AVIF"));
    }
}
