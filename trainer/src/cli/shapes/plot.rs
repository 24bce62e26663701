//! Where is a shape wrong, and who decides where?

use super::{GRID, check::same_place, parse, read};
use crate::{
    audio,
    cli::{args::PlotArgs, console::Console, failure::Failure, sound::Stored, table},
    colour,
    picture::Picture,
    plot::{self, Panel, Panels, Scale},
    shape::{self, Colours, Field, Mesh, Preview},
};
use nex_runtime::ShapeDecoder;
use std::path::Path;

pub(in crate::cli) fn run(
    args: &PlotArgs,
    file: &Stored,
    console: &Console,
) -> Result<(), Failure> {
    let decoder = parse(&args.file, file)?;
    let original = match &args.original {
        None => None,
        Some(path) => {
            let mesh = read(path, console)?.mesh;
            let placed = mesh.placed();
            same_place(&decoder, path, &placed)?;
            Some(Field::new(&mesh.in_cube(&placed)))
        }
    };
    let bytes = match extension(&args.out).as_deref() {
        Some("png") => {
            let title = table::titled(&args.file, file.bytes.len());
            panels(&decoder, title, original.as_ref())?
        }
        Some("ply") => {
            let Some(field) = &original else {
                return Err(Failure::usage(
                    "a PLY file shows the errors: name the original before it",
                ));
            };
            let placed = shape::placed(&decoder);
            let surface = shape::march(&shape::decode_grid(&decoder, GRID)?);
            let errors = errors(&surface, field);
            let most = colour::most(&errors);
            let end = most * placed.scale;
            console.detail(&format!("yellow where the error is {end:.4} or more, violet at 0"));
            let colours: Vec<_> = errors.iter().map(|e| colour::error(e / most)).collect();
            shape::coloured_ply(&surface.out_of_cube(&placed), &colours)?
        }
        _ => {
            return Err(Failure::usage(format!(
                "{}: a shape is drawn as .png or, with its original, .ply",
                args.out.display()
            )));
        }
    };
    audio::write_atomic(&args.out, &bytes, args.force)?;
    Ok(())
}

fn extension(path: &Path) -> Option<String> {
    Some(path.extension()?.to_str()?.to_ascii_lowercase())
}

/// Distance of each vertex from the original.
fn errors(surface: &Mesh, field: &Field) -> Vec<f64> {
    surface.vertices.iter().map(|&v| field.signed(v).abs()).collect()
}

fn panels(
    decoder: &ShapeDecoder<'_>,
    title: String,
    original: Option<&Field>,
) -> Result<Vec<u8>, Failure> {
    let panel = |caption: &str, colours| -> Result<Panel, Failure> {
        let Picture { width, height, samples, .. } =
            shape::render(decoder, &Preview::default(), colours)?;
        let image = image::RgbImage::from_raw(width.into(), height.into(), samples);
        Ok(Panel { caption: caption.into(), image: image.unwrap_or_default() })
    };
    let mut panels = vec![panel("decoded", Colours::Plain)?, panel("experts", Colours::Experts)?];
    let mut scale = None;
    if let Some(field) = original {
        let surface = shape::march(&shape::decode_grid(decoder, GRID)?);
        let most = colour::most(&errors(&surface, field));
        panels.push(panel("error", Colours::Errors { field, most })?);
        let caption = "from the original, whose longest side is 2".into();
        scale = Some(Scale { caption, most });
    }
    Ok(plot::render_panels(&Panels { title, panels, scale })?)
}
