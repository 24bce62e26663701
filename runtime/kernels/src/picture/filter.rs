//! What did coding take from a block that its pixels still tell? A mixture of linear
//! experts says so: the post filter.
//!
//! The gate looks at second differences and picks an expert for every 4 x 4 pixels; an
//! expert weighs the clipped differences of a pixel from its neighbours. Blocks that
//! come later are predicted from what was before the filter. A neighbour that is not
//! known, to the right or below, or beyond the tile, is as the nearest pixel that is.

use super::{
    Canvas,
    filters::{CO_CG, LUMA},
    within,
};
use nex_coding::{
    picture::{CELLS, MAX_STEP, Plane},
    tables::mantissa,
};

/// Experts: four levels of activity by five directions.
pub const EXPERTS: usize = 20;
/// What an expert of luma weighs: four pairs of opposite neighbours, each of them
/// clipped at about 1/3 and 3 steps.
pub const LUMA_INPUTS: usize = 8;
/// Of chroma: the two pairs of straight neighbours, clipped at about 2/3 of a step.
pub const CHROMA_INPUTS: usize = 2;

/// Pixels along a block's side.
const SIDE: usize = 32;
/// Pixels along the side of what has one expert.
const CELL: usize = 4;
/// Parts of a pixel's difference: this many are 2^(1/2) steps or so.
const PARTS: u32 = 46;
/// The finest step that is told from finer ones: a level.
const LEAST_STEP: i32 = 96;
/// Where levels of activity begin, in sums of second differences.
const LEVELS: [u32; 3] = [1750, 7000, 29_000];
/// Below this, differences have no direction.
const FLAT: u32 = 24;

/// A row with one pixel more to its left and right, in [`PARTS`].
type Line = [i16; SIDE + 2];

/// The experts of a block's 4 x 4 pixels, which luma picks for all planes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Classes([[u8; CELLS]; CELLS]);

/// What a pixel's neighbours are, and itself.
struct Near {
    up: [i32; 3],
    middle: [i32; 3],
    down: [i32; 3],
}

/// The post filter of a plane's block.
#[derive(Clone, Copy, Debug)]
pub struct Filter {
    /// Pixels of the tile from the block's corner on.
    inside: (usize, usize),
    /// From a pixel to parts of it, in 2^-16.
    to_parts: i32,
    /// And back, in 2^-`shift` of 1/128 of a part.
    from_parts: i32,
    shift: u32,
}

impl Filter {
    /// For a step in 1/32 octaves above 1/8 of a level, and so many columns and rows of
    /// the tile from the block's corner on.
    #[must_use]
    pub fn new(step: i32, (wide, high): (usize, usize)) -> Self {
        let step = step.clamp(LEAST_STEP, MAX_STEP.into());
        let octave = (step >> 5) as u32;
        let mantissa = u32::from(mantissa(step)).max(1);
        Self {
            inside: (wide.clamp(1, SIDE), high.clamp(1, SIDE)),
            to_parts: ((((PARTS << 26) / mantissa) << 5) >> octave) as i32,
            from_parts: (mantissa / PARTS) as i32,
            shift: 15 + 7 - octave,
        }
    }

    /// A pixel or a difference of pixels in the parts in which experts see it.
    #[must_use]
    #[inline]
    pub const fn parts(&self, pixel: i16) -> i16 {
        ((pixel as i32 * self.to_parts) >> 16) as i16
    }

    /// A row of the block in parts; `None` is the one above.
    #[inline]
    fn line(&self, canvas: &Canvas, y: Option<usize>) -> Line {
        let mut line = [0; SIDE + 2];
        let (left, row) = match (y, canvas.over()) {
            (None, [corner, above @ ..]) => (canvas.beside(0).map(|_| *corner), above),
            _ => {
                let y = y.unwrap_or(0).min(self.inside.1 - 1);
                (canvas.beside(y), canvas.row(y).as_slice())
            }
        };
        let (wide, [first, rest @ ..]) = (self.inside.0, &mut line);
        for (to, &from) in rest.iter_mut().zip(row).take(wide) {
            *to = self.parts(from);
        }
        let of = |i: usize| rest.get(i).copied().unwrap_or(0);
        *first = left.map_or(of(0), |left| self.parts(left));
        let last = of(wide - 1);
        if let Some(after) = rest.get_mut(wide) {
            *after = last;
        }
        line
    }

