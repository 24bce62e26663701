//! What is in a file?

use crate::fail;
use nex_runtime::{
    Error, Kind, Picture, Profile, SectionId, Sections, Shape, Signal, Sound, unpack, unpacked_len,
};
use pyo3::{prelude::*, types::PyDict};
use std::borrow::Cow;

/// The file as decoders read it: unpacked, as a neural one may have to be.
pub fn plain(bytes: &[u8]) -> PyResult<Cow<'_, [u8]>> {
    if Kind::of(bytes).map_or(true, |kind| kind.profile != Profile::Neural) {
        return Ok(Cow::Borrowed(bytes));
    }
    let mut plain = vec![0; unpacked_len(bytes).map_err(|error| damaged(bytes, error))?];
    let len = unpack(bytes, &mut plain).map_err(|error| damaged(bytes, error))?;
    plain.truncate(len);
    Ok(Cow::Owned(plain))
}

/// Why a file cannot be decoded.
pub fn damaged(bytes: &[u8], error: Error) -> PyErr {
    fail(match error {
        Error::BadMagic if bytes.starts_with(b"RIFF") => {
            "this is a WAV file; read it and give the samples to nex.encode".into()
        }
        Error::BadMagic => format!("this is no .nex file: {error}"),
        _ => format!("the file cannot be decoded: {error}; make it again or take an intact copy"),
    })
}

/// What it is, with what a device needs to know. Keys by signal, see `nex.info`.
#[pyfunction]
pub fn info<'py>(py: Python<'py>, bytes: &[u8]) -> PyResult<Bound<'py, PyDict>> {
    let stored = bytes.len();
    let bytes = &*plain(bytes)?;
    let kind = Kind::of(bytes).map_err(|error| damaged(bytes, error))?;
    let facts = PyDict::new(py);
    facts.set_item("signal", kind.signal.name())?;
    let profile = if kind.profile == Profile::Compact { "compact" } else { "neural" };
    facts.set_item("profile", profile)?;
    facts.set_item("file_bytes", stored)?;
    match kind.signal {
        Signal::Picture => {
            let picture = Picture::open(bytes).map_err(|error| damaged(bytes, error))?;
            let info = picture.info();
            facts.set_item("width", info.width)?;
            facts.set_item("height", info.height)?;
            facts.set_item("channels", info.channels)?;
            facts.set_item("tile", info.tile)?;
            facts.set_item("memory_bytes", 4 * picture.memory_len())?;
            facts.set_item("comment", comment(picture.sections()))?;
        }
        Signal::Shape => {
            let shape = Shape::open(bytes).map_err(|error| damaged(bytes, error))?;
            let info = shape.info();
            facts.set_item("cells", info.cells)?;
            facts.set_item("origin", (info.origin[0], info.origin[1], info.origin[2]))?;
            facts.set_item("side", info.side)?;
            facts.set_item("memory_bytes", 4 * shape.memory_len())?;
            facts.set_item("comment", comment(shape.sections()))?;
        }
        _ => {
            let sound = Sound::open(bytes).map_err(|error| damaged(bytes, error))?;
            let info = sound.info();
            facts.set_item("rate", info.rate_hz)?;
            facts.set_item("channels", info.channels)?;
            facts.set_item("frames", info.frames)?;
            facts.set_item("seconds", f64::from(info.frames) / f64::from(info.rate_hz))?;
            facts.set_item("loop", sound.repeated().map(|points| (points.start, points.end)))?;
            facts.set_item("memory_bytes", 4 * sound.memory_len())?;
            facts.set_item("comment", comment(sound.sections()))?;
        }
    }
    Ok(facts)
}

/// The text that was stored with it.
fn comment(mut sections: Sections<'_>) -> Option<String> {
    let found = sections.find(|section| section.id == SectionId::COMMENT);
    found.map(|section| String::from_utf8_lossy(section.data).into_owned())
}
