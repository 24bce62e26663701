//! How does one chunk's plan become bytes?

use super::{
    cost::Costs,
    math::{exp2, log2},
    noise,
    plan::Block,
    trellis::{Rates, Trellis, reached},
};
use nex_coding::{
    around::{Earlier, Fixed, Neighbours},
    partition::{EVEN, Head, NOISE_BANDS},
    range::{Coder, Encoder},
    sound::{Choice, Chunk, SoundHeader},
    spectrum::{Envelope, ScaleFactors},
    trellis::State,
};

/// All that is decided about a chunk before its weights.
#[derive(Clone, Debug)]
pub(super) struct Planned {
    /// From the chunk's first sample on.
    pub blocks: Vec<Block>,
    /// By channel, in the order of the blocks; orthonormal, in samples' units.
    pub coefs: Vec<Vec<f64>>,
    /// See [`Choice::angle`].
    pub angle: u8,
}

/// What became of a chunk.
#[derive(Clone, Debug, Default)]
pub(super) struct Coded {
    pub bytes: Vec<u8>,
    /// Squared error in steps, each coefficient in its own.
    pub error: f64,
    /// What the trellis minimised: squared steps plus lambda times bits.
    pub cost: f64,
    /// By magnitude 1, 2 and more: how many, and by how much they are too
    /// small, in steps.
    pub centroids: [(f64, f64); 3],
    /// Ideal bits of all decisions by the coded probabilities.
    pub bits: f64,
}

/// How often the decisions of each class were made, and came true.
pub(super) type Tally = Vec<[u32; 2]>;

/// Magnitudes of a block; none at first.
#[derive(Default)]
struct Past {
    magnitudes: Vec<u8>,
    log2: u8,
}

impl Past {
    fn earlier(&self) -> Earlier<'_> {
        Earlier { magnitudes: &self.magnitudes, log2: self.log2 }
    }

    fn remember(&mut self, log2: u8, weights: &[i32]) {
        let magnitudes = weights.iter().map(|w| w.unsigned_abs().min(255) as u8).collect();
        *self = Self { magnitudes, log2 };
    }
}

/// The writing side of the range coder, counting ideal bits, and for training
/// how often each class decides what.
struct Counting<'t> {
    encoder: Encoder,
    bits: f64,
    tally: Option<&'t mut Tally>,
}

impl Coder for Counting<'_> {
    fn bit(&mut self, p: u16, bit: bool) -> bool {
        let share = f64::from(p) / 65_536.0;
        self.bits -= log2(if bit { share } else { 1.0 - share });
        self.encoder.bit(p, bit)
    }

    fn told(&mut self, class: usize, bit: bool) {
        if let Some(tally) = &mut self.tally {
            tally[class][usize::from(bit)] += 1;
        }
    }
}

/// Quantises and codes a chunk with one of the models.
pub(super) fn encode(
    header: &SoundHeader,
    planned: &Planned,
    (model, envelopes): (u8, &[[Envelope; 2]]),
    lambda: f32,
    tally: Option<&mut Tally>,
) -> Coded {
    let channels = usize::from(header.channels);
    let offsets = header.offsets;
    let rates = Rates { lambda, offsets };
    let mut coder = Counting { encoder: Encoder::new(), bits: 0.0, tally };
    let mut chunk = Chunk::new(header, &mut coder, Choice { model, angle: planned.angle });
    let mut pasts = [Past::default(), Past::default()];
    let mut trellis = Trellis::default();
    let mut out = Coded::default();
    let mut before = [8; 2];
    let mut noises = [[2; NOISE_BANDS]; 2];
    let mut fades = [EVEN; 2];
    let mut at = 0;
    for (block, envelopes) in planned.blocks.iter().zip(envelopes) {
        let len = 1usize << block.log2;
        let mut head = Head {
            log2: block.log2,
            overlap: block.overlap.max(1).ilog2() as u8,
            envelopes: *envelopes,
            ends: [0; 2],
            noises: [[0; NOISE_BANDS]; 2],
            fades: [EVEN; 2],
        };
        let costs = Costs::new(chunk.classes());
        let mut weights = [vec![0; len], vec![0; len]];
        // The first channel's block, beside the second's.
        let mut first = Past::default();
        for c in 0..channels {
            let factors = chunk.factors(&head, c);
            let steps = steps(&factors, block.log2);
            let coefs = &planned.coefs[c][at..at + len];
            let scaled: Vec<f32> =
                coefs.iter().zip(&steps).map(|(x, step)| (x / step) as f32).collect();
            let [one, other] = [pasts[c].earlier(), first.earlier()];
            let around = Neighbours { log2: block.log2, one, other };
            let mut fixed = vec![Fixed::default(); len];
            around.walk(0, &mut fixed, |around, fixed| *fixed = around);
            let (end, cost) =
                trellis.quantise((&costs, &rates), &scaled, &fixed, before[c], &mut weights[c]);
            head.ends[c] = end;
            let now = (&scaled[..], &weights[c][..]);
            noises[c] = noise::levels(&factors, now, noises[c], header.fill);
            fades[c] = noise::fade(&factors, now, fades[c]);
            head.noises[c] = noises[c];
            head.fades[c] = fades[c];
            out.cost += f64::from(cost);
            measure(&mut out, &scaled, &weights[c], &offsets);
            if c == 0 {
                first.remember(block.log2, &weights[0]);
            }
        }
        before = head.ends;
        chunk.head(&mut coder, &head);
        for c in 0..channels {
            let other = if c == 0 { Earlier::NONE } else { first.earlier() };
            let around = Neighbours { log2: block.log2, one: pasts[c].earlier(), other };
            chunk.weights(&mut coder, (&head, c), &around, &mut weights[c]);
        }
        for (past, weights) in pasts.iter_mut().zip(&weights) {
            past.remember(block.log2, weights);
        }
        at += len;
    }
    out.bits = coder.bits;
    out.bytes = coder.encoder.finish();
    out
}

/// The steps of a block's coefficients, in samples' units.
fn steps(factors: &ScaleFactors, log2: u8) -> Vec<f64> {
    let lift = if log2.is_multiple_of(2) { 0.5 } else { 0.0 };
    let run_log2 = ScaleFactors::run_log2(log2);
    let run = |i| {
        let (exponent, _) = factors.at(ScaleFactors::point(i, log2));
        let step = exp2(f64::from(exponent.clamp(0, 1023)) / 32.0 + lift - 8.0);
        std::iter::repeat_n(step, 1 << run_log2)
    };
    (0..1usize << (log2 - run_log2)).flat_map(run).collect()
}

/// Adds a block's errors, and how far its magnitudes lie off their centroids.
fn measure(out: &mut Coded, coefs: &[f32], weights: &[i32], offsets: &[i8; 3]) {
    let mut state = State::START;
    for (&coef, &weight) in coefs.iter().zip(weights) {
        let error = coef - reached(weight, state, offsets);
        out.error += f64::from(error * error);
        let magnitude = weight.unsigned_abs();
        if magnitude > 0 {
            let class = &mut out.centroids[(magnitude.min(3) - 1) as usize];
            let short = if weight < 0 { -error } else { error };
            *class = (class.0 + 1.0, class.1 + f64::from(short));
        }
        state = state.after(magnitude);
    }
}
