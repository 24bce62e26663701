//! Which files are measured, and are they sounds, pictures or meshes?

use super::BenchError;
use crate::io::{self, Input as Content, ends_in};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File},
    io::Read,
    path::{Path, PathBuf},
};

/// Endings of the names of sounds that are taken out of a folder.
const SOUNDS: [&str; 1] = ["wav"];
/// Endings of the names of pictures that are.
const PICTURES: [&str; 6] = ["png", "jpg", "jpeg", "webp", "gif", "bmp"];
/// Endings of the names of meshes that are.
const MESHES: [&str; 3] = ["obj", "ply", "stl"];

/// What is measured: at least one file of a kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// Files with sounds in them, or at least no pictures or meshes.
    Sounds(Vec<PathBuf>),
    /// Files with pictures in them.
    Pictures(Vec<PathBuf>),
    /// Files with meshes in them.
    Shapes(Vec<PathBuf>),
}

impl Input {
    /// The files.
    #[must_use]
    pub fn paths(&self) -> &[PathBuf] {
        match self {
            Self::Sounds(paths) | Self::Pictures(paths) | Self::Shapes(paths) => paths,
        }
    }
}

/// The sounds (WAV), the pictures (PNG, JPEG, WebP, GIF, BMP) or the meshes (OBJ, PLY, STL) in
/// the folders (to any depth) and among the files named, sorted, each once. Of the folders those
/// are taken that are called so; in every file its bytes say which it is.
///
/// # Errors
/// [`BenchError::NothingIn`] for a folder without any, [`BenchError::Mixed`] for files of two
/// kinds.
pub fn find(places: &[PathBuf]) -> Result<Input, BenchError> {
    let mut found = BTreeSet::new();
    for place in places {
        if !place.is_dir() {
            found.insert(place.clone());
            continue;
        }
        let files = io::files_in(place).map_err(failed(place))?;
        let named =
            |path: &PathBuf| [&SOUNDS[..], &PICTURES, &MESHES].iter().any(|all| ends_in(path, all));
        let before = found.len();
        found.extend(files.iter().filter(|path| named(path)).map(|path| place.join(path)));
        if found.len() == before {
            return Err(BenchError::NothingIn(place.clone()));
        }
    }
    // A file named twice, by whatever path, is one.
    let mut seen = BTreeSet::new();
    let real = |path: &PathBuf| fs::canonicalize(path).unwrap_or_else(|_| path.clone());
    let mut kinds = [("sound", Vec::new()), ("picture", Vec::new()), ("shape", Vec::new())];
    for path in found.into_iter().filter(|path| seen.insert(real(path))) {
        kinds[kind(&path)].1.push(path);
    }
    let mut firsts = kinds.iter().filter_map(|(name, all)| Some((all.first()?.clone(), *name)));
    if let (Some(one), Some(other)) = (firsts.next(), firsts.next()) {
        return Err(BenchError::Mixed { one, other });
    }
    let [(_, sounds), (_, pictures), (_, shapes)] = kinds;
    Ok(match (pictures.is_empty(), shapes.is_empty()) {
        (false, _) => Input::Pictures(pictures),
        (_, false) => Input::Shapes(shapes),
        _ => Input::Sounds(sounds),
    })
}

/// Whether the bytes of a file are a sound's (0), a picture's (1) or a mesh's (2); of one that
/// cannot be read, which is refused later, the name decides.
fn kind(path: &Path) -> usize {
    let mut head = Vec::new();
    let read = File::open(path).and_then(|file| file.take(16).read_to_end(&mut head));
    match (read, io::sniff(path, &head)) {
        (Err(_), _) if ends_in(path, &PICTURES) => 1,
        (Ok(_), Content::Picture | Content::UnreadPicture(_)) => 1,
        (_, Content::Mesh(_)) => 2,
        _ => 0,
    }
}

/// A name for every file: its own, and for those that share it also the folders that lead
/// to it.
#[must_use]
pub fn names(paths: &[PathBuf]) -> Vec<String> {
    let clean = |text: String| text.replace(['/', '\\', '|', ' '], "-");
    let own = |path: &Path| {
        clean(path.file_stem().map_or_else(String::new, |s| s.to_string_lossy().into_owned()))
    };
    let mut uses = BTreeMap::<String, usize>::new();
    paths.iter().for_each(|path| *uses.entry(own(path)).or_default() += 1);
    let full = |path: &PathBuf| {
        let whole = fs::canonicalize(path).unwrap_or_else(|_| path.clone());
        let parts = whole.with_extension("").to_string_lossy().into_owned();
        clean(parts.trim_start_matches('/').into())
    };
    let name = |path: &PathBuf| match own(path) {
        own if uses[&own] == 1 => own,
        _ => full(path),
    };
    paths.iter().map(name).collect()
}

/// The error of a file or folder of this path.
pub(super) fn failed(path: &Path) -> impl Fn(std::io::Error) -> BenchError + use<> {
    let path = path.to_path_buf();
    move |source| BenchError::Io { path: path.clone(), source }
}

/// Makes a folder for what belongs to an input.
pub(super) fn make_folder(folder: &Path) -> Result<(), BenchError> {
    fs::create_dir_all(folder).map_err(failed(folder))
}

/// Takes a file away, if it is there.
pub(super) fn remove(path: &Path) -> Result<(), BenchError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(failed(path)(error)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short_where_they_can_be() {
        let paths = ["a/bell.wav", "b/bell.wav", "b/tick.wav"].map(PathBuf::from);
        assert_eq!(names(&paths), ["a-bell", "b-bell", "tick"]);
    }

    #[test]
    fn folders_are_searched_and_nothing_is_taken_twice() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        for name in ["sub", "none", "pictures"] {
            fs::create_dir(at(name)).unwrap();
        }
        for name in ["b.wav", "sub/a.WAV", "notes.txt"] {
            fs::write(at(name), b"x").unwrap();
        }
        let again = at("sub").join("..").join("b.wav");
        let found = find(&[folder.path().into(), again, at("notes.txt")]).unwrap();
        assert_eq!(found, Input::Sounds(vec![at("b.wav"), at("notes.txt"), at("sub/a.WAV")]));
        assert!(matches!(find(&[at("none")]), Err(BenchError::NothingIn(_))));
        // Bytes decide, names do not.
        for name in ["a.wav", "b.PNG"] {
            fs::write(at("pictures").join(name), b"\x89PNG\r\n\x1a\n").unwrap();
        }
        let found = find(&[at("pictures")]).unwrap();
        assert!(matches!(&found, Input::Pictures(all) if all.len() == 2), "{found:?}");
        let Err(error) = find(&[at("b.wav"), at("pictures")]) else { panic!() };
        let text = error.to_string();
        assert!(text.contains("b.wav") && text.contains("a.wav is a picture"), "{text}");
    }
}
