//! A picture of C, the memory that it is decoded in, and what is decoded of it.
#![allow(unsafe_code)]

use crate::status::NexError;
use core::{marker::PhantomData, ptr::NonNull};
use nex_runtime::{Area, Picture, Rows, Windows};

/// A picture, its memory, and what that holds.
pub(crate) struct Pixels<'a> {
    picture: Picture<'a>,
    begun: Begun<'a>,
    /// What `begun` borrows, if anything.
    memory: NonNull<[u32]>,
    owned: PhantomData<&'a mut [u32]>,
}

/// What decodes in the memory.
enum Begun<'a> {
    Nothing,
    Windows(Windows<'a, 'a>),
    Rows(Rows<'a, 'a>),
}

impl<'a> Pixels<'a> {
    /// A picture whose windows are begun.
    pub fn new((picture, memory): (Picture<'a>, &'a mut [u32])) -> Result<Self, NexError> {
        let mut pixels =
            Self { picture, begun: Begun::Nothing, memory: memory.into(), owned: PhantomData };
        pixels.windows(0, Area::ALL)?;
        Ok(pixels)
    }

    /// Samples of a pixel.
    pub fn channels(&self) -> usize {
        usize::from(self.picture.info().channels).max(1)
    }

    /// Where the memory lies.
    pub fn memory(&self) -> *const [u32] {
        self.memory.as_ptr()
    }

    /// Ends what is begun; its memory is free.
    fn end(&mut self) -> (&Picture<'a>, &'a mut [u32]) {
        self.begun = Begun::Nothing;
        // SAFETY: `new` has taken the only reference to the memory, for `'a`; whoever
        // got one of here has just been dropped or, as [`field`](Self::field), kept it
        // no longer than this value was borrowed.
        (&self.picture, unsafe { self.memory.as_mut() })
    }

    /// Begins windows.
    pub fn windows(&mut self, halvings: u32, area: Area) -> Result<(), NexError> {
        let (picture, memory) = self.end();
        let windows = picture.windows(memory)?.halved(halvings).within(area);
        self.begun = Begun::Windows(windows);
        Ok(())
    }

    /// The windows that are begun.
    pub fn begun_windows(&mut self) -> Result<&mut Windows<'a, 'a>, NexError> {
        match &mut self.begun {
            Begun::Windows(windows) => Ok(windows),
            _ => Err(NexError::NotBegun),
        }
    }

    /// Begins rows.
    pub fn rows(&mut self, area: Area, size: (u32, u32)) -> Result<(), NexError> {
        let (picture, memory) = self.end();
        let rows = picture.rows(area, size, memory)?;
        self.begun = Begun::Rows(rows);
        Ok(())
    }

    /// The rows that are begun.
    pub fn begun_rows(&mut self) -> Result<&mut Rows<'a, 'a>, NexError> {
        match &mut self.begun {
            Begun::Rows(rows) => Ok(rows),
            _ => Err(NexError::NotBegun),
        }
    }

    /// A neural picture and scratch. What was begun is ended.
    #[cfg(feature = "neural")]
    pub fn field(&mut self) -> Result<(nex_runtime::Field<'_, 'a>, &mut [u32]), NexError> {
        if self.picture.field().is_none() {
            return Err(NexError::NotNeural);
        }
        let (picture, memory) = self.end();
        Ok((picture.field().ok_or(NexError::NotNeural)?, memory))
    }
}
