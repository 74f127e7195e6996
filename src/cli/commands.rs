//! What each command does.

use std::io::Write;
use std::path::Path;

use clap::CommandFactory;
use phusong_atlas::domain::Fact;
use phusong_atlas::gazetteer::Units;

use super::progress::Long;
use phusong_intake::template::Kind;

use super::{Cli, Command, Failure, LedgerCommand, duties, happened, look};
use crate::ledger::{self, Held, LedgerError, LedgerReader};
use crate::service::{Data, Offered, OpenError, WriteError, template_xlsx, today};

pub(super) type Done = Result<(), Failure>;

pub fn run(command: Command) -> Done {
    match command {
        Command::Serve(serve) => super::serve::run(serve),
        Command::Import(import) => super::import::run(&import),
        Command::Publishing(publishing) => super::publishing::run(&publishing),
        Command::Key { act } => super::keys::run(act),
        Command::Duties(asked) => duties::duties(&asked),
        Command::Changes(asked) => happened::changes(&asked),
        Command::Outages(asked) => happened::outages(&asked),
        Command::Disputes(asked) => happened::disputes(&asked),
        Command::Contradictions(asked) => duties::contradictions(&asked),
        Command::Gaps { reading, filters, json } => look::gaps(&reading, &filters, json),
        Command::Village { name, reading, json } => look::village(&reading, &name, json),
        Command::Dossier(dossier) => super::papers::dossier(&dossier),
        Command::Bundle(bundle) => super::papers::bundle(&bundle),
        Command::Report(period) => super::papers::period(&period),
        Command::VerifyReport(paper) => super::papers::verify(&paper),
        Command::Statistics(asked) => super::figures::statistics(&asked),
        Command::Criteria(asked) => super::figures::criteria(&asked),
        Command::Targets(asked) => super::figures::targets(&asked),
        Command::Rules { act } => super::rules::run(&act),
        Command::Plan { act } => super::plan::run(act),
        Command::Doctor(doctor) => super::doctor::run(&doctor),
        Command::Export { to, reading } => look::export(&reading, &to),
        Command::Ledger { act } => ledger_act(act),
        Command::Geodata { act } => super::geodata::run(act),
        Command::Receipt { act } => super::receipts::run(&act),
        Command::Template { kind, out } => template(&kind, &out),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "phusong", &mut script);
            print(&script)
        }
    }
}

/// The names in its drop-downs are those that this release knows.
fn template(kind: &str, out: &Path) -> Done {
    let Some(kind) = Kind::named(kind) else {
        let known = Kind::ALL.map(Kind::as_str).join(", ");
        return Err(fail(
            2,
            format!("không có mẫu “{kind}”; các mẫu: {known}"),
            format!("there is no template {kind:?}; there are: {known}"),
        ));
    };
    let (mut carriers, mut units, mut steps) = (vec![], vec![], vec![]);
    let (mut villages, mut duties) = (vec![], vec![]);
    for row in phusong_intake::geodata::embedded().unwrap_or_default() {
        match row.fact {
            Fact::Carrier(fact) => carriers.push(fact),
            Fact::Unit(fact) => units.push(fact),
            Fact::UnitSuccession(fact) => steps.push(fact),
            Fact::Village(fact) => villages.push(fact),
            Fact::Duty(fact) => duties.push(fact),
            _ => {}
        }
    }
    let units = Units::new(&units, &steps);
    let offered = Offered::of_tables(&carriers, &units, (&villages, &duties), today());
    let bytes = template_xlsx(kind, &offered);
    let bytes = bytes.map_err(|error| {
        fail(74, format!("không tạo được mẫu: {error}"), format!("no template: {error}"))
    })?;
    let written = std::fs::File::create_new(out).and_then(|mut file| file.write_all(&bytes));
    written.map_err(|error| {
        let shown = out.display();
        fail(
            74,
            format!("không ghi được {shown}: {error}"),
            format!("cannot write {shown}: {error}"),
        )
    })?;
    say(&out.display().to_string())
}

pub(super) fn fail(exit: u8, vi: impl Into<String>, en: impl Into<String>) -> Failure {
    Failure { exit, vi: vi.into(), en: en.into() }
}

pub(super) fn say(line: &str) -> Done {
    print(format!("{line}\n").as_bytes())
}

