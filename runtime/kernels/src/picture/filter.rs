//! What did coding take from a block that its pixels still tell? A mixture of linear
//! experts says so: the post filter.
//!
//! The gate looks at second differences and picks an expert for every 4 x 4 pixels; an
//! expert weighs the clipped differences of a pixel from its neighbours. Blocks that
//! come later are predicted from what was before the filter. A neighbour that is not
//! known, to the right or below, or beyond the tile, is as the nearest pixel that is.

use super::Canvas;
use nex_coding::{
    picture::{CELLS, MAX_STEP, Plane},
    tables::mantissa,
};

/// Experts: four levels of activity by five directions.
pub const EXPERTS: usize = 20;
/// What an expert of luma weighs: the differences of four pairs of opposite neighbours,
/// horizontal, vertical and diagonal, each clipped at about 1/3 of a step.
pub const LUMA_INPUTS: usize = 4;
/// Of chroma: the two pairs of straight neighbours, clipped at about 2/3 of a step.
pub const CHROMA_INPUTS: usize = 2;

/// What the experts of a post filter weigh their inputs with, in 1/128.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Experts {
    /// Those of luma.
    pub luma: [[i8; LUMA_INPUTS]; EXPERTS],
    /// Those of the two chroma planes.
    pub co_cg: [[[i8; CHROMA_INPUTS]; EXPERTS]; 2],
}

/// Pixels along a block's side.
const SIDE: usize = 32;
/// Pixels along the side of what has one expert.
pub(super) const CELL: usize = 4;
/// Parts of a pixel's difference: this many are 2^(1/2) steps or so.
const PARTS: u32 = 46;
/// The finest step that is told from finer ones: a level.
const LEAST_STEP: i32 = 96;
/// Where levels of activity begin, in sums of second differences.
const LEVELS: [u32; 3] = [1750, 7000, 29_000];
/// Below this, differences have no direction.
const FLAT: u32 = 24;

/// A row with one pixel more to its left and right, in [`PARTS`].
pub(super) type Line = [i16; SIDE + 2];

