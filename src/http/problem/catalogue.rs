//! Every kind of problem the edge can answer with: status, code and title in both languages.

/// What kind of problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    BadQuery,
    BadRequest,
    TwoCredentials,
    BadJson,
    Unauthorized,
    /// The operator keeps the public view closed.
    PublicClosed,
    Forbidden,
    SecondPerson,
    Unnamed,
    NotFound,
    MethodNotAllowed,
    NotAcceptable,
    Gone,
    InProgress,
    AlreadyWithdrawn,
    AlreadySo,
    UploadOffset,
    Changed,
    MeantMissing,
    KeyNeeded,
    RangeNotSatisfiable,
    TooLarge,
    AddressTooLong,
    ContentType,
    BadBody,
    Unreadable,
    OtherContent,
    Refused,
    UnknownCarrier,
    UnknownParty,
    ReasonMissing,
    KeyReused,
    TooManyTries,
    TooManyRequests,
    Internal,
    LedgerRefuses,
    NoReader,
    Busy,
    Crowded,
    TooSlow,
    Stopping,
    NotReady,
    DiskFull,
}

/// One line of the catalogue.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    pub status: u16,
    pub code: &'static str,
    pub vi: &'static str,
    pub en: &'static str,
    /// When asking again makes sense, in seconds.
    pub retry_after_s: Option<u16>,
}

const fn row(status: u16, code: &'static str, vi: &'static str, en: &'static str) -> Row {
    Row { status, code, vi, en, retry_after_s: None }
}

const fn later(row: Row, seconds: u16) -> Row {
    Row { retry_after_s: Some(seconds), ..row }
}

