//! Rows on how duties go on: a step with its day, a promised day, what stands in the way. One row
//! may say all three.

mod promise;

use phusong_atlas::domain::{
    AgencyFact, BlockerFact, BlockerKind, CarrierId, Day, DutyFact, Fact, FundingFact,
    MilestoneFact, MilestoneStep, Party, Slug, VillageId,
};
use phusong_atlas::gazetteer::{fold_for_search, normalise};

use crate::evidence::no_more;
use crate::finding::{Candidate, Severity};
use crate::known::{Asked, Known, dong_of};
use crate::observation::no_rows;
use crate::report::{Cells, Column, Draft, DraftRow};
use crate::told::{step_vi, step_word};
use promise::promise;

/// In the order in which they follow (DOMAIN §4), with the words on paper, folded.
const STEPS: [(MilestoneStep, &[&str]); 12] = [
    (MilestoneStep::Given, &["giao", "da giao"]),
    (MilestoneStep::Surveyed, &["khao sat", "da khao sat"]),
    (MilestoneStep::PlaceChosen, &["chon vi tri", "da chon vi tri"]),
    (MilestoneStep::UnderConstruction, &["xay dung", "dang xay dung", "khoi cong", "thi cong"]),
    (MilestoneStep::Installed, &["lap dat", "da lap dat"]),
    (MilestoneStep::AwaitingOnAir, &["cho phat song"]),
    (MilestoneStep::OnAir, &["phat song", "da phat song"]),
    (MilestoneStep::AwaitingInspection, &["cho kiem tra", "cho kiem dinh"]),
    (MilestoneStep::Passed, &["dat"]),
    (MilestoneStep::Failed, &["chua dat", "khong dat"]),
    (MilestoneStep::ConfirmedComplete, &["xac nhan hoan thanh"]),
    (MilestoneStep::Reopened, &["mo lai"]),
];

/// The step that a folded word names.
pub(crate) fn step_called(word: &str) -> Option<MilestoneStep> {
    let is = |(step, words): &&(MilestoneStep, &[&str])| {
        fold_for_search(step_word(*step)) == word || words.contains(&word)
    };
    STEPS.iter().find(is).map(|(step, _)| *step)
}

/// The authority's steps: nobody confirms what is owed by itself.
const AUTHORITYS: [MilestoneStep; 5] = [
    MilestoneStep::Given,
    MilestoneStep::Passed,
    MilestoneStep::Failed,
    MilestoneStep::ConfirmedComplete,
    MilestoneStep::Reopened,
];

/// What stands in the way, by the words on paper; the first that fits.
const BLOCKERS: [(BlockerKind, &[&str]); 5] = [
    (BlockerKind::Backhaul, &["truyen dan", "duong truyen", "cap quang", "vi ba", "backhaul"]),
    (BlockerKind::Permit, &["giay phep", "cap phep", "thu tuc", "quy hoach", "permit"]),
    (BlockerKind::GridPower, &["dien luoi", "dien", "power"]),
    (BlockerKind::Land, &["dat", "mat bang", "giai phong mat bang", "land"]),
    (BlockerKind::Road, &["duong", "giao thong", "sat lo", "road"]),
];

/// No site is built for less: a smaller sum has lost its unit.
const LEAST_VND: u64 = 1_000_000;

/// Rows that did not come as a file.
pub fn read(rows: Vec<Cells>, said: Option<Day>, known: &Known<'_>) -> Draft {
    let mut draft = Draft::default();
    if rows.is_empty() {
        draft.findings.push(no_rows());
    }
    draft.rows = rows.into_iter().map(|row| read_row(row, said, known)).collect();
    draft
}

