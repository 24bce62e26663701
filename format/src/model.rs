//! Which network do the header and the weight sections describe?

use crate::{
    Activation, Arithmetic, Error, MAX_EXPERTS, MAX_LAYERS, MAX_SINE_LAYERS, MAX_WIDTH, Part, Runs,
    SectionId, Signal, Tensor, WeightType,
    header::{BlockHeader, Reader},
    tensor::Shape,
};
use heapless::Vec;

/// Kind bytes of the header's three slots.
pub(crate) mod kind {
    /// No gate: the one expert owns every coordinate.
    pub const GATE_NONE: u8 = 0;
    /// An MLP manager with an encoder of its own.
    pub const GATE_MANAGER: u8 = 1;
    /// A manager's decisions, stored per run of frames.
    pub const GATE_RUNS: u8 = 2;
    /// A shared MLP encoder.
    pub const ENCODER_MLP: u8 = 1;
    /// Experts that are MLPs of one shape.
    pub const EXPERTS_MLP: u8 = 0;
}

/// A mixture of experts: for every coordinate the gate picks the one expert
/// that is evaluated.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Mixture<'a> {
    /// The arithmetic that gives the normative bits.
    pub arithmetic: Arithmetic,
    /// The gate that is computed; `None` when there is one expert only, or
    /// `runs`.
    pub manager: Option<Manager<'a>>,
    /// The gate that is stored (baked routing), instead of a manager.
    pub runs: Option<Runs<'a>>,
    /// Features shared by all experts (and read by the manager).
    pub encoder: Mlp<'a>,
    /// The experts.
    pub experts: Experts<'a>,
}

/// An MLP manager: `argmax M(M_enc(x) ++ E(x))`.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Manager<'a> {
    /// `M_enc`, reads the coordinates.
    pub encoder: Mlp<'a>,
    /// `M`, reads manager features, then encoder features; ends in one
    /// logit per expert.
    pub head: Mlp<'a>,
}

/// N experts of one shape, stored one after the other.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Experts<'a> {
    count: u16,
    shape: Layers,
    bytes: &'a [u8],
}

impl<'a> Experts<'a> {
    /// Number of experts, 1 to 256.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.count as usize
    }

    /// Bytes of one expert's weights.
    #[must_use]
    pub const fn expert_bytes(&self) -> usize {
        self.shape.bytes
    }

    /// Expert `index`; an index past the end gives expert 0.
    #[must_use]
    pub fn get(&self, index: usize) -> Mlp<'a> {
        Mlp { shape: self.shape.clone(), bytes: self.weights(index) }
    }

    /// The layers of expert [`get`](Self::get)`(index)`, without a copy of
    /// their shapes.
    #[must_use]
    pub fn layers(&self, index: usize) -> Tensors<'_, 'a> {
        Tensors { shapes: self.shape.layers.iter(), bytes: self.weights(index) }
    }

    /// Units of every expert's sine layers.
    #[must_use]
    pub const fn width(&self) -> usize {
        self.shape.width as usize
    }

    fn weights(&self, index: usize) -> &'a [u8] {
        let len = self.shape.bytes;
        let at = index.saturating_mul(len);
        self.bytes.get(at..at.saturating_add(len)).unwrap_or(self.bytes)
    }
}

/// Layers in order of evaluation.
#[derive(Clone, Debug)]
pub struct Tensors<'s, 'a> {
    shapes: core::slice::Iter<'s, Shape>,
    /// Of the layers that are left.
    bytes: &'a [u8],
}

impl<'a> Iterator for Tensors<'_, 'a> {
    type Item = Tensor<'a>;

    fn next(&mut self) -> Option<Tensor<'a>> {
        let (tensor, rest) = Tensor::take(*self.shapes.next()?, self.bytes);
        self.bytes = rest;
        Some(tensor)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.shapes.size_hint()
    }
}

impl ExactSizeIterator for Tensors<'_, '_> {}

/// A run of layers, borrowed from the file.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Mlp<'a> {
    shape: Layers,
    bytes: &'a [u8],
}

impl<'a> Mlp<'a> {
    /// The layers in order of evaluation.
    #[must_use]
    pub fn layers(&self) -> Tensors<'_, 'a> {
        Tensors { shapes: self.shape.layers.iter(), bytes: self.bytes }
    }

    /// Number of layers, 1 to 16.
    #[must_use]
    pub fn len(&self) -> usize {
        self.shape.layers.len()
    }

