//! Pictures, P1 to P6, with fits of a few steps.

use crate::{
    Must, Ran, Row, bytes, check, holds, json, no_file, number, prints, quiet, row, says, that,
};
use image::{DynamicImage, ImageEncoder, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use ne_train::picture::{Picture, parse};
use nex_tests::forge;
use std::{io::Cursor, path::Path};

fn file(image: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.into().write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn png(image: impl Into<DynamicImage>) -> Vec<u8> {
    file(image, ImageFormat::Png)
}

/// Colours that change everywhere.
fn photo(side: u32) -> RgbImage {
    RgbImage::from_fn(side, side, |x, y| Rgb([x, y, x * y].map(|v| (v * 7 % 256) as u8)))
}

/// Slopes and a disc, which a network learns.
fn disc(side: u32) -> RgbImage {
    RgbImage::from_fn(side, side, |x, y| {
        let [x, y] = [x, y].map(|v| v as f32 / side as f32);
        let inside = (x - 0.3).hypot(y - 0.6) < 0.25;
        let of = |c: u8| {
            let slope = (200.0 - 150.0 * x + 20.0 * f32::from(c) * y) as u8;
            if inside { 230 - 60 * c } else { slope }
        };
        Rgb([0, 1, 2].map(of))
    })
}

/// What the reader makes of a picture.
fn reads(
    name: &'static str,
    max_side: Option<u32>,
    is_so: impl Fn(&Picture) -> bool + 'static,
) -> Must {
    that(move |ran| {
        let loaded = parse(Path::new(name), &ran.file(name)?, max_side);
        let picture = loaded.map_err(|error| error.to_string())?.picture;
        holds(is_so(&picture), || format!("{name} is read as {picture:?}"))
    })
}

/// A picture that is stored, in so many channels, and compared.
fn stored(name: &str, file: &str, bytes: &[u8], channels: f64, musts: Vec<Must>) -> Row {
    row(name, &[(file, bytes)])
        .run(format!("export {file} o.nex SMALL"), 0, musts)
        .run("info o.nex --json", 0, [json("/channels", channels..=channels)])
        .run(format!("check o.nex {file}"), 0, [])
}

/// With the preset's own constants 240 pixels a side are learnt as without a pretraining,
/// which at the whole rate spoils the network.
#[test]
fn a_large_picture_is_learnt() {
    let line =
        |options: &str| format!("export in.png o.nex -f --steps 120 --seed 1 --json {options}");
    let gain = |least: f64| {
        that(move |ran: &Ran<'_>| {
            let (db, other) = (number(&ran.before[0], "/psnr_db")?, ran.number("/psnr_db")?);
            holds(db > other + least, || format!("{db:.1} dB, here {other:.1}"))
        })
    };
    check(vec![
        row("P1 240 pixels", &[("in.png", &png(disc(240)))])
            .run(line("--preset small"), 0, [json("/psnr_db", 20.0..)])
            .run(line("--preset small --pretrain-steps 0"), 0, [gain(-1.0)])
            .run(line("--preset small --pretrain-rate 1"), 0, [gain(3.0)]),
        // 14 KB that have not learnt are no better than a small JPEG.
        row("P1 hardly learnt", &[("in.png", &png(photo(60)))])
            .run(
                "export in.png o.nex --steps 1 --pretrain-steps 0",
                0,
                [says("warning: o.nex: a JPEG of ")],
            )
            .run("export in.png p.nex SMALL", 0, [quiet()]),
    ]);
}

#[test]
fn alpha_is_mixed_as_it_is_seen() {
    let inside = |x: u32, y: u32| (x as f32 - 99.5).hypot(y as f32 - 99.5) < 80.0;
    let white = RgbaImage::from_fn(200, 200, |x, y| Rgba([if inside(x, y) { 255 } else { 0 }; 4]));
    // What is hidden differs from pixel to pixel, so that it is not gray.
    let red = RgbaImage::from_fn(200, 200, |x, y| {
        if inside(x, y) { Rgba([200, 40, 60, 255]) } else { Rgba([0, (x % 256) as u8, 255, 0]) }
    });
    let bright = |picture: &Picture| {
        let mut edge = picture.samples.chunks(2).filter(|p| (8..248).contains(&p[1]));
        let seen = picture.samples.chunks(2).filter(|p| p[1] > 0);
        picture.channels == 2 && edge.nth(100).is_some() && seen.into_iter().all(|p| p[0] == 255)
    };
    let reddish = |picture: &Picture| {
        let near = |p: &[u8]| [200u8, 40, 60].iter().zip(p).all(|(a, b)| a.abs_diff(*b) <= 3);
        let mut seen = picture.samples.chunks(4).filter(|p| p[3] > 16);
        picture.channels == 4 && seen.all(near)
    };
    // image 1655.
    let smaller = |name: &str, bytes: &[u8], must: Must| {
        row(name, &[("in.png", bytes)])
            .run("export in.png o.nex SMALL --max-side 50", 0, [says("200 x 200 to 50 x 50"), must])
            .run("check o.nex in.png", 0, [])
    };
    let photo = DynamicImage::from(photo(20));
    let gray = DynamicImage::from(photo.to_luma8());
    let mut seen = photo.to_rgba8();
    seen.put_pixel(3, 3, Rgba([1, 2, 3, 254]));
    check(vec![
        smaller("P2 a white disc on nothing", &png(white), reads("in.png", Some(50), bright)),
        smaller("P2 a red one", &png(red), reads("in.png", Some(50), reddish)),
        stored(
            "P3 opaque RGBA",
            "in.png",
            &png(photo.to_rgba8()),
            3.0,
            vec![says("alpha is opaque")],
        ),
        stored("P3 gray RGB", "in.png", &png(gray.to_rgb8()), 1.0, vec![says("gray")]),
        stored(
            "P3 gray and opaque",
            "in.png",
            &png(gray.to_rgba8()),
            1.0,
            vec![says("gray and opaque")],
        ),
        stored(
            "P3 gray with alpha",
            "in.png",
            &png(gray.to_luma_alpha8()),
            1.0,
            vec![says("opaque")],
        ),
        stored("P3 alpha that is seen", "in.png", &png(seen), 4.0, vec![quiet()]),
    ]);
}

#[test]
fn other_formats_are_read_and_damage_is_said() {
    let photo = photo(160);
    let whole = file(photo.clone(), ImageFormat::Jpeg);
    let small = self::photo(24);
    let exact = small.clone().into_raw();
    let read = |name: &str, format| {
        let exact = exact.clone();
        let must = reads("in.x", None, move |picture| picture.samples == exact);
        stored(name, "in.x", &file(small.clone(), format), 3.0, vec![quiet(), must])
    };
    let few = RgbImage::from_fn(9, 7, |x, y| Rgb([x as u8 * 20, y as u8 * 30, 99]));
    let few_exact = few.clone().into_raw();
    let of_gif = reads("in.gif", None, move |picture| picture.samples == few_exact);
    let mut film = Vec::new();
    let mut encoder = image::codecs::gif::GifEncoder::new(&mut film);
    for shade in [40, 200] {
        let still = RgbaImage::from_pixel(5, 4, Rgba([shade, 0, 0, 255]));
        encoder.encode_frame(image::Frame::new(still)).unwrap();
    }
    drop(encoder);
    let first = reads("in.gif", None, |picture| picture.samples[..3] == [40, 0, 0]);
    // Behind the head of a PNG file: that two pictures follow.
    let mut film_of_png = png(few.clone());
    let control = [&b"acTL"[..], &[0, 0, 0, 2, 0, 0, 0, 0]].concat();
    let sum = nex_tests::fuzzing::crc32(&control).to_be_bytes();
    film_of_png.splice(33..33, [&[0, 0, 0, 8][..], &control, &sum].concat());
    // A red of a phone's camera, which sRGB has only with less green and blue.
    let mut phone = Vec::new();
    let mut encoder = image::codecs::png::PngEncoder::new(&mut phone);
    encoder.set_icc_profile(moxcms::ColorProfile::new_display_p3().encode().unwrap()).unwrap();
    encoder.write_image(&[200, 90, 60].repeat(12), 4, 3, image::ExtendedColorType::Rgb8).unwrap();
    let warmer = reads("in.png", None, |picture| {
        picture.samples[0].abs_diff(216) <= 2 && picture.samples[1].abs_diff(81) <= 2
    });
    check(vec![
        row("P5 colours of Display P3", &[("in.png", &phone)]).run(
            "export in.png o.nex SMALL",
            0,
            [says("converted from its profile to sRGB"), warmer],
        ),
        // zune-image 312.
        stored(
            "P4 half a JPEG file",
            "in.jpg",
            &whole[..whole.len() * 3 / 4],
            3.0,
            vec![says("in.jpg"), says("ends early")],
        ),
        stored("P4 a whole one", "in.jpg", &whole, 3.0, vec![quiet()]),
        read("P5 WebP", ImageFormat::WebP),
        read("P5 BMP", ImageFormat::Bmp),
        stored("P5 GIF", "in.gif", &file(few, ImageFormat::Gif), 3.0, vec![of_gif]),
        row("P5 an animated GIF", &[("in.gif", &film)]).run(
            "export in.gif o.nex SMALL",
            0,
            [says("animated"), first],
        ),
        row("P5 an animated PNG", &[("in.png", &film_of_png)]).run(
            "export in.png o.nex SMALL",
            0,
            [says("animated")],
        ),
    ]);
}

/// Rows are told of where no bar can be drawn.
#[test]
fn a_table_says_where_it_is() {
    let line = "reproduce 2 --data data --size 16 --steps 4 --pretrain-steps 2 --rows base,experts";
    let told = [
        says("row 1 of 2, base of kodim01"),
        says("row 2 of 2, experts of kodim01"),
        prints("| experts | kodim01 |"),
    ];
    check(vec![
        row("reproduce without a terminal", &[("data/kodim01.png", &png(photo(32)))])
            .run(line, 0, told)
            .run("reproduce 12 --data data", 1, [says("armadillo.obj"), says("nor in meshes/")]),
    ]);
}

#[test]
fn options_of_others_are_refused_truly() {
    let picture = png(photo(24));
    let shape = forge::shape(3);
    check(vec![
        row("P6 a bit rate", &[("in.png", &picture)])
            .run(
                "export in.png o.nex --bitrate 30",
                2,
                [says("--bitrate is for sounds, and in.png is a picture"), no_file("o.nex")],
            )
            .run("export in.png o.nex SMALL", 0, [bytes("o.nex", 100..)])
            .run("info o.nex --target cortex-m4f", 2, [says("was not measured")])
            .run("export in.png c.nex", 0, [])
            .run(
                "info c.nex --target cortex-m4f --json",
                0,
                [
                    json("/target/instructions_per_pixel", 100.0..1e4),
                    json("/target/flash_bytes", 1e4..1e5),
                    json("/target/ram_bytes", 1e3..1e5),
                ],
            )
            .run("info c.nex --target rp2040", 0, [prints("ms at 100 MHz")]),
        row("P6 a target of a shape", &[("o.nex", &shape)]).run(
            "info o.nex --target cortex-m4f",
            2,
            [says("--target is for sounds and pictures, and o.nex is a shape")],
        ),
    ]);
}
