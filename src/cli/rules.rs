//! `phusong rules`: rule sets on file, what another would move, and whether a file is sound.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Subcommand;
use phusong_atlas::atlas::Atlas;
use phusong_atlas::domain::{RuleSetId, Slug};

use super::Failure;
use super::commands::{Done, fail, say};
use super::look::{Reading, households_vi, table, usage};
use crate::http::terminal;
use crate::service::{KnownRules, check_rules_file, rule_sets_of};

#[derive(Debug, Subcommand)]
pub enum RulesCommand {
    /// Các bộ tiêu chí trong sổ. / Rule sets on file.
    List {
        #[command(flatten)]
        reading: Box<Reading>,
        /// Cho chương trình: như API. / For programs: the shape of the API.
        #[arg(long)]
        json: bool,
    },
    /// Mọi con số của một bộ. / Every number of one.
    Show {
        /// MÃ:PHIÊN-BẢN. / ID:VERSION.
        id: String,
        #[command(flatten)]
        reading: Box<Reading>,
        /// Cho chương trình: như API. / For programs: the shape of the API.
        #[arg(long)]
        json: bool,
    },
    /// Thôn nào đổi đánh giá, và vì sao. / Which villages would change, and why.
    #[command(
        after_help = "Ví dụ / Example:\n  phusong rules diff mac-dinh:1 vi-du-nghiem:1 --as-of 2026-10-31 --data DIR"
    )]
    Diff {
        /// MÃ:PHIÊN-BẢN. / ID:VERSION.
        a: String,
        b: String,
        #[command(flatten)]
        reading: Box<Reading>,
        /// Cho chương trình: như API. / For programs: the shape of the API.
        #[arg(long)]
        json: bool,
    },
    /// Kiểm tra một tệp; không cần dữ liệu. / Is a file sound? Needs no data directory.
    Check { file: PathBuf },
}

pub fn run(command: &RulesCommand) -> Done {
    match command {
        RulesCommand::List { reading, json } => list(reading, *json),
        RulesCommand::Show { id, reading, json } => show(reading, id, *json),
        RulesCommand::Diff { a, b, reading, json } => diff(reading, (a, b), *json),
        RulesCommand::Check { file } => check(file),
    }
}

fn list(reading: &Reading, json: bool) -> Done {
    let (atlas, history) = reading.open()?;
    let known = rule_sets_of(&history, &atlas);
    reading.tell(&terminal::rule_sets(&atlas, &known), json, |_told| {
        let mut rows = table(&["Mã", "Phiên bản", "Tên", "Áp dụng", "Nguồn"]);
        for KnownRules { rules, in_force, .. } in &known {
            let force = if *in_force { "đang áp dụng" } else { "" };
            let (id, version) = (rules.id.id.as_str(), rules.id.version.to_string());
            rows.add_row([id, &version, &rules.title_vi, force, &rules.source]);
        }
        say(&rows.to_string())
    })
}

fn show(reading: &Reading, id: &str, json: bool) -> Done {
    let (atlas, history) = reading.open()?;
    let known = one_of(&rule_sets_of(&history, &atlas), id)?;
    let told = terminal::rule_sets(&atlas, std::slice::from_ref(&known));
    reading.tell(&told, json, |_told| {
        say(&format!("{} ({id}). {}", known.rules.title_vi, known.rules.source))?;
        let mut rows = table(&["Khóa", "Nghĩa", "Giá trị"]);
        for setting in terminal::settings(&known.rules) {
            rows.add_row([setting.key.as_str(), setting.text_vi, &setting.value]);
        }
        say(&rows.to_string())
    })
}

fn diff(reading: &Reading, (a, b): (&str, &str), json: bool) -> Done {
    let (now, history) = reading.open()?;
    let sets = rule_sets_of(&history, &now);
    let under = |id: &str| -> Result<Arc<Atlas>, Failure> {
        let rules = Arc::new(one_of(&sets, id)?.rules);
        let (scope, ground) = (now.scope.clone(), &now.ground);
        Ok(Arc::new(Atlas::build_under(&history, scope, ground, rules)))
    };
    let found = terminal::rules_diff(&now, (&under(a)?, &under(b)?), &reading.query());
    let found = found.map_err(usage)?;
    reading.tell(&found, json, |found| {
        let mut settings = table(&["Khóa", "Nghĩa", a, b]);
        for setting in &found.settings {
            let value = |side: &Option<String>| side.clone().unwrap_or_else(|| "–".to_owned());
            let cells = [setting.key.clone(), setting.text_vi.to_owned()];
            settings.add_row(cells.into_iter().chain([value(&setting.a), value(&setting.b)]));
        }
        say(&settings.to_string())?;
        let mut rows = table(&["Mã", "Thôn", a, b, "Vì"]);
        for item in &found.items {
            let verdict = |held: Option<_>| held.map_or("–", terminal::verdict_vi);
            let why: Vec<&str> =
                item.because.iter().map(|reason| reason.text_vi.as_str()).collect();
            rows.add_row([
                item.village.as_str(),
                item.name.as_deref().unwrap_or_default(),
                verdict(item.under_a),
                verdict(item.under_b),
                &why.join(" "),
            ]);
        }
        say(&rows.to_string())?;
        let (moves, flags) = (found.moves, found.flags_only);
        let unknown = found.villages_households_unknown as usize;
        let households = households_vi(found.households, unknown);
        say(&format!("{moves} thôn đổi đánh giá ({households}), {flags} thôn chỉ đổi lưu ý."))
    })
}

fn one_of(sets: &[KnownRules], text: &str) -> Result<KnownRules, Failure> {
    let id = text.split_once(':').and_then(|(id, version)| {
        Some(RuleSetId { id: Slug::new(id).ok()?, version: version.parse().ok()? })
    });
    let known = id.and_then(|id| sets.iter().find(|known| known.rules.id == id));
    known.cloned().ok_or_else(|| {
        let all: Vec<String> = sets
            .iter()
            .map(|known| format!("{}:{}", known.rules.id.id.as_str(), known.rules.id.version))
            .collect();
        let all = all.join(", ");
        fail(
            66,
            format!("không có bộ tiêu chí “{text}”; có: {all}"),
            format!("there is no rule set {text:?}; there are: {all}"),
        )
    })
}

fn check(file: &std::path::Path) -> Done {
    let text = std::fs::read_to_string(file).map_err(|error| {
        let shown = file.display();
        fail(66, format!("{shown}: không đọc được"), format!("{shown}: {error}"))
    })?;
    match check_rules_file(&text) {
        Ok(rules) => say(&format!("{} {}: đúng / sound", rules.id.id.as_str(), rules.id.version)),
        Err(findings) => {
            for finding in &findings {
                let place = finding.row.map_or_else(String::new, |row| format!(":{row}"));
                say(&format!(
                    "{}{place}: {}: {}",
                    file.display(),
                    finding.code,
                    finding.message_vi
                ))?;
                say(&format!("    {}", finding.message_en))?;
            }
            let count = findings.len();
            Err(fail(65, format!("{count} lỗi"), format!("{count} fault(s)")))
        }
    }
}
