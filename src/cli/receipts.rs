//! `phusong receipt`: is a receipt the service's, unchanged, and by whose key?

use std::path::{Path, PathBuf};

use clap::Subcommand;

use super::Failure;
use super::commands::{Done, fail, say};
use crate::ledger::{LedgerReader, Receipt, ReceiptError};
use crate::vault::keys::PublicKey;

#[derive(Debug, Subcommand)]
pub(super) enum ReceiptCommand {
    /// Của hệ thống này, còn nguyên? / Is it the service's, unchanged?
    Verify {
        /// Biên nhận, hoặc cả trả lời có nó. / The receipt, or the whole answer that holds it.
        file: PathBuf,
        /// Sổ của hệ thống. / The data directory whose keys are trusted.
        #[arg(long, env = "PHUSONG_DATA")]
        data: Option<PathBuf>,
        /// Khóa công khai (hex). / The service's public key, learnt elsewhere.
        #[arg(long)]
        key: Option<String>,
    },
}

pub(super) fn run(act: &ReceiptCommand) -> Done {
    let ReceiptCommand::Verify { file, data, key } = act;
    let receipt = read(file)?;
    let trusted = trusted(data.as_deref(), key.as_deref())?;
    receipt.verify(None).map_err(|error| refused(&error))?;
    if trusted.is_empty() {
        say("Biên nhận tự khai, chưa kiểm chứng: / What the receipt says of itself, unproven:")?;
        told(&receipt)?;
        return Err(fail(
            65,
            "biên nhận chỉ khớp với khóa do chính nó nêu, ai cũng làm được biên nhận như vậy: cần --data hoặc --key",
            "the receipt only proves itself by the key that it names, so anyone may have made it: --data or --key is needed",
        ));
    }
    if !trusted.iter().any(|key| receipt.verify(Some(*key)).is_ok()) {
        return Err(refused(&ReceiptError::OtherKey));
    }
    say("Đúng là biên nhận của hệ thống này, nguyên vẹn. / Ours, unchanged.")?;
    told(&receipt)
}

fn refused(error: &ReceiptError) -> Failure {
    fail(65, error.message_vi(), error.to_string())
}

/// A receipt alone, or the answer of the API that it stands in.
fn read(file: &Path) -> Result<Receipt, Failure> {
    let shown = file.display();
    let text = std::fs::read_to_string(file).map_err(|error| {
        fail(66, format!("{shown}: không đọc được"), format!("{shown}: {error}"))
    })?;
    let receipt = serde_json::from_str::<serde_json::Value>(&text).and_then(|mut whole| {
        let inside = whole.get_mut("receipt").map(serde_json::Value::take);
        serde_json::from_value(inside.unwrap_or(whole))
    });
    receipt.map_err(|error| {
        fail(65, "tệp không phải là biên nhận", format!("the file is no receipt: {error}"))
    })
}

fn trusted(data: Option<&Path>, key: Option<&str>) -> Result<Vec<PublicKey>, Failure> {
    let mut trusted = Vec::new();
    if let Some(hex) = key {
        trusted.push(PublicKey::from_hex(hex).ok_or_else(|| fail(2, "khóa sai", "no such key"))?);
    }
    if let Some(data) = data {
        trusted.extend(LedgerReader::open(data)?.signers()?.iter());
    }
    Ok(trusted)
}

fn told(receipt: &Receipt) -> Done {
    say(&format!("  lần gửi / filed: {}", receipt.report))?;
    say(&format!("  bên gửi / by: {}", receipt.actor))?;
    say(&format!("  lúc / at: {}", receipt.recorded_at))?;
    say(&format!("  nội dung / content: SHA-256 {}", receipt.content_sha256))?;
    say(&format!("  khóa / key: {}", receipt.public_key))
}
