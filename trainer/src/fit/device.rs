//! Which device does a backend compute on, and how do values come from it?

use super::{Backend, FitError};
use burn::tensor::{Device, Tensor, TensorData};
use std::cell::Cell;

thread_local! {
    static READS: Cell<u64> = const { Cell::new(0) };
}

/// The burn device of a backend.
///
/// # Errors
/// [`FitError::Backend`] names the cargo feature that is missing.
pub(crate) fn device(backend: Backend) -> Result<Device, FitError> {
    match backend {
        Backend::Fused | Backend::Flex => Ok(Device::flex()),
        #[cfg(feature = "ndarray")]
        #[allow(deprecated)] // kept as a second implementation to check against
        Backend::Ndarray => Ok(Device::ndarray()),
        #[cfg(not(feature = "ndarray"))]
        Backend::Ndarray => Err(FitError::Backend { backend: "ndarray" }),
        #[cfg(feature = "vulkan")]
        Backend::Vulkan => Ok(Device::vulkan(Default::default())),
        #[cfg(not(feature = "vulkan"))]
        Backend::Vulkan => Err(FitError::Backend { backend: "vulkan" }),
        #[cfg(feature = "wgpu")]
        Backend::Wgpu => Ok(Device::wgpu(Default::default())),
        #[cfg(not(feature = "wgpu"))]
        Backend::Wgpu => Err(FitError::Backend { backend: "wgpu" }),
        #[cfg(feature = "cuda")]
        Backend::Cuda => Ok(Device::cuda(0)),
        #[cfg(not(feature = "cuda"))]
        Backend::Cuda => Err(FitError::Backend { backend: "cuda" }),
    }
}

/// A tensor from values in row-major order.
pub(crate) fn upload(values: Vec<f32>, shape: [usize; 5], device: &Device) -> Tensor<5> {
    Tensor::from_data(TensorData::new(values, shape), device)
}

/// The values of a tensor; waits for the device. Nothing else in this crate
/// does, so that [`reads`] counts how often that happens.
pub(crate) fn download(tensor: &Tensor<5>) -> Vec<f32> {
    READS.set(READS.get() + 1);
    tensor.to_data().iter::<f32>().collect()
}

/// How often this thread has waited for a device to read from it.
#[must_use]
pub fn reads() -> u64 {
    READS.get()
}
