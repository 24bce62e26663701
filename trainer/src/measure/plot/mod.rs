//! Who decides where, and where is the error? Who has more dB at a rate?
//! Pictures of a file and of a comparison.

mod canvas;
mod curves;
mod envelope;
mod figure;
mod panels;

use canvas::Canvas;
use curves::Stack;
pub use curves::{Axis, Curve, Curves};
pub use panels::{Panel, Panels, Scale};
use plotters::{
    coord::Shift,
    drawing::{DrawingArea, DrawingAreaErrorKind},
    prelude::{DrawingBackend, IntoDrawingArea, SVGBackend},
    style::{FontStyle, register_font},
};
use thiserror::Error;

/// What to draw.
#[derive(Clone, Debug)]
pub struct Figure<'a> {
    /// The heading.
    pub title: String,
    /// Frames per second.
    pub rate_hz: u32,
    /// Samples per frame.
    pub channels: usize,
    /// `[frames, channels]`, what the file plays.
    pub decoded: &'a [i16],
    /// `[frames, channels]`, what it was made from.
    pub original: Option<&'a [i16]>,
    /// `[frames]`, who decides each frame.
    pub experts: &'a [u8],
    /// How many experts there are.
    pub expert_count: usize,
    /// What the legend calls an expert.
    pub expert_name: fn(usize) -> String,
}

/// The kind of picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Vectors, below 500 KB however long the sound is.
    Svg,
    /// Pixels, two for each unit of the SVG's size.
    Png,
}

/// Why there is no picture.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PlotError {
    /// The lengths in the [`Figure`] contradict each other, [`Curves`] have no
    /// points or [`Panels`] no pixels.
    #[error("the picture's parts do not belong together, or there is nothing to draw")]
    Shape,
    /// Drawing failed.
    #[error("the picture could not be drawn: {0}")]
    Draw(String),
    /// The pixels could not be compressed.
    #[error("the PNG file could not be written")]
    Png(#[from] png::EncodingError),
}

type Area<DB> = DrawingArea<DB, Shift>;
type Drawn<DB> = Result<(), DrawingAreaErrorKind<<DB as DrawingBackend>::ErrorType>>;

/// What can be drawn in half units of the SVG's size.
trait Picture {
    /// Width and height.
    fn size(&self) -> (u32, u32);
    fn draw<DB: DrawingBackend>(&self, area: &Area<DB>) -> Drawn<DB>;
}

/// Draws the figure and returns the bytes of an image file.
///
/// # Errors
/// [`PlotError::Shape`] for a figure without frames or whose parts differ in
/// length.
pub fn render(figure: &Figure<'_>, format: Format) -> Result<Vec<u8>, PlotError> {
    let samples = figure.experts.len() * figure.channels;
    if samples == 0
        || figure.decoded.len() != samples
        || figure.original.is_some_and(|o| o.len() != samples)
    {
        return Err(PlotError::Shape);
    }
    paint(figure, format)
}

/// Draws the curves and returns the bytes of an image file.
///
/// # Errors
/// [`PlotError::Shape`] without any point, and for a point that has no place:
/// an x of 0 or less, or not finite; likewise y on a logarithmic axis.
pub fn render_curves(curves: &Curves, format: Format) -> Result<Vec<u8>, PlotError> {
    render_all_curves(std::slice::from_ref(curves), format)
}

/// The same of several, one below the other.
///
/// # Errors
/// [`PlotError::Shape`] for none, and likewise for each.
pub fn render_all_curves(all: &[Curves], format: Format) -> Result<Vec<u8>, PlotError> {
    if all.is_empty() || !all.iter().all(Curves::can_be_drawn) {
        return Err(PlotError::Shape);
    }
    paint(&Stack(all), format)
}

/// Draws pictures side by side and returns the bytes of a PNG file.
///
/// # Errors
/// [`PlotError::Shape`] without a picture, and for one without a pixel.
pub fn render_panels(panels: &Panels) -> Result<Vec<u8>, PlotError> {
    if !panels.can_be_drawn() {
        return Err(PlotError::Shape);
    }
    paint(panels, Format::Png)
}

fn paint(picture: &impl Picture, format: Format) -> Result<Vec<u8>, PlotError> {
    // Both kinds of picture measure and (PNG) draw text with this font, so
    // that none needs to be installed.
    let fonts =
        [(FontStyle::Normal, dejavu::sans::regular()), (FontStyle::Bold, dejavu::sans::bold())];
    for (style, font) in fonts {
        register_font("sans-serif", style, font)
            .map_err(|_| PlotError::Draw("the built-in font is damaged".into()))?;
    }
    let size = picture.size();
    match format {
        Format::Svg => {
            let mut text = String::new();
            draw(picture, SVGBackend::with_string(&mut text, size))?;
            Ok(halve(&text, size).into_bytes())
        }
        Format::Png => {
            let mut canvas = Canvas::new(size)?;
            draw(picture, &mut canvas)?;
            canvas.to_png()
        }
    }
}

fn draw<D: IntoDrawingArea>(picture: &impl Picture, backend: D) -> Result<(), PlotError> {
    let area = backend.into_drawing_area();
    picture.draw(&area).and_then(|()| area.present()).map_err(|e| PlotError::Draw(e.to_string()))
}

/// The figure is drawn in half units, for finer steps; shows it at its size.
fn halve(svg: &str, (width, height): (u32, u32)) -> String {
    let drawn = format!("width=\"{width}\" height=\"{height}\"");
    svg.replacen(&drawn, &format!("width=\"{}\" height=\"{}\"", width / 2, height / 2), 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(seed: &mut u64) -> u64 {
        *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        *seed >> 33
    }

    fn figure<'a>(decoded: &'a [i16], original: &'a [i16], experts: &'a [u8]) -> Figure<'a> {
        let channels = decoded.len() / experts.len();
        Figure {
            title: "noise".into(),
            rate_hz: 8_000,
            channels,
            decoded,
            original: Some(original),
            experts,
            expert_count: 256,
            expert_name: |expert| format!("expert {expert}"),
        }
    }

    #[test]
    fn the_worst_case_stays_below_half_a_megabyte() {
        let mut seed = 1;
        for channels in [1, 2, 8] {
            let experts: Vec<u8> = (0..40_000).map(|_| noise(&mut seed) as u8).collect();
            let samples: Vec<i16> =
                (0..40_000 * channels).map(|_| noise(&mut seed) as i16).collect();
            let silence = vec![0; samples.len()];
            let svg = render(&figure(&samples, &silence, &experts), Format::Svg).unwrap();
            assert!(svg.len() < 500_000, "{channels} channels: {} bytes", svg.len());
        }
    }

    #[test]
    fn every_length_can_be_drawn_in_both_formats() {
        for frames in [1, 2, 3, 50, 3_000] {
            let experts = vec![0; frames];
            let samples = vec![-32_768; frames];
            let figure = figure(&samples, &samples, &experts);
            let svg = String::from_utf8(render(&figure, Format::Svg).unwrap()).unwrap();
            assert!(svg.contains("noise\n</text>"), "{svg}");
            assert!(svg.trim_end().ends_with("</svg>"));
            let png = render(&figure, Format::Png).unwrap();
            assert!(png.starts_with(b"\x89PNG"));
        }
    }

    #[test]
    fn parts_of_different_length_are_refused() {
        let mut wrong = figure(&[1, 2], &[1, 2], &[0, 0]);
        wrong.original = Some(&[1]);
        assert!(matches!(render(&wrong, Format::Svg), Err(PlotError::Shape)));
    }
}
