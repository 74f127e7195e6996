//! What papers say of duties, sites and periods: the register's words, in one place and no other.

use std::sync::Arc;

use phusong::report::{self, Asked, BundleOf, Periods, Views};
use phusong::service::today;
use phusong_atlas::atlas::{Atlas, Question};
use phusong_atlas::domain::{CarrierId, Day, Scope, VillageId};
use serde_json::json;

use crate::duties::merge;
use crate::edge;
use crate::house::House;

fn carrier(id: &str) -> CarrierId {
    CarrierId::new(id).expect("an id")
}

fn asked_on(day: Day) -> Asked {
    Asked { question: Question::default_on(day), known_at: today(), demo: false }
}

fn dossier(house: &House, scope: &Scope, village: &str) -> String {
    dossier_on(house, scope, village, today())
}

fn dossier_on(house: &House, scope: &Scope, village: &str, day: Day) -> String {
    let atlas = house.service.atlas(scope);
    let id = VillageId::new(village).expect("an id");
    let (_, card) = atlas.village(&id).expect("a village");
    report::dossier(&atlas, card, &asked_on(day)).text()
}

fn filed(house: &House, key: &str, path: &str, body: &serde_json::Value) -> String {
    let (status, answer) = house.post(path, key, body);
    assert_eq!(status, 201, "{answer}");
    answer["report"].as_str().expect("an id").to_owned()
}

fn told(house: &House, key: &str, row: &serde_json::Value) {
    filed(house, key, "/api/v1/progress", &json!({ "rows": [row] }));
}

/// The cells of a table's row, by its first.
fn row<'a>(paper: &'a str, first: &str) -> Vec<&'a str> {
    let line = paper.lines().find(|line| line.split(" | ").next() == Some(first));
    line.unwrap_or_else(|| panic!("{first} in {paper}")).split(" | ").collect()
}

#[test]
fn a_village_is_told_what_was_given_to_those_that_went_into_it() {
    let house = House::new();
    merge(&house);
    let paper = dossier(&house, &Scope::Officer, "lang-moi");
    assert!(paper.contains("Viettel: quá hạn (giao cho thôn Làng Cũ Thử, nay thuộc thôn này)."));
    assert!(!paper.contains("Chưa có nhiệm vụ nào"), "{paper}");
    assert!(paper.contains("ngày kể từ ngày giao nhiệm vụ"), "it waits since: {paper}");

    let atlas = house.service.atlas(&Scope::Officer);
    let of = BundleOf::Carrier(carrier("viettel"));
    let members = report::members(&atlas, &of, today());
    let names: Vec<&str> = members.iter().map(VillageId::as_str).collect();
    assert!(names.contains(&"lang-moi") && !names.contains(&"lang-cu"), "{names:?}");
    let summary = report::summary(&atlas, &of, &members, &asked_on(today())).text();
    assert!(summary.contains("Viettel, thử: quá hạn"), "{summary}");
    let bound = report::bound(&atlas, &of, &members, &asked_on(today()));
    let alone = report::summary(&atlas, &of, &members, &asked_on(today()));
    assert_ne!(bound.ident, alone.ident, "two papers, two names");

    let table = report::export::duties(&atlas, &asked_on(today()));
    assert_eq!(table.lines.len(), 10, "none is lost");
    let own = table.lines.iter().find(|line| format!("{:?}", line.cells[0]).contains("thu-1"));
    assert!(format!("{:?}", own.expect("its line").cells[5]).contains("Làng Mới Thử"));
    let gaps = period(&house, 2026, 10);
    assert_eq!(row(&gaps, "Nhiệm vụ phủ sóng đã xác nhận hoàn thành")[1], "10");
}

#[test]
fn a_paper_of_the_past_says_that_its_map_draws_the_communes_of_today() {
    let house = House::new();
    let words = "Xã vẽ theo đơn vị hiện nay.";
    for (day, says) in [("2024-01-10", true), ("2025-06-30", true), ("2025-07-01", false)] {
        let day = day.parse().expect("a day");
        let paper = dossier_on(&house, &Scope::Officer, "kon-doc", day);
        assert_eq!(paper.contains(words), says, "{day}: {paper}");
    }
}

#[test]
fn a_duty_that_was_not_given_yet_is_on_no_paper() {
    let house = House::new();
    let atlas = house.service.atlas(&Scope::Officer);
    let (before, given) = ("2023-06-06".parse().expect("a day"), today());
    let of = BundleOf::Carrier(carrier("vnpt"));
    assert_eq!(report::members(&atlas, &of, before), []);
    assert_eq!(report::members(&atlas, &of, given).len(), 2);
}

