//! What does a `.nex` file show? (the runtime, on all cores)

use nex_runtime::{DecodeError, ImageDecoder, MAX_TILE, Position, View};
use rayon::prelude::*;

/// Samples of what a view shows, `[rows, columns, channels]`.
///
/// # Errors
/// [`DecodeError::OutOfRange`] if the view goes beyond the picture.
pub fn decode(decoder: &ImageDecoder<'_>, view: &View) -> Result<Vec<u8>, DecodeError> {
    let (columns, rows) = view.size();
    let row_len = columns as usize * usize::from(decoder.info().channels);
    let mut samples = vec![0; row_len * rows as usize];
    let scratch = || vec![0; decoder.scratch_len(MAX_TILE)];
    samples
        .par_chunks_mut(row_len.max(1))
        .enumerate()
        .try_for_each_init(scratch, |scratch, (row, out)| {
            decoder.decode_view_row(view, row as u32, out, scratch)
        })?;
    Ok(samples)
}

/// The expert that owns each pixel, `[height, width]`.
///
/// # Errors
/// None are expected: the scratch suffices.
pub fn experts(decoder: &ImageDecoder<'_>) -> Result<Vec<u8>, DecodeError> {
    let info = decoder.info();
    let mut experts = vec![0; (info.width * info.height) as usize];
    let scratch = || vec![0; decoder.scratch_len(MAX_TILE)];
    experts.par_chunks_mut(info.width as usize).enumerate().try_for_each_init(
        scratch,
        |scratch, (y, out)| {
            let start = (Position::centre(0), Position::centre(y as u32));
            decoder.experts_line(start, Position::FRAME, out, scratch).map(|_| ())
        },
    )?;
    Ok(experts)
}
