//! What is wrong with the shape of a body, in words of our own. Deserializers tell it in one
//! English sentence, made for programmers; it is read here and never leaves the house.

pub use phusong_gis::json_syntax;

/// A fault of a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// There is no such member; those that there are.
    Unknown {
        name: String,
        known: Vec<String>,
    },
    Missing {
        name: String,
    },
    /// A word outside of a closed list.
    NoSuchWord {
        known: Vec<String>,
    },
    /// Of another type or size; what is needed, as (Vietnamese, English).
    Other {
        needed: (String, String),
    },
}

impl Fault {
    /// Reads a deserializer's sentence. One that it cannot read is a fault all the same.
    pub fn read(sentence: &str) -> Self {
        Self::told(sentence).unwrap_or_else(|| Self::Other { needed: needed("") })
    }

    /// `None` for what is no sentence about a member.
    pub fn told(sentence: &str) -> Option<Self> {
        let named = quoted(sentence);
        let first = || named.first().cloned().unwrap_or_default();
        let rest = || named.iter().skip(1).cloned().collect();
        if sentence.starts_with("unknown field") {
            Some(Self::Unknown { name: first(), known: rest() })
        } else if sentence.starts_with("missing field") {
            Some(Self::Missing { name: first() })
        } else if sentence.starts_with("unknown variant") {
            Some(Self::NoSuchWord { known: rest() })
        } else if let Some((_, name)) = sentence.split_once("untagged enum ") {
            Some(Self::Other { needed: needed(name) })
        } else if let Some((_, last)) = sentence.rsplit_once("expected ")
            && sentence.starts_with("invalid ")
        {
            Some(Self::Other { needed: needed(last) })
        } else {
            None
        }
    }

    /// What is wrong, as (Vietnamese, English).
    pub fn message(&self) -> (String, String) {
        match self {
            Self::Unknown { name, .. } => {
                (format!("không có trường “{name}”"), format!("there is no member “{name}”"))
            }
            Self::Missing { name } => {
                (format!("thiếu trường “{name}”"), format!("the member “{name}” is missing"))
            }
            Self::NoSuchWord { known } => {
                let list = known.join(", ");
                (format!("cần một trong: {list}"), format!("one of these is needed: {list}"))
            }
            Self::Other { needed: (vi, en) } => {
                (format!("sai kiểu; cần {vi}"), format!("of another type; {en} is needed"))
            }
        }
    }

    /// What to do, as (Vietnamese, English).
    pub fn remedy(&self) -> (String, String) {
        let same = |vi: &str, en: &str| (vi.to_owned(), en.to_owned());
        match self {
            Self::Unknown { known, .. } if !known.is_empty() => {
                let list = known.join(", ");
                (
                    format!("bỏ trường này hoặc viết đúng tên; có: {list}"),
                    format!("leave it out or mend its name; there are: {list}"),
                )
            }
            Self::Unknown { .. } => {
                same("bỏ trường này rồi gửi lại", "leave it out and send again")
            }
            Self::Missing { name } => {
                (format!("thêm “{name}” rồi gửi lại"), format!("add “{name}” and send again"))
            }
            Self::NoSuchWord { .. } => same(
                "chọn một từ trong danh sách rồi gửi lại",
                "take a word of the list and send again",
            ),
            Self::Other { needed: (vi, en) } => (
                format!("viết lại thành {vi} rồi gửi lại"),
                format!("write {en} there and send again"),
            ),
        }
    }
}

/// Every text between backquotes.
fn quoted(sentence: &str) -> Vec<String> {
    sentence.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// What a deserializer says it looked for.
fn needed(what: &str) -> (String, String) {
    let what = what.trim();
    let (vi, en) = match what {
        "a string" | "string" | "a borrowed string" => ("chữ trong ngoặc kép", "text in quotes"),
        "a boolean" | "bool" => ("true hoặc false", "true or false"),
        "u8" | "u16" | "u32" | "u64" | "usize" => ("số nguyên từ 0", "a whole number from 0"),
        "i8" | "i16" | "i32" | "i64" | "isize" => ("số nguyên", "a whole number"),
        "f32" | "f64" => ("số", "a number"),
        "a sequence" => ("danh sách [ ]", "a list [ ]"),
        "a map" => ("đối tượng { }", "an object { }"),
        "a map with a single key" | "map with a single key" | "string or map" => {
            ("đối tượng { } có đúng một trường", "an object { } of exactly one member")
        }
        "Technologies" => ("chữ hoặc danh sách chữ", "text or a list of texts"),
        "Party" => ("mã xã hoặc mã doanh nghiệp", "a commune's code or a carrier's id"),
        _ if what.starts_with("a nonzero") => ("số nguyên từ 1", "a whole number from 1"),
        _ if what.contains("struct") || what.contains("enum") => {
            ("đối tượng { } theo tài liệu API", "an object { } as in the API reference")
        }
        _ => ("giá trị theo tài liệu API", "a value as in the API reference"),
    };
    (vi.to_owned(), en.to_owned())
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its shape is read")]
    struct Body {
        #[serde(default)]
        day: u32,
        #[serde(default)]
        text: String,
        #[serde(default)]
        share: f64,
        #[serde(default)]
        is_late: bool,
        #[serde(default)]
        rows: Vec<Row>,
        from: Option<std::num::NonZeroU32>,
        word: Option<Word>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its shape is read")]
    struct Row {
        at: String,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Word {
        Has,
        Lacks,
    }

    #[test]
    fn a_fault_of_a_member_says_what_is_needed() {
        let cases = [
            (r#"{"day":"x"}"#, "sai kiểu; cần số nguyên từ 0"),
            (r#"{"day":-1}"#, "sai kiểu; cần số nguyên từ 0"),
            (r#"{"day":1.5}"#, "sai kiểu; cần số nguyên từ 0"),
            (r#"{"text":7}"#, "sai kiểu; cần chữ trong ngoặc kép"),
            (r#"{"share":"1,2 tỷ"}"#, "sai kiểu; cần số"),
            (r#"{"share":"the text that was expected u64"}"#, "sai kiểu; cần số"),
            (r#"{"is_late":"có"}"#, "sai kiểu; cần true hoặc false"),
            (r#"{"rows":7}"#, "sai kiểu; cần danh sách [ ]"),
            (r#"{"rows":[7]}"#, "sai kiểu; cần đối tượng { } theo tài liệu API"),
            (r#"{"rows":[{}]}"#, "thiếu trường “at”"),
            (r#"{"rows":[{"att":1}]}"#, "không có trường “att”"),
            (r#"{"from":0}"#, "sai kiểu; cần số nguyên từ 1"),
            (r#"{"word":"lack"}"#, "cần một trong: has, lacks"),
        ];
        for (body, expected) in cases {
            let error = serde_json::from_str::<Body>(body).expect_err(body);
            let sentence = error.to_string();
            let sentence = sentence.split(" at line ").next().unwrap_or("");
            assert_eq!(Fault::read(sentence).message().0, expected, "{body}: {sentence}");
        }
    }
}
