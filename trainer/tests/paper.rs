//! Are the paper's networks the paper's, and do they learn on burn's devices?

use ne_train::{
    fit::{Backend, reads as reads_so_far},
    measure,
    model::{Activation, Arch, Block, Condition, Input, Spec},
    paper::{
        Trainer,
        data::{self, Side, Signals},
        export::decoded,
        labels::Labels,
        progress::Watch,
        report::{Folder, psnr},
        run::{self, Options},
        shape::{Samples, Size, fit, on_grid},
        tables::{self, Row, Table, Version},
        train::{Config, Manager, Outcome, Point},
    },
    quant::Precision,
    shape::{self, Field, Placed},
};
use nex_runtime::{Section, SectionId, Shape};
use std::path::Path;

const CONFIG: Config = Config {
    steps: 40,
    pretrain_steps: 10,
    rate: 1e-3,
    manager: Manager::Pretrained(Labels::Random),
    segment_weight: 0.0,
    log_every: 20,
    expert_stage: 0.8,
    chunks: 4,
    seed: 3,
};

fn trainer(spec: Spec, signals: &Signals, config: &Config) -> Trainer {
    Trainer::new(spec, signals, config, Backend::Fused).unwrap()
}

/// Pictures of `side * side` pixels that no two of them share.
fn pictures(side: usize, count: usize) -> Signals {
    let axis = |i: usize| 2.0 * i as f32 / (side - 1) as f32 - 1.0;
    let wave = |p: usize, i: usize| ((p * 7 + i * 3) as f32 * 0.1).sin() * 0.9;
    Signals {
        in_dim: 2,
        out_dim: 3,
        coords: (0..side * side).flat_map(|i| [axis(i % side), axis(i / side)]).collect(),
        targets: (0..count).map(|p| (0..side * side * 3).map(|i| wave(p, i)).collect()).collect(),
        size: Some((side, side)),
        rate_hz: 0,
        segments: vec![],
    }
}

fn row(table: u32, name: &str) -> Row {
    row_as(table, name, Version::Code)
}

fn row_as(table: u32, name: &str, version: Version) -> Row {
    let table = tables::table(table, version).unwrap();
    table.rows.into_iter().find(|r| r.name == name).unwrap()
}

#[test]
fn parameter_counts_are_the_papers() {
    let count = |table, name: &str| row(table, name).spec.parameters();
    assert_eq!(count(1, "base"), 99_843);
    assert_eq!(count(1, "wider"), 642_819);
    assert_eq!(count(1, "experts"), 365_968);
    assert_eq!(count(2, "vanilla"), 349_584);
    // 98.7k
    assert_eq!(count(2, "small"), 98_686);
    // About 100k and 642k; 365k in the paper, 315k in the authors' code.
    assert_eq!(count(3, "base"), 99_457);
    assert_eq!(count(3, "wider"), 641_665);
    assert_eq!(row_as(3, "experts", Version::Paper).spec.parameters(), 364_680);
    assert_eq!(count(3, "experts"), 314_886);
    // 266k, 316k, 366k, 416k, 466k, 516k
    let thousands = |n: usize| count(7, &n.to_string()) / 1000;
    assert_eq!([2, 3, 4, 5, 6, 7].map(thousands), [265, 315, 365, 416, 466, 516]);
    // 366.1k, 366.0k, 368.3k, 368.0k
    let names = ["larger-manager", "larger-experts", "larger-encoder", "balanced"];
    assert_eq!(names.map(|n| (count(9, n) + 50) / 100), [3661, 3660, 3683, 3680]);
    // 1.5M, 1.3M, 396k, 323k; the first with seven layers of 512 before the last.
    let names = ["siren-large", "experts-large", "siren-small", "experts-small"];
    assert_eq!(names.map(|n| count(4, n)), [1_578_497, 1_285_904, 396_033, 323_472]);
    // 7.7M, 99.86 % of them in the hash grid
    assert_eq!(count(10, "instant-ngp"), 7_669_003 + 8);
    assert_eq!(count(10, "instant-ngp-experts") / 100_000, 77);
    // Widths that the paper does not give come near its 366k.
    for row in tables::table(8, Version::Paper).unwrap().rows {
        let parameters = row.spec.parameters();
        assert!(parameters.abs_diff(365_968) < 5_000, "{} has {parameters}", row.name);
    }
}

