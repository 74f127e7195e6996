//! The command line: parse, call one service function, render.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod commands;
mod doctor;
mod duties;
mod figures;
mod folder;
mod geodata;
mod happened;
mod import;
mod keys;
mod logs;
mod look;
mod named;
mod papers;
mod plan;
mod progress;
mod publishing;
mod receipts;
mod remote;
mod rules;
mod serve;
mod story;

/// Phủ Sóng: bản đồ phủ sóng viễn thông của tỉnh. / The telecom coverage map of the province.
///
/// Exit codes: 0 ok · 2 usage · 65 bad data · 66 not found · 73 disk full · 74 I/O ·
/// 75 try later (another process holds the ledger) · 77 denied · 78 configuration.
#[derive(Debug, Parser)]
#[command(name = "phusong", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Phục vụ bản đồ và API. / Serve the map and the API; prints the address once it is ready.
    #[command(
        after_help = "Ví dụ / Examples:\n  phusong serve --data DIR\n  phusong serve --data DIR --listen 127.0.0.1:0 --demo\n  phusong serve --data DIR --rate-limit proxy --public-url https://phusong.example\n\nDừng / To stop: Ctrl-C, SIGTERM"
    )]
    Serve(serve::Serve),
    /// Nhập tệp: báo cáo, ranh giới, cả thư mục. / Files: reports, boundaries, a whole folder.
    #[command(
        after_help = "Ví dụ / Examples:\n  phusong import bao-cao.csv --data DIR --carrier viettel\n  phusong import boundaries ranh-gioi.gpkg --data DIR\n  phusong import THU-MUC --watch --data DIR --carrier viettel\n  phusong import THU-MUC --watch --to http://may-chu:8080 --key KEY"
    )]
    Import(Box<import::Import>),
    /// Công bố ngay hay chờ cán bộ. / Published at once, or by an officer: for each carrier.
    #[command(
        after_help = "Ví dụ / Examples:\n  phusong publishing --data DIR\n  phusong publishing --data DIR --carrier viettel --when at-once\n  phusong publishing --data DIR --carrier viettel --when by-officer"
    )]
    Publishing(publishing::Publishing),
    /// Khóa API và liên kết đăng nhập. / API keys and sign-in links.
    #[command(
        long_about = "Khóa API và liên kết đăng nhập. / API keys and sign-in links.\n\nKhóa chỉ hiện một lần, khi tạo; kho chỉ giữ mã băm. Làm được khi dịch vụ đang chạy: khóa mới, khóa bị thu hồi có hiệu lực trong một giây.\nA key is shown once, when it is made; only its hash is kept. Works beside a running service: a key made or revoked counts within a second.\n\nCó --name thì khóa thuộc một tài khoản: sổ ghi mã tài khoản ở mỗi lần gửi, tên chỉ nằm trong kho và xóa được (key erase). Từ tài khoản thứ hai của một vai trò, danh sách thôn, chỉ tiêu và việc hạn chế trạm cần người thứ hai công bố; khóa không tên khi đó không làm được.\nWith --name the key is an account's: the ledger holds the account's id with every act, the name stands in the vault alone and can be erased (key erase). From the second account of a role on, village lists, targets and restrictions need a second person to publish them; a key without a name can no longer file them.",
        after_help = "Ví dụ / Examples:\n  phusong key create --data DIR --role carrier --carrier viettel --label \"P. KT\"\n  phusong key create --data DIR --role officer --expires 2027-12-31\n  phusong key create --data DIR --role officer --name \"Tên cán bộ\"\n  phusong key link --data DIR --role officer --account p…\n  phusong key link --data DIR --role approver\n  phusong key list --data DIR\n  phusong key revoke --data DIR kab12cd34ef\n  phusong key erase --data DIR --account p…"
    )]
    Key {
        #[command(subcommand)]
        act: KeyCommand,
    },
    /// Các thôn chưa có sóng. / Villages without coverage; reads beside a running service.
    #[command(
        after_help = "Ví dụ / Examples:\n  phusong gaps --data DIR --technology 4G --carrier viettel\n  phusong gaps --data DIR --duty overdue --sort waiting\n  phusong gaps --data DIR --scope public --as-of 2023-12-31 --json"
    )]
    Gaps {
        #[command(flatten)]
        reading: Box<look::Reading>,
        #[command(flatten)]
        filters: Box<look::Filters>,
        /// Cho chương trình: như API. / For programs: the shape of the API.
        #[arg(long)]
        json: bool,
    },
    /// Nhiệm vụ và cam kết. / The register of duties and promises, worst first.
    #[command(
        after_help = "Ví dụ / Examples:\n  phusong duties --data DIR --state overdue\n  phusong duties --data DIR --board\n  phusong duties --data DIR --if-kept 2027-06-30\n  phusong duties --data DIR --carrier viettel --scope public --as-of 2024-01-01 --json"
    )]
    Duties(Box<duties::Duties>),
    /// Mâu thuẫn giữa khai báo, đo kiểm và xác nhận. / Contradictions, worst first.
    #[command(
        after_help = "Ví dụ / Examples:\n  phusong contradictions --data DIR --against measurement,commune\n  phusong contradictions --data DIR --scope carrier:viettel --json"
    )]
    Contradictions(Box<duties::Contradictions>),
    /// Đánh giá đổi gì giữa hai ngày. / Which verdicts changed between two days, and by what.
    #[command(after_help = "Ví dụ / Example:\n  phusong changes --from 2026-01-01 --data DIR")]
    Changes(Box<happened::Changes>),
    /// Mất liên lạc theo nhà mạng, xã, giờ. / Who is out of touch, by carrier, commune and hour.
    #[command(after_help = "Ví dụ / Example:\n  phusong outages --data DIR --state ongoing,stale")]
    Outages(Box<happened::Outages>),
    /// Phản ánh đã được mở. / Disputes that an officer has opened.
    #[command(
        after_help = "Ví dụ / Example:\n  phusong disputes --data DIR --stage opened,answered"
    )]
    Disputes(Box<happened::Disputes>),
    /// Câu chuyện của một thôn. / A village's story, by handle or name, accents or not.
    #[command(
        after_help = "Ví dụ / Examples:\n  phusong village kon-doc --data DIR\n  phusong village \"Kon Doc\" --data DIR --scope carrier:viettel --json"
    )]
    Village {
        /// Mã hoặc tên. / Handle or name.
        name: String,
        #[command(flatten)]
        reading: Box<look::Reading>,
        /// Cho chương trình: như API. / For programs: the shape of the API.
        #[arg(long)]
        json: bool,
    },
    /// Phiếu hiện trạng thôn, PDF hoặc DOCX. / A village's dossier as PDF or DOCX.
    #[command(
        after_help = "Ví dụ / Examples:\n  phusong dossier kon-doc --data DIR --out kon-doc.pdf\n  phusong dossier \"Kon Doc\" --data DIR --scope public --as-of 2023-12-31 --out kon-doc.docx"
    )]
    Dossier(papers::Dossier),
    /// Tập phiếu của xã, doanh nghiệp, tỉnh. / Dossiers of a commune, a carrier, the province.
    #[command(
        long_about = "Tập phiếu hiện trạng của một xã, của các thôn giao một doanh nghiệp, của toàn tỉnh. / Dossiers of a commune, of what a carrier was ordered to cover, of the province.\n\nPDF hoặc DOCX: một văn bản, tối đa 60 thôn. ZIP: bảng tổng hợp và mỗi thôn một PDF, bao nhiêu thôn cũng được; trên màn hình có tiến độ. Tệp đích phải chưa có, và chỉ có khi đã xong cả tập.\nPDF or DOCX: one paper, up to 60 villages. ZIP: a summary and a PDF for each village, however many; at a terminal it shows how far it is. The file must not exist yet, and is there only once all of it is made.",
        after_help = "Ví dụ / Examples:\n  phusong bundle commune-21520 --data DIR --out xa.pdf\n  phusong bundle carrier-viettel --data DIR --as-of 2023-12-31 --out viettel.docx\n  phusong bundle province --data DIR --out toan-tinh.zip --json"
    )]
    Bundle(papers::Bundle),
    /// Báo cáo kỳ, PDF hoặc DOCX. / The report of a period as PDF or DOCX.
    #[command(
        after_help = "Ví dụ / Examples:\n  phusong report 2026-10 --data DIR --out bao-cao-ky.docx\n\nKỳ từ ngày 15 đến ngày 14, gọi theo tháng kết thúc. / A period runs from the 15th to the 14th."
    )]
    Report(papers::PeriodReport),
    /// Văn bản PDF có phải của hệ thống không. / Is a PDF ours, and from which state?
    #[command(
        long_about = "Văn bản PDF có phải của hệ thống không. / Is a PDF ours, and from which state?\n\nSai một byte là không khớp. Chữ ký số được thêm vào sau thì vẫn nhận, nhưng không được kiểm ở đây và có thể đổi nội dung hiển thị: --original ghi ra bản hệ thống đã lập. Không cần mạng; không có --data hoặc --key thì không khẳng định gì (mã 65).\nAny changed byte fails. Signatures appended later are accepted, but not checked here, and may change what is shown: --original writes our own part. Needs no network; without --data or --key nothing is certain (exit 65).",
        after_help = "Ví dụ / Examples:\n  phusong verify-report phieu.pdf --data DIR\n  phusong verify-report phieu-da-ky.pdf --key 3f2a… --original ban-goc.pdf"
    )]
    VerifyReport(papers::VerifyReport),
    /// Số liệu theo đơn vị và kỳ. / An indicator by unit and period, or who has not filed it.
    #[command(
        after_help = "Ví dụ / Examples:\n  phusong statistics fibre_households --data DIR --by district_old\n  phusong statistics smartphone_share --data DIR --by province --reported-at 2026-01-31\n  phusong statistics --missing --data DIR --from 2026-01-01"
    )]
    Statistics(Box<figures::Statistics>),
    /// Chỉ tiêu: đạt hay chưa, còn bao xa. / Targets: met or not, how far, when at this pace.
    #[command(
        after_help = "Ví dụ / Examples:\n  phusong targets --data DIR\n  phusong targets --data DIR --scope public --as-of 2023-12-31 --json"
    )]
    Targets(figures::Figures),
    /// Tiêu chí thông tin và truyền thông của xã. / The ICT criterion of communes.
    #[command(
        after_help = "Ví dụ / Examples:\n  phusong criteria --data DIR --as-of 2025-12-31\n  phusong criteria --data DIR --unit 21520\n  phusong criteria --data DIR --commune-old 21118 --json"
    )]
    Criteria(figures::Criteria),
    /// Bộ tiêu chí. / Rule sets: list, show, compare, check.
    Rules {
        #[command(subcommand)]
        act: rules::RulesCommand,
    },
    /// Những câu hỏi của người quy hoạch. / What planners ask next.
    Plan {
        #[command(subcommand)]
        act: plan::PlanCommand,
    },
    /// Bác sĩ tọa độ. / What two numbers, or the rows of a CSV, may mean; needs no data directory.
    #[command(
        after_help = "Ví dụ / Examples:\n  phusong doctor 588305,36 1626337,87 --commune \"Ba Trang\"\n  phusong doctor --file tram.csv --crs \"VN-2000 KTT 108\" --json"
    )]
    Doctor(doctor::Doctor),
    /// Xuất một góc nhìn. / A view's villages as CSV and JSON; villages, duties, statistics as XLSX, GeoPackage, GeoJSON.
    Export {
        /// Thư mục rỗng. / An empty directory.
        to: PathBuf,
        #[command(flatten)]
        reading: Box<look::Reading>,
    },
    /// Kiểm tra, sao lưu, khôi phục sổ. / Check, back up, restore the ledger.
    #[command(
        long_about = "Kiểm tra, sao lưu, khôi phục sổ. / Check, back up, restore the ledger.\n\nverify nêu tên từng mục bị sửa, thiếu hoặc đổi chỗ; export chạy được khi dịch vụ đang ghi; import chỉ nhận vào thư mục trống và cho lại cùng mã gốc.\nverify names each changed, missing or moved entry; export works while the service writes; import takes only an empty directory and gives the same root hash.",
        after_help = "Ví dụ / Examples:\n  phusong ledger verify --data DIR\n  phusong ledger export --data DIR so-2026-11-25.ledger\n  phusong ledger import --data DIR-MOI so-2026-11-25.ledger\n  phusong ledger recover --data DIR --to cuu.ledger"
    )]
    Ledger {
        #[command(subcommand)]
        act: LedgerCommand,
    },
    /// Bảng dữ kiện. / The tables of facts: check them, see what they would change.
    Geodata {
        #[command(subcommand)]
        act: geodata::GeodataCommand,
    },
    /// Kiểm tra biên nhận. / Check a receipt.
    #[command(
        long_about = "Kiểm tra biên nhận. / Check a receipt.\n\nBiên nhận là chữ ký của hệ thống trên nội dung đã gửi và thời điểm nhận (mục receipt trong trả lời). Không có --data hoặc --key thì không khẳng định gì (mã 65): ai cũng ký được bằng khóa của mình. Không cần mạng.\nA receipt is the service's signature over what was filed and when (`receipt` in the answer, which may be given whole). Without --data or --key nothing is certain (exit 65): anyone can sign with a key of their own. Needs no network.",
        after_help = "Ví dụ / Examples:\n  phusong receipt verify bien-nhan.json --data DIR\n  phusong receipt verify tra-loi.json --key 3f2a…"
    )]
    Receipt {
        #[command(subcommand)]
        act: receipts::ReceiptCommand,
    },
    /// Mẫu XLSX để điền / A template to fill in, as XLSX: drop-downs, notes, an example.
    ///
    /// Kinds: site-report, coverage, villages, statistics, confirmation, measurement, boundaries,
    /// duties, outages. For example: `phusong template site-report --out bao-cao.xlsx`
    Template {
        kind: String,
        /// The file to write; it must not exist yet.
        #[arg(long)]
        out: PathBuf,
    },
    /// Shell completions on standard output.
    Completions { shell: clap_complete::Shell },
}

