//! What mesh is in an STL file, text or binary?

use super::{
    Raw,
    text::{Cause, at_line, lines, place, words},
};
use crate::shape::Vec3;

/// Bytes before the first facet: a comment and how many there are.
const HEAD: usize = 84;
/// Bytes of a facet: normal, three corners, two of colour or nothing.
const FACET: usize = 50;

/// Reads all facets. The size tells binary from text, for the comment of a
/// binary file may begin like a text; normals are not looked at, for the order
/// of the corners says the same.
pub fn read(bytes: &[u8]) -> Result<Raw, Cause> {
    let said = bytes
        .get(80..HEAD)
        .map_or(0, |n| n.iter().rev().fold(0, |sum, b| sum << 8 | usize::from(*b)));
    let body = bytes.get(HEAD..).unwrap_or_default();
    let exact = bytes.len() >= HEAD && body.len() as u64 == said as u64 * FACET as u64;
    if !exact && bytes.windows(5).any(|word| word.eq_ignore_ascii_case(b"facet")) {
        return text(bytes);
    }
    let held = body.len() / FACET;
    let (count, note) = match held {
        // What is behind them may be anything, but for facets.
        _ if said > 0 && said < held && body.len() % FACET == 0 => {
            let more = held - said;
            (said, Some(format!("its header promises {said} facets; {more} more were not read")))
        }
        _ if said > 0 && said <= held => (said, None),
        // Some programs write the facets before they have counted them.
        1.. if body.len() % FACET == 0 => {
            (held, Some(format!("its header promises {said} facets; {held} follow and were read")))
        }
        _ if bytes.len() < HEAD => return Err("it holds no facet".into()),
        _ => return Err(format!("its header promises {said} facets, and {held} follow").into()),
    };
    let mut raw = Raw::new("facet", 0);
    raw.single = true;
    raw.notes.extend(note);
    for (i, facet) in body.chunks_exact(FACET).take(count).enumerate() {
        let number = |at: usize| {
            let bytes = facet[12 + 4 * at..].first_chunk();
            f64::from(f32::from_le_bytes(bytes.copied().unwrap_or_default()))
        };
        let corners: [Vec3; 3] = [0, 3, 6].map(|at| [0, 1, 2].map(|axis| number(at + axis)));
        raw.polygon(&corners, i + 1)?;
    }
    Ok(raw)
}

/// Reads every `vertex` of every solid; a facet ends where its loop does.
fn text(bytes: &[u8]) -> Result<Raw, Cause> {
    let mut raw = Raw::new("line", 0);
    let mut corners: Vec<Vec3> = Vec::new();
    // Whether a facet is not at its end, and the last line.
    let (mut begun, mut last) = (false, 1);
    for (line, row) in lines(bytes)? {
        let mut words = words(row).peekable();
        while let Some(word) = words.next() {
            match &word.to_ascii_lowercase()[..] {
                // A name may be anything, but for what begins the next part.
                b"solid" => while words.next_if(|w| !is(w, b"facet")).is_some() {},
                b"endsolid" => while words.next_if(|w| !is(w, b"solid")).is_some() {},
                b"facet" => begun = true,
                b"vertex" if begun => {
                    corners.push(place(&mut words).map_err(|what| at_line(line, what))?);
                }
                b"endloop" | b"endfacet" if begun => {
                    raw.polygon(&corners, line).map_err(|what| at_line(line, what))?;
                    corners.clear();
                    begun = false;
                }
                _ => {}
            }
        }
        last = line;
    }
    if begun {
        return Err(at_line(last, "the file ends within a facet"));
    }
    Ok(raw)
}

fn is(word: &[u8], other: &[u8]) -> bool {
    word.eq_ignore_ascii_case(other)
}