/// `said`: the day of the letter, on which its promises were made.
pub fn read_row(cells: Cells, said: Option<Day>, known: &Known<'_>) -> DraftRow {
    let mut row = Asked::new(cells, known);
    let Some(about) = about(&mut row) else { return row.done(Vec::new(), None) };
    let mut facts = Vec::new();
    if row.cells.has(Column::Step) && !row.cells.asks_once(Column::Basis) {
        facts.extend(milestone(&mut row, &about).map(Fact::Milestone));
    }
    let named = row.named_row();
    if row.cells.has(Column::PromisedDay) {
        let corrected = named.as_ref().and_then(|named| match &named.says {
            Fact::Commitment(promise) => Some(promise),
            _ => None,
        });
        // Mended, not made anew: it was promised on the day on which it was.
        let said = said.or(corrected.map(|promise| promise.said));
        let said = said.unwrap_or_else(|| known.today());
        facts.extend(promise(&mut row, &about, said, corrected).map(Fact::Commitment));
    }
    if row.cells.has(Column::Blocker) {
        facts.extend(blocker(&mut row, &about).map(Fact::Blocker));
    }
    if row.cells.has(Column::Funds) || row.cells.has(Column::EstimateVnd) {
        facts.extend(funding(&mut row, &about, said).map(Fact::Funding));
    }
    if facts.is_empty() && row.is_clear() {
        let message = (
            "dòng không nêu mốc, ngày cam kết, vướng mắc hay nguồn vốn nào",
            "the row names no step, no promised day, no blocker and no funding",
        );
        row.refuse("nothing-said", Column::Step, message);
    }
    row.put_first(&mut facts, named.as_ref());
    let mut read = row.done(facts, named.map(|named| named.at));
    read.tell_also([
        (Column::Village, about.village.as_str().into()),
        (Column::Carrier, about.carrier.as_str().into()),
        (Column::Clause, about.duty.map(|duty| duty.clause).into()),
    ]);
    read
}

/// Of what a row speaks.
struct About {
    village: VillageId,
    carrier: CarrierId,
    duty: Option<DutyFact>,
}

fn about(row: &mut Asked<'_, '_>) -> Option<About> {
    row.needs(Column::Village, "village-missing", ("chưa nêu thôn", "no village is named"));
    let village = row.village(Column::Village, None);
    let carrier = row.needed_carrier(Column::Carrier);
    let (village, carrier) = (village?, carrier?);
    ask_of_ended(row, &village)?;
    let duty = duty(row, &village, &carrier)?;
    // What is told of a duty is told of the village that it was given for, whatever that became.
    let village = duty.as_ref().map_or(village, |duty| duty.village.clone());
    Some(About { village, carrier, duty })
}

/// A village that was merged speaks no more: what followed it does.
fn ask_of_ended(row: &mut Asked<'_, '_>, village: &VillageId) -> Option<()> {
    let Some(ended) = (row.known.ended)(village) else { return Some(()) };
    row.tell(no_more(&ended, row.known.evidence.gazetteer), Column::Village);
    None
}

/// The duty that the row is of: by its clause, or the only one of this village and carrier.
/// `Some(None)`: there is none.
#[expect(clippy::option_option, reason = "asked, none and one are three things")]
fn duty(
    row: &mut Asked<'_, '_>,
    village: &VillageId,
    carrier: &CarrierId,
) -> Option<Option<DutyFact>> {
    let mut duties = (row.known.duties)(village);
    duties.retain(|duty| duty.carrier == *carrier);
    let clause = row.said(Column::Clause);
    if let Some(clause) = &clause {
        let same = |duty: &DutyFact| {
            normalise(&duty.clause) == normalise(clause) || duty.id.as_str() == clause
        };
        if !duties.iter().any(same) {
            let message = (
                "không có nhiệm vụ của doanh nghiệp này cho thôn theo điều khoản đã ghi",
                "this carrier has no duty for the village under the clause named",
            );
            let remedy =
                ("kiểm tra điều khoản, hoặc bỏ trống", "check the clause, or leave it empty");
            let candidates: Vec<Candidate> = duties.iter().map(|one| offer(row, one)).collect();
            row.find(Severity::Ask, "unknown-duty", Column::Clause, message, remedy).candidates =
                candidates;
            return None;
        }
        duties.retain(same);
    }
    match &duties[..] {
        [] => Some(None),
        [one] => Some(Some(one.clone())),
        _ => {
            let message = ("thôn có nhiều nhiệm vụ: nhiệm vụ nào?", "which of several duties?");
            let remedy = (
                "ghi điều khoản; cùng điều khoản thì ghi mã nhiệm vụ",
                "name the clause; of one clause, write the duty's id",
            );
            let candidates: Vec<Candidate> = duties.iter().map(|one| offer(row, one)).collect();
            row.find(Severity::Ask, "several-duties", Column::Clause, message, remedy).candidates =
                candidates;
            None
        }
    }
}

