//! How is a mixture evaluated for a few coordinates at once?
//!
//! The flow is the same for both profiles; [`Profile`] fills in the
//! arithmetic. Activations lie `[word][column]`: one column per coordinate,
//! one word for two Q15 features (integer) or one `f32` (float), so a weight
//! is loaded once for all columns.

use crate::{Position, integer::oscillator, kernel::Kernel};
use core::mem::swap;
use nex_format::{Cursor, MAX_CHANNELS, Manager, Mixture, Mlp, Tensor, Tensors};

/// Coordinates evaluated together at most. Smaller where memory is small;
/// the bits do not depend on it.
pub const MAX_TILE: usize = if cfg!(target_os = "none") { 8 } else { 256 };

/// Output samples of one tile, `[channel][column]`.
pub(crate) type Outputs = [[i16; MAX_TILE]; MAX_CHANNELS];

/// Which samples there are.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(crate) struct Range {
    pub low: i16,
    pub high: i16,
    /// Sample steps of a float expert's output of 1.0.
    pub full_scale: f32,
}

impl Range {
    /// The 8 bits of a picture.
    pub const IMAGE: Self = Self { low: 0, high: 255, full_scale: 255.0 };

    /// 16 bits of a sound, `-peak ..= min(peak, 32767)`.
    pub const fn sound(peak: u16) -> Self {
        // A peak of 32,768 is its own negative in 16 bits.
        let low = (peak as i16).wrapping_neg();
        let high = if peak < 32_768 { peak as i16 } else { i16::MAX };
        Self { low, high, full_scale: 32_768.0 }
    }
}

/// The coordinates of a tile: column `c` is at `start + c * step`, and at
/// `across` in the second dimension if there is one.
#[derive(Clone, Copy)]
pub(crate) struct Tile {
    pub start: Position,
    pub step: Position,
    pub across: Position,
    /// Columns, 1 to `MAX_TILE`; padding included.
    pub columns: usize,
}

impl Tile {
    /// Whether the columns are recorded frames, one after the other.
    pub fn is_consecutive(&self) -> bool {
        self.step == Position::FRAME && self.start.fraction() == 0
    }
}

/// Points that are evaluated together: a tile of a line, or points of a shape
/// wherever they lie.
pub(crate) trait Points {
    /// Columns, 1 to `MAX_TILE`; padding included.
    fn columns(&self) -> usize;
    /// Itself, if the columns are recorded frames, one after the other.
    fn consecutive(&self) -> Option<&Tile>;
    /// Phase of oscillator `row` at every column.
    fn phases(&self, tensor: &Tensor<'_>, row: usize, out: &mut [i32]);
    /// Reads the stored decision for every column.
    fn look_up(&self, cursor: &mut Cursor<'_>, chosen: &mut [u8; MAX_TILE]);
}

impl Points for Tile {
    fn columns(&self) -> usize {
        self.columns
    }

    fn consecutive(&self) -> Option<&Tile> {
        self.is_consecutive().then_some(self)
    }

    fn phases(&self, tensor: &Tensor<'_>, row: usize, out: &mut [i32]) {
        oscillator(tensor, row, self, out);
    }

    fn look_up(&self, cursor: &mut Cursor<'_>, chosen: &mut [u8; MAX_TILE]) {
        look_up(cursor, self, chosen);
    }
}

/// Points of a shape, one to a column; columns after the last repeat it.
#[derive(Clone, Copy)]
pub(crate) struct Cloud<'p> {
    pub points: &'p [[Position; 3]],
    pub columns: usize,
}

impl Points for Cloud<'_> {
    fn columns(&self) -> usize {
        self.columns
    }

    fn consecutive(&self) -> Option<&Tile> {
        None
    }

    fn phases(&self, tensor: &Tensor<'_>, row: usize, out: &mut [i32]) {
        let (phase, last) = (tensor.phase(row), self.points.last());
        let [x, y, z] = [0, 1, 2].map(|d| tensor.frequency(row, d));
        for (c, out) in out.iter_mut().enumerate() {
            let Some([px, py, pz]) = self.points.get(c).or(last) else { return };
            let turned = px.turn(x).wrapping_add(py.turn(y)).wrapping_add(pz.turn(z));
            *out = phase.wrapping_add(turned) as i32;
        }
    }

