//! `phusong dossier`, `report` and `verify-report`: a paper beside a running service, and whether one is ours.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use clap::Args;
use phusong_atlas::atlas::{Atlas, Question};
use phusong_atlas::domain::{Day, Period, VillageId};
use serde::Serialize;

use super::Failure;
use super::commands::{Done, fail, say, say_if_demo};
use super::look::{self, Eyes};
use super::progress::Long;
use crate::http::terminal;
use crate::ledger::{LedgerReader, Progress};
use crate::report::{self, Appended, Asked, BundleOf, Document, MOST_BOUND, Periods, Seal, Views};
use crate::service::{Data, Grounds, PaperTrust, Sealer, check_paper, grounds, today};
use crate::vault::keys::PublicKey;

/// Phiếu hiện trạng của một thôn. / A village's dossier.
#[derive(Debug, Args)]
pub struct Dossier {
    /// Mã hoặc tên. / Handle or name.
    name: String,
    #[command(flatten)]
    eyes: Eyes,
    /// Tính đến hết ngày YYYY-MM-DD; mặc định hôm nay. / On which day; default today.
    #[arg(long, alias = "as_of")]
    as_of: Option<String>,
    /// Tệp .pdf hoặc .docx, chưa có. / A file .pdf or .docx that does not exist yet.
    #[arg(long)]
    out: PathBuf,
}

/// Tập phiếu hiện trạng. / Dossiers of many villages.
#[derive(Debug, Args)]
pub struct Bundle {
    /// commune-MÃ, carrier-MÃ, province.
    of: String,
    #[command(flatten)]
    eyes: Eyes,
    /// Tính đến hết ngày YYYY-MM-DD; mặc định hôm nay. / On which day; default today.
    #[arg(long, alias = "as_of")]
    as_of: Option<String>,
    /// Tệp .pdf, .docx hoặc .zip, chưa có. / A file .pdf, .docx or .zip that does not exist yet.
    #[arg(long)]
    out: PathBuf,
    /// Cho chương trình: đã ghi gì, ở đâu. / For programs: what was written, and where.
    #[arg(long)]
    json: bool,
}

/// What a bundle came to.
#[derive(Debug, Serialize)]
struct Bundled {
    file: String,
    of: String,
    villages: usize,
    /// Those of the villages and the summary; one when they are bound.
    papers: usize,
    bytes: u64,
    as_of: String,
    known_at: String,
    version: String,
}

/// Báo cáo kỳ. / The report of a period.
#[derive(Debug, Args)]
pub struct PeriodReport {
    /// Tháng mà kỳ kết thúc, YYYY-MM. / The month in which it ends.
    period: String,
    #[command(flatten)]
    eyes: Eyes,
    /// Tệp .pdf hoặc .docx, chưa có. / A file .pdf or .docx that does not exist yet.
    #[arg(long)]
    out: PathBuf,
}

/// Tệp PDF này có phải của hệ thống không. / Is this PDF ours, and from which state?
#[derive(Debug, Args)]
pub struct VerifyReport {
    file: PathBuf,
    /// Khóa công khai của hệ thống, hex. / The service's public key, hex.
    #[arg(long)]
    key: Option<String>,
    /// Thư mục dữ liệu: lấy khóa từ đó. / A data directory that names its keys.
    #[arg(long, env = "PHUSONG_DATA")]
    data: Option<PathBuf>,
    /// Ghi bản mà hệ thống đã lập, không có phần thêm sau, vào tệp chưa có. / Write the paper as it left the service, without what was appended, to a new file.
    #[arg(long, value_name = "FILE")]
    original: Option<PathBuf>,
}

pub fn dossier(command: &Dossier) -> Done {
    let eyes = &command.eyes;
    let as_of = look::day("--as-of", command.as_of.as_deref())?.unwrap_or_else(today);
    let known_at = eyes.known_at()?.unwrap_or_else(today);
    let (atlas, history) = eyes.open()?;
    let demo = say_if_demo(eyes.data())?;
    let id = look::village_named(&history, &command.name)?;
    let asked = Asked { question: Question::default_on(as_of), known_at, demo };
    let (_, card) =
        atlas.village(&id).filter(|(_, card)| card.exists_on(as_of)).ok_or_else(|| {
            let name = &command.name;
            fail(
                66,
                format!("ngày đó không có thôn “{name}”"),
                format!("no village {name:?} on that day"),
            )
        })?;
    write(&report::dossier(&atlas, card, &asked), eyes.data(), &command.out)
}

