//! How many bits does a weight cost? (the decoder's own model, in tables)

use super::math::log2;
use nex_coding::{
    around::{Fixed, Path},
    magnitude::Taught,
    predictor::{BINS, EXPERTS, INPUTS, Predictor, logistic},
    range::{Adaptive, PROBABILITY_BITS},
};
use std::sync::LazyLock;

/// Bits of a decision that came true, by the upper ten bits of its probability.
static BITS: LazyLock<Vec<f32>> = LazyLock::new(|| {
    (0..1 << 11).map(|p| -log2((f64::from(p) + 0.5) / f64::from(1 << 11)) as f32).collect()
});

/// Bits of a decision that is `true` with probability `p / 2^15`.
#[inline]
pub(super) fn bits(p: u16, bit: bool) -> f32 {
    let p = if bit { p } else { (1 << PROBABILITY_BITS) - p };
    BITS[usize::from(p >> 4).min((1 << 11) - 1)]
}

/// Bits of an adaptive decision.
pub(super) fn adaptive(context: &Adaptive, bit: bool) -> f32 {
    bits(context.p(), bit)
}

/// A weight's inputs, padded to whole vectors, with a 1 for the bias.
const PADDED: usize = 16;

/// A predictor as it is fast to evaluate on a host.
pub(super) struct Costs {
    rows: Vec<[[i16; PADDED]; BINS]>,
    logits: Vec<[i32; BINS]>,
    escapes: [f32; 34],
}

impl Costs {
    pub fn new(predictor: &Predictor) -> Self {
        let mut rows = vec![[[0i16; PADDED]; BINS]; EXPERTS];
        for (expert, padded) in rows.iter_mut().enumerate() {
            for (bin, row) in padded.iter_mut().enumerate() {
                for (to, &from) in row.iter_mut().zip(&predictor.weights[expert][bin]) {
                    *to = from.into();
                }
                row[INPUTS] = predictor.biases[expert][bin];
            }
        }
        Self { rows, logits: vec![[0; BINS]; EXPERTS], escapes: [0.0; 34] }
    }

    /// Takes in what the chunk has taught so far.
    pub fn learn(&mut self, taught: &Taught) {
        for (expert, logits) in self.logits.iter_mut().enumerate() {
            for (bin, logit) in logits.iter_mut().enumerate() {
                *logit = taught.learned.logit(expert, bin);
            }
        }
        // Bits of an escape by the length of its prefix.
        let mut prefix = 0.0;
        for (length, bits) in self.escapes.iter_mut().enumerate() {
            let context = &taught.escapes[length.min(15)];
            *bits = prefix + adaptive(context, false) + length as f32;
            prefix += adaptive(context, true);
        }
    }

    /// The costs of a weight's magnitudes in one state of the trellis.
    #[inline]
    pub fn view(&self, fixed: &Fixed, path: &Path) -> View<'_> {
        let (inputs, expert) = fixed.inputs(path);
        let mut padded = [0i16; PADDED];
        for (to, from) in padded.iter_mut().zip(inputs.values()) {
            *to = from.into();
        }
        padded[INPUTS] = 1;
        View {
            costs: self,
            expert,
            inputs: padded,
            larger: [0.0; BINS + 1],
            exact: [0.0; BINS],
            known: 0,
            raw: fixed.escape_bits(&path.history),
        }
    }
}

/// What one weight costs, found out as far as asked.
pub(super) struct View<'a> {
    costs: &'a Costs,
    expert: usize,
    inputs: [i16; PADDED],
    /// Bits to say "at least i".
    larger: [f32; BINS + 1],
    /// Bits to say "i", once it is at least i.
    exact: [f32; BINS],
    known: usize,
    raw: u32,
}

impl View<'_> {
    /// Bits of a magnitude, its sign included.
    #[inline]
    pub fn bits(&mut self, magnitude: u32) -> f32 {
        let at = (magnitude as usize).min(BINS);
        while self.known <= at && self.known < BINS {
            let bin = self.known;
            let row = &self.costs.rows[self.expert][bin];
            let sum: i32 =
                row.iter().zip(&self.inputs).map(|(&w, &x)| i32::from(w) * i32::from(x)).sum();
            let p = logistic((sum >> 2) + self.costs.logits[self.expert][bin]);
            self.exact[bin] = bits(p, false);
            self.larger[bin + 1] = self.larger[bin] + bits(p, true);
            self.known += 1;
        }
        if at < BINS {
            let sign = if at == 0 { 0.0 } else { 1.0 };
            return self.larger[at] + self.exact[at] + sign;
        }
        let high = ((magnitude - BINS as u32) >> self.raw) + 1;
        let escape = self.costs.escapes[high.ilog2() as usize] + self.raw as f32;
        self.larger[BINS] + escape + 1.0
    }
}
