//! The catalogue of findings: every code with its weights, its words and what to do. The words
//! are those of the code (`{…}` stands for what a row fills in); a test holds both together.

/// One code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    pub code: &'static str,
    /// `refuse`, `ask`, `warn`, `note`: each that it can have, by what the row says.
    pub severities: &'static str,
    pub message_vi: &'static str,
    pub message_en: &'static str,
    pub remedy_vi: &'static str,
    pub remedy_en: &'static str,
}

const TABLE: &str = include_str!("catalogue.tsv");

/// In order of code.
pub fn catalogue() -> impl Iterator<Item = Entry> {
    TABLE.lines().filter_map(|line| {
        let mut cells = line.split('\t');
        Some(Entry {
            code: cells.next()?,
            severities: cells.next()?,
            message_vi: cells.next()?,
            message_en: cells.next()?,
            remedy_vi: cells.next()?,
            remedy_en: cells.next()?,
        })
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    /// All sources that make findings of what is sent, without their tests; `geodata/` is ours.
    fn sources(folder: &Path, into: &mut String) {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            if path.is_dir() && name != "tests" && name != "geodata" {
                sources(&path, into);
            } else if path.extension().is_some_and(|it| it == "rs")
                && !["tests.rs", "catalogue.rs", "geodata.rs"].contains(&&*name)
            {
                let text = std::fs::read_to_string(&path).expect("UTF-8");
                into.push_str(text.split("#[cfg(test)]\nmod tests {").next().unwrap_or(""));
            }
        }
    }

    /// A text as the compiler reads it: a backslash at a line's end joins the lines.
    fn joined(text: &str) -> String {
        let mut out = String::new();
        for (at, line) in text.split("\\\n").enumerate() {
            out.push_str(if at == 0 { line } else { line.trim_start() });
        }
        out.replace("\\\"", "\"")
    }

    /// Codes that stand first in a call, or second after its weight.
    fn codes_made(source: &str) -> BTreeSet<&str> {
        const CALLS: [&str; 6] =
            ["fault(", "Finding::new(", ".refuse(", ".ask_unfileable(", ".find(", "whole("];
        let mut found = BTreeSet::new();
        for call in CALLS {
            for (at, _) in source.match_indices(call) {
                let mut rest = source[at + call.len()..].trim_start();
                if let Some(weighed) = rest.strip_prefix("Severity::") {
                    rest = weighed.split_once(',').map_or("", |(_, rest)| rest).trim_start();
                }
                let code = rest.strip_prefix('"').and_then(|rest| rest.split_once('"'));
                let is_code = |text: &str| {
                    !text.is_empty()
                        && text.bytes().all(|byte| {
                            byte.is_ascii_lowercase() || byte == b'-' || byte.is_ascii_digit()
                        })
                };
                found.extend(code.map(|(code, _)| code).filter(|code| is_code(code)));
            }
        }
        found
    }

    #[test]
    fn every_finding_of_the_code_stands_in_it_in_the_words_of_the_code() {
        let mut source = String::new();
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        sources(&root.join("src"), &mut source);
        let own = joined(&source);
        for service in ["../../src/service/rules.rs", "../../src/service/certificates.rs"] {
            source.push_str(&std::fs::read_to_string(root.join(service)).expect("UTF-8"));
        }
        for beside in ["../../src/service/drafts", "../phusong-gis/src", "../phusong-sheets/src"] {
            sources(&root.join(beside), &mut source);
        }
        let listed: BTreeSet<&str> = catalogue().map(|entry| entry.code).collect();
        assert_eq!(
            listed.len(),
            TABLE.lines().count(),
            "every line is whole, no code stands twice"
        );
        let missing: Vec<&str> =
            codes_made(&source).into_iter().filter(|code| !listed.contains(code)).collect();
        assert_eq!(missing, Vec::<&str>::new(), "add them to catalogue.tsv");
        let all = joined(&source);
        let mut astray = Vec::new();
        for entry in catalogue() {
            let quoted = format!("\"{}\"", entry.code);
            let head = entry.message_vi.split('{').next().unwrap_or("");
            // Words of the readers are told in their own crates, by case.
            let is_own = own.contains(&quoted);
            if !all.contains(&quoted)
                && !entry.code.starts_with("name")
                && !["reason-missing", "unknown-place"].contains(&entry.code)
                || is_own && !all.contains(head)
            {
                astray.push(entry.code);
            }
            let weights = ["refuse", "ask", "warn", "note"];
            assert!(entry.severities.split('/').all(|one| weights.contains(&one)), "{entry:?}");
        }
        assert_eq!(astray, Vec::<&str>::new(), "no such finding any more, or in other words");
    }
}
