//! Does `tests/device/elf_check` see a panic, and an allocation, in a firmware?
//!
//! Every feature is one firmware; all but `clean` must be refused.
#![cfg_attr(target_os = "none", no_std, no_main)]

#[cfg(not(target_os = "none"))]
fn main() {}

#[cfg(target_os = "none")]
mod firmware {
    #[cfg(feature = "alloc")]
    extern crate alloc;

    use core::{hint::black_box, panic::PanicInfo};

    #[panic_handler]
    fn stop(_: &PanicInfo<'_>) -> ! {
        loop {
            core::hint::spin_loop();
        }
    }

    /// Memory that nobody asked for.
    #[cfg(feature = "alloc")]
    struct Nothing;

    #[cfg(feature = "alloc")]
    #[global_allocator]
    static ALLOCATOR: Nothing = Nothing;

    // SAFETY: it hands out no memory at all.
    #[cfg(feature = "alloc")]
    unsafe impl core::alloc::GlobalAlloc for Nothing {
        unsafe fn alloc(&self, _: core::alloc::Layout) -> *mut u8 {
            core::ptr::null_mut()
        }
        unsafe fn dealloc(&self, _: *mut u8, _: core::alloc::Layout) {}
    }

    /// Where the linker begins.
    #[unsafe(no_mangle)]
    pub extern "C" fn _start() -> ! {
        let values = black_box([1u32, 2, 3]);
        let at = black_box(1usize);
        let mut sum = values.iter().fold(0u32, |sum, &v| sum.wrapping_add(v));
        if cfg!(feature = "index") {
            sum ^= values[at];
        }
        if cfg!(feature = "unwrap") {
            sum ^= values.get(at).copied().unwrap();
        }
        if cfg!(feature = "divide") {
            sum /= black_box(3);
        }
        if cfg!(feature = "clamp") {
            sum = sum.clamp(black_box(1), black_box(2));
        }
        #[cfg(feature = "alloc")]
        {
            sum ^= *black_box(alloc::boxed::Box::new(sum));
        }
        black_box(sum);
        loop {
            core::hint::spin_loop();
        }
    }
}
