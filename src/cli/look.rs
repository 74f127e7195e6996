//! `phusong gaps`, `village` and `export`: read a data directory beside a running service, with
//! the parameters and shapes of the API.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use clap::Args;
use comfy_table::{ContentArrangement, Table};
use phusong_atlas::atlas::Atlas;
use phusong_atlas::domain::{CarrierId, Day, Scope, VillageId};
use phusong_atlas::gazetteer::{How, Resolution, VillageQuery};
use phusong_atlas::history::History;

use super::commands::{Done, fail, say, say_if_demo};
use super::progress::Long;
use super::{Failure, story};
use crate::http::terminal::{self, GapList, Told};
use crate::service::{Service, gazetteer_of};

/// Where to read, with whose eyes, as known when.
#[derive(Debug, Args)]
pub struct Eyes {
    /// Thư mục dữ liệu. / Data directory.
    #[arg(long, env = "PHUSONG_DATA")]
    data: PathBuf,
    /// Góc nhìn: public, officer, approver, carrier:viettel. / Whose view.
    #[arg(long, default_value = "officer")]
    scope: String,
    /// Theo dữ liệu nhận đến hết ngày. / As known on a day; default now.
    #[arg(long, alias = "known_at")]
    known_at: Option<String>,
}

/// A list of one day.
#[derive(Debug, Args)]
pub struct Listing {
    #[command(flatten)]
    eyes: Eyes,
    /// Tính đến hết ngày YYYY-MM-DD; mặc định hôm nay. / On which day; default today.
    #[arg(long, alias = "as_of")]
    as_of: Option<String>,
    /// Nhà mạng, cách nhau bằng dấu phẩy. / Carriers, with commas.
    #[arg(long)]
    carrier: Option<String>,
    /// Cho chương trình: như API. / For programs: the shape of the API.
    #[arg(long)]
    json: bool,
}

impl Listing {
    pub(super) fn open(&self) -> Result<Atlas, Failure> {
        Ok(self.eyes.open()?.0)
    }

    pub(super) fn query(&self, own: &[(&str, &Option<String>)]) -> String {
        let stated: [(&str, &Option<String>); 2] =
            [("as_of", &self.as_of), ("carrier", &self.carrier)];
        self.eyes.query(&[&stated, own].concat())
    }

    pub(super) fn tell<T: serde::Serialize>(
        &self,
        answer: &T,
        shown: impl FnOnce(&T) -> String,
    ) -> Done {
        self.eyes.tell(answer, self.json, |answer| say(&shown(answer)))
    }
}

/// The same with a question.
#[derive(Debug, Args)]
pub struct Reading {
    #[command(flatten)]
    eyes: Eyes,
    /// Tính đến hết ngày YYYY-MM-DD; mặc định hôm nay. / On which day; default today.
    #[arg(long, alias = "as_of")]
    as_of: Option<String>,
    /// Nhà mạng, cách nhau bằng dấu phẩy. / Carriers, with commas; default every operator.
    #[arg(long)]
    carrier: Option<String>,
    /// any, each.
    #[arg(long)]
    mode: Option<String>,
    /// 2G, 3G, 4G, 5G: tối thiểu. / At least.
    #[arg(long)]
    technology: Option<String>,
    /// E1 … E5: mức xác minh tối thiểu. / Least grade of evidence.
    #[arg(long)]
    grade: Option<String>,
    /// outdoor, indoor.
    #[arg(long)]
    environment: Option<String>,
    /// data, voice.
    #[arg(long)]
    service: Option<String>,
}

/// Where: the names of the API.
#[derive(Debug, Args)]
pub struct Places {
    /// Mã xã hiện nay. / Code of a commune of today.
    #[arg(long)]
    unit: Option<String>,
    /// Mã xã cũ. / Code of an old commune.
    #[arg(long, alias = "commune_old")]
    commune_old: Option<String>,
    /// Mã huyện cũ. / Code of an old district.
    #[arg(long)]
    district: Option<String>,
}

