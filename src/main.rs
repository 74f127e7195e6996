//! The binary `phusong`.

fn main() {}
