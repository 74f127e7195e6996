//! XLSX, XLS, ODS and DOCX: any bytes are a book or refused by name.
//!
//! The library's own panics on a broken XLS end the sandboxed child and are told to the sender:
//! they count as refused here. No other kind may panic.
#![no_main]

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind, take_hook};
use std::sync::Once;

use libfuzzer_sys::fuzz_target;
use phusong_sheets::{BookBuilder, BookLimits, read_book};

const COMPOUND_FILE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
/// The fuzzer's own hook ends the process at once; a panic that is not caught still does.
static HOOK: Once = Once::new();

fuzz_target!(|bytes: &[u8]| {
    HOOK.call_once(|| drop(take_hook()));
    if bytes.starts_with(COMPOUND_FILE) {
        let _told = catch_unwind(AssertUnwindSafe(|| read(bytes)));
    } else {
        read(bytes);
    }
});

fn read(bytes: &[u8]) {
    let limits = BookLimits { unpacked_bytes: 16 << 20, ..BookLimits::default() };
    let mut book = BookBuilder::new(&limits);
    let mut emit = |piece| book.add(piece);
    if read_book(Cursor::new(bytes), "a.xlsx", &limits, &mut emit).is_ok() {
        assert!(book.finish().is_some(), "a book that was read has begun");
    }
}
