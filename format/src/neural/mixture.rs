//! Which network do the header and the weight sections describe?

#[cfg(feature = "networks")]
use super::grid::GridShape;
use super::{
    Activation, Arithmetic, Grid, Header, NETWORKS, Runs, Tensor, WeightType,
    header::{BlockHeader, LayerKind},
    tensor::Matrix,
};
use crate::{
    Error, MAX_EXPERTS, MAX_LAYERS, MAX_SINE_LAYERS, MAX_WIDTH, Part, SectionId,
    file::reader::Reader,
};

/// Kind bytes of the header's three slots.
pub(crate) mod kind {
    /// No gate: the one expert owns every coordinate.
    pub const GATE_NONE: u8 = 0;
    /// An MLP manager with an encoder of its own.
    pub const GATE_MANAGER: u8 = 1;
    /// Decisions that are stored, by run of frames or pixels.
    pub const GATE_RUNS: u8 = 2;
    /// The same without the shared encoder's features.
    pub const GATE_ALONE: u8 = 4;
    /// An MLP manager that reads these features and has no encoder of its own.
    pub const GATE_SHARED: u8 = 5;
    /// A shared MLP encoder.
    pub const ENCODER_MLP: u8 = 1;
    /// A hash grid in place of a shared encoder.
    #[cfg(any(feature = "networks", feature = "write"))]
    pub const ENCODER_GRID: u8 = 3;
    /// Experts that are MLPs of one shape.
    pub const EXPERTS_MLP: u8 = 0;
}

/// A mixture of experts: for every coordinate the gate picks the one expert
/// that is evaluated.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub struct Mixture<'a> {
    /// The arithmetic that gives the normative bits.
    pub arithmetic: Arithmetic,
    /// The gate that is computed; `None` when there is one expert only, or
    /// `runs`.
    pub manager: Option<Manager<'a>>,
    /// The gate that is stored (baked routing), instead of a manager.
    pub runs: Option<Runs<'a>>,
    /// Features shared by all experts (and read by the manager). Without
    /// layers if they are a grid's.
    pub encoder: Mlp<'a>,
    #[cfg(feature = "networks")]
    grid: Option<Grid<'a>>,
    /// The experts.
    pub experts: Experts<'a>,
}

/// An MLP manager: `argmax M(M_enc(x) ++ E(x))`.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub struct Manager<'a> {
    /// `M_enc`, reads the coordinates. Without layers if the head reads the
    /// shared encoder's features alone.
    pub encoder: Mlp<'a>,
    /// `M`, reads manager features, then encoder features; ends in one
    /// logit per expert.
    pub head: Mlp<'a>,
    /// The head reads no encoder features.
    #[cfg(feature = "networks")]
    alone: bool,
}

impl Manager<'_> {
    /// Whether the head reads the encoder's features, after those of the
    /// manager's own.
    #[must_use]
    pub const fn sees_features(&self) -> bool {
        #[cfg(feature = "networks")]
        let alone = self.alone;
        #[cfg(not(feature = "networks"))]
        let alone = false;
        !alone
    }
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

    /// What follows every layer but the last.
    #[must_use]
    pub const fn activation(&self) -> Activation {
        self.shape.activation()
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
    shapes: core::slice::Iter<'s, Matrix>,
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

    /// Number of layers, at most 16; 0 of an encoder whose features are a
    /// grid's.
    #[must_use]
    pub fn len(&self) -> usize {
        self.shape.layers.len()
    }

    /// Whether it has no layers.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.shape.layers.is_empty()
    }

    /// Units of the sine layers.
    #[must_use]
    pub const fn width(&self) -> usize {
        self.shape.width as usize
    }

    /// What follows every layer but a linear last one, and oscillators.
    #[must_use]
    pub const fn activation(&self) -> Activation {
        self.shape.activation()
    }

    /// Multiply-accumulates of one evaluation (first layers over time count
    /// one per oscillator and dimension).
    #[must_use]
    pub fn macs(&self) -> u32 {
        self.shape.layers.iter().map(|s| u32::from(s.rows) * u32::from(s.cols)).sum()
    }

    /// Sines of one evaluation, or other activations.
    #[must_use]
    pub fn sines(&self) -> u32 {
        self.shape.layers.iter().filter(|s| s.sine).map(|s| u32::from(s.rows)).sum()
    }

    fn validate(&self, part: Part) -> Result<(), Error> {
        self.layers().try_for_each(|tensor| tensor.validate(part))
    }
}

/// A block's matrices in order of evaluation.
///
/// No `heapless::Vec`: that has a destructor, and what holds one cannot be taken
/// out of a `Result` in a constant.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
struct Matrices {
    all: [Matrix; MAX_LAYERS],
    len: u8,
}

impl Matrices {
    const NONE: Self = Self { all: [Matrix::NONE; MAX_LAYERS], len: 0 };

    /// `None` if there are [`MAX_LAYERS`] already.
    fn push(&mut self, matrix: Matrix) -> Option<()> {
        *self.all.get_mut(usize::from(self.len))? = matrix;
        self.len += 1;
        Some(())
    }