/// The experts of a block's 4 x 4 pixels, which luma picks for all planes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Classes([[u8; CELLS]; CELLS]);

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
            inside: (wide.clamp(CELL, SIDE), high.clamp(CELL, SIDE)),
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

    /// A row of the block with the pixel to its left; `None` is the one above.
    #[inline]
    fn row<'c>(&self, canvas: &'c Canvas, y: Option<usize>) -> (i16, &'c [i16]) {
        let (left, row) = match (y, canvas.over()) {
            (None, [corner, above @ ..]) => (canvas.beside(0).map(|_| *corner), above),
            _ => {
                let y = y.unwrap_or(0).min(self.inside.1 - 1);
                (canvas.beside(y), canvas.row(y).as_slice())
            }
        };
        (left.or(row.first().copied()).unwrap_or(0), row)
    }

    /// Likewise in parts, and with a pixel more to the right.
    #[inline(never)]
    fn line(&self, canvas: &Canvas, y: Option<usize>, line: &mut Line) {
        let (left, row) = self.row(canvas, y);
        let [first, rest @ ..] = line;
        *first = self.parts(left);
        let cells = rest.as_chunks_mut::<CELL>().0.get_mut(..self.inside.0 / CELL);
        #[cfg(nex_arm_dsp)]
        let last = super::arm::parts(row, cells.unwrap_or_default(), self.to_parts);
        #[cfg(not(nex_arm_dsp))]
        let last = {
            let mut last = 0;
            for ([a, b, c, d], from) in cells.unwrap_or_default().iter_mut().zip(four(row)) {
                let [e, f, g, h] = from.map(|pixel| self.parts(pixel));
                (*a, *b, *c, *d, last) = (e, f, g, h, h);
            }
            last
        };
        if let Some(after) = rest.get_mut(self.inside.0) {
            *after = last;
        }
    }

    /// Picks the experts by the pixels of luma.
    #[must_use]
    #[inline(never)]
    pub fn classes(&self, canvas: &Canvas) -> Classes {
        let rows = self.inside.1.div_ceil(CELL);
        let mut classes = [[0; CELLS]; CELLS];
        let mut sums = [[[0; 4]; CELLS]; 3];
        let [above, middle, below] = &mut sums;
        let (mut above, mut middle, mut below) = (above, middle, below);
        self.activity(canvas, 0, middle);
        // Before the first row and after the last, it once more.
        *above = *middle;
        for (row, to) in classes.iter_mut().enumerate().take(rows) {
            if row + 1 < rows {
                self.activity(canvas, row + 1, below);
            } else {
                *below = *middle;
            }
            let cells = above.iter().zip(&*middle).zip(&*below);
            for (to, ((above, middle), below)) in to.iter_mut().zip(cells) {
                let mut sum = [0u32; 4];
                for (((sum, a), b), c) in sum.iter_mut().zip(above).zip(middle).zip(below) {
                    *sum = u32::from(*a) + 2 * u32::from(*b) + u32::from(*c);
                }
                *to = class(sum);
            }
            (above, middle, below) = (middle, below, above);
        }
        Classes(classes)
    }

    /// Second differences of a row of cells, horizontal, vertical and along the two
    /// diagonals, of every other pixel of every other row, those of cells beside added.
    #[inline(never)]
    fn activity<'c>(&self, canvas: &'c Canvas, row: usize, out: &mut [[u16; 4]; CELLS]) {
        let mut sums = [[0u32; 4]; CELLS];
        for y in [CELL * row, CELL * row + 2] {
            let (mut a, up) = self.row(canvas, y.checked_sub(1));
            let (mut d, middle) = self.row(canvas, Some(y));
            let (mut g, down) = self.row(canvas, Some(y + 1));
            let two = |row: &'c [i16]| row.as_chunks::<2>().0;
            let all = two(up).iter().zip(two(middle)).zip(two(down)).take(self.inside.0 / 2);
            for (x, ((&[b, c], &[e, f]), &[h, i])) in all.enumerate() {
                if let Some(sum) = sums.get_mut(x / 2) {
                    add_second(sum, [a, b, c], [d, e, f], [g, h, i]);
                }
                (a, d, g) = (c, f, i);
            }
        }
        // In parts, those beside added; beyond the edges, the last once more.
        let cells = self.inside.0 / CELL;
        let scale = self.to_parts as u32 >> 4;
        let parts = |x: usize| {
            let sum = sums.get(x.min(cells - 1)).copied().unwrap_or_default();
            sum.map(|sum| ((sum * scale) >> 12).min(4095) as u16)
        };
        let (mut before, mut here) = (parts(0), parts(0));
        for (x, to) in out.iter_mut().enumerate() {
            let after = parts(x + 1);
            for (((to, a), b), c) in to.iter_mut().zip(before).zip(here).zip(after) {
                *to = a + 2 * b + c;
            }
            (before, here) = (here, after);
        }
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
        self.walk(canvas, classes, each, |[a, b, c], [d, e, f], [g, h, i]| {
            let pair = |p, q| clip::<32>(p - e) + clip::<32>(q - e);
            [pair(d, f), pair(b, h), pair(a, i), pair(c, g)]
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
        self.walk(canvas, classes, each, |[_, b, _], [d, e, f], [_, h, _]| {
            let pair = |p, q| clip::<64>(p - e) + clip::<64>(q - e);
            [pair(d, f), pair(b, h)]
        });
    }

    /// What is known of every pixel, three rows of three.
    #[inline]
    fn walk<const N: usize>(
        &self,
        canvas: &mut Canvas,
        classes: &Classes,
        mut each: impl FnMut(usize, [i32; N], &mut i16),
        inputs: impl Fn([i32; 3], [i32; 3], [i32; 3]) -> [i32; N],
    ) {
        self.rows(canvas, classes, |row, [up, middle, down], classes| {
            let ([a, b, up @ ..], [d, e, middle @ ..], [g, h, down @ ..]) = (up, middle, down);
            let (mut a, mut b, mut d): (i32, i32, i32) = ((*a).into(), (*b).into(), (*d).into());
            let (mut e, mut g, mut h): (i32, i32, i32) = ((*e).into(), (*g).into(), (*h).into());
            let around = four(up).iter().zip(four(middle)).zip(four(down));
            let cells = row.iter_mut().zip(classes);
            for ((pixels, &class), ((up, middle), down)) in cells.zip(around) {
                let around = up.iter().zip(middle).zip(down);
                for (pixel, ((&c, &f), &i)) in pixels.iter_mut().zip(around) {
                    let (c, f, i) = (c.into(), f.into(), i.into());
                    each(class.into(), inputs([a, b, c], [d, e, f], [g, h, i]), pixel);
                    (a, b, d, e, g, h) = (b, c, e, f, h, i);
                }
            }
        });
    }

    /// Each row's pixels of the tile, four by four, with the lines above, of, and below
    /// it, and the experts, while the block [turns](Canvas::turn).
    #[inline]
    fn rows(
        &self,
        canvas: &mut Canvas,
        classes: &Classes,
        mut each: impl FnMut(&mut [[i16; CELL]], [&Line; 3], &[u8; CELLS]),
    ) {
        let mut lines: [Line; 3] = [[0; SIDE + 2]; 3];
        let [up, middle, down] = &mut lines;
        let (mut up, mut middle, mut down) = (up, middle, down);
        self.line(canvas, None, up);
        self.line(canvas, Some(0), middle);
        let (wide, high) = self.inside;
        for y in 0..high {
            self.line(canvas, Some(y + 1), down);
            canvas.turn_row(y);
            let (Some(row), Some(classes)) = (canvas.row_mut(y), classes.0.get(y / CELL)) else {
                break;
            };
            let row = row.as_chunks_mut::<CELL>().0.get_mut(..wide / CELL).unwrap_or_default();
            each(row, [up, middle, down], classes);
            (up, middle, down) = (middle, down, up);
        }
    }

    /// Filters a block in place, as those of the `experts` say that luma has picked. Pixels
    /// may come to lie a little outside of a plane's range, for they are only shown.
    #[inline(never)]
    pub fn apply(&self, canvas: &mut Canvas, classes: &Classes, plane: Plane, experts: &Experts) {
        let luma = &experts.luma;
        let chroma = match plane {
            Plane::Luma => None,
            Plane::Co => Some(&experts.co_cg[0]),
            Plane::Cg => Some(&experts.co_cg[1]),
        };
        #[cfg(nex_arm_dsp)]
        self.rows(canvas, classes, |row, lines, classes| {
            let scale = (self.from_parts, self.shift);
            match chroma {
                None => super::arm::luma(row, lines, classes, luma, scale),
                Some(experts) => super::arm::chroma(row, lines, classes, experts, scale),
            }
        });
        #[cfg(not(nex_arm_dsp))]
        match chroma {
            None => self.luma(canvas, classes, |class, [h, v, d, a], pixel| {
                let [wh, wv, wd, wa] = luma.get(class).unwrap_or(&[0; _]).map(i32::from);
                self.add(wh * h + wv * v + wd * d + wa * a, pixel);
            }),
            Some(experts) => self.chroma(canvas, classes, |class, [h, v], pixel| {
                let [wh, wv] = experts.get(class).unwrap_or(&[0; _]).map(i32::from);
                self.add(wh * h + wv * v, pixel);
            }),
        }
    }

    /// Adds what an expert says, in 1/128 parts.
    #[cfg(not(nex_arm_dsp))]
    #[inline]
    fn add(&self, sum: i32, pixel: &mut i16) {
        let more = (sum * self.from_parts + (1 << (self.shift - 1))) >> self.shift;
        *pixel = (i32::from(*pixel) + more).clamp(i16::MIN.into(), i16::MAX.into()) as i16;
    }
}

/// After all planes of a block: filters those of colour if the block is filtered, by these
/// `experts`, and lets all of them [turn](Canvas::turn). `planes` come in the order of the
/// file with their steps; see [`Filter::new`].
pub fn leave<'c>(
    planes: impl IntoIterator<Item = (Plane, i32, &'c mut Canvas)>,
    inside: (usize, usize),
    experts: Option<&Experts>,
) {
    let mut classes = None;
    for (plane, step, canvas) in planes {
        let filter = Filter::new(step, inside);
        let Some(experts) = experts else {
            canvas.turn();
            continue;
        };
        match (&classes, plane) {
            (None, _) => {
                let picked = filter.classes(canvas);
                filter.apply(canvas, &picked, plane, experts);
                classes = Some(picked);
            }
            (Some(picked), Plane::Co | Plane::Cg) => filter.apply(canvas, picked, plane, experts),
            // Alpha.
            (Some(_), Plane::Luma) => canvas.turn(),
        }
    }
}

/// Pixels of a row, four by four.
#[inline]
const fn four(row: &[i16]) -> &[[i16; CELL]] {
    row.as_chunks().0
}

/// Adds the second differences of the pixel in the middle, horizontal, vertical and
/// along the two diagonals.
#[inline]
fn add_second([hs, vs, ds, as_]: &mut [u32; 4], up: [i16; 3], middle: [i16; 3], down: [i16; 3]) {
    let ([a, b, c], [d, e, f], [g, h, i]) = (up, middle, down);
    let second = |p: i16, q: i16| (i32::from(p) + i32::from(q) - 2 * i32::from(e)).unsigned_abs();
    *hs += second(d, f);
    *vs += second(b, h);
    *ds += second(a, i);
    *as_ += second(c, g);
}

/// A difference, clipped.
#[inline]
fn clip<const AT: i32>(difference: i32) -> i32 {
    difference.clamp(-AT, AT - 1)
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
