//! The body: titles, paragraphs, tables, pictures, ending.

use std::fmt::Write as _;

use super::parts::MAIN;
use crate::drawing::escaped;
use crate::{
    Align, Block, Document, Drawing, Letterhead, Sentence, Signature, Table, Tone, TypesetError,
    picture,
};

/// 165 mm of text, in twentieths of a point.
const TEXT_WIDTH: u32 = 9355;
/// Dots of a picture on a millimetre: 200 an inch.
const DOTS_PER_MM: f32 = 7.9;

#[derive(Debug, Default)]
pub(super) struct Body {
    pub xml: String,
    /// Name in the package, and PNG.
    pub pictures: Vec<(String, Vec<u8>)>,
}

/// How a run of letters looks; sizes in half points.
#[derive(Clone, Copy, Default)]
struct Look {
    size: Option<u8>,
    bold: bool,
    italic: bool,
    raised: bool,
}

const fn size(size: u8) -> Look {
    Look { size: Some(size), bold: false, italic: false, raised: false }
}

const fn bold(size: u8) -> Look {
    Look { size: Some(size), bold: true, italic: false, raised: false }
}

fn run(text: &str, look: Look) -> String {
    let mut style = String::new();
    if look.bold {
        style.push_str("<w:b/>");
    }
    if look.italic {
        style.push_str("<w:i/>");
    }
    if let Some(size) = look.size {
        let _written = write!(style, "<w:sz w:val=\"{size}\"/><w:szCs w:val=\"{size}\"/>");
    }
    if look.raised {
        style.push_str("<w:vertAlign w:val=\"superscript\"/>");
    }
    format!("<w:r><w:rPr>{style}</w:rPr><w:t xml:space=\"preserve\">{}</w:t></w:r>", escaped(text))
}

fn paragraph(style: &str, runs: &str) -> String {
    format!("<w:p><w:pPr>{style}</w:pPr>{runs}</w:p>")
}

const CENTRED: &str = "<w:spacing w:before=\"0\" w:after=\"0\"/><w:jc w:val=\"center\"/>";
const TIGHT: &str = "<w:spacing w:before=\"0\" w:after=\"0\"/>";

/// A line under what stands above, so many twentieths of a point in from both sides.
fn rule(inset: u32) -> String {
    let border =
        "<w:pBdr><w:bottom w:val=\"single\" w:sz=\"6\" w:space=\"1\" w:color=\"000000\"/></w:pBdr>";
    let style = format!(
        "{border}<w:spacing w:before=\"0\" w:after=\"60\" w:line=\"60\" w:lineRule=\"exact\"/><w:ind w:left=\"{inset}\" w:right=\"{inset}\"/>"
    );
    paragraph(&style, "")
}

pub(super) fn body(document: &Document) -> Result<Body, TypesetError> {
    let mut body = Body::default();
    if let Some(head) = &document.letterhead {
        body.xml.push_str(&letterhead(head));
    }
    if !document.title.is_empty() {
        body.xml.push_str(&titles(&document.title, document.subtitle.as_deref(), None, false));
    }
    for block in &document.blocks {
        body.block(block)?;
    }
    if let Some(signature) = &document.signature {
        body.xml.push_str(&ending(signature));
    }
    for block in &document.annexes {
        body.block(block)?;
    }
    let section = "<w:sectPr><w:headerReference w:type=\"default\" r:id=\"header1\"/><w:headerReference w:type=\"first\" r:id=\"header2\"/>\
         <w:pgSz w:w=\"11906\" w:h=\"16838\"/>\
         <w:pgMar w:top=\"1134\" w:right=\"851\" w:bottom=\"1134\" w:left=\"1701\" w:header=\"567\" w:footer=\"567\" w:gutter=\"0\"/>\
         <w:titlePg/></w:sectPr>";
    body.xml = format!(
        "<w:document {MAIN} xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\" \
         xmlns:wp=\"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing\" \
         xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" \
         xmlns:pic=\"http://schemas.openxmlformats.org/drawingml/2006/picture\"><w:body>{}{section}</w:body></w:document>",
        body.xml
    );
    Ok(body)
}

fn letterhead(head: &Letterhead) -> String {
    let parent = head.parent.as_ref().map_or_else(String::new, |parent| {
        paragraph(CENTRED, &run(&parent.to_uppercase(), size(24)))
    });
    let agency = paragraph(CENTRED, &run(&head.agency.to_uppercase(), bold(24)));
    let nation = paragraph(CENTRED, &run("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", bold(24)));
    let motto = paragraph(CENTRED, &run("Độc lập - Tự do - Hạnh phúc", bold(26)));
    let number = paragraph(CENTRED, &run("Số:          /", size(26)));
    let dated = format!("{}, ngày      tháng      năm        ", head.place);
    let dated = paragraph(CENTRED, &run(&dated, Look { italic: true, ..size(26) }));
    let rows = [
        [format!("{parent}{agency}{}", rule(1180)), format!("{nation}{motto}{}", rule(1190))],
        [number, dated],
    ];
    plain_table([3742, 5613], &rows)
}