/// Told apart by the village that it was given for: a merged one may have several of one clause.
fn offer(row: &Asked<'_, '_>, duty: &DutyFact) -> Candidate {
    let village = (row.known.village)(&duty.village);
    let of = village.map_or_else(|| duty.village.to_string(), |fact| fact.name);
    Candidate {
        id: duty.id.to_string(),
        name: format!("{} ({of})", duty.clause),
        reason_vi: duty.cite.clone(),
        reason_en: duty.cite.clone(),
        score: 70,
    }
}

fn milestone(row: &mut Asked<'_, '_>, about: &About) -> Option<MilestoneFact> {
    let word = row.cells.word(Column::Step);
    let Some(step) = step_called(&word) else {
        let message = ("không rõ mốc tiến độ nào", "which step is meant?");
        let remedy = ("chọn một mốc của mẫu", "choose a step of the template");
        row.find(Severity::Ask, "unknown-step", Column::Step, message, remedy);
        return None;
    };
    if AUTHORITYS.contains(&step) && *row.known.owner != Party::Department {
        let message = (
            "mốc này do cơ quan quản lý ghi, không phải doanh nghiệp",
            "this step is the authority's to file, not the carrier's",
        );
        row.refuse("not-own-step", Column::Step, message);
    }
    let Some(duty) = &about.duty else {
        let message = (
            "không có nhiệm vụ nào giao cho doanh nghiệp này ở thôn: mốc không gắn vào đâu",
            "this carrier was given no duty for the village: the step belongs to nothing",
        );
        row.refuse("no-duty", Column::Step, message);
        return None;
    };
    if !row.cells.has(Column::StepDay) {
        let message = ("mốc này đạt ngày nào?", "on which day was the step reached?");
        let remedy = ("ghi ngày đạt", "write the day");
        row.find(Severity::Ask, "step-day-missing", Column::StepDay, message, remedy);
    }
    let day = row.past_day(Column::StepDay)?;
    let fact = MilestoneFact { day, duty: duty.id.clone(), step, source: source_of(row) };
    tell_order(row, duty, &fact);
    Some(fact)
}

/// What is not closed cannot be opened again: kept as it was said, and told.
fn tell_reopening(row: &mut Asked<'_, '_>, fact: &MilestoneFact, earlier: &[MilestoneFact]) {
    let last = |step: MilestoneStep| {
        let told = earlier.iter().filter(|known| known.step == step && known.day <= fact.day);
        told.map(|known| known.day).max()
    };
    let closed = last(MilestoneStep::ConfirmedComplete);
    if closed.is_none() || last(MilestoneStep::Reopened) >= closed {
        let message = (
            "nhiệm vụ chưa được xác nhận hoàn thành tính đến ngày này: không có gì để mở lại",
            "the duty was not confirmed complete by that day: there is nothing to reopen",
        );
        let remedy = ("kiểm tra ngày mở lại", "check the day");
        row.find(Severity::Warn, "reopened-open", Column::StepDay, message, remedy);
    }
}

