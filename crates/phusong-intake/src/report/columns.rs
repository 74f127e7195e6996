//! The columns of a completion report and of a coverage claim, and what senders call them.

use phusong_atlas::gazetteer::fold_for_search;

/// A column, in the order of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Column {
    SiteCode,
    SiteName,
    Event,
    EventDay,
    Technologies,
    Bands,
    Longitude,
    Latitude,
    Crs,
    Commune,
    District,
    AntennaHeight,
    Villages,
    Households,
    Replaces,
    Photos,
    Note,
    // Coverage areas only.
    Carrier,
    FromDay,
    ToDay,
    Basis,
    Parameters,
    Environment,
    Service,
}

use Column::{
    AntennaHeight, Bands, Basis, Carrier, Commune, Crs, District, Environment, Event, EventDay,
    FromDay, Households, Latitude, Longitude, Note, Parameters, Photos, Replaces, Service,
    SiteCode, SiteName, Technologies, ToDay, Villages,
};

impl Column {
    /// The completion report (DOMAIN §6).
    pub const OF_REPORT: [Self; 17] = [
        SiteCode,
        SiteName,
        Event,
        EventDay,
        Technologies,
        Bands,
        Longitude,
        Latitude,
        Crs,
        Commune,
        District,
        AntennaHeight,
        Villages,
        Households,
        Replaces,
        Photos,
        Note,
    ];

    /// What a file of coverage areas may have beside them.
    const OF_CLAIM: [Self; 7] = [Carrier, FromDay, ToDay, Basis, Parameters, Environment, Service];

    /// The name in the template, the API and every finding.
    pub const fn as_str(self) -> &'static str {
        match self {
            SiteCode => "ma_tram",
            SiteName => "ten_tram",
            Event => "loai_su_kien",
            EventDay => "ngay_su_kien",
            Technologies => "cong_nghe",
            Bands => "bang_tan",
            Longitude => "kinh_do",
            Latitude => "vi_do",
            Crs => "he_toa_do",
            Commune => "xa",
            District => "huyen",
            AntennaHeight => "do_cao_anten_m",
            Villages => "cac_thon_phuc_vu",
            Households => "uoc_so_ho",
            Replaces => "thay_the",
            Photos => "anh",
            Note => "ghi_chu",
            Carrier => "nha_mang",
            FromDay => "tu_ngay",
            ToDay => "den_ngay",
            Basis => "can_cu",
            Parameters => "tham_so",
            Environment => "moi_truong",
            Service => "dich_vu",
        }
    }

    /// May a cell of the API hold a list?
    pub const fn is_list(self) -> bool {
        matches!(self, Technologies | Bands | Villages | Photos)
    }

    /// The template's own name, to the letter.
    pub fn named(name: &str) -> Option<Self> {
        Self::OF_REPORT.into_iter().find(|column| column.as_str() == name)
    }

    /// As people head their columns: the template's name, its Vietnamese words with or without
    /// accents, or English. A remark in brackets (`(m)`, `(WGS84)`) plays no part.
    pub fn headed(heading: &str) -> Option<Heading> {
        let bare = heading.split('(').next().unwrap_or_default();
        let folded = fold_for_search(bare);
        let all = Self::OF_REPORT.into_iter().chain(Self::OF_CLAIM);
        let known = all.into_iter().find(|column| {
            fold_for_search(column.as_str()) == folded || column.others().contains(&&*folded)
        });
        match &*folded {
            // In Vietnamese papers X is north; elsewhere it is east. The numbers tell.
            "x" | "toa do x" => Some(Heading { column: Latitude, axis_by_letter: true }),
            "y" | "toa do y" => Some(Heading { column: Longitude, axis_by_letter: true }),
            _ => known.map(|column| Heading { column, axis_by_letter: false }),
        }
    }

    /// Other headings, folded.
    const fn others(self) -> &'static [&'static str] {
        match self {
            SiteCode => &["ma bts", "ma site", "ma diem tram", "site code", "site id", "site"],
            SiteName => &["ten bts", "ten site", "ten", "site name", "name"],
            Event => &["su kien", "trang thai", "tinh trang", "event", "event type", "status"],
            EventDay => &["ngay", "ngay phat song", "date", "day", "event date", "event day"],
            Technologies => {
                &["technology", "technologies", "tech", "cac cong nghe", "loai cong nghe"]
            }
            Bands => &["tan so", "band", "bands", "frequency", "frequencies"],
            Longitude => &["longitude", "lon", "lng", "long", "easting", "toa do dong"],
            Latitude => &["latitude", "lat", "northing", "toa do bac"],
            Crs => &["he quy chieu", "he toa do vn2000 wgs84", "crs", "srs", "epsg"],
            Commune => {
                &["xa phuong", "phuong xa", "xa phuong thi tran", "phuong", "commune", "ward"]
            }
            District => &["huyen thi xa thanh pho", "quan huyen", "huyen cu", "district"],
            AntennaHeight => {
                &["do cao anten", "chieu cao anten", "antenna height", "antenna height m"]
            }
            Villages => &[
                "thon phuc vu",
                "cac thon",
                "thon",
                "thon lang",
                "ten thon",
                "villages",
                "village",
                "villages served",
            ],
            Households => &["so ho", "so ho dan", "households"],
            Replaces => &["dinh chinh", "dong thay the", "replaces", "corrects"],
            Photos => &["hinh anh", "photo", "photos"],
            Note => &["note", "notes", "remark", "remarks"],
            Carrier => &["doanh nghiep", "doanh nghiep vien thong", "carrier", "operator"],
            FromDay => &["ngay bat dau", "valid from", "from date", "start date"],
            ToDay => &["ngay ket thuc", "valid to", "to date", "end date"],
            Basis => &["co so", "basis"],
            Parameters => &["thong so", "parameters"],
            Environment => &["environment"],
            Service => &["service"],
        }
    }
}

/// What a heading stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heading {
    pub column: Column,
    /// `X` and `Y` say no axis: which is north is told by the numbers, and noted.
    pub axis_by_letter: bool,
}