pub fn bundle(command: &Bundle) -> Done {
    let eyes = &command.eyes;
    let as_of = look::day("--as-of", command.as_of.as_deref())?.unwrap_or_else(today);
    let known_at = eyes.known_at()?.unwrap_or_else(today);
    let form = command.out.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    if !["pdf", "docx", "zip"].contains(&form) {
        let en = "--out: .pdf, .docx or .zip is needed";
        return Err(fail(2, "--out: cần tệp .pdf, .docx hoặc .zip", en));
    }
    let (atlas, _) = eyes.open()?;
    let demo = Data::of_directory(eyes.data())? == Some(Data::Demo);
    let asked = Asked { question: Question::default_on(as_of), known_at, demo };
    let (of, villages) = members(&atlas, command, as_of)?;
    let long = Long::new("lập phiếu / making papers");
    let made = AtomicU64::new(0);
    let all = if form == "zip" { villages.len() + 1 } else { 1 };
    let sealer = Sealer::of(eyes.data())?;
    let seal = |pdf| {
        let done = made.fetch_add(1, Ordering::Relaxed) + 1;
        let _goes_on = long.at(Progress { done, of: all as u64 });
        sealer.seal(pdf)
    };
    let paper = || report::bound(&atlas, &of, &villages, &asked);
    let bytes = whole(&command.out, |out| match form {
        "zip" => report::folder((&atlas, &of, &asked), &villages, seal, out),
        "pdf" => {
            let pdf = report::pdf(&paper()).map(seal).map_err(io::Error::other)?;
            out.write_all(&pdf)
        }
        _ => out.write_all(&report::docx(&paper()).map_err(io::Error::other)?),
    })?;
    long.done();
    let told = Bundled {
        file: command.out.display().to_string(),
        of: of.word(),
        villages: villages.len(),
        papers: all,
        bytes,
        as_of: as_of.to_string(),
        known_at: known_at.to_string(),
        version: atlas.version.to_string(),
    };
    eyes.tell(&told, command.json, |told| {
        say(&format!("{}: {} thôn, {} văn bản", told.file, told.villages, told.papers))
    })
}

/// Of which villages it is: some, and not more than a paper holds.
fn members(
    atlas: &Atlas,
    command: &Bundle,
    day: Day,
) -> Result<(BundleOf, Vec<VillageId>), Failure> {
    let name = &command.of;
    let none = || {
        fail(
            66,
            format!(
                "không có thôn nào cho “{name}”: cần commune-MÃ (xã hiện nay), carrier-MÃ hoặc province"
            ),
            format!(
                "no village for {name:?}: commune-CODE (of today), carrier-ID or province is needed"
            ),
        )
    };
    let of = terminal::bundle_of(atlas, name).ok_or_else(none)?;
    let villages = report::members(atlas, &of, day);
    let (count, folder) = (villages.len(), command.out.extension().is_some_and(|end| end == "zip"));
    if count == 0 {
        return Err(none());
    }
    if count > MOST_BOUND && !folder {
        return Err(fail(
            2,
            format!("{count} thôn, nhiều hơn {MOST_BOUND}: dùng --out TÊN.zip, mỗi thôn một tệp"),
            format!("{count} villages, more than {MOST_BOUND}: use --out NAME.zip, one file each"),
        ));
    }
    Ok((of, villages))
}

/// A new file, there only once all of it is written; its size.
fn whole(
    out: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
) -> Result<u64, Failure> {
    let part = out.with_added_extension("part");
    let written = (|| {
        if out.exists() {
            return Err(io::Error::from(io::ErrorKind::AlreadyExists));
        }
        let mut file = BufWriter::new(File::create_new(&part)?);
        let done = write(&mut file).and_then(|()| file.flush());
        let named = done.and_then(|()| std::fs::rename(&part, out));
        if named.is_err() {
            let _never_written = std::fs::remove_file(&part);
        }
        named?;
        std::fs::metadata(out).map(|about| about.len())
    })();
    written.map_err(|error| unwritten(out, &error))
}