/// Dates that go backwards, and steps that nobody has told: said, never mended.
fn tell_order(row: &mut Asked<'_, '_>, duty: &DutyFact, fact: &MilestoneFact) {
    let rank = |step: MilestoneStep| STEPS.iter().position(|(other, _)| *other == step);
    let earlier = (row.known.milestones)(&duty.id);
    let since = earlier
        .iter()
        .filter(|known| known.step == MilestoneStep::Reopened && known.day <= fact.day)
        .map(|known| known.day)
        .max();
    let round = earlier.iter().filter(|known| since.is_none_or(|since| known.day >= since));
    let backwards = round.clone().find(|known| {
        known.step != MilestoneStep::Reopened
            && fact.step != MilestoneStep::Reopened
            && (rank(known.step) < rank(fact.step) && known.day > fact.day
                || rank(known.step) > rank(fact.step) && known.day < fact.day)
    });
    if let Some(known) = backwards {
        let (vi, en) = (
            format!("ngày đi ngược với mốc “{}” ngày {}", step_vi(known.step), known.day),
            format!(
                "the day goes backwards against “{}” on {}",
                step_word(known.step).replace('_', " "),
                known.day
            ),
        );
        let remedy = ("kiểm tra cả hai ngày", "check both days");
        row.find(Severity::Warn, "backward-day", Column::StepDay, (&vi, &en), remedy);
    }
    if fact.step == MilestoneStep::Reopened {
        tell_reopening(row, fact, &earlier);
    }
    if fact.day < duty.given {
        let (vi, en) = (
            format!("trước ngày giao nhiệm vụ {}", duty.given),
            format!("before the duty was given on {}", duty.given),
        );
        let remedy = ("kiểm tra ngày", "check the day");
        row.find(Severity::Warn, "before-duty", Column::StepDay, (&vi, &en), remedy);
    }
    let told: Vec<MilestoneStep> = round.map(|known| known.step).collect();
    let last_built = rank(MilestoneStep::OnAir);
    let missing: Vec<MilestoneStep> = STEPS
        .iter()
        .filter(|(step, _)| rank(*step) < rank(fact.step) && rank(*step) <= last_built)
        .filter(|(step, _)| *step != MilestoneStep::Given && !told.contains(step))
        .map(|(step, _)| *step)
        .collect();
    if !missing.is_empty() && fact.step != MilestoneStep::Reopened {
        let words = |word: fn(MilestoneStep) -> &'static str| {
            missing.iter().map(|step| word(*step)).collect::<Vec<_>>().join(", ")
        };
        let (vi, en) = (
            format!("chưa có các mốc trước: {}", words(step_vi)),
            format!("earlier steps that nobody has told: {}", words(step_word)),
        );
        let remedy = ("bổ sung nếu có", "add them if they are known");
        row.find(Severity::Note, "missing-steps", Column::Step, (&vi, &en), remedy);
    }
}

fn blocker(row: &mut Asked<'_, '_>, about: &About) -> Option<BlockerFact> {
    let text = row.said(Column::Blocker)?;
    if says_none(&text) {
        let message = ("không có vướng mắc: không ghi nhận", "nothing is in the way: none is kept");
        let remedy = ("không cần làm gì nếu đúng", "nothing to do if that is right");
        row.find(Severity::Note, "no-blocker", Column::Blocker, message, remedy);
        return None;
    }
    let kind = blocker_kind(&text);
    if kind == BlockerKind::Other {
        let message = (
            "không thuộc các loại đất, điện lưới, đường, truyền dẫn, giấy phép: giữ nguyên văn",
            "none of land, grid power, road, backhaul, permit: kept as written",
        );
        let remedy = ("ghi rõ loại nếu có", "name the kind if there is one");
        row.find(Severity::Warn, "blocker-kind", Column::Blocker, message, remedy);
    }
    if !row.cells.has(Column::BlockerSince) {
        let message = ("vướng mắc có từ ngày nào?", "since when is it in the way?");
        let remedy = ("ghi ngày bắt đầu", "write the day on which it began");
        row.find(Severity::Ask, "blocker-since", Column::BlockerSince, message, remedy);
    }
    let since = row.past_day(Column::BlockerSince);
    let lifted = row.past_day(Column::BlockerLifted);
    if let (Some(since), Some(lifted)) = (since, lifted)
        && lifted < since
    {
        let message = ("gỡ trước khi vướng", "lifted before it began");
        row.refuse("end-before-start", Column::BlockerLifted, message);
    }
    let responsible = agency(row);
    let text = match &responsible {
        Err(Some(written)) => format!("{text} (cơ quan giải quyết: {written})"),
        _ => text,
    };
    Some(BlockerFact {
        village: about.village.clone(),
        carrier: about.carrier.clone(),
        kind,
        since: since?,
        lifted,
        duty: about.duty.as_ref().map(|duty| duty.id.clone()),
        responsible: responsible.ok(),
        text,
        source: source_of(row),
    })
}

