//! Are the functions sound by Rust's rules, if their callers keep their promises?
//!
//! Sanitizers see what a C program reads and writes (`host.c`); Miri sees in
//! these tests also which reference may still be used when, and what is made
//! of memory that nobody has written.
//!
//! A module of the library, for a static library cannot be linked to a test.
#![allow(unsafe_code, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]
#![cfg_attr(not(any(feature = "compact", feature = "neural")), allow(dead_code))]

use crate::*;
use core::{ffi::CStr, mem::MaybeUninit, ptr};
use std::{boxed::Box, format, string::String, vec::Vec};

fn golden(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/golden/");
    std::fs::read(format!("{folder}{name}.nex")).unwrap()
}

/// A list of golden files.
#[cfg(feature = "pictures")]
fn golden_text(name: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/golden/");
    std::fs::read_to_string(format!("{folder}{name}.txt")).unwrap()
}

fn inspect(bytes: &[u8]) -> Result<Info, i32> {
    let mut info = MaybeUninit::uninit();
    // SAFETY: both point to what they should, if to what nobody has written.
    match unsafe { nex_inspect(bytes.as_ptr(), bytes.len(), info.as_mut_ptr()) } {
        // SAFETY: it writes the struct.
        0 => Ok(unsafe { info.assume_init() }),
        error => Err(error),
    }
}

/// What `malloc` gives a C program, to the byte: nobody has written it.
fn memory<T>(len: usize) -> Box<[MaybeUninit<T>]> {
    Box::new_uninit_slice(len)
}

/// A `static` one: all zeros.
fn decoder() -> Box<Decoder> {
    Box::new(Decoder { state: 0, opaque: [0; DECODER_WORDS] })
}

/// Opens a file with so much memory, and calls everything there is.
fn play(bytes: &[u8], info: &Info, memory_bytes: u32) {
    let mut words = memory::<u32>(memory_bytes as usize / 4);
    let at = words.as_mut_ptr().cast();
    let mut decoder = decoder();
    let decoder: *mut Decoder = &raw mut *decoder;
    let mut out = memory::<i16>(3 * info.channels as usize);
    let (out, middle) = (out.as_mut_ptr().cast(), info.frames / 2);
    // SAFETY: the bytes and the memory outlive the decoder, and only it uses
    // them; `out` has room for three frames.
    unsafe {
        let open = |len| nex_open(decoder, bytes.as_ptr(), bytes.len(), at, len);
        let points = memory_bytes >= info.points_memory_bytes;
        assert_eq!(open(info.memory_bytes as usize - 1), NexError::MemoryTooSmall as i32);
        assert_eq!(nex_decode(decoder, out, 1), NexError::NotOpen as i32);
        for _ in 0..2 {
            // Again, while it is open too.
            assert_eq!(open(memory_bytes as usize), 0);
        }
        assert_eq!(nex_decode(decoder, out, 3), info.frames.min(3) as i32);
        assert_eq!(nex_position(ptr::from_ref(&*decoder)), info.frames.min(3).into());
        let multiplies = nex_multiplies(ptr::from_ref(&*decoder));
        // From playing to points, whose memory is the same, and back.
        for frame in [middle, 0] {
            let sampled = nex_sample_at(decoder, frame, 1 << 31, out);
            let mut expert = Expert::default();
            let found = nex_expert_at(decoder, frame, 0, &raw mut expert);
            let steps = nex_resample(decoder, frame, 0, 0, 1 << 31, out, 2);
            if points {
                assert_eq!((sampled, found, steps), (0, 0, 2));
            } else {
                let error = NexError::MemoryTooSmall as i32;
                assert_eq!((sampled, found, steps), (error, error, error));
            }
            assert_eq!(nex_seek(decoder, frame), 0);
            assert_eq!(nex_decode(decoder, out, 1), 1);
            assert_eq!(nex_position(decoder), i64::from(frame) + 1);
        }
        assert!(nex_multiplies(decoder) >= multiplies);
        assert_eq!(nex_seek(decoder, u32::MAX), 0);
        assert_eq!(nex_decode(decoder, out, 3), 0);
        assert!(nex_sample_at(decoder, u32::MAX, 0, out) < 0);
    }
}

