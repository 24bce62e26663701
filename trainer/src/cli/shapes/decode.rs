//! How does a `.nex` file become a mesh, or a picture of one?

use super::{GRID, refuse};
use crate::{
    audio,
    cli::{args::DecodeArgs, console::Console, failure::Failure, file::Stored, table},
    shape::{self, Colours, Format, Preview},
};
use std::{path::Path, str::FromStr, time::Instant};

/// `AZIMUTH,ELEVATION` in degrees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::cli) struct Angles(f64, f64);

impl FromStr for Angles {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parse = |t: &str| t.parse().ok().filter(|v: &f64| v.abs() <= 360.0);
        text.split_once(',')
            .and_then(|(a, e)| Some(Self(parse(a)?, parse(e)?)))
            .ok_or_else(|| "must be AZIMUTH,ELEVATION in degrees, such as 30,20".into())
    }
}

enum Kind {
    Mesh(Format),
    Picture,
}

fn kind(out: &Path) -> Option<Kind> {
    Some(match out.extension()?.to_str()?.to_ascii_lowercase().as_str() {
        "obj" => Kind::Mesh(Format::Obj),
        "ply" => Kind::Mesh(Format::Ply),
        "stl" => Kind::Mesh(Format::Stl),
        "png" => Kind::Picture,
        _ => return None,
    })
}

pub(in crate::cli) fn run(
    args: &DecodeArgs,
    out: &Path,
    file: &Stored,
    console: &Console,
) -> Result<(), Failure> {
    refuse(&[
        ("--rate", args.rate.is_some()),
        ("--start", args.range.start.is_some()),
        ("--end", args.range.end.is_some()),
        ("--scale", args.scale.is_some()),
        ("--crop", args.crop.is_some()),
    ])?;
    let kind = if out.as_os_str() == "-" { Some(Kind::Mesh(Format::Ply)) } else { kind(out) };
    let stored = file.shape()?;
    let begin = Instant::now();
    let bytes = match kind {
        Some(Kind::Mesh(format)) => {
            if args.size.is_some() || args.shape.view.is_some() || args.shape.by_expert {
                return Err(Failure::usage(
                    "--size, --view and --by-expert are for a picture of the shape; give a name \
                     that ends in .png, or leave them out",
                ));
            }
            let points = args.shape.resolution.map_or(GRID, |n| n as usize);
            let mesh = shape::decode_mesh(&stored, points)?;
            console.detail(&format!(
                "{} vertices and {} from {points}^3 points",
                table::grouped(mesh.vertices.len() as u64),
                table::count(mesh.triangles.len() as u64, "triangle"),
            ));
            if mesh.triangles.is_empty() {
                console.warn("no surface was found: no point of the grid is inside");
            }
            shape::mesh_bytes(&mesh, format)?
        }
        Some(Kind::Picture) => {
            if args.shape.resolution.is_some() {
                return Err(Failure::usage(
                    "--resolution is for meshes; a picture's size is given by --size",
                ));
            }
            picture(args, &stored)?
        }
        None => {
            return Err(Failure::usage(format!(
                "{}: shapes are written as meshes or as a picture; give a name that ends in .obj, \
                 .ply, .stl or .png",
                out.display()
            )));
        }
    };
    console.detail(&format!("decoded in {:.3} s", begin.elapsed().as_secs_f64()));
    audio::write_atomic(out, &bytes, args.out.force)?;
    Ok(())
}

fn picture(args: &DecodeArgs, stored: &nex_runtime::Shape<'_>) -> Result<Vec<u8>, Failure> {
    let mut preview = Preview::default();
    if let Some(size) = args.size {
        let side = |n: u32| u16::try_from(n).ok().filter(|&n| n <= 8192);
        let (Some(width), Some(height)) = (side(size.0), side(size.1)) else {
            return Err(Failure::usage("--size is above the limit of 8192 pixels a side"));
        };
        preview.size = (width, height);
    }
    if let Some(Angles(azimuth, elevation)) = args.shape.view {
        (preview.azimuth, preview.elevation) = (azimuth, elevation);
    }
    let colours = if args.shape.by_expert { Colours::Experts } else { Colours::Plain };
    Ok(shape::look(stored, &preview)?.picture(stored, colours)?.png()?)
}
