//! What was filed before of the same document, and how a draft stands against it.

use std::collections::BTreeSet;

use jiff::Timestamp;
use phusong_atlas::domain::{Fact, FiledRow, Party, ReportId, RowNumber, RowRef, Scope, Target};
use phusong_atlas::gazetteer::normalise;
use phusong_atlas::history::{EntryHead, History};
use serde_json::Value;

use super::{Owner, State};
use crate::service::actor::Actor;
use crate::service::open::{Service, now};
use crate::service::uploads::ContentHash;
use phusong_intake::against::{Compared, Earlier, compare, likeness_percent, told_of};
use phusong_intake::reading::Reading;
use phusong_intake::report::Outcome;
use phusong_intake::{Candidate, Finding, Severity};

/// Letters of one number further apart than this are two letters.
const SAME_NUMBER_DAYS: i64 = 366;
/// A filing that speaks of this many of the draft's things is offered, in percent.
const LIKE_PERCENT: usize = 50;
/// Earlier filings that are looked through for one that is like the draft.
const LOOKED_THROUGH: usize = 20;
/// `compare_with` when nothing is to be compared with.
const NONE: &str = "none";

/// Why these filings are the ones that the draft is held against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// The very file came before.
    SameFile,
    /// The letter has the same number.
    SameDocument,
    /// Its sender said so.
    Chosen,
}

/// A filing that another one may follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FiledOn {
    pub report: ReportId,
    pub recorded_at: Timestamp,
}

/// A row filed before of which the draft no longer speaks.
#[derive(Debug, Clone, PartialEq)]
pub struct Gone {
    pub report: ReportId,
    pub row: RowNumber,
    pub at: RowRef,
    pub understood: Value,
    /// What its sender said is to become of it; `None`: not asked yet, it stays.
    pub withdraw: Option<bool>,
}

impl Gone {
    pub fn name(&self) -> String {
        format!("{}/{}", self.report, self.row)
    }
}

/// A draft beside what was filed before.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Held {
    pub basis: Option<Basis>,
    pub filings: Vec<FiledOn>,
    pub new: usize,
    pub changed: usize,
    pub unchanged: usize,
    pub gone: Vec<Gone>,
    /// Files without rows of their own that none of those filings has.
    pub added: usize,
    /// A row filed before that the draft says again: it bears the files, when nothing else is new.
    pub bearer: Option<FiledRow>,
    /// Filings that speak of the same things, and for which nothing else speaks.
    pub likely: Vec<FiledOn>,
}

impl Held {
    /// Rows that take back what is gone, as its sender said.
    pub fn withdrawals(&self, state: &State) -> Vec<FiledRow> {
        let mut targets: Vec<Target> = Vec::new();
        for gone in self.gone.iter().filter(|gone| gone.withdraw == Some(true)) {
            let RowRef { entry, row } = gone.at;
            match targets.iter_mut().find(|target| target.entry == entry) {
                Some(target) => target.rows.push(row),
                None => targets.push(Target { entry, rows: vec![row] }),
            }
        }
        let letter = state.document.number.as_deref().unwrap_or("tệp gửi sau");
        let reason = format!("không còn trong {letter}");
        let withdraw = |target| Fact::Withdraw { target, reason: reason.clone() };
        let row = |fact| FiledRow { fact, replaces: None, note: None };
        targets.into_iter().map(withdraw).map(row).collect()
    }
}

impl Service {
    /// Holds a draft against what its sender filed before of the same document.
    pub(super) fn hold(
        &self,
        actor: &Actor,
        owner: &Owner,
        state: &State,
        reading: &mut Reading,
    ) -> Held {
        let Some(filed_by) = actor.party() else { return Held::default() };
        let asked =
            Asked { owner: &owner.party, filed_by, state, files: read_files(reading, state) };
        let (basis, filings, earlier, likely, added) = self.with_history(|history| {
            let (basis, heads) = asked.filings(history);
            let filings: Vec<FiledOn> = heads.iter().copied().map(filed_on).collect();
            let earlier = asked.rows(history, &heads, basis);
            let likely = if heads.is_empty() { asked.likely(history, reading) } else { Vec::new() };
            (basis, filings, earlier, likely, asked.added(&heads))
        });
        let mut held = Held { basis, filings, added, likely, ..Held::default() };
        if !held.likely.is_empty() {
            reading.draft.findings.push(like(&held.likely));
        }
        if earlier.is_empty() {
            return held;
        }
        let gone = compare(&mut reading.draft, &earlier);
        let said_again = (0..earlier.len()).find(|at| !gone.contains(at));
        held.bearer = said_again.map(|at| {
            let Earlier { at, filed, .. } = &earlier[at];
            FiledRow { replaces: Some(*at), ..filed.clone() }
        });
        held.gone = gone.into_iter().map(|at| gone_row(&earlier[at], state)).collect();
        for row in &reading.draft.rows {
            match row.against.as_ref().map(|against| against.is) {
                Some(Compared::New) => held.new += 1,
                Some(Compared::Changed) => held.changed += 1,
                Some(Compared::Unchanged) => held.unchanged += 1,
                None => {}
            }
        }
        // While rows are not understood, nobody knows what is gone.
        let open = |row: &phusong_intake::report::DraftRow| {
            row.outcome == Outcome::Blocked && row.against.is_none()
        };
        if reading.draft.rows.iter().any(open) {
            held.gone.clear();
        }
        if basis.is_some() {
            reading.draft.findings.extend(told(&held));
        }
        held
    }
}