/// Losses of all stages, errors and numbers of the fused engine and of burn's
/// automatic differentiation.
#[test]
fn every_backend_takes_the_same_steps() {
    let mut backends = vec![Backend::Fused, Backend::Flex];
    if cfg!(feature = "ndarray") {
        backends.push(Backend::Ndarray);
    }
    let signals = pictures(8, 2);
    let arch = Arch { encoder: Block { width: 9, sine_layers: 2 }, ..Arch::paper(2, 3, 3) };
    let narrow = Arch {
        manager_encoder: Block { width: 6, sine_layers: 2 },
        manager_head: Block { width: 7, sine_layers: 1 },
        expert: Block { width: 8, sine_layers: 2 },
        ..arch
    };
    let config = Config { steps: 15, log_every: 1, ..CONFIG };
    let segments = Config { segment_weight: 10.0, ..config };
    let fixed = Config { manager: Manager::Fixed(Labels::Random), ..config };
    let cases = [
        ("experts", narrow, config),
        ("one", Arch { experts: 1, ..narrow }, config),
        ("segments", narrow, segments),
        ("fixed", narrow, fixed),
    ];
    for (name, arch, config) in cases {
        let run = |&backend: &Backend| {
            let spec = Spec::experts(arch);
            let mut trainer = Trainer::new(spec, &signals, &config, backend).unwrap();
            let outcome = trainer.run(&config, name, |_| {}).unwrap();
            (outcome, trainer.values(1))
        };
        let runs: Vec<_> = backends.iter().map(run).collect();
        for ((outcome, values), backend) in runs.iter().zip(&backends).skip(1) {
            assert_same_curve(&format!("{name} on {backend:?}"), &runs[0].0, outcome);
            let pairs = |a: &[f32], b: &[f32]| {
                a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
            };
            // Steps of 1e-3 have gone up to 0.025 from the start.
            let apart = pairs(&values.shared, &runs[0].1.shared);
            let apart = apart.max(pairs(&values.experts, &runs[0].1.experts));
            assert!(apart < 1e-3, "{name} on {backend:?}: {apart} apart");
        }
    }
}

fn assert_same_curve(name: &str, a: &Outcome, b: &Outcome) {
    assert_eq!(a.curve.len(), b.curve.len(), "{name}");
    for (a, b) in a.curve.iter().zip(&b.curve) {
        let pairs = a.loss.iter().zip(&b.loss).chain(a.mse.iter().zip(&b.mse));
        for (x, y) in pairs {
            assert!((x - y).abs() < 1e-2 * x, "{name}, step {}: {x} and {y}", a.step);
        }
    }
    let (a, b) = (&a.curve[0], &b.curve[0]);
    for (x, y) in a.loss.iter().zip(&b.loss) {
        assert!((x - y).abs() < 1e-4 * x, "{name}: first losses {x} and {y}");
    }
}

/// A device is read from at reports alone: of a fused step there is nothing to
/// read.
#[test]
fn nothing_is_read_between_reports() {
    let signals = pictures(8, 2);
    let spec = Spec::uniform(2, 3, 4, (8, 1));
    let reads = |spec, backend, steps, log_every| {
        let config = Config { steps, log_every, ..CONFIG };
        let mut trainer = Trainer::new(spec, &signals, &config, backend).unwrap();
        let before = reads_so_far();
        trainer.run(&config, "test", |_| {}).unwrap();
        reads_so_far() - before
    };
    for spec in [spec, spec.with(Activation::Finer), spec.conditioned(Condition::Mean)] {
        let once = reads(spec, Backend::Flex, 5, 100);
        assert!(once > 0, "{spec:?}");
        assert_eq!(reads(spec, Backend::Flex, 40, 100), once, "{spec:?}");
        // Each report reads as much as another.
        let [two, three] = [20, 14].map(|every| reads(spec, Backend::Flex, 40, every));
        assert_eq!(three - two, two - once, "{spec:?}");
    }
    assert_eq!(reads(spec, Backend::Fused, 40, 1), 0);
}

