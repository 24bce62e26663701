//! How is the table of shapes run?

use super::{Samples, fit, on_grid};
use crate::fit::Backend;
use crate::measure::{self, shape::Overlap};
use crate::paper::{
    PaperError,
    progress::{Share, Watch, begins, ended, work_of},
    report::{self, Folder, Result as Row},
    run::{Options, find, wanted, write_file},
    tables::{self, SHAPES, Table},
    train::{Config, Manager, Outcome},
};
use crate::shape::{self, Field, Grid, Mesh, Placed};
use nex_runtime::Shape;
use std::path::Path;

/// Runs the table, or what is not in its folder yet.
///
/// # Errors
/// [`PaperError`] by variant.
pub(in crate::paper) fn run(
    table: &Table,
    options: &Options,
    backend: Backend,
    folder: &Folder,
    watch: &mut dyn Watch,
) -> Result<String, PaperError> {
    let rows = wanted(table, options)?;
    let asked = options.signals.clone();
    let names = if asked.is_empty() { SHAPES.map(String::from).into() } else { asked };
    let mut results = folder.results()?;
    let of = |row: &tables::Row| {
        work_of(&row.spec, 3 * options.shape.points, &config(row, options), backend)
    };
    let mut work = Vec::new();
    for name in names {
        let todo = |row: &&tables::Row| {
            let blank = result(table, row, &name, (options, backend));
            !results.iter().any(|old: &Row| old.same_work(&blank))
        };
        let todo: Vec<_> = rows.iter().copied().filter(todo).collect();
        if todo.is_empty() {
            watch.line(&format!("{name}: there already"));
        }
        work.push((name, todo));
    }
    let mut share = Share::new(work.iter().flat_map(|(_, rows)| rows).map(|row| of(row)));
    let count = work.iter().map(|(_, rows)| rows.len()).sum();
    let mut index = 0;
    for (name, todo) in work.into_iter().filter(|(_, rows)| !rows.is_empty()) {
        let path = find(&options.data, &name, "meshes", "obj")?;
        watch.row(&format!("{name}: distances"));
        let subject = Subject::new(name, &path, options)?;
        for row in todo {
            let (config, cost) = (config(row, options), of(row));
            let names = std::slice::from_ref(&subject.name);
            watch.row(&begins(row, names, (index, count), &config));
            index += 1;
            let (mut trainer, outcome) =
                fit(row.spec, &subject.samples, &config, &row.name, backend, |p| {
                    watch.line(&format!("{}: step {}, loss {}", row.name, p.step, p.loss[0]));
                    watch.progress(share.with(cost, p.step as f64 / config.steps as f64));
                })?;
            share.add(cost);
            if let Some(files) = &options.save {
                let file = format!("table-{}-{}-{}.nex", table.number, row.name, subject.name);
                let bytes =
                    trainer.export_shape(shape::header(&subject.placed), options.precision)?;
                save(&files.join(file), &bytes, &subject.truth, watch)?;
            }
            let decoded = on_grid(&mut trainer, &subject.truth);
            let blank = result(table, row, &subject.name, (options, backend));
            let new = subject.measured(&decoded, &outcome, blank);
            let Row { iou, trimaps, chamfer, .. } = &new;
            let name = &row.name;
            watch.line(&format!("{name}: IoU {iou:.4}, trimap {trimaps}, Chamfer {chamfer:.2}"));
            watch.row(&ended(table.metric, std::slice::from_ref(&new)));
            let curve: Vec<_> = outcome.curve.iter().map(|p| (p.step, p.mse.clone())).collect();
            folder.add(std::slice::from_ref(&new), &curve)?;
            results.push(new);
            folder.write_markdown(&report::markdown(table, &results))?;
        }
    }
    Ok(report::markdown(table, &results))
}

/// A shape that networks are fitted to.
struct Subject {
    name: String,
    /// In its cube.
    mesh: Mesh,
    /// Where the cube lies.
    placed: Placed,
    samples: Samples,
    /// Its distances on the grid that is counted on.
    truth: Grid,
}

