//! What does `ne-train` do with shapes?

use nex_runtime::ShapeDecoder;
use nex_tests::program::{Outcome, ne_train, temporary};
use std::{f64::consts::TAU, fmt::Write, fs, path::Path};
