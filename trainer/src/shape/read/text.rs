//! What are the lines of a text, whoever wrote it, and the numbers in them?

use std::{fmt::Display, str};

/// Why bytes cannot be read: where, and what stands there.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

/// A cause with its line, counted from 1.
pub fn at_line(line: usize, what: impl Display) -> Cause {
    format!("line {line}: {what}").into()
}

/// The bytes behind a byte-order mark.
pub fn unmarked(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}

/// The lines, with their numbers from 1; they end as they do on Unix, Windows
/// or old Macs. Names and comments may be in any encoding of one byte.
///
/// # Errors
/// Of text of two bytes a letter.
pub fn lines(bytes: &[u8]) -> Result<impl Iterator<Item = (usize, &[u8])>, Cause> {
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Err("it is text in UTF-16; save it as UTF-8".into());
    }
    let bytes = unmarked(bytes);
    let end = if bytes.contains(&b'\n') { b'\n' } else { b'\r' };
    Ok((1..).zip(bytes.split(move |b| *b == end)))
}

/// What stands between white space.
pub fn words(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty())
}

/// A word to be shown.
pub fn shown(word: &[u8]) -> String {
    let start: String = String::from_utf8_lossy(word).chars().take(40).collect();
    start.escape_debug().to_string()
}

/// The number that a word is.
pub fn number<T: str::FromStr>(word: &[u8]) -> Result<T, String> {
    let number = str::from_utf8(word).ok().and_then(|word| word.parse().ok());
    number.ok_or_else(|| format!("\"{}\" is no number", shown(word)))
}

/// The next three numbers.
pub fn place<'a>(mut words: impl Iterator<Item = &'a [u8]>) -> Result<[f64; 3], String> {
    let mut place = [0.0; 3];
    for x in &mut place {
        *x = number(words.next().ok_or("a vertex needs three numbers")?)?;
    }
    Ok(place)
}
