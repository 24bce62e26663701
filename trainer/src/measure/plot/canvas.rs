//! How do lines, areas and text become pixels, without a system font?

use super::PlotError;
use ab_glyph::{Font, FontRef, ScaleFont, point};
use plotters::style::FontStyle;
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
    text_anchor::{HPos, VPos},
};
use std::convert::Infallible;

type Drawn = Result<(), DrawingErrorKind<Infallible>>;

/// An RGB image that plotters draws on.
pub(super) struct Canvas {
    width: u32,
    height: u32,
    /// `[height, width, 3]`
    pixels: Vec<u8>,
    regular: FontRef<'static>,
    bold: FontRef<'static>,
}

impl Canvas {
    /// A white canvas.
    pub fn new((width, height): (u32, u32)) -> Result<Self, PlotError> {
        let font =
            |bytes| FontRef::try_from_slice(bytes).map_err(|e| PlotError::Draw(e.to_string()));
        Ok(Self {
            width,
            height,
            pixels: vec![255; width as usize * height as usize * 3],
            regular: font(dejavu::sans::regular())?,
            bold: font(dejavu::sans::bold())?,
        })
    }

    /// The image as a PNG file.
    pub fn to_png(&self) -> Result<Vec<u8>, PlotError> {
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, self.width, self.height);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_compression(png::Compression::High);
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&self.pixels)?;
        writer.finish()?;
        Ok(file)
    }

    /// Mixes a colour into a pixel; outside the image nothing happens.
    fn blend(&mut self, x: i32, y: i32, color: BackendColor, coverage: f64) {
        let (Ok(x), Ok(y)) = (u32::try_from(x), u32::try_from(y)) else { return };
        if x >= self.width || y >= self.height {
            return;
        }
        let at = (y as usize * self.width as usize + x as usize) * 3;
        let alpha = color.alpha * coverage.clamp(0.0, 1.0);
        let rgb = [color.rgb.0, color.rgb.1, color.rgb.2];
        for (old, new) in self.pixels[at..at + 3].iter_mut().zip(rgb) {
            *old = (f64::from(*old) * (1.0 - alpha) + f64::from(new) * alpha).round() as u8;
        }
    }

    fn fill(&mut self, x: std::ops::Range<i32>, y: std::ops::Range<i32>, color: BackendColor) {
        for y in y.start.max(0)..y.end.min(self.height as i32) {
            for x in x.start.max(0)..x.end.min(self.width as i32) {
                self.blend(x, y, color, 1.0);
            }
        }
    }

    /// All that lies within `radius` of the line, with smooth edges and round
    /// ends.
    fn stroke(&mut self, a: BackendCoord, b: BackendCoord, radius: f64, color: BackendColor) {
        let reach = radius.ceil() as i32 + 1;
        let (ax, ay) = (f64::from(a.0), f64::from(a.1));
        let (dx, dy) = (f64::from(b.0 - a.0), f64::from(b.1 - a.1));
        let length2 = (dx * dx + dy * dy).max(1e-9);
        for y in a.1.min(b.1) - reach..=a.1.max(b.1) + reach {
            for x in a.0.min(b.0) - reach..=a.0.max(b.0) + reach {
                let (px, py) = (f64::from(x) - ax, f64::from(y) - ay);
                let t = ((px * dx + py * dy) / length2).clamp(0.0, 1.0);
                let distance = (px - t * dx).hypot(py - t * dy);
                let coverage = radius + 0.5 - distance;
                if coverage > 0.0 {
                    self.blend(x, y, color, coverage);
                }
            }
        }
    }
}

