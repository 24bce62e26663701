//! Which experts does the post filter need?
//!
//! Those that bring decoded planes nearest to what they were: least squares, expert by
//! expert.

use super::PlanePair;
use nex_coding::picture::Plane;
use nex_kernels::picture::{CHROMA_INPUTS, Canvas, Classes, EXPERTS, Experts, Filter, LUMA_INPUTS};
use std::fmt::Write;

/// The normal equations of an expert.
#[derive(Clone, Debug)]
struct Normal<const N: usize> {
    products: [[f64; N]; N],
    targets: [f64; N],
}

/// What share of the mean of all experts' squares is added to each one's, so that few
/// pixels do not make large weights.
const RIDGE: f64 = 1e-4;

impl<const N: usize> Normal<N> {
    const NEW: Self = Self { products: [[0.0; N]; N], targets: [0.0; N] };

    fn add(&mut self, weight: f64, inputs: [i32; N], target: f64) {
        for ((row, to), a) in self.products.iter_mut().zip(&mut self.targets).zip(inputs) {
            let a = weight * f64::from(a);
            row.iter_mut().zip(inputs).for_each(|(sum, b)| *sum += a * f64::from(b));
            *to += a * target;
        }
    }

    /// The weights in 1/128, with a `ridge`.
    fn solve(&self, ridge: f64) -> [i8; N] {
        let (mut rows, mut right) = (self.products, self.targets);
        (0..N).for_each(|i| rows[i][i] += ridge);
        // Positive definite: no pivot is needed.
        for i in 0..N {
            let (pivot, target) = (rows[i], right[i]);
            for j in i + 1..N {
                let factor = rows[j][i] / pivot[i];
                rows[j].iter_mut().zip(pivot).for_each(|(to, from)| *to -= factor * from);
                right[j] -= factor * target;
            }
        }
        for i in (0..N).rev() {
            let known: f64 = (i + 1..N).map(|j| rows[i][j] * right[j]).sum();
            right[i] = (right[i] - known) / rows[i][i];
        }
        right.map(|weight| (128.0 * weight).round().clamp(-127.0, 127.0) as i8)
    }
}

fn solve<const N: usize>(experts: &[Normal<N>]) -> [[i8; N]; EXPERTS] {
    let squares = experts.iter().map(|e| (0..N).map(|i| e.products[i][i]).sum::<f64>());
    let ridge = RIDGE * squares.sum::<f64>() / N as f64;
    std::array::from_fn(|i| experts[i].solve(ridge.max(f64::MIN_POSITIVE)))
}

/// Learns the experts of the post filter.
#[derive(Clone, Debug)]
pub struct Filters {
    luma: Vec<Normal<LUMA_INPUTS>>,
    chroma: [Vec<Normal<CHROMA_INPUTS>>; 2],
}

impl Default for Filters {
    fn default() -> Self {
        Self::new()
    }
}

impl Filters {
    /// Nothing was seen.
    #[must_use]
    pub fn new() -> Self {
        let chroma = vec![Normal::NEW; EXPERTS];
        Self { luma: vec![Normal::NEW; EXPERTS], chroma: [chroma.clone(), chroma] }
    }

    /// Looks at the planes of a picture that was encoded without filters and fields, in
    /// the order of the file.
    pub fn add(&mut self, planes: &[PlanePair]) {
        let Some(luma) = planes.first() else { return };
        // Experts see steps: between errors in these, and each picture's relative ones.
        let error: f64 = planes.iter().map(PlanePair::mean_square).sum();
        let weight = f64::from(luma.step as f32 / 32.0).exp2() / error.sqrt().max(1.0);
        let mut canvases: Vec<_> =
            planes.iter().map(|pair| Canvas::new(pair.plane != Plane::Luma)).collect();
        for top in (0..luma.inside.1).step_by(32) {
            for left in (0..luma.inside.0).step_by(32) {
                let mut classes = None;
                for (pair, canvas) in planes.iter().zip(&mut canvases) {
                    self.block(pair, canvas, (left, top), weight, &mut classes);
                }
            }
        }
    }

    fn block(
        &mut self,
        pair: &PlanePair,
        canvas: &mut Canvas,
        (left, top): (usize, usize),
        weight: f64,
        classes: &mut Option<Classes>,
    ) {
        let inside = (pair.inside.0 - left, pair.inside.1 - top);
        let at = top * pair.stride + left;
        let above = if top == 0 { &[][..] } else { &pair.decoded[at - pair.stride..] };
        canvas.step(left == 0, &above[..above.len().min(inside.0).min(64)], inside.1);
        for (row, from) in
            canvas.square((0, 0), 32).rows().zip(pair.decoded[at..].chunks(pair.stride))
        {
            row.copy_from_slice(&from[..32]);
        }
        let filter = Filter::new(pair.step, inside);
        let rows = (0..inside.1.min(32)).map(|y| at + y * pair.stride);
        let mut places = rows.flat_map(|row| row..row + inside.0.min(32));
        let mut off = || {
            let place = places.next().expect("as many pixels are seen");
            f64::from(filter.parts(pair.original[place] - pair.decoded[place]))
        };
        match (pair.plane, &classes) {
            (Plane::Luma, None) => {
                let picked = filter.classes(canvas);
                filter.luma(canvas, &picked, |class, inputs, _| {
                    self.luma[class].add(weight, inputs, off());
                });
                *classes = Some(picked);
            }
            (Plane::Co | Plane::Cg, Some(picked)) => {
                let experts = &mut self.chroma[usize::from(pair.plane == Plane::Cg)];
                filter.chroma(canvas, picked, |class, inputs, _| {
                    experts[class].add(weight, inputs, off());
                });
            }
            // Alpha is not filtered.
            _ => canvas.turn(),
        }
    }

    /// The experts that bring what was seen nearest to what it was.
    #[must_use]
    pub fn experts(&self) -> Experts {
        Experts { luma: solve(&self.luma), co_cg: self.chroma.each_ref().map(|all| solve(all)) }
    }
}

/// The source of the kernels' `picture::filters`.
#[must_use]
pub fn source_file(experts: &Experts) -> String {
    let mut text = String::from(
        "//! The experts of the post filter, in 1/128.\n//!\n\
         //! Made by `cargo run --release -p ne-train --example train_models`;\n\
         //! `tests/corpus` says of which pictures.\n\n\
         use super::{CHROMA_INPUTS, EXPERTS, Experts, LUMA_INPUTS};\n\n\
         /// Those that decoders have.\n\
         pub static TRAINED: Experts = Experts { luma: LUMA, co_cg: CO_CG };\n\n\
         #[rustfmt::skip]\nconst LUMA: [[i8; LUMA_INPUTS]; EXPERTS] = [\n",
    );
    for expert in &experts.luma {
        let _ = writeln!(text, "    {expert:?},");
    }
    text += "];\n\n#[rustfmt::skip]\n\
             const CO_CG: [[[i8; CHROMA_INPUTS]; EXPERTS]; 2] = [\n";
    for experts in &experts.co_cg {
        let _ = writeln!(text, "    {experts:?},");
    }
    text + "];\n"
}

impl PlanePair {
    /// The mean squared error in levels.
    fn mean_square(&self) -> f64 {
        let squares = (0..self.inside.1).flat_map(|y| {
            let row = y * self.stride..y * self.stride + self.inside.0;
            row.map(|i| f64::from(self.original[i] - self.decoded[i]).powi(2))
        });
        squares.sum::<f64>() / (self.inside.0 * self.inside.1) as f64 / 256.0
    }
}
