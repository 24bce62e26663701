//! Which inner loop runs, and how are weights unpacked for it?
//!
//! Every kernel gives the same bits; they differ in speed only. Weights are
//! unpacked in blocks of a few words for four rows, then multiplied with the
//! activations of all columns.

#[cfg(nex_arm_dsp)]
mod arm;
mod portable;
pub(crate) mod rows;
mod scalar;
#[cfg(nex_simd128)]
mod wasm;
#[cfg(target_arch = "x86_64")]
mod x86;

use crate::layout::{Accumulators, Input, MAX_TILE, ROWS};
#[cfg(feature = "networks")]
use nex_format::neural::Activation;
use nex_format::neural::{Tensor, WeightType};
use rows::Run;

/// Columns at most where vectors are missing: their sums are in registers.
pub(crate) const LANES: usize = 8;
/// Input words unpacked at a time.
const BLOCK: usize = 32;

/// Unpacked weights: of [`ROWS`] rows, for [`BLOCK`] input words.
type Weights<T> = [[T; BLOCK]; ROWS];

/// Activations to multiply: `[count][columns]` words.
#[derive(Clone, Copy)]
pub(crate) struct Block<'a, T> {
    words: &'a [T],
    columns: usize,
    count: usize,
    /// The sums start here, whatever they held.
    fresh: bool,
}

/// An implementation of the inner loops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Kernel {
    /// Plain Rust for processors without vectors: one row at a time, eight
    /// columns in registers.
    Scalar,
    /// Plain Rust that the compiler makes vectors of; not on microcontrollers.
    Portable,
    /// Armv7E-M with the DSP instructions (Cortex-M4, M7; with the feature
    /// `arm-dsp` M33, M55, M85): 2 products and sums per instruction.
    ArmDsp,
    /// WebAssembly with `simd128`: 8 products per instruction.
    Simd128,
    /// x86-64 baseline: 8 products per instruction.
    Sse2,
    /// x86-64 with AVX2: 16 products per instruction.
    Avx2,
    /// x86-64 with AVX-512 VNNI: 32 products and sums per instruction.
    Avx512,
}

#[cfg(target_arch = "x86_64")]
cpufeatures::new!(has_avx2, "avx2");
#[cfg(target_arch = "x86_64")]
cpufeatures::new!(has_avx512, "avx2", "avx512f", "avx512bw");

impl Kernel {
    /// All kernels, slowest first.
    pub const ALL: [Self; 7] = [
        Self::Scalar,
        Self::Portable,
        Self::ArmDsp,
        Self::Simd128,
        Self::Sse2,
        Self::Avx2,
        Self::Avx512,
    ];

    /// Whether this machine can run it.
    #[must_use]
    pub fn is_available(self) -> bool {
        match self {
            // One plain kernel is enough of a download.
            Self::Scalar => !cfg!(target_family = "wasm"),
            Self::Portable => !cfg!(target_os = "none"),
            Self::ArmDsp => cfg!(nex_arm_dsp),
            Self::Simd128 => cfg!(nex_simd128),
            Self::Sse2 => cfg!(target_arch = "x86_64"),
            // Miri cannot ask the processor; of these it knows AVX2 alone.
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => (!cfg!(miri) || cfg!(target_feature = "avx2")) && has_avx2::get(),
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => !cfg!(miri) && has_avx512::get() && x86::has_vnni(),
            #[cfg(not(target_arch = "x86_64"))]
            Self::Avx2 | Self::Avx512 => false,
        }
    }

    /// The fastest one this machine can run.
    #[must_use]
    pub fn best() -> Self {
        let available = Self::ALL.into_iter().rfind(|k| k.is_available());
        available.unwrap_or(Self::Scalar)
    }

    /// Whether it computes row by row, at most [`LANES`] columns at once.
    pub(crate) const fn is_scalar(self) -> bool {
        cfg!(target_os = "none")
            || !cfg!(target_family = "wasm") && matches!(self, Self::Scalar | Self::ArmDsp)
    }

    /// Columns that it computes at once at most.
    pub(crate) const fn most_columns(self) -> usize {
        if self.is_scalar() { LANES } else { MAX_TILE }
    }

    /// Columns to evaluate so that vector kernels run on whole vectors, and scalar
    /// ones on all their columns.
    pub(crate) fn pad(self, count: usize, available: usize) -> usize {
        let most_single = if self.is_scalar() { 1 } else { 4 };
        if count > most_single || available < 8 {
            count.next_multiple_of(8).min(available)
        } else {
            count
        }
    }
}

/// Integer dot products of rows `row .. row + rows` with every column; sums
/// of other rows and columns are unspecified.
pub(crate) fn dot_i16(
    kernel: Kernel,
    tensor: &Tensor<'_>,
    (row, rows): (usize, usize),
    input: &Input<'_>,
    sums: &mut Accumulators<i32>,
) {
    let mut weights = [[0u32; BLOCK]; ROWS];
    let mut first_feature = 0;
    let mut fresh = true;
    for (&part, &features) in input.parts.iter().zip(&input.features) {
        let words = features.div_ceil(2);
        for at in (0..words).step_by(BLOCK) {
            let count = BLOCK.min(words - at);
            for (r, weights) in weights.iter_mut().take(rows).enumerate() {
                let bytes = tensor.row_bytes(row + r);
                let feature = first_feature + 2 * at;
                let last = first_feature + features;
                let ty = tensor.weight_type();
                match kernel {
                    #[cfg(target_arch = "x86_64")]
                    Kernel::Avx2 | Kernel::Avx512 => {
                        x86::unpack_pairs(ty, bytes, feature..last, weights);
                    }
                    _ => unpack_pairs(ty, bytes, feature..last, weights),
                }
            }
            let words = part.get(at * input.columns..).unwrap_or_default();
            let block = Block { words, columns: input.columns, count, fresh };
            match kernel {
                #[cfg(target_arch = "x86_64")]
                Kernel::Sse2 | Kernel::Avx2 | Kernel::Avx512 => {
                    x86::mac_i16(kernel, block, &weights, sums);
                }
                #[cfg(nex_simd128)]
                Kernel::Simd128 => wasm::mac_i16(block, &weights, sums),
                _ => portable::mac_i16(block, (&weights, rows), sums),
            }
            fresh = false;
        }
        first_feature += features;
    }
}

