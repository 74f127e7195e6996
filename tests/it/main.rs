//! The whole service: the real binary, a real data directory, HTTP over loopback.

mod geodata;
mod served;
mod tidy;
mod walk;
