//! What columns are called: the name in the template and the API, and other headings, folded.
//! In the order of the enum.

use super::Column;

/// Headings that stand for their column only where no other heading does: instruments write a
/// network's number beside its name, and a strength of their own beside the level.
pub const WEAK: [&str; 7] = [
    "mnc",
    "signalstrength",
    "networkmode",
    "network mode",
    "toa do",
    "toa do gps",
    "vi tri toa do",
];

/// A heading, folded, without the coordinate system that it names (`kinh do wgs84`, `x vn2000 ktt
/// 108`); `None` where it names none, or nothing else.
pub fn without_system(folded: &str) -> Option<String> {
    const SYSTEM: [&str; 10] =
        ["vn2000", "vn", "2000", "wgs84", "wgs", "84", "utm", "ktt", "mui", "zone"];
    let plain = folded.replace("kinh tuyen truc", "ktt");
    let words = || plain.split(' ');
    let names_system = words()
        .any(|word| matches!(word, "vn2000" | "wgs84" | "wgs" | "utm" | "ktt"))
        || plain.contains("vn 2000");
    let says =
        |word: &&str| !SYSTEM.contains(word) && !word.bytes().all(|byte| byte.is_ascii_digit());
    let kept = words().filter(says).collect::<Vec<_>>().join(" ");
    (names_system && !kept.is_empty()).then_some(kept)
}

/// The level of units that a heading names in whatever order (*Xã, phường, đặc khu*; *Huyện/TX/TP*).
pub fn level_named(folded: &str) -> Option<Column> {
    const WORDS: [&str; 17] = [
        "xa", "phuong", "thi", "tran", "dac", "khu", "huyen", "quan", "thanh", "pho", "tx", "tp",
        "tt", "ten", "cap", "cac", "cu",
    ];
    let words: Vec<&str> = folded.split(' ').collect();
    let is_level = words.len() > 1 && words.iter().all(|word| WORDS.contains(word));
    match (words.contains(&"huyen"), words.contains(&"xa") || words.contains(&"phuong")) {
        (true, _) if is_level => Some(Column::District),
        (false, true) if is_level => Some(Column::Commune),
        _ => None,
    }
}

