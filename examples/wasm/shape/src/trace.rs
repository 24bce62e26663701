//! What does an eye see of a shape?

use crate::place;
use nex_runtime::Distances;

/// Steps along a ray at most: it may run along a surface.
const STEPS: u32 = 400;
/// Cells from the surface that count as on it.
const NEAR: f64 = 1.0 / 64.0;
/// Cells along the side of the smallest that an expert owns.
const SMALLEST: u32 = 4;

/// How far the nearest cell with an expert is from each of the smallest cells: 0 in it, 1 beside
/// it, a corner included. `[z, y, x]`.
pub struct Reach<'a> {
    /// Smallest cells along the cube's side.
    pub side: usize,
    /// `side`^3 of them.
    pub cells: &'a mut [u8],
}

impl Reach<'_> {
    /// Asks the shape. Time: about 40 steps for each cell.
    pub fn measure(&mut self, shape: &mut Distances<'_>) {
        let side = self.side;
        for (at, cell) in self.cells.iter_mut().enumerate() {
            let middle = self::at(at, side).map(|x| f64::from(x) * 4.0 + 2.0);
            // Beyond the cube's end, where the last one reaches further, there is nothing.
            let expert = place(middle).and_then(|at| shape.expert_at(at).ok());
            *cell = if expert.is_none_or(|expert| expert == 0) { u8::MAX } else { 0 };
        }
        // Forth and back, as of each all that come before it are known.
        for step in 0..2 * self.cells.len() {
            let back = step >= self.cells.len();
            let here = if back { 2 * self.cells.len() - 1 - step } else { step };
            let [x, y, z] = self::at(here, side);
            let mut far = self.get([x, y, z]);
            for before in 0..13 {
                let by = [before % 3 - 1, before / 3 % 3 - 1, before / 9 - 1];
                let sign = if back { -1 } else { 1 };
                let [a, b, c] = by.map(|by| by * sign);
                far = far.min(self.get([x + a, y + b, z + c]).saturating_add(1));
            }
            if let Some(cell) = self.cells.get_mut(here) {
                *cell = far;
            }
        }
    }

    fn get(&self, at: [i32; 3]) -> u8 {
        let side = self.side as i32;
        if at.iter().any(|x| !(0..side).contains(x)) {
            return u8::MAX;
        }
        let [x, y, z] = at;
        self.cells.get((x + side * (y + side * z)) as usize).copied().unwrap_or(u8::MAX)
    }
}

fn at(cell: usize, side: usize) -> [i32; 3] {
    let side = side.max(1);
    [cell % side, cell / side % side, cell / side / side].map(|x| x as i32)
}

/// Parallel rays through the pixels of a picture. All lengths are in cells.
#[repr(C)]
pub struct View {
    /// Middle of the first pixel of row 0.
    corner: [f64; 3],
    /// From one pixel to the next one of its row.
    right: [f64; 3],
    /// From one row to the next one.
    down: [f64; 3],
    /// Where all rays go, of length 1.
    ahead: [f64; 3],
    /// Along the cube's side.
    cells: f64,
}

fn ahead(from: [f64; 3], by: [f64; 3], far: f64) -> [f64; 3] {
    let ([x, y, z], [a, b, c]) = (from, by);
    [x + a * far, y + b * far, z + c * far]
}

impl View {
    /// Of each pixel of a row the normal of the surface in 1/127, and who owns the place: 1 and
    /// twice the expert, and 1 more in every other cell of its size. 0 all of it where a ray
    /// meets nothing.
    pub fn row(&self, shape: &mut Distances<'_>, reach: &Reach<'_>, row: u32, out: &mut [[i8; 4]]) {
        let first = ahead(self.corner, self.down, row.into());
        for (i, pixel) in out.iter_mut().enumerate() {
            let from = ahead(first, self.right, i as f64);
            *pixel = self.ray(shape, reach, from).unwrap_or_default();
        }
    }

    fn ray(&self, shape: &mut Distances<'_>, reach: &Reach<'_>, from: [f64; 3]) -> Option<[i8; 4]> {
        let (mut far, end) = self.within(from)?;
        for _ in 0..STEPS {
            if far > end {
                return None;
            }
            let at = self.clamped(ahead(from, self.ahead, far));
            let last = (reach.side as u32).saturating_sub(1);
            let cell = at.map(|x| (x as u32 / SMALLEST).min(last) as i32);
            let empty = reach.get(cell);
            if empty > 0 {
                far += self.leaves(at, cell, (empty - 1).into());
                continue;
            }
            let distance = f64::from(shape.sdf_at(place(at)?).ok()?) * self.cells / 65_536.0;
            if distance <= NEAR {
                return self.hit(shape, self.clamped(ahead(from, self.ahead, far + distance)));
            }
            far += distance;
        }
        None
    }

    fn clamped(&self, at: [f64; 3]) -> [f64; 3] {
        at.map(|x| x.clamp(0.0, self.cells))
    }

    /// How far it is to what lies beyond so many smallest cells around one.
    fn leaves(&self, at: [f64; 3], cell: [i32; 3], around: i32) -> f64 {
        let mut least = f64::MAX;
        for ((at, by), cell) in at.into_iter().zip(self.ahead).zip(cell) {
            let border = f64::from(if by > 0.0 { cell + 1 + around } else { cell - around });
            let far = (border * f64::from(SMALLEST) - at) / by;
            // Of a ray along a face infinite, or no number.
            if far < least {
                least = far;
            }
        }
        least.max(0.0) + NEAR
    }

    fn hit(&self, shape: &mut Distances<'_>, at: [f64; 3]) -> Option<[i8; 4]> {
        let gradient = shape.gradient_at(place(at)?).ok()?;
        let square: u64 = gradient.iter().map(|&x| u64::from(x.unsigned_abs()).pow(2)).sum();
        let length = (square.isqrt() as i32).max(1);
        let [x, y, z] = gradient.map(|x| (x * 127 / length).clamp(-127, 127) as i8);
        let expert = shape.expert_at(place(at)?).ok()?.min(3);
        let odd = at.iter().map(|&x| x as u32 >> (1 + expert)).sum::<u32>() & 1;
        Some([x, y, z, (1 + 2 * expert + odd as u8) as i8])
    }

    /// How far along a ray the cube begins and ends.
    fn within(&self, from: [f64; 3]) -> Option<(f64, f64)> {
        let (mut first, mut last) = (0.0, f64::MAX);
        for (at, by) in from.into_iter().zip(self.ahead) {
            // Of a ray along a face 0 / 0, which is left out of what follows.
            let (a, b) = (-at / by, (self.cells - at) / by);
            first = f64::max(first, a.min(b));
            last = f64::min(last, a.max(b));
        }
        (first <= last).then_some((first, last))
    }
}