impl Subject {
    fn new(name: String, path: &Path, options: &Options) -> Result<Self, PaperError> {
        let bytes = std::fs::read(path)
            .map_err(|source| PaperError::Shape { path: path.into(), source })?;
        let mesh = shape::parse(path, &bytes)?.mesh;
        let placed = mesh.placed();
        let mesh = mesh.in_cube(&placed);
        let field = Field::new(&mesh);
        let samples = Samples::draw(&field, options.shape, options.seed);
        let truth = field.grid(options.shape.grid);
        Ok(Self { name, mesh, placed, samples, truth })
    }

    /// The result of a fit whose distances on the grid are known.
    fn measured(&self, decoded: &Grid, outcome: &Outcome, blank: Row) -> Row {
        let Overlap { iou, trimap_iou } = measure::shape::overlap(decoded, &self.truth);
        let chamfer = measure::shape::chamfer(&self.mesh, &shape::march(decoded));
        let trimap = trimap_iou.map(|t| t.unwrap_or(f64::NAN));
        let shares = outcome.usage.concat();
        let shares: Vec<_> = shares.iter().map(|u| format!("{:.1}", 100.0 * u)).collect();
        Row {
            mse: outcome.curve.last().map_or(f64::NAN, |p| p.mse[0].into()),
            iou,
            trimap: trimap[3],
            trimaps: trimap.map(|t| format!("{t:.4}")).join(" "),
            chamfer: chamfer.map_or(f64::NAN, |chamfer| chamfer * 1e5),
            usage: shares.join(" "),
            pretrain_seconds: outcome.pretrain_seconds,
            seconds: outcome.seconds,
            steps_per_second: blank.steps as f64 / outcome.seconds,
            gflops: outcome.flops / outcome.seconds / 1e9,
            ..blank
        }
    }
}

/// Writes a fit's file and says what it is worth.
fn save(path: &Path, bytes: &[u8], truth: &Grid, watch: &mut dyn Watch) -> Result<(), PaperError> {
    write_file(path, bytes)?;
    let decoded = Shape::open(bytes).map_err(PaperError::Format)?;
    let grid = shape::decode_grid(&decoded, truth.points)?;
    let Overlap { iou, trimap_iou } = measure::shape::overlap(&grid, truth);
    let trimap = trimap_iou.map(|t| t.unwrap_or(f64::NAN));
    let path = path.display();
    watch
        .line(&format!("{path}: {} bytes; decoded IoU {iou:.4}, trimap {trimap:.4?}", bytes.len()));
    Ok(())
}

fn config(row: &tables::Row, options: &Options) -> Config {
    let many = row.spec.arch.experts > 1 && matches!(row.manager, Manager::Pretrained(_));
    Config {
        steps: options.steps,
        // The method teaches as long as it trains.
        pretrain_steps: if many { options.pretrain_steps.unwrap_or(options.steps) } else { 0 },
        rate: options.rate,
        manager: row.manager,
        segment_weight: 0.0,
        log_every: options.log_every.max(1),
        chunks: options.chunks,
        expert_stage: 1.0,
        seed: options.seed,
    }
}

/// A result without figures yet.
fn result(
    table: &Table,
    row: &tables::Row,
    name: &str,
    (options, backend): (&Options, Backend),
) -> Row {
    let config = config(row, options);
    let known = SHAPES.iter().position(|s| *s == name);
    Row {
        table: table.number,
        row: row.name.clone(),
        signal: name.into(),
        points: 3 * options.shape.points,
        parameters: row.spec.parameters(),
        steps: config.steps,
        pretrain_steps: config.pretrain_steps,
        rate: config.rate,
        seed: config.seed,
        mse: f64::NAN,
        psnr_paper: 0.0,
        psnr: 0.0,
        iou: 0.0,
        trimap: 0.0,
        chamfer: 0.0,
        trimaps: String::new(),
        follows: 0.0,
        paper: known.and_then(|i| row.paper.get(i)).copied().unwrap_or(f64::NAN),
        usage: String::new(),
        device: options.device_name(&row.spec, backend),
        together: 1,
        pretrain_seconds: 0.0,
        seconds: 0.0,
        steps_per_second: 0.0,
        gflops: 0.0,
    }
}
