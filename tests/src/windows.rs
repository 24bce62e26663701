//! What must hold of the windows and rows of any picture?

use crate::fuzzing::somewhere;
use nex_runtime::{Area, Look, Picture};

/// Samples of a compact picture that are decoded at most.
const MOST: u64 = 1 << 16;
/// Multiply-accumulates of a neural one, once for each time it is decoded.
const MOST_MACS: u64 = 1 << 20;

/// The same samples by windows, in any memory, of a part, halved, and by rows. A large
/// picture is left alone.
pub fn agree(bytes: &[u8], picture: &Picture<'_>) {
    let info = picture.info();
    let channels = usize::from(info.channels);
    let samples = u64::from(info.width) * u64::from(info.height) * u64::from(info.channels);
    let macs = picture.network().map_or(0, |network| network.macs);
    if samples > MOST || samples * u64::from(macs) > MOST_MACS {
        return;
    }
    let size = (info.width, info.height);
    let mut whole = vec![0; samples as usize];
    picture.decode_into(&mut whole, &mut vec![0; picture.memory_len()]).unwrap();
    let mut memory = vec![0xdead_beef; picture.rows_len(Area::ALL, size) + 3];
    let mut row = vec![7; info.width as usize * channels];
    let mut rows = picture.rows(Area::ALL, size, &mut memory).unwrap();
    for expected in whole.chunks_exact(row.len()) {
        assert_eq!(rows.next_row(&mut row), Some(expected.len()));
        assert_eq!(row, expected, "by rows");
    }
    assert_eq!(rows.next_row(&mut row), None);
    let place = somewhere(bytes);
    let (left, top) = (place % info.width, (place >> 8) % info.height);
    let (width, height) = (info.width - left, 1 + (place >> 16) % (info.height - top));
    let part = Area { left, top, width, height };
    let all = Area { left: 0, top: 0, width: info.width, height: info.height };
    let mut cut = vec![9; (width * height) as usize * channels];
    picture.decode_area(part, &mut cut, &mut memory).unwrap();
    let mut rows = picture.rows(part, (width, height), &mut memory).unwrap();
    let mut row = vec![7; width as usize * channels];
    for (y, expected) in (top as usize..).zip(cut.chunks_exact(row.len())) {
        let at = (y * info.width as usize + left as usize) * channels;
        assert_eq!(expected, &whole[at..at + row.len()], "a part");
        assert_eq!(rows.next_row(&mut row), Some(row.len()));
        assert_eq!(row, expected, "a part by rows");
    }
    for (halvings, area) in [(0, all), (0, part), (place % 4, all)] {
        memory.fill(place);
        covered(picture, &whole, (halvings, area), &mut memory);
    }
}

/// Every pixel of an area, halved so often, lies in one window, and is the mean of those
/// that it stands for.
fn covered(picture: &Picture<'_>, whole: &[u8], (halvings, area): (u32, Area), memory: &mut [u32]) {
    let info = picture.info();
    let channels = usize::from(info.channels);
    let mut windows = picture.windows(memory).unwrap().halved(halvings).within(area);
    let (columns, rows) = windows.size();
    let asked = area.within(Area { left: 0, top: 0, width: columns, height: rows });
    let mut seen = vec![false; (columns * rows) as usize];
    let mut samples = vec![0; 32 * 32 * channels];
    let mut colours = vec![0; 32 * 32];
    while let Some(window) = windows.next_window() {
        let Area { left, top, width, height } = window.area();
        assert!(width <= 32 && height <= 32, "{width} x {height}");
        let written = window.samples(&mut samples);
        assert_eq!(written, (width * height) as usize * channels);
        assert_eq!(window.rgb565(Look::DEFAULT, &mut colours), (width * height) as usize);
        for (i, pixel) in samples[..written].chunks_exact(channels).enumerate() {
            let (x, y) = (left + i as u32 % width, top + i as u32 / width);
            let place = &mut seen[(y * columns + x) as usize];
            assert!(!std::mem::replace(place, true), "{x}, {y} twice");
            assert_eq!(pixel, mean(&info, whole, halvings, (x, y)), "{x}, {y}, {halvings}");
            let [r, g, b] = window.rgb(Look::DEFAULT, i as u32 % width, i as u32 / width);
            let near = |wide: u8, bits: u16, narrow: u16| {
                let most = (1 << bits) - 1;
                let narrow = f32::from(narrow & most) * 255.0 / f32::from(most);
                assert!((narrow - f32::from(wide)).abs() <= 255.0 / f32::from(most), "{x}, {y}");
            };
            near(r, 5, colours[i] >> 11);
            near(g, 6, colours[i] >> 5);
            near(b, 5, colours[i]);
        }
    }
    for (i, seen) in seen.into_iter().enumerate() {
        let one = Area { left: i as u32 % columns, top: i as u32 / columns, width: 1, height: 1 };
        assert_eq!(seen, !one.within(asked).is_empty(), "{one:?}");
    }
}

/// The mean of a square of pixels, each colour as much as it is seen.
fn mean(
    info: &nex_runtime::PictureInfo,
    whole: &[u8],
    halvings: u32,
    (x, y): (u32, u32),
) -> Vec<u8> {
    let channels = usize::from(info.channels);
    if halvings == 0 {
        return whole[(y * info.width + x) as usize * channels..][..channels].to_vec();
    }
    let side = 1 << halvings;
    let (mut sums, mut weights, mut count) = (vec![0.0; channels], 0.0, 0.0);
    for y in y * side..((y + 1) * side).min(info.height) {
        for x in x * side..((x + 1) * side).min(info.width) {
            let pixel = &whole[(y * info.width + x) as usize * channels..][..channels];
            let alpha = if channels % 2 == 0 { f64::from(pixel[channels - 1]) } else { 1.0 };
            for (i, sum) in sums.iter_mut().enumerate() {
                let is_alpha = channels % 2 == 0 && i + 1 == channels;
                *sum += f64::from(pixel[i]) * if is_alpha { 1.0 } else { alpha };
            }
            weights += alpha;
            count += 1.0;
        }
    }
    let mean = |i: usize, sum: f64| {
        let is_alpha = channels % 2 == 0 && i + 1 == channels;
        let of = if is_alpha { count } else { weights };
        if of > 0.0 { (sum / of + 0.5).floor() as u8 } else { 0 }
    };
    sums.into_iter().enumerate().map(|(i, sum)| mean(i, sum)).collect()
}