struct Asked<'a> {
    owner: &'a Party,
    filed_by: Party,
    state: &'a State,
    /// Files that rows were read from.
    files: BTreeSet<ContentHash>,
}

impl Asked<'_> {
    fn is_own(&self, head: EntryHead<'_>) -> bool {
        head.filing.owner == *self.owner && head.filing.filed_by == self.filed_by
    }

    /// What was filed from this draft is part of it, and no earlier filing.
    fn is_part(&self, head: EntryHead<'_>) -> bool {
        self.state.filed.iter().any(|part| part.report == head.id)
    }

    /// The filings to hold against, oldest first, and why those.
    fn filings<'h>(&self, history: &'h History) -> (Option<Basis>, Vec<EntryHead<'h>>) {
        match self.state.compare_with.as_deref() {
            Some(NONE) => return (None, Vec::new()),
            Some(chosen) => {
                let head = chosen.parse().ok().and_then(|id| history.entry_by_id(id));
                if let Some(head) = head.filter(|head| self.is_own(*head)) {
                    return (Some(Basis::Chosen), vec![head]);
                }
            }
            None => {}
        }
        let suits = |head: &EntryHead<'_>| {
            self.is_own(*head) && !self.is_part(*head) && has_standing(history, *head)
        };
        let mut same_file: Vec<EntryHead<'h>> = self
            .files
            .iter()
            .flat_map(|file| history.entries_with_file(file))
            .filter(suits)
            .collect();
        if !same_file.is_empty() {
            same_file.sort_by_key(|head| head.seq);
            same_file.dedup_by_key(|head| head.seq);
            return (Some(Basis::SameFile), same_file);
        }
        let same_letter = history.entries().filter(suits);
        let same_letter: Vec<EntryHead<'h>> =
            same_letter.filter(|head| self.is_same_letter(*head)).collect();
        let basis = (!same_letter.is_empty()).then_some(Basis::SameDocument);
        (basis, same_letter)
    }

    fn is_same_letter(&self, head: EntryHead<'_>) -> bool {
        let (own, other) = (&self.state.document, &head.filing.document);
        let (Some(number), Some(known)) = (&own.number, &other.number) else { return false };
        let near = || {
            let apart = now().duration_since(head.recorded_at).as_hours() / 24;
            apart.abs() <= SAME_NUMBER_DAYS
        };
        normalise(number) == normalise(known)
            && match (own.day, other.day) {
                (Some(day), Some(known)) => day == known,
                _ => near(),
            }
    }

    /// Files that no row was read from and that none of these filings names.
    fn added(&self, heads: &[EntryHead<'_>]) -> usize {
        let named = |file: &ContentHash| heads.iter().any(|head| head.filing.files.contains(file));
        let beside = self.state.files.iter().map(|file| &file.sha256);
        beside.filter(|file| !self.files.contains(*file) && !named(file)).count()
    }

    /// Rows of these filings that stand.
    fn rows(
        &self,
        history: &History,
        heads: &[EntryHead<'_>],
        basis: Option<Basis>,
    ) -> Vec<Earlier> {
        let scope = scope_of(self.owner);
        let mut found = Vec::new();
        for head in heads {
            for row in history.rows_of(*head) {
                let stands = !row.is_withdrawn() && !history.is_replaced(row, &scope);
                if stands && !is_act(&row.fact()) {
                    found.push(Earlier {
                        at: row.at,
                        report: row.report,
                        filed: row.as_filed(),
                        returned: row.is_returned(),
                        same_file: basis == Some(Basis::SameFile),
                    });
                }
            }
        }
        found
    }

    /// Filings without a number, or sent without one, that speak of the same things.
    fn likely(&self, history: &History, reading: &Reading) -> Vec<FiledOn> {
        if self.state.compare_with.is_some() || !self.state.filed.is_empty() {
            return Vec::new();
        }
        let own = history.entries().rev().filter(|head| {
            let numbered = head.filing.document.number.is_some();
            let asked = !(numbered && self.state.document.number.is_some());
            self.is_own(*head) && asked && has_standing(history, *head)
        });
        let like = own.take(LOOKED_THROUGH).filter(|head| {
            let rows = self.rows(history, &[*head], None);
            !rows.is_empty() && likeness_percent(&reading.draft, &rows) >= LIKE_PERCENT
        });
        like.map(filed_on).collect()
    }
}

fn read_files(reading: &Reading, state: &State) -> BTreeSet<ContentHash> {
    let is_read = |name: &str| reading.tables.iter().any(|table| table.file == name);
    state.files.iter().filter(|file| is_read(&file.name)).map(|file| file.sha256).collect()
}

const fn filed_on(head: EntryHead<'_>) -> FiledOn {
    FiledOn { report: head.id, recorded_at: head.recorded_at }
}

/// Where a correction of this party's counts.
fn scope_of(owner: &Party) -> Scope {
    match owner {
        Party::Carrier(carrier) => Scope::Carrier(carrier.clone()),
        Party::Commune(unit) => Scope::Commune(*unit),
        Party::Department => Scope::Approver,
    }
}

fn has_standing(history: &History, head: EntryHead<'_>) -> bool {
    let mut rows = history.rows_of(head);
    rows.any(|row| !row.is_withdrawn() && !is_act(&row.fact()))
}

/// Acts on other rows say nothing of the world that could change.
const fn is_act(fact: &Fact) -> bool {
    matches!(
        fact,
        Fact::Publish(_)
            | Fact::Return { .. }
            | Fact::Withdraw { .. }
            | Fact::NameQuestion(_)
            | Fact::NameDecision(_)
            | Fact::NameUse(_)
            | Fact::SignedPaper(_)
    )
}

fn gone_row(earlier: &Earlier, state: &State) -> Gone {
    let mut gone = Gone {
        report: earlier.report,
        row: earlier.at.number(),
        at: earlier.at,
        understood: told_of(&earlier.filed.fact),
        withdraw: None,
    };
    gone.withdraw = state.gone.get(&gone.name()).copied();
    gone
}

fn named(filings: &[FiledOn]) -> String {
    let names: Vec<String> = filings.iter().map(|filing| filing.report.to_string()).collect();
    names.join(", ")
}

fn told(held: &Held) -> Vec<Finding> {
    let which = named(&held.filings);
    let Held { new, changed, unchanged, gone, added, .. } = held;
    let nothing_new =
        *new == 0 && *changed == 0 && gone.is_empty() && *unchanged > 0 && *added == 0;
    let remedy = ("không cần làm gì", "nothing to do");
    let mut found = Vec::new();
    if nothing_new {
        let message = (
            format!("đã gửi trước đây, lần gửi {which}: không có gì mới"),
            format!("filed before as {which}: nothing is new"),
        );
        found.push(Finding::new("filed-before", Severity::Note, message, remedy));
    } else {
        let message = (
            format!(
                "so với lần gửi {which}: {new} dòng mới, {changed} đính chính, {unchanged} không đổi, {} không còn",
                gone.len()
            ),
            format!(
                "beside {which}: {new} new rows, {changed} corrected, {unchanged} unchanged, {} gone",
                gone.len()
            ),
        );
        found.push(Finding::new("held-against", Severity::Note, message, remedy));
    }
    if *added > 0 {
        let message = (
            format!("{added} tệp kèm theo chưa gửi lần nào: được giữ cùng lần gửi này"),
            format!("{added} files beside it are new: they are kept with this filing"),
        );
        found.push(Finding::new("files-added", Severity::Note, message, remedy));
    }
    let open = gone.iter().filter(|gone| gone.withdraw.is_none()).count();
    if open > 0 {
        let message = (
            format!(
                "{open} dòng đã gửi không còn trong tệp này; dòng vẫn giữ nguyên nếu không thu hồi"
            ),
            format!("{open} rows filed before are not in this file; they stay unless withdrawn"),
        );
        let remedy = ("chọn giữ lại hay thu hồi", "choose: keep, or withdraw");
        let choice = |id: &str, name: &str, (vi, en): (&str, &str)| Candidate {
            id: id.to_owned(),
            name: name.to_owned(),
            reason_vi: vi.to_owned(),
            reason_en: en.to_owned(),
            score: 50,
        };
        let choices = [
            choice("keep", "giữ lại", ("các dòng vẫn đúng", "they are still so")),
            choice("withdraw", "thu hồi", ("các dòng không còn đúng", "they are no longer so")),
        ];
        found.push(Finding::new("rows-gone", Severity::Ask, message, remedy).with(choices));
    }
    found
}

fn like(filings: &[FiledOn]) -> Finding {
    let which = named(filings);
    let message = (
        format!("lần gửi {which} nói về cùng nội dung: tệp này có thay cho lần gửi đó không?"),
        format!("{which} speaks of the same things: does this file take its place?"),
    );
    let remedy = (
        "chọn lần gửi được thay, hoặc “không”; ghi số văn bản để nhận ra tự động",
        "choose the one it replaces, or none; a letter's number tells it",
    );
    let offer = |filing: &FiledOn| Candidate {
        id: filing.report.to_string(),
        name: filing.report.to_string(),
        reason_vi: "dòng đổi thành đính chính, dòng cũ không gửi lại".to_owned(),
        reason_en: "changed rows become corrections, the same ones are not filed again".to_owned(),
        score: 50,
    };
    let none = Candidate {
        id: NONE.to_owned(),
        name: "không thay".to_owned(),
        reason_vi: "báo cáo mới".to_owned(),
        reason_en: "a report of its own".to_owned(),
        score: 50,
    };
    let candidates = filings.iter().map(offer).chain([none]);
    Finding::new("earlier-filing", Severity::Ask, message, remedy).with(candidates)
}
