//! Where does everything in the picture go?
//!
//! Lengths are in half units of the SVG's size, which are the PNG's pixels.

use super::{
    Area, Drawn, Figure, Picture,
    envelope::{dominant, extents, group_shares, runs, symmetric_ticks, ticks},
};
use crate::{measure::sound, picture::colour::EXPERTS};
use plotters::{
    element::{Circle, PathElement, Polygon, Rectangle},
    prelude::DrawingBackend,
    style::{
        Color, FontDesc, FontFamily, FontStyle, RGBColor, TextStyle,
        text_anchor::{HPos, Pos, VPos},
    },
};

const WIDTH: i32 = 2400;
const LEFT: i32 = 150;
const PLOT_WIDTH: i32 = 2208;
const TITLE_HEIGHT: i32 = 84;
const LEGEND_HEIGHT: i32 = 44;
const LEGEND_ITEMS: usize = 7;
const CAPTION_HEIGHT: i32 = 56;
const RIBBON_HEIGHT: i32 = 48;
const AXIS_HEIGHT: i32 = 110;
const COLUMN_WIDTH: i32 = 2;
const CELL_WIDTH: i32 = 4;

/// The experts' colours, by share; all others are grey.
pub(super) const PALETTE: [RGBColor; 9] = {
    let mut palette = [OTHERS; 9];
    let mut i = 0;
    while i < EXPERTS.len() {
        let [red, green, blue] = EXPERTS[i];
        palette[i] = RGBColor(red, green, blue);
        i += 1;
    }
    palette
};
const OTHERS: RGBColor = RGBColor(140, 140, 140);
const ERROR: [RGBColor; 1] = [RGBColor(90, 90, 90)];
const TEXT: RGBColor = RGBColor(30, 30, 30);
pub(super) const GRID: RGBColor = RGBColor(228, 228, 228);
pub(super) const ZERO: RGBColor = RGBColor(185, 185, 185);

/// Experts in groups that share a colour, with their legend.
struct Groups {
    /// `[frames]`
    of_frame: Vec<usize>,
    legend: Vec<String>,
}

impl Groups {
    /// The experts that decide most, in order of their index, get a colour
    /// of their own.
    fn new(figure: &Figure<'_>) -> Self {
        let shares = sound::shares(figure.experts, figure.expert_count);
        let most = PALETTE.len() - 1;
        let mut by_share: Vec<usize> = (0..shares.len()).collect();
        by_share.sort_by(|&a, &b| shares[b].total_cmp(&shares[a]));
        let mut shown = by_share[..most.min(shares.len())].to_vec();
        shown.sort_unstable();
        let mut group_of = vec![shown.len(); shares.len()];
        shown.iter().enumerate().for_each(|(group, &expert)| group_of[expert] = group);
        let line = |name: String, share: f64| format!("{name}  {:.1} %", share * 100.0);
        let mut legend: Vec<String> =
            shown.iter().map(|&e| line((figure.expert_name)(e), shares[e])).collect();
        if shares.len() > shown.len() {
            let rest: f64 = by_share[shown.len()..].iter().map(|&e| shares[e]).sum();
            legend.push(line(format!("{} others", shares.len() - shown.len()), rest));
        }
        let group = |&e: &u8| group_of.get(usize::from(e)).copied().unwrap_or(0);
        Self { of_frame: figure.experts.iter().map(group).collect(), legend }
    }
}

/// Heights of a channel's waveform and error.
const fn panel_heights(channels: usize) -> (i32, i32) {
    match channels {
        1 => (400, 240),
        2 => (280, 160),
        _ => (180, 110),
    }
}

fn legend_rows(figure: &Figure<'_>) -> i32 {
    if figure.expert_count == 1 {
        return 0;
    }
    figure.expert_count.min(PALETTE.len()).div_ceil(LEGEND_ITEMS) as i32
}

impl Picture for Figure<'_> {
    fn size(&self) -> (u32, u32) {
        size(self)
    }

    fn draw<DB: DrawingBackend>(&self, area: &Area<DB>) -> Drawn<DB> {
        draw(area, self)
    }
}

