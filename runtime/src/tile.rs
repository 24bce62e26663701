//! How is a mixture evaluated for a few coordinates at once?
//!
//! The flow is the same for both profiles; [`Profile`] fills in the
//! arithmetic. Activations lie `[word][column]`: one column per coordinate,
//! one word for two Q15 features (integer) or one `f32` (float), so a weight
//! is loaded once for all columns.

#[cfg(feature = "models")]
use crate::hash;
use crate::{Position, integer::oscillator, kernel::Kernel};
use core::mem::swap;
#[cfg(feature = "models")]
use nex_format::MAX_DIMS;
use nex_format::{Activation, Cursor, MAX_CHANNELS, Manager, Mixture, Mlp, Tensor, Tensors};

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
    /// Points along both dimensions; none across a sound.
    #[cfg(feature = "models")]
    pub points: [u32; 2],
}

impl Tile {
    /// Whether the columns are recorded frames, one after the other.
    pub fn is_consecutive(&self) -> bool {
        self.step == Position::FRAME && self.start.fraction() == 0
    }

    /// Of a picture: the number of the pixel in which a position lies.
    #[cfg(feature = "models")]
    fn pixel(&self, at: Position) -> Option<u32> {
        let [width, height] = self.points;
        // Positions are measured from the first pixel's centre.
        let whole = |position: Position| position.after_half(Position::FRAME).frame();
        let before = whole(self.across).wrapping_mul(width);
        (height > 0).then(|| before.wrapping_add(whole(at)))
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
    /// How far a column is from the first point towards the last, in 2^-32, by
    /// dimension.
    #[cfg(feature = "models")]
    fn shares(&self, column: usize) -> [u64; MAX_DIMS];
    /// The coordinates, `[dimension][column]`.
    #[cfg(feature = "models")]
    fn coordinates(&self, out: &mut [u32]);
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

    #[cfg(feature = "models")]
    fn shares(&self, column: usize) -> [u64; MAX_DIMS] {
        let [along, across] = self.points;
        // Before the first point is as at it: positions in a picture wrap there.
        let share = |at: Position, points| match at.frame() >> 31 {
            1 if across > 0 => 0,
            _ => at.share(points),
        };
        [share(self.start.offset(self.step, column), along), share(self.across, across), 0]
    }

    #[cfg(feature = "models")]
    fn coordinates(&self, out: &mut [u32]) {
        let mut axes = out.chunks_exact_mut(self.columns.max(1));
        let [along, across] = self.points;
        for (c, out) in axes.next().into_iter().flatten().enumerate() {
            *out = self.start.offset(self.step, c).coordinate(along).to_bits();
        }
        axes.next().into_iter().for_each(|out| out.fill(self.across.coordinate(across).to_bits()));
    }
}

/// Points of a shape, one to a column; columns after the last repeat it.
#[derive(Clone, Copy)]
pub(crate) struct Cloud<'p> {
    pub points: &'p [[Position; 3]],
    pub columns: usize,
    /// Cells along an axis, and one: the far face's corners belong to the cube.
    #[cfg(feature = "models")]
    pub corners: u32,
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

    #[cfg(feature = "models")]
    fn shares(&self, column: usize) -> [u64; MAX_DIMS] {
        let point = self.points.get(column).or(self.points.last());
        point.map_or([0; MAX_DIMS], |axes| axes.map(|at| at.share(self.corners)))
    }

    #[cfg(feature = "models")]
    fn coordinates(&self, out: &mut [u32]) {
        for (axis, out) in out.chunks_exact_mut(self.columns.max(1)).enumerate() {
            for (c, out) in out.iter_mut().enumerate() {
                let point = self.points.get(c).or(self.points.last());
                let at = point.and_then(|axes| axes.get(axis)).copied().unwrap_or_default();
                *out = at.coordinate(self.corners).to_bits();
            }
        }
    }
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

