//! What does a file hold, sample by sample?

use crate::{
    fail,
    info::{damaged, plain},
};
use nex_runtime::{DecodeError, Error, Limits, Picture, Position, Shape, Sound};
use pyo3::{prelude::*, types::PyByteArray};

/// Points along a shape's side at most: 512 MB of distances.
const MOST_POINTS: usize = 512;

/// Samples.
type Filled<'py> = Bound<'py, PyByteArray>;
/// The first frame of a loop, and the one after its last.
type Points = Option<(u32, u32)>;

/// Samples, 16 bits each, of the processor's order of bytes; rate in Hz, channels, loop.
#[pyfunction]
pub fn decode_sound<'py>(
    py: Python<'py>,
    bytes: &[u8],
    most: u64,
) -> PyResult<(Filled<'py>, u32, usize, Points)> {
    let bytes = &*plain(bytes)?;
    let sound = Sound::open_within(bytes, Limits::samples(most));
    let sound = sound.map_err(|error| refused(bytes, error, most))?;
    let (info, channels) = (sound.info(), sound.channels());
    let points = sound.repeated().map(|points| (points.start, points.end));
    let samples = py.detach(|| {
        let mut samples = vec![0; info.frames as usize * channels];
        let mut memory = vec![0; sound.best_len()];
        sound.play(&mut memory)?.decode_into(&mut samples)?;
        Ok(samples)
    });
    let samples: Vec<i16> = samples.map_err(|error: DecodeError| fail(error))?;
    let native: Vec<u8> = samples.into_iter().flat_map(i16::to_ne_bytes).collect();
    Ok((PyByteArray::new(py, &native), info.rate_hz, channels, points))
}

/// Samples of 8 bits, row by row; height, width, channels.
#[pyfunction]
pub fn decode_picture<'py>(
    py: Python<'py>,
    bytes: &[u8],
    most: u64,
) -> PyResult<(Filled<'py>, u32, u32, u8)> {
    let bytes = &*plain(bytes)?;
    let picture = Picture::open_within(bytes, Limits::samples(most));
    let picture = picture.map_err(|error| refused(bytes, error, most))?;
    let info = picture.info();
    let samples = py.detach(|| {
        let pixels = info.width as usize * info.height as usize;
        let mut samples = vec![0; pixels * usize::from(info.channels)];
        picture.decode_into(&mut samples, &mut vec![0; picture.best_len()])?;
        Ok(samples)
    });
    let samples: Vec<u8> = samples.map_err(|error: DecodeError| fail(error))?;
    Ok((PyByteArray::new(py, &samples), info.height, info.width, info.channels))
}

/// Distances in 32-bit floats and the shape's units, of the middles of `points`^3 voxels, x
/// first, then y; points along a side, the cube's corner and side.
#[pyfunction]
pub fn decode_shape<'py>(
    py: Python<'py>,
    bytes: &[u8],
    points: Option<usize>,
) -> PyResult<(Filled<'py>, usize, [f32; 3], f32)> {
    let bytes = &*plain(bytes)?;
    let shape = Shape::open(bytes).map_err(|error| damaged(bytes, error))?;
    let info = shape.info();
    let n = points.unwrap_or(info.cells as usize);
    if !(1..=MOST_POINTS).contains(&n) {
        return Err(fail(format!("resolution must be 1 to {MOST_POINTS}, not {n}")));
    }
    let distances = py.detach(|| distances(&shape, n)).map_err(fail)?;
    let native: Vec<u8> = distances.into_iter().flat_map(f32::to_ne_bytes).collect();
    Ok((PyByteArray::new(py, &native), n, info.origin, info.side))
}

fn distances(shape: &Shape<'_>, n: usize) -> Result<Vec<f32>, DecodeError> {
    let voxel = f64::from(shape.info().cells) / n as f64;
    let at = |i: usize| Position::from_f64((i as f64 + 0.5) * voxel);
    let mut memory = vec![0; shape.best_len()];
    let mut decoder = shape.distances(&mut memory)?;
    let mut all = Vec::with_capacity(n.pow(3));
    let mut row = vec![0; n];
    for i in 0..n * n {
        let points: Vec<_> = (0..n).map(|x| [at(x), at(i % n), at(i / n)]).collect();
        decoder.sdf_points(&points, &mut row)?;
        all.extend(row.iter().map(|&distance| f32::from(distance) * shape.step()));
    }
    Ok(all)
}

/// Why a file is not decoded whole.
fn refused(bytes: &[u8], error: Error, most: u64) -> PyErr {
    match error {
        Error::LimitExceeded(_) => fail(format!(
            "the file holds more than {most} samples; allow more by max_samples, if it is not \
             a damaged one"
        )),
        error => damaged(bytes, error),
    }
}
