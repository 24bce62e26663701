//! Who wins over all sounds, and by how much?

use super::{Codec, Equal, Row, Tune};
use serde::Serialize;
use std::collections::BTreeMap;

/// What an exact copy counts in a mean, in dB.
pub const EXACT_DB: f64 = 99.0;

/// The means of one codec at one operating point over its sounds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Mean {
    /// The codec.
    pub codec: Codec,
    /// The operating point.
    pub setting: String,
    /// Sounds in the mean.
    pub sounds: usize,
    /// Whole files.
    pub bytes: f64,
    /// Without container.
    pub packet_bytes: f64,
    /// Packet bytes over time.
    pub bits_per_second: f64,
    /// Packet bytes per sample of one channel.
    pub bits_per_sample: f64,
    /// Exact copies among others count 99 dB; see `exact`.
    pub snr_db: Option<f64>,
    /// Over the sounds that have one.
    pub segmental_snr_db: Option<f64>,
    /// Whether all are exact copies; then there is no SNR.
    pub exact: bool,
    /// Wall time of the encoder.
    pub encode_seconds: f64,
    /// Wall time of the decoder.
    pub decode_seconds: f64,
    /// Whether the rows were made to be compared with a rival's.
    pub matched: bool,
}

/// A compact file against a rival at equal bytes or equal SNR, over all
/// sounds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Pair {
    /// The rival's codec.
    pub codec: Codec,
    /// The rival's operating point.
    pub setting: String,
    /// What is the same.
    pub equal: Equal,
    /// What our files are tuned for.
    pub tune: Tune,
    /// Sounds in the means.
    pub sounds: usize,
    /// Sounds left out, because our file misses the rival's bytes or dB.
    pub not_met: usize,
    /// Our SNR less the rival's.
    pub snr_gain_db: Option<f64>,
    /// Our segmental SNR less the rival's.
    pub segmental_snr_gain_db: Option<f64>,
    /// Our bytes over the rival's packet bytes.
    pub byte_ratio: Option<f64>,
    /// Sounds where we are better: in SNR at equal bytes, in bytes at equal SNR.
    pub wins: usize,
}

/// All means.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Summary {
    /// By codec and operating point, in the order of the rows.
    pub means: Vec<Mean>,
    /// By rival, in the order of the rows.
    pub pairs: Vec<Pair>,
}

/// The means of rows, each with a rank that is the same for every sound and
/// orders the result.
#[must_use]
pub fn summarise(rows: &[((usize, usize), &Row)]) -> Summary {
    let mut groups = BTreeMap::<(usize, usize), Vec<&Row>>::new();
    rows.iter().for_each(|&(rank, row)| groups.entry(rank).or_default().push(row));
    let means = groups.values().filter_map(|rows| mean_of(rows)).collect();
    let pair = |ours: &Vec<&Row>| {
        let pairs: Vec<(&Row, &Row)> = ours
            .iter()
            .filter_map(|&our| {
                let against = our.against.as_ref()?;
                let is_rival = |row: &&Row| {
                    row.sound == our.sound
                        && row.codec == against.codec
                        && row.setting == against.setting
                };
                Some((our, rows.iter().map(|&(_, row)| row).find(is_rival)?))
            })
            .collect();
        pair_of(&pairs)
    };
    Summary { means, pairs: groups.values().filter_map(pair).collect() }
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values.fold((0.0, 0usize), |(sum, count), v| (sum + v, count + 1));
    (count > 0).then(|| sum / count as f64)
}

/// A row's SNR as means count it.
const fn snr_db(row: &Row) -> f64 {
    row.snr_db.min(EXACT_DB)
}

fn mean_of(rows: &[&Row]) -> Option<Mean> {
    let first = rows.first()?;
    let of = |value: fn(&Row) -> f64| mean(rows.iter().map(|row| value(row))).unwrap_or(f64::NAN);
    let exact = rows.iter().all(|row| row.exact);
    Some(Mean {
        codec: first.codec,
        setting: first.setting.clone(),
        sounds: rows.len(),
        bytes: of(|row| row.bytes as f64),
        packet_bytes: of(|row| row.packet_bytes as f64),
        bits_per_second: of(|row| row.bits_per_second),
        bits_per_sample: of(|row| row.bits_per_sample),
        snr_db: (!exact).then(|| of(snr_db)),
        segmental_snr_db: mean(rows.iter().filter_map(|row| row.segmental_snr_db)),
        exact,
        encode_seconds: of(|row| row.encode_seconds),
        decode_seconds: of(|row| row.decode_seconds),
        matched: first.against.is_some(),
    })
}

/// The means of pairs of our row and the rival's.
fn pair_of(pairs: &[(&Row, &Row)]) -> Option<Pair> {
    let against = pairs.first()?.0.against.clone()?;
    let met: Vec<&(&Row, &Row)> =
        pairs.iter().filter(|(our, _)| our.target_met != Some(false)).collect();
    let ratio = |our: &Row, rival: &Row| our.bytes as f64 / rival.packet_bytes.max(1) as f64;
    let wins = |(our, rival): &&&(&Row, &Row)| match against.equal {
        Equal::Bytes => our.snr_db > rival.snr_db,
        Equal::Snr => our.bytes < rival.packet_bytes,
    };
    Some(Pair {
        sounds: met.len(),
        not_met: pairs.len() - met.len(),
        snr_gain_db: mean(met.iter().map(|(our, rival)| snr_db(our) - snr_db(rival))),
        segmental_snr_gain_db: mean(
            met.iter()
                .filter_map(|(our, rival)| Some(our.segmental_snr_db? - rival.segmental_snr_db?)),
        ),
        byte_ratio: mean(met.iter().map(|(our, rival)| ratio(our, rival))),
        wins: met.iter().filter(wins).count(),
        codec: against.codec,
        setting: against.setting,
        equal: against.equal,
        tune: against.tune,
    })
}

