//! What holds for a whole compact picture?

/// In which colours are planes?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Colour {
    /// `R = Y + Co - Cg, G = Y + Cg, B = Y - Co - Cg`.
    YCoCg,
    /// `R = Y + Co - Cg, G = Y + 2 Cg, B = Y - Co - Cg`, whose axes are orthogonal.
    Orthogonal,
}

/// The header of a compact picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct PictureHeader {
    /// Pixels from left to right, 1 to 65,535.
    pub width: u16,
    /// Pixels from top to bottom, 1 to 65,535.
    pub height: u16,
    /// 1 gray, 2 gray and alpha, 3 colours, 4 colours and alpha.
    pub channels: u8,
    /// What the planes of colours mean.
    pub colour: Colour,
    /// The quantiser's step of luma in 1/32 octaves above 1/8 of a level.
    pub step: u16,
    /// By how much the step of chroma is larger, in 1/32 octaves.
    pub chroma: [i8; 2],
    /// By how much the step grows with frequency, 0 to 7: by this / 4 from the lowest to
    /// the highest one along an axis.
    pub falloff: u8,
    /// Whether each block says by how much its step differs.
    pub fields: bool,
}
