//! What a start, the first Atlas of a scope and a folder of papers worked with goes back to the
//! system.
//!
//! Freed memory stays with the allocator's arena of the thread that freed it: a seventh of the
//! whole after a start, half of it after a thousand papers.

/// Two arenas a core, before other threads begin: of eight a core, as the allocator would have,
/// each keeps pieces that no other can use; with one, a start's threads wait for each other.
pub fn few_arenas() {
    #[cfg(target_env = "gnu")]
    {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let arenas = libc::c_int::try_from(2 * cores).unwrap_or(libc::c_int::MAX);
        #[expect(unsafe_code, reason = "std cannot ask the allocator")]
        // SAFETY: takes two numbers; what they may not be is refused and changes nothing.
        let _taken = unsafe { libc::mallopt(libc::M_ARENA_MAX, arenas) };
    }
}

/// Milliseconds, in which other threads may wait for memory: not for every request.
pub fn give_back_memory() {
    #[cfg(target_env = "gnu")]
    #[expect(unsafe_code, reason = "std cannot ask the allocator")]
    // SAFETY: takes a number and touches no memory that is in use.
    let _released = unsafe { libc::malloc_trim(0) };
}