/// `Không`, `không có vướng mắc`, `-`.
fn says_none(text: &str) -> bool {
    const NONE: [&str; 12] = [
        "",
        "0",
        "khong",
        "khong co",
        "khong vuong",
        "khong vuong mac",
        "khong co vuong mac",
        "khong kho khan",
        "khong co kho khan",
        "khong co kho khan vuong mac",
        "chua co vuong mac",
        "chua phat sinh",
    ];
    NONE.contains(&&*fold_for_search(text))
}

/// Whose it is to clear: an agency of the register, by its id, its name or a shorter one. Others
/// (a commune's committee, the power company) are none of ours: named in the sender's words.
fn agency(row: &mut Asked<'_, '_>) -> Result<Slug, Option<String>> {
    let Some(text) = row.said(Column::Responsible) else { return Err(None) };
    if let Some(found) = agency_called(&text, row.known.agencies) {
        return Ok(found.id.clone());
    }
    let message = (
        "không có trong danh sách cơ quan: giữ nguyên văn cùng vướng mắc",
        "not among the agencies listed: kept as written beside the blocker",
    );
    let remedy = ("chọn trong danh sách nếu có", "choose from the list if it is there");
    let offered = row.known.agencies.iter().map(|agency| Candidate {
        id: agency.id.as_str().to_owned(),
        name: agency.name_vi.clone(),
        reason_vi: String::new(),
        reason_en: agency.name_en.clone(),
        score: 10,
    });
    let candidates: Vec<Candidate> = offered.collect();
    row.find(Severity::Note, "agency-as-written", Column::Responsible, message, remedy)
        .candidates = candidates;
    Err(Some(text))
}

/// One that alone is called so. `tỉnh Quảng Ngãi` at the end of its name is often left out.
fn agency_called<'a>(text: &str, agencies: &'a [AgencyFact]) -> Option<&'a AgencyFact> {
    let (key, without) = (fold_for_search(text), without_province(text));
    let called = |agency: &&AgencyFact| {
        let names = [&agency.name_vi, &agency.name_en].into_iter().chain(&agency.aliases);
        let mut names = names.map(String::as_str);
        agency.id.as_str() == text
            || names.any(|name| fold_for_search(name) == key || without_province(name) == without)
    };
    let mut found = agencies.iter().filter(called);
    found.next().filter(|_| found.next().is_none())
}

fn without_province(name: &str) -> String {
    let key = fold_for_search(name);
    let start = key.find(" tinh ").filter(|at| *at > 0);
    start.map_or(key.clone(), |at| key[..at].to_owned())
}

/// What may be read in two ways follows the decimal mark of its table, and says so.
fn estimated(row: &mut Asked<'_, '_>, text: &str) -> Option<u64> {
    let plainly = dong_of(text, None);
    if plainly.is_some() {
        return plainly;
    }
    let decimals = row.cells.decimals.clone()?;
    let proof = decimals.proof(Column::EstimateVnd)?;
    let found = dong_of(text, Some(proof.mark))?;
    row.cells.find(proof.note(), Column::EstimateVnd.as_str(), text);
    Some(found)
}

fn funding(row: &mut Asked<'_, '_>, about: &About, said: Option<Day>) -> Option<FundingFact> {
    let estimate = row.said(Column::EstimateVnd);
    let estimate_vnd = estimate.as_deref().map(|text| estimated(row, text));
    if estimate_vnd == Some(None) {
        let message = (
            "không đọc được thành một số đồng; viết như 1.200.000.000 hoặc 1,2 tỷ",
            "no one sum of dong; write 1.200.000.000 or 1,2 tỷ",
        );
        row.refuse("bad-estimate", Column::EstimateVnd, message);
    }
    if let Some(Some(sum)) =
        estimate_vnd.filter(|sum| sum.is_some_and(|sum| 0 < sum && sum < LEAST_VND))
    {
        let (vi, en) = (
            format!("chỉ {sum} đồng: thiếu đơn vị (triệu, tỷ)?"),
            format!("{sum} dong only: is its unit (million, milliard) missing?"),
        );
        let remedy = ("ghi cả đơn vị, như 2.500.000.000 hoặc 2,5 tỷ", "write the unit with it");
        let found =
            row.find(Severity::Ask, "estimate-small", Column::EstimateVnd, (&vi, &en), remedy);
        found.candidates.push(Candidate {
            id: format!("{sum} triệu đồng"),
            name: format!("{sum} triệu đồng"),
            reason_vi: "đơn vị thường dùng trong bảng vốn".to_owned(),
            reason_en: "the unit that tables of funds use".to_owned(),
            score: 50,
        });
    }
    let Some(duty) = &about.duty else {
        let message = (
            "nguồn vốn gắn với một nhiệm vụ; ở đây không có",
            "funding is of a duty, and there is none here",
        );
        row.refuse("no-duty", Column::Funds, message);
        return None;
    };
    Some(FundingFact {
        day: said.unwrap_or_else(|| row.known.today()),
        duty: duty.id.clone(),
        funds: row.said(Column::Funds).unwrap_or_default(),
        estimate_vnd: estimate_vnd.flatten(),
        source: source_of(row),
    })
}

