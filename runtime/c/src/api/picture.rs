//! How does C show a picture?

use super::{count, inspect, samples, status};
use crate::{
    info::{Area, Expert, Look, PictureInfo},
    memory::{Picture, apart, check, fill, opened_mut, value, values, values_mut, words},
    pixels::Pixels,
    status::NexError,
};
use core::{ffi::c_void, mem::size_of};

/// Halvings of a picture's size at most.
const MAX_HALVINGS: u32 = 3;

/// Room for what is decoded, beside the memory it is decoded in.
///
/// # Safety
/// As [`values_mut`].
unsafe fn room<'a, T>(
    pixels: &Pixels<'_>,
    out: *mut T,
    len: usize,
) -> Result<&'a mut [T], NexError> {
    apart(out, len, pixels.memory())?;
    // SAFETY: the caller's promise.
    unsafe { values_mut(out, len) }
}

/// A part of a picture, all of it for NULL.
///
/// # Safety
/// As [`value`].
unsafe fn part(area: *const Area) -> Result<nex_runtime::Area, NexError> {
    if area.is_null() {
        return Ok(nex_runtime::Area::ALL);
    }
    // SAFETY: the caller's promise.
    unsafe { value(area) }.map(|&area| area.into())
}

/// A look, and whether the high byte comes first.
///
/// # Safety
/// As [`value`].
unsafe fn look(look: *const Look) -> Result<(nex_runtime::Look, bool), NexError> {
    if look.is_null() {
        return Ok((nex_runtime::Look::DEFAULT, false));
    }
    // SAFETY: the caller's promise.
    let &Look { background, dither, high_byte_first } = unsafe { value(look) }?;
    Ok((nex_runtime::Look { background, dither: dither != 0 }, high_byte_first != 0))
}

/// Checks a whole picture's file and says what it holds and what decoding it
/// takes. Cost, stack and errors are those of nex_inspect().
///
/// # Safety
/// `bytes` is NULL or points to `bytes_len` bytes; `info` is NULL or points to
/// a struct nex_picture_info.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nex_picture_inspect(
    bytes: *const u8,
    bytes_len: usize,
    info: *mut PictureInfo,
) -> i32 {
    // SAFETY: the caller's promises.
    status(unsafe { inspect(bytes, bytes_len, info, PictureInfo::read) })
}

/// Bytes of a struct nex_picture, for those who cannot read this header.
#[unsafe(no_mangle)]
pub const extern "C" fn nex_picture_bytes() -> usize {
    size_of::<Picture>()
}

/// Opens a picture, before its first window: nex_picture_next() may follow. `bytes`
/// and `memory` as of nex_open(); how much memory is needed says
/// nex_picture_inspect(), and for rows nex_picture_rows_bytes().
///
/// Returns 0, or an error, after which the picture is not open: those of
/// nex_picture_inspect(), and NEX_ERROR_MEMORY_TOO_SMALL.
///
/// # Safety
/// `picture` is NULL or points to a struct nex_picture; `bytes` is NULL or
/// points to `bytes_len` bytes, `memory` to `memory_bytes` bytes; what they
/// point to lives, and is used by nobody else (`bytes`: is not changed), as
/// long as the picture is used.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nex_picture_open(
    picture: *mut Picture,
    bytes: *const u8,
    bytes_len: usize,
    memory: *mut c_void,
    memory_bytes: usize,
) -> i32 {
    let read = || {
        // SAFETY: the caller's promises.
        let (bytes, memory) = unsafe { (values(bytes, bytes_len)?, words(memory, memory_bytes)?) };
        Ok((nex_runtime::Picture::open(bytes)?, memory))
    };
    // SAFETY: the caller's promise.
    status(unsafe { fill(picture, read, Pixels::new) })
}

