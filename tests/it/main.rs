//! The whole service: the real binary, a real data directory, HTTP over loopback.

mod served;
mod walk;
