//! How does a browser ask a compact shape for distances, and look at it?
//!
//! Any number of shapes are open in one memory, every byte of which is the host's: it knows
//! how much by `inspect` and `shape_bytes`. Points are three numbers each, in cells from the
//! cube's corner of the smallest coordinates.
#![no_std]
#![deny(missing_docs)]
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

// The host, where it is checked, has its panic handler from there.
#[cfg(not(target_family = "wasm"))]
extern crate std;

mod trace;

use core::{
    fmt::{self, Write},
    slice,
};
use nex_runtime::{DecodeError, Distances, Position, Shape};
use trace::{Reach, View};

/// Bytes of the longest text.
const TEXT: usize = 160;

/// What a file holds.
#[repr(C)]
pub struct Facts {
    cells: u32,
    /// Of memory.
    words: u32,
    origin: [f32; 3],
    side: f32,
    /// Why the file is refused: an error's name and what is in it, a zero, a sentence, zeros.
    text: Text,
}

#[repr(C)]
struct Text([u8; TEXT], usize);

impl Write for Text {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for (to, byte) in self.0.iter_mut().skip(self.1).zip(text.bytes()) {
            *to = byte;
        }
        self.1 = self.1.saturating_add(text.len());
        Ok(())
    }
}

/// A shape, and its distances, which borrow it: it stays where it was opened.
#[repr(C)]
pub struct Open {
    distances: Distances<'static>,
    shape: Shape<'static>,
}

/// Bytes of what `open` fills.
#[unsafe(no_mangle)]
pub extern "C" fn shape_bytes() -> usize {
    size_of::<Open>()
}

/// Bytes of what `inspect` fills.
#[unsafe(no_mangle)]
pub extern "C" fn facts_bytes() -> usize {
    size_of::<Facts>()
}

/// Checks a file and says what it holds, or why not: returns whether it is whole.
///
/// # Safety
/// `bytes` points to `len` bytes, `facts` to room for them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn inspect(bytes: *const u8, len: usize, facts: *mut Facts) -> bool {
    let text = Text([0; TEXT], 0);
    let mut told = Facts { cells: 0, words: 0, origin: [0.0; 3], side: 0.0, text };
    // SAFETY: the caller's promise.
    let opened = Shape::open_compact(unsafe { slice::from_raw_parts(bytes, len) });
    match &opened {
        Ok(shape) => {
            let info = shape.info();
            told.words = shape.memory_len() as u32;
            (told.cells, told.origin, told.side) = (info.cells, info.origin, info.side);
        }
        Err(error) => {
            let _ = write!(told.text, "{error:?}\0{error}");
        }
    }
    // SAFETY: likewise.
    unsafe { facts.write(told) };
    opened.is_ok()
}

/// Opens a file that `inspect` found whole: decodes all of it. Returns whether it is open.
///
/// # Safety
/// `open` points to room of `shape_bytes`, `bytes` to `len` bytes, `memory` to `words` words,
/// all of them its own as long as the shape is used.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn open(
    open: *mut Open,
    bytes: *const u8,
    len: usize,
    memory: *mut u32,
    words: usize,
) -> bool {
    // SAFETY: the caller's promises; the memory may hold anything.
    let (bytes, memory) =
        unsafe { (slice::from_raw_parts(bytes, len), slice::from_raw_parts_mut(memory, words)) };
    let Ok(shape) = Shape::open_compact(bytes) else { return false };
    // SAFETY: likewise; nothing is read, and nobody else has a reference to the shape.
    let shape = unsafe {
        let place = &raw mut (*open).shape;
        place.write(shape);
        &*place
    };
    let Ok(distances) = shape.distances(memory) else { return false };
    // SAFETY: likewise.
    unsafe { (&raw mut (*open).distances).write(distances) };
    true
}

/// Distances of points in 2^-15 of half the cube's side. Returns how many there are before a
/// point that lies outside of the cube.
///
/// # Safety
/// `open` was opened, `points` points to `count` points, `out` to room for as many distances.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn distances(
    open: *mut Open,
    points: *const [f64; 3],
    count: usize,
    out: *mut i16,
) -> usize {
    // SAFETY: the caller's promises.
    unsafe { each(open, points, count, out, |shape, at| shape.sdf_at(at)) }
}

/// The rise of the distance along each axis, over one cell either way, likewise.
///
/// # Safety
/// Likewise.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn gradients(
    open: *mut Open,
    points: *const [f64; 3],
    count: usize,
    out: *mut [i32; 3],
) -> usize {
    // SAFETY: the caller's promises.
    unsafe { each(open, points, count, out, |shape, at| shape.gradient_at(at)) }
}

/// Who owns points: 1, 2 or 3 in a cell of 4, 8 or 16 cells a side, 0 where no polynomial is.
///
/// # Safety
/// Likewise.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn experts(
    open: *mut Open,
    points: *const [f64; 3],
    count: usize,
    out: *mut u8,
) -> usize {
    // SAFETY: the caller's promises.
    unsafe { each(open, points, count, out, |shape, at| shape.expert_at(at)) }
}

/// Finds out where rays need not look: `side` is a quarter of the cells along the cube's side,
/// rounded up.
///
/// # Safety
/// `open` was opened, `reach` points to room for `side`^3 bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn reach(open: *mut Open, reach: *mut u8, side: usize) {
    // SAFETY: the caller's promises.
    let (shape, cells) = unsafe { (&mut (*open).distances, room(reach, side)) };
    Reach { side, cells }.measure(shape);
}

/// Looks at one row of a picture, see `View`.
///
/// # Safety
/// `open` was opened, `reach` points to what `reach` wrote, `view` to a view, `out` to room
/// for `width` pixels.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn trace(
    open: *mut Open,
    reach: *mut u8,
    side: usize,
    view: *const View,
    row: u32,
    width: usize,
    out: *mut [i8; 4],
) {
    // SAFETY: the caller's promises.
    let (shape, cells, view, out) = unsafe {
        let out = slice::from_raw_parts_mut(out, width);
        (&mut (*open).distances, room(reach, side), &*view, out)
    };
    view.row(shape, &Reach { side, cells }, row, out);
}

/// # Safety
/// As `reach`.
unsafe fn room<'a>(reach: *mut u8, side: usize) -> &'a mut [u8] {
    // SAFETY: the caller's promise.
    unsafe { slice::from_raw_parts_mut(reach, side.saturating_pow(3)) }
}

/// # Safety
/// As `distances`.
unsafe fn each<T>(
    open: *mut Open,
    points: *const [f64; 3],
    count: usize,
    out: *mut T,
    ask: impl Fn(&mut Distances<'static>, [Position; 3]) -> Result<T, DecodeError>,
) -> usize {
    // SAFETY: the caller's promises; numbers have no drop.
    let (shape, points, out) = unsafe {
        (
            &mut (*open).distances,
            slice::from_raw_parts(points, count),
            slice::from_raw_parts_mut(out, count),
        )
    };
    let told = points.iter().zip(out).map_while(|(&at, to)| {
        *to = ask(shape, place(at)?).ok()?;
        Some(())
    });
    told.count()
}

/// Of a point; none below 0.
fn place(at: [f64; 3]) -> Option<[Position; 3]> {
    at.iter().all(|&x| x >= 0.0).then(|| at.map(Position::from_f64))
}

/// Nothing reaches it, so that the linker drops it.
#[cfg(target_family = "wasm")]
#[panic_handler]
fn never(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {
        core::hint::spin_loop();
    }
}
