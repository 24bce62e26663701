//! How does a `.nex` file become a PNG file?

use crate::{
    commands::{
        file::{Stored, Wanted},
        options::{Crop, DecodeArgs, Size},
        terminal::{Console, Failure, text},
    },
    io, picture,
};
use std::time::Instant;

pub fn run(args: &DecodeArgs, file: &Stored, console: &Console) -> Result<(), Failure> {
    let out = args.out.path();
    let is_png = |e: &std::ffi::OsStr| e.eq_ignore_ascii_case("png");
    if out.as_os_str() != "-" && !out.extension().is_none_or(is_png) {
        let name = out.display();
        return Err(Failure::usage(format!(
            "{name}: pictures are written as PNG; give a name that ends in .png"
        )));
    }
    let stored = file.picture()?;
    let info = stored.info();
    let (Crop { size: Size(w, h), corner }, (width, height)) =
        view(args, (info.width, info.height))?;
    let wanted = Wanted::pixels((width, height), info.channels);
    file.allow(args.limit, &wanted, "decode parts with --crop, or ")?;
    let begin = Instant::now();
    let samples = picture::scaled(&stored, corner, (w, h), (width, height))?;
    let seconds = begin.elapsed().as_secs_f64();
    console.detail(&format!(
        "decoded {width} x {height} pixels in {seconds:.3} s on {}: {} pixels/s",
        text::count(rayon::current_num_threads() as u64, "thread"),
        text::grouped((f64::from(width) * f64::from(height) / seconds) as u64),
    ));
    let png = picture::png_bytes((width, height), info.channels.into(), &samples)?;
    io::write_atomic(&out, &png, args.out.force)?;
    Ok(())
}

/// What of a picture is asked for, and in which size.
fn view(args: &DecodeArgs, (width, height): (u32, u32)) -> Result<(Crop, (u32, u32)), Failure> {
    let crop = args.crop.unwrap_or(Crop { size: Size(width, height), corner: (0, 0) });
    let Crop { size: Size(w, h), corner: (x, y) } = crop;
    let inside = |from: u32, len: u32, of: u32| from.checked_add(len).is_some_and(|end| end <= of);
    if !inside(x, w, width) || !inside(y, h, height) {
        return Err(Failure::usage(format!(
            "--crop {w}x{h}+{x}+{y} reaches beyond the picture, which is {width}x{height}"
        )));
    }
    let scaled = |side: u32, scale: f64| (f64::from(side) * scale).round().max(1.0) as u32;
    let to = match (args.size, args.scale) {
        (Some(Size(w, h)), _) => (w, h),
        (None, Some(scale)) => (scaled(w, scale), scaled(h, scale)),
        (None, None) => (w, h),
    };
    Ok((crop, to))
}