/// Fits in one tensor are the same as each on its own.
#[test]
fn fits_do_not_influence_each_other() {
    let signals = pictures(8, 3);
    let spec = Spec::uniform(2, 3, 4, (16, 1));
    let run = |signals: &Signals| {
        let mut trainer = Trainer::new(spec, signals, &CONFIG, Backend::Flex).unwrap();
        trainer.run(&CONFIG, "test", |_| {}).unwrap()
    };
    let together = run(&signals);
    for (i, mse) in together.curve.last().unwrap().mse.iter().enumerate() {
        let alone = run(&signals.only(i)).curve.last().unwrap().mse[0];
        assert!((alone - mse).abs() < 1e-3 * alone, "fit {i}: {mse} together, {alone} alone");
    }
}

#[test]
fn a_small_picture_is_learnt_by_every_kind_of_network() {
    let signals = pictures(16, 1);
    let config = Config { steps: 150, log_every: 150, pretrain_steps: 20, ..CONFIG };
    let experts = Spec::uniform(2, 3, 4, (24, 1));
    let cases = [
        ("sine", experts, config.manager, 25.0),
        ("base", Spec::uniform(2, 3, 1, (24, 1)), config.manager, 20.0),
        ("finer", experts.with(Activation::Finer), config.manager, 20.0),
        (
            "softplus",
            experts.with(Activation::SoftPlus).reading(Input::Fourier),
            config.manager,
            1.0,
        ),
        ("vanilla", experts.conditioned(Condition::None), Manager::Fresh, 20.0),
        ("max", experts.conditioned(Condition::Max), Manager::Pretrained(Labels::Grid), 20.0),
        ("mean", experts.conditioned(Condition::Mean), Manager::Pretrained(Labels::Colours), 20.0),
        ("fixed", experts, Manager::Fixed(Labels::Fields), 20.0),
    ];
    for (name, spec, manager, least) in cases {
        let config = Config { manager, ..config };
        let mut trainer = trainer(spec, &signals, &config);
        let before = psnr(trainer.evaluate().0[0].into(), &signals.targets[0]).1;
        let outcome = trainer.run(&config, name, |_| {}).unwrap();
        let after = psnr(outcome.curve.last().unwrap().mse[0].into(), &signals.targets[0]).1;
        assert!(after - before > 1.0 && after > least, "{name}: {before:.2} to {after:.2} dB");
        let shares: f32 = outcome.usage[0].iter().sum();
        assert!((shares - 1.0).abs() < 1e-5, "{name}: shares add up to {shares}");
    }
}

/// A manager that was taught labels follows them; one that is fixed does too.
#[test]
fn the_manager_begins_as_told() {
    let signals = pictures(8, 1);
    let config = Config { manager: Manager::Fixed(Labels::Grid), ..CONFIG };
    let spec = Spec::uniform(2, 3, 4, (16, 1));
    let labels = Labels::Grid.of(&signals, 4, config.seed);
    let mut fixed = trainer(spec, &signals, &config);
    assert_eq!(fixed.decode().1, labels[0]);
    let config = Config { manager: Manager::Pretrained(Labels::Fields), ..config };
    let mut taught = trainer(spec, &signals, &config);
    taught.pretrain(200, 1e-3);
    let labels = &Labels::Fields.of(&signals, 4, config.seed)[0];
    let same = taught.decode().1.iter().zip(labels).filter(|(a, b)| a == b).count();
    assert!(same > 60, "{same} of 64 coordinates as taught");
}