#[derive(Debug, Subcommand)]
enum KeyCommand {
    /// Makes a key and prints it, alone, on standard output. Works while the service runs.
    Create {
        #[arg(long, env = "PHUSONG_DATA")]
        data: PathBuf,
        /// carrier, carrier-manager, officer, approver, auditor, planner, commune, admin.
        #[arg(long)]
        role: String,
        /// For carriers: viettel, vnpt …
        #[arg(long)]
        carrier: Option<String>,
        /// For communes: the code of today.
        #[arg(long)]
        commune: Option<String>,
        #[command(flatten)]
        whose: Whose,
        /// A note for lists.
        #[arg(long, default_value = "")]
        label: String,
        /// Last day on which it opens anything, YYYY-MM-DD; default for ever.
        #[arg(long)]
        expires: Option<String>,
    },
    /// Liên kết đăng nhập một lần. / A one-time link to sign in with, good for an hour.
    Link {
        #[arg(long, env = "PHUSONG_DATA")]
        data: PathBuf,
        /// As of `create`.
        #[arg(long, default_value = "approver")]
        role: String,
        #[arg(long)]
        carrier: Option<String>,
        #[arg(long)]
        commune: Option<String>,
        #[command(flatten)]
        whose: Whose,
        /// Where the page is served.
        #[arg(long, default_value = "http://127.0.0.1:8080")]
        address: String,
    },
    /// Lists keys by their public names, with account and name; never the keys.
    List {
        #[arg(long, env = "PHUSONG_DATA")]
        data: PathBuf,
        /// Cho chương trình. / For programs.
        #[arg(long)]
        json: bool,
    },
    /// Ends a key at once.
    Revoke {
        #[arg(long, env = "PHUSONG_DATA")]
        data: PathBuf,
        id: String,
    },
    /// Xóa tên của một tài khoản; mã và sổ giữ nguyên. / Erases an account's name for good; its id,
    /// its keys and the ledger stay.
    Erase {
        #[arg(long, env = "PHUSONG_DATA")]
        data: PathBuf,
        /// As `key list` shows it: p and 16 characters.
        #[arg(long)]
        account: String,
    },
}

