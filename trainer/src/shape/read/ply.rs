//! What mesh is in a PLY file, text or binary?

use super::{
    Raw,
    ply_header::{Element, Encoding, Header, Scalar},
    text::{Cause, lines, number, unmarked},
};

/// Reads vertices, faces and strips of triangles; other elements are passed
/// over.
pub fn read(bytes: &[u8]) -> Result<Raw, Cause> {
    let bytes = unmarked(bytes);
    let header = Header::read(bytes)?;
    let body = bytes.get(header.bytes..).unwrap_or_default();
    let big = match header.encoding {
        Encoding::Text => {
            let rows = lines(body)?.map(|(line, row)| (header.lines + line, row));
            return elements(&header, &mut Text { rows, line: header.lines, row: &[] });
        }
        Encoding::Binary { big } => big,
    };
    let behind = |blank: usize| {
        let mut source = Binary { rest: body.get(blank..).unwrap_or_default(), big };
        elements(&header, &mut source).map(|raw| (raw, source.rest.is_empty()))
    };
    let mut read = behind(0);
    // A blank line may follow the header: then all fits without it alone.
    let blank = [&b"\r\n"[..], b"\n"].into_iter().find(|blank| body.starts_with(blank));
    if let (Ok((_, false)) | Err(_), Some(blank)) = (&read, blank)
        && let Ok((raw, true)) = behind(blank.len())
    {
        read = Ok((raw, true));
    }
    read.map(|(raw, _)| raw)
}

/// What an element or a property is to a mesh.
#[derive(Clone, Copy, PartialEq)]
enum Role {
    Vertex,
    Face,
    Strip,
    Other,
}

fn elements(header: &Header, source: &mut impl Source) -> Result<Raw, Cause> {
    let mut raw = Raw::new("face", 0);
    for element in header.elements.iter().filter(|element| !element.properties.is_empty()) {
        let role = match &element.name[..] {
            b"vertex" => Role::Vertex,
            b"face" => Role::Face,
            b"tristrips" | b"tristrip" | b"tri_strips" => Role::Strip,
            _ => Role::Other,
        };
        let axes = axes(element, role)?;
        raw.single |= axes.iter().any(|(_, kind)| *kind == Scalar::F32);
        let list = list(element, role)?;
        for row in 0..element.count {
            let read = match role {
                Role::Vertex => vertex(element, source, &axes).map(|at| raw.vertices.push(at)),
                _ => corners(element, source, list).and_then(|corners| match role {
                    Role::Face => raw.face(&corners, row + 1),
                    _ => strip(&mut raw, &corners, row + 1),
                }),
            };
            read.map_err(|what| {
                let (place, name) = (source.place(), String::from_utf8_lossy(&element.name));
                format!("{place}{name} {} of {}: {what}", row + 1, element.count)
            })?;
            source.end_row();
        }
    }
    Ok(raw)
}

/// Which properties of a vertex are x, y and z, and of which kind.
fn axes(element: &Element, role: Role) -> Result<Vec<(usize, Scalar)>, Cause> {
    if role != Role::Vertex {
        return Ok(Vec::new());
    }
    let axis = |name: &[u8]| {
        let at = element.properties.iter().position(|p| p.name == name && p.count.is_none());
        at.map(|at| (at, element.properties[at].kind))
    };
    let axes = [&b"x"[..], b"y", b"z"].into_iter().map(axis).collect::<Option<_>>();
    axes.ok_or_else(|| "its vertices have no x, y and z".into())
}

/// Which property of a face is its list of vertices.
fn list(element: &Element, role: Role) -> Result<Option<usize>, Cause> {
    if let Role::Vertex | Role::Other = role {
        return Ok(None);
    }
    let known = |name: &[u8]| matches!(name, b"vertex_indices" | b"vertex_index");
    let at = element.properties.iter().position(|p| p.count.is_some() && known(&p.name));
    at.map(Some).ok_or_else(|| "its faces have no list vertex_indices".into())
}