    /// A shape has no runs.
    fn look_up(&self, _: &mut Cursor<'_>, _: &mut [u8; MAX_TILE]) {}
}

/// What a layer reads: one or two runs of features, `[word][column]`.
#[derive(Clone, Copy)]
pub(crate) struct Input<'s> {
    pub parts: [&'s [u32]; 2],
    /// Features in each part.
    pub features: [usize; 2],
    pub columns: usize,
}

impl<'s> Input<'s> {
    const fn one(words: &'s [u32], features: usize, columns: usize) -> Self {
        Self { parts: [words, &[]], features: [features, 0], columns }
    }
}

/// The arithmetic of a profile.
pub(crate) trait Profile {
    /// Words that hold this many features of one coordinate.
    fn words(features: usize) -> usize;
    /// First layer: a bank of oscillators.
    fn oscillators<T: Points>(kernel: Kernel, tensor: &Tensor<'_>, tile: &T, out: &mut [u32]);
    /// A sine layer.
    fn sines(kernel: Kernel, tensor: &Tensor<'_>, input: &Input<'_>, out: &mut [u32]);
    /// A linear layer whose largest output counts; the lowest index wins ties.
    fn argmax(kernel: Kernel, tensor: &Tensor<'_>, input: &Input<'_>, best: &mut [u8; MAX_TILE]);
    /// A linear layer that gives samples.
    fn samples(
        kernel: Kernel,
        tensor: &Tensor<'_>,
        input: &Input<'_>,
        range: Range,
        out: &mut Outputs,
    );
}

/// The three buffers of a tile, carved out of the caller's scratch.
pub(crate) struct Buffers<'s> {
    features: &'s mut [u32],
    a: &'s mut [u32],
    b: &'s mut [u32],
}

/// Words of scratch per coordinate: encoder features, and two layers.
pub(crate) fn words_per_column<P: Profile>(mixture: &Mixture<'_>) -> usize {
    let encoder = mixture.encoder.width();
    let mut widest = encoder.max(mixture.experts.width());
    if let Some(Manager { encoder, head }) = &mixture.manager {
        widest = widest.max(encoder.width()).max(head.width());
    }
    P::words(encoder) + 2 * P::words(widest)
}

impl<'s> Buffers<'s> {
    /// Splits `scratch`, which holds `columns` times [`words_per_column`].
    pub fn new<P: Profile>(
        mixture: &Mixture<'_>,
        columns: usize,
        scratch: &'s mut [u32],
    ) -> Option<Self> {
        let features = P::words(mixture.encoder.width()) * columns;
        let layer = (words_per_column::<P>(mixture) * columns).saturating_sub(features) / 2;
        let (features, rest) = scratch.split_at_mut_checked(features)?;
        let (a, rest) = rest.split_at_mut_checked(layer)?;
        let (b, _) = rest.split_at_mut_checked(layer)?;
        Some(Self { features, a, b })
    }
}

/// Runs an encoder; its features end up in `last`, else in the second buffer.
fn encode<'s, P: Profile, T: Points>(
    kernel: Kernel,
    mlp: &Mlp<'_>,
    tile: &T,
    (a, b): (&mut &'s mut [u32], &mut &'s mut [u32]),
    mut last: Option<&mut [u32]>,
) {
    let layers = mlp.layers();
    let count = layers.len();
    for (i, tensor) in layers.enumerate() {
        let out = match &mut last {
            Some(last) if i + 1 == count => last,
            _ => &mut **a,
        };
        if i == 0 {
            P::oscillators(kernel, &tensor, tile, out);
        } else {
            let input = Input::one(b, mlp.width(), tile.columns());
            P::sines(kernel, &tensor, &input, out);
        }
        swap(a, b);
    }
}

