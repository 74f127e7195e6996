//! The closed vocabularies of cells: events, yes and no, marks that repeat, words that name no
//! village.

use phusong_atlas::domain::SiteEventKind;
use phusong_atlas::gazetteer::fold_for_search;

/// What happened, as people write it, without accents.
const EVENTS: [(SiteEventKind, &[&str]); 6] = [
    (
        SiteEventKind::Planned,
        &[
            "planned",
            "ke hoach",
            "theo ke hoach",
            "du kien",
            "dang trien khai",
            "chua trien khai",
            "dang xay dung",
            "dang thi cong",
        ],
    ),
    (
        SiteEventKind::Built,
        &[
            "built",
            "xay xong",
            "da xay xong",
            "xay dung xong",
            "da xay dung",
            "xay dung hoan thanh",
        ],
    ),
    (
        SiteEventKind::OnAir,
        &["on air", "onair", "phat song", "da phat song", "dang phat song", "hoan thanh phat song"],
    ),
    (SiteEventKind::Changed, &["changed", "nang cap", "dieu chinh", "da nang cap"]),
    (
        SiteEventKind::OffAir,
        &[
            "off air",
            "offair",
            "tam ngung",
            "tam dung",
            "ngung phat song",
            "tat song",
            "ngung hoat dong",
        ],
    ),
    (SiteEventKind::Decommissioned, &["decommissioned", "thao do", "da thao do"]),
];

/// How a site stands in a list, rather than what happened to it.
const STANDING: [(SiteEventKind, &[&str]); 2] = [
    (
        SiteEventKind::OnAir,
        &["dang hoat dong", "hoat dong", "dang khai thac", "hoat dong binh thuong", "active"],
    ),
    (SiteEventKind::OffAir, &["khong hoat dong", "dung hoat dong", "inactive"]),
];

/// Words that do not tell whether it was built or on air.
const BARE_COMPLETE: [&str; 7] =
    ["hoan thanh", "da hoan thanh", "hoan tat", "da xong", "xong", "completed", "done"];

/// What `loai_su_kien` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventWord {
    Event(SiteEventKind),
    /// So it stands in a list of sites.
    Standing(SiteEventKind),
    BareComplete,
    Unknown,
}

/// From a folded word.
pub fn event_of(folded: &str) -> EventWord {
    let named =
        |(event, words): &(SiteEventKind, &[&str])| words.contains(&folded).then_some(*event);
    if let Some(event) = EVENTS.iter().find_map(named) {
        EventWord::Event(event)
    } else if let Some(event) = STANDING.iter().find_map(named) {
        EventWord::Standing(event)
    } else if BARE_COMPLETE.contains(&folded) {
        EventWord::BareComplete
    } else {
        EventWord::Unknown
    }
}

/// The Vietnamese word for a choice.
pub const fn event_vi(event: SiteEventKind) -> &'static str {
    match event {
        SiteEventKind::Planned => "kế hoạch",
        SiteEventKind::Built => "xây xong",
        SiteEventKind::OnAir => "phát sóng",
        SiteEventKind::Changed => "nâng cấp, điều chỉnh",
        SiteEventKind::OffAir => "tạm ngừng",
        SiteEventKind::Decommissioned => "tháo dỡ",
    }
}

/// What a cell says of a question with two answers (điện lưới, đặc biệt khó khăn).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum YesNo {
    Yes,
    No,
    /// Said in so many words: “chưa rõ”.
    Unknown,
}

impl YesNo {
    /// `None` where it is said to be unknown.
    pub const fn known(self) -> Option<bool> {
        match self {
            Self::Yes => Some(true),
            Self::No => Some(false),
            Self::Unknown => None,
        }
    }
}

/// `có`, `không`, `chưa rõ`; `None` for other words. `1` and `0` are the marks of programs.
pub fn yes_no(text: &str) -> Option<YesNo> {
    // A cross in a form ticks the box.
    const YES: [&str; 11] =
        ["co", "yes", "true", "1", "da co", "co dien", "y", "dung", "v", "x", "dien luoi"];
    const NO: [&str; 10] = [
        "khong",
        "no",
        "false",
        "0",
        "chua",
        "chua co",
        "khong co",
        "n",
        "khong co dien",
        "chua co dien",
    ];
    const UNKNOWN: [&str; 6] =
        ["chua ro", "khong ro", "unknown", "chua xac dinh", "chua biet", "chua thong ke"];
    let folded = fold_for_search(text);
    let says = |words: &[&str]| words.contains(&folded.as_str());
    match () {
        () if says(&YES) || matches!(text.trim(), "✓" | "✔" | "☑") => Some(YesNo::Yes),
        () if says(&NO) => Some(YesNo::No),
        () if says(&UNKNOWN) => Some(YesNo::Unknown),
        () => None,
    }
}