/// Width and height of the picture.
fn size(figure: &Figure<'_>) -> (u32, u32) {
    let (wave, error) = panel_heights(figure.channels);
    let channels = figure.channels as i32;
    let mut height = TITLE_HEIGHT + LEGEND_HEIGHT * legend_rows(figure) + AXIS_HEIGHT;
    height += channels * (CAPTION_HEIGHT + wave);
    if figure.expert_count > 1 {
        height += CAPTION_HEIGHT + RIBBON_HEIGHT;
    }
    if figure.original.is_some() {
        height += channels * (CAPTION_HEIGHT + error);
    }
    (WIDTH as u32, height as u32)
}

/// A rectangle with data in it.
#[derive(Clone, Copy)]
struct Place {
    top: i32,
    height: i32,
}

impl Place {
    /// The vertical place of a value in -range ..= range.
    fn y(self, value: f64, range: f64) -> i32 {
        let middle = f64::from(self.top) + f64::from(self.height) / 2.0;
        (middle - value / range * f64::from(self.height) / 2.0).round() as i32
    }
}

/// One channel's line.
struct Trace<'a> {
    samples: &'a [i32],
    groups: &'a [usize],
    palette: &'a [RGBColor],
    /// Largest magnitude that fits.
    range: f64,
    /// Units per column; wider keeps the file small.
    step: i32,
}

fn draw<DB: DrawingBackend>(area: &Area<DB>, figure: &Figure<'_>) -> Drawn<DB> {
    let groups = Groups::new(figure);
    area.fill(&RGBColor(255, 255, 255))?;
    let bold = style(34, FontStyle::Bold, HPos::Left, VPos::Center);
    area.draw_text(&figure.title, &bold, (LEFT, TITLE_HEIGHT / 2))?;
    if figure.expert_count > 1 {
        legend(area, &groups.legend)?;
    }
    let mut top = TITLE_HEIGHT + LEGEND_HEIGHT * legend_rows(figure);
    let (wave, error) = panel_heights(figure.channels);
    let range = f64::from(magnitude(figure.decoded.iter().map(|&s| i32::from(s)))) * 1.05;
    let step = (figure.channels as i32).max(COLUMN_WIDTH);
    for c in 0..figure.channels {
        let place = next(&mut top, wave);
        let samples: Vec<i32> = channel(figure, figure.decoded, c).collect();
        let what = if figure.expert_count > 1 { "decoded, coloured by expert" } else { "decoded" };
        caption(area, place, &titled(what, c, figure.channels))?;
        grid(area, place, range, figure)?;
        let (groups, palette) = (&groups.of_frame[..], &PALETTE[..]);
        trace(area, place, &Trace { samples: &samples, groups, palette, range, step })?;
    }
    if figure.expert_count > 1 {
        let place = next(&mut top, RIBBON_HEIGHT);
        caption(area, place, "who decides: the experts' shares of each moment")?;
        ribbon(area, place, &groups)?;
    }
    if let Some(original) = figure.original {
        let differences = |c| {
            let pairs = channel(figure, original, c).zip(channel(figure, figure.decoded, c));
            pairs.map(|(o, d)| o - d)
        };
        let error_range = f64::from(magnitude((0..figure.channels).flat_map(differences))) * 1.05;
        let mut what = "error: original - decoded".to_string();
        if range / error_range > 1.5 {
            what += &format!(", drawn {:.1} times as large", range / error_range);
        }
        for c in 0..figure.channels {
            let place = next(&mut top, error);
            caption(area, place, &titled(&what, c, figure.channels))?;
            grid(area, place, error_range, figure)?;
            let samples: Vec<i32> = differences(c).collect();
            let groups = &vec![0; samples.len()][..];
            let line =
                Trace { samples: &samples, groups, palette: &ERROR, range: error_range, step };
            trace(area, place, &line)?;
        }
    }
    time_axis(area, top, figure)
}

pub(super) fn style(em: i32, weight: FontStyle, h: HPos, v: VPos) -> TextStyle<'static> {
    // The library's sizes are 1.24 em.
    let font = FontDesc::new(FontFamily::SansSerif, f64::from(em) * 1.24, weight);
    TextStyle::from(font).color(&TEXT).pos(Pos::new(h, v))
}

pub(super) fn plain(h: HPos, v: VPos) -> TextStyle<'static> {
    style(24, FontStyle::Normal, h, v)
}