/// By the words on paper; whole words only (*đạt* is no *đất*, *đường* no *đường truyền*).
pub fn blocker_kind(text: &str) -> BlockerKind {
    let folded = format!(" {} ", fold_for_search(text));
    let named = |words: &[&str]| words.iter().any(|word| folded.contains(&format!(" {word} ")));
    BLOCKERS.iter().find(|(_, words)| named(words)).map_or(BlockerKind::Other, |(kind, _)| *kind)
}

/// What the row rests on, in the sender's words.
fn source_of(row: &Asked<'_, '_>) -> String {
    row.cells.text(Column::Evidence).to_owned()
}

#[cfg(test)]
mod tests {
    use super::{AgencyFact, Slug, agency_called, blocker_kind};

    fn agency(id: &str, name: &str, aliases: &[&str]) -> AgencyFact {
        AgencyFact {
            id: Slug::new(id).expect("an id"),
            name_vi: name.to_owned(),
            name_en: id.to_owned(),
            aliases: aliases.iter().map(|&alias| alias.to_owned()).collect(),
            valid_from: None,
            valid_to: None,
            source: String::new(),
            inferred: None,
        }
    }

    #[test]
    fn agencies_are_known_by_the_names_that_people_write() {
        let agencies = [
            agency("bo-khcn", "Bộ Khoa học và Công nghệ", &["Bộ KH&CN"]),
            agency("so-khcn", "Sở Khoa học và Công nghệ tỉnh Quảng Ngãi", &["Sở KH&CN", "SKHCN"]),
            agency("so-tttt", "Sở Thông tin và Truyền thông tỉnh Quảng Ngãi", &["Sở TT&TT"]),
            agency("cong-an-tinh", "Công an tỉnh Quảng Ngãi", &["Công an tỉnh"]),
        ];
        let cases = [
            ("so-khcn", Some("so-khcn")),
            ("Sở KH&CN", Some("so-khcn")),
            ("sở kh&cn", Some("so-khcn")),
            ("skhcn", Some("so-khcn")),
            ("Sở Khoa học và Công nghệ", Some("so-khcn")),
            ("So Khoa hoc va Cong nghe", Some("so-khcn")),
            ("Sở TT&TT", Some("so-tttt")),
            ("Công an tỉnh", Some("cong-an-tinh")),
            ("Điện lực Ba Tơ", None),
            ("UBND xã Ba Tơ", None),
            ("Sở", None),
        ];
        for (text, expected) in cases {
            let found = agency_called(text, &agencies).map(|agency| agency.id.as_str());
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn what_stands_in_the_way_is_told_by_whole_words() {
        use super::BlockerKind::{Backhaul, GridPower, Land, Other, Permit, Road};
        let cases = [
            ("chưa có đất", Land),
            ("giải phóng mặt bằng", Land),
            ("điện lưới chưa tới", GridPower),
            ("đường truyền", Backhaul),
            ("đường sạt lở", Road),
            ("chờ giấy phép xây dựng", Permit),
            ("chưa thống nhất", Other),
        ];
        for (text, expected) in cases {
            assert_eq!(blocker_kind(text), expected, "{text}");
        }
    }
}