    /// Picks the experts by the pixels of luma.
    #[must_use]
    pub fn classes(&self, canvas: &Canvas) -> Classes {
        let rows = self.inside.1.div_ceil(CELL);
        let mut classes = [[0; CELLS]; CELLS];
        let mut sums = [self.activity(canvas, 0); 3];
        for (row, to) in classes.iter_mut().enumerate().take(rows) {
            let [_, above, middle] = sums;
            let below = if row + 1 < rows { self.activity(canvas, row + 1) } else { middle };
            // Before the first row, the first once more.
            sums = if row == 0 { [middle, middle, below] } else { [above, middle, below] };
            let [above, middle, below] = &sums;
            for (((to, above), middle), below) in to.iter_mut().zip(above).zip(middle).zip(below) {
                let mut sum = [0u32; 4];
                for (((sum, a), b), c) in sum.iter_mut().zip(above).zip(middle).zip(below) {
                    *sum = u32::from(*a) + 2 * u32::from(*b) + u32::from(*c);
                }
                *to = class(sum);
            }
        }
        Classes(classes)
    }

    /// Second differences of a row of cells, horizontal, vertical and along the two
    /// diagonals, of every other pixel of every other row, those of cells beside added.
    #[inline(never)]
    fn activity(&self, canvas: &Canvas, row: usize) -> [[u16; 4]; CELLS] {
        let mut sums = [[0u32; 4]; CELLS];
        for y in [CELL * row, CELL * row + 2] {
            let up = self.line(canvas, y.checked_sub(1));
            let middle = self.line(canvas, Some(y));
            let down = self.line(canvas, Some(y + 1));
            let lines = [&up, &middle, &down];
            for (x, near) in (0..self.inside.0).step_by(2).zip(nears(lines).step_by(2)) {
                let Some(sum) = sums.get_mut(x / CELL) else { break };
                let [a, b, c] = near.up;
                let [d, e, f] = near.middle;
                let [g, h, i] = near.down;
                for (sum, two) in sum.iter_mut().zip([d + f, b + h, a + i, c + g]) {
                    *sum += (two - 2 * e).unsigned_abs();
                }
            }
        }
        let cells = self.inside.0.div_ceil(CELL);
        let at = |i: usize, way: usize| {
            let sum = sums.get(i.min(cells - 1)).and_then(|sum| sum.get(way));
            sum.copied().unwrap_or(0).min(4095) as u16
        };
        core::array::from_fn(|i| {
            core::array::from_fn(|way| {
                at(i.saturating_sub(1), way) + 2 * at(i, way) + at(i + 1, way)
            })
        })
    }

    /// Shows what experts of luma see: `each` is called for every pixel, row by row,
    /// with the expert, what it weighs, and the pixel.
    #[inline]
    pub fn luma(
        &self,
        canvas: &mut Canvas,
        classes: &Classes,
        each: impl FnMut(usize, [i32; LUMA_INPUTS], &mut i16),
    ) {
        self.walk(canvas, classes, each, |near| {
            let [a, b, c] = near.up;
            let [d, e, f] = near.middle;
            let [g, h, i] = near.down;
            let [ds, bs, as_, cs] =
                [[d, f], [b, h], [a, i], [c, g]].map(|pair| clip::<32>(e, pair));
            let [dl, bl, al, cl] =
                [[d, f], [b, h], [a, i], [c, g]].map(|pair| clip::<256>(e, pair));
            [ds, bs, as_, cs, dl, bl, al, cl]
        });
    }

    /// Likewise of chroma.
    #[inline]
    pub fn chroma(
        &self,
        canvas: &mut Canvas,
        classes: &Classes,
        each: impl FnMut(usize, [i32; CHROMA_INPUTS], &mut i16),
    ) {
        self.walk(canvas, classes, each, |near| {
            let [_, b, _] = near.up;
            let [d, e, f] = near.middle;
            let [_, h, _] = near.down;
            [[d, f], [b, h]].map(|pair| clip::<64>(e, pair))
        });
    }

