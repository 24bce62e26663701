//! Which values does an option take?

fn number(text: &str) -> Result<f64, String> {
    text.parse().map_err(|_| "not a number".to_string())
}

/// Any finite number.
pub fn finite(text: &str) -> Result<f64, String> {
    let value = number(text)?;
    if value.is_finite() { Ok(value) } else { Err("must be finite".into()) }
}

/// Above zero.
pub fn positive(text: &str) -> Result<f64, String> {
    let value = finite(text)?;
    if value > 0.0 { Ok(value) } else { Err("must be above 0".into()) }
}

/// A point in time.
pub fn seconds(text: &str) -> Result<f64, String> {
    let value = finite(text)?;
    if value >= 0.0 { Ok(value) } else { Err("must not be negative".into()) }
}

/// 0 to 1, both included.
pub fn fraction(text: &str) -> Result<f64, String> {
    let value = finite(text)?;
    if (0.0..=1.0).contains(&value) { Ok(value) } else { Err("must lie in 0 to 1".into()) }
}

/// Above 0, up to 1.
pub fn ratio(text: &str) -> Result<f64, String> {
    positive(text).and_then(|_| fraction(text))
}

/// A sample rate, such as 8000, 44.1k or 48kHz.
pub fn rate(text: &str) -> Result<u32, String> {
    let lower = text.to_ascii_lowercase();
    let value = scaled(lower.strip_suffix("hz").unwrap_or(&lower))
        .ok_or("not a whole number of Hz, such as 8000 or 44.1k")?;
    let range = nex_format::RATE_HZ;
    match u32::try_from(value) {
        Ok(value) if range.contains(&value) => Ok(value),
        _ => Err(format!("must lie in {} to {} Hz", range.start(), range.end())),
    }
}

/// A number of bytes, such as 4000, 4k (the same) or 4Ki (4096).
pub fn bytes(text: &str) -> Result<u64, String> {
    let lower = text.to_ascii_lowercase();
    match scaled(lower.strip_suffix('b').unwrap_or(&lower)) {
        Some(0) => Err("must be above 0".into()),
        Some(bytes) => Ok(bytes),
        None => Err("not a whole number of bytes, such as 4000, 4k or 4Ki (4096)".into()),
    }
}

/// A whole number, perhaps written in thousands, 1024s, millions.
fn scaled(text: &str) -> Option<u64> {
    const UNITS: [(&str, u64); 4] =
        [("ki", 1 << 10), ("mi", 1 << 20), ("k", 1_000), ("m", 1_000_000)];
    let unit = UNITS.iter().find_map(|(unit, size)| Some((text.strip_suffix(unit)?, *size)));
    let Some((digits, unit)) = unit else { return text.parse().ok() };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let (whole, part) = (all_digits(whole).then_some(whole)?, all_digits(part).then_some(part)?);
    let scale = 10u64.checked_pow(part.len() as u32)?;
    let part = part.parse::<u64>().ok()?.checked_mul(unit)?;
    let value = whole.parse::<u64>().ok()?.checked_mul(unit)?.checked_add(part / scale)?;
    part.is_multiple_of(scale).then_some(value)
}

/// Of a part of a sound's loudness: 0 or below.
pub fn below_full(text: &str) -> Result<f64, String> {
    let value = finite(text)?;
    if value <= 0.0 { Ok(value) } else { Err("must be 0 dB or below".into()) }
}

/// More than any machine has; a million would exhaust its memory.
const MAX_THREADS: usize = 1024;

/// 0 uses all cores.
pub fn threads(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(n @ 0..=MAX_THREADS) => Ok(n),
        _ => Err(format!("must be a whole number up to {MAX_THREADS}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_may_be_written_short() {
        for (text, hz) in [("8000", 8000), ("44.1k", 44_100), ("48kHz", 48_000), ("22.05K", 22_050)]
        {
            assert_eq!(rate(text), Ok(hz), "{text}");
        }
        for text in [
            "",
            "k",
            "-1k",
            "1e3",
            "0",
            "0.0001k",
            "769k",
            ".5k",
            "44.1",
            "4 k",
            "99999999999999999999k",
        ] {
            assert!(rate(text).is_err(), "{text}");
        }
        for (text, count) in
            [("4k", 4_000), ("4Ki", 4_096), ("1.5K", 1_500), ("2MB", 2_000_000), ("900", 900)]
        {
            assert_eq!(bytes(text), Ok(count), "{text}");
        }
        for text in ["0", "0k", "0.5", "-4", "4kk", "k", "b", "1.0001k"] {
            assert!(bytes(text).is_err(), "{text}");
        }
    }
}