/// A mark that says “the same as above”.
pub fn is_ditto(text: &str) -> bool {
    const WORDS: [&str; 8] =
        ["nt", "như trên", "như dòng trên", "như hàng trên", "id", "idem", "ibid", "ditto"];
    const MARKS: [&str; 7] = ["\"", "''", "“", "”", "〃", "ˮ", "//"];
    // Asked of every cell: most are told by their first sign.
    let begins = ['"', '\'', '“', '”', '〃', 'ˮ', '-', '–', '—', '/', 'n', 'N', 'i', 'I', 'd', 'D'];
    let text = text.trim();
    if !text.starts_with(begins) || text.len() > 32 {
        return false;
    }
    // Between dashes or not: `-nt-`, `- “ -`.
    let bare = text.trim_matches(['-', '–', '—', ' ', '.']).to_lowercase();
    let words = bare.split_whitespace().collect::<Vec<_>>().join(" ");
    WORDS.contains(&words.as_str()) || MARKS.contains(&words.replace(' ', "").as_str())
}

/// Words where villages should be named, and none is. They bind no village.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vague {
    /// `toàn xã`.
    WholeCommune,
    /// `các thôn còn lại`.
    TheRest,
    /// `lân cận`.
    Nearby,
}

pub fn vague(text: &str) -> Option<Vague> {
    let folded = fold_for_search(text);
    let has = |words: &[&str]| words.iter().any(|word| folded.contains(word));
    if has(&["con lai", "cac thon khac", "nhung thon khac"]) {
        Some(Vague::TheRest)
    } else if has(&["lan can", "xung quanh", "vung phu can", "phu can", "gan do"]) {
        Some(Vague::Nearby)
    } else if has(&[
        "toan xa",
        "ca xa",
        "tat ca cac thon",
        "toan bo cac thon",
        "toan phuong",
        "khap xa",
    ]) || folded == "tat ca"
        || folded == "toan bo"
    {
        Some(Vague::WholeCommune)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_as_people_call_them() {
        let cases = [
            ("phát sóng", EventWord::Event(SiteEventKind::OnAir)),
            ("Đã phát sóng", EventWord::Event(SiteEventKind::OnAir)),
            ("xây xong", EventWord::Event(SiteEventKind::Built)),
            ("đang xây dựng", EventWord::Event(SiteEventKind::Planned)),
            ("tháo dỡ", EventWord::Event(SiteEventKind::Decommissioned)),
            ("hoàn thành", EventWord::BareComplete),
            ("Xong", EventWord::BareComplete),
            ("tốt", EventWord::Unknown),
        ];
        for (text, expected) in cases {
            assert_eq!(event_of(&fold_for_search(text)), expected, "{text}");
        }
    }

    #[test]
    fn yes_no_and_nobody_knows() {
        let cases = [
            ("Có", Some(YesNo::Yes)),
            ("chưa có", Some(YesNo::No)),
            ("Không", Some(YesNo::No)),
            ("chưa rõ", Some(YesNo::Unknown)),
            ("một phần", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(yes_no(text), expected, "{text}");
        }
    }

    #[test]
    fn words_that_name_no_village_and_marks_that_repeat() {
        assert_eq!(vague("Toàn xã"), Some(Vague::WholeCommune));
        assert_eq!(vague("các thôn còn lại"), Some(Vague::TheRest));
        assert_eq!(vague("Làng Mâm và lân cận"), Some(Vague::Nearby));
        assert_eq!(vague("Làng Mâm"), None);
        for mark in ["\"", "-nt-", "- nt -", "Như trên", "〃"] {
            assert!(is_ditto(mark), "{mark}");
        }
        for mark in ["nt.", "- nt -", "-”-", "—“—", "- \" -", "//", "như dòng trên", "Id.", "idem"]
        {
            assert!(is_ditto(mark), "{mark}");
        }
        for word in ["-", "..", "...", "/", "i", "Nước Giáp", "Ia Đal", "Đồng", "nt 2", "2//3"]
        {
            assert!(!is_ditto(word), "{word}");
        }
        assert!(!is_ditto("Ba Tơ"));
        assert!(!is_ditto(""));
    }
}