/// Packs weights two to a word like the activations: even feature low.
#[inline(always)]
fn unpack_pairs(
    ty: WeightType,
    row: &[u8],
    features: core::ops::Range<usize>,
    out: &mut [u32; BLOCK],
) {
    let bytes = ty.weight_bytes();
    let run = row.get(features.start * bytes..features.end * bytes).unwrap_or_default();
    let halves: &mut [i16] = bytemuck::cast_slice_mut(out);
    match ty {
        WeightType::I8 => {
            for (half, &byte) in halves.iter_mut().zip(run) {
                *half = (byte as i8).into();
            }
        }
        _ => {
            for (half, &bytes) in halves.iter_mut().zip(run.as_chunks().0) {
                *half = i16::from_le_bytes(bytes);
            }
        }
    }
    // A run of odd length ends in a zero.
    if let Some(half) = halves.get_mut(features.len()) {
        *half = 0;
    }
    if cfg!(target_endian = "big") {
        out.iter_mut().for_each(|word| *word = word.rotate_left(16));
    }
}

/// Float rows `row .. row + rows` of every column, bias included.
pub(crate) fn dot_f32(
    kernel: Kernel,
    tensor: &Tensor<'_>,
    (row, rows): (usize, usize),
    input: &Input<'_>,
    sums: &mut Accumulators<f32>,
) {
    for (r, sums) in sums.iter_mut().enumerate() {
        *sums = [tensor.bias_f32(row + r); MAX_TILE];
    }
    let mut weights = [[0.0f32; BLOCK]; ROWS];
    let mut first_feature = 0;
    for (&part, &features) in input.parts.iter().zip(&input.features) {
        let part: &[f32] = bytemuck::cast_slice(part);
        for at in (0..features).step_by(BLOCK) {
            let count = BLOCK.min(features - at);
            for (r, weights) in weights.iter_mut().take(rows).enumerate() {
                let features = first_feature + at..first_feature + at + count;
                unpack_f32(tensor, row + r, features, weights);
            }
            let words = part.get(at * input.columns..).unwrap_or_default();
            let block = Block { words, columns: input.columns, count, fresh: false };
            match kernel {
                #[cfg(target_arch = "x86_64")]
                Kernel::Avx2 | Kernel::Avx512 => x86::mac_f32(kernel, block, &weights, sums),
                #[cfg(nex_simd128)]
                Kernel::Simd128 => wasm::mac_f32(block, &weights, sums),
                _ => portable::mac_f32(block, &weights, sums),
            }
        }
        first_feature += features;
    }
}

/// A float tensor's weights of one row.
fn unpack_f32(
    tensor: &Tensor<'_>,
    row: usize,
    features: core::ops::Range<usize>,
    out: &mut [f32; BLOCK],
) {
    if tensor.weight_type() == WeightType::F32 {
        let run = tensor.row_bytes(row).get(features.start * 4..features.end * 4);
        for (out, &bytes) in out.iter_mut().zip(run.unwrap_or_default().as_chunks().0) {
            *out = f32::from_le_bytes(bytes);
        }
    } else {
        for (out, feature) in out.iter_mut().zip(features) {
            *out = tensor.weight_f32(row, feature);
        }
    }
}

/// What turns an accumulator into a phase in 2^-32 turns.
#[derive(Clone, Copy)]
#[repr(C)] // assembly reads it
pub(crate) struct Scale {
    pub multiplier: u32,
    pub phase: u32,
}

impl Scale {
    /// Of a row that does not exist: its sine is 0.
    const NOTHING: Self = Self { multiplier: 0, phase: 0 };

    const fn apply(self, sum: i32) -> u32 {
        (sum as u32).wrapping_mul(self.multiplier).wrapping_add(self.phase)
    }
}

/// Sines of an even and an odd row, the even one in the low halves.
pub(crate) fn sine_pairs(
    kernel: Kernel,
    sums: [&[i32; MAX_TILE]; 2],
    scales: [Scale; 2],
    out: &mut [u32],
) {
    match kernel {
        #[cfg(target_arch = "x86_64")]
        Kernel::Avx2 | Kernel::Avx512 => x86::sine_pairs(kernel, sums, scales, out),
        _ => portable::sine_pairs(sums, scales, out),
    }
}

/// `out[c] = bits of sin(2 pi turns[c])`.
pub(crate) fn sines_f32(kernel: Kernel, turns: &[f32; MAX_TILE], out: &mut [u32]) {
    match kernel {
        #[cfg(target_arch = "x86_64")]
        Kernel::Avx2 | Kernel::Avx512 => x86::sines_f32(turns, out),
        _ => portable::sines_f32(turns, out),
    }
}

/// `out[c] = bits of activation(sums[c])`.
#[cfg(feature = "networks")]
pub(crate) fn activate_f32(
    kernel: Kernel,
    activation: Activation,
    sums: &[f32; MAX_TILE],
    out: &mut [u32],
) {
    match kernel {
        #[cfg(target_arch = "x86_64")]
        Kernel::Avx2 | Kernel::Avx512 => x86::activate_f32(activation, sums, out),
        _ => portable::activate_f32(activation, sums, out),
    }
}