    fn as_slice(&self) -> &[Matrix] {
        self.all.get(..usize::from(self.len)).unwrap_or(&self.all)
    }

    fn iter(&self) -> core::slice::Iter<'_, Matrix> {
        self.as_slice().iter()
    }

    const fn len(&self) -> usize {
        self.len as usize
    }

    const fn is_empty(&self) -> bool {
        self.len == 0
    }
}

/// Shapes of a block's layers, without the weights.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(crate) struct Layers {
    width: u16,
    #[cfg(feature = "networks")]
    activation: Activation,
    layers: Matrices,
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
    /// The inputs are in -1 ..= 1.
    pub bounded: bool,
}

impl Role {
    /// Reads the position.
    const fn encoder(dims: usize) -> Self {
        Self { inputs: dims, linear_out: None, first: true, bounded: true }
    }

    /// Reads features.
    const fn head(inputs: usize, outputs: usize, bounded: bool) -> Self {
        Self { inputs, linear_out: Some(outputs), first: false, bounded }
    }
}

impl Layers {
    pub fn new(
        header: &BlockHeader<'_>,
        role: Role,
        arithmetic: Arithmetic,
    ) -> Result<Self, Error> {
        let unknown = Error::UnknownKind(Part::Activation, header.activation);
        let activation = Activation::from_byte(header.activation).ok_or(unknown)?;
        // Others need float arithmetic, and a sine wants a small phase.
        let fits = match activation {
            Activation::Sine => role.bounded,
            _ => arithmetic == Arithmetic::Float,
        };
        if !fits {
            return Err(Error::BadHeader(Part::Activation));
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
        let mut layers = Matrices::NONE;
        let mut bytes = 0usize;
        let mut cols = role.inputs;
        for (i, &byte) in header.weight_types.iter().enumerate() {
            let unknown = Error::UnknownKind(Part::WeightType, byte);
            let LayerKind { ty, position } = LayerKind::from_byte(byte).ok_or(unknown)?;
            let reads_position = position || ty == WeightType::Oscillator;
            // An encoder's first layer reads it, and further ones may.
            let in_place = if role.first && i == 0 {
                reads_position
            } else {
                !reads_position || role.first && position
            };
            if !in_place || !ty.fits(arithmetic) {
                return Err(Error::BadHeader(Part::WeightType));
            }
            if i > 0 && position {
                cols += role.inputs;
            }
            let linear = if i + 1 == count { role.linear_out } else { None };
            let rows = linear.unwrap_or(width);
            let narrow = |n: usize| u16::try_from(n).map_err(|_| Error::LimitExceeded(Part::Width));
            let shape = Matrix {
                ty,
                rows: narrow(rows)?,
                cols: narrow(cols)?,
                sine: linear.is_none(),
                #[cfg(feature = "networks")]
                position,
            };
            layers.push(shape).ok_or(Error::LimitExceeded(Part::Layers))?;
            bytes += shape.total_bytes();
            cols = rows;
        }
        Ok(Self {
            width: header.width,
            #[cfg(feature = "networks")]
            activation,
            layers,
            bytes,
        })
    }

    /// Without the feature there are no others.
    const fn activation(&self) -> Activation {
        #[cfg(feature = "networks")]
        let activation = self.activation;
        #[cfg(not(feature = "networks"))]
        let activation = Activation::Sine;
        activation
    }

    /// Whether its features are in -1 ..= 1.
    fn is_bounded(&self) -> bool {
        let oscillators =
            matches!(self.layers.as_slice(), [only] if only.ty == WeightType::Oscillator);
        self.activation().is_bounded() || oscillators
    }

    /// No layers, but features that are bounded as those after an activation.
    #[cfg(feature = "networks")]
    const fn none(features: u16, activation: Activation) -> Self {
        Self { width: features, activation, layers: Matrices::NONE, bytes: 0 }
    }
}

/// The model part of the header: everything but the weights.
pub(crate) struct Plan {
    arithmetic: Arithmetic,
    /// An encoder without layers is none.
    manager: Option<(Layers, Layers)>,
    /// The manager's head reads no encoder features.
    #[cfg(feature = "networks")]
    alone: bool,
    /// The gate is stored in runs.
    baked: bool,
    encoder: Layers,
    #[cfg(feature = "networks")]
    grid: Option<GridShape>,
    experts: (u16, Layers),
}

/// The encoder's fields.
#[cfg_attr(feature = "networks", allow(clippy::large_enum_variant))] // there is no box to put it in
pub(crate) enum EncoderHeader<'a> {
    Mlp(BlockHeader<'a>),
    #[cfg(feature = "networks")]
    Grid(GridShape),
}

impl<'a> EncoderHeader<'a> {
    pub fn read(reader: &mut Reader<'a>, #[allow(unused)] dims: usize) -> Result<Self, Error> {
        match reader.byte()? {
            kind::ENCODER_MLP => Ok(Self::Mlp(BlockHeader::read(reader)?)),
            #[cfg(feature = "networks")]
            kind::ENCODER_GRID => Ok(Self::Grid(GridShape::read(reader, dims)?)),
            kind => Err(Error::UnknownKind(Part::Encoder, kind)),
        }
    }
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
    pub fn read(reader: &mut Reader<'_>, header: &Header) -> Result<Self, Error> {
        let (dims, channels) = (header.dims(), usize::from(header.channels()));
        let arithmetic = Arithmetic::read(reader)?;
        let gate_kind = reader.byte()?;
        let alone = NETWORKS && gate_kind == kind::GATE_ALONE;
        let (gate, baked) = match gate_kind {
            kind::GATE_NONE => (None, false),
            kind::GATE_MANAGER => {
                (Some((Some(BlockHeader::read(reader)?), BlockHeader::read(reader)?)), false)
            }
            kind::GATE_ALONE if NETWORKS => {
                (Some((Some(BlockHeader::read(reader)?), BlockHeader::read(reader)?)), false)
            }
            kind::GATE_SHARED if NETWORKS => (Some((None, BlockHeader::read(reader)?)), false),
            // Of a picture they go from row to row.
            kind::GATE_RUNS if dims == 1 || NETWORKS && dims == 2 => (None, true),
            kind => return Err(Error::UnknownKind(Part::Gate, kind)),
        };
        let encoder = EncoderHeader::read(reader, dims)?;
        let (count, expert) = match reader.byte()? {
            kind::EXPERTS_MLP => (reader.u16(Part::Experts)?, BlockHeader::read(reader)?),
            kind => return Err(Error::UnknownKind(Part::Experts, kind)),
        };
        if usize::from(count) > MAX_EXPERTS {
            return Err(Error::LimitExceeded(Part::Experts));
        }
        // One expert needs no gate, several need one.
        if count == 0 || (gate.is_some() || baked) != (count > 1) {
            return Err(Error::BadHeader(Part::Experts));
        }
        let coordinates = Role::encoder(dims);
        #[cfg(feature = "networks")]
        let mut grid = None;
        let encoder = match encoder {
            EncoderHeader::Mlp(header) => Layers::new(&header, coordinates, arithmetic)?,
            #[cfg(feature = "networks")]
            EncoderHeader::Grid(_) if arithmetic == Arithmetic::Integer => {
                return Err(Error::BadHeader(Part::Encoder));
            }
            #[cfg(feature = "networks")]
            EncoderHeader::Grid(shape) => {
                // What a table holds may be large.
                Layers::none(grid.insert(shape).width(), Activation::Relu)
            }
        };
        let features = usize::from(encoder.width);
        let manager = match gate {
            None => None,
            Some((own, head)) => {
                let own = own.map(|own| Layers::new(&own, coordinates, arithmetic)).transpose()?;
                #[cfg(feature = "networks")]
                let own = own.unwrap_or(Layers::none(0, Activation::Sine));
                #[cfg(not(feature = "networks"))]
                let own = own.ok_or(Error::BadHeader(Part::Gate))?;
                let inputs = usize::from(own.width) + if alone { 0 } else { features };
                let bounded = own.is_bounded() && (alone || encoder.is_bounded());
                let role = Role::head(inputs, count.into(), bounded);
                Some((own, Layers::new(&head, role, arithmetic)?))
            }
        };
        let role = Role::head(features, channels, encoder.is_bounded());
        let expert = Layers::new(&expert, role, arithmetic)?;
        Ok(Self {
            arithmetic,
            manager,
            #[cfg(feature = "networks")]
            alone,
            baked,
            encoder,
            #[cfg(feature = "networks")]
            grid,
            experts: (count, expert),
        })
    }

