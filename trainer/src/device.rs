//! Which device does a backend compute on?

use crate::fit::{Backend, FitError};
use burn::tensor::Device;

/// The burn device of a backend.
///
/// # Errors
/// [`FitError::Backend`] names the cargo feature that is missing.
pub fn device(backend: Backend) -> Result<Device, FitError> {
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