#[test]
fn what_is_confirmed_is_late_no_more_and_what_people_typed_ends_with_one_mark() {
    let house = House::new();
    let promise = json!({
        "document": { "number": "45/CV", "day": "2024-01-10" },
        "rows": [{ "village": "kon-doc", "promised": "2024-06-30" }],
    });
    filed(&house, &house.viettel, "/api/v1/progress", &promise);
    let blocked = json!({
        "village": "kon-doc", "blocker": "chờ giấy phép.", "blocked_since": "2024-05-01",
        "funds": "quỹ VTCI.", "estimate_vnd": 1_200_000_000_u64,
    });
    told(&house, &house.viettel, &blocked);
    let paper = dossier(&house, &Scope::Officer, "kon-doc");
    assert!(paper.contains("Đã qua ngày cam kết 30/6/2024"), "{paper}");
    assert_eq!(paper.matches("Đã qua ngày cam kết").count(), 1, "said once");
    assert!(paper.contains("chờ giấy phép.") && !paper.contains(".."), "{paper}");

    let done = json!({
        "village": "kon-doc", "carrier": "viettel", "step": "confirmed_complete",
        "step_day": "2026-10-20", "evidence": "BB nghiệm thu",
    });
    told(&house, &house.officer, &done);
    let paper = dossier(&house, &Scope::Officer, "kon-doc");
    assert!(paper.contains("Viettel: đã xác nhận hoàn thành."), "{paper}");
    assert!(!paper.contains("Đã qua ngày cam kết"), "{paper}");
}

#[test]
fn a_carriers_paper_says_that_it_tells_of_its_own_sites_alone() {
    let house = House::new();
    let report = edge::on_air("QNI0042", "kon-doc", "2026-10-01");
    filed(&house, &house.viettel, "/api/v1/reports", &report);
    let [own, rival] =
        ["viettel", "vnpt"].map(|id| dossier(&house, &Scope::Carrier(carrier(id)), "kon-doc"));
    assert!(own.contains("Trạm của Viettel đang phát sóng gần nhất") && own.contains("QNI0042"));
    assert!(own.contains("Phiếu này chỉ nêu trạm của Viettel."));
    assert!(rival.contains("Chưa có trạm nào của VNPT"), "others may have some: {rival}");
    let department = dossier(&house, &Scope::Officer, "kon-doc");
    assert!(department.contains("Trạm đang phát sóng gần nhất"), "{department}");
    // The archipelagos, beside a map that leaves them out.
    for words in
        ["[Quần đảo Hoàng Sa]", "[(TP. Đà Nẵng)]", "[Quần đảo Trường Sa]", "[(tỉnh Khánh Hòa)]"]
    {
        assert!(department.contains(words), "{words} in {department}");
    }
}

fn period(house: &House, year: i16, month: i8) -> String {
    let periods = Periods::ending_in(year, month).expect("periods");
    let known = |day: Day| -> Arc<Atlas> {
        house.service.atlas_known(&Scope::Officer, Some(day)).expect("an Atlas")
    };
    let now = house.service.atlas(&Scope::Officer);
    let views = Views {
        now,
        then_before: known(periods.before.to.plus_days(-1)),
        then_year: known(periods.year.to.plus_days(-1)),
    };
    let asked = asked_on(periods.this.to.plus_days(-1));
    report::period_report(&views, periods, &asked).text()
}

/// A village gets signal on 1/10: in the period from 15/9 to 14/10.
#[test]
fn a_period_is_held_against_what_the_one_before_and_last_years_brought() {
    let house = House::new();
    let report = edge::on_air("QNI0042", "kon-doc", "2026-10-01");
    filed(&house, &house.viettel, "/api/v1/reports", &report);
    let columns = |paper: &str, first: &str| -> Vec<String> {
        row(paper, first).into_iter().skip(1).map(str::to_owned).collect()
    };
    // Plan, period, cumulative, share, against the period before, against last year's.
    let october = period(&house, 2026, 10);
    assert_eq!(columns(&october, "Thôn đã phủ sóng"), ["9", "+1", "1", "11,1 %", "+1", "+1"]);
    let november = period(&house, 2026, 11);
    assert_eq!(columns(&november, "Thôn đã phủ sóng"), ["9", "0", "1", "11,1 %", "−1", "0"]);
    let september = period(&house, 2026, 9);
    assert_eq!(columns(&september, "Thôn đã phủ sóng"), ["9", "0", "0", "0,0 %", "0", "0"]);
    assert!(november.contains("còn 8 thôn trắng sóng hoặc lõm sóng."), "{november}");
    // Nobody knows how many households they have: no number, and no difference of two guesses.
    let households =
        columns(&november, "Hộ ở thôn trắng sóng hoặc lõm sóng (8 thôn chưa rõ số hộ)");
    assert_eq!(households, ["–", "–", "chưa rõ", "–", "–", "–"]);
}