fn vertex(
    element: &Element,
    source: &mut impl Source,
    axes: &[(usize, Scalar)],
) -> Result<[f64; 3], String> {
    let mut place = [0.0; 3];
    for (i, property) in element.properties.iter().enumerate() {
        if let Some(count) = property.count {
            (0..length(source, count)?).try_for_each(|_| source.next(property.kind).map(drop))?;
            continue;
        }
        let value = source.next(property.kind)?;
        if let Some(axis) = axes.iter().position(|(at, _)| *at == i) {
            place[axis] = value;
        }
    }
    Ok(place)
}

/// The numbers of the list at `wanted`.
fn corners(
    element: &Element,
    source: &mut impl Source,
    wanted: Option<usize>,
) -> Result<Vec<i64>, String> {
    let mut corners = Vec::new();
    for (i, property) in element.properties.iter().enumerate() {
        let count = property.count.map_or(Ok(1), |count| length(source, count))?;
        for _ in 0..count {
            let value = source.next(property.kind)?;
            if wanted == Some(i) {
                if value.fract() != 0.0 {
                    return Err(format!("{value} is the number of no vertex"));
                }
                corners.push(value as i64);
            }
        }
    }
    Ok(corners)
}

fn length(source: &mut impl Source, kind: Scalar) -> Result<usize, String> {
    let count = source.next(kind)?;
    let whole = count >= 0.0 && count.fract() == 0.0;
    if whole { Ok(count as usize) } else { Err(format!("a list of {count} numbers")) }
}

/// Every corner from the third on makes a triangle with the two before it, in
/// turns one way and the other; a negative one begins a new strip.
fn strip(raw: &mut Raw, corners: &[i64], place: usize) -> Result<(), String> {
    for strip in corners.split(|index| *index < 0) {
        for (i, &[a, b, c]) in strip.array_windows().enumerate() {
            // Two equal ones only lead on.
            if a != b && b != c && c != a {
                raw.face(&if i % 2 == 0 { [a, b, c] } else { [b, a, c] }, place)?;
            }
        }
    }
    Ok(())
}

/// The numbers of a body.
trait Source {
    fn next(&mut self, kind: Scalar) -> Result<f64, String>;
    /// What follows belongs to the next element.
    fn end_row(&mut self);
    /// Where it is, with a colon.
    fn place(&self) -> String;
}

struct Text<'a, Rows> {
    rows: Rows,
    line: usize,
    /// What is left of the line.
    row: &'a [u8],
}

impl<'a, Rows: Iterator<Item = (usize, &'a [u8])>> Source for Text<'a, Rows> {
    fn next(&mut self, _: Scalar) -> Result<f64, String> {
        self.row = self.row.trim_ascii_start();
        while self.row.is_empty() {
            let next = self.rows.next().ok_or("the file ends here")?;
            (self.line, self.row) = (next.0, next.1.trim_ascii_start());
        }
        let end = self.row.iter().position(u8::is_ascii_whitespace).unwrap_or(self.row.len());
        let (word, rest) = self.row.split_at(end);
        self.row = rest;
        number(word)
    }

    fn end_row(&mut self) {
        self.row = &[];
    }

    fn place(&self) -> String {
        format!("line {}: ", self.line)
    }
}

struct Binary<'a> {
    rest: &'a [u8],
    big: bool,
}

impl Source for Binary<'_> {
    fn next(&mut self, kind: Scalar) -> Result<f64, String> {
        let (number, rest) =
            self.rest.split_at_checked(kind.bytes()).ok_or("the file ends here")?;
        self.rest = rest;
        let mut bytes = [0; 8];
        bytes[..number.len()].copy_from_slice(number);
        if self.big {
            bytes[..number.len()].reverse();
        }
        Ok(kind.value(u64::from_le_bytes(bytes)))
    }

    fn end_row(&mut self) {}

    fn place(&self) -> String {
        String::new()
    }
}
