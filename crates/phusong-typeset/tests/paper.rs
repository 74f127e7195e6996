//! A paper on the desk: set twice it is the same, and it is laid out as NĐ 30/2020 asks.

use phusong_typeset::{
    Align, Block, Cell, Column, Document, Drawing, Ink, Items, Letterhead, Sentence, Shape,
    Signature, Table, docx, pdf,
};

fn paper() -> Document {
    let column = |title: &str, share| Column { title: title.into(), share, align: Align::Left };
    Document {
        ident: "one".into(),
        title: "Phiếu hiện trạng thôn".into(),
        subtitle: Some("thôn Kon Dóc, xã Ba Vinh (suy luận)".into()),
        letterhead: Some(Letterhead {
            parent: Some("Ủy ban nhân dân tỉnh Quảng Ngãi".into()),
            agency: "Sở Khoa học và Công nghệ".into(),
            place: "Quảng Ngãi".into(),
        }),
        blocks: vec![
            Block::Heading { level: 1, text: "1. Kết luận".into() },
            Block::Paragraph(vec![
                Sentence::strong("Trắng sóng, mức xác minh E2."),
                Sentence::new("Trong danh sách của mục IV.16 <b>#strong[không] đánh dấu</b>.")
                    .from(Some(1)),
            ]),
            Block::Items(Items(vec![vec![Sentence::new("Chưa rõ số hộ.")]])),
            Block::Table(Table {
                columns: vec![column("Nhà mạng", 2), column("2G", 1), column("4G", 1)],
                rows: (0..60)
                    .map(|n| {
                        vec![Cell::from("Viettel"), Cell::from(format!("{n}")), Cell::default()]
                    })
                    .collect(),
            }),
            Block::Figure {
                drawing: Drawing {
                    width_mm: 120.0,
                    height_mm: 60.0,
                    shapes: vec![
                        Shape::Disc {
                            centre: [60.0, 30.0],
                            radius_mm: 20.0,
                            ink: Ink {
                                fill: Some("#cc4444"),
                                fill_opacity: 0.3,
                                line: Some("#cc4444"),
                                line_mm: 0.3,
                                dashed: true,
                            },
                        },
                        Shape::Word {
                            at: [60.0, 30.0],
                            text: "Kon Dóc & Đăk Pao".into(),
                            size_mm: 3.5,
                            strong: true,
                            centred: true,
                        },
                    ],
                },
                caption: "Ranh giới gần đúng, không có giá trị pháp lý".into(),
            },
        ],
        signature: Some(Signature {
            recipients: vec!["Như trên;".into(), "Lưu: VT.".into()],
            title: "Giám đốc".into(),
        }),
        annexes: vec![
            Block::Chapter {
                title: "Phiếu hiện trạng thôn".into(),
                subtitle: Some("Thôn Cà".into()),
                note: Some("(Kèm theo Văn bản số …)".into()),
            },
            Block::Paragraph(vec![Sentence::note("Hết.")]),
        ],
        mark: Some("Dữ liệu minh hoạ".into()),
        state: "phusong".into(),
    }
}

#[test]
fn the_same_paper_is_the_same_bytes() {
    let one = pdf(&paper()).expect("a PDF");
    let other = pdf(&paper()).expect("a PDF");
    assert_eq!(one, other);
    assert!(one.bytes.starts_with(b"%PDF-1.7"));
    assert!(one.pages >= 2);
    if let Some(file) = std::env::var_os("PHUSONG_PAPER") {
        std::fs::write(file, &one.bytes).expect("written");
    }
}

#[test]
fn the_same_paper_is_the_same_docx() {
    let one = docx(&paper()).expect("a DOCX");
    assert_eq!(one, docx(&paper()).expect("a DOCX"));
    assert!(one.starts_with(b"PK"));
    if let Some(file) = std::env::var_os("PHUSONG_PAPER") {
        let file = std::path::Path::new(&file).with_extension("docx");
        std::fs::write(file, &one).expect("written");
    }
}

fn part(docx: &[u8], name: &str) -> String {
    let mut package = zip::ZipArchive::new(std::io::Cursor::new(docx)).expect("a package");
    let mut text = String::new();
    let mut part = package.by_name(name).expect("the part");
    std::io::Read::read_to_string(&mut part, &mut text).expect("text");
    text
}

/// So that a reader finds its way: the title is the first level, parts and sections lie under it.
#[test]
fn the_title_is_the_heading_of_the_paper_and_of_each_that_is_bound_with_it() {
    let body = part(&docx(&paper()).expect("a DOCX"), "word/document.xml");
    let level = |level: u8| body.matches(&format!("<w:pStyle w:val=\"Heading{level}\"/>")).count();
    assert_eq!((level(1), level(2), level(3)), (2, 1, 0));
    let styles = part(&docx(&paper()).expect("a DOCX"), "word/styles.xml");
    for level in 1..=3 {
        assert!(styles.contains(&format!("w:styleId=\"Heading{level}\"")), "{level}");
    }
    let pdf = pdf(&paper()).expect("a PDF").bytes;
    let found =
        |what: &str| pdf.windows(what.len()).filter(|part| *part == what.as_bytes()).count();
    assert_eq!((found("/S/H1") + found("/S /H1"), found("/S/H2") + found("/S /H2")), (2, 1));
}

/// What somebody typed may hold anything but what ends a string.
#[test]
fn characters_that_no_xml_may_hold_spoil_no_paper() {
    const FORBIDDEN: &str = "a\u{0}b\u{b}c\u{1b}d\u{fffe}e\u{ffff}f";
    let mut paper = paper();
    paper.subtitle = Some(FORBIDDEN.into());
    for block in &mut paper.blocks {
        if let Block::Figure { drawing, caption } = block {
            caption.push_str(FORBIDDEN);
            drawing.shapes.push(Shape::Word {
                at: [10.0, 10.0],
                text: FORBIDDEN.into(),
                size_mm: 3.0,
                strong: false,
                centred: false,
            });
            assert!(!drawing.svg().contains(['\u{0}', '\u{b}', '\u{1b}', '\u{fffe}', '\u{ffff}']));
        }
    }
    pdf(&paper).expect("a PDF");
    let bytes = docx(&paper).expect("a DOCX");
    let body = part(&bytes, "word/document.xml");
    assert!(body.contains("a b c d e f"));
    assert!(!body.contains(['\u{0}', '\u{b}', '\u{1b}', '\u{fffe}', '\u{ffff}']));
}