    /// The features of the layer before, and the coordinates after them.
    fn with_position(
        (words, features): (&'s [u32], usize),
        position: &'s [u32],
        columns: usize,
    ) -> Self {
        let dims = position.len() / columns.max(1);
        Self { parts: [words, position], features: [features, dims], columns }
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
    /// A layer with another activation; only float files have one.
    #[cfg(feature = "models")]
    fn activated(_: Kernel, _: Activation, _: &Tensor<'_>, _: &Input<'_>, _: &mut [u32]) {}
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
    /// The coordinates, if a layer reads them.
    #[cfg(feature = "models")]
    position: &'s mut [u32],
    features: &'s mut [u32],
    a: &'s mut [u32],
    b: &'s mut [u32],
}

/// Words of scratch per coordinate: encoder features, and two layers.
pub(crate) fn words_per_column<P: Profile>(mixture: &Mixture<'_>) -> usize {
    let encoder = mixture.encoder.width();
    let mut widest = encoder.max(mixture.experts.width());
    if let Some(Manager { encoder, head, .. }) = &mixture.manager {
        widest = widest.max(encoder.width()).max(head.width());
    }
    P::words(encoder) + 2 * P::words(widest) + position_words(mixture)
}

/// Words that hold the coordinates of a point, if a layer reads them.
#[cfg(feature = "models")]
fn position_words(mixture: &Mixture<'_>) -> usize {
    let words = |mlp: &Mlp<'_>| {
        let mut layers = mlp.layers();
        let dims = layers.clone().next().map_or(0, |first| first.cols());
        if layers.any(|layer| layer.reads_position()) { dims } else { 0 }
    };
    mixture.manager.as_ref().map_or(0, |m| words(&m.encoder)).max(words(&mixture.encoder))
}
#[cfg(not(feature = "models"))]
const fn position_words(_: &Mixture<'_>) -> usize {
    0
}

impl<'s> Buffers<'s> {
    /// Splits `scratch`, which holds `columns` times [`words_per_column`].
    pub fn new<P: Profile>(
        mixture: &Mixture<'_>,
        columns: usize,
        scratch: &'s mut [u32],
    ) -> Option<Self> {
        #[cfg(feature = "models")]
        let (position, scratch) =
            scratch.split_at_mut_checked(position_words(mixture) * columns)?;
        let features = P::words(mixture.encoder.width()) * columns;
        let all = words_per_column::<P>(mixture) - position_words(mixture);
        let layer = (all * columns).saturating_sub(features) / 2;
        let (features, rest) = scratch.split_at_mut_checked(features)?;
        let (a, rest) = rest.split_at_mut_checked(layer)?;
        let (b, _) = rest.split_at_mut_checked(layer)?;
        Some(Self {
            #[cfg(feature = "models")]
            position,
            features,
            a,
            b,
        })
    }
}

/// A layer and its activation.
fn activate<P: Profile>(
    kernel: Kernel,
    #[cfg_attr(not(feature = "models"), allow(unused))] activation: Activation,
    tensor: &Tensor<'_>,
    input: &Input<'_>,
    out: &mut [u32],
) {
    #[cfg(feature = "models")]
    if activation != Activation::Sine {
        return P::activated(kernel, activation, tensor, input, out);
    }
    P::sines(kernel, tensor, input, out);
}

/// Runs an encoder; its features end up in `last`, else in the second buffer.
fn encode<'s, P: Profile, T: Points>(
    kernel: Kernel,
    mlp: &Mlp<'_>,
    (tile, position): (&T, &[u32]),
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
        if tensor.reads_position() {
            let before: (&[u32], usize) = if i == 0 { (&[], 0) } else { (b, mlp.width()) };
            let input = Input::with_position(before, position, tile.columns());
            activate::<P>(kernel, mlp.activation(), &tensor, &input, out);
        } else if i == 0 {
            P::oscillators(kernel, &tensor, tile, out);
        } else {
            let input = Input::one(b, mlp.width(), tile.columns());
            activate::<P>(kernel, mlp.activation(), &tensor, &input, out);
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
    (layers, width, activation): (Tensors<'_, '_>, usize, Activation),
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
            activate::<P>(kernel, activation, &tensor, &input, a);
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
        let at = tile.start.offset(tile.step, c);
        #[cfg(feature = "models")]
        let point = tile.pixel(at).unwrap_or(at.frame());
        #[cfg(not(feature = "models"))]
        let point = at.frame();
        *expert = cursor.expert_at(point);
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
    let Buffers { features, a, b, .. } = buffers;
    #[cfg(feature = "models")]
    let place = {
        tile.coordinates(buffers.position);
        (tile, &*buffers.position)
    };
    #[cfg(not(feature = "models"))]
    let place = (tile, &[][..]);
    #[cfg(feature = "models")]
    match &mixture.grid {
        Some(grid) => hash::features(grid, tile, features),
        None => encode::<P, T>(kernel, &mixture.encoder, place, (a, b), Some(features)),
    }
    #[cfg(not(feature = "models"))]
    encode::<P, T>(kernel, &mixture.encoder, place, (a, b), Some(features));
    *chosen = [0; MAX_TILE];
    if let Some(cursor) = cursor {
        return tile.look_up(cursor, chosen);
    }
    let Some(manager) = &mixture.manager else { return };
    let (own, shared) = (manager.encoder.width(), mixture.encoder.width());
    let source = if cfg!(feature = "models") && manager.encoder.is_empty() {
        Source::Features(features, shared)
    } else {
        encode::<P, T>(kernel, &manager.encoder, place, (a, b), None);
        if manager.sees_features() {
            Source::Concat(own, features, shared)
        } else {
            Source::Newest(own)
        }
    };
    let head = &manager.head;
    let layers = (head.layers(), head.width(), head.activation());
    decide::<P>(kernel, layers, (source, tile.columns()), (a, b), |tensor, input| {
        P::argmax(kernel, tensor, input, chosen);
    });
}

/// An expert's layers, their width and what follows them.
fn expert<'m, 'a>(mixture: &'m Mixture<'a>, k: u8) -> (Tensors<'m, 'a>, usize, Activation) {
    let experts = &mixture.experts;
    (experts.layers(k.into()), experts.width(), experts.activation())
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
    let Buffers { features, a, b, .. } = buffers;
    let width = mixture.encoder.width();
    let used = chosen.get(..used).unwrap_or(chosen);
    let first = used.first().copied().unwrap_or(0);
    if used.iter().all(|&k| k == first) {
        let layers = expert(mixture, first);
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
        let layers = expert(mixture, k);
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
