//! What does SPEC.md show?

use crate::fuzzing::crc32;
use nex_coding::range::{Coder, Encoder};
use std::fmt::Write;

/// All of the page.
///
/// # Panics
/// If it is not where it was.
#[must_use]
pub fn page() -> String {
    std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../format/SPEC.md")).unwrap()
}

/// The lines of a fenced block.
///
/// # Panics
/// If there is none of the name.
#[must_use]
pub fn block<'p>(page: &'p str, name: &str) -> &'p str {
    let start = format!("```{name}\n");
    let block = page.split_once(&start).and_then(|(_, rest)| rest.split_once("```"));
    block.unwrap_or_else(|| panic!("SPEC.md has no block {name}")).0
}

/// Whether the page says this, wherever its lines break.
#[must_use]
pub fn says(page: &str, words: &str) -> bool {
    page.split_whitespace().collect::<Vec<_>>().join(" ").contains(words)
}

/// What the page must say of trained numbers.
#[must_use]
pub fn of_trained(bytes: &[u8]) -> String {
    let mut len = bytes.len().to_string();
    if len.len() > 3 {
        len.insert(len.len() - 3, ',');
    }
    format!("are {len} bytes, and their CRC-32 is `{:08x}`", crc32(bytes))
}

/// Where the first list of answers in a part of the page says that each table begins, and
/// how many answers it has.
///
/// # Panics
/// If there is no such list.
#[must_use]
pub fn tables(part: &str) -> Vec<(usize, usize)> {
    let list = part.split_once("| first | answers | of |\n").unwrap().1;
    let rows = list.split_once("\n\n").unwrap().0.lines().skip(1);
    rows.map(|row| {
        let mut cells = row.split('|').skip(1).map(str::trim);
        let first = cells.next().unwrap().parse().unwrap();
        let answers = cells.next().unwrap().split(" times ");
        (first, answers.map(|n| n.parse::<usize>().unwrap()).product())
    })
    .collect()
}

/// The bytes of a line: offset, bytes, meaning, two spaces between.
fn bytes_of(line: &str) -> (usize, Vec<u8>) {
    let mut cells = line.split("  ");
    let offset = usize::from_str_radix(cells.next().unwrap(), 16).unwrap();
    let hex = cells.next().unwrap_or("").split(' ');
    (offset, hex.map(|b| u8::from_str_radix(b, 16).unwrap()).collect())
}

/// The bytes of a block.
///
/// # Panics
/// If an offset is wrong.
#[must_use]
pub fn bytes(page: &str, name: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for line in block(page, name).lines() {
        let (offset, more) = bytes_of(line);
        assert_eq!(offset, bytes.len(), "offset of {line}");
        bytes.extend(more);
    }
    bytes
}

/// A block as it must be to show `bytes`: its lines have the lengths and words that they
/// have, up to `parts`, which are shown by eight, each with its words.
///
/// # Panics
/// If the parts are longer than the file.
#[must_use]
pub fn as_written(shown: &str, bytes: &[u8], parts: &[(usize, String)]) -> String {
    let (mut block, mut at) = (String::new(), 0);
    let mut add = |len: usize, text: &str| {
        let hex: Vec<String> = bytes[at..at + len].iter().map(|b| format!("{b:02x}")).collect();
        let line = format!("{at:04x}  {:<23}  {text}", hex.join(" "));
        writeln!(block, "{}", line.trim_end()).unwrap();
        at += len;
    };
    let header = bytes.len() - parts.iter().map(|(len, _)| len).sum::<usize>();
    for line in shown.lines() {
        let (start, shown) = bytes_of(line);
        if start < header {
            add(shown.len(), line.splitn(3, "  ").nth(2).unwrap_or("").trim());
        }
    }
    for (len, text) in parts {
        for from in (0..*len).step_by(8) {
            add(8.min(len - from), if from == 0 { text } else { "" });
        }
    }
    block
}

/// Codes, and keeps the probability and the outcome of every decision.
#[derive(Default)]
pub struct Recorder {
    pub encoder: Encoder,
    pub decisions: Vec<(u16, bool)>,
}

impl Coder for Recorder {
    fn bit(&mut self, p: u16, bit: bool) -> bool {
        self.decisions.push((p, bit));
        self.encoder.bit(p, bit)
    }
}

impl Recorder {
    /// A block of the first decisions as it must be; its words are kept.
    ///
    /// # Panics
    /// Never.
    #[must_use]
    pub fn as_decided(&self, shown: &str) -> String {
        let mut block = String::new();
        for (line, (p, bit)) in shown.lines().zip(&self.decisions) {
            let text = line.trim_start().splitn(3, "  ").nth(2).unwrap_or("");
            writeln!(block, "{p:5}  {}  {text}", u8::from(*bit)).unwrap();
        }
        block
    }
}
