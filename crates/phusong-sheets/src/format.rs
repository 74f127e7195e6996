//! Number formats, as far as a value needs them.

/// A percent sign outside quotes and escapes.
pub(crate) fn shows_percent(code: &str) -> bool {
    let (mut is_quoted, mut is_escaped) = (false, false);
    for character in code.chars() {
        match character {
            _ if is_escaped => is_escaped = false,
            '\\' | '_' | '*' => is_escaped = true,
            '"' => is_quoted = !is_quoted,
            '%' if !is_quoted => return true,
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percent_sign_counts_only_where_it_is_shown() {
        for (code, expected) in
            [("0%", true), ("0.0 %", true), ("0\"%\"", false), ("0\\%", false), ("#,##0", false)]
        {
            assert_eq!(shows_percent(code), expected, "{code}");
        }
    }
}