/// Begins windows, again or of another part: as nex_picture_open() does, and
/// smaller or of an area alone.
///
/// With `halvings`, 0 to 3, the picture is shown in 1, 1/2, 1/4 or 1/8 of its size
/// (rounded up), each pixel the mean of those that it stands for. `area` is in
/// pixels of the size that is shown; NULL is everything. Of a compact picture those
/// tiles are decoded that it touches; without tiles, all rows above it, too.
///
/// Returns 0 or an error: NEX_ERROR_OUT_OF_RANGE of more halvings, _NOT_OPEN, _NULL,
/// _MISALIGNED.
///
/// # Safety
/// `picture` is NULL or points to a struct nex_picture that is zero or was given
/// to nex_picture_open(); `area` is NULL or points to a struct nex_area.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nex_picture_windows(
    picture: *mut Picture,
    halvings: u32,
    area: *const Area,
) -> i32 {
    let begin = || {
        // SAFETY: the caller's promises.
        let (pixels, area) = unsafe { (opened_mut(picture)?, part(area)?) };
        if halvings > MAX_HALVINGS {
            return Err(NexError::OutOfRange);
        }
        pixels.windows(halvings, area)
    };
    status(begin())
}

/// Decodes the next window and says where it lies: at most 32 columns and rows,
/// which nex_picture_rgb565(), nex_picture_rgb888() and nex_picture_samples() give
/// as often as asked, until the next window.
///
/// Windows come from left to right and from top to bottom, those of a compact
/// picture tile by tile; each pixel is in one of them.
///
/// Cost: `macs_per_pixel` and `sines_per_pixel` a pixel of a neural picture, more
/// memory less loading; of a compact one it depends on the content, and what is
/// not in the area but in its tiles is decoded, too.
///
/// Returns 1; 0 after the last window; or NEX_ERROR_NOT_BEGUN, _NOT_OPEN, _NULL,
/// _MISALIGNED.
///
/// # Safety
/// As nex_picture_windows().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nex_picture_next(picture: *mut Picture, area: *mut Area) -> i32 {
    let decode = || {
        check(area)?;
        // SAFETY: the caller's promise.
        let windows = unsafe { opened_mut(picture) }?.begun_windows()?;
        let Some(window) = windows.next_window() else { return Ok(0) };
        let found = window.area().into();
        // SAFETY: neither NULL nor misaligned; the caller's promise.
        unsafe { area.write(found) };
        Ok(1)
    };
    count(decode())
}

/// The window's samples, 8 bits each, interleaved, row by row: of up to `pixels`
/// pixels, so `pixels` times the channels of them.
///
/// Returns how many pixels were written: as many as the window has, `pixels` at
/// most; 0 if there is no window; or NEX_ERROR_NOT_BEGUN, _NOT_OPEN, _NULL,
/// _MISALIGNED, _TOO_LONG, _OVERLAPS.
///
/// # Safety
/// As nex_picture_windows(), with `out` NULL or with room for `pixels` pixels.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nex_picture_samples(
    picture: *mut Picture,
    out: *mut u8,
    pixels: u32,
) -> i32 {
    let show = || {
        // SAFETY: the caller's promise.
        let open = unsafe { opened_mut(picture) }?;
        let channels = open.channels();
        // SAFETY: the caller's promise.
        let out = unsafe { room(open, out, samples(pixels, channels)?) }?;
        let written = open.begun_windows()?.window().map_or(0, |window| window.samples(out));
        Ok(written.checked_div(channels).unwrap_or(0))
    };
    count(show())
}

/// The window's pixels as red, green and blue, three bytes each, row by row; all
/// else as of nex_picture_samples(). NULL for `look` is black behind the picture.
///
/// # Safety
/// As nex_picture_samples(), with `look` NULL or pointing to a struct nex_look, and
/// room for `pixels` times three bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nex_picture_rgb888(
    picture: *mut Picture,
    look: *const Look,
    out: *mut u8,
    pixels: u32,
) -> i32 {
    let show = || {
        // SAFETY: the caller's promises.
        let (open, (look, _)) = unsafe { (opened_mut(picture)?, self::look(look)?) };
        // SAFETY: the caller's promise.
        let out = unsafe { room(open, out, samples(pixels, 3)?) }?;
        Ok(open.begun_windows()?.window().map_or(0, |window| window.rgb888(look, out)) / 3)
    };
    count(show())
}

