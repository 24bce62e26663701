//! Where does each of the chunks lie?

use crate::{
    Error, Part,
    file::{error::value_of, reader::Reader},
};
use nex_coding::sound::{BUILT, is_built, takes_second};

/// The bytes of the chunks from one of them on.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Chunks<'a> {
    /// Lengths of all chunks that are left but the last.
    table: &'a [u8],
    data: &'a [u8],
    left: u32,
}

impl<'a> Chunks<'a> {
    /// Reads the table of `count` chunks, 1 or more; what follows it are the chunks.
    pub(super) const fn read(mut reader: Reader<'a>, count: u32) -> Result<Self, Error> {
        let table = reader.rest();
        let mut total = 0usize;
        let mut sized = count - 1;
        while sized > 0 {
            // A sum that no `usize` holds is above what is there, too.
            total = total.saturating_add(value_of!(reader.u32(Part::Chunks)) as usize);
            sized -= 1;
        }
        let data = reader.rest();
        if total > data.len() {
            return Err(Error::Truncated);
        }
        let table = match table.split_at_checked(table.len() - data.len()) {
            Some((table, _)) => table,
            None => &[],
        };
        Ok(Self { table, data, left: count })
    }

    /// The next one.
    const fn next_chunk(&mut self) -> Option<&'a [u8]> {
        if self.left == 0 {
            return None;
        }
        self.left -= 1;
        let mut len = self.data.len();
        if self.left > 0 {
            let mut reader = Reader::new(self.table);
            len = match reader.u32(Part::Chunks) {
                Ok(len) => len as usize,
                Err(_) => 0,
            };
            self.table = reader.rest();
        }
        let (chunk, rest) = match self.data.split_at_checked(len) {
            Some(parts) => parts,
            None => (&[] as &[u8], &[] as &[u8]),
        };
        self.data = rest;
        Some(chunk)
    }

    /// Which of the models they take.
    pub(super) const fn models(mut self) -> [bool; 2] {
        let [mut first, mut second] = [false; 2];
        while let Some(chunk) = self.next_chunk() {
            if takes_second(chunk) {
                second = true;
            } else {
                first = true;
            }
        }
        [first, second]
    }

    /// Whether the models of all were built in.
    pub(super) const fn check_models(mut self) -> Result<(), Error> {
        if !matches!(BUILT, [true, true]) {
            while let Some(chunk) = self.next_chunk() {
                if !is_built(chunk) {
                    return Err(Error::LeftOut(Part::Models));
                }
            }
        }
        Ok(())
    }
}

impl<'a> Iterator for Chunks<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        self.next_chunk()
    }
}

/// Appends the lengths of all chunks but the last.
///
/// # Errors
/// [`Error::BadHeader`] if there are none.
#[cfg(feature = "write")]
pub(super) fn append_table<C: AsRef<[u8]>>(
    head: &mut alloc::vec::Vec<u8>,
    chunks: &[C],
) -> Result<(), Error> {
    let (_, sized) = chunks.split_last().ok_or(Error::BadHeader(Part::Chunks))?;
    for chunk in sized {
        let len = u32::try_from(chunk.as_ref().len());
        let len = len.map_err(|_| Error::LimitExceeded(Part::Chunks))?;
        crate::file::container::append(head, &len)?;
    }
    Ok(())
}
