//! How does Python encode and decode `.nex` files?
//!
//! The module `nex._nex`: bytes in, bytes out. What an array is, and which options go
//! together, the Python half in `../nex` knows.
#![deny(missing_docs)]
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod decode;
mod encode;
mod info;

use pyo3::{create_exception, exceptions::PyValueError, prelude::*};

create_exception!(
    nex,
    Error,
    PyValueError,
    "A file that cannot be decoded, or a target that no file meets; the message says the mend."
);

/// The error that says so.
fn fail(message: impl ToString) -> PyErr {
    Error::new_err(message.to_string())
}

/// What Python imports.
#[pymodule]
fn _nex(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add("Error", module.py().get_type::<Error>())?;
    module.add_function(wrap_pyfunction!(info::info, module)?)?;
    module.add_function(wrap_pyfunction!(decode::decode_sound, module)?)?;
    module.add_function(wrap_pyfunction!(decode::decode_picture, module)?)?;
    module.add_function(wrap_pyfunction!(decode::decode_shape, module)?)?;
    module.add_function(wrap_pyfunction!(encode::encode_sound, module)?)?;
    module.add_function(wrap_pyfunction!(encode::encode_picture, module)?)?;
    module.add_function(wrap_pyfunction!(encode::encode_shape, module)?)?;
    Ok(())
}