/// The window's pixels in 16 bits each, red in the highest five, green in the next
/// six, blue in the lowest; row by row; all else as of nex_picture_samples(). NULL
/// for `look` is dithered, over black, in the processor's order of bytes.
///
/// # Safety
/// As nex_picture_samples(), with `look` NULL or pointing to a struct nex_look.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nex_picture_rgb565(
    picture: *mut Picture,
    look: *const Look,
    out: *mut u16,
    pixels: u32,
) -> i32 {
    let show = || {
        // SAFETY: the caller's promises.
        let (open, (look, high_first)) = unsafe { (opened_mut(picture)?, self::look(look)?) };
        // SAFETY: the caller's promise.
        let out = unsafe { room(open, out, samples(pixels, 1)?) }?;
        let written = open.begun_windows()?.window().map_or(0, |window| window.rgb565(look, out));
        if high_first {
            out.iter_mut().take(written).for_each(|pixel| *pixel = pixel.to_be());
        }
        Ok(written)
    };
    count(show())
}

/// Bytes of memory that nex_picture_open() needs for rows of a picture, see
/// nex_picture_rows(). Cost and errors are those of nex_picture_inspect().
///
/// # Safety
/// `bytes` is NULL or points to `bytes_len` bytes; `area` is NULL or points to a
/// struct nex_area.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nex_picture_rows_bytes(
    bytes: *const u8,
    bytes_len: usize,
    area: *const Area,
    columns: u32,
    rows: u32,
) -> i64 {
    let find = || {
        // SAFETY: the caller's promises.
        let (bytes, area) = unsafe { (values(bytes, bytes_len)?, part(area)?) };
        let words = nex_runtime::Picture::open(bytes)?.rows_len(area, (columns, rows));
        Ok::<_, NexError>(i64::try_from(words).unwrap_or(i64::MAX).saturating_mul(4))
    };
    find().unwrap_or_else(|error| error.code().into())
}

/// Begins rows: of a part of the picture (NULL is everything), scaled to so many
/// columns and rows. Its own are its pixels as they are; others are scaled by Catmull
/// and Rom's cubic, a much smaller picture by means before. Windows that were begun
/// are ended, and these rows by them.
///
/// Returns 0 or an error: NEX_ERROR_MEMORY_TOO_SMALL, see nex_picture_rows_bytes();
/// _OUT_OF_RANGE if columns or rows are 0 or above 65,535, or the picture has nothing
/// there; _NOT_OPEN, _NULL, _MISALIGNED.
///
/// # Safety
/// As nex_picture_windows().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nex_picture_rows(
    picture: *mut Picture,
    area: *const Area,
    columns: u32,
    rows: u32,
) -> i32 {
    let begin = || {
        // SAFETY: the caller's promises.
        let (open, area) = unsafe { (opened_mut(picture)?, part(area)?) };
        open.rows(area, (columns, rows))
    };
    status(begin())
}

/// Decodes the next row from its left end: up to `pixels` pixels into `out`, 8-bit
/// samples, interleaved, so `pixels` times the channels of them. After those that
/// there are, `out` is left as it is.
///
/// Returns how many pixels were written: `pixels`, or the row's columns if that is
/// less; 0 after the last row; or NEX_ERROR_NOT_BEGUN, _NOT_OPEN, _NULL,
/// _MISALIGNED, _TOO_LONG, _OVERLAPS.
///
/// # Safety
/// As nex_picture_samples().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nex_picture_next_row(
    picture: *mut Picture,
    out: *mut u8,
    pixels: u32,
) -> i32 {
    let decode = || {
        // SAFETY: the caller's promise.
        let open = unsafe { opened_mut(picture) }?;
        let channels = open.channels();
        // SAFETY: the caller's promise.
        let out = unsafe { room(open, out, samples(pixels, channels)?) }?;
        let written = open.begun_rows()?.next_row(out).unwrap_or(0);
        Ok(written.checked_div(channels).unwrap_or(0))
    };
    count(decode())
}

