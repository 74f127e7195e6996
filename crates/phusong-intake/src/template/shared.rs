//! Columns that several templates have, as they are written in each.

use super::{Holds, Need, Spec};
use crate::report::Column;

pub const fn spec(
    column: Column,
    need: Need,
    holds: Holds,
    heading: (&'static str, &'static str),
    note: (&'static str, &'static str),
    example: &'static str,
) -> Spec {
    Spec {
        column,
        need,
        holds,
        heading_vi: heading.0,
        heading_en: heading.1,
        note_vi: note.0,
        note_en: note.1,
        example,
    }
}

pub const ORDINAL: Spec = spec(
    Column::Ordinal,
    Need::Free,
    Holds::Count,
    ("STT", "No"),
    ("số thứ tự của người gửi", "the sender's running number"),
    "1",
);

pub const TECHNOLOGIES: Spec = spec(
    Column::Technologies,
    Need::Free,
    Holds::List,
    ("Công nghệ", "Technologies"),
    ("2G, 3G, 4G, 5G; nhiều thì cách bằng dấu ;", "2G, 3G, 4G, 5G; several divided by ;"),
    "2G;4G",
);

pub const LONGITUDE: Spec = spec(
    Column::Longitude,
    Need::Free,
    Holds::Coordinate,
    ("Kinh độ", "Longitude"),
    (
        "độ thập phân WGS 84, hoặc Y (hướng đông) theo hệ tọa độ đã ghi",
        "decimal degrees WGS 84, or the easting of the stated system",
    ),
    "108.5601",
);

pub const LATITUDE: Spec = spec(
    Column::Latitude,
    Need::Free,
    Holds::Coordinate,
    ("Vĩ độ", "Latitude"),
    (
        "độ thập phân WGS 84, hoặc X (hướng bắc) theo hệ tọa độ đã ghi",
        "decimal degrees WGS 84, or the northing of the stated system",
    ),
    "14.7702",
);

pub const CRS: Spec = spec(
    Column::Crs,
    Need::Free,
    Holds::Text,
    ("Hệ tọa độ", "CRS"),
    (
        "WGS84, hoặc VN-2000 kèm kinh tuyến trục (108°00', 107°30')",
        "WGS84, or VN-2000 with its central meridian",
    ),
    "WGS84",
);

pub const COMMUNE: Spec = spec(
    Column::Commune,
    Need::Free,
    Holds::Register,
    ("Xã", "Commune"),
    (
        "tên cũ hoặc mới; tên cũ thì ghi thêm huyện",
        "old or new name; with an old one write the district too",
    ),
    "Ba Tơ",
);

pub const DISTRICT: Spec = spec(
    Column::District,
    Need::Free,
    Holds::Register,
    ("Huyện", "District"),
    (
        "huyện trước 01/7/2025, nếu dùng tên xã cũ",
        "the district before 1 July 2025, for an old commune name",
    ),
    "Ba Tơ",
);

pub const REPLACES: Spec = spec(
    Column::Replaces,
    Need::Free,
    Holds::Code,
    ("Thay thế", "Replaces"),
    ("MÃ-BÁO-CÁO/DÒNG của dòng được đính chính", "REPORT/ROW of the row that this one corrects"),
    "",
);

pub const NOTE: Spec =
    spec(Column::Note, Need::Free, Holds::Text, ("Ghi chú", "Note"), ("", ""), "");

pub const ENVIRONMENT: Spec = spec(
    Column::Environment,
    Need::Free,
    Holds::Word(&[("outdoor", "ngoài trời"), ("indoor", "trong nhà")]),
    ("Môi trường", "Environment"),
    ("bỏ trống là ngoài trời", "empty means outdoors"),
    "ngoài trời",
);

pub const SERVICE: Spec = spec(
    Column::Service,
    Need::Free,
    Holds::Word(&[("voice", "thoại"), ("data", "dữ liệu")]),
    ("Dịch vụ", "Service"),
    ("bỏ trống là cả thoại và dữ liệu", "empty means both"),
    "",
);

pub const VILLAGE: Spec = spec(
    Column::Village,
    Need::Always,
    Holds::Register,
    ("Thôn", "Village"),
    ("tên thôn, làng hoặc tổ dân phố", "name of the village"),
    "Kon Dóc",
);

pub const CLUSTER: Spec = spec(
    Column::Cluster,
    Need::Free,
    Holds::Register,
    ("Cụm dân cư", "Cluster"),
    ("bỏ trống là cả thôn", "empty means the whole village"),
    "",
);

pub const CARRIER: Spec = spec(
    Column::Carrier,
    Need::Free,
    Holds::Register,
    ("Nhà mạng", "Carrier"),
    ("tên hoặc mã doanh nghiệp viễn thông", "name or id of the carrier"),
    "Viettel",
);