#[cfg(test)]
mod tests {
    use super::{super::Against, *};

    fn row(sound: &str, codec: Codec, setting: &str, bytes: u64, snr_db: f64) -> Row {
        Row {
            sound: sound.into(),
            codec,
            setting: setting.into(),
            bytes: bytes + 100,
            packet_bytes: bytes,
            bits_per_second: bytes as f64 * 8.0,
            bits_per_sample: 1.0,
            snr_db,
            segmental_snr_db: snr_db.is_finite().then_some(snr_db / 2.0),
            exact: snr_db == f64::INFINITY,
            delay_frames: 0.0,
            encode_seconds: 1.0,
            decode_seconds: 0.5,
            against: None,
            target_met: None,
            encoded: None,
            reference: None,
            decoded: None,
        }
    }

    fn ours(sound: &str, bytes: u64, snr_db: f64, equal: Equal, met: bool) -> Row {
        let against = Against {
            codec: Codec::Opus,
            setting: "8 kb/s".into(),
            equal,
            target: 0.0,
            tune: Tune::Snr,
        };
        Row {
            bytes,
            against: Some(against),
            target_met: Some(met),
            ..row(sound, Codec::Compact, "as Opus", bytes, snr_db)
        }
    }

    #[test]
    fn means_are_taken_over_sounds() {
        let rows = [
            row("a", Codec::Opus, "8 kb/s", 100, 10.0),
            row("b", Codec::Opus, "8 kb/s", 300, 20.0),
            row("a", Codec::Flac, "-8", 900, f64::INFINITY),
            row("b", Codec::Flac, "-8", 900, f64::INFINITY),
            row("a", Codec::Mp3, "8 kb/s", 1, f64::INFINITY),
            row("b", Codec::Mp3, "8 kb/s", 1, 1.0),
        ];
        // Ranks order the means, not the rows.
        let ranks = [(1, 0), (1, 0), (0, 0), (0, 0), (2, 0), (2, 0)];
        let ranked: Vec<_> = ranks.into_iter().zip(&rows).collect();
        let means = summarise(&ranked).means;
        let codecs: Vec<Codec> = means.iter().map(|m| m.codec).collect();
        assert_eq!(codecs, [Codec::Flac, Codec::Opus, Codec::Mp3]);
        assert_eq!((means[0].exact, means[0].snr_db), (true, None));
        let opus = &means[1];
        assert_eq!((opus.sounds, opus.bytes, opus.packet_bytes), (2, 300.0, 200.0));
        assert_eq!((opus.snr_db, opus.segmental_snr_db), (Some(15.0), Some(7.5)));
        assert_eq!(opus.bits_per_second, 1_600.0);
        assert_eq!((means[2].exact, means[2].snr_db), (false, Some((EXACT_DB + 1.0) / 2.0)));
    }

    #[test]
    fn pairs_compare_the_same_sound_and_leave_out_what_missed_its_target() {
        let rows = [
            row("a", Codec::Opus, "8 kb/s", 100, 10.0),
            row("b", Codec::Opus, "8 kb/s", 200, 20.0),
            row("c", Codec::Opus, "8 kb/s", 10, 20.0),
            row("a", Codec::Opus, "16 kb/s", 999, 50.0),
            ours("a", 90, 13.0, Equal::Bytes, true),
            ours("b", 200, 19.0, Equal::Bytes, true),
            ours("c", 500, 60.0, Equal::Bytes, false),
            ours("a", 50, 10.0, Equal::Snr, true),
            ours("b", 250, 20.0, Equal::Snr, true),
        ];
        let ranks = [0, 0, 0, 2, 1, 1, 1, 3, 3].map(|rank| (0, rank));
        let ranked: Vec<_> = ranks.into_iter().zip(&rows).collect();
        let pairs = summarise(&ranked).pairs;
        assert_eq!(pairs.len(), 2);
        let bytes = &pairs[0];
        assert_eq!((bytes.sounds, bytes.not_met, bytes.wins), (2, 1, 1));
        assert_eq!(bytes.snr_gain_db, Some(1.0));
        assert_eq!(bytes.segmental_snr_gain_db, Some(0.5));
        assert!((bytes.byte_ratio.unwrap() - 0.95).abs() < 1e-12);
        let snr = &pairs[1];
        assert_eq!((snr.equal, snr.sounds, snr.wins), (Equal::Snr, 2, 1));
        assert!((snr.byte_ratio.unwrap() - 0.875).abs() < 1e-12);
    }

    #[test]
    fn pairs_that_all_miss_have_no_means() {
        let rows =
            [row("a", Codec::Opus, "8 kb/s", 100, 10.0), ours("a", 500, 13.0, Equal::Bytes, false)];
        let ranked: Vec<_> = [(0, 0), (0, 1)].into_iter().zip(&rows).collect();
        let pairs = summarise(&ranked).pairs;
        assert_eq!((pairs[0].sounds, pairs[0].not_met, pairs[0].snr_gain_db), (0, 1, None));
        assert_eq!(summarise(&[]), Summary::default());
    }
}
