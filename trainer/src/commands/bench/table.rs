//! How are tables laid out, and what stands below them?

use crate::{commands::terminal::text::grouped, measure::bench::Machine};
use std::collections::BTreeMap;

/// What was left out and what failed, as Markdown.
pub fn lists(notes: &[String], failures: &[String]) -> String {
    let mut text = String::new();
    for (title, lines) in [("Left out", notes), ("Failed", failures)] {
        if !lines.is_empty() {
            text += &format!("\n### {title}\n\n");
            lines.iter().for_each(|line| text += &format!("* {line}\n"));
        }
    }
    text
}

/// The programs, the machine, and how much was measured, as Markdown.
pub fn measured_with(
    tools: &BTreeMap<&'static str, String>,
    machine: &Machine,
    amount: &str,
) -> String {
    let mut text = format!("\n### Measured with\n\n* ne-train {}", env!("CARGO_PKG_VERSION"));
    for version in tools.values() {
        text += &format!("; {version}");
    }
    let processor = machine.processor.as_deref().unwrap_or("processor unknown");
    let Machine { system, cores, at_once, .. } = machine;
    text + &format!("\n* {system}, {processor}, {cores} cores, {at_once} at once; {amount}\n")
}

/// A table whose first `left` columns are aligned left.
pub fn table(heads: &[&str], left: usize, rows: Vec<Vec<String>>) -> String {
    let mut all = vec![heads.iter().map(|h| (*h).to_string()).collect::<Vec<_>>()];
    all.extend(rows);
    let width =
        |column: usize| all.iter().map(|row| row[column].chars().count()).max().unwrap_or(0).max(3);
    let widths: Vec<usize> = (0..heads.len()).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).enumerate().map(|(i, (cell, &width))| {
            if i < left { format!("{cell:width$}") } else { format!("{cell:>width$}") }
        });
        format!("| {} |\n", cells.collect::<Vec<_>>().join(" | "))
    };
    let rules = widths.iter().enumerate().map(|(i, &width)| {
        if i < left { "-".repeat(width + 2) } else { "-".repeat(width + 1) + ":" }
    });
    let mut text = line(&all[0]);
    text += &format!("|{}|\n", rules.collect::<Vec<_>>().join("|"));
    all[1..].iter().for_each(|row| text += &line(row));
    text
}

/// Without decimals.
pub fn whole(value: f64) -> String {
    grouped(value.round() as u64)
}

/// Two decimals; none of an exact copy.
pub fn decibel(db: Option<f64>, exact: bool) -> String {
    match db {
        _ if exact => "exact".into(),
        Some(db) => format!("{db:.2}"),
        None => "-".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_aligned_markdown() {
        let rows = vec![vec!["x".into(), "1,000".into()], vec!["longer".into(), "2".into()]];
        let expected = "\
| name   | bytes |
|--------|------:|
| x      | 1,000 |
| longer |     2 |
";
        assert_eq!(table(&["name", "bytes"], 1, rows), expected);
    }
}