/// Onto standard output. Who reads it may have had enough (`| head`): that ends the command, and is
/// no fault to tell of.
fn print(text: &[u8]) -> Done {
    let mut out = std::io::stdout();
    out.write_all(text).and_then(|()| out.flush()).map_err(|error| match error.kind() {
        std::io::ErrorKind::BrokenPipe => fail(74, "", ""),
        _ => fail(74, format!("không in ra được: {error}"), error.to_string()),
    })
}

impl From<LedgerError> for Failure {
    fn from(error: LedgerError) -> Self {
        let exit = match error.code() {
            "ledger-in-use" | "ledger-busy" => 75,
            "ledger-absent" | "no-such-entry" => 66,
            "disk-full" => 73,
            "ledger-damaged" | "bad-ledger-file" => 65,
            "ledger-format" => 78,
            _ => 74,
        };
        fail(exit, error.message_vi(), error.to_string())
    }
}

impl From<OpenError> for Failure {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::Ledger(error) => error.into(),
            OpenError::Register(WriteError::DiskLow(_)) => {
                fail(73, error.message_vi(), error.to_string())
            }
            OpenError::DemoOnReal(_) | OpenError::RealOnDemo(_) => {
                fail(78, error.message_vi(), error.to_string())
            }
            other => fail(74, other.message_vi(), other.to_string()),
        }
    }
}

impl From<crate::vault::VaultError> for Failure {
    fn from(error: crate::vault::VaultError) -> Self {
        let exit = match error.code() {
            "bad-scope" | "taken" => 2,
            "too-large" | "damaged-file" => 65,
            "not-found" | "destroyed" => 66,
            "disk-full" => 73,
            "erasure-pending" => 75,
            "vault-format" | "vault-key" | "wrong-master-key" => 78,
            _ => 74,
        };
        fail(exit, error.message_vi(), error.to_string())
    }
}

/// Invented data say so at the terminal too, beside what is printed.
pub(super) fn say_if_demo(data: &Path) -> Result<bool, Failure> {
    let demo = Data::of_directory(data)? == Some(Data::Demo);
    if demo {
        eprintln!("DỮ LIỆU MINH HOẠ, KHÔNG CÓ THẬT / INVENTED DATA");
    }
    Ok(demo)
}

fn ledger_act(act: LedgerCommand) -> Done {
    match act {
        LedgerCommand::Verify { data, json } => verify(&data, json),
        LedgerCommand::Export { data, file } => {
            say_if_demo(&data)?;
            let long = Long::new("xuất / exporting");
            ledger::export(&LedgerReader::open(&data)?, &file, &mut |step| long.at(step))?;
            long.done();
            say(&file.display().to_string())
        }
        LedgerCommand::Import { data, file } => {
            let long = Long::new("nhập / importing");
            ledger::import(&file, &data, &Held::default(), &mut |step| long.at(step))?;
            long.done();
            say(&data.display().to_string())
        }
        LedgerCommand::Recover { data, to } => {
            let long = Long::new("cứu / recovering");
            ledger::recover(&LedgerReader::open(&data)?, &to, &mut |step| long.at(step))?;
            long.done();
            say(&to.display().to_string())
        }
    }
}

fn verify(data: &Path, json: bool) -> Done {
    say_if_demo(data)?;
    let long = Long::of_unknown_length("kiểm tra / checking");
    let report = ledger::verify(&LedgerReader::open(data)?, &Held::default())?;
    long.done();
    let root = data_encoding::HEXLOWER.encode(&report.root);
    let faults = &report.faults;
    if json {
        let told = |fault: &ledger::Fault| serde_json::json!({ "entry": fault.seq, "what": fault.what.to_string() });
        let faults: Vec<_> = faults.iter().map(told).collect();
        let whole = serde_json::json!({
            "entries": report.entries, "root": root, "sound": faults.is_empty(), "faults": faults,
        });
        say(&whole.to_string())?;
    } else {
        say(&format!("{} entries, root {root}", report.entries))?;
        faults.iter().try_for_each(|fault| say(&format!("entry {}: {}", fault.seq, fault.what)))?;
    }
    let Some(first) = faults.first() else { return Ok(()) };
    Err(fail(
        65,
        format!("sổ có {} chỗ hỏng, đầu tiên ở mục {}", faults.len(), first.seq),
        format!("{} faults, the first at entry {}", faults.len(), first.seq),
    ))
}