impl DrawingBackend for &mut Canvas {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        (self.width, self.height)
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        Ok(())
    }

    fn draw_pixel(&mut self, (x, y): BackendCoord, color: BackendColor) -> Drawn {
        self.blend(x, y, color, 1.0);
        Ok(())
    }

    fn draw_line<S: BackendStyle>(&mut self, a: BackendCoord, b: BackendCoord, style: &S) -> Drawn {
        self.stroke(a, b, f64::from(style.stroke_width()) / 2.0, style.color());
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Drawn {
        let points: Vec<_> = path.into_iter().collect();
        points.windows(2).try_for_each(|ends| self.draw_line(ends[0], ends[1], style))
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        (x0, y0): BackendCoord,
        (x1, y1): BackendCoord,
        style: &S,
        fill: bool,
    ) -> Drawn {
        if fill {
            Canvas::fill(self, x0.min(x1)..x0.max(x1), y0.min(y1)..y0.max(y1), style.color());
            return Ok(());
        }
        self.draw_path([(x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0)], style)
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        center: BackendCoord,
        radius: u32,
        style: &S,
        _fill: bool,
    ) -> Drawn {
        self.stroke(center, center, radius.into(), style.color());
        Ok(())
    }

    /// Scan lines through pixel centres, non-zero winding.
    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        vert: I,
        style: &S,
    ) -> Drawn {
        let points: Vec<_> = vert.into_iter().collect();
        let top = points.iter().map(|p| p.1).min().unwrap_or(0).max(0);
        let bottom = points.iter().map(|p| p.1).max().unwrap_or(0).min(self.height as i32);
        let rows = (bottom - top).max(0) as usize;
        // The crossings of every row with the edges: where, and downwards or upwards.
        let mut crossings: Vec<Vec<(f64, i32)>> = vec![Vec::new(); rows];
        for (i, &a) in points.iter().enumerate() {
            let b = points[(i + 1) % points.len()];
            let (first, last, turn) = if a.1 < b.1 { (a, b, 1) } else { (b, a, -1) };
            for y in first.1.max(top)..last.1.min(bottom) {
                let part = (f64::from(y - first.1) + 0.5) / f64::from(last.1 - first.1);
                let x = f64::from(first.0) + part * f64::from(last.0 - first.0);
                crossings[(y - top) as usize].push((x, turn));
            }
        }
        for (row, mut crossings) in crossings.into_iter().enumerate() {
            crossings.sort_by(|a, b| a.0.total_cmp(&b.0));
            let y = top + row as i32;
            let mut winding = 0;
            for pair in crossings.windows(2) {
                winding += pair[0].1;
                if winding != 0 {
                    let (from, to) = (pair[0].0.round() as i32, pair[1].0.round() as i32);
                    Canvas::fill(self, from..to, y..y + 1, style.color());
                }
            }
        }
        Ok(())
    }

    fn draw_text<T: BackendTextStyle>(
        &mut self,
        text: &str,
        style: &T,
        (x, y): BackendCoord,
    ) -> Drawn {
        let font = match style.style() {
            FontStyle::Bold => self.bold.clone(),
            _ => self.regular.clone(),
        };
        // What the SVG writes as its font size.
        let em = style.size() as f32 / 1.24;
        let per_em = font.units_per_em().unwrap_or(2048.0);
        let font = font.as_scaled(em * font.height_unscaled() / per_em);
        let width: f32 = text.chars().map(|c| font.h_advance(font.glyph_id(c))).sum();
        let mut at = x as f32
            + match style.anchor().h_pos {
                HPos::Left => 0.0,
                HPos::Center => -width / 2.0,
                HPos::Right => -width,
            };
        let baseline = y as f32
            + match style.anchor().v_pos {
                VPos::Top => 0.76 * em,
                VPos::Center => 0.36 * em,
                VPos::Bottom => -0.27 * em,
            };
        for c in text.chars() {
            let mut glyph = font.scaled_glyph(c);
            glyph.position = point(at, baseline);
            at += font.h_advance(glyph.id);
            if let Some(outline) = font.outline_glyph(glyph) {
                let corner = outline.px_bounds().min;
                outline.draw(|dx, dy, coverage| {
                    let (x, y) = (corner.x as i32 + dx as i32, corner.y as i32 + dy as i32);
                    self.blend(x, y, style.color(), coverage.into());
                });
            }
        }
        Ok(())
    }
}