    /// What is known of every pixel, while the block [turns](Canvas::turn).
    #[inline]
    fn walk<const N: usize>(
        &self,
        canvas: &mut Canvas,
        classes: &Classes,
        mut each: impl FnMut(usize, [i32; N], &mut i16),
        inputs: impl Fn(&Near) -> [i32; N],
    ) {
        let mut up = self.line(canvas, None);
        let mut middle = self.line(canvas, Some(0));
        for y in 0..SIDE {
            if y >= self.inside.1 {
                break;
            }
            let down = self.line(canvas, Some(y + 1));
            canvas.turn_row(y);
            let Some(row) = canvas.row_mut(y) else { break };
            let classes = classes.0.get(y / CELL).map_or(&[0; CELLS], |row| row);
            let (cells, _) = row.as_chunks_mut::<CELL>();
            let wide = self.inside.0.div_ceil(CELL);
            {
                let mut all = nears([&up, &middle, &down]);
                for (pixels, &class) in cells.iter_mut().zip(classes).take(wide) {
                    for (pixel, near) in pixels.iter_mut().zip(&mut all) {
                        each(class.into(), inputs(&near), pixel);
                    }
                }
            }
            (up, middle) = (middle, down);
        }
    }

    /// Filters a block in place, as the experts that luma has picked say.
    pub fn apply(&self, canvas: &mut Canvas, classes: &Classes, plane: Plane) {
        let experts = match plane {
            Plane::Luma => {
                return self.luma(canvas, classes, |class, inputs, pixel| {
                    self.add(LUMA.get(class), inputs, pixel, false);
                });
            }
            Plane::Co => &CO_CG[0],
            Plane::Cg => &CO_CG[1],
        };
        self.chroma(canvas, classes, |class, inputs, pixel| {
            self.add(experts.get(class), inputs, pixel, true);
        });
    }

    #[inline]
    fn add<const N: usize>(
        &self,
        expert: Option<&[i8; N]>,
        inputs: [i32; N],
        pixel: &mut i16,
        signed: bool,
    ) {
        let weights = expert.unwrap_or(&[0; N]);
        let sum: i32 = weights.iter().zip(inputs).map(|(&w, input)| i32::from(w) * input).sum();
        let more = (sum * self.from_parts + (1 << (self.shift - 1))) >> self.shift;
        *pixel = within(i32::from(*pixel) + more, signed);
    }
}

/// After all planes of a block: filters those of colour if the block is `filtered`, and
/// lets all of them [turn](Canvas::turn). `planes` come in the order of the file with
/// their steps; see [`Filter::new`].
pub fn leave<'c>(
    planes: impl IntoIterator<Item = (Plane, i32, &'c mut Canvas)>,
    inside: (usize, usize),
    filtered: bool,
) {
    let mut classes = None;
    for (plane, step, canvas) in planes {
        let filter = Filter::new(step, inside);
        match (&classes, plane) {
            _ if !filtered => canvas.turn(),
            (None, _) => {
                let picked = filter.classes(canvas);
                filter.apply(canvas, &picked, plane);
                classes = Some(picked);
            }
            (Some(picked), Plane::Co | Plane::Cg) => filter.apply(canvas, picked, plane),
            // Alpha.
            (Some(_), Plane::Luma) => canvas.turn(),
        }
    }
}

/// Two neighbours' differences from a pixel, each of them clipped.
#[inline]
fn clip<const AT: i32>(pixel: i32, [a, b]: [i32; 2]) -> i32 {
    (a - pixel).clamp(-AT, AT - 1) + (b - pixel).clamp(-AT, AT - 1)
}

/// All pixels of a row and what is around.
#[inline]
fn nears([up, middle, down]: [&Line; 3]) -> impl Iterator<Item = Near> {
    let [u0, u1, up @ ..] = up;
    let [m0, m1, middle @ ..] = middle;
    let [d0, d1, down @ ..] = down;
    let pair = |a: &i16, b: &i16| [i32::from(*a), i32::from(*b)];
    let mut last = [pair(u0, u1), pair(m0, m1), pair(d0, d1)];
    up.iter().zip(middle).zip(down).map(move |((&u, &m), &d)| {
        let next = |[a, b]: &mut [i32; 2], c: i16| {
            let near = [*a, *b, c.into()];
            (*a, *b) = (*b, c.into());
            near
        };
        let [up, middle, down] = &mut last;
        Near { up: next(up, u), middle: next(middle, m), down: next(down, d) }
    })
}

/// The expert by second differences in four directions.
fn class([h, v, d, a]: [u32; 4]) -> u8 {
    let level = LEVELS.iter().filter(|&&level| h + v >= level).count() as u8;
    let (most, least) = (h.max(v), h.min(v) + FLAT);
    let (most_d, least_d) = (d.max(a), d.min(a) + FLAT);
    let way = if most < 2 * least && most_d < 2 * least_d {
        0
    } else if most * least_d >= most_d * least {
        if h > v { 1 } else { 2 }
    } else if d > a {
        3
    } else {
        4
    };
    5 * level + way
}