/// Of these Miri has time for the first.
fn all(names: &[&str]) {
    for name in names.iter().take(if cfg!(miri) { 1 } else { usize::MAX }) {
        let bytes = golden(name);
        let info = inspect(&bytes).unwrap();
        play(&bytes, &info, info.memory_bytes);
        play(&bytes, &info, info.best_memory_bytes);
    }
}

#[cfg(feature = "compact")]
#[test]
fn compact_sounds_play() {
    all(&["compact-one-frame-stereo", "compact-few-frames", "compact-forged-short-chunks"]);
}

#[cfg(feature = "neural")]
#[test]
fn neural_sounds_play() {
    all(&["integer-one-unit", "float-one-frame", "integer-stereo"]);
}

#[cfg(feature = "neural")]
#[test]
fn packed_sounds_unpack() {
    let packed = golden("packed-float-stereo");
    assert_eq!(inspect(&packed).err(), Some(NexError::Packed as i32));
    // SAFETY: the lengths are those of the bytes and of the memory.
    unsafe {
        let needed = nex_unpacked_bytes(packed.as_ptr(), packed.len());
        let room = needed as usize;
        let mut plain = memory::<u8>(room);
        let out = plain.as_mut_ptr().cast();
        let unpack = |room| nex_unpack(packed.as_ptr(), packed.len(), out, room);
        assert_eq!(unpack(room - 1), NexError::MemoryTooSmall as i32);
        assert_eq!(unpack(room), needed);
        assert_eq!(plain.assume_init()[..], golden("float-stereo"));
    }
}

#[cfg(all(feature = "compact", feature = "player", feature = "resampler"))]
#[test]
fn players_play() {
    let bytes = golden("compact-few-frames");
    let info = inspect(&bytes).unwrap();
    let mut words = memory::<u32>(info.memory_bytes as usize / 4);
    let mut ahead = memory::<i16>(info.worst_frames as usize);
    let mut out = memory::<i16>(5);
    let mut sound = Box::new(Sound { state: 0, opaque: [0; SOUND_WORDS] });
    let mut player = Box::new(Player { state: 0, opaque: [0; PLAYER_WORDS] });
    let (sound, player): (*mut Sound, *mut Player) = (&raw mut *sound, &raw mut *player);
    let (at, samples) = (words.as_mut_ptr().cast(), ahead.as_mut_ptr().cast::<i16>());
    let out = out.as_mut_ptr().cast::<i16>();
    // SAFETY: all outlive the player, and only it uses its memory; `out` has room for
    // five frames.
    unsafe {
        assert_eq!(nex_sound_open(sound, bytes.as_ptr(), bytes.len()), 0);
        let len = info.memory_bytes as usize;
        assert_eq!(nex_player_open(player, info.rate_hz, 1, at, len, samples, ahead.len()), 0);
        assert_eq!(nex_player_fill(player, samples, 1), NexError::Overlaps as i32);
        for _ in 0..3 {
            assert_eq!(nex_player_queue(player, sound), 0);
        }
        assert_eq!(nex_player_loop(player, 1, 3), 0);
        assert_eq!(nex_player_fill(player, out, 5), 5);
        assert_eq!(nex_player_mix(player, out, 5), 5);
        assert_eq!(nex_player_loop(player, 0, 0), 0);
        assert_eq!(nex_player_seek(player, 2), 0);
        while nex_player_fill(player, out, 5) > 0 {}
        assert_eq!(nex_player_ended(player), 3);
        assert_eq!(nex_player_position(player), -1);
        // At another rate, from anew.
        assert_eq!(nex_player_open(player, 48_000, 2, at, len, samples, ahead.len()), 0);
        assert_eq!(nex_player_play(player, sound), 0);
        assert_eq!(nex_player_gain(player, 1 << 14), 0);
        assert_eq!(nex_player_pause(player), 0);
        while nex_player_fill(player, out, 2) > 0 {}
        assert_eq!(nex_player_resume(player), 0);
        assert_eq!(nex_player_fill(player, out, 2), 2);
        assert_eq!(nex_player_stop(player), 0);
        while nex_player_fill(player, out, 2) > 0 {}
    }
}