pub fn period(command: &PeriodReport) -> Done {
    let eyes = &command.eyes;
    let periods = command
        .period
        .split_once('-')
        .and_then(|(year, month)| Periods::ending_in(year.parse().ok()?, month.parse().ok()?));
    let periods = periods.ok_or_else(|| {
        fail(
            2,
            "kỳ: cần YYYY-MM, tháng mà kỳ kết thúc",
            "the period: YYYY-MM, the month in which it ends",
        )
    })?;
    if periods.this.to > today() {
        let ends = periods.this.to.plus_days(-1);
        return Err(fail(
            2,
            format!("kỳ chưa kết thúc: kỳ này đến hết ngày {ends}"),
            format!("the period has not ended: it runs to the end of {ends}"),
        ));
    }
    let (now, _) = eyes.open()?;
    let demo = say_if_demo(eyes.data())?;
    let known_at = eyes.known_at()?.unwrap_or_else(today);
    let then = |period: Period| {
        let day = period.to.plus_days(-1).min(known_at);
        Ok::<_, Failure>(Arc::new(eyes.open_known(Some(day))?.0))
    };
    let views = Views {
        now: Arc::new(now),
        then_before: then(periods.before)?,
        then_year: then(periods.year)?,
    };
    let question = Question::default_on(periods.this.to.plus_days(-1));
    let asked = Asked { question, known_at, demo };
    write(&report::period_report(&views, periods, &asked), eyes.data(), &command.out)
}

/// The form by the file's ending.
fn write(paper: &Document, data: &Path, out: &Path) -> Done {
    let unmade = |error: report::TypesetError| {
        fail(74, format!("không lập được: {error}"), format!("cannot be made: {error}"))
    };
    let ending = out.extension().and_then(|ending| ending.to_str());
    let bytes = match ending {
        Some("pdf") => {
            let pdf = report::pdf(paper).map_err(unmade)?;
            Sealer::of(data)?.seal(pdf)
        }
        Some("docx") => report::docx(paper).map_err(unmade)?,
        _ => {
            return Err(fail(
                2,
                "--out: cần tệp .pdf hoặc .docx",
                "--out: .pdf or .docx is needed",
            ));
        }
    };
    whole(out, |file| file.write_all(&bytes))?;
    say(&out.display().to_string())
}

fn unwritten(out: &Path, error: &io::Error) -> Failure {
    let full = error.kind() == io::ErrorKind::StorageFull;
    let shown = out.display();
    let vi = format!("không ghi được {shown}: {error}");
    fail(if full { 73 } else { 74 }, vi, format!("cannot write {shown}: {error}"))
}

pub fn verify(command: &VerifyReport) -> Done {
    let shown = command.file.display();
    let file = std::fs::read(&command.file).map_err(|error| {
        fail(66, format!("{shown}: không đọc được"), format!("{shown}: {error}"))
    })?;
    let trusted = trusted(command)?;
    let Some(paper) = check_paper(&file, &trusted) else {
        return Err(fail(
            65,
            "tệp không mang dấu của hệ thống này, hoặc đã bị cắt",
            "the file carries no seal of this service, or was cut short",
        ));
    };
    match paper.trust {
        PaperTrust::Broken => Err(fail(
            65,
            "nội dung đã bị sửa sau khi lập: dấu không khớp",
            "changed since it was made: the seal does not fit",
        )),
        PaperTrust::OtherKey => Err(fail(
            65,
            "dấu đúng nhưng của hệ thống khác (khóa khác)",
            "a whole seal, of another service (another key)",
        )),
        PaperTrust::SelfNamed => {
            say("Tệp tự khai, chưa kiểm chứng: / What the file says of itself, unproven:")?;
            told(&paper.seal)?;
            Err(fail(
                65,
                "chưa so với khóa nào đáng tin, ai cũng làm được tệp như vậy: cần --data hoặc --key",
                "held against no key that is trusted, so anyone may have made it: --data or --key is needed",
            ))
        }
        PaperTrust::Pinned => {
            ours(&paper.seal, &file, command.original.as_deref())?;
            command.data.as_deref().map_or(Ok(()), |data| still_stands(data, &paper.seal))
        }
    }
}

