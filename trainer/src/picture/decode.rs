//! What does a `.nex` file show? (the runtime; of a network on all cores)

use nex_runtime::{Area, DecodeError, Expert, Field, Picture, Position, View};
use rayon::prelude::*;

/// A leaf of a compact picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// Its left edge.
    pub left: u32,
    /// Its upper edge.
    pub top: u32,
    /// Columns and rows: 4, 8, 16 or 32.
    pub side: u8,
    /// Its predictor, see [`Expert::Leaf`].
    pub predictor: u8,
}

/// All samples, `[height, width, channels]`.
///
/// # Errors
/// None are expected: the memory suffices.
pub fn decode(picture: &Picture<'_>) -> Result<Vec<u8>, DecodeError> {
    let info = picture.info();
    scaled(picture, (0, 0), (info.width, info.height), (info.width, info.height))
}

/// Samples of a rectangle at a corner, of `size` columns and rows, in `to` new ones,
/// `[rows, columns, channels]`: a neural picture is asked for what lies there, a compact
/// one is scaled with a filter.
///
/// # Errors
/// [`DecodeError::OutOfRange`] if the rectangle goes beyond the picture.
pub fn scaled(
    picture: &Picture<'_>,
    corner: (u32, u32),
    size: (u32, u32),
    to: (u32, u32),
) -> Result<Vec<u8>, DecodeError> {
    let row_len = to.0 as usize * usize::from(picture.info().channels);
    let mut samples = vec![0; row_len * to.1 as usize];
    if let Some(field) = picture.field() {
        view(&field, &View::scaled(corner, size, to), row_len, &mut samples)?;
        return Ok(samples);
    }
    let area = Area { left: corner.0, top: corner.1, width: size.0, height: size.1 };
    if size == to {
        picture.decode_area(area, &mut samples, &mut vec![0; picture.memory_len()])?;
        return Ok(samples);
    }
    let mut memory = vec![0; picture.rows_len(area, to)];
    let mut rows = picture.rows(area, to, &mut memory)?;
    for row in samples.chunks_exact_mut(row_len.max(1)) {
        rows.next_row(row).ok_or(DecodeError::OutOfRange)?;
    }
    Ok(samples)
}

/// What a view shows of a neural picture.
fn view(
    field: &Field<'_, '_>,
    view: &View,
    row_len: usize,
    samples: &mut [u8],
) -> Result<(), DecodeError> {
    let scratch = || vec![0; field.best_len()];
    samples
        .par_chunks_mut(row_len.max(1))
        .enumerate()
        .try_for_each_init(scratch, |scratch, (row, out)| {
            field.decode_view_row(view, row as u32, out, scratch)
        })
}

/// The expert that owns each pixel, `[height, width]`; of a compact picture none.
///
/// # Errors
/// None are expected: the scratch suffices.
pub fn experts(picture: &Picture<'_>) -> Result<Vec<u8>, DecodeError> {
    let info = picture.info();
    let Some(field) = picture.field() else { return Ok(Vec::new()) };
    let mut experts = vec![0; (info.width * info.height) as usize];
    let scratch = || vec![0; field.best_len()];
    experts.par_chunks_mut(info.width as usize).enumerate().try_for_each_init(
        scratch,
        |scratch, (y, out)| {
            let start = (Position::centre(0), Position::centre(y as u32));
            field.experts_line(start, Position::FRAME, out, scratch).map(|_| ())
        },
    )?;
    Ok(experts)
}

/// The leaves of a compact picture, in the order in which they are decoded; of a neural one
/// none.
///
/// # Errors
/// None are expected: the memory suffices.
pub fn leaves(picture: &Picture<'_>) -> Result<Vec<Leaf>, DecodeError> {
    let mut memory = vec![0; picture.memory_len()];
    let mut windows = picture.windows(&mut memory)?;
    let mut leaves = Vec::new();
    while let Some(window) = windows.next_window() {
        let Area { left: x0, top: y0, width, height } = window.area();
        for (x, y) in
            (0..height).step_by(4).flat_map(|y| (0..width).step_by(4).map(move |x| (x, y)))
        {
            match window.expert(x, y) {
                Some(Expert::Leaf { left, top, side, predictor })
                    if (left, top) == (x0 + x, y0 + y) =>
                {
                    leaves.push(Leaf { left, top, side, predictor });
                }
                _ => {}
            }
        }
    }
    Ok(leaves)
}