/// Whose the key is; nobody's in particular when neither is given.
#[derive(Debug, clap::Args)]
struct Whose {
    /// A new account, by the person's name.
    #[arg(long, conflicts_with = "account")]
    name: Option<String>,
    /// One more key for this account: p and 16 characters, of `key list`.
    #[arg(long)]
    account: Option<String>,
}

#[derive(Debug, Subcommand)]
enum LedgerCommand {
    /// Finds and names every changed, missing or reordered entry.
    Verify {
        #[arg(long, env = "PHUSONG_DATA")]
        data: PathBuf,
        /// Cho chương trình. / For programs.
        #[arg(long)]
        json: bool,
    },
    /// Writes the whole ledger into one portable file.
    Export {
        #[arg(long, env = "PHUSONG_DATA")]
        data: PathBuf,
        file: PathBuf,
    },
    /// Restores a ledger from a portable file into an empty directory.
    Import {
        #[arg(long, env = "PHUSONG_DATA")]
        data: PathBuf,
        file: PathBuf,
    },
    /// Saves the longest proven part of a damaged ledger.
    Recover {
        #[arg(long, env = "PHUSONG_DATA")]
        data: PathBuf,
        #[arg(long)]
        to: PathBuf,
    },
}

pub use serve::GRACE as STOP_GRACE;

/// A message in both languages with its exit code.
#[derive(Debug)]
struct Failure {
    exit: u8,
    vi: String,
    en: String,
}

/// Runs one command.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    match commands::run(cli.command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            if !failure.vi.is_empty() {
                eprintln!("{}\n{}", failure.vi, failure.en);
            }
            ExitCode::from(failure.exit)
        }
    }
}
