//! How is the table of shapes run?

use super::{Samples, Size, fit, on_grid};
use crate::paper::{
    PaperError,
    report::{self, Folder, Result as Row},
    run::{Options, Watch, find, wanted, write_file},
    tables::{SHAPES, Table},
    train::{Config, Manager},
};
use crate::shape::{self, Field, Grid, Mesh, Overlap, Placed};
use burn::tensor::Device;
use nex_runtime::ShapeDecoder;
use std::path::Path;

/// Runs the table, or what is not in its folder yet.
///
/// # Errors
/// [`PaperError`] by variant.
pub(in crate::paper) fn run(
    table: &Table,
    options: &Options,
    device: &Device,
    folder: &Folder,
    watch: &mut dyn Watch,
) -> Result<String, PaperError> {
    let rows = wanted(table, options)?;
    let asked = options.signals.clone();
    let names = if asked.is_empty() { SHAPES.map(String::from).into() } else { asked };
    let mut results = folder.results()?;
    let all = (names.len() * rows.len()) as f64;
    for (signal, name) in names.into_iter().enumerate() {
        let path = find(&options.data, &name, "meshes", "obj")?;
        let todo = |row: &&crate::paper::tables::Row| {
            let blank = result(table, row, &name, options);
            !results.iter().any(|old: &Row| old.same_work(&blank))
        };
        let todo: Vec<_> = rows.iter().copied().filter(todo).collect();
        if todo.is_empty() {
            watch.line(&format!("{name}: there already"));
            continue;
        }
        watch.line(&format!("{name}: distances"));
        let (mesh, placed) = mesh(&path)?;
        let field = Field::new(&mesh);
        let samples = Samples::draw(&field, options.shape, options.seed);
        let truth = field.grid(options.shape.grid);
        let before = (signal + 1) * rows.len() - todo.len();
        for (index, row) in todo.into_iter().enumerate() {
            let config = config(row, options);
            let done = (before + index) as f64;
            let (trainer, outcome) =
                fit(row.spec, &samples, &config, &row.name, device, |point| {
                    let (step, loss) = (point.step, point.loss[0]);
                    watch.line(&format!("{}: step {step}, loss {loss}", row.name));
                    watch.progress((done + step as f64 / config.steps as f64) / all);
                })?;
            let decoded = on_grid(trainer.net(), &truth, device);
            let Overlap { iou, trimap_iou } = shape::overlap(&decoded, &truth);
            let chamfer = shape::chamfer(&mesh, &shape::march(&decoded));
            let chamfer = chamfer.map_or(f64::NAN, |chamfer| chamfer * 1e5);
            let trimap = trimap_iou.map(|t| t.unwrap_or(f64::NAN));
            let [_, _, _, closest] = trimap;
            watch.line(&format!(
                "{}: IoU {iou:.4}, trimap {trimap:.4?}, Chamfer x 1e5 {chamfer:.2}",
                row.name
            ));
            if let Some(files) = &options.save {
                let name = format!("table-{}-{}-{name}.nex", table.number, row.name);
                let bytes = trainer.export_shape(shape::header(&placed), options.storage)?;
                save(&files.join(name), &bytes, &truth, watch)?;
            }
            let last = outcome.curve.last();
            let shares = outcome.usage.concat();
            let shares: Vec<_> = shares.iter().map(|u| format!("{:.1}", 100.0 * u)).collect();
            let new = Row {
                mse: last.map_or(f64::NAN, |p| p.mse[0].into()),
                iou,
                trimap: closest,
                chamfer,
                trimaps: trimap.map(|t| format!("{t:.4}")).join(" "),
                usage: shares.join(" "),
                pretrain_seconds: outcome.pretrain_seconds,
                seconds: outcome.seconds,
                steps_per_second: config.steps as f64 / outcome.seconds,
                gflops: outcome.flops / outcome.seconds / 1e9,
                ..result(table, row, &name, options)
            };
            let curve: Vec<_> = outcome.curve.iter().map(|p| (p.step, p.mse.clone())).collect();
            folder.add(std::slice::from_ref(&new), &curve)?;
            results.push(new);
            folder.write_markdown(&report::markdown(table, &results))?;
        }
    }
    Ok(report::markdown(table, &results))
}

/// Writes a fit's file and says what it is worth.
fn save(path: &Path, bytes: &[u8], truth: &Grid, watch: &mut dyn Watch) -> Result<(), PaperError> {
    write_file(path, bytes)?;
    let decoder = ShapeDecoder::parse(bytes).map_err(PaperError::Format)?;
    // The memory is as large as the decoder says.
    let Ok(grid) = shape::decode_grid(&decoder, truth.points) else { return Ok(()) };
    let Overlap { iou, trimap_iou } = shape::overlap(&grid, truth);
    let trimap = trimap_iou.map(|t| t.unwrap_or(f64::NAN));
    let path = path.display();
    watch
        .line(&format!("{path}: {} bytes; decoded IoU {iou:.4}, trimap {trimap:.4?}", bytes.len()));
    Ok(())
}

/// A mesh in its cube, and where that lies.
fn mesh(path: &Path) -> Result<(Mesh, Placed), PaperError> {
    let bytes =
        std::fs::read(path).map_err(|source| PaperError::Shape { path: path.into(), source })?;
    let mesh = shape::parse(path, &bytes)?.mesh;
    let placed = mesh.placed();
    Ok((mesh.in_cube(&placed), placed))
}

fn config(row: &crate::paper::tables::Row, options: &Options) -> Config {
    let Size { points, .. } = options.shape;
    let many = row.spec.arch.experts > 1 && matches!(row.manager, Manager::Pretrained(_));
    let divides = |chunks: &usize| (3 * points).is_multiple_of(*chunks);
    Config {
        steps: options.steps,
        // The method teaches as long as it trains.
        pretrain_steps: if many { options.pretrain_steps.unwrap_or(options.steps) } else { 0 },
        rate: options.rate,
        manager: row.manager,
        segment_weight: 0.0,
        log_every: options.log_every.max(1),
        chunks: (1..=options.chunks).rev().find(divides).unwrap_or(1),
        expert_stage: 1.0,
        seed: options.seed,
    }
}

/// A result without figures yet.
fn result(table: &Table, row: &crate::paper::tables::Row, name: &str, options: &Options) -> Row {
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
        device: options.device_name.clone(),
        together: 1,
        pretrain_seconds: 0.0,
        seconds: 0.0,
        steps_per_second: 0.0,
        gflops: 0.0,
    }
}