/// Opens a picture and calls everything there is.
#[cfg(all(feature = "pictures", any(feature = "compact", feature = "neural")))]
fn show(bytes: &[u8]) {
    let mut info = PictureInfo::default();
    let (at, len) = (bytes.as_ptr(), bytes.len());
    // SAFETY: the lengths are those of the bytes.
    let more = unsafe {
        assert_eq!(nex_picture_inspect(at, len, &raw mut info), 0);
        nex_picture_rows_bytes(at, len, ptr::null(), 3, 2)
    };
    assert!(more > info.memory_bytes.into());
    if cfg!(miri) && info.width * info.height > 1 {
        return; // it has no time for that
    }
    let bytes_there = usize::try_from(more).unwrap().max(info.best_memory_bytes as usize);
    let mut words = memory::<u32>(bytes_there.div_ceil(4));
    let mut picture = Box::new(Picture { state: 0, opaque: [0; PICTURE_WORDS] });
    let picture: *mut Picture = &raw mut *picture;
    let (mut samples, mut pixels) = (memory::<u8>(4 * 1024), memory::<u16>(1024));
    let (samples, pixels) = (samples.as_mut_ptr().cast::<u8>(), pixels.as_mut_ptr().cast::<u16>());
    let mut area = Area::default();
    let area: *mut Area = &raw mut area;
    let look = Look { background: [1, 2, 3], dither: 1, high_byte_first: 1 };
    // SAFETY: all outlive the picture, and only it uses its memory; there is room for
    // the pixels of a window.
    unsafe {
        let memory = words.as_mut_ptr().cast();
        let open = |room| nex_picture_open(picture, at, len, memory, room);
        assert_eq!(open(info.memory_bytes as usize - 1), NexError::MemoryTooSmall as i32);
        assert_eq!(open(bytes_there), 0);
        for halvings in [0, 2] {
            assert_eq!(nex_picture_windows(picture, halvings, ptr::null()), 0);
            while nex_picture_next(picture, area) == 1 {
                let count = ((*area).width * (*area).height) as i32;
                assert_eq!(nex_picture_samples(picture, samples, 1024), count);
                assert_eq!(nex_picture_rgb888(picture, ptr::null(), samples, 1024), count);
                assert_eq!(nex_picture_rgb565(picture, &raw const look, pixels, 1024), count);
            }
        }
        assert_eq!(nex_picture_windows(picture, 0, area), 0);
        assert_eq!(nex_picture_rows(picture, ptr::null(), 3, 2), 0);
        for _ in 0..2 {
            assert_eq!(nex_picture_next_row(picture, samples, 1024), 3);
        }
        assert_eq!(nex_picture_next_row(picture, samples, 1024), 0);
        let line = nex_picture_line(picture, 0, 0, 0, 0, 1, 0, samples, 3);
        let mut expert = Expert::default();
        let found = nex_picture_expert_at(picture, 0, 0, 0, 0, &raw mut expert);
        if info.profile == Profile::Neural as u32 {
            assert_eq!((line, found), (info.width.min(3) as i32, 0));
            assert_eq!(nex_picture_next(picture, area), NexError::NotBegun as i32);
        } else {
            let error = NexError::NotNeural as i32;
            assert_eq!((line, found), (error, error));
        }
        // From anew, while something is begun.
        assert_eq!(nex_picture_rows(picture, ptr::null(), 3, 2), 0);
        assert_eq!(open(bytes_there), 0);
        assert_eq!(nex_picture_next(picture, area), 1);
    }
}

#[cfg(feature = "pictures")]
#[test]
fn pictures_are_shown() {
    let list = golden_text("images/images");
    for line in list.lines() {
        let name = line.split(".nex").next().unwrap();
        let bytes = golden(&format!("images/{name}"));
        let left_out = match bytes.get(4).map(|kind| kind >> 4) {
            Some(0) => cfg!(not(feature = "neural")),
            _ => cfg!(not(feature = "compact")),
        };
        if name.starts_with("x-") || name.starts_with("packed-") || left_out {
            continue;
        }
        #[cfg(any(feature = "compact", feature = "neural"))]
        show(&bytes);
    }
}

