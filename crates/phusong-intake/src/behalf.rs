//! What is said of a filing that was made for another.

use crate::finding::{Finding, Severity};

/// Another's word, with nothing of that other's hand beside it.
pub fn without_letter() -> Finding {
    let message = (
        "nhập thay phải kèm bản quét văn bản của bên có số liệu: chưa có số văn bản, chưa có bản quét",
        "filed on behalf without the owner's letter: neither its number nor a scan came with it",
    );
    let remedy = (
        "ghi số văn bản (document.number), hoặc gửi tệp cùng bản quét",
        "state the letter's number (document.number), or send the files with a scan",
    );
    Finding::new("behalf-without-letter", Severity::Warn, message, remedy)
}