const CUBE: &[u8] = b"v -1 -1 -1\nv 1 -1 -1\nv 1 1 -1\nv -1 1 -1\nv -1 -1 1\nv 1 -1 1\n\
    v 1 1 1\nv -1 1 1\nf 1 4 3 2\nf 5 6 7 8\nf 1 2 6 5\nf 2 3 7 6\nf 3 4 8 7\nf 4 1 5 8\n";

/// A cube, by a network that sees another batch at every step. (At a rate of
/// 1e-3 it would settle on the distance 0, the median of the method's points.)
#[test]
fn a_shape_is_learnt_from_batches() {
    let field = Field::new(&shape::parse(Path::new("cube.obj"), CUBE).unwrap().mesh);
    let size = Size { points: 300, batches: 100, grid: 24 };
    let samples = Samples::draw(&field, size, 1);
    let truth = field.grid(size.grid);
    let config = Config { steps: 1500, rate: 5e-4, expert_stage: 1.0, log_every: 100, ..CONFIG };
    let spec = Spec::uniform(3, 1, 2, (32, 0));
    let (mut trainer, outcome) =
        fit(spec, &samples, &config, "cube", Backend::Fused, |_| {}).unwrap();
    let loss = |point: Option<&Point>| point.unwrap().loss[0];
    let (first, last) = (loss(outcome.curve.first()), loss(outcome.curve.last()));
    assert!(last < 0.4 * first, "{first} to {last}");
    let net = on_grid(&mut trainer, &truth);
    let met = measure::shape::overlap(&net, &truth);
    assert!(met.iou > 0.7, "{met:?}");
    // Its file decodes to the same shape.
    let placed = Placed { centre: [3.0, 0.0, 1.0], scale: 2.0 };
    let bytes = trainer.export_shape(shape::header(&placed), Precision::F32).unwrap();
    let decoder = Shape::open(&bytes).unwrap();
    let decoded = shape::decode_grid(&decoder, size.grid).unwrap();
    let far = net.values.iter().zip(&decoded.values);
    let far = far.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    assert!(far < 2e-4, "{far} apart");
}

/// What a run says while it works.
#[derive(Default)]
struct Lines(Vec<String>);

impl Watch for Lines {
    fn line(&mut self, text: &str) {
        self.0.push(text.into());
    }
}

fn options(data: &Path) -> Options {
    Options {
        data: data.into(),
        rows: vec!["base".into(), "experts".into(), "segmentation".into()],
        signals: vec![],
        side: Side::Pixels(12),
        clip_seconds: None,
        clip_scale: 1.0,
        segments: None,
        segment_weight: None,
        steps: 6,
        pretrain_steps: Some(4),
        rate: 1e-3,
        seed: 1,
        budget: None,
        together: 1,
        log_every: 3,
        chunks: 1,
        shape: Size { points: 64, batches: 2, grid: 8 },
        save: None,
        precision: Precision::F16,
        device_name: Some("test".into()),
        figures: true,
    }
}

/// A picture whose left and right halves are two segments.
fn write_halves(folder: &Path) {
    let picture = image::RgbImage::from_fn(24, 24, |x, y| {
        image::Rgb([(x * 10) as u8, (y * 10) as u8, ((x * y) % 256) as u8])
    });
    picture.save(folder.join("astronaut.png")).unwrap();
    let map =
        image::RgbImage::from_fn(24, 24, |x, _| image::Rgb([if x < 11 { 200 } else { 9 }; 3]));
    map.save(folder.join("astronaut_segments.png")).unwrap();
}

