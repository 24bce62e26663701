//! What mesh is in an OBJ file?

use super::{
    Raw,
    text::{Cause, at_line, lines, number, place, words},
};
use std::borrow::Cow;

/// Reads vertices and faces; what else a file may hold, lines and points too,
/// encloses nothing.
pub fn read(bytes: &[u8]) -> Result<Raw, Cause> {
    let mut raw = Raw::new("line", 1);
    let mut rows = lines(bytes)?;
    while let Some((line, row)) = rows.next() {
        let row = continued(row, || rows.next().map(|(_, row)| row));
        let mut words = words(&row).take_while(|word| !word.starts_with(b"#"));
        let read = match words.next() {
            Some(b"v") => place(words).map(|at| raw.vertices.push(at)),
            // `fo` is a face of the format's first version.
            Some(b"f" | b"fo") => {
                let known = raw.vertices.len();
                let corners: Result<Vec<i64>, String> =
                    words.map(|word| index(word, known)).collect();
                corners.and_then(|corners| raw.face(&corners, line))
            }
            _ => Ok(()),
        };
        read.map_err(|what| at_line(line, what))?;
    }
    Ok(raw)
}

/// A line, with those that follow where it ends in a backslash. A comment ends
/// with its line, for it may end in a path.
fn continued<'a>(row: &'a [u8], mut next: impl FnMut() -> Option<&'a [u8]>) -> Cow<'a, [u8]> {
    let open = |row: &'a [u8]| row.trim_ascii_end().strip_suffix(b"\\");
    let comment = row.trim_ascii_start().starts_with(b"#");
    let Some(start) = open(row).filter(|_| !comment) else { return row.into() };
    let mut whole = start.to_vec();
    while let Some(row) = next() {
        whole.push(b' ');
        let Some(more) = open(row) else {
            whole.extend(row);
            break;
        };
        whole.extend(more);
    }
    whole.into()
}

/// The vertex of a corner, of `7`, `7/1`, `7//3` or `-1`, counted from 0.
fn index(word: &[u8], known: usize) -> Result<i64, String> {
    let vertex = word.split(|b| *b == b'/').next().unwrap_or(word);
    match number::<i64>(vertex)? {
        0 => Err("a face names vertex 0, and they count from 1".into()),
        n if n > 0 => Ok(n - 1),
        n if n.unsigned_abs() <= known as u64 => Ok(known as i64 + n),
        n => Err(format!("a face names vertex {n}, and there are {known} before it")),
    }
}
