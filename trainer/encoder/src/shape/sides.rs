//! Is a polynomial on the right side of the surface where the surface is not?
//!
//! The error that a fit makes small counts what is far from the surface little, and the
//! samples, middles of voxels, end half a voxel before the cell does: at its corners and edges a
//! polynomial may cross 0, and a speck floats there beside the surface.

use super::{fit::products_at, volume::Scaled};
use nex_coding::shape::{MAX_COUNT, basis::ONE};
use std::sync::LazyLock;

/// Voxels from the surface from which on a place's side counts.
const SURE: f64 = 1.0;
/// Places that are looked at along each axis of a cell: both ends, and the middle.
const ALONG: usize = 3;

type Products = [f64; MAX_COUNT];

/// All products at all places, x first.
static PRODUCTS: LazyLock<Vec<Products>> = LazyLock::new(|| {
    (0..ALONG.pow(3)).map(|i| products_at(steps(i).map(|step| (step as i32 - 1) * ONE))).collect()
});

const fn steps(i: usize) -> [usize; 3] {
    [i % ALONG, i / ALONG % ALONG, i / ALONG / ALONG]
}

/// The places of a cell that the surface is not near to: all products there, and the distance
/// in voxels.
pub(super) struct Sides(Vec<(&'static Products, f64)>);

impl Sides {
    pub fn new(volume: &Scaled, corner: [i32; 3], size: usize) -> Self {
        let half = 2 << size;
        let distance = |i: usize| {
            let steps = steps(i);
            volume.between([0, 1, 2].map(|axis| corner[axis] as usize + half * steps[axis]))
        };
        let all = PRODUCTS.iter().enumerate().map(|(i, products)| (products, distance(i)));
        Self(all.filter(|(_, distance)| distance.abs() >= SURE).collect())
    }

    /// The places where a polynomial of so many coefficients is on the other side, with the
    /// distance and the polynomial's value.
    pub fn wrong(
        &self,
        coefficients: &[f64],
    ) -> impl Iterator<Item = (&'static Products, f64, f64)> {
        let value = |products: &Products| -> f64 {
            coefficients.iter().zip(products).map(|(x, product)| x * product).sum()
        };
        let all = self.0.iter().map(move |&(products, exact)| (products, exact, value(products)));
        all.filter(|(_, exact, value)| (*value < 0.0) != (*exact < 0.0))
    }
}