    /// Never true; for completeness.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.shape.layers.is_empty()
    }

    /// Units of the sine layers.
    #[must_use]
    pub const fn width(&self) -> usize {
        self.shape.width as usize
    }

    /// What follows every layer but a linear last one.
    #[must_use]
    pub const fn activation(&self) -> Activation {
        Activation::Sine
    }

    /// Multiply-accumulates of one evaluation (first layers over time count
    /// one per oscillator and dimension).
    #[must_use]
    pub fn macs(&self) -> u32 {
        self.shape.layers.iter().map(|s| u32::from(s.rows) * u32::from(s.cols)).sum()
    }

    /// Sines of one evaluation.
    #[must_use]
    pub fn sines(&self) -> u32 {
        self.shape.layers.iter().filter(|s| s.sine).map(|s| u32::from(s.rows)).sum()
    }

    fn validate(&self, part: Part) -> Result<(), Error> {
        self.layers().try_for_each(|tensor| tensor.validate(part))
    }
}

/// Shapes of a block's layers, without the weights.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(crate) struct Layers {
    width: u16,
    layers: Vec<Shape, MAX_LAYERS>,
    bytes: usize,
}

/// What a block reads and ends in.
#[derive(Clone, Copy)]
pub(crate) struct Role {
    pub inputs: usize,
    /// Outputs of a linear last layer; `None`: ends in a sine layer.
    pub linear_out: Option<usize>,
    /// Reads coordinates: the first layer is an oscillator bank.
    pub first: bool,
}

impl Layers {
    pub fn new(
        header: &BlockHeader<'_>,
        role: Role,
        arithmetic: Arithmetic,
    ) -> Result<Self, Error> {
        if header.activation != Activation::Sine as u8 {
            return Err(Error::UnknownKind(Part::Activation, header.activation));
        }
        let width = usize::from(header.width);
        if width == 0 {
            return Err(Error::BadHeader(Part::Width));
        }
        if width > MAX_WIDTH {
            return Err(Error::LimitExceeded(Part::Width));
        }
        let count = header.weight_types.len();
        if count <= usize::from(role.linear_out.is_some()) {
            return Err(Error::BadHeader(Part::Layers));
        }
        if count > MAX_SINE_LAYERS + usize::from(role.linear_out.is_some()) {
            return Err(Error::LimitExceeded(Part::Layers));
        }
        let mut layers = Vec::new();
        let mut bytes = 0usize;
        let mut cols = role.inputs;
        for (i, &byte) in header.weight_types.iter().enumerate() {
            let ty =
                WeightType::from_byte(byte).ok_or(Error::UnknownKind(Part::WeightType, byte))?;
            let oscillator = ty == WeightType::Oscillator;
            if oscillator != (role.first && i == 0) || !ty.fits(arithmetic) {
                return Err(Error::BadHeader(Part::WeightType));
            }
            let linear = if i + 1 == count { role.linear_out } else { None };
            let rows = linear.unwrap_or(width);
            let too_long = |_| Error::LimitExceeded(Part::Layers);
            let narrow = |n: usize| u16::try_from(n).map_err(|_| Error::LimitExceeded(Part::Width));
            let shape =
                Shape { ty, rows: narrow(rows)?, cols: narrow(cols)?, sine: linear.is_none() };
            layers.push(shape).map_err(too_long)?;
            bytes += shape.total_bytes();
            cols = rows;
        }
        Ok(Self { width: header.width, layers, bytes })
    }
}

/// The model part of the header: everything but the weights.
pub(crate) struct Plan {
    arithmetic: Arithmetic,
    manager: Option<(Layers, Layers)>,
    /// The gate is stored in runs.
    baked: bool,
    encoder: Layers,
    experts: (u16, Layers),
}

/// The sections that make the model; one that it does not have is empty.
pub(crate) struct Weights<'a> {
    pub encoder: &'a [u8],
    pub manager: &'a [u8],
    /// The section, and the frames that it is for.
    pub runs: (&'a [u8], u32),
    pub experts: &'a [u8],
}

