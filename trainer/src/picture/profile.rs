//! Which colours does a picture mean? (ICC profiles)

use super::Picture;
use moxcms::{ColorProfile, Layout, TransformOptions};

/// Levels by which a conversion may be off that changes nothing: rounding.
const SAME: u8 = 1;

/// Changes colours that a profile gives a meaning to those of sRGB, and says so. A gray
/// picture stays as it is.
pub(super) fn to_srgb(picture: &mut Picture, profile: &[u8]) -> Option<&'static str> {
    let layout = match picture.channels {
        3 => Layout::Rgb,
        4 => Layout::Rgba,
        _ => return None,
    };
    let srgb = ColorProfile::new_srgb();
    let options = TransformOptions::default();
    let convert = || {
        let mut samples = vec![0; picture.samples.len()];
        let profile = ColorProfile::new_from_slice(profile)?;
        let transform = profile.create_transform_8bit(layout, &srgb, layout, options)?;
        transform.transform(&picture.samples, &mut samples).map(|()| samples)
    };
    let Ok(samples) = convert() else {
        return Some("its colour profile is not applied: it is none of red, green and blue");
    };
    let mut pairs = picture.samples.iter().zip(&samples);
    if pairs.all(|(a, b)| a.abs_diff(*b) <= SAME) {
        return None;
    }
    picture.samples = samples;
    Some("its colours were converted from its profile to sRGB")
}
