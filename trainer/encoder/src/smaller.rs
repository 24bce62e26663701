//! Which options make a smaller file than those that were asked for?

use super::{
    options::{EncodeError, Options, Smaller, Tune},
    progress::Meter,
    search::{check_chunks, coarsest, layout, usual_log2},
    source::Source,
};
use crate::Frames;
use nex_coding::sound::BLOCK_LOG2;

/// The first file that fits, or the smallest: no byte of it says where noise is
/// heard least, and then its blocks are as long, or as short, as they can be.
pub(super) fn smaller(
    sound: &dyn Frames,
    options: &Options,
    limit: usize,
    meter: &Meter<'_>,
) -> Result<Option<Smaller>, EncodeError> {
    let mut found: Option<Smaller> = None;
    for max_log2 in [options.max_log2, Some(*BLOCK_LOG2.end()), Some(*BLOCK_LOG2.start())] {
        let plain = Options { tune: Tune::Snr, max_log2, ..options.clone() };
        let longest = max_log2.unwrap_or(usual_log2(sound.rate_hz(), options));
        if check_chunks(&plain, longest).is_err() {
            continue;
        }
        let source =
            Source::new(sound, layout(sound, &plain, longest), plain.is_looped(sound.frames()))?;
        let bytes = coarsest(&source, &plain, meter)?.1.len();
        if found.is_none_or(|found| bytes < found.bytes) {
            found = Some(Smaller { bytes, max_log2 });
        }
        if bytes <= limit {
            break;
        }
    }
    Ok(found)
}