impl Plan {
    /// Reads arithmetic, gate, encoder and experts.
    #[inline(never)] // its stack is free again when the weights are checked
    pub fn read(reader: &mut Reader<'_>, signal: &Signal) -> Result<Self, Error> {
        let (dims, channels) = (signal.dims(), usize::from(signal.channels()));
        let arithmetic = reader.arithmetic()?;
        let (gate, baked) = match reader.byte(Part::Gate)? {
            kind::GATE_NONE => (None, false),
            kind::GATE_MANAGER => (Some((reader.block()?, reader.block()?)), false),
            // Runs are along one dimension.
            kind::GATE_RUNS if dims == 1 => (None, true),
            kind => return Err(Error::UnknownKind(Part::Gate, kind)),
        };
        let encoder = match reader.byte(Part::Encoder)? {
            kind::ENCODER_MLP => reader.block()?,
            kind => return Err(Error::UnknownKind(Part::Encoder, kind)),
        };
        let (count, expert) = match reader.byte(Part::Experts)? {
            kind::EXPERTS_MLP => (reader.owned::<u16>(Part::Experts)?, reader.block()?),
            kind => return Err(Error::UnknownKind(Part::Experts, kind)),
        };
        if usize::from(count) > MAX_EXPERTS {
            return Err(Error::LimitExceeded(Part::Experts));
        }
        // One expert needs no gate, several need one.
        if count == 0 || (gate.is_some() || baked) != (count > 1) {
            return Err(Error::BadHeader(Part::Experts));
        }
        let coordinates = Role { inputs: dims, linear_out: None, first: true };
        let encoder = Layers::new(&encoder, coordinates, arithmetic)?;
        let features = usize::from(encoder.width);
        let manager = match gate {
            None => None,
            Some((own, head)) => {
                let own = Layers::new(&own, coordinates, arithmetic)?;
                let inputs = usize::from(own.width) + features;
                let role = Role { inputs, linear_out: Some(count.into()), first: false };
                Some((own, Layers::new(&head, role, arithmetic)?))
            }
        };
        let role = Role { inputs: features, linear_out: Some(channels), first: false };
        let expert = Layers::new(&expert, role, arithmetic)?;
        Ok(Self { arithmetic, manager, baked, encoder, experts: (count, expert) })
    }

    /// The shapes of a weight section's tensors, in file order; none of a
    /// section that the model does not have.
    pub fn tensors(&self, id: SectionId) -> impl Iterator<Item = Shape> {
        let (first, second, copies) = match (id, &self.manager) {
            (SectionId::ENCODER, _) => (Some(&self.encoder), None, 1),
            (SectionId::MANAGER, Some((encoder, head))) => (Some(encoder), Some(head), 1),
            (SectionId::EXPERTS, _) => (Some(&self.experts.1), None, self.experts.0),
            _ => (None, None, 0),
        };
        let blocks = move |_| first.into_iter().chain(second);
        (0..copies).flat_map(blocks).flat_map(|b| b.layers.iter().copied())
    }

    /// Bytes of a weight section; `None` if a `usize` cannot hold them.
    pub fn section_bytes(&self, id: SectionId) -> Option<usize> {
        self.tensors(id).try_fold(0usize, |sum, shape| sum.checked_add(shape.total_bytes()))
    }

    pub const fn has_manager(&self) -> bool {
        self.manager.is_some()
    }

    /// Whether the gate is stored in runs.
    pub const fn is_baked(&self) -> bool {
        self.baked
    }

    /// Joins the plan with the weights; checks their sizes and values.
    pub fn with_weights<'a>(self, weights: &Weights<'a>) -> Result<Mixture<'a>, Error> {
        let sized = |bytes: &[u8], needed: Option<usize>| {
            if Some(bytes.len()) == needed { Ok(()) } else { Err(Error::BadHeader(Part::Sections)) }
        };
        sized(weights.encoder, Some(self.encoder.bytes))?;
        let manager = match self.manager {
            None => None,
            Some((encoder, head)) => {
                sized(weights.manager, encoder.bytes.checked_add(head.bytes))?;
                let (a, b) = weights.manager.split_at_checked(encoder.bytes).unwrap_or_default();
                Some(Manager {
                    encoder: Mlp { shape: encoder, bytes: a },
                    head: Mlp { shape: head, bytes: b },
                })
            }
        };
        let (count, shape) = self.experts;
        sized(weights.experts, shape.bytes.checked_mul(count.into()))?;
        let (runs, frames) = weights.runs;
        let runs = self.baked.then(|| Runs::parse(runs, frames, count)).transpose()?;
        let mixture = Mixture {
            arithmetic: self.arithmetic,
            manager,
            runs,
            encoder: Mlp { shape: self.encoder, bytes: weights.encoder },
            experts: Experts { count, shape, bytes: weights.experts },
        };
        mixture.validate()?;
        Ok(mixture)
    }
}

impl Mixture<'_> {
    fn validate(&self) -> Result<(), Error> {
        self.encoder.validate(Part::EncoderWeights)?;
        if let Some(manager) = &self.manager {
            manager.encoder.validate(Part::ManagerWeights)?;
            manager.head.validate(Part::ManagerWeights)?;
        }
        (0..self.experts.count())
            .flat_map(|k| self.experts.layers(k))
            .try_for_each(|tensor| tensor.validate(Part::ExpertWeights))
    }
}
