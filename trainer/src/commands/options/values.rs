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

/// A sample rate.
pub fn rate(text: &str) -> Result<u32, String> {
    let value: u32 = text.parse().map_err(|_| "not a whole number of Hz".to_string())?;
    let range = nex_format::RATE_HZ;
    if range.contains(&value) {
        Ok(value)
    } else {
        Err(format!("must lie in {} to {} Hz", range.start(), range.end()))
    }
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
