//! How are samples copied, scaled and added?

/// Copies samples, as many as there are of both.
#[inline(never)] // with the optimisation of this package
pub fn copy(from: &[i16], to: &mut [i16]) {
    for (to, from) in to.iter_mut().zip(from) {
        *to = *from;
    }
}

/// Adds samples, as many as there are of both; sums are limited to what a sample can
/// be.
#[inline(never)] // with the optimisation of this package
pub fn add(from: &[i16], to: &mut [i16]) {
    for (to, from) in to.iter_mut().zip(from) {
        *to = to.saturating_add(*from);
    }
}

/// Multiplies samples by `factor / 2^15`, 2^15 at most, rounding towards minus
/// infinity.
#[inline(never)] // with the optimisation of this package
pub fn scale(samples: &mut [i16], factor: u16) {
    for sample in samples {
        *sample = ((i32::from(*sample) * i32::from(factor)) >> 15) as i16;
    }
}
