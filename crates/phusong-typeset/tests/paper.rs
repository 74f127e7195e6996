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