/// Which villages, in which order: the names of the API.
#[derive(Debug, Args)]
pub struct Filters {
    /// no_signal, partial_hole, not_as_asked, insufficient, covered; có thể nhiều. / Several.
    #[arg(long)]
    verdict: Option<String>,
    /// none, open, overdue.
    #[arg(long)]
    duty: Option<String>,
    #[command(flatten)]
    places: Places,
    /// west,south,east,north.
    #[arg(long, allow_hyphen_values = true)]
    bbox: Option<String>,
    /// lon,lat; cùng --radius-m. / With --radius-m.
    #[arg(long, allow_hyphen_values = true)]
    near: Option<String>,
    /// Mét. / Metres.
    #[arg(long, alias = "radius_m")]
    radius_m: Option<String>,
    /// yes, no, unknown.
    #[arg(long, alias = "grid_power")]
    grid_power: Option<String>,
    /// yes, no, unknown.
    #[arg(long, alias = "especially_hard")]
    especially_hard: Option<String>,
    /// households, waiting, distance, name.
    #[arg(long)]
    sort: Option<String>,
}

/// `name=value&…` of what is stated; values are escaped.
pub fn query_of(pairs: &[(&str, &Option<String>)]) -> String {
    let stated = pairs.iter().filter_map(|(name, value)| Some((*name, value.as_ref()?)));
    let escaped = |text: &str| -> String {
        text.bytes()
            .map(|byte| match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b',' => {
                    char::from(byte).to_string()
                }
                other => format!("%{other:02X}"),
            })
            .collect()
    };
    stated.map(|(name, value)| format!("{name}={}", escaped(value))).collect::<Vec<_>>().join("&")
}

impl Reading {
    pub(super) fn query(&self) -> String {
        self.eyes.query(&[
            ("as_of", &self.as_of),
            ("carrier", &self.carrier),
            ("mode", &self.mode),
            ("technology", &self.technology),
            ("grade", &self.grade),
            ("environment", &self.environment),
            ("service", &self.service),
        ])
    }

    pub(super) fn open(&self) -> Result<(Atlas, History), Failure> {
        self.eyes.open()
    }

    pub(super) fn open_known(&self, day: Option<Day>) -> Result<(Atlas, History), Failure> {
        self.eyes.open_known(day)
    }

    pub(super) fn known_at(&self) -> Result<Option<Day>, Failure> {
        self.eyes.known_at()
    }

    pub(super) fn data(&self) -> &Path {
        self.eyes.data()
    }

    pub(super) fn tell<T: serde::Serialize>(
        &self,
        answer: &T,
        json: bool,
        shown: impl FnOnce(&T) -> Done,
    ) -> Done {
        self.eyes.tell(answer, json, shown)
    }
}

impl Eyes {
    pub(super) fn open(&self) -> Result<(Atlas, History), Failure> {
        self.open_known(self.known_at()?)
    }

    /// The same as known on another day.
    pub(super) fn open_known(&self, day: Option<Day>) -> Result<(Atlas, History), Failure> {
        let scope = scope_of(&self.scope)?;
        let long = Long::of_unknown_length("đọc sổ / reading the ledger");
        let read = Service::read_past(&self.data, scope.clone(), day);
        long.done();
        let (atlas, history) = read?;
        // A carrier that nobody knows would see what the public sees, and take it for its own.
        if let Scope::Carrier(id) = &scope
            && atlas.common.carrier(id).is_none()
        {
            let known = atlas.common.carriers.iter().map(|carrier| carrier.id.as_str());
            let known = known.collect::<Vec<_>>().join(", ");
            return Err(fail(
                2,
                format!("--scope: không có doanh nghiệp “{id}”; có: {known}"),
                format!("--scope: there is no carrier {id:?}; there are: {known}"),
            ));
        }
        Ok((atlas, history))
    }

    pub(super) fn data(&self) -> &Path {
        &self.data
    }

    pub(super) fn known_at(&self) -> Result<Option<Day>, Failure> {
        day("--known-at", self.known_at.as_deref())
    }

    /// A query of the API with these eyes.
    pub(super) fn query(&self, own: &[(&str, &Option<String>)]) -> String {
        query_of(&[&[("known_at", &self.known_at)], own].concat())
    }

    /// An answer of the API: as it is for programs, else as `shown`; whether the data are invented
    /// is said in both.
    pub(super) fn tell<T: serde::Serialize>(
        &self,
        answer: &T,
        json: bool,
        shown: impl FnOnce(&T) -> Done,
    ) -> Done {
        let demo = say_if_demo(&self.data)?;
        if json { as_json(answer, demo) } else { shown(answer) }
    }
}

