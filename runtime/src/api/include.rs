//! How does a `.nex` file get into a program, checked by the compiler?

/// Bytes that begin at a multiple of 4, for those who read flash by words.
/// [`include_nex!`](crate::include_nex) makes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C, align(4))]
pub struct Aligned<T: ?Sized>(pub T);

/// A file's bytes as a `&'static [u8]`, aligned to 4: `include_bytes!` for
/// `.nex` files. A damaged file, or one that this version cannot decode, is
/// an error of the compiler.
///
/// The path is relative to the source file, as that of `include_bytes!` is;
/// `concat!(env!("OUT_DIR"), "/hello.nex")` serves too.
///
/// What is checked is what [`check`](crate::check) checks: everything of a
/// compact file; of a network magic, version, checksum and table of sections. The bytes are in
/// the program once, wherever the value is used. The compiler takes some 7
/// seconds for each MB.
///
/// # Examples
/// `Sound::open_compact` is a constant function, so the file says how much memory is reserved, budgets
/// are held by the compiler, and the device does not parse:
/// ```
/// # #[cfg(feature = "compact")] {
/// use nex_runtime::{Sound, include_nex};
///
/// static HELLO: &[u8] = include_nex!("../../../tests/golden/compact-speech.nex");
/// const SOUND: Sound<'_> = match Sound::open_compact(HELLO) {
///     Ok(sound) => sound,
///     Err(_) => unreachable!(),
/// };
/// const _: () = assert!(HELLO.len() <= 4 * 1024 && SOUND.info().rate_hz == 8000);
///
/// let mut memory = [0; SOUND.memory_len()];
/// let mut playback = SOUND.play(&mut memory)?;
/// let mut block = [0; 64];
/// assert_eq!(playback.decode_block(&mut block), 64);
/// assert_eq!(HELLO.as_ptr().align_offset(4), 0);
/// # }
/// # Ok::<(), nex_runtime::DecodeError>(())
/// ```
///
/// Of this file one bit is flipped, and the compiler says "the checksum does
/// not match: the file is damaged":
/// ```compile_fail,E0080
/// static BAD: &[u8] = nex_runtime::include_nex!("../../../tests/golden/x-flipped-bit.nex");
/// ```
#[macro_export]
macro_rules! include_nex {
    ($path:expr $(,)?) => {{
        const LEN: usize = ::core::include_bytes!($path).len();
        static FILE: $crate::Aligned<[u8; LEN]> = $crate::Aligned(*::core::include_bytes!($path));
        // Of a file of more than 2 MB: the compiler asks whether it ever ends.
        #[allow(long_running_const_eval)]
        const _: () = $crate::assert_sound(&FILE.0);
        &FILE.0 as &'static [u8]
    }};
}
