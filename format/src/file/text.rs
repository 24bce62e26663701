//! How is a sentence put together where nothing can be allocated?

/// Longer than every [`Error`](crate::Error)'s sentence; what does not fit is
/// left out.
const MOST: usize = 96;

/// A short text, built in a constant too.
#[derive(Clone, Copy)]
pub(crate) struct Text {
    bytes: [u8; MOST],
    len: usize,
}

impl Text {
    pub const EMPTY: Self = Self { bytes: [0; MOST], len: 0 };

    /// Followed by `text`.
    #[allow(clippy::indexing_slicing)] // both are checked; `get` is no constant function
    pub const fn and(mut self, text: &str) -> Self {
        let text = text.as_bytes();
        let mut i = 0;
        while i < text.len() && self.len < MOST {
            self.bytes[self.len] = text[i];
            self.len += 1;
            i += 1;
        }
        self
    }

    /// Followed by a number in decimal digits.
    pub const fn and_number(self, number: usize) -> Self {
        let before = if number < 10 { self } else { self.and_number(number / 10) };
        let digit = [b'0' + (number % 10) as u8];
        match core::str::from_utf8(&digit) {
            Ok(digit) => before.and(digit),
            Err(_) => before,
        }
    }

    pub const fn as_str(&self) -> &str {
        let text = match self.bytes.split_at_checked(self.len) {
            Some((text, _)) => core::str::from_utf8(text),
            None => Ok(""),
        };
        match text {
            Ok(text) => text,
            Err(_) => "",
        }
    }
}