fn scope_of(text: &str) -> Result<Scope, Failure> {
    let carrier = |id: &str| CarrierId::new(id).ok().map(Scope::Carrier);
    match text {
        "public" => Some(Scope::Public),
        "officer" => Some(Scope::Officer),
        "approver" => Some(Scope::Approver),
        other => other.strip_prefix("carrier:").and_then(carrier),
    }
    .ok_or_else(|| {
        fail(
            2,
            "--scope: public, officer, approver hoặc carrier:MÃ",
            "--scope: public, officer, approver or carrier:ID",
        )
    })
}

impl Places {
    const fn stated(&self) -> [(&'static str, &Option<String>); 3] {
        let Self { unit, commune_old, district } = self;
        [("unit", unit), ("commune_old", commune_old), ("district", district)]
    }

    pub(super) fn query(&self) -> String {
        query_of(&self.stated())
    }
}

impl Filters {
    pub(super) fn query(&self) -> String {
        let [unit, commune_old, district] = self.places.stated();
        query_of(&[
            ("verdict", &self.verdict),
            ("duty", &self.duty),
            unit,
            commune_old,
            district,
            ("bbox", &self.bbox),
            ("near", &self.near),
            ("radius_m", &self.radius_m),
            ("grid_power", &self.grid_power),
            ("especially_hard", &self.especially_hard),
            ("sort", &self.sort),
        ])
    }
}

pub(super) fn day(name: &str, text: Option<&str>) -> Result<Option<Day>, Failure> {
    text.map(str::parse).transpose().map_err(|_no_day| {
        let vi = format!("{name}: cần ngày YYYY-MM-DD");
        fail(2, vi, format!("{name}: a day YYYY-MM-DD is needed"))
    })
}

pub fn usage((vi, en): Told) -> Failure {
    fail(2, vi, en)
}

fn as_json(value: &impl serde::Serialize, demo: bool) -> Done {
    let unwritable = |error: serde_json::Error| fail(74, error.to_string(), error.to_string());
    let mut body = serde_json::to_value(value).map_err(unwritable)?;
    if demo {
        body["demo"] = true.into();
    }
    say(&body.to_string())
}

/// As wide as the terminal; lines and no colour, so that it reads the same in a file.
pub fn table(headings: &[&str]) -> Table {
    let mut table = Table::new();
    table.set_header(headings.to_vec());
    let columns = std::env::var("COLUMNS").ok().and_then(|text| text.parse::<u16>().ok());
    if let Some(columns) = columns.filter(|_| std::io::stdout().is_terminal()) {
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(columns);
    }
    table
}

pub fn gaps(reading: &Reading, filters: &Filters, json: bool) -> Done {
    let (atlas, _) = reading.open()?;
    let query = format!("{}&{}", reading.query(), filters.query());
    let list = terminal::gap_list(&atlas, query.trim_matches('&')).map_err(usage)?;
    reading.tell(&list, json, gap_lines)
}

fn gap_lines(list: &GapList) -> Done {
    say(&gap_table(list).to_string())?;
    let households: u64 = list.items.iter().filter_map(|item| item.households.map(u64::from)).sum();
    let unknown = list.items.iter().filter(|item| item.households.is_none()).count();
    let (villages, day) = (list.items.len(), &list.as_of);
    let households = households_vi(households, unknown);
    say(&format!("{villages} thôn; {households}; tính đến hết ngày {day}."))
}

/// Households of places of which so many are not counted: of none that is known, none is "≥ 0".
pub fn households_vi(known: u64, unknown: usize) -> String {
    match (known, unknown) {
        (known, 0) => format!("{known} hộ"),
        (0, unknown) => format!("chưa rõ số hộ: {unknown} thôn"),
        (known, unknown) => format!("≥ {known} hộ; chưa rõ số hộ: {unknown} thôn"),
    }
}

fn gap_table(list: &GapList) -> Table {
    let mut table = table(&["Mã", "Thôn", "Xã", "Đánh giá", "Số hộ", "Nhiệm vụ", "Số ngày chờ"]);
    for item in &list.items {
        let duties: Vec<String> =
            item.duties.iter().map(|duty| format!("{} {}", duty.carrier, duty.clause)).collect();
        table.add_row([
            item.id.clone(),
            item.name.clone().unwrap_or_default(),
            item.commune.name.clone().unwrap_or_default(),
            story::judged(item),
            item.households.map_or_else(|| "chưa rõ".to_owned(), |count| count.to_string()),
            duties.join("; "),
            item.waiting_days.map_or_else(String::new, |days| days.to_string()),
        ]);
    }
    table
}

pub fn village(reading: &Reading, name: &str, json: bool) -> Done {
    let (atlas, history) = reading.open()?;
    let id = village_named(&history, name)?;
    let page = terminal::village_page(&atlas, &history, &id, &reading.query()).map_err(usage)?;
    let page = page.map_err(|(vi, en)| {
        let (vi, en) = (format!("thôn “{name}”: {vi}"), format!("village {name:?}: {en}"));
        fail(66, vi, en)
    })?;
    reading.tell(&page, json, story::told)
}

/// A handle or a name; without accents when one village alone can be meant, and that is said.
pub(super) fn village_named(history: &History, name: &str) -> Result<VillageId, Failure> {
    let gazetteer = gazetteer_of(history);
    let query = VillageQuery { name, ..VillageQuery::default() };
    let places = match gazetteer.resolve_village(&query) {
        Resolution::Found { id, .. } => return Ok(id),
        Resolution::Ambiguous(places) | Resolution::Unknown(places) => places,
    };
    let mut folded = places.iter().filter(|place| place.reason.how == How::Folded);
    if let (Some(place), None) = (folded.next(), folded.next()) {
        eprintln!("Hiểu là / Taken as: {} ({})", place.name, place.id);
        return Ok(place.id.clone());
    }
    if places.is_empty() {
        return Err(fail(
            66,
            format!("không có thôn nào tên “{name}”; phusong gaps liệt kê các thôn"),
            format!("there is no village called {name:?}; phusong gaps lists villages"),
        ));
    }
    let candidates: Vec<String> = places
        .iter()
        .map(|place| format!("  {}  {} ({})", place.id, place.name, place.units.join(", ")))
        .collect();
    let list = candidates.join("\n");
    Err(fail(
        66,
        format!("không rõ thôn “{name}”; có thể là:\n{list}"),
        format!("which village is {name:?}? See the list above."),
    ))
}

/// Writes the villages of a view as files into an empty directory.
pub fn export(reading: &Reading, to: &Path) -> Done {
    let (atlas, _) = reading.open()?;
    let demo = say_if_demo(&reading.eyes.data)?;
    let io = |error: std::io::Error| {
        let vi = format!("{}: không ghi được", to.display());
        let full = error.kind() == std::io::ErrorKind::StorageFull;
        fail(if full { 73 } else { 74 }, vi, format!("{}: {error}", to.display()))
    };
    std::fs::create_dir_all(to).map_err(io)?;
    if std::fs::read_dir(to).map_err(io)?.next().is_some() {
        let vi = format!("{}: thư mục phải rỗng", to.display());
        return Err(fail(2, vi, format!("{}: the directory must be empty", to.display())));
    }
    let all = "verdict=no_signal,partial_hole,not_as_asked,insufficient,covered";
    let mut files = Vec::new();
    for (name, filter) in [("gaps", ""), ("villages", all)] {
        let query = format!("{}&{filter}", reading.query());
        let list = terminal::gap_list(&atlas, query.trim_matches('&')).map_err(usage)?;
        let mut json = serde_json::to_value(&list).unwrap_or_default();
        json["scope"] = reading.eyes.scope.clone().into();
        json["demo"] = demo.into();
        files.push((to.join(format!("{name}.json")), json.to_string().into_bytes()));
        files.push((to.join(format!("{name}.csv")), terminal::csv(list, atlas.sees_sites())));
    }
    let tables = terminal::exports(&atlas, &reading.query(), demo).map_err(usage)?;
    files.extend(tables.into_iter().map(|(name, bytes)| (to.join(name), bytes)));
    write_whole(&files).map_err(io)?;
    say(&to.display().to_string())
}

/// All of the files, each whole, or none of them.
fn write_whole(files: &[(PathBuf, Vec<u8>)]) -> std::io::Result<()> {
    let part = |path: &Path| path.with_added_extension("part");
    let written = files.iter().try_for_each(|(path, bytes)| std::fs::write(part(path), bytes));
    let named = written
        .and_then(|()| files.iter().try_for_each(|(path, _)| std::fs::rename(part(path), path)));
    if named.is_err() {
        for (path, _) in files {
            let _never_written = std::fs::remove_file(part(path));
            let _never_named = std::fs::remove_file(path);
        }
    }
    named
}
