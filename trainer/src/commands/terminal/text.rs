//! How are numbers laid out for a reader?

#[cfg(feature = "pictures")]
use std::path::Path;

/// `1234567` as `1,234,567`.
pub fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// The heading of a picture of a file.
#[cfg(feature = "pictures")]
pub fn titled(file: &Path, bytes: usize) -> String {
    let name = file.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
    format!("{name}: {} bytes", grouped(bytes as u64))
}

/// A length in units of any size.
#[cfg(feature = "pictures")]
pub fn length(units: f64) -> String {
    match units {
        0.0 => "0".into(),
        0.01..1e5 => format!("{units:.3}"),
        _ => format!("{units:.1e}"),
    }
}

/// Decibels; "exact" for an infinite ratio.
pub fn decibel(db: f64) -> String {
    if db == f64::INFINITY { "exact".into() } else { format!("{db:.2} dB") }
}

/// Parts of 1 as percentages.
pub fn percentages(shares: &[f64]) -> String {
    let parts: Vec<String> = shares.iter().map(|s| format!("{:.1}", s * 100.0)).collect();
    parts.join(" ") + " %"
}

/// "1 channel", "2 channels".
pub fn count(n: u64, what: &str) -> String {
    format!("{} {what}{}", grouped(n), if n == 1 { "" } else { "s" })
}

/// "40 s", "3 min", "2.5 h": one that is guessed.
#[cfg(feature = "neural")]
pub fn duration(seconds: f64) -> String {
    match seconds {
        ..90.0 => format!("{seconds:.0} s"),
        ..5400.0 => format!("{:.0} min", seconds / 60.0),
        _ => format!("{:.1} h", seconds / 3600.0),
    }
}

/// What a picture's channels are called.
pub const fn colours(channels: usize) -> &'static str {
    match channels {
        1 => "gray",
        2 => "gray and alpha",
        3 => "RGB",
        _ => "RGB and alpha",
    }
}

/// Rows of a label and its value, values aligned.
pub fn rows<L: AsRef<str>>(rows: &[(L, String)]) -> String {
    let width = rows.iter().map(|(label, _)| label.as_ref().len()).max().unwrap_or(0);
    let line = |(label, value): &(L, String)| format!("{:width$}  {value}\n", label.as_ref());
    rows.iter().map(line).collect()
}

/// Columns, the first aligned left, the others right.
pub fn columns<const N: usize>(rows: &[[String; N]]) -> String {
    let mut widths = [0; N];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut out = String::new();
    for row in rows {
        for (i, (cell, width)) in row.iter().zip(widths).enumerate() {
            if i == 0 {
                out += &format!("{cell:width$}");
            } else {
                out += &format!("  {cell:>width$}");
            }
        }
        out.truncate(out.trim_end().len());
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_thousands() {
        assert_eq!(
            ["0", "999", "1,000", "1,234,567"],
            [0, 999, 1000, 1_234_567].map(grouped).each_ref().map(String::as_str)
        );
    }

    #[test]
    fn columns_align() {
        let table = columns(&[["a".into(), "b".into()], ["long".into(), "12".into()]]);
        assert_eq!(table, "a      b\nlong  12\n");
    }
}