/// Evaluates a neural picture along a line from left to right: any part of it at
/// any scale. Windows and rows that were begun are ended.
///
/// Positions are measured in pixels from the left and the upper edge, each as a
/// whole number and a fraction in 2^-32: pixel 0 has its centre at
/// (0, 0x80000000). The line begins at x and y; the next pixel lies `step` and
/// `step_fraction` further on. A step of 1 shows pixels as they are, one of half
/// of it twice as large. No filter is applied, so that a step of more than 1
/// aliases.
///
/// Cost: `macs_per_pixel` and `sines_per_pixel` a pixel; more memory less loading.
///
/// Returns how many pixels were written into `out`, as nex_picture_next_row() has
/// them, before the right edge, 0 below the picture; or an error:
/// NEX_ERROR_NOT_NEURAL of a compact picture, _NOT_OPEN, _NULL, _MISALIGNED,
/// _TOO_LONG, _OVERLAPS.
///
/// # Safety
/// As nex_picture_samples().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nex_picture_line(
    picture: *mut Picture,
    x: u32,
    x_fraction: u32,
    y: u32,
    y_fraction: u32,
    step: u32,
    step_fraction: u32,
    out: *mut u8,
    pixels: u32,
) -> i32 {
    let decode = || {
        // SAFETY: the caller's promise.
        let open = unsafe { opened_mut(picture) }?;
        // SAFETY: the caller's promise.
        let out = unsafe { room(open, out, samples(pixels, open.channels())?) }?;
        evaluate(open, ((x, x_fraction), (y, y_fraction), (step, step_fraction)), out)
    };
    count(decode())
}

/// Says which expert of a neural picture owns a point; positions, and what is begun,
/// as of nex_picture_line().
///
/// Returns 0 or an error: NEX_ERROR_OUT_OF_RANGE beside the picture, _NOT_NEURAL,
/// _NOT_OPEN, _NULL, _MISALIGNED.
///
/// # Safety
/// As nex_picture_windows(); `expert` is NULL or points to a struct nex_expert.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nex_picture_expert_at(
    picture: *mut Picture,
    x: u32,
    x_fraction: u32,
    y: u32,
    y_fraction: u32,
    expert: *mut Expert,
) -> i32 {
    let find = || {
        check(expert)?;
        // SAFETY: the caller's promise.
        let open = unsafe { opened_mut(picture) }?;
        let index = expert_at(open, (x, x_fraction), (y, y_fraction))?;
        // SAFETY: neither NULL nor misaligned; the caller's promise.
        unsafe { expert.write(Expert::network(index)) };
        Ok(())
    };
    status(find())
}

/// Whole pixels and 2^-32 of one.
type Place = (u32, u32);

#[cfg(feature = "neural")]
fn evaluate(
    open: &mut Pixels<'_>,
    (x, y, step): (Place, Place, Place),
    out: &mut [u8],
) -> Result<usize, NexError> {
    let [x, y, step] = [x, y, step].map(|(whole, part)| nex_runtime::Position::new(whole, part));
    let (field, scratch) = open.field()?;
    Ok(field.decode_line((x, y), step, out, scratch)?)
}

#[cfg(feature = "neural")]
fn expert_at(open: &mut Pixels<'_>, x: Place, y: Place) -> Result<u8, NexError> {
    let [x, y] = [x, y].map(|(whole, part)| nex_runtime::Position::new(whole, part));
    let (field, scratch) = open.field()?;
    Ok(field.expert_at((x, y), scratch)?)
}

#[cfg(not(feature = "neural"))]
fn evaluate(_: &mut Pixels<'_>, _: (Place, Place, Place), _: &mut [u8]) -> Result<usize, NexError> {
    Err(NexError::NotNeural)
}

#[cfg(not(feature = "neural"))]
fn expert_at(_: &mut Pixels<'_>, _: Place, _: Place) -> Result<u8, NexError> {
    Err(NexError::NotNeural)
}