/// Opens a shape and calls everything there is.
#[cfg(all(feature = "shapes", any(feature = "compact", feature = "neural")))]
fn touch(bytes: &[u8]) {
    let mut info = ShapeInfo::default();
    let (at, len) = (bytes.as_ptr(), bytes.len());
    // SAFETY: the length is that of the bytes.
    assert_eq!(unsafe { nex_shape_inspect(at, len, &raw mut info) }, 0);
    let room = info.memory_bytes as usize;
    let mut words = memory::<u32>(room / 4);
    let mut shape = Box::new(Shape { state: 0, opaque: [0; SHAPE_WORDS] });
    let shape: *mut Shape = &raw mut *shape;
    let corner = Point { cell: [info.cells; 3], fraction: [0; 3] };
    let points = [corner, Point::default(), Point { fraction: [7; 3], ..Point::default() }];
    let points: *const Point = points.as_ptr();
    let (mut out, mut gradient) = (memory::<i16>(3), memory::<i32>(3));
    let (out, gradient) = (out.as_mut_ptr().cast::<i16>(), gradient.as_mut_ptr().cast::<i32>());
    let mut expert = Expert::default();
    // SAFETY: all outlive the shape, and only it uses its memory; there is room for three.
    unsafe {
        let memory = words.as_mut_ptr().cast();
        let open = |room| nex_shape_open(shape, at, len, memory, room);
        assert_eq!(open(room - 1), NexError::MemoryTooSmall as i32);
        assert_eq!(nex_shape_sdf_at(shape, points, out), NexError::NotOpen as i32);
        for _ in 0..2 {
            // Again, while it is open too.
            assert_eq!(open(room), 0);
        }
        assert_eq!(nex_shape_points(shape, points, 3, out), 0);
        let last = *out.add(2);
        assert_eq!(nex_shape_sdf_at(shape, points.add(2), out), 0);
        assert_eq!(*out, last);
        assert_eq!(nex_shape_gradient_at(shape, points, gradient), 0);
        assert_eq!(nex_shape_expert_at(shape, points, &raw mut expert), 0);
        assert_eq!(nex_shape_sdf_at(shape, points, memory.cast()), NexError::Overlaps as i32);
    }
}

#[cfg(feature = "shapes")]
#[test]
fn shapes_are_touched() {
    #[cfg(feature = "compact")]
    for name in ["noise", "ring"].iter().take(if cfg!(miri) { 1 } else { 2 }) {
        touch(&golden(&format!("shapes/compact-shape-{name}")));
    }
    #[cfg(feature = "neural")]
    touch(&golden("shapes/shape-integer-one-expert"));
}

#[test]
fn pointers_are_looked_at_first() {
    let (bytes, null) = (golden("compact-one-frame"), NexError::Null as i32);
    let (at, len) = (bytes.as_ptr(), bytes.len());
    let mut decoder = decoder();
    let decoder: *mut Decoder = &raw mut *decoder;
    let (mut out, mut expert) = ([0i16; 4], Expert::default());
    let out = out.as_mut_ptr();
    // SAFETY: NULL is allowed; so is a pointer that is not aligned, nothing is
    // read from it.
    unsafe {
        assert_eq!(nex_inspect(at, len, ptr::null_mut()), null);
        assert_eq!(nex_open(ptr::null_mut(), at, len, out.cast(), 8), null);
        assert_eq!(nex_open(decoder, at, len, ptr::null_mut(), 8), null);
        let odd = out.cast::<u8>().add(1).cast();
        assert_eq!(nex_open(decoder, at, len, odd, 4), NexError::Misaligned as i32);
        for decoder in [ptr::null_mut(), decoder] {
            let error = if decoder.is_null() { null } else { NexError::NotOpen as i32 };
            assert_eq!(nex_decode(decoder, out, 1), error);
            assert_eq!(nex_seek(decoder, 0), error);
            assert_eq!(nex_position(decoder), error.into());
            assert_eq!(nex_multiplies(decoder), 0);
            assert_eq!(nex_sample_at(decoder, 0, 0, out), error);
            assert_eq!(nex_resample(decoder, 0, 0, 1, 0, out, 1), error);
            assert_eq!(nex_expert_at(decoder, 0, 0, &raw mut expert), error);
        }
        assert_eq!(nex_unpacked_bytes(ptr::null(), len), null);
        assert_eq!(nex_unpack(at, len, ptr::null_mut(), len), null);
    }
    let cut = if cfg!(feature = "compact-core") { NexError::Truncated } else { NexError::NotBuilt };
    assert_eq!(inspect(&bytes[..12]).err(), Some(cut as i32));
    assert!(nex_decoder_bytes() >= size_of::<Decoder>());
}

#[test]
fn texts_end() {
    for number in -30..40 {
        for text in [nex_error_text(number), nex_part_text(number as u32)] {
            // SAFETY: never NULL, and ends in a zero.
            assert!(!unsafe { CStr::from_ptr(text) }.is_empty());
        }
    }
}
