//! How is a packed file made? (host side, needs an allocator)

use super::{MAX_RATIO, Outline, VARINT_BYTES, syntax::Models, unpack, varint};
use crate::{Error, File, Part, Section, SectionId, file::checksum, range::Encoder};
use alloc::{vec, vec::Vec};

/// Makes the packed form of a plain file.
///
/// A section that packing does not make smaller stays plain; if none is
/// smaller, the result is the file itself. It is unpacked again and compared
/// before it is returned.
///
/// # Errors
/// What [`File::parse`] says of the bytes; [`Error::Packed`] if they are
/// packed already.
pub fn pack(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    File::parse(bytes)?;
    let outline = Outline::read(bytes)?;
    let mut models = Models::NEW;
    let mut sections = Vec::new();
    for source in &outline.sources {
        let Section { id, offset, bytes: len } = source.stored;
        let plain = bytes.get(offset..).and_then(|b| b.get(..len)).unwrap_or(&[]);
        let mut data = plain.to_vec();
        // A hash grid's tables are no tensors.
        let tensors = outline.plan.section_bytes(id) == Some(len);
        let packed = id.packed_twin().filter(|_| tensors).and_then(|twin| {
            let mut taught = models.clone();
            let packed = encode(&mut taught, &outline, id, &mut data);
            let smaller = packed.len() < len && len / MAX_RATIO <= packed.len();
            smaller.then(|| {
                models = taught;
                (twin, packed)
            })
        });
        sections.push(packed.unwrap_or((id, data)));
    }
    sections.sort_by_key(|(id, _)| *id);
    let mut out = bytes.get(..outline.table).unwrap_or(&[]).to_vec();
    out.push(sections.len() as u8);
    for (id, data) in &sections {
        let (digits, len) = varint(data.len() as u32);
        out.push(id.0);
        out.extend(digits.iter().take(len.min(VARINT_BYTES)));
    }
    sections.iter().for_each(|(_, data)| out.extend_from_slice(data));
    let crc = checksum(&out);
    out.extend_from_slice(&crc.to_le_bytes());
    let mut back = vec![0; bytes.len()];
    match unpack(&out, &mut back) {
        Ok(len) if back.get(..len) == Some(bytes) => Ok(out),
        Ok(_) => Err(Error::BadHeader(Part::Sections)),
        Err(e) => Err(e),
    }
}

fn encode(models: &mut Models, outline: &Outline, id: SectionId, data: &mut [u8]) -> Vec<u8> {
    let mut encoder = Encoder::new();
    let mut rest = data;
    for shape in outline.plan.tensors(id) {
        if let Some(bytes) = rest.split_off_mut(..shape.total_bytes()) {
            models.tensor(&mut encoder, shape, bytes);
        }
    }
    encoder.finish()
}
