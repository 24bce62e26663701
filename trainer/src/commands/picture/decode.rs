//! How does a `.nex` file become a PNG file?

use crate::{
    commands::{
        file::{Stored, Wanted},
        options::{Crop, DecodeArgs, Size},
        terminal::{Console, Failure, text},
    },
    io, picture,
};
use nex_runtime::{PictureInfo, Profile};
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
    let (crop, (width, height)) = view(args, (info.width, info.height))?;
    let Crop { size: Size(w, h), corner } = crop;
    // What lies above a part is decoded, too.
    let (columns, rows) = reached(&info, crop);
    let most = |a: (u32, u32), b: (u32, u32)| {
        let pixels = |(w, h): (u32, u32)| u64::from(w) * u64::from(h);
        if pixels(a) < pixels(b) { b } else { a }
    };
    let wanted = Wanted::pixels(most((width, height), (columns, rows)), info.channels);
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
            "{}: --crop {w}x{h}+{x}+{y} reaches beyond the picture, which is {width}x{height}",
            args.input.display()
        )));
    }
    let scaled = |side: u32, scale: f64| (f64::from(side) * scale).round().max(1.0) as u32;
    let to = match (args.size, args.scale) {
        (Some(Size(w, h)), _) => (w, h),
        (None, Some(scale)) => (scaled(w, scale), scaled(h, scale)),
        (None, None) => (w, h),
    };
    if to.0.max(to.1) > u32::from(u16::MAX) {
        return Err(Failure::usage(format!(
            "{}: {}x{} pixels are more than 65535 a side; take a smaller --size or --scale, or a \
             part with --crop",
            args.input.display(),
            to.0,
            to.1
        )));
    }
    Ok((crop, to))
}

/// Columns and rows that are decoded to show a part: those of the tiles that it lies in, but
/// for rows below it. A network is asked for the part alone.
fn reached(info: &PictureInfo, Crop { size: Size(w, h), corner: (x, y) }: Crop) -> (u32, u32) {
    if info.kind.profile == Profile::Neural {
        return (w, h);
    }
    let (across, down) = info.tile;
    let left = x - x % across;
    let right = (x + w).next_multiple_of(across).min(info.width);
    (right - left, y + h - (y - y % down))
}
