//! What stands on the paper, and in what order. Says nothing of fonts, margins or file formats.

use serde::Serialize;

use crate::Drawing;

/// A whole paper.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Document {
    /// Names this paper for ever: the same for the same content.
    pub ident: String,
    pub title: String,
    /// Of its kind, under the title: *thôn Kon Dóc, xã Ba Vinh*.
    pub subtitle: Option<String>,
    /// Absent: no administrative paper, only an extract.
    pub letterhead: Option<Letterhead>,
    pub blocks: Vec<Block>,
    pub signature: Option<Signature>,
    /// What stands behind the signature.
    pub annexes: Vec<Block>,
    /// Stands above every page: *dữ liệu minh hoạ*.
    pub mark: Option<String>,
    /// From what it was made, in plain words of ours, for the metadata.
    pub state: String,
}

/// *Tên cơ quan, số, địa danh*; number and day are left blank for the clerk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Letterhead {
    pub parent: Option<String>,
    pub agency: String,
    pub place: String,
}

/// *Nơi nhận* and who signs: a title, never a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Signature {
    pub recipients: Vec<String>,
    pub title: String,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", content = "is", rename_all = "snake_case")]
pub enum Block {
    /// Level 1 begins a part, level 2 a section.
    Heading {
        level: u8,
        text: String,
    },
    Paragraph(Vec<Sentence>),
    Items(Items),
    Table(Table),
    Figure {
        drawing: Drawing,
        caption: String,
    },
    /// What follows begins a new page, under its own title; the note says what it belongs to
    /// (*Kèm theo …*).
    Chapter {
        title: String,
        subtitle: Option<String>,
        note: Option<String>,
    },
}

/// A list of points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Items(pub Vec<Vec<Sentence>>);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    #[default]
    Plain,
    Strong,
    /// *Nghiêng*: notes, what is inferred.
    Note,
}

/// The least that is said at once, with what it rests on.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Sentence {
    pub text: String,
    pub tone: Tone,
    /// Numbers in the paper's list of sources.
    pub sources: Vec<u32>,
}

impl Sentence {
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    pub fn strong(text: impl Into<String>) -> Self {
        Self { tone: Tone::Strong, ..Self::new(text) }
    }

    pub fn note(text: impl Into<String>) -> Self {
        Self { tone: Tone::Note, ..Self::new(text) }
    }

    #[must_use]
    pub fn from(mut self, source: Option<u32>) -> Self {
        self.sources.extend(source);
        self
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Align {
    Left,
    Centre,
    Right,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Column {
    /// Empty in every column: the table has no heading row.
    pub title: String,
    /// Of the width, beside the other columns.
    pub share: u16,
    pub align: Align,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Table {
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<Cell>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Cell {
    pub sentences: Vec<Sentence>,
}

impl From<Sentence> for Cell {
    fn from(sentence: Sentence) -> Self {
        Self { sentences: vec![sentence] }
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Sentence::new(text).into()
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Sentence::new(text).into()
    }
}

impl From<Vec<Sentence>> for Cell {
    fn from(sentences: Vec<Sentence>) -> Self {
        Self { sentences }
    }
}

impl Document {
    /// Its text alone, a line for every paragraph, point and row: what tests and searches read.
    pub fn text(&self) -> String {
        let mut lines = vec![self.title.clone()];
        lines.extend(self.subtitle.clone());
        for block in self.blocks.iter().chain(&self.annexes) {
            match block {
                Block::Heading { text, .. } => lines.push(format!("# {text}")),
                Block::Paragraph(sentences) => lines.push(joined(sentences)),
                Block::Items(items) => {
                    lines.extend(items.0.iter().map(|item| format!("- {}", joined(item))));
                }
                Block::Table(table) => {
                    let titles: Vec<_> = table.columns.iter().map(|c| c.title.as_str()).collect();
                    if table.has_heading() {
                        lines.push(titles.join(" | "));
                    }
                    let row = |row: &Vec<Cell>| {
                        let cells = row.iter().map(|cell| joined(&cell.sentences));
                        cells.collect::<Vec<_>>().join(" | ")
                    };
                    lines.extend(table.rows.iter().map(row));
                }
                Block::Figure { drawing, caption } => {
                    lines.extend(drawing.texts().map(|text| format!("[{text}]")));
                    lines.push(caption.clone());
                }
                Block::Chapter { title, subtitle, note } => {
                    lines.push(format!("## {title}"));
                    lines.extend(subtitle.iter().chain(note).cloned());
                }
            }
        }
        lines.join("\n")
    }
}

impl Table {
    pub fn has_heading(&self) -> bool {
        self.columns.iter().any(|column| !column.title.is_empty())
    }
}

fn joined(sentences: &[Sentence]) -> String {
    let told = |sentence: &Sentence| {
        let sources: Vec<_> = sentence.sources.iter().map(|n| format!("[{n}]")).collect();
        let sources = sources.concat();
        format!("{}{sources}", sentence.text)
    };
    sentences.iter().map(told).collect::<Vec<_>>().join(" ")
}