/// The next panel from `top` on, below its caption.
const fn next(top: &mut i32, height: i32) -> Place {
    let place = Place { top: *top + CAPTION_HEIGHT, height };
    *top = place.top + height;
    place
}

fn titled(what: &str, c: usize, channels: usize) -> String {
    if channels == 1 { what.into() } else { format!("channel {}, {what}", c + 1) }
}

fn channel<'a>(
    figure: &Figure<'_>,
    samples: &'a [i16],
    c: usize,
) -> impl Iterator<Item = i32> + use<'a> {
    samples.iter().skip(c).step_by(figure.channels).map(|&s| i32::from(s))
}

/// The largest magnitude, at least 1.
fn magnitude(samples: impl Iterator<Item = i32>) -> u32 {
    samples.map(i32::unsigned_abs).max().unwrap_or(0).max(1)
}

fn legend<DB: DrawingBackend>(area: &Area<DB>, lines: &[String]) -> Drawn<DB> {
    let text = plain(HPos::Left, VPos::Center);
    for (i, line) in lines.iter().enumerate() {
        let x = LEFT + (i % LEGEND_ITEMS) as i32 * PLOT_WIDTH / LEGEND_ITEMS as i32;
        let y = TITLE_HEIGHT + (i / LEGEND_ITEMS) as i32 * LEGEND_HEIGHT + LEGEND_HEIGHT / 2;
        let swatch = [(x, y - 13), (x + 26, y + 13)];
        area.draw(&Rectangle::new(swatch, PALETTE[i.min(PALETTE.len() - 1)].filled()))?;
        area.draw_text(line, &text, (x + 40, y))?;
    }
    Ok(())
}

fn caption<DB: DrawingBackend>(area: &Area<DB>, place: Place, text: &str) -> Drawn<DB> {
    area.draw_text(text, &plain(HPos::Left, VPos::Center), (LEFT, place.top - CAPTION_HEIGHT / 3))
}

/// A line of two units, as a rectangle: crisp at every scale.
pub(super) fn rule<DB: DrawingBackend>(
    area: &Area<DB>,
    from: (i32, i32),
    to: (i32, i32),
    color: RGBColor,
) -> Drawn<DB> {
    area.draw(&Rectangle::new([from, (to.0 + 2, to.1 + 2)], color.filled()))
}

fn seconds(figure: &Figure<'_>) -> f64 {
    figure.experts.len() as f64 / f64::from(figure.rate_hz)
}

/// Round times and where they are.
fn time_ticks(figure: &Figure<'_>) -> Vec<(i32, String)> {
    let seconds = seconds(figure);
    let (times, decimals) = ticks(0.0, seconds, 12);
    let x = |t: f64| LEFT + (t / seconds * f64::from(PLOT_WIDTH)).round() as i32;
    times.into_iter().map(|t| (x(t), format!("{t:.decimals$}"))).collect()
}

fn grid<DB: DrawingBackend>(
    area: &Area<DB>,
    place: Place,
    range: f64,
    figure: &Figure<'_>,
) -> Drawn<DB> {
    let (right, bottom) = (LEFT + PLOT_WIDTH, place.top + place.height);
    for (x, _) in time_ticks(figure) {
        rule(area, (x, place.top), (x, bottom), GRID)?;
    }
    let full = range / sound::FULL_SCALE;
    let (levels, decimals) = symmetric_ticks(full, place.height >= 280);
    for level in levels {
        let y = place.y(level, full);
        let zero = level.abs() < full * 1e-6;
        rule(area, (LEFT, y), (right, y), if zero { ZERO } else { GRID })?;
        let label = if zero { "0".into() } else { format!("{level:.decimals$}") };
        area.draw_text(&label, &plain(HPos::Right, VPos::Center), (LEFT - 14, y))?;
    }
    Ok(())
}

fn time_axis<DB: DrawingBackend>(area: &Area<DB>, top: i32, figure: &Figure<'_>) -> Drawn<DB> {
    let centred = plain(HPos::Center, VPos::Center);
    rule(area, (LEFT, top), (LEFT + PLOT_WIDTH, top), ZERO)?;
    for (x, label) in time_ticks(figure) {
        rule(area, (x, top), (x, top + 10), ZERO)?;
        area.draw_text(&label, &centred, (x, top + 30))?;
    }
    let unit =
        format!("time in seconds ({} Hz); amplitudes relative to full scale", figure.rate_hz);
    area.draw_text(&unit, &centred, (LEFT + PLOT_WIDTH / 2, top + 76))
}

