//! Where does the sound of an MP4 file begin? (edit lists, ISO/IEC 14496-12)

/// What the first audio track holds before its sound, in units of its clock: an encoder's
/// delay, behind which its first edit begins. `None` of a file without edits.
pub(super) fn delay(bytes: &[u8]) -> Option<u64> {
    let is_audio = |track: &[u8]| {
        let handler = inside(track, b"mdia").and_then(|media| inside(media, b"hdlr"));
        handler.and_then(|handler| handler.get(8..12)) == Some(b"soun")
    };
    let mut tracks = boxes(inside(bytes, b"moov")?).filter(|(kind, _)| *kind == b"trak");
    let (_, track) = tracks.find(|(_, track)| is_audio(track))?;
    let edits = inside(inside(track, b"edts")?, b"elst")?;
    let long = match edits.first()? {
        0 => 4,
        1 => 8,
        _ => return None,
    };
    // Each says how long it is, where it begins (at -1: silence), and how fast it is.
    let start = |edit: &[u8]| {
        let number = &edit[long..2 * long];
        let sign = if number[0] < 0x80 { 0i64 } else { -1 };
        number.iter().fold(sign, |n, &byte| n << 8 | i64::from(byte))
    };
    let starts = edits.get(8..)?.chunks_exact(2 * long + 4).map(start);
    starts.filter_map(|start| start.try_into().ok()).next()
}

/// What is in the first box of a kind.
fn inside<'a>(bytes: &'a [u8], kind: &[u8; 4]) -> Option<&'a [u8]> {
    boxes(bytes).find(|(k, _)| *k == kind).map(|(_, inside)| inside)
}

/// The boxes of bytes, up to one that does not fit: of each its kind, and what is in it.
fn boxes(mut rest: &[u8]) -> impl Iterator<Item = (&[u8; 4], &[u8])> {
    std::iter::from_fn(move || {
        let (length, after) = rest.split_first_chunk()?;
        let (kind, after) = after.split_first_chunk()?;
        let (head, length) = match u32::from_be_bytes(*length) {
            0 => (8, rest.len() as u64),
            1 => (16, u64::from_be_bytes(*after.first_chunk()?)),
            length => (8, length.into()),
        };
        let length = usize::try_from(length).ok()?;
        let inside = rest.get(head..length)?;
        rest = &rest[length..];
        Some((kind, inside))
    })
}
