//! How does C touch a shape?

use super::{inspect, status};
use crate::{
    info::{Expert, Point, ShapeInfo},
    memory::{Body, Shape, apart, check, fill, opened_mut, value, values, values_mut, words},
    status::NexError,
};
use core::{ffi::c_void, mem::size_of};
use nex_runtime::Position;

/// Points that are laid out at once, on the stack.
const RUN: usize = if cfg!(target_os = "none") { 8 } else { 64 };

/// Room for what is evaluated, beside the memory of a shape.
///
/// # Safety
/// As [`values_mut`].
unsafe fn room<'a, T>(body: &Body<'_>, out: *mut T, len: usize) -> Result<&'a mut [T], NexError> {
    apart(out, len, body.memory())?;
    // SAFETY: the caller's promise.
    unsafe { values_mut(out, len) }
}

/// Checks a whole shape's file and says what it holds and what evaluating it
/// takes. Cost, stack and errors are those of nex_inspect().
///
/// # Safety
/// `bytes` is NULL or points to `bytes_len` bytes; `info` is NULL or points to
/// a struct nex_shape_info.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nex_shape_inspect(
    bytes: *const u8,
    bytes_len: usize,
    info: *mut ShapeInfo,
) -> i32 {
    // SAFETY: the caller's promises.
    status(unsafe { inspect(bytes, bytes_len, info, ShapeInfo::read) })
}

/// Bytes of a struct nex_shape, for those who cannot read this header.
#[unsafe(no_mangle)]
pub const extern "C" fn nex_shape_bytes() -> usize {
    size_of::<Shape>()
}

/// Opens a shape. `bytes` and `memory` as of nex_open(); how much memory is
/// needed says nex_shape_inspect().
///
/// Cost: a compact shape is decoded here, all of it into `memory`, which takes about
/// 1,000 instructions for each bit of the file; a neural one is only checked.
///
/// Returns 0, or an error, after which the shape is not open: those of
/// nex_shape_inspect(), and NEX_ERROR_MEMORY_TOO_SMALL.
///
/// # Safety
/// `shape` is NULL or points to a struct nex_shape; `bytes` is NULL or points to
/// `bytes_len` bytes, `memory` to `memory_bytes` bytes; what they point to lives,
/// and is used by nobody else (`bytes`: is not changed), as long as the shape is
/// used.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nex_shape_open(
    shape: *mut Shape,
    bytes: *const u8,
    bytes_len: usize,
    memory: *mut c_void,
    memory_bytes: usize,
) -> i32 {
    let read = || {
        // SAFETY: the caller's promises.
        let (bytes, memory) = unsafe { (values(bytes, bytes_len)?, words(memory, memory_bytes)?) };
        Ok((nex_runtime::Shape::open(bytes)?, memory))
    };
    // SAFETY: the caller's promise.
    status(unsafe { fill(shape, read, Body::new) })
}

/// The signed distance of one point from the surface, negative inside, in steps
/// of `step` (struct nex_shape_info), at most 32,767 of them either way.
///
/// Of a compact shape a cell near the surface says what its polynomial says. Anywhere
/// else the distance is the one to the nearest such cell, or, where that is further than
/// 16 voxels, a little less: never more than the surface is away, so that a ray or a
/// robot may go as far at once.
///
/// Cost: `macs_per_point` and `sines_per_point` of a neural shape; of a compact one a
/// descent of three steps and one polynomial, or a look at the cells around.
///
/// Returns 0 or an error: NEX_ERROR_OUT_OF_RANGE outside of the cube, _NOT_OPEN,
/// _NULL, _MISALIGNED, _OVERLAPS.
///
/// # Safety
/// `shape` is NULL or points to a struct nex_shape that is zero or was given to
/// nex_shape_open(); `point` is NULL or points to a struct nex_point, `distance`
/// to an int16_t.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nex_shape_sdf_at(
    shape: *mut Shape,
    point: *const Point,
    distance: *mut i16,
) -> i32 {
    // SAFETY: the caller's promises.
    unsafe { nex_shape_points(shape, point, 1, distance) }
}

/// The rise of the distance per cell along x, y and z into `gradient`, in half
/// steps: central differences over one cell either way. It points away from the
/// shape, and where it is divided by its length it is the normal of the surface.
///
/// Of a compact shape where a polynomial is, the difference is that of this polynomial, over
/// two voxels that lie in its cell; anywhere else, up to 16 voxels away, it points from the
/// nearest such cell.
///
/// Cost: six times that of nex_shape_sdf_at(), twice of a compact shape; it shares the errors.
///
/// # Safety
/// As nex_shape_sdf_at(), with `gradient` for three numbers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nex_shape_gradient_at(
    shape: *mut Shape,
    point: *const Point,
    gradient: *mut i32,
) -> i32 {
    let evaluate = || {
        // SAFETY: the caller's promises.
        let (body, point) = unsafe { (opened_mut(shape)?, value(point)?) };
        // SAFETY: the caller's promise.
        let out = unsafe { room(body, gradient, 3) }?;
        let found = body.distances()?.gradient_at(point.position())?;
        for (to, from) in out.iter_mut().zip(found) {
            *to = from;
        }
        Ok(())
    };
    status(evaluate())
}

/// The signed distances of `count` points that lie anywhere in the cube, each to
/// its place in `out`. Of a neural shape this is faster than one by one: a weight is
/// loaded once for several points.
///
/// Returns 0 or an error: those of nex_shape_sdf_at(), after which `out` holds
/// anything, and NEX_ERROR_TOO_LONG.
///
/// # Safety
/// As nex_shape_sdf_at(); `points` is NULL or points to `count` points, `out` has
/// room for as many numbers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nex_shape_points(
    shape: *mut Shape,
    points: *const Point,
    count: u32,
    out: *mut i16,
) -> i32 {
    let evaluate = || {
        let len = usize::try_from(count).map_err(|_| NexError::TooLong)?;
        // SAFETY: the caller's promises.
        let (body, points) = unsafe { (opened_mut(shape)?, values(points, len)?) };
        // SAFETY: the caller's promise.
        let out = unsafe { room(body, out, len) }?;
        let mut distances = body.distances()?;
        for (points, out) in points.chunks(RUN).zip(out.chunks_mut(RUN)) {
            let mut run = [[Position::default(); 3]; RUN];
            for (to, from) in run.iter_mut().zip(points) {
                *to = from.position();
            }
            let run = run.get(..points.len()).unwrap_or_default();
            distances.sdf_points(run, out)?;
        }
        Ok(())
    };
    status(evaluate())
}

/// Says which expert owns a point: `index` is 0 to `experts` - 1 of a neural shape; of a
/// compact one 1, 2 or 3 in a cell of 4, 8 or 16 voxels a side, 0 where no polynomial is.
/// Cost and errors are those of nex_shape_sdf_at().
///
/// # Safety
/// As nex_shape_sdf_at(); `expert` is NULL or points to a struct nex_expert.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nex_shape_expert_at(
    shape: *mut Shape,
    point: *const Point,
    expert: *mut Expert,
) -> i32 {
    let find = || {
        check(expert)?;
        // SAFETY: the caller's promises.
        let (body, point) = unsafe { (opened_mut(shape)?, value(point)?) };
        let index = body.distances()?.expert_at(point.position())?;
        // SAFETY: neither NULL nor misaligned; the caller's promise.
        unsafe { expert.write(Expert::network(index)) };
        Ok(())
    };
    status(find())
}
