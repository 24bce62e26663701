//! How does a `.nex` file become a mesh, or a picture of one?

use super::mesh::GRID;
use crate::{
    commands::{
        file::Stored,
        options::{Angles, DecodeArgs},
        terminal::{Console, Failure, text},
    },
    io::{self, MeshFormat},
    shape::{self, Colours, Preview},
};
use std::time::Instant;

pub fn run(args: &DecodeArgs, file: &Stored, console: &Console) -> Result<(), Failure> {
    let out = args.out.path();
    let is_png = out.extension().is_some_and(|e| e.eq_ignore_ascii_case("png"));
    let to_stdout = out.as_os_str() == "-";
    let format = MeshFormat::of_name(&out).or(to_stdout.then_some(MeshFormat::Ply));
    let stored = file.shape()?;
    let begin = Instant::now();
    let bytes = match format {
        Some(format) => {
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
                text::grouped(mesh.vertices.len() as u64),
                text::count(mesh.triangles.len() as u64, "triangle"),
            ));
            if mesh.triangles.is_empty() {
                console.warn("no surface was found: no point of the grid is inside");
            }
            if format == MeshFormat::Stl && mesh.is_double() {
                console.warn(&format!(
                    "STL has numbers of 32 bits, which lie {} units apart so far from the origin; \
                     write .ply or .obj",
                    mesh.raster()
                ));
            }
            shape::mesh_bytes(&mesh, format)?
        }
        None if is_png => {
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
                 .ply, .stl, .glb or .png",
                out.display()
            )));
        }
    };
    console.detail(&format!("decoded in {:.3} s", begin.elapsed().as_secs_f64()));
    io::write_atomic(&out, &bytes, args.out.force)?;
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