/// What is in the folder is not run again, what is not there is; figures and
/// tables are files that others can read.
#[test]
fn a_table_goes_on_where_it_was() {
    let folder = tempfile::tempdir().unwrap();
    write_halves(folder.path());
    let (out, mut lines) = (folder.path().join("out"), Lines::default());
    let results = Folder::new(&out, 6).unwrap();
    let table = Table {
        rows: vec![row(1, "base"), row(1, "experts"), row(6, "segmentation")],
        ..tables::table(6, Version::Paper).unwrap()
    };
    let mut options = options(folder.path());
    options.rows.truncate(1);
    run::run(&table, &options, Backend::Fused, &results, &mut lines).unwrap();
    let first = std::fs::read_to_string(out.join("table-6.csv")).unwrap();
    options.rows.clear();
    options.save = Some(out.join("files"));
    let text = run::run(&table, &options, Backend::Fused, &results, &mut lines).unwrap();
    assert!(lines.0.contains(&"base: there already".into()), "{:?}", lines.0);
    let second = std::fs::read_to_string(out.join("table-6.csv")).unwrap();
    assert!(second.starts_with(&first) && second.lines().count() == 4, "{second}");
    assert!(text.contains("| segmentation | astronaut |") && text.contains("| 57.23 |"), "{text}");
    for row in ["base", "experts", "segmentation"] {
        let picture = out.join(format!("table-6.figures/{row}-astronaut.png"));
        let picture = image::open(picture).unwrap();
        // Three parts of ten times twelve pixels, and two gaps.
        assert_eq!((picture.width(), picture.height()), (368, 368));
    }
    // Files of what was run; what was there already is not run for them.
    assert!(!out.join("files/table-6-base-astronaut.nex").exists());
    for row in ["experts", "segmentation"] {
        let path = out.join(format!("files/table-6-{row}-astronaut.nex"));
        let bytes = std::fs::read(&path).unwrap();
        let said = lines.0.iter().find(|line| line.starts_with(path.to_str().unwrap())).unwrap();
        assert!(said.contains(&format!("{} bytes; the network ", bytes.len())), "{said}");
        assert_eq!(decoded(&bytes).unwrap().len(), 12 * 12 * 3);
    }
    let curves = image::open(out.join("table-6-curves.png")).unwrap();
    assert!(curves.width() > 500);
    options.rows = vec!["nobody".into()];
    let failed = run::run(&table, &options, Backend::Fused, &results, &mut lines).unwrap_err();
    assert!(failed.to_string().contains("base, experts, segmentation"), "{failed}");
}

/// Shapes have figures of their own, and files too.
#[test]
fn a_table_of_shapes_goes_on_where_it_was() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("cube.obj"), CUBE).unwrap();
    let (out, mut lines) = (folder.path().join("out"), Lines::default());
    let results = Folder::new(&out, 4).unwrap();
    let tiny = |name: &str, experts| Row {
        name: name.into(),
        spec: Spec::uniform(3, 1, experts, (16, 0)),
        ..row(4, "siren-small")
    };
    let table = Table {
        rows: vec![tiny("one", 1), tiny("two", 2)],
        ..tables::table(4, Version::Code).unwrap()
    };
    let options = Options {
        rows: vec![],
        signals: vec!["cube".into()],
        save: Some(out.join("files")),
        figures: false,
        ..options(folder.path())
    };
    let text = run::run(&table, &options, Backend::Fused, &results, &mut lines).unwrap();
    assert!(text.contains("| two | cube |"), "{text}");
    for result in results.results().unwrap() {
        assert_eq!((result.steps, result.points), (6, 3 * 64));
        assert!(result.iou > 0.0 && result.chamfer > 0.0, "{result:?}");
        assert_eq!(result.trimaps.split(' ').count(), 4);
        let file = out.join(format!("files/table-4-{}-cube.nex", result.row));
        assert!(Shape::open(&std::fs::read(file).unwrap()).is_ok());
    }
    run::run(&table, &options, Backend::Fused, &results, &mut lines).unwrap();
    assert_eq!(results.results().unwrap().len(), 2);
    assert_eq!(lines.0.last().unwrap(), "cube: there already");
}

