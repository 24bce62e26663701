//! Where do a comparison's points, lines and legend go?
//!
//! Lengths are in half units of the SVG's size, as in the other picture.

use super::{
    Area, Drawn, Picture,
    envelope::ticks,
    figure::{GRID, PALETTE, ZERO, plain, rule, style},
};
use plotters::{
    element::{Circle, PathElement},
    prelude::DrawingBackend,
    style::{
        Color, FontStyle, RGBColor,
        text_anchor::{HPos, VPos},
    },
};

/// Values over a logarithmic axis.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Curves {
    /// The heading.
    pub title: String,
    /// What the horizontal, logarithmic axis counts.
    pub x_label: String,
    /// What the vertical axis counts.
    pub y_label: String,
    /// How it counts.
    pub y_axis: Axis,
    /// In the order of the legend.
    pub curves: Vec<Curve>,
}

/// How values lie along an axis.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Axis {
    /// Equal steps are equal differences.
    #[default]
    Linear,
    /// Equal steps are equal quotients.
    Logarithmic,
}

impl Axis {
    fn place(self, value: f64) -> f64 {
        match self {
            Self::Linear => value,
            Self::Logarithmic => value.log10(),
        }
    }
}

/// One entry of the legend.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// Its name.
    pub name: String,
    /// Points x, y with a line through them.
    pub points: Vec<(f64, f64)>,
    /// Places x whose y is beyond all: vertical lines.
    pub uprights: Vec<f64>,
}

const WIDTH: i32 = 2000;
const HEIGHT: i32 = 1240;
const LEFT: i32 = 150;
const TOP: i32 = 130;
const RIGHT: i32 = 1560;
const BOTTOM: i32 = 1090;
const LEGEND_X: i32 = RIGHT + 50;
const LEGEND_STEP: i32 = 52;

/// The values at the edges, or their logarithms.
struct Range {
    x: (f64, f64),
    y: (f64, f64),
    y_axis: Axis,
}

impl Range {
    /// A little more than all points take.
    fn of(curves: &[Curve], y_axis: Axis) -> Self {
        let points = curves.iter().flat_map(|c| &c.points).copied();
        let uprights = curves.iter().flat_map(|c| &c.uprights).copied();
        let x = points.clone().map(|p| p.0).chain(uprights).map(f64::log10);
        let widest = |values: &mut dyn Iterator<Item = f64>| {
            values.fold((f64::INFINITY, f64::NEG_INFINITY), |(lo, hi), v| (lo.min(v), hi.max(v)))
        };
        let x = widest(&mut x.into_iter());
        let y = widest(&mut points.map(|p| y_axis.place(p.1)));
        // Uprights alone have no height.
        let y = if y.0 > y.1 { (0.0, 1.0) } else { y };
        // One value alone has room around it.
        let pad = |(lo, hi): (f64, f64), alone: f64| {
            let pad = if hi > lo { (hi - lo) * 0.06 } else { alone };
            (lo - pad, hi + pad)
        };
        Self { x: pad(x, 0.05), y: pad(y, if y_axis == Axis::Linear { 1.0 } else { 0.05 }), y_axis }
    }

    fn x(&self, value: f64) -> i32 {
        let part = (value.log10() - self.x.0) / (self.x.1 - self.x.0);
        LEFT + (part * f64::from(RIGHT - LEFT)).round() as i32
    }

    fn y(&self, value: f64) -> i32 {
        let part = (self.y_axis.place(value) - self.y.0) / (self.y.1 - self.y.0);
        BOTTOM - (part * f64::from(BOTTOM - TOP)).round() as i32
    }

    /// Values, and how they are written.
    fn y_ticks(&self) -> Vec<(f64, String)> {
        match self.y_axis {
            Axis::Linear => {
                let (values, decimals) = ticks(self.y.0, self.y.1, 10);
                values.into_iter().map(|value| (value, format!("{value:.decimals$}"))).collect()
            }
            Axis::Logarithmic => {
                round(self.y).into_iter().map(|value| (value, value.to_string())).collect()
            }
        }
    }
}

/// 1, 2 and 5 of every decade between two logarithms.
fn round((low, high): (f64, f64)) -> Vec<f64> {
    let decades = low.floor() as i32..=high.ceil() as i32;
    let ticks = decades.flat_map(|d| [1.0, 2.0, 5.0].map(|m| m * 10f64.powi(d)));
    ticks.filter(|t| (low..=high).contains(&t.log10())).collect()
}

impl Curves {
    pub(super) fn can_be_drawn(&self) -> bool {
        let fits = |x: f64| x > 0.0 && x.is_finite();
        let has_place = |y: f64| self.y_axis.place(y).is_finite();
        let curves = &self.curves;
        curves.iter().any(|c| !c.points.is_empty() || !c.uprights.is_empty())
            && curves.iter().flat_map(|c| &c.points).all(|p| fits(p.0) && has_place(p.1))
            && curves.iter().flat_map(|c| &c.uprights).all(|&x| fits(x))
    }
}

impl Curves {
    fn draw<DB: DrawingBackend>(&self, area: &Area<DB>) -> Drawn<DB> {
        area.fill(&RGBColor(255, 255, 255))?;
        let bold = style(34, FontStyle::Bold, HPos::Left, VPos::Center);
        area.draw_text(&self.title, &bold, (LEFT, 42))?;
        let range = Range::of(&self.curves, self.y_axis);
        axes(area, self, &range)?;
        for (i, curve) in self.curves.iter().enumerate() {
            let color = PALETTE[i % PALETTE.len()];
            for &x in &curve.uprights {
                let x = range.x(x);
                rule(area, (x, TOP), (x, BOTTOM), color)?;
            }
            let points: Vec<(i32, i32)> =
                curve.points.iter().map(|&(x, y)| (range.x(x), range.y(y))).collect();
            for &point in &points {
                area.draw(&Circle::new(point, 9, color.filled()))?;
            }
            if points.len() > 1 {
                area.draw(&PathElement::new(points, color.stroke_width(5)))?;
            }
            legend(area, i as i32, curve, color)?;
        }
        Ok(())
    }
}

