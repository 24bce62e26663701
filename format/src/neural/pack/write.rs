//! How is a packed file made? (host side, needs an allocator)

use super::{
    super::{File, TWINS},
    MAX_RATIO, Outline,
    syntax::Models,
    unpack,
};
use crate::{
    Error, Part, SectionId,
    file::container::{Container, seal},
};
use alloc::{vec, vec::Vec};
use nex_coding::range::Encoder;

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
        let (id, plain) = (source.id, source.stored.data);
        let (mut data, len) = (plain.to_vec(), plain.len());
        // A hash grid's tables are no tensors.
        let tensors = outline.plan.section_bytes(id) == Some(len);
        let twin = TWINS.iter().find(|(plain, _)| tensors && *plain == id);
        let packed = twin.and_then(|&(_, twin)| {
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
    let sections: Vec<(SectionId, &[u8])> =
        sections.iter().map(|(id, data)| (*id, &data[..])).collect();
    let out = seal(Container::open(bytes)?.kind, &sections, &[outline.body])?;
    let mut back = vec![0; bytes.len()];
    match unpack(&out, &mut back) {
        Ok(len) if back.get(..len) == Some(bytes) => Ok(out),
        Ok(_) => Err(Error::BadHeader(Part::Sections)),
        Err(e) => Err(e),
    }
}

fn encode(models: &mut Models, outline: &Outline<'_>, id: SectionId, data: &mut [u8]) -> Vec<u8> {
    let mut encoder = Encoder::new();
    let mut rest = data;
    for shape in outline.plan.tensors(id) {
        if let Some(bytes) = rest.split_off_mut(..shape.total_bytes()) {
            models.tensor(&mut encoder, shape, bytes);
        }
    }
    encoder.finish()
}
