//! The parts around the body: types, relations, styles, header, properties.

use super::body::Body;
use crate::Document;
use crate::drawing::escaped;

const XML: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const WORD: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml";
pub(super) const MAIN: &str =
    "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"";

/// Each with its name in the package.
pub(super) fn parts(document: &Document, body: &Body) -> Vec<(String, Vec<u8>)> {
    let part = |name: &str, text: String| (name.to_owned(), (XML.to_owned() + &text).into_bytes());
    vec![
        part("[Content_Types].xml", content_types()),
        part("_rels/.rels", package_relations()),
        part("docProps/core.xml", properties(document)),
        part("word/document.xml", body.xml.clone()),
        part("word/_rels/document.xml.rels", relations(body)),
        part("word/styles.xml", styles()),
        part("word/settings.xml", settings()),
        part("word/header1.xml", header(document, true)),
        part("word/header2.xml", header(document, false)),
    ]
}

fn content_types() -> String {
    let part = |name: &str, kind: &str| {
        format!("<Override PartName=\"/word/{name}.xml\" ContentType=\"{WORD}.{kind}+xml\"/>")
    };
    let parts = [
        part("document", "document.main"),
        part("styles", "styles"),
        part("settings", "settings"),
        part("header1", "header"),
        part("header2", "header"),
    ]
    .concat();
    format!(
        "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
         <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
         <Default Extension=\"xml\" ContentType=\"application/xml\"/>\
         <Default Extension=\"png\" ContentType=\"image/png\"/>{parts}\
         <Override PartName=\"/docProps/core.xml\" ContentType=\"application/vnd.openxmlformats-package.core-properties+xml\"/>\
         </Types>"
    )
}

fn relations_of(list: &[(String, String, String)]) -> String {
    let list: Vec<String> = list
        .iter()
        .map(|(id, kind, target)| {
            format!("<Relationship Id=\"{id}\" Type=\"{kind}\" Target=\"{target}\"/>")
        })
        .collect();
    let list = list.concat();
    format!(
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{list}</Relationships>"
    )
}

fn package_relations() -> String {
    let core =
        "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties";
    relations_of(&[
        ("rId1".into(), format!("{OFFICE}/officeDocument"), "word/document.xml".into()),
        ("rId2".into(), core.into(), "docProps/core.xml".into()),
    ])
}

fn relations(body: &Body) -> String {
    let mut list: Vec<_> = ["styles", "settings"]
        .iter()
        .map(|kind| ((*kind).to_owned(), format!("{OFFICE}/{kind}"), format!("{kind}.xml")))
        .collect();
    for name in ["header1", "header2"] {
        list.push((name.to_owned(), format!("{OFFICE}/header"), format!("{name}.xml")));
    }
    for (name, _) in &body.pictures {
        let target = name.trim_start_matches("word/").to_owned();
        let id = target.trim_start_matches("media/").trim_end_matches(".png").to_owned();
        list.push((id, format!("{OFFICE}/image"), target));
    }
    relations_of(&list)
}

fn properties(document: &Document) -> String {
    format!(
        "<cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:title>{}</dc:title><dc:creator>Phủ Sóng</dc:creator>\
         <cp:keywords>{}</cp:keywords><dc:language>vi-VN</dc:language></cp:coreProperties>",
        escaped(&document.title),
        escaped(&document.state)
    )
}

fn settings() -> String {
    format!("<w:settings {MAIN}><w:defaultTabStop w:val=\"567\"/></w:settings>")
}

fn styles() -> String {
    let face = "<w:rFonts w:ascii=\"Times New Roman\" w:hAnsi=\"Times New Roman\" w:eastAsia=\"Times New Roman\" w:cs=\"Times New Roman\"/>";
    let heading = |level: u8, slant: &str| {
        let outline = level - 1;
        format!(
            "<w:style w:type=\"paragraph\" w:styleId=\"Heading{level}\"><w:name w:val=\"heading {level}\"/><w:basedOn w:val=\"Normal\"/><w:next w:val=\"Normal\"/>\
             <w:pPr><w:keepNext/><w:spacing w:before=\"200\" w:after=\"80\"/><w:jc w:val=\"left\"/><w:outlineLvl w:val=\"{outline}\"/></w:pPr>\
             <w:rPr><w:b/>{slant}</w:rPr></w:style>"
        )
    };
    let headings = [heading(1, ""), heading(2, ""), heading(3, "<w:i/>")].concat();
    format!(
        "<w:styles {MAIN}><w:docDefaults><w:rPrDefault><w:rPr>{face}<w:sz w:val=\"26\"/><w:szCs w:val=\"26\"/>\
         <w:lang w:val=\"vi-VN\"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:before=\"60\" w:after=\"60\" w:line=\"264\" w:lineRule=\"auto\"/></w:pPr></w:pPrDefault></w:docDefaults>\
         <w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\"><w:name w:val=\"Normal\"/></w:style>{headings}</w:styles>"
    )
}

/// The page number from page 2 on; what marks the paper on every page.
fn header(document: &Document, numbered: bool) -> String {
    let centred =
        "<w:pPr><w:spacing w:before=\"0\" w:after=\"0\"/><w:jc w:val=\"center\"/></w:pPr>";
    let mark = document.mark.as_deref().map_or_else(String::new, |mark| {
        let text = escaped(&mark.to_uppercase());
        format!("<w:p>{centred}<w:r><w:rPr><w:b/><w:color w:val=\"B00020\"/><w:sz w:val=\"20\"/></w:rPr><w:t>{text}</w:t></w:r></w:p>")
    });
    let number = if numbered {
        "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText xml:space=\"preserve\"> PAGE </w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r>"
    } else {
        ""
    };
    format!("<w:hdr {MAIN}>{mark}<w:p>{centred}{number}</w:p></w:hdr>")
}
