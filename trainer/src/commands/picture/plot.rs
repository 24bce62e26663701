//! Where is a picture wrong, and who decides where?

use super::check::original;
use crate::{
    commands::{
        file::Stored,
        options::{PlotArgs, format_of},
        terminal::{Console, Failure, text},
    },
    measure::plot::{self, Format, Panel, Panels, Scale},
    picture::{self, Leaf, Picture, colour},
};
use image::{Rgb, RgbImage};

/// The bytes of the picture.
pub fn draw(args: &PlotArgs, file: &Stored, console: &Console) -> Result<Vec<u8>, Failure> {
    if format_of(&args.out)? != Format::Png {
        return Err(Failure::usage(format!(
            "{}: what a picture's file holds is drawn as .png",
            args.out.display()
        )));
    }
    let stored = file.picture_within(args.limit)?;
    let info = stored.info();
    let channels = usize::from(info.channels);
    let size = (info.width, info.height);
    let decoded = picture::decode(&stored)?;
    let shown = panel("decoded", size, |i| rgb(&decoded[i * channels..(i + 1) * channels]));
    let experts = match stored.field() {
        Some(_) => {
            let experts = picture::experts(&stored)?;
            Some(panel("experts", size, |i| colour::expert(experts[i])))
        }
        // A drawn picture has no leaves.
        None if file.compact_picture()?.header().drawn.is_some() => None,
        None => Some(leaves(&shown.image, &picture::leaves(&stored)?)),
    };
    let mut panels = vec![shown];
    panels.extend(experts);
    let mut scale = None;
    if let Some(path) = &args.original {
        let Picture { samples, .. } = original(path, &info, console)?;
        let pixels = samples.chunks_exact(channels);
        panels.insert(0, panel("original", size, |i| rgb(&samples[i * channels..][..channels])));
        let errors: Vec<f64> =
            pixels.zip(decoded.chunks_exact(channels)).map(|(a, b)| error(a, b)).collect();
        let most = colour::most(&errors);
        panels.push(panel("error", size, |i| colour::error(errors[i] / most)));
        let caption = "root mean square of the channels, of 255".into();
        scale = Some(Scale { caption, most });
    }
    let title = text::titled(&args.file, file.bytes.len());
    Ok(plot::render_panels(&Panels { title, panels, scale })?)
}

fn panel(caption: &str, (width, height): (u32, u32), at: impl Fn(usize) -> [u8; 3]) -> Panel {
    let pixel = |x: u32, y: u32| Rgb(at(y as usize * width as usize + x as usize));
    Panel { caption: caption.into(), image: RgbImage::from_fn(width, height, pixel) }
}

/// The leaves of a compact picture over what they show: who predicts, and how far.
fn leaves(shown: &RgbImage, leaves: &[Leaf]) -> Panel {
    let mut image = shown.clone();
    let (width, height) = image.dimensions();
    for leaf in leaves {
        let side = u32::from(leaf.side);
        let colour = colour::expert(match leaf.predictor {
            mode @ 0..=2 => mode,
            // From below left to above right.
            mode => 3 + (mode - 3) / 5,
        });
        for y in leaf.top..(leaf.top + side).min(height) {
            for x in leaf.left..(leaf.left + side).min(width) {
                let edge = x == leaf.left || y == leaf.top;
                let Rgb(pixel) = image.get_pixel_mut(x, y);
                for (level, over) in pixel.iter_mut().zip(colour) {
                    let parts = if edge { (2, 6) } else { (5, 3) };
                    *level = ((u16::from(*level) * parts.0 + u16::from(over) * parts.1) / 8) as u8;
                }
            }
        }
    }
    Panel { caption: "leaves, by predictor".into(), image }
}

/// A pixel on white ground.
fn rgb(pixel: &[u8]) -> [u8; 3] {
    let over = |c: u8, alpha: u8| {
        ((u32::from(c) * u32::from(alpha) + 255 * u32::from(255 - alpha) + 127) / 255) as u8
    };
    match *pixel {
        [gray] => [gray; 3],
        [gray, alpha] => [over(gray, alpha); 3],
        [red, green, blue, alpha] => [red, green, blue].map(|c| over(c, alpha)),
        _ => [pixel[0], pixel[1], pixel[2]],
    }
}

fn error(a: &[u8], b: &[u8]) -> f64 {
    let squares = a.iter().zip(b).map(|(&a, &b)| (f64::from(a) - f64::from(b)).powi(2));
    (squares.sum::<f64>() / a.len() as f64).sqrt()
}
