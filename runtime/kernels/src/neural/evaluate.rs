//! How is a mixture evaluated for a few coordinates at once?
//!
//! The flow is the same for both arithmetics; [`Arithmetics`] fills them in.

#[cfg(feature = "networks")]
use super::hash;
use super::profile::Arithmetics;
use crate::{
    kernel::Kernel,
    layout::{Input, MAX_TILE, Outputs, Range},
    points::Points,
};
use core::mem::swap;
use nex_format::{
    MAX_CHANNELS,
    neural::{Activation, Manager, Mixture, Mlp, RunCursor, Tensor, Tensors},
};

/// The three buffers of a tile, carved out of the caller's scratch.
pub(crate) struct Buffers<'s> {
    /// The coordinates, if a layer reads them.
    #[cfg(feature = "networks")]
    position: &'s mut [u32],
    features: &'s mut [u32],
    a: &'s mut [u32],
    b: &'s mut [u32],
}

/// Words of scratch per coordinate: encoder features, and two layers.
pub(crate) fn words_per_column<P: Arithmetics>(mixture: &Mixture<'_>) -> usize {
    let encoder = mixture.encoder.width();
    let mut widest = encoder.max(mixture.experts.width());
    if let Some(Manager { encoder, head, .. }) = &mixture.manager {
        widest = widest.max(encoder.width()).max(head.width());
    }
    P::words(encoder) + 2 * P::words(widest) + position_words(mixture)
}

/// Words that hold the coordinates of a point, if a layer reads them.
#[cfg(feature = "networks")]
fn position_words(mixture: &Mixture<'_>) -> usize {
    let words = |mlp: &Mlp<'_>| {
        let mut layers = mlp.layers();
        let dims = layers.clone().next().map_or(0, |first| first.cols());
        if layers.any(|layer| layer.reads_position()) { dims } else { 0 }
    };
    mixture.manager.as_ref().map_or(0, |m| words(&m.encoder)).max(words(&mixture.encoder))
}
#[cfg(not(feature = "networks"))]
const fn position_words(_: &Mixture<'_>) -> usize {
    0
}

impl<'s> Buffers<'s> {
    /// Splits `scratch`, which holds `columns` times [`words_per_column`].
    pub fn new<P: Arithmetics>(
        mixture: &Mixture<'_>,
        columns: usize,
        scratch: &'s mut [u32],
    ) -> Option<Self> {
        #[cfg(feature = "networks")]
        let (position, scratch) =
            scratch.split_at_mut_checked(position_words(mixture) * columns)?;
        let features = P::words(mixture.encoder.width()) * columns;
        let all = words_per_column::<P>(mixture) - position_words(mixture);
        let layer = (all * columns).saturating_sub(features) / 2;
        let (features, rest) = scratch.split_at_mut_checked(features)?;
        let (a, rest) = rest.split_at_mut_checked(layer)?;
        let (b, _) = rest.split_at_mut_checked(layer)?;
        Some(Self {
            #[cfg(feature = "networks")]
            position,
            features,
            a,
            b,
        })
    }
}

/// A layer and its activation.
fn activate<P: Arithmetics>(
    kernel: Kernel,
    #[cfg_attr(not(feature = "networks"), allow(unused))] activation: Activation,
    tensor: &Tensor<'_>,
    input: &Input<'_>,
    out: &mut [u32],
) {
    #[cfg(feature = "networks")]
    if activation != Activation::Sine {
        return P::activated(kernel, activation, tensor, input, out);
    }
    P::sines(kernel, tensor, input, out);
}

/// Runs an encoder; its features end up in `last`, else in the second buffer.
fn encode<'s, P: Arithmetics, T: Points>(
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
fn decide<'s, P: Arithmetics>(
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

/// Evaluates encoder and manager, or reads what the manager decided if there
/// is a cursor: features into `buffers.features`, the chosen expert of every
/// column into `chosen`.
pub(crate) fn route<P: Arithmetics, T: Points>(
    kernel: Kernel,
    mixture: &Mixture<'_>,
    tile: &T,
    buffers: &mut Buffers<'_>,
    (cursor, chosen): (&mut Option<RunCursor<'_>>, &mut [u8; MAX_TILE]),
) {
    let Buffers { features, a, b, .. } = buffers;
    #[cfg(feature = "networks")]
    let place = {
        tile.coordinates(buffers.position);
        (tile, &*buffers.position)
    };
    #[cfg(not(feature = "networks"))]
    let place = (tile, &[][..]);
    #[cfg(feature = "networks")]
    match mixture.grid() {
        Some(grid) => hash::features(grid, tile, features),
        None => encode::<P, T>(kernel, &mixture.encoder, place, (a, b), Some(features)),
    }
    #[cfg(not(feature = "networks"))]
    encode::<P, T>(kernel, &mixture.encoder, place, (a, b), Some(features));
    *chosen = [0; MAX_TILE];
    if let Some(cursor) = cursor {
        return tile.look_up(cursor, chosen);
    }
    let Some(manager) = &mixture.manager else { return };
    let (own, shared) = (manager.encoder.width(), mixture.encoder.width());
    let source = if cfg!(feature = "networks") && manager.encoder.is_empty() {
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
pub(crate) fn experts<P: Arithmetics, T: Points>(
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
        let padded = kernel.pad(count, tile.columns());
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