/// Column, its name, other headings of it.
pub const NAMES: [(Column, &str, &[&str]); 76] = [
    (
        Column::SiteCode,
        "ma_tram",
        &["ma tram goc", "ma bts", "ma site", "ma diem tram", "site code", "site id", "site"],
    ),
    (
        Column::SiteName,
        "ten_tram",
        &["ten tram goc", "ten bts", "ten site", "ten", "site name", "name"],
    ),
    (
        Column::Event,
        "loai_su_kien",
        &[
            "su kien",
            "trang thai",
            "tinh trang",
            "tinh trang tram",
            "tien do",
            "event",
            "event type",
            "status",
        ],
    ),
    (
        Column::EventDay,
        "ngay_su_kien",
        &[
            "ngay",
            "ngay phat song",
            "ngay dua vao su dung",
            "ngay dua vao khai thac",
            "ngay hoat dong",
            "ngay hoan thanh",
            "thoi gian phat song",
            "thoi gian hoan thanh",
            "date",
            "day",
            "event date",
            "event day",
        ],
    ),
    (
        Column::Technologies,
        "cong_nghe",
        &["technology", "technologies", "tech", "cac cong nghe", "loai cong nghe"],
    ),
    (Column::Bands, "bang_tan", &["tan so", "band", "bands", "frequency", "frequencies"]),
    (
        Column::Longitude,
        "kinh_do",
        &[
            "longitude",
            "lon",
            "lng",
            "long",
            "easting",
            "toa do dong",
            "kinh do e",
            "kd",
            "toa do",
            "toa do gps",
            "vi tri toa do",
        ],
    ),
    (Column::Latitude, "vi_do", &["latitude", "lat", "northing", "toa do bac", "vi do n", "vd"]),
    (Column::Crs, "he_toa_do", &["he quy chieu", "he toa do vn2000 wgs84", "crs", "srs", "epsg"]),
    (
        Column::Commune,
        "xa",
        &["xa phuong", "phuong xa", "xa phuong thi tran", "phuong", "commune", "ward", "ten xa"],
    ),
    (
        Column::District,
        "huyen",
        &[
            "huyen thi xa thanh pho",
            "huyen tx tp",
            "huyen thanh pho",
            "huyen thi xa",
            "huyen tp",
            "huyen thi",
            "quan huyen",
            "huyen cu",
            "ten huyen",
            "district",
        ],
    ),
    (
        Column::AntennaHeight,
        "do_cao_anten_m",
        &[
            "do cao anten",
            "chieu cao anten",
            "do cao cot",
            "chieu cao cot",
            "do cao cot anten",
            "chieu cao cot anten",
            "chieu cao",
            "antenna height",
            "antenna height m",
        ],
    ),
    (
        Column::Villages,
        "cac_thon_phuc_vu",
        &[
            "thon phuc vu",
            "cac thon",
            "thon",
            "thon lang",
            "ten thon",
            "villages",
            "village",
            "villages served",
        ],
    ),
    (
        Column::Households,
        "uoc_so_ho",
        &["so ho", "so ho dan", "tong so ho", "tong so ho dan", "households"],
    ),
    (Column::Replaces, "thay_the", &["dinh chinh", "dong thay the", "replaces", "corrects"]),
    (Column::Photos, "anh", &["hinh anh", "photo", "photos"]),
    (Column::Note, "ghi_chu", &["note", "notes", "remark", "remarks"]),
    (
        Column::Backhaul,
        "truyen_dan",
        &["tuyen truyen dan", "duong truyen dan", "duong truyen", "backhaul", "transmission"],
    ),
    (
        Column::PowerFeed,
        "nguon_dien",
        &["nguon cap dien", "lo cap dien", "tuyen cap dien", "power feed", "power supply"],
    ),
    (
        Column::Carrier,
        "nha_mang",
        &["doanh nghiep", "doanh nghiep vien thong", "carrier", "operator"],
    ),
    (Column::FromDay, "tu_ngay", &["ngay bat dau", "valid from", "from date", "start date"]),
    (Column::ToDay, "den_ngay", &["ngay ket thuc", "valid to", "to date", "end date"]),
    (Column::Basis, "can_cu", &["co so", "basis"]),
    (Column::Parameters, "tham_so", &["thong so", "parameters"]),
    (Column::Environment, "moi_truong", &["environment"]),
    (Column::Service, "dich_vu", &["service"]),
    (Column::Ordinal, "stt", &["tt", "so tt", "no", "ordinal"]),
    (
        Column::Village,
        "thon",
        &[
            "ten thon",
            "thon lang",
            "thon to dan pho",
            "thon tdp",
            "ten thon tdp",
            "ten thon to dan pho",
            "ten thon lang",
            "thon moi",
            "ten thon moi",
            "thon ban",
            "village",
        ],
    ),
    (Column::VillageId, "ma_thon", &["ma thon to", "village id", "handle"]),
    (Column::VillageKind, "loai_thon", &["loai", "loai hinh", "kind"]),
    (Column::OtherNames, "ten_khac", &["ten goi khac", "other names", "aliases"]),
    (Column::Cluster, "cum_dan_cu", &["cum", "khu dan cu", "diem dan cu", "cluster", "ten cum"]),
    (Column::IsCentre, "trung_tam", &["la trung tam", "trung tam thon", "centre", "center"]),
    (Column::People, "nhan_khau", &["so khau", "dan so", "so nhan khau", "people", "population"]),
    (Column::Power, "dien_luoi", &["dien", "co dien luoi", "power", "grid power"]),
    (
        Column::EspeciallyPoor,
        "dac_biet_kho_khan",
        &["thon dac biet kho khan", "dbkk", "especially hard"],
    ),
    (
        Column::FixedTelephone,
        "dien_thoai_co_dinh",
        &["co dien thoai co dinh", "fixed telephone", "landline"],
    ),
    (
        Column::FixedInternet,
        "internet_co_dinh",
        &["co internet co dinh", "internet cap quang", "fixed internet", "fixed broadband"],
    ),
    (
        Column::Predecessor,
        "thon_cu",
        &[
            "thon truoc khi sap nhap",
            "sap nhap tu",
            "sap nhap tu cac thon",
            "tach tu",
            "predecessor",
        ],
    ),
    (Column::Uncertainty, "sai_so_m", &["sai so", "do chinh xac", "uncertainty m", "accuracy"]),
    (
        Column::Says,
        "co_song",
        &["tinh trang song", "song di dong", "song", "ket qua", "coverage", "says"],
    ),
    (
        Column::ObservedDay,
        "ngay_quan_sat",
        &["ngay", "ngay kiem tra", "ngay xac nhan", "observed", "date"],
    ),
    (
        Column::Observer,
        "nguoi_quan_sat",
        &["nguoi xac nhan", "nguoi kiem tra", "can bo", "observer"],
    ),
    (Column::Indicator, "chi_tieu", &["ten chi tieu", "indicator"]),
    (
        Column::Unit,
        "don_vi",
        &[
            "dia ban",
            "don vi hanh chinh",
            "xa huyen",
            "huyen xa",
            "dia phuong",
            "ten don vi",
            "ten dia phuong",
            "unit",
            "area",
        ],
    ),
    (Column::Period, "ky", &["ky bao cao", "thang", "thoi ky", "period", "month"]),
    (Column::Numerator, "tu_so", &["so luong", "thuc hien", "numerator", "count"]),
    (Column::Denominator, "mau_so", &["tong so", "denominator", "total"]),
    (Column::Share, "ty_le", &["ti le", "phan tram", "share", "percent"]),
    (Column::IsFinal, "chinh_thuc", &["trang thai so lieu", "so lieu", "final"]),
    (Column::Clause, "dieu_khoan", &["muc", "nhiem vu", "can cu giao", "clause", "duty"]),
    (Column::Step, "moc", &["tien do", "moc tien do", "buoc", "milestone", "step"]),
    (Column::StepDay, "ngay_dat", &["ngay thuc hien", "ngay hoan thanh", "ngay", "step date"]),
    (
        Column::PromisedDay,
        "ngay_cam_ket",
        &["cam ket", "thoi han cam ket", "du kien hoan thanh", "promised"],
    ),
    (Column::Blocker, "vuong_mac", &["kho khan", "kho khan vuong mac", "blocker"]),
    (Column::Evidence, "bang_chung", &["minh chung", "tai lieu kem theo", "evidence"]),
    (Column::OutageStart, "bat_dau", &["thoi gian bat dau", "tu luc", "mat lien lac tu", "start"]),
    (Column::OutageEnd, "ket_thuc", &["thoi gian ket thuc", "den luc", "khoi phuc", "end"]),
    (Column::Cause, "nguyen_nhan", &["ly do", "cause"]),
    (
        Column::Time,
        "thoi_gian",
        &["thoi diem", "timestamp", "time", "date time", "devicetime", "device time"],
    ),
    (
        Column::Level,
        "muc_thu_dbm",
        &[
            "rsrp",
            "level",
            "rxlev",
            "muc thu",
            "cuong do",
            "signal",
            "lte rsrp",
            "ssrsrp",
            "ss rsrp",
            "rscp",
            "signalstrength",
        ],
    ),
    (
        Column::NetworkType,
        "loai_mang",
        &["networktech", "network tech", "technology", "cong nghe", "networkmode", "rat"],
    ),
    (
        Column::OperatorName,
        "ten_mang",
        &["operatorname", "operator", "nha mang", "provider", "mnc"],
    ),
    (Column::UnitCode, "ma_don_vi", &["ma xa", "ma hanh chinh", "code", "unit code"]),
    (
        Column::BlockerSince,
        "vuong_mac_tu",
        &["vuong mac tu ngay", "ngay phat sinh vuong mac", "blocked since"],
    ),
    (
        Column::BlockerLifted,
        "go_vuong_mac",
        &["ngay go vuong mac", "da go ngay", "ngay thao go", "lifted"],
    ),
    (
        Column::Responsible,
        "co_quan_giai_quyet",
        &[
            "co quan giai quyet",
            "co quan giai quyet vuong mac",
            "co quan chu tri",
            "trach nhiem",
            "responsible agency",
        ],
    ),
    (Column::Funds, "nguon_von", &["nguon kinh phi", "kinh phi", "funding"]),
    (
        Column::EstimateVnd,
        "khai_toan_vnd",
        &["khai toan", "tong muc dau tu", "du toan", "estimate"],
    ),
    (Column::RasterUnit, "don_vi_gia_tri", &["don vi gia tri", "value unit"]),
    (Column::RasterNodata, "gia_tri_trong", &["khong co du lieu", "nodata"]),
    (Column::RasterClasses, "lop_phu_song", &["cac lop phu song", "covered classes"]),
    (Column::RasterThreshold, "nguong_dbm", &["nguong", "threshold dbm"]),
    (Column::ServingCell, "o_phuc_vu", &["servingcell", "serving cell"]),
    (Column::Relation, "quan_he", &["quan he voi thon cu", "hinh thuc", "relation"]),
    (
        Column::Received,
        "cum_nhan_ve",
        &["cum nhan ve", "cum cua thon cu", "clusters received", "received"],
    ),
];