/// Where the first layer of a block that ends in a linear one reads from.
#[derive(Clone, Copy)]
enum Source<'s> {
    /// The encoder's features.
    Features(&'s [u32], usize),
    /// So many features in the second buffer.
    Newest(usize),
    /// Those, then the encoder's features.
    Concat(usize, &'s [u32], usize),
}

/// Runs the sine layers of a block, then hands its linear layer to `last`.
fn decide<'s, P: Profile>(
    kernel: Kernel,
    (layers, width): (Tensors<'_, '_>, usize),
    (source, columns): (Source<'_>, usize),
    (a, b): (&mut &'s mut [u32], &mut &'s mut [u32]),
    mut last: impl FnMut(&Tensor<'_>, &Input<'_>),
) {
    let mut source = source;
    for tensor in layers {
        let input = match source {
            Source::Features(words, width) => Input::one(words, width, columns),
            Source::Newest(width) => Input::one(b, width, columns),
            Source::Concat(own, words, width) => {
                Input { parts: [b, words], features: [own, width], columns }
            }
        };
        if tensor.is_sine() {
            P::sines(kernel, &tensor, &input, a);
            swap(a, b);
            source = Source::Newest(width);
        } else {
            last(&tensor, &input);
        }
    }
}

/// Reads the stored decision for every column: that of the frame at or before
/// its position.
#[inline(never)]
pub(crate) fn look_up(cursor: &mut Cursor<'_>, tile: &Tile, chosen: &mut [u8; MAX_TILE]) {
    for (c, expert) in chosen.iter_mut().enumerate().take(tile.columns) {
        *expert = cursor.expert_at(tile.start.offset(tile.step, c).frame());
    }
}

/// Evaluates encoder and manager, or reads what the manager decided if there
/// is a cursor: features into `buffers.features`, the chosen expert of every
/// column into `chosen`.
pub(crate) fn route<P: Profile, T: Points>(
    kernel: Kernel,
    mixture: &Mixture<'_>,
    tile: &T,
    buffers: &mut Buffers<'_>,
    (cursor, chosen): (&mut Option<Cursor<'_>>, &mut [u8; MAX_TILE]),
) {
    let Buffers { features, a, b } = buffers;
    encode::<P, T>(kernel, &mixture.encoder, tile, (a, b), Some(features));
    *chosen = [0; MAX_TILE];
    if let Some(cursor) = cursor {
        return tile.look_up(cursor, chosen);
    }
    let Some(manager) = &mixture.manager else { return };
    encode::<P, T>(kernel, &manager.encoder, tile, (a, b), None);
    let source = Source::Concat(manager.encoder.width(), features, mixture.encoder.width());
    let layers = (manager.head.layers(), manager.head.width());
    decide::<P>(kernel, layers, (source, tile.columns()), (a, b), |tensor, input| {
        P::argmax(kernel, tensor, input, chosen);
    });
}

/// Evaluates the chosen expert of every one of the first `used` columns.
pub(crate) fn experts<P: Profile, T: Points>(
    kernel: Kernel,
    mixture: &Mixture<'_>,
    tile: &T,
    used: usize,
    buffers: &mut Buffers<'_>,
    (chosen, range): (&[u8; MAX_TILE], Range),
    out: &mut Outputs,
) {
    let Buffers { features, a, b } = buffers;
    let width = mixture.encoder.width();
    let used = chosen.get(..used).unwrap_or(chosen);
    let first = used.first().copied().unwrap_or(0);
    if used.iter().all(|&k| k == first) {
        let layers = (mixture.experts.layers(first.into()), mixture.experts.width());
        let source = (Source::Features(features, width), tile.columns());
        return decide::<P>(kernel, layers, source, (a, b), |tensor, input| {
            P::samples(kernel, tensor, input, range, out);
        });
    }
    let mut done = [false; MAX_TILE];
    for start in 0..used.len() {
        if done.get(start).copied().unwrap_or(true) {
            continue;
        }
        let Some(&k) = used.get(start) else { continue };
        // The columns that share this expert, packed side by side.
        let mut columns = [0u8; MAX_TILE];
        let mut count = 0;
        for (c, _) in used.iter().enumerate().filter(|&(_, &other)| other == k) {
            if let (Some(column), Some(done)) = (columns.get_mut(count), done.get_mut(c)) {
                *column = c as u8;
                *done = true;
                count += 1;
            }
        }
        let padded = pad(kernel, count, tile.columns());
        gather(features, P::words(width), tile.columns(), (&columns, padded), b);
        let layers = (mixture.experts.layers(k.into()), mixture.experts.width());
        let mut packed = [[0; MAX_TILE]; MAX_CHANNELS];
        let source = (Source::Newest(width), padded);
        decide::<P>(kernel, layers, source, (a, b), |tensor, input| {
            P::samples(kernel, tensor, input, range, &mut packed);
        });
        for (to, from) in out.iter_mut().zip(&packed) {
            for (&c, &sample) in columns.iter().take(count).zip(from) {
                if let Some(to) = to.get_mut(usize::from(c)) {
                    *to = sample;
                }
            }
        }
    }
}

/// Columns to evaluate so that vector kernels run on whole vectors, and scalar
/// ones on all their columns.
pub(crate) fn pad(kernel: Kernel, count: usize, available: usize) -> usize {
    let most_single = if kernel.is_scalar() { 1 } else { 4 };
    if count > most_single || available < 8 {
        count.next_multiple_of(8).min(available)
    } else {
        count
    }
}

fn gather(
    from: &[u32],
    words: usize,
    stride: usize,
    (columns, count): (&[u8; MAX_TILE], usize),
    to: &mut [u32],
) {
    let rows = from.chunks_exact(stride.max(1)).take(words);
    for (row, to) in rows.zip(to.chunks_exact_mut(count.max(1))) {
        for (to, &c) in to.iter_mut().zip(columns) {
            *to = row.get(usize::from(c)).copied().unwrap_or(0);
        }
    }
}
