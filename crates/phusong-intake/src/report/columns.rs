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
    /// The sender's running number: checked, never kept.
    Ordinal,
    /// One village to a row, in every template but the report's.
    Village,
    VillageId,
    VillageKind,
    OtherNames,
    Cluster,
    IsCentre,
    People,
    Power,
    EspeciallyPoor,
    Predecessor,
    Uncertainty,
    Says,
    ObservedDay,
    Observer,
    Indicator,
    Unit,
    Period,
    Numerator,
    Denominator,
    Share,
    IsFinal,
    Clause,
    Step,
    StepDay,
    PromisedDay,
    Blocker,
    Evidence,
    OutageStart,
    OutageEnd,
    Cause,
    Time,
    Level,
    NetworkType,
    OperatorName,
    UnitCode,
}

use Column::{
    AntennaHeight, Bands, Basis, Blocker, Carrier, Cause, Clause, Cluster, Commune, Crs,
    Denominator, District, Environment, EspeciallyPoor, Event, EventDay, Evidence, FromDay,
    Households, Indicator, IsCentre, IsFinal, Latitude, Level, Longitude, NetworkType, Note,
    Numerator, ObservedDay, Observer, OperatorName, Ordinal, OtherNames, OutageEnd, OutageStart,
    Parameters, People, Period, Photos, Power, Predecessor, PromisedDay, Replaces, Says, Service,
    Share, SiteCode, SiteName, Step, StepDay, Technologies, Time, ToDay, Uncertainty, Unit,
    UnitCode, Village, VillageId, VillageKind, Villages,
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
            Ordinal => "stt",
            Village => "thon",
            VillageId => "ma_thon",
            VillageKind => "loai_thon",
            OtherNames => "ten_khac",
            Cluster => "cum_dan_cu",
            IsCentre => "trung_tam",
            People => "nhan_khau",
            Power => "dien_luoi",
            EspeciallyPoor => "dac_biet_kho_khan",
            Predecessor => "thon_cu",
            Uncertainty => "sai_so_m",
            Says => "co_song",
            ObservedDay => "ngay_quan_sat",
            Observer => "nguoi_quan_sat",
            Indicator => "chi_tieu",
            Unit => "don_vi",
            Period => "ky",
            Numerator => "tu_so",
            Denominator => "mau_so",
            Share => "ty_le",
            IsFinal => "chinh_thuc",
            Clause => "dieu_khoan",
            Step => "moc",
            StepDay => "ngay_dat",
            PromisedDay => "ngay_cam_ket",
            Blocker => "vuong_mac",
            Evidence => "bang_chung",
            OutageStart => "bat_dau",
            OutageEnd => "ket_thuc",
            Cause => "nguyen_nhan",
            Time => "thoi_gian",
            Level => "muc_thu_dbm",
            NetworkType => "loai_mang",
            OperatorName => "ten_mang",
            UnitCode => "ma_don_vi",
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

    /// As people head the columns of a report or a claim.
    pub fn headed(heading: &str) -> Option<Heading> {
        let all: Vec<Self> = Self::OF_REPORT.into_iter().chain(Self::OF_CLAIM).collect();
        Self::headed_among(heading, &all)
    }

    /// Which of these a heading stands for: the template's name, its Vietnamese words with or
    /// without accents, or English. A remark in brackets (`(m)`, `(WGS84)`) plays no part.
    pub fn headed_among(heading: &str, among: &[Self]) -> Option<Heading> {
        let bare = heading.split('(').next().unwrap_or_default();
        let folded = fold_for_search(bare);
        let by_letter = match &*folded {
            "x" | "toa do x" => Some(Latitude),
            "y" | "toa do y" => Some(Longitude),
            _ => None,
        };
        if let Some(column) = by_letter.filter(|column| among.contains(column)) {
            return Some(Heading { column, axis_by_letter: true });
        }
        let known = among.iter().find(|column| {
            fold_for_search(column.as_str()) == folded || column.others().contains(&&*folded)
        });
        known.map(|column| Heading { column: *column, axis_by_letter: false })
    }

    /// Other headings, folded.
    const fn others(self) -> &'static [&'static str] {
        match self {
            SiteCode => &["ma bts", "ma site", "ma diem tram", "site code", "site id", "site"],
            SiteName => &["ten bts", "ten site", "ten", "site name", "name"],
            Event => &[
                "su kien",
                "trang thai",
                "tinh trang",
                "tinh trang tram",
                "tien do",
                "event",
                "event type",
                "status",
            ],
            EventDay => &[
                "ngay",
                "ngay phat song",
                "ngay hoan thanh",
                "thoi gian phat song",
                "thoi gian hoan thanh",
                "date",
                "day",
                "event date",
                "event day",
            ],
            Technologies => {
                &["technology", "technologies", "tech", "cac cong nghe", "loai cong nghe"]
            }
            Bands => &["tan so", "band", "bands", "frequency", "frequencies"],
            Longitude => {
                &["longitude", "lon", "lng", "long", "easting", "toa do dong", "kinh do e"]
            }
            Latitude => &["latitude", "lat", "northing", "toa do bac", "vi do n"],
            Crs => &["he quy chieu", "he toa do vn2000 wgs84", "crs", "srs", "epsg"],
            Commune => &[
                "xa phuong",
                "phuong xa",
                "xa phuong thi tran",
                "phuong",
                "commune",
                "ward",
                "ten xa",
            ],
            District => &[
                "huyen thi xa thanh pho",
                "huyen tx tp",
                "huyen thi",
                "quan huyen",
                "huyen cu",
                "ten huyen",
                "district",
            ],
            AntennaHeight => &[
                "do cao anten",
                "chieu cao anten",
                "do cao cot",
                "chieu cao cot",
                "antenna height",
                "antenna height m",
            ],
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
            Ordinal => &["tt", "so tt", "no", "ordinal"],
            Village => &["ten thon", "thon lang", "thon to dan pho", "thon ban", "village"],
            VillageId => &["ma thon to", "village id", "handle"],
            VillageKind => &["loai", "loai hinh", "kind"],
            OtherNames => &["ten goi khac", "other names", "aliases"],
            Cluster => &["cum", "khu dan cu", "diem dan cu", "cluster", "ten cum"],
            IsCentre => &["la trung tam", "trung tam thon", "centre", "center"],
            People => &["so khau", "dan so", "so nhan khau", "people", "population"],
            Power => &["dien", "co dien luoi", "power", "grid power"],
            EspeciallyPoor => &["thon dac biet kho khan", "dbkk", "especially hard"],
            Predecessor => &["thon truoc khi sap nhap", "sap nhap tu", "tach tu", "predecessor"],
            Uncertainty => &["sai so", "do chinh xac", "uncertainty m", "accuracy"],
            Says => &["tinh trang song", "song di dong", "song", "ket qua", "coverage", "says"],
            ObservedDay => &["ngay", "ngay kiem tra", "ngay xac nhan", "observed", "date"],
            Observer => &["nguoi xac nhan", "nguoi kiem tra", "can bo", "observer"],
            Indicator => &["ten chi tieu", "indicator"],
            Unit => &["dia ban", "don vi hanh chinh", "xa huyen", "unit", "area"],
            Period => &["ky bao cao", "thang", "thoi ky", "period", "month"],
            Numerator => &["so luong", "thuc hien", "numerator", "count"],
            Denominator => &["tong so", "denominator", "total"],
            Share => &["ti le", "phan tram", "share", "percent"],
            IsFinal => &["trang thai so lieu", "so lieu", "final"],
            Clause => &["muc", "nhiem vu", "can cu giao", "clause", "duty"],
            Step => &["tien do", "moc tien do", "buoc", "milestone", "step"],
            StepDay => &["ngay thuc hien", "ngay hoan thanh", "ngay", "step date"],
            PromisedDay => &["cam ket", "thoi han cam ket", "du kien hoan thanh", "promised"],
            Blocker => &["kho khan", "kho khan vuong mac", "blocker"],
            Evidence => &["minh chung", "tai lieu kem theo", "evidence"],
            OutageStart => &["thoi gian bat dau", "tu luc", "mat lien lac tu", "start"],
            OutageEnd => &["thoi gian ket thuc", "den luc", "khoi phuc", "end"],
            Cause => &["ly do", "cause"],
            Time => &["thoi diem", "timestamp", "time", "date time"],
            Level => &["rsrp", "level", "rxlev", "muc thu", "cuong do", "signal", "lte rsrp"],
            NetworkType => &["networktech", "network tech", "technology", "networkmode", "rat"],
            OperatorName => &["operatorname", "operator", "nha mang", "mnc"],
            UnitCode => &["ma xa", "ma hanh chinh", "code", "unit code"],
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