/// A table without lines, to set things side by side.
fn plain_table(widths: [u32; 2], rows: &[[String; 2]]) -> String {
    let rows: Vec<String> = rows
        .iter()
        .map(|cells| {
            let cells: Vec<String> = cells
                .iter()
                .zip(widths)
                .map(|(cell, width)| {
                    format!("<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/></w:tcPr>{cell}</w:tc>")
                })
                .collect();
            format!("<w:tr><w:trPr><w:cantSplit/></w:trPr>{}</w:tr>", cells.concat())
        })
        .collect();
    let rows = rows.concat();
    let [left, right] = widths;
    format!(
        "<w:tbl><w:tblPr><w:tblW w:w=\"{TEXT_WIDTH}\" w:type=\"dxa\"/><w:tblLayout w:type=\"fixed\"/>\
         <w:tblCellMar><w:left w:w=\"0\" w:type=\"dxa\"/><w:right w:w=\"0\" w:type=\"dxa\"/></w:tblCellMar></w:tblPr>\
         <w:tblGrid><w:gridCol w:w=\"{left}\"/><w:gridCol w:w=\"{right}\"/></w:tblGrid>{rows}</w:tbl>"
    )
}

fn titles(title: &str, subtitle: Option<&str>, note: Option<&str>, new_page: bool) -> String {
    let turn = if new_page { "<w:pageBreakBefore/>" } else { "" };
    let first = format!(
        "<w:pStyle w:val=\"Heading1\"/><w:keepNext/>{turn}<w:spacing w:before=\"240\" w:after=\"0\"/><w:jc w:val=\"center\"/>"
    );
    let mut text = paragraph(&first, &run(&title.to_uppercase(), bold(28)));
    if let Some(subtitle) = subtitle {
        text.push_str(&paragraph(CENTRED, &run(subtitle, bold(28))));
    }
    if let Some(note) = note {
        text.push_str(&paragraph(CENTRED, &run(note, Look { italic: true, ..size(26) })));
    }
    text.push_str(&rule(3500));
    text
}

fn ending(signature: &Signature) -> String {
    let mut to = paragraph(TIGHT, &run("Nơi nhận:", Look { italic: true, ..bold(24) }));
    for one in &signature.recipients {
        to.push_str(&paragraph(TIGHT, &run(&format!("- {one}"), size(22))));
    }
    let mut sign = paragraph(CENTRED, &run(&signature.title.to_uppercase(), bold(26)));
    sign.push_str(&paragraph("<w:spacing w:before=\"1600\" w:after=\"0\"/>", ""));
    let gap = paragraph(TIGHT, "");
    let before = paragraph(&format!("<w:keepNext/>{TIGHT}"), "");
    format!("{before}{}{gap}", plain_table([4535, 4820], &[[to, sign]]))
}

fn said(sentences: &[Sentence], base: Look) -> String {
    let mut runs = String::new();
    for (place, sentence) in sentences.iter().enumerate() {
        let gap = if place > 0 { " " } else { "" };
        let look = Look {
            bold: base.bold || sentence.tone == Tone::Strong,
            italic: base.italic || sentence.tone == Tone::Note,
            ..base
        };
        runs.push_str(&run(&format!("{gap}{}", sentence.text), look));
        if !sentence.sources.is_empty() {
            let list: Vec<String> = sentence.sources.iter().map(u32::to_string).collect();
            let mark = format!("[{}]", list.join(", "));
            runs.push_str(&run(&mark, Look { raised: true, ..base }));
        }
    }
    runs
}

impl Body {
    fn block(&mut self, block: &Block) -> Result<(), TypesetError> {
        match block {
            Block::Heading { level, text } => {
                // Under the title, which is the first level.
                let style = format!("<w:pStyle w:val=\"Heading{}\"/>", level + 1);
                self.xml.push_str(&paragraph(&style, &run(text, Look::default())));
            }
            Block::Paragraph(sentences) => {
                let style = "<w:ind w:firstLine=\"567\"/><w:jc w:val=\"both\"/>";
                self.xml.push_str(&paragraph(style, &said(sentences, Look::default())));
            }
            Block::Items(items) => {
                for item in &items.0 {
                    let style = "<w:ind w:left=\"567\" w:hanging=\"227\"/><w:jc w:val=\"both\"/>";
                    let runs = run("- ", Look::default()) + &said(item, Look::default());
                    self.xml.push_str(&paragraph(style, &runs));
                }
            }
            Block::Table(table) => {
                self.xml.push_str(&lined_table(table));
                self.xml.push_str(&paragraph(&format!("<w:keepNext/>{TIGHT}"), ""));
            }
            Block::Figure { drawing, caption } => self.figure(drawing, caption)?,
            Block::Chapter { title, subtitle, note } => {
                self.xml.push_str(&titles(title, subtitle.as_deref(), note.as_deref(), true));
            }
        }
        Ok(())
    }