/// A paper of this service; what stands behind it is not.
fn ours(seal: &Seal, file: &[u8], original: Option<&Path>) -> Done {
    if let Some(out) = original {
        whole(out, |copy| copy.write_all(&file[..seal.length]))?;
        say(&format!("Bản hệ thống đã lập / as it left the service: {}", out.display()))?;
    }
    match seal.appended {
        Appended::Nothing => {
            say("Đúng là văn bản của hệ thống này, nguyên vẹn. / Ours, unchanged.")?;
            told(seal)
        }
        Appended::Signature { bytes } => {
            say(&format!(
                "Phần do hệ thống này lập còn nguyên vẹn; sau đó có chữ ký được thêm vào ({bytes} byte). / Our part is unchanged; a signature was appended ({bytes} bytes)."
            ))?;
            say(
                "  Phần thêm vào có thể đổi nội dung hiển thị và không được kiểm ở đây: xem chữ ký bằng phần mềm đọc PDF, hoặc dùng --original để lấy đúng bản hệ thống đã lập. / What was appended may change what is shown and is not checked here: look at the signature in a PDF reader, or take our own part with --original.",
            )?;
            told(seal)
        }
        Appended::Unsigned { bytes } => {
            told(seal)?;
            Err(fail(
                65,
                format!(
                    "sau phần của hệ thống có {bytes} byte được thêm vào mà không chữ ký nào bao hết: nội dung hiển thị có thể đã bị đổi; --original ghi ra bản hệ thống đã lập"
                ),
                format!(
                    "{bytes} bytes stand behind our part that no signature covers: what is shown may have been changed; --original writes our own part"
                ),
            ))
        }
    }
}

/// A paper stays ours when what it rests on is taken back; it is superseded.
fn still_stands(data: &Path, seal: &Seal) -> Done {
    match grounds(data, seal)? {
        Grounds::Stand => {
            say("Căn cứ của văn bản vẫn còn hiệu lực. / What it rests on still counts.")
        }
        Grounds::TakenBack(rows) => {
            let rows = report::rows_in_words(&rows);
            say(&format!(
                "ĐÃ BỊ THAY THẾ: căn cứ sau đã bị rút, trả lại hoặc đính chính từ khi lập văn bản; cần lập lại. / SUPERSEDED: the following was withdrawn, returned or corrected since; make it again.\n  {rows}"
            ))
        }
        Grounds::Unknown => say(
            "Không tìm lại được trạng thái đã lập văn bản trong sổ này: không rõ căn cứ còn hiệu lực không. / Its state is not found in this ledger: whether its grounds still count is not known.",
        ),
    }
}

fn told(seal: &Seal) -> Done {
    let word = |name| seal.word(name).unwrap_or("–").to_owned();
    say(&format!("  loại / paper: {} {}", word("paper"), word("subject")))?;
    say(&format!("  tính đến hết ngày / as of: {}", word("as_of")))?;
    say(&format!("  theo dữ liệu nhận đến / as known at: {}", word("known_at")))?;
    say(&format!("  phạm vi / scope: {} ({})", word("scope"), word("data")))?;
    say(&format!("  trạng thái / state: {}; mẫu / method: {}", word("atlas"), word("method")))?;
    say(&format!("  khóa / key: {}", seal.key_hex))
}

fn trusted(command: &VerifyReport) -> Result<Vec<PublicKey>, Failure> {
    let mut trusted = Vec::new();
    if let Some(hex) = &command.key {
        trusted.push(PublicKey::from_hex(hex).ok_or_else(|| fail(2, "khóa sai", "no such key"))?);
    }
    if let Some(data) = &command.data {
        trusted.extend(LedgerReader::open(data)?.signers()?.iter());
    }
    Ok(trusted)
}