fn trace<DB: DrawingBackend>(area: &Area<DB>, place: Place, trace: &Trace<'_>) -> Drawn<DB> {
    let columns = (PLOT_WIDTH / trace.step) as usize;
    if trace.samples.len() * 3 <= columns {
        line(area, place, trace)
    } else {
        shape(area, place, trace, columns)
    }
}

/// Few samples: a line through them, and dots if very few.
fn line<DB: DrawingBackend>(area: &Area<DB>, place: Place, trace: &Trace<'_>) -> Drawn<DB> {
    let count = trace.samples.len();
    let point = |i: usize| {
        let x = (i as f64 + 0.5) / count as f64 * f64::from(PLOT_WIDTH);
        (LEFT + x.round() as i32, place.y(trace.samples[i].into(), trace.range))
    };
    for run in runs(trace.groups) {
        let color = trace.palette[trace.groups[run.start]];
        // To the first sample of the next run, so that the line is whole.
        let end = (run.end + 1).min(count);
        let points: Vec<_> = (run.start..end).map(point).collect();
        area.draw(&PathElement::new(points, color.stroke_width(3)))?;
        if count <= 200 {
            for i in run {
                area.draw(&Circle::new(point(i), 6, color.filled()))?;
            }
        }
    }
    Ok(())
}

/// Many samples: from the lowest to the highest of each column, in the
/// colour of the expert that decides most of it.
fn shape<DB: DrawingBackend>(
    area: &Area<DB>,
    place: Place,
    trace: &Trace<'_>,
    columns: usize,
) -> Drawn<DB> {
    let shares = group_shares(trace.groups, trace.palette.len(), columns);
    let winners: Vec<usize> = shares.iter().map(|s| dominant(s)).collect();
    let extents = extents(trace.samples, columns);
    // At least two units thick: silence is a line too.
    let high = |c: usize| place.y(extents[c].high.into(), trace.range) - 1;
    let low = |c: usize| place.y(extents[c].low.into(), trace.range) + 1;
    for run in runs(&winners) {
        let mut points = Vec::new();
        stairs(&mut points, run.clone(), trace.step, high);
        let mut below = Vec::new();
        stairs(&mut below, run.clone(), trace.step, low);
        points.extend(below.into_iter().rev());
        area.draw(&Polygon::new(points, trace.palette[winners[run.start]].filled()))?;
    }
    Ok(())
}

/// Appends the upper edge of bars of the heights `y(column)`.
fn stairs(
    points: &mut Vec<(i32, i32)>,
    columns: std::ops::Range<usize>,
    step: i32,
    y: impl Fn(usize) -> i32,
) {
    let x = |column: usize| LEFT + column as i32 * step;
    let (first, end) = (columns.start, columns.end);
    for c in columns {
        // Flat parts need no points.
        if c == first || y(c) != y(c - 1) {
            if c != first {
                points.push((x(c), y(c - 1)));
            }
            points.push((x(c), y(c)));
        }
    }
    points.push((x(end), y(end - 1)));
}

/// The experts' shares of each moment, stacked.
fn ribbon<DB: DrawingBackend>(area: &Area<DB>, place: Place, groups: &Groups) -> Drawn<DB> {
    let cells = (PLOT_WIDTH / CELL_WIDTH) as usize;
    let count = groups.legend.len();
    let shares = group_shares(&groups.of_frame, count, cells);
    // From the widest stack to the narrowest, each painting over the last.
    for group in (0..count).rev() {
        let y = |cell: usize| {
            let below: f64 = shares[cell][..=group].iter().sum();
            place.top + (below * f64::from(place.height)).round() as i32
        };
        let mut points = vec![(LEFT, place.top)];
        stairs(&mut points, 0..cells, CELL_WIDTH, y);
        points.push((LEFT + cells as i32 * CELL_WIDTH, place.top));
        area.draw(&Polygon::new(points, PALETTE[group].filled()))?;
    }
    Ok(())
}
