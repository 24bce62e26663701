//! S5: does a loop begin anew without a click, and are its points kept?

use crate::{Must, bytes, check, holds, json, prints, quiet, row, that};
use nex_tests::riff::{bytes_of, chunk, format, riff, sampler};
use std::{f64::consts::TAU, ops::RangeBounds};

/// The decoded loop's peak above 2 kHz where it begins anew, in times of the source's 38.
fn seam(times: impl RangeBounds<f64> + 'static) -> Must {
    that(move |ran| {
        let played = ran.samples("o.nex")?.repeat(3);
        let mut all: Vec<f64> = played.iter().map(|&s| s.into()).collect();
        // Butterworth's filter of fourth order.
        for q in [0.541_196_1, 1.306_563] {
            let (turn, cos) = ((TAU / 8.0).sin() / (2.0 * q), (TAU / 8.0).cos());
            let (mut x, mut y) = ([0.0; 2], [0.0; 2]);
            for sample in &mut all {
                let input = (1.0 + cos) / 2.0 * (*sample - 2.0 * x[0] + x[1]);
                let output = (input + 2.0 * cos * y[0] - (1.0 - turn) * y[1]) / (1.0 + turn);
                (x, y) = ([*sample, x[0]], [output, y[0]]);
                *sample = output;
            }
        }
        let seam = 2 * played.len() / 3;
        let peak = all[seam - 200..seam + 200].iter().fold(0.0, |peak: f64, x| peak.max(x.abs()));
        let is_so = times.contains(&(peak / 38.0));
        holds(is_so, || format!("{peak:.0} at the seam, the source has 38"))
    })
}

#[test]
fn loops_begin_anew_without_a_click() {
    // 440 Hz at .6, whole periods.
    let tone = |i: u32| (19_660.8 * (f64::from(i) * 440.0 / 16_000.0 * TAU).sin()).round() as i16;
    let tone = bytes_of(&(0..8_000).map(tone).collect::<Vec<_>>());
    let head = [chunk(b"fmt ", &format(1, 1, 16_000, 16)), chunk(b"data", &tone)];
    let (plain, looped) =
        (riff(&head), riff(&[&head[..], &[sampler(&[(0, 800, 7_199)])]].concat()));
    let points =
        |start: f64, end: f64| [json("/loop/0", start..=start), json("/loop/1", end..=end)];
    check(vec![
        row("S5 a tone as a loop", &[("in.wav", &plain)])
            .run("export in.wav o.nex --loop", 0, [seam(..2.0)])
            .run("info o.nex --json", 0, points(0.0, 8_000.0))
            .run("export in.wav o.nex -f --loop --snr 30", 0, [seam(..2.0)])
            .run(
                "export in.wav o.nex -f --loop --size 200",
                0,
                [seam(..2.0), bytes("o.nex", ..=200)],
            )
            .run(
                "export in.wav o.nex -f --loop --size 150",
                0,
                [seam(..2.0), bytes("o.nex", ..=150)],
            )
            // Without the option its ends do not meet.
            .run("export in.wav o.nex -f", 0, [seam(2.5..)])
            .run("export in.wav o.nex -f --snr 30", 0, [seam(8.0..)])
            .run("export in.wav o.nex -f --size 200", 0, [seam(4.0..)]),
        // SDL_mixer 704, soloud 318.
        row("S5 a sampler's loop points", &[("in.wav", &looped)])
            .run("export in.wav o.nex", 0, [quiet()])
            .run("info o.nex --json", 0, points(800.0, 7_200.0))
            .run("info o.nex", 0, [prints("6,400 frames, from frame 800 to 7199")])
            .run("decode o.nex back.wav", 0, [])
            .run("export back.wav p.nex", 0, [])
            .run("info p.nex --json", 0, points(800.0, 7_200.0))
            .run("emit o.nex --c -", 0, [prints("O_LOOP_START 800u"), prints("O_LOOP_END 7200u")]),
    ]);
}