    fn figure(&mut self, drawing: &Drawing, caption: &str) -> Result<(), TypesetError> {
        let png = picture::png(drawing, DOTS_PER_MM)?;
        let number = self.pictures.len() + 1;
        self.pictures.push((format!("word/media/picture{number}.png"), png));
        let emu = |mm: f64| format!("{:.0}", mm * 36_000.0);
        let (width, height) = (emu(drawing.width_mm), emu(drawing.height_mm));
        let told = escaped(caption);
        let inline = format!(
            "<w:r><w:drawing><wp:inline distT=\"0\" distB=\"0\" distL=\"0\" distR=\"0\"><wp:extent cx=\"{width}\" cy=\"{height}\"/>\
             <wp:docPr id=\"{number}\" name=\"picture{number}\" descr=\"{told}\"/>\
             <a:graphic><a:graphicData uri=\"http://schemas.openxmlformats.org/drawingml/2006/picture\"><pic:pic>\
             <pic:nvPicPr><pic:cNvPr id=\"{number}\" name=\"picture{number}\"/><pic:cNvPicPr/></pic:nvPicPr>\
             <pic:blipFill><a:blip r:embed=\"picture{number}\"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>\
             <pic:spPr><a:xfrm><a:off x=\"0\" y=\"0\"/><a:ext cx=\"{width}\" cy=\"{height}\"/></a:xfrm>\
             <a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom><a:ln w=\"6350\"><a:solidFill><a:srgbClr val=\"555555\"/></a:solidFill></a:ln></pic:spPr>\
             </pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
        );
        self.xml.push_str(&paragraph(&format!("<w:keepNext/>{CENTRED}"), &inline));
        let look = Look { italic: true, ..size(22) };
        self.xml.push_str(&paragraph(CENTRED, &run(caption, look)));
        Ok(())
    }
}

fn lined_table(table: &Table) -> String {
    let whole: u32 = table.columns.iter().map(|column| u32::from(column.share)).sum();
    let widths: Vec<u32> = table
        .columns
        .iter()
        .map(|column| TEXT_WIDTH * u32::from(column.share) / whole.max(1))
        .collect();
    let grid: Vec<_> = widths.iter().map(|width| format!("<w:gridCol w:w=\"{width}\"/>")).collect();
    let grid = grid.concat();
    let line = |side: &str| {
        format!("<w:{side} w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"555555\"/>")
    };
    let lines: String = ["top", "left", "bottom", "right", "insideH", "insideV"].map(line).concat();
    let mut rows = String::new();
    if table.has_heading() {
        let cells = table.columns.iter().zip(&widths).map(|(column, width)| {
            let text = paragraph(CENTRED, &run(&column.title, bold(23)));
            cell(*width, "<w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"EEF1F4\"/>", &text)
        });
        let cells: String = cells.collect();
        let _written =
            write!(rows, "<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{cells}</w:tr>");
    }
    for (place, row) in table.rows.iter().enumerate() {
        // A signature, or what a heading begins, never stands alone on its page.
        let keep = if place + 1 == table.rows.len() { "<w:keepNext/>" } else { "" };
        let cells =
            row.iter().zip(&table.columns).zip(&widths).map(|((content, column), width)| {
                let side = match column.align {
                    Align::Left => "left",
                    Align::Centre => "center",
                    Align::Right => "right",
                };
                let style = format!("{keep}{TIGHT}<w:jc w:val=\"{side}\"/>");
                cell(*width, "", &paragraph(&style, &said(&content.sentences, size(23))))
            });
        let cells: String = cells.collect();
        let _written = write!(rows, "<w:tr><w:trPr><w:cantSplit/></w:trPr>{cells}</w:tr>");
    }
    format!(
        "<w:tbl><w:tblPr><w:tblW w:w=\"{TEXT_WIDTH}\" w:type=\"dxa\"/><w:tblBorders>{lines}</w:tblBorders><w:tblLayout w:type=\"fixed\"/></w:tblPr>\
         <w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>"
    )
}

fn cell(width: u32, style: &str, content: &str) -> String {
    format!(
        "<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/>{style}<w:vAlign w:val=\"center\"/></w:tcPr>{content}</w:tc>"
    )
}
