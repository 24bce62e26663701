//! Where is a shape wrong, and who decides where?

use super::{check::original, mesh::GRID};
use crate::{
    commands::{
        file::Stored,
        options::PlotArgs,
        terminal::{Console, Failure, text},
    },
    measure::plot::{self, Panel, Panels, Scale},
    picture::{Picture, colour},
    shape::{self, Colours, Field, Mesh, Preview},
};
use std::path::Path;

/// The bytes of the picture, or of a mesh in colours.
pub fn draw(args: &PlotArgs, file: &Stored, console: &Console) -> Result<Vec<u8>, Failure> {
    let stored = file.shape()?;
    let original = args.original.as_ref().map(|path| original(path, &stored.info(), console));
    let errors = original.transpose()?.map(|mesh| Errors::new(&stored, &mesh)).transpose()?;
    match extension(&args.out).as_deref() {
        Some("png") => panels(&stored, text::titled(&args.file, file.bytes.len()), errors),
        Some("ply") => {
            let Some(Errors { surface, of_vertices, most, .. }) = errors else {
                return Err(Failure::usage(
                    "a PLY file shows the errors: name the original before it",
                ));
            };
            let placed = shape::placed(&stored);
            let end = most * placed.scale;
            console.detail(&format!("yellow where the error is {end:.4} or more, violet at 0"));
            let colours: Vec<_> = of_vertices.iter().map(|e| colour::error(e / most)).collect();
            Ok(shape::coloured_ply(&surface.out_of_cube(&placed), &colours)?)
        }
        _ => Err(Failure::usage(format!(
            "{}: a shape is drawn as .png or, with its original, .ply",
            args.out.display()
        ))),
    }
}

fn extension(path: &Path) -> Option<String> {
    Some(path.extension()?.to_str()?.to_ascii_lowercase())
}

/// How far the decoded surface is from the original.
struct Errors {
    field: Field,
    surface: Mesh,
    of_vertices: Vec<f64>,
    /// Of the brightest colour.
    most: f64,
}

impl Errors {
    fn new(stored: &nex_runtime::Shape<'_>, original: &Mesh) -> Result<Self, Failure> {
        let field = Field::new(original);
        let surface = shape::march(&shape::decode_grid(stored, GRID)?);
        let of_vertices: Vec<f64> =
            surface.vertices.iter().map(|&v| field.signed(v).abs()).collect();
        let most = colour::most(&of_vertices);
        Ok(Self { field, surface, of_vertices, most })
    }
}

fn panels(
    stored: &nex_runtime::Shape<'_>,
    title: String,
    errors: Option<Errors>,
) -> Result<Vec<u8>, Failure> {
    let scene = shape::look(stored, &Preview::default())?;
    let panel = |caption: &str, colours| -> Result<Panel, Failure> {
        let Picture { width, height, samples, .. } = scene.picture(stored, colours)?;
        let image = image::RgbImage::from_raw(width.into(), height.into(), samples);
        Ok(Panel { caption: caption.into(), image: image.unwrap_or_default() })
    };
    let mut panels = vec![panel("decoded", Colours::Plain)?, panel("experts", Colours::Experts)?];
    let mut scale = None;
    if let Some(Errors { field, most, .. }) = &errors {
        panels.push(panel("error", Colours::Errors { field, most: *most })?);
        let caption = "from the original, whose longest side is 2".into();
        scale = Some(Scale { caption, most: *most });
    }
    Ok(plot::render_panels(&Panels { title, panels, scale })?)
}
