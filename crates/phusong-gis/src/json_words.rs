//! Why a text is no JSON, in words of our own: the parser's are English, and made for programmers.

/// How sentences of the parser begin, and the same as (Vietnamese, English).
const FAULTS: [(&str, (&str, &str)); 10] = [
    (
        "EOF",
        ("nội dung dừng giữa chừng, chưa đóng hết ngoặc", "it stops before everything is closed"),
    ),
    ("recursion limit", ("lồng quá sâu", "it is nested too deep")),
    ("number out of range", ("số quá lớn", "the number is too large")),
    ("invalid number", ("viết sai số", "this is how no number is written")),
    (
        "trailing comma",
        ("thừa dấu phẩy trước ngoặc đóng", "there is a comma too many before the bracket"),
    ),
    ("trailing characters", ("còn chữ sau khi nội dung đã hết", "something follows after the end")),
    (
        "key must be a string",
        ("tên trường phải ở trong ngoặc kép", "a member's name has to stand in double quotes"),
    ),
    (
        "expected `:`",
        ("thiếu dấu hai chấm sau tên trường", "the colon after the member's name is missing"),
    ),
    (
        "expected `,` or",
        ("thiếu dấu phẩy hoặc ngoặc đóng", "a comma or closing bracket is missing"),
    ),
    (
        "control character",
        (
            "trong chữ có dấu xuống dòng hoặc ký tự điều khiển",
            "a text holds a line break or control sign",
        ),
    ),
];
/// Words of its sentences on what follows a backslash.
const OF_ESCAPES: [&str; 3] = ["escape", "surrogate", "invalid unicode"];

/// Why a text is no JSON, as (Vietnamese, English).
pub fn json_syntax(error: &serde_json::Error) -> (&'static str, &'static str) {
    let sentence = error.to_string();
    let known = FAULTS.iter().find(|(begin, _)| sentence.starts_with(begin));
    if let Some((_, words)) = known {
        *words
    } else if OF_ESCAPES.iter().any(|word| sentence.contains(word)) {
        ("viết sai ký tự sau dấu \\", "what follows the backslash is no sign")
    } else {
        (
            "ở đó cần một giá trị: chữ trong ngoặc kép, số, true, false, null, { } hoặc [ ]",
            "a value is needed there: text in double quotes, a number, true, false, null, { } or [ ]",
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_of_syntax_has_its_own_words() {
        let cases = [
            ("{", "nội dung dừng giữa chừng, chưa đóng hết ngoặc"),
            ("{\"a\" 1}", "thiếu dấu hai chấm sau tên trường"),
            ("{\"a\":1 \"b\":2}", "thiếu dấu phẩy hoặc ngoặc đóng"),
            ("[1,]", "thừa dấu phẩy trước ngoặc đóng"),
            ("{a:1}", "tên trường phải ở trong ngoặc kép"),
            ("{} x", "còn chữ sau khi nội dung đã hết"),
            ("[1e400]", "số quá lớn"),
            ("[1.]", "viết sai số"),
            ("[\"a\nb\"]", "trong chữ có dấu xuống dòng hoặc ký tự điều khiển"),
            ("[\"\\q\"]", "viết sai ký tự sau dấu \\"),
        ];
        for (body, expected) in cases {
            let error = serde_json::from_str::<serde_json::Value>(body).expect_err(body);
            assert_eq!(json_syntax(&error).0, expected, "{body}: {error}");
        }
        let error = serde_json::from_str::<serde_json::Value>("[NaN]").expect_err("no JSON");
        assert!(json_syntax(&error).0.starts_with("ở đó cần một giá trị"), "{error}");
    }
}
