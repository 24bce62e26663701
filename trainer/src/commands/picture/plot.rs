//! Where is a picture wrong, and who decides where?

use super::check::original;
use crate::{
    commands::{
        file::Stored,
        options::{PlotArgs, format_of},
        terminal::{Console, Failure, text},
    },
    measure::plot::{self, Format, Panel, Panels, Scale},
    picture::{self, Picture, colour},
};
use image::{Rgb, RgbImage};
use nex_runtime::View;

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
    let decoded = picture::decode(&stored, &View::crop((0, 0), size))?;
    let experts = picture::experts(&stored)?;
    let mut panels = vec![
        panel("decoded", size, |i| rgb(&decoded[i * channels..(i + 1) * channels])),
        panel("experts", size, |i| colour::expert(experts[i])),
    ];
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
