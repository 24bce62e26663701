//! What of a further network is not in a mixture of sines, the slow way?

use nex_format::neural::{Activation, Grid};

/// The value after a linear layer.
pub(super) fn activate(activation: Activation, v: f32) -> f32 {
    match activation {
        Activation::Sine => nex_runtime::sine_turns(v),
        Activation::Finer => {
            let z = v.clamp(-116.0, 116.0);
            let turns = (z.abs() + 1.0) * z;
            nex_runtime::sine_turns(turns * f32::from_bits(0x4098_c9eb))
        }
        Activation::SoftPlus => soft_plus(v.clamp(-65_536.0, 65_536.0)),
        Activation::Relu => v.clamp(0.0, 65_536.0),
        other => panic!("{other:?}"),
    }
}

const P: [u32; 6] = [0xbf31_7218, 0x3e75_fdf0, 0xbd63_5766, 0x3c1d_950e, 0xbaaf_a460, 0x3922_2000];
const Q: [u32; 9] = [
    0xbeff_ffdc,
    0x3eaa_a5eb,
    0xbe7f_812a,
    0x3e49_5a18,
    0xbe1c_5c84,
    0x3dd7_eef4,
    0xbd66_e805,
    0x3ca0_17a7,
    0xbb50_2565,
];

fn soft_plus(z: f32) -> f32 {
    // 1 + k1 x + k2 x^2 ..., from the highest power down.
    fn polynomial<const N: usize>(powers: [u32; N], x: f32) -> f32 {
        let powers = powers.map(f32::from_bits);
        let high = powers[N - 1];
        let sum = powers[..N - 1].iter().rev().fold(high, |sum, k| {
            let product = sum * x;
            product + k
        });
        sum * x + 1.0
    }
    let a = (z.abs() * f32::from_bits(0x4310_44fe)).clamp(0.0, 64.0);
    let n = a.round_ties_even();
    let e = polynomial(P, a - n) * 2.0f32.powi(-(n as i32));
    let logarithm = polynomial(Q, e) * e;
    z.clamp(0.0, 65_536.0) + logarithm * f32::from_bits(0x3c23_d70a)
}

/// SPEC: the coordinate of a position that is measured from the first point.
pub(super) fn coordinate(u: i128, points: u32) -> f32 {
    let d = u - (i128::from(points) - 1) * (1 << 31);
    let half = (i128::from(points) - 1).max(1) as f32;
    d as f32 / (half * 2f32.powi(31))
}

/// SPEC: the features of a hash grid.
pub(super) fn looked_up(grid: &Grid<'_>, at: &[i128], points: &[u32]) -> Vec<f32> {
    let share = |(&u, &n): (&i128, &u32)| {
        if n == 1 { 0 } else { u.div_euclid(i128::from(n) - 1).clamp(0, 1 << 32) }
    };
    let shares: Vec<i128> = at.iter().zip(points).map(share).collect();
    let dims = points.len() as u32;
    let mut features = Vec::new();
    for level in grid.levels() {
        let side = u64::from(level.vertices());
        let place = |share: &i128| {
            let from_first = (share * i128::from(level.scale())) >> 16;
            let place = from_first + (i128::from(grid.offset()) << 16);
            place.min((i128::from(side - 1) << 32) - 1) as u64
        };
        let places: Vec<u64> = shares.iter().map(place).collect();
        let dense = side.pow(dims);
        let mut sums = vec![0.0f32; grid.features()];
        for corner in 0..1u32 << dims {
            let mut weight = 1.0f32;
            let mut vertices = Vec::new();
            for (axis, place) in places.iter().enumerate() {
                let part = (place & 0xffff_ffff) as f32 / 4_294_967_296.0;
                let bit = corner >> axis & 1;
                weight *= if bit == 1 { part } else { 1.0 - part };
                vertices.push((place >> 32) + u64::from(bit));
            }
            let entry = if dense == level.entries() as u64 {
                vertices.iter().rev().fold(0, |sum, v| sum * side + v)
            } else {
                let primes = [1u64, 2_654_435_761, 805_459_861];
                let hash = vertices.iter().zip(primes).fold(0, |hash, (v, p)| hash ^ (v * p));
                hash % level.entries() as u64
            };
            for (feature, sum) in sums.iter_mut().enumerate() {
                let product = weight * level.value(entry as usize, feature);
                *sum += product;
            }
        }
        features.extend(sums.iter().map(|sum| sum * level.multiplier()));
    }
    features
}