#[test]
fn segments_come_from_files() {
    let folder = tempfile::tempdir().unwrap();
    write_halves(folder.path());
    let map = folder.path().join("astronaut_segments.png");
    // The right half is larger: segment 0.
    let labels = data::picture_segments(&map, Side::Part(4.0)).unwrap();
    assert!(labels.chunks(24).all(|row| row[..11] == [1; 11] && row[11..] == [0; 13]));
    let list = folder.path().join("list.json");
    let text =
        r#"[{"start": 0.25, "end": 0.5, "label": 1}, {"start": 0.75, "end": 9, "label": 2}]"#;
    std::fs::write(&list, text).unwrap();
    let labels = data::sound_segments(&list, 8, 8).unwrap();
    assert_eq!(labels, [0, 0, 1, 1, 0, 0, 2, 2]);
    std::fs::write(&list, "{}").unwrap();
    assert!(data::sound_segments(&list, 8, 8).is_err());
}

#[test]
fn a_supervised_manager_follows_the_segments() {
    let mut signals = pictures(8, 1);
    signals.segments = vec![(0..64).map(|i| u8::from(i % 8 > 4) + u8::from(i > 40)).collect()];
    let manager = Manager::Pretrained(Labels::Segments);
    let config = Config { manager, segment_weight: 10.0, pretrain_steps: 100, ..CONFIG };
    let mut trainer = trainer(Spec::uniform(2, 3, 3, (16, 1)), &signals, &config);
    trainer.run(&config, "test", |_| {}).unwrap();
    let follows = trainer.follows(&signals.segments);
    assert!(follows[0] > 95.0, "{follows:?}");
}

/// The hash grid's table is trained, by itself and in front of a mixture.
#[test]
fn a_hash_grid_learns_a_picture() {
    let signals = pictures(12, 1);
    for experts in [1, 4] {
        let config = Config { rate: 1e-2, steps: 12, log_every: 12, pretrain_steps: 2, ..CONFIG };
        let spec = Spec::instant_ngp(3, experts);
        let mut trainer = trainer(spec, &signals, &config);
        let before = trainer.evaluate().0[0];
        let after = trainer.run(&config, "ngp", |_| {}).unwrap().curve[0].mse[0];
        assert!(after < 0.7 * before, "{experts}: {before} to {after}");
    }
}

/// Encoder, manager and hash grid are at its end what they were at its beginning,
/// and would not be if all went on being trained.
#[test]
fn the_second_stage_trains_the_experts_alone() {
    let signals = pictures(8, 1);
    let cases = [
        ("sine", Spec::uniform(2, 3, 4, (8, 1))),
        ("fixed", Spec::uniform(2, 3, 4, (8, 1))),
        ("ngp", Spec::instant_ngp(3, 4)),
    ];
    for (name, spec) in cases {
        let manager = if name == "fixed" { Manager::Fixed(Labels::Grid) } else { CONFIG.manager };
        let after = |steps, expert_stage| {
            let config = Config { steps, expert_stage, manager, pretrain_steps: 2, ..CONFIG };
            let mut trainer = trainer(spec, &signals, &config);
            trainer.run(&config, name, |_| {}).unwrap();
            let bytes = trainer.export(&signals, 0, Precision::F32).unwrap();
            let sections: Vec<_> = nex_runtime::sections(&bytes).unwrap().collect();
            let (experts, rest): (Vec<_>, Vec<_>) =
                sections.into_iter().partition(|s| s.id == SectionId::EXPERTS);
            let owned = |s: Vec<Section<'_>>| -> Vec<Vec<u8>> {
                s.into_iter().map(|s| s.data.to_vec()).collect()
            };
            (owned(experts), owned(rest))
        };
        let (first, staged, unstaged) = (after(4, 1.0), after(8, 0.5), after(8, 1.0));
        assert!(staged.1 == first.1, "{name}: more than the experts was trained");
        assert!(staged.0 != first.0, "{name}: the experts were not trained");
        assert!(unstaged.1 != first.1, "{name}: nothing but experts is trained at all");
    }
}