/// Several, one below the other.
pub(super) struct Stack<'a>(pub &'a [Curves]);

impl Picture for Stack<'_> {
    fn size(&self) -> (u32, u32) {
        (WIDTH as u32, HEIGHT as u32 * self.0.len() as u32)
    }

    fn draw<DB: DrawingBackend>(&self, area: &Area<DB>) -> Drawn<DB> {
        let areas = area.split_evenly((self.0.len(), 1));
        self.0.iter().zip(&areas).try_for_each(|(curves, area)| curves.draw(area))
    }
}

fn axes<DB: DrawingBackend>(area: &Area<DB>, curves: &Curves, range: &Range) -> Drawn<DB> {
    let left = plain(HPos::Left, VPos::Center);
    area.draw_text(&curves.y_label, &left, (LEFT, TOP - 30))?;
    let centred = plain(HPos::Center, VPos::Center);
    for value in round(range.x) {
        let x = range.x(value);
        rule(area, (x, TOP), (x, BOTTOM), GRID)?;
        area.draw_text(&value.to_string(), &centred, (x, BOTTOM + 32))?;
    }
    let right = plain(HPos::Right, VPos::Center);
    for (value, text) in range.y_ticks() {
        let y = range.y(value);
        rule(area, (LEFT, y), (RIGHT, y), GRID)?;
        area.draw_text(&text, &right, (LEFT - 14, y))?;
    }
    rule(area, (LEFT, BOTTOM), (RIGHT, BOTTOM), ZERO)?;
    area.draw_text(&curves.x_label, &centred, ((LEFT + RIGHT) / 2, BOTTOM + 90))
}

fn legend<DB: DrawingBackend>(
    area: &Area<DB>,
    row: i32,
    curve: &Curve,
    color: RGBColor,
) -> Drawn<DB> {
    let y = TOP + 20 + row * LEGEND_STEP;
    let text = plain(HPos::Left, VPos::Center);
    let mut name = curve.name.clone();
    if curve.points.is_empty() {
        rule(area, (LEGEND_X + 24, y - 18), (LEGEND_X + 24, y + 16), color)?;
        name += " (exact)";
    } else {
        let line = vec![(LEGEND_X, y), (LEGEND_X + 48, y)];
        if curve.points.len() > 1 {
            area.draw(&PathElement::new(line, color.stroke_width(5)))?;
        }
        area.draw(&Circle::new((LEGEND_X + 24, y), 9, color.filled()))?;
    }
    area.draw_text(&name, &text, (LEGEND_X + 66, y))
}

#[cfg(test)]
mod tests {
    use super::{
        super::{Format, PlotError, render_curves},
        *,
    };

    fn curves(points: &[(f64, f64)], uprights: &[f64]) -> Curves {
        let curve =
            Curve { name: "codec".into(), points: points.to_vec(), uprights: uprights.to_vec() };
        Curves {
            title: "dB".into(),
            x_label: "kb/s".into(),
            y_label: "SNR".into(),
            y_axis: Axis::Linear,
            curves: vec![curve],
        }
    }

    #[test]
    fn one_point_many_points_and_uprights_can_be_drawn() {
        for (points, uprights) in [
            (&[(8.0, 12.0)][..], &[][..]),
            (&[(8.0, -3.0), (9.5, 7.0), (1_200.0, 80.0)], &[64.0]),
            (&[], &[64.0]),
        ] {
            let curves = curves(points, uprights);
            let svg = String::from_utf8(render_curves(&curves, Format::Svg).unwrap()).unwrap();
            assert!(svg.contains("codec") && svg.trim_end().ends_with("</svg>"), "{svg}");
            assert_eq!(
                svg.matches("<circle").count(),
                2 * points.len().min(1) + points.len().saturating_sub(1)
            );
            assert!(render_curves(&curves, Format::Png).unwrap().starts_with(b"\x89PNG"));
        }
    }

    #[test]
    fn points_without_a_place_are_refused() {
        for curves in [
            curves(&[], &[]),
            curves(&[(0.0, 1.0)], &[]),
            curves(&[(1.0, f64::INFINITY)], &[]),
            curves(&[], &[f64::NAN]),
        ] {
            assert!(matches!(render_curves(&curves, Format::Svg), Err(PlotError::Shape)));
        }
    }

    #[test]
    fn axes_have_ticks_at_round_rates() {
        let mut range = Range { x: (0.85, 1.85), y: (0.0, 1.0), y_axis: Axis::Linear };
        assert_eq!(round(range.x), [10.0, 20.0, 50.0]);
        assert_eq!((range.x(10f64.powf(0.85)), range.y(1.0)), (LEFT, TOP));
        range.y_axis = Axis::Logarithmic;
        range.y = (-2.1, -0.9);
        let texts: Vec<String> = range.y_ticks().into_iter().map(|tick| tick.1).collect();
        assert_eq!(texts, ["0.01", "0.02", "0.05", "0.1"]);
        assert_eq!((range.y(10f64.powf(-2.1)), range.y(10f64.powf(-0.9))), (BOTTOM, TOP));
    }
}
