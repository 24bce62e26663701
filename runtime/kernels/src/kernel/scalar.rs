//! The dot product of one row in plain Rust, a few columns in registers: for
//! processors without vectors.

use super::{LANES, Run};

/// Columns whose sums are in registers together: all of them where the
/// processor has registers enough.
const GROUP: usize = if cfg!(target_arch = "arm") { 4 } else { LANES };

/// Two Q15 features of [`LANES`] columns, in groups.
type Acts = [[u32; GROUP]; LANES / GROUP];

/// Adds a run's products to the sums of [`LANES`] columns.
pub(super) fn dot(run: Run<'_>, words: &[u32], sums: &mut [i32; LANES]) {
    let acts = words.as_chunks().0.as_chunks().0;
    for (group, sums) in sums.as_chunks_mut().0.iter_mut().enumerate() {
        match run {
            Run::I8(bytes) => {
                let (pairs, rest) = bytes.as_chunks();
                let pairs = pairs.iter().map(|&[a, b]| [a as i8 as i32, b as i8 as i32]);
                let rest = rest.first().map(|&a| [a as i8 as i32, 0]);
                add(pairs, rest, (acts, group), sums);
            }
            Run::I16(bytes) => {
                let wide = |low, high| i32::from(i16::from_le_bytes([low, high]));
                let (pairs, rest) = bytes.as_chunks();
                let pairs = pairs.iter().map(|&[a, b, c, d]| [wide(a, b), wide(c, d)]);
                let rest = rest.first_chunk().map(|&[a, b]| [wide(a, b), 0]);
                add(pairs, rest, (acts, group), sums);
            }
        }
    }
}

#[inline(always)]
fn add(
    pairs: impl Iterator<Item = [i32; 2]>,
    rest: Option<[i32; 2]>,
    (acts, group): (&[Acts], usize),
    sums: &mut [i32; GROUP],
) {
    let mut local = *sums;
    let mut acts = acts.iter();
    let mut step = |[even, odd]: [i32; 2], acts: Option<&Acts>| {
        let Some(acts) = acts.and_then(|a| a.get(group)) else { return };
        for (sum, &word) in local.iter_mut().zip(acts) {
            let products = (low(word) * even).wrapping_add(high(word) * odd);
            *sum = sum.wrapping_add(products);
        }
    };
    for (pair, acts) in pairs.zip(&mut acts) {
        step(pair, Some(acts));
    }
    if let Some(pair) = rest {
        step(pair, acts.next());
    }
    *sums = local;
}

const fn low(word: u32) -> i32 {
    word as u16 as i16 as i32
}

const fn high(word: u32) -> i32 {
    word as i32 >> 16
}

/// Adds a run's products to the sum of one column of `columns`, the one
/// `words` begins with.
pub(super) fn dot_column(run: Run<'_>, words: &[u32], columns: usize, mut sum: i32) -> i32 {
    let mut at = 0;
    let mut word = 0;
    for feature in 0..run.features() {
        if feature % 2 == 0 {
            word = words.get(at).copied().unwrap_or(0);
            at += columns;
        }
        sum = sum.wrapping_add(low(word) * run.weight(feature));
        word >>= 16;
    }
    sum
}
