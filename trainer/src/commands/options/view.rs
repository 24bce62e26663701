//! Which part of a picture, in which size, and a shape from where?

use std::str::FromStr;

/// `WxH`: columns and rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size(pub u32, pub u32);

impl FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts =
            text.split_once('x').and_then(|(w, h)| Some((w.parse().ok()?, h.parse().ok()?)));
        match parts {
            Some((width @ 1.., height @ 1..)) => Ok(Self(width, height)),
            _ => Err("must be WIDTHxHEIGHT in pixels, such as 640x480".into()),
        }
    }
}

/// `WxH+X+Y`: a rectangle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Crop {
    pub size: Size,
    pub corner: (u32, u32),
}

impl FromStr for Crop {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parse = || {
            let (size, corner) = text.split_once('+')?;
            let (x, y) = corner.split_once('+')?;
            Some(Self { size: size.parse().ok()?, corner: (x.parse().ok()?, y.parse().ok()?) })
        };
        parse().ok_or_else(|| "must be WIDTHxHEIGHT+X+Y in pixels, such as 64x48+10+0".into())
    }
}

/// `AZIMUTH,ELEVATION` in degrees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Angles(pub f64, pub f64);

impl FromStr for Angles {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parse = |t: &str| t.parse().ok().filter(|v: &f64| v.abs() <= 360.0);
        text.split_once(',')
            .and_then(|(a, e)| Some(Self(parse(a)?, parse(e)?)))
            .ok_or_else(|| "must be AZIMUTH,ELEVATION in degrees, such as 30,20".into())
    }
}