#[test]
fn certificates_and_outages_stand_in_the_papers_of_their_village() {
    let house = House::new();
    let before = dossier(&house, &Scope::Officer, "kon-doc");
    assert!(!before.contains("Kiểm định") && !before.contains("Mất liên lạc"), "{before}");
    let certificate = json!({
        "number": "KĐ-2026-01", "issued": "2026-01-10", "expires": "2036-01-09",
        "villages": ["kon-doc"], "source": "Cục Viễn thông"
    });
    filed(&house, &house.viettel, "/api/v1/certificates", &certificate);
    let start = (phusong::service::now() - jiff::SignedDuration::from_hours(2)).to_string();
    let row = json!({"village": "kon-doc", "start": start, "cause": "mất điện"});
    filed(&house, &house.viettel, "/api/v1/outages", &json!({ "rows": [row] }));
    let paper = dossier(&house, &Scope::Officer, "kon-doc");
    let line = row_of(&paper, "KĐ-2026-01");
    assert!(line.contains("10/01/2026") && line.contains("đến hết ngày 09/01/2036"), "{line}");
    let line = row_of(&paper, "mất điện");
    assert!(line.contains("đang mất liên lạc"), "{line}");
}

fn row_of<'a>(paper: &'a str, words: &str) -> &'a str {
    paper.lines().find(|line| line.contains(words)).unwrap_or_else(|| panic!("{words} in {paper}"))
}

/// Figures of calendar months judge targets where no other were filed, and the paper says which.
#[test]
fn a_period_report_takes_the_periods_that_were_filed() {
    let house = edge::House::open();
    let csv = "Chỉ tiêu;Đơn vị;Kỳ;Tử số;Mẫu số;Nhà mạng;Chính thức\n\
        smartphone_share;Tỉnh Quảng Ngãi;10/2025;848;1000;;chính thức\n\
        smartphone_share;Tỉnh Quảng Ngãi;11/2025;700;1000;;sơ bộ\n";
    crate::acceptance_figures::file(&house, "officer", csv);
    let periods = Periods::ending_in(2025, 11).expect("periods");
    let atlas = house.service.atlas(&Scope::Officer);
    let views = Views { now: atlas.clone(), then_before: atlas.clone(), then_year: atlas };
    let asked = asked_on(periods.this.to.plus_days(-1));
    let paper = report::period_report(&views, periods, &asked).text();
    let line = row(&paper, "II.4a").join(" | ");
    assert!(line.contains(" % (01/10/2025–31/10/2025) | Đạt"), "{line}");
}

/// What had been reported, what is computed now, what moved; and where there was nothing, no zeros.
#[test]
fn what_was_reported_stands_beside_what_is_computed_now() {
    let house = House::new();
    let then = house.service.atlas(&Scope::Officer);
    let report = edge::on_air("QNI0042", "kon-doc", "2026-10-01");
    filed(&house, &house.viettel, "/api/v1/reports", &report);
    let periods = Periods::ending_in(2026, 11).expect("periods");
    let views = Views {
        now: house.service.atlas(&Scope::Officer),
        then_before: then,
        then_year: house
            .service
            .atlas_known(&Scope::Officer, Some(periods.year.to))
            .expect("an Atlas of nothing"),
    };
    let asked = asked_on(periods.this.to.plus_days(-1));
    let paper = report::period_report(&views, periods, &asked).text();
    assert!(paper.contains("Chỉ tiêu | Theo sổ lúc đó | Nay tính lại | Thay đổi"), "{paper}");
    assert!(paper.contains("Thôn đã phủ sóng | 0 | 1 | +1"), "{paper}");
    assert!(paper.contains("- Thôn Kon Dóc: lúc đó trắng sóng, nay đã phủ sóng."), "{paper}");
    assert_eq!(paper.matches("Khi đó sổ chưa có dữ liệu").count(), 1, "a year ago: {paper}");
    assert!(paper.contains("≥ 90 trên 100 dân"), "{paper}");
}

/// What was done to a mast is its owner's and the department's business, on paper and in the API.
#[test]
fn the_kind_of_a_site_event_is_told_to_who_may_know_of_the_site() {
    let house = House::new();
    let report = edge::on_air("QNI0042", "kon-doc", "2026-10-01");
    let id = filed(&house, &house.viettel, "/api/v1/reports", &report);
    let path = format!("/api/v1/reports/{id}/publish");
    assert_eq!(house.post(&path, &house.officer, &json!({})).0, 200);
    let scopes = [
        (Scope::Officer, &house.officer, true),
        (Scope::Carrier(carrier("viettel")), &house.viettel, true),
        (Scope::Carrier(carrier("vnpt")), &house.vnpt, false),
        (Scope::Public, &String::new(), false),
    ];
    for (scope, key, told) in scopes {
        let page = house.get("/api/v1/villages/kon-doc", key).1.to_string();
        let paper = dossier(&house, &scope, "kon-doc");
        for text in [page, paper] {
            assert_eq!(text.contains("báo phát sóng trạm"), told, "{scope:?}: {text}");
            assert_eq!(text.contains("Viettel báo: có sóng"), !told, "{scope:?}: {text}");
        }
    }
}