impl Kind {
    #[rustfmt::skip]
    pub const fn row(self) -> Row {
        match self {
            Self::BadQuery => row(400, "bad-query", "Tham số không hợp lệ", "A parameter is not valid"),
            Self::BadRequest => row(400, "bad-request", "Yêu cầu không đọc được", "The request cannot be read"),
            Self::TwoCredentials => row(400, "two-credentials", "Yêu cầu mang hai khóa", "The request carries two keys"),
            Self::BadJson => row(400, "bad-json", "Nội dung không phải JSON đọc được", "The body is not readable JSON"),
            Self::Unauthorized => row(401, "unauthorized", "Khóa không đúng, đã hết hạn hoặc đã bị thu hồi", "The key is wrong, expired or revoked"),
            Self::PublicClosed => row(401, "public-closed", "Trang chưa mở cho công chúng: hãy đăng nhập", "Not open to the public yet: sign in"),
            Self::Forbidden => row(403, "forbidden", "Khóa này không được làm việc đó", "This key may not do that"),
            Self::SecondPerson => row(403, "second-person", "Việc này cần người thứ hai", "This needs a second person"),
            Self::Unnamed => row(403, "unnamed-key", "Việc này cần khóa có tên", "This needs a key with a name"),
            Self::NotFound => row(404, "not-found", "Không có mục này", "There is no such thing"),
            Self::MethodNotAllowed => row(405, "method-not-allowed", "Địa chỉ này không nhận phương thức đó", "This address does not take that method"),
            Self::NotAcceptable => row(406, "not-acceptable", "Không có dạng nào mà Accept chấp nhận", "There is no form that Accept admits"),
            Self::Gone => row(410, "gone", "Tệp này đã bị hủy theo quy định", "This file was destroyed for good"),
            Self::InProgress => later(row(409, "in-progress", "Một yêu cầu trước về cùng việc này chưa xong", "An earlier request about the same thing is still in progress"), 1),
            Self::AlreadyWithdrawn => row(409, "already-withdrawn", "Nội dung này đã được thu hồi; chưa ghi gì", "This was withdrawn; nothing was filed"),
            Self::AlreadySo => row(409, "already-so", "Việc này đã được làm trước đó; không ghi thêm gì", "This was done before; nothing was added"),
            Self::UploadOffset => row(409, "upload-offset", "Tệp đang dừng ở một vị trí khác; hãy gửi tiếp từ Upload-Offset", "The upload stands elsewhere; go on from Upload-Offset"),
            Self::Changed => row(412, "changed", "Bản nháp đã đổi từ lần xem trước; hãy tải lại, xem lại rồi làm tiếp", "The draft has changed since it was looked at; fetch it again, look, then go on"),
            Self::MeantMissing => row(428, "if-match-missing", "Cần If-Match với thẻ ETag của bản nháp đang sửa", "If-Match is needed, with the ETag of the draft that is meant"),
            Self::KeyNeeded => row(401, "key-needed", "Cần đăng nhập hoặc gửi kèm khóa", "Sign in or send a key"),
            Self::RangeNotSatisfiable => row(416, "range", "Các khoảng byte được hỏi vượt quá nội dung", "The ranges of bytes that are asked for go beyond the content"),
            Self::TooLarge => row(413, "too-large", "Nội dung lớn hơn mức cho phép", "The body is larger than allowed"),
            Self::AddressTooLong => row(414, "address-too-long", "Địa chỉ dài quá 8 KiB", "The address is longer than 8 KiB"),
            Self::ContentType => row(415, "content-type", "Không nhận loại nội dung này", "This type of content is not taken"),
            Self::BadBody => row(422, "bad-body", "Nội dung không hợp lệ", "The body is not valid"),
            Self::Unreadable => row(422, "unreadable-file", "Tệp không đọc được; chưa ghi gì", "The file cannot be read; nothing was filed"),
            Self::OtherContent => row(422, "other-content", "Tệp nhận được không đúng SHA-256 đã báo; đã bỏ, hãy gửi lại từ đầu", "What came is not the content that was promised by its SHA-256; it was dropped, send it again"),
            Self::Refused => row(422, "refused", "Báo cáo có dòng không nhận được; chưa ghi gì", "The report has rows that cannot be taken; nothing was filed"),
            Self::UnknownCarrier => row(422, "unknown-carrier", "Không có doanh nghiệp này", "There is no such carrier"),
            Self::UnknownParty => row(422, "unknown-party", "Không có xã hoặc doanh nghiệp này", "There is no such commune or carrier"),
            Self::ReasonMissing => row(422, "reason-missing", "Cần nêu lý do", "A reason is needed"),
            Self::KeyReused => row(422, "idempotency-key-reused", "Khóa chống gửi trùng này đã dùng cho nội dung khác", "This idempotency key was used for other content"),
            Self::TooManyTries => later(row(429, "too-many-tries", "Thử sai quá nhiều lần; hãy chờ một phút", "Too many wrong tries; wait a minute"), 60),
            Self::TooManyRequests => row(429, "too-many-requests", "Quá nhiều yêu cầu trong thời gian ngắn; hãy chờ rồi thử lại", "Too many requests in a short time; wait and try again"),
            Self::Internal => row(500, "internal", "Lỗi bên trong; hãy báo kèm mã yêu cầu", "Internal error; report it with the request id"),
            Self::LedgerRefuses => later(row(503, "ledger", "Sổ hiện không ghi được", "The ledger cannot be written now"), 5),
            Self::NoReader => later(row(503, "no-reader", "Trình đọc tệp không dùng được lúc này; chưa ghi gì", "The file reader cannot be used now; nothing was filed"), 30),
            Self::Busy => later(row(503, "busy", "Đang đọc nhiều tệp; hãy thử lại", "Many files are being read; try again"), 5),
            Self::TooSlow => row(408, "too-slow", "Nội dung gửi quá chậm", "The body comes too slowly"),
            Self::Crowded => later(row(503, "crowded", "Đang có quá nhiều yêu cầu cùng lúc; hãy thử lại sau giây lát", "Too many requests at once; try again in a moment"), 1),
            Self::Stopping => later(row(503, "stopping", "Hệ thống đang dừng", "The service is stopping"), 5),
            Self::NotReady => later(row(503, "not-ready", "Hệ thống chưa sẵn sàng", "The service is not ready"), 5),
            Self::DiskFull => later(row(507, "disk-full", "Đĩa đầy: chưa ghi gì", "The disk is full: nothing was filed"), 30),
        }
    }

    /// The kind for a bare status that a library answered with.
    pub fn of_status(status: u16) -> Self {
        match status {
            404 => Self::NotFound,
            405 => Self::MethodNotAllowed,
            406 => Self::NotAcceptable,
            413 => Self::TooLarge,
            414 => Self::AddressTooLong,
            415 => Self::ContentType,
            422 => Self::BadBody,
            400..=499 => Self::BadRequest,
            _ => Self::Internal,
        }
    }
}
