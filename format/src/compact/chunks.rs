//! Where does each of the chunks lie?

use crate::{
    Error, Part,
    file::{error::value_of, reader::Reader},
};

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
}

impl<'a> Iterator for Chunks<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        self.left = self.left.checked_sub(1)?;
        let len = if self.left == 0 {
            self.data.len()
        } else {
            let mut reader = Reader::new(self.table);
            let len = reader.u32(Part::Chunks).map_or(0, |len| len as usize);
            self.table = reader.rest();
            len
        };
        let (chunk, rest) = self.data.split_at_checked(len).unwrap_or_default();
        self.data = rest;
        Some(chunk)
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
