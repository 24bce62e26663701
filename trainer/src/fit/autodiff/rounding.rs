//! Which values will the file hold, computed on the device?
//!
//! As [`Quantiser::fake`](crate::quant::Quantiser::fake), in single precision:
//! where a step of a row or a weight lies between two, the other may be taken.

use super::net::{Linear, Net};
use crate::{
    model::{Layer, Spec},
    quant::{LINEAR_LIMIT, Precision, ROW_UNIT, Rounding, TURNS, Units, sine_limit},
};
use burn::tensor::Tensor;

impl Rounding {
    /// The network as its file will have it.
    pub(super) fn of(&self, net: &Net) -> Net {
        let mut rounded = net.clone();
        let layout = Spec::layout(&net.spec);
        let plain = Units::plain(1.0);
        let blocks = [
            (&mut rounded.encoder, &layout.encoder, plain),
            (&mut rounded.manager_encoder, &layout.manager_encoder, plain),
            (&mut rounded.manager_head, &layout.manager_head, self.logits),
            (&mut rounded.expert, &layout.expert, self.outputs),
        ];
        for (block, layers, units) in blocks {
            for (linear, layer) in block.iter_mut().zip(layers).filter(|(_, l)| !l.first) {
                self.layer(linear, layer, units);
            }
        }
        rounded
    }

    fn layer(&self, linear: &mut Linear, layer: &Layer, units: Units) {
        let weight = linear.weight.clone();
        match (self.precision, layer.active) {
            (Precision::F32, _) => {}
            (Precision::F16, active) => {
                let units = if active { TURNS } else { units.scale };
                linear.weight = through_f16(weight, units as f32);
            }
            (precision, true) => {
                let limit = sine_limit(precision == Precision::I16) as f32;
                let largest = weight.clone().abs().max_dim(3);
                let multiplier = (largest * (TURNS * ROW_UNIT) as f32 / limit).ceil();
                let multiplier = multiplier.clamp(1.0, 65_535.0);
                linear.weight = integers(weight, multiplier, TURNS as f32, limit);
                let steps = (65_536.0 * TURNS) as f32;
                linear.bias = (linear.bias.clone() * steps).round() / steps;
            }
            // Their biases' steps are finer than these numbers.
            (_, false) if units.scale != 0.0 => {
                let scale = units.scale as f32;
                let sizes = weight.clone().abs() * scale;
                let room = f64::from(nex_format::MAX_LINEAR_ROW_SUM) - layer.fan_in as f64 / 2.0;
                let step = sizes.clone().max_dim(3) / LINEAR_LIMIT as f32;
                let step = step.max_pair(sizes.sum_dim(3) / room as f32);
                let multiplier = (step * ROW_UNIT as f32).ceil().clamp_min(1.0);
                linear.weight = integers(weight, multiplier, scale, LINEAR_LIMIT as f32);
            }
            (_, false) => {}
        }
    }
}

/// Weights as whole numbers of `multiplier / (units * ROW_UNIT)`.
fn integers(weight: Tensor<5>, multiplier: Tensor<5>, units: f32, limit: f32) -> Tensor<5> {
    let step = multiplier / (units * ROW_UNIT as f32);
    (weight / step.clone()).round().clamp(-limit, limit) * step
}

/// Weights with the eleven leading bits that `f16` keeps (Veltkamp's splitting);
/// what is smaller than its normal numbers stays more exact.
fn through_f16(weight: Tensor<5>, units: f32) -> Tensor<5> {
    if units == 0.0 {
        return weight.zeros_like();
    }
    let stored = weight * units;
    let large = stored.clone() * 8193.0;
    (large.clone() - (large - stored)) / units
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        fit::autodiff::net::to_flat,
        model::{Arch, Block, FirstInit, initialise},
        quant::{Quantiser, TimeDomain},
    };
    use burn::tensor::Device;

    /// All but a few values are the quantiser's, and those a step apart.
    #[test]
    fn rounding_is_the_quantisers() {
        let arch = Arch {
            encoder: Block { width: 24, sine_layers: 3 },
            expert: Block { width: 20, sine_layers: 2 },
            ..Arch::paper(1, 2, 3)
        };
        let spec = Spec::experts(arch);
        let mut values = initialise(&spec, FirstInit::Siren, 3);
        for (i, v) in values.shared.iter_mut().chain(&mut values.experts).enumerate() {
            *v += 1e-3 * ((i * 7919) as f32).sin();
        }
        let domain = TimeDomain { lo: -1.0, hi: 1.0, frames: 100 };
        for precision in [Precision::I8, Precision::I16, Precision::F16, Precision::F32] {
            let quantiser = Quantiser::new(&arch, precision, domain, 8000, 0.7);
            let mut theirs = (values.shared.clone(), values.experts.clone());
            let from = (&values.shared[..], &values.experts[..]);
            quantiser.fake(from, (&mut theirs.0, &mut theirs.1));
            let net = quantiser.rounding().of(&Net::new(spec, &values, &Device::flex()));
            let mut ours = theirs.clone();
            let layout = spec.layout();
            let shared = layout.all().count() - layout.expert.len();
            for (i, (layer, linear)) in layout.all().zip(net.layers()).enumerate() {
                let to = if i < shared { &mut ours.0 } else { &mut ours.1 };
                to_flat(layer, [&linear.weight, &linear.bias], 0, to);
            }
            let pairs = || ours.0.iter().chain(&ours.1).zip(theirs.0.iter().chain(&theirs.1));
            let apart = pairs().filter(|(a, b)| (*a - *b).abs() > 1e-6).count();
            assert!(apart * 200 < pairs().count(), "{precision:?}: {apart} values");
            assert!(pairs().all(|(a, b)| (a - b).abs() < 2e-3), "{precision:?}");
            let changed = pairs().zip(values.shared.iter().chain(&values.experts));
            let changed = changed.filter(|((a, _), v)| a != v).count();
            assert_eq!(changed > 1000, precision != Precision::F32, "{precision:?}: {changed}");
        }
    }
}
