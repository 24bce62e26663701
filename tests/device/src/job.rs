//! Which file did the emulator load beside the firmware?

/// Before the file: `NEXJ`, and the file's bytes as a little-endian `u32`.
const MAGIC: u32 = u32::from_le_bytes(*b"NEXJ");

/// The file that `-device loader` put at the board's `_job`; none if there is
/// none.
///
/// The firmware cannot know it when it is built, so nothing of the decoder is
/// folded away for one file.
#[must_use]
pub fn file() -> Option<&'static [u8]> {
    unsafe extern "C" {
        static _job: [u32; 2];
    }
    // SAFETY: flash that nothing writes while the firmware runs; whatever is
    // there has been a `u32` pair, and a length is believed after the magic.
    unsafe {
        let head = (&raw const _job).read_volatile();
        (head[0] == MAGIC).then(|| {
            let first = (&raw const _job).add(1).cast::<u8>();
            core::slice::from_raw_parts(first, head[1] as usize)
        })
    }
}