    /// The shapes of a weight section's tensors, in file order; none of a
    /// section that the model does not have.
    pub fn tensors(&self, id: SectionId) -> impl Iterator<Item = Matrix> {
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
        #[cfg(feature = "networks")]
        let grid = self.grid;
        #[cfg(feature = "networks")]
        if let Some(shape) = &grid {
            sized(weights.encoder, shape.total_bytes())?;
        }
        #[cfg(not(feature = "networks"))]
        let grid = None::<()>;
        if grid.is_none() {
            sized(weights.encoder, Some(self.encoder.bytes))?;
        }
        let manager = match self.manager {
            None => None,
            Some((encoder, head)) => {
                sized(weights.manager, encoder.bytes.checked_add(head.bytes))?;
                let (a, b) = weights.manager.split_at_checked(encoder.bytes).unwrap_or_default();
                Some(Manager {
                    encoder: Mlp { shape: encoder, bytes: a },
                    head: Mlp { shape: head, bytes: b },
                    #[cfg(feature = "networks")]
                    alone: self.alone,
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
            #[cfg(feature = "networks")]
            grid: grid.map(|shape| Grid::new(shape, weights.encoder)).transpose()?,
            experts: Experts { count, shape, bytes: weights.experts },
        };
        mixture.validate()?;
        Ok(mixture)
    }
}

impl<'a> Mixture<'a> {
    /// Gives the features in place of the encoder, in a file of that kind;
    /// none without the feature `networks`.
    #[must_use]
    pub const fn grid(&self) -> Option<&Grid<'a>> {
        #[cfg(feature = "networks")]
        let grid = self.grid.as_ref();
        #[cfg(not(feature = "networks"))]
        let grid = None;
        grid
    }

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
