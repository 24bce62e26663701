//! How do pictures stand side by side, with captions and a scale of colours?

use super::{
    Area, Drawn, Picture,
    figure::{plain, style},
};
use crate::picture::colour;
use image::{
    RgbImage,
    imageops::{self, FilterType},
};
use plotters::{
    element::Rectangle,
    prelude::DrawingBackend,
    style::{
        Color, FontStyle, RGBColor,
        text_anchor::{HPos, VPos},
    },
};

/// Pictures side by side.
#[derive(Clone, Debug)]
pub struct Panels {
    /// The heading.
    pub title: String,
    /// From left to right.
    pub panels: Vec<Panel>,
    /// What the colours of the last panel mean.
    pub scale: Option<Scale>,
}

/// One of the pictures.
#[derive(Clone, Debug)]
pub struct Panel {
    /// What it shows.
    pub caption: String,
    /// Red, green, blue.
    pub image: RgbImage,
}

/// Colours of errors from 0 on.
#[derive(Clone, Debug)]
pub struct Scale {
    /// What they measure.
    pub caption: String,
    /// The error of the brightest colour.
    pub most: f64,
}

/// The longer side of a panel at most.
const SIDE: u32 = 800;
const MARGIN: i32 = 60;
const GAP: i32 = 40;
const TOP: i32 = 150;
const BAR: i32 = 28;
const BELOW: i32 = 150;

impl Panel {
    /// The picture at the size at which it is shown: small ones magnified by
    /// whole numbers.
    fn shown(&self) -> RgbImage {
        let (width, height) = self.image.dimensions();
        let longest = width.max(height).max(1);
        if longest > SIDE {
            let scaled = |n: u32| (n * SIDE / longest).max(1);
            return imageops::resize(
                &self.image,
                scaled(width),
                scaled(height),
                FilterType::Triangle,
            );
        }
        let zoom = SIDE / longest;
        imageops::resize(&self.image, width * zoom, height * zoom, FilterType::Nearest)
    }
}

impl Panels {
    pub(super) fn can_be_drawn(&self) -> bool {
        let empty = |panel: &Panel| panel.image.width() == 0 || panel.image.height() == 0;
        !self.panels.is_empty() && !self.panels.iter().any(empty)
    }

    fn shown(&self) -> Vec<RgbImage> {
        self.panels.iter().map(Panel::shown).collect()
    }
}

impl Picture for Panels {
    fn size(&self) -> (u32, u32) {
        let shown = self.shown();
        let widths: u32 = shown.iter().map(RgbImage::width).sum();
        let height = shown.iter().map(RgbImage::height).max().unwrap_or(0);
        let gaps = GAP as u32 * (shown.len() as u32 - 1);
        (widths + gaps + 2 * MARGIN as u32, height + (TOP + BELOW) as u32)
    }

    fn draw<DB: DrawingBackend>(&self, area: &Area<DB>) -> Drawn<DB> {
        area.fill(&RGBColor(255, 255, 255))?;
        let bold = style(34, FontStyle::Bold, HPos::Left, VPos::Center);
        area.draw_text(&self.title, &bold, (MARGIN, 48))?;
        let mut left = MARGIN;
        let last = self.panels.len() - 1;
        for (i, (panel, image)) in self.panels.iter().zip(self.shown()).enumerate() {
            let text = plain(HPos::Left, VPos::Center);
            area.draw_text(&panel.caption, &text, (left, TOP - 28))?;
            for (x, y, pixel) in image.enumerate_pixels() {
                let [red, green, blue] = pixel.0;
                let at = (left + x as i32, TOP + y as i32);
                area.draw_pixel(at, &RGBColor(red, green, blue))?;
            }
            let (width, bottom) = (image.width() as i32, TOP + image.height() as i32);
            if let Some(scale) = self.scale.as_ref().filter(|_| i == last) {
                bar(area, scale, left..left + width, bottom + 30)?;
            }
            left += width + GAP;
        }
        Ok(())
    }
}

/// The colours of a scale, its ends and what they are.
fn bar<DB: DrawingBackend>(
    area: &Area<DB>,
    scale: &Scale,
    across: std::ops::Range<i32>,
    top: i32,
) -> Drawn<DB> {
    let width = f64::from(across.end - across.start);
    for x in across.clone() {
        let [red, green, blue] = colour::error(f64::from(x - across.start) / width);
        let column = [(x, top), (x + 1, top + BAR)];
        area.draw(&Rectangle::new(column, RGBColor(red, green, blue).filled()))?;
    }
    let y = top + BAR + 24;
    let text = plain(HPos::Left, VPos::Center);
    area.draw_text("0", &text, (across.start, y))?;
    let end = plain(HPos::Right, VPos::Center);
    area.draw_text(&scale.most.to_string(), &end, (across.end, y))?;
    area.draw_text(&scale.caption, &text, (across.start, y + 36))
}

#[cfg(test)]
mod tests {
    use super::{
        super::{PlotError, render_panels},
        *,
    };

    fn panel(width: u32, height: u32) -> Panel {
        let image = RgbImage::from_pixel(width, height, image::Rgb([200, 10, 10]));
        Panel { caption: "red".into(), image }
    }

    #[test]
    fn small_and_large_pictures_are_shown() {
        let scale = Some(Scale { caption: "error".into(), most: 0.2 });
        let panels =
            Panels { title: "two".into(), panels: vec![panel(30, 20), panel(1600, 100)], scale };
        let png = render_panels(&panels).unwrap();
        let shown = image::load_from_memory(&png).unwrap().to_rgb8();
        // 26 times 30 pixels, and 1,600 made 800.
        assert_eq!(shown.dimensions(), (780 + 40 + 800 + 120, 26 * 20 + 300));
        let red = shown.pixels().filter(|p| p.0 == [200, 10, 10]).count();
        assert_eq!(red, 780 * 520 + 800 * 50);
        assert!(shown.pixels().any(|p| p.0 == colour::error(0.0)));
    }

    #[test]
    fn nothing_cannot_be_drawn() {
        for panels in [vec![], vec![panel(0, 3)]] {
            let panels = Panels { title: String::new(), panels, scale: None };
            assert!(matches!(render_panels(&panels), Err(PlotError::Shape)));
        }
    }
}
