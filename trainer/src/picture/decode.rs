//! What does a `.nex` file show? (the runtime, on all cores)

use nex_runtime::{DecodeError, Picture, Position, View};
use rayon::prelude::*;

/// Samples of what a view shows, `[rows, columns, channels]`.
///
/// # Errors
/// [`DecodeError::OutOfRange`] if the view goes beyond the picture.
pub fn decode(picture: &Picture<'_>, view: &View) -> Result<Vec<u8>, DecodeError> {
    let (columns, rows) = view.size();
    let row_len = columns as usize * usize::from(picture.info().channels);
    let mut samples = vec![0; row_len * rows as usize];
    let scratch = || vec![0; picture.best_len()];
    samples
        .par_chunks_mut(row_len.max(1))
        .enumerate()
        .try_for_each_init(scratch, |scratch, (row, out)| {
            picture.decode_view_row(view, row as u32, out, scratch)
        })?;
    Ok(samples)
}

/// The expert that owns each pixel, `[height, width]`.
///
/// # Errors
/// None are expected: the scratch suffices.
pub fn experts(picture: &Picture<'_>) -> Result<Vec<u8>, DecodeError> {
    let info = picture.info();
    let mut experts = vec![0; (info.width * info.height) as usize];
    let scratch = || vec![0; picture.best_len()];
    experts.par_chunks_mut(info.width as usize).enumerate().try_for_each_init(
        scratch,
        |scratch, (y, out)| {
            let start = (Position::centre(0), Position::centre(y as u32));
            picture.experts_line(start, Position::FRAME, out, scratch).map(|_| ())
        },
    )?;
    Ok(experts)
}
