//! How do values become samples?

/// Fractional bits of values before they are rounded.
const FRACTION: u32 = 8;

/// Rounds values to samples; as many as there are of both.
#[inline(never)] // with the optimisation of this package
pub fn round_mono(values: &[i32], out: &mut [i16]) {
    for (sample, value) in out.iter_mut().zip(values) {
        *sample = round(*value);
    }
}

/// Rounds the values of two channels to interleaved samples.
#[inline(never)] // with the optimisation of this package
pub fn round_stereo(left: &[i32], right: &[i32], out: &mut [i16]) {
    let (frames, _) = out.as_chunks_mut::<2>();
    for ([a, b], (left, right)) in frames.iter_mut().zip(left.iter().zip(right)) {
        (*a, *b) = (round(*left), round(*right));
    }
}

#[inline]
fn round(value: i32) -> i16 {
    let value = value.saturating_add(1 << (FRACTION - 1)) >> FRACTION;
    value.clamp(i16::MIN.into(), i16::MAX.into()) as i16
}
