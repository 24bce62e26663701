//! Does a search say how far it is, and what is asked for by default?

use nex_encoder::{Clip, Effort, Options, Request, Target, Tune, encode, encode_watched};
use std::sync::Mutex;

/// Two seconds in several chunks: a tone that changes its pitch, and swells, so that
/// its ends need no search of their own.
fn clip() -> Clip {
    let sample = |i: usize| {
        let t = i as f64 / 8_000.0;
        let swell = (t * std::f64::consts::FRAC_PI_2).sin();
        (9_000.0 * swell * (t * (1_500.0 + 900.0 * t)).sin()) as i16
    };
    Clip::from_i16(8_000, 1, &(0..16_000).map(sample).collect::<Vec<_>>())
}

fn heard(options: &Options) -> Vec<f64> {
    let options = &Options { chunk_log2: Some(12), ..options.clone() };
    let fractions = Mutex::new(Vec::new());
    let watched = encode_watched(&clip(), options, &|f| fractions.lock().unwrap().push(f)).unwrap();
    // Being watched changes nothing.
    assert_eq!(watched.bytes, encode(&clip(), options).unwrap().bytes);
    fractions.into_inner().unwrap()
}

#[test]
fn progress_rises_from_little_to_all() {
    let snr = Request { snr_db: Some(20.0), ..Request::default() }.options(2.0);
    let size = Request { kbps: Some(8.0), ..Request::default() }.options(2.0);
    for options in [Options::default(), snr, Options { effort: Effort::Fast, ..size }] {
        let fractions = heard(&options);
        assert!(fractions.len() > 10, "{fractions:?}");
        assert!(fractions[0] < 0.2, "{fractions:?}");
        assert!(fractions.is_sorted(), "{fractions:?}");
        let (last, before) = fractions.split_last().unwrap();
        assert_eq!(*last, 1.0);
        assert!(before.iter().all(|&f| f < 1.0), "{fractions:?}");
        assert!(before.last().is_some_and(|&f| f > 0.4), "{fractions:?}");
    }
}

#[test]
fn the_work_of_a_quality_is_known_beforehand() {
    let fractions = heard(&Request::default().options(2.0));
    let last = fractions[fractions.len() - 2];
    // All the work expected is what the fraction is 0.963 for.
    assert!((last - (1.0 - 0.1 * (-1.0f64).exp())).abs() < 1e-9, "{last}");
}

#[test]
fn requests_become_options() {
    let ask = |bytes, kbps, snr_db, quality| {
        let options = Request { bytes, kbps, snr_db, quality }.options(4.0);
        (options.target, options.limit, options.tune)
    };
    let (heard, waveform) = (Tune::Perceptual, Tune::Snr);
    assert_eq!(ask(None, None, None, None), (Target::Quality(50.0), None, heard));
    assert_eq!(ask(None, Some(8.0), None, None), (Target::Size, Some(4_000), heard));
    assert_eq!(ask(Some(900), Some(8.0), None, None), (Target::Size, Some(900), heard));
    let snr = ask(None, Some(8.0), Some(9.0), Some(1.0));
    assert_eq!(snr, (Target::Snr(9.0), Some(4_000), waveform));
    assert_eq!(ask(None, None, None, Some(70.0)), (Target::Quality(70.0), None, heard));
}
