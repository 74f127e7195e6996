//! What a start, the first Atlas of a scope and a folder of papers worked with goes back to the
//! system.
//!
//! Freed memory stays with the allocator's arena of the thread that freed it: a seventh of the
//! whole after a start, half of it after a thousand papers.

/// Milliseconds, in which other threads may wait for memory: not for every request.
pub fn give_back_memory() {
    #[cfg(target_env = "gnu")]
    #[expect(unsafe_code, reason = "std cannot ask the allocator")]
    // SAFETY: takes a number and touches no memory that is in use.
    let _released = unsafe { libc::malloc_trim(0) };
}
