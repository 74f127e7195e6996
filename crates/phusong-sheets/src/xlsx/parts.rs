//! The parts beside a sheet: number formats, comments, drawings and the pictures in them.

use std::collections::HashMap;
use std::io::{Read, Seek};

use quick_xml::events::Event;

use super::scan::place;
use crate::book::{Comment, Picture, Piece};
use crate::error::BookError;
use crate::format::shows_percent;
use crate::limits::{COLUMNS, ROWS};
use crate::out::{Out, SheetTally};
use crate::package::Package;
use crate::picture;
use crate::xml::attribute;

/// Which cell styles show a percentage.
#[derive(Debug, Default)]
pub(super) struct Styles {
    percent: Vec<bool>,
}

impl Styles {
    /// Source: ECMA-376 part 1 §18.8.30: formats 9 and 10 are percentages.
    pub(super) fn read<R: Read + Seek>(package: &mut Package<R>) -> Result<Self, BookError> {
        const PART: &str = "xl/styles.xml";
        let mut styles = Self::default();
        if !package.has(PART) {
            return Ok(styles);
        }
        let mut own_formats: HashMap<u32, bool> = HashMap::new();
        let mut is_in_cell_formats = false;
        let mut xml = package.xml(PART)?;
        loop {
            match xml.next()? {
                Event::Start(start) => {
                    let id = attribute(&start, "numFmtId").and_then(|id| id.parse().ok());
                    match (start.local_name().as_ref(), id) {
                        ("numFmt", Some(id)) => {
                            let code = attribute(&start, "formatCode").unwrap_or_default();
                            own_formats.insert(id, shows_percent(&code));
                        }
                        ("cellXfs", _) => is_in_cell_formats = true,
                        ("xf", id) if is_in_cell_formats => {
                            let id = id.unwrap_or(0);
                            let own = own_formats.get(&id).copied();
                            styles.percent.push(own.unwrap_or(matches!(id, 9 | 10)));
                        }
                        _ => {}
                    }
                }
                Event::End(end) if end.local_name().as_ref() == "cellXfs" => {
                    is_in_cell_formats = false;
                }
                Event::Eof => return Ok(styles),
                _ => {}
            }
        }
    }

    pub(super) fn is_percent(&self, style: usize) -> bool {
        self.percent.get(style).copied().unwrap_or(false)
    }
}

/// Comments and pictures of a sheet.
pub(super) fn attached<R: Read + Seek>(
    package: &mut Package<R>,
    sheet_part: &str,
    tally: &mut SheetTally,
    out: &mut Out<'_>,
) -> Result<(), BookError> {
    for relation in package.relations(sheet_part)? {
        let Some(part) = relation.target.filter(|part| package.has(part)) else { continue };
        match relation.kind.as_str() {
            "comments" => {
                for comment in comments(package, &part)? {
                    tally.comments += 1;
                    out.send(Piece::Comment(comment))?;
                }
            }
            "drawing" => drawing(package, &part, out)?,
            _ => {}
        }
    }
    Ok(())
}

fn comments<R: Read + Seek>(
    package: &mut Package<R>,
    part: &str,
) -> Result<Vec<Comment>, BookError> {
    let mut found = Vec::new();
    let mut at = None;
    let mut xml = package.xml(part)?;
    loop {
        match xml.next()? {
            Event::Start(start) if start.local_name().as_ref() == "comment" => {
                at = attribute(&start, "ref").as_deref().and_then(place);
            }
            Event::Start(start) if start.local_name().as_ref() == "text" => {
                let text = xml.text()?;
                if let Some((row, column)) = at.take() {
                    found.push(Comment { row, column, text: text.trim().to_owned() });
                }
            }
            Event::Eof => return Ok(found),
            _ => {}
        }
    }
}

/// The upper left cell of what is being read in a drawing.
#[derive(Default)]
struct Anchor {
    row: Option<u32>,
    column: Option<u16>,
    pictures: Vec<String>,
}

fn drawing<R: Read + Seek>(
    package: &mut Package<R>,
    part: &str,
    out: &mut Out<'_>,
) -> Result<(), BookError> {
    let relations = package.relations(part)?;
    for Anchor { row, column, pictures } in anchors(package, part)? {
        let (Some(row), Some(column)) = (row, column) else { continue };
        for id in pictures {
            let relation = relations.iter().find(|relation| relation.id == id);
            let target = relation.and_then(|relation| relation.target.clone());
            let Some(name) = target.filter(|name| package.has(name)) else { continue };
            send_picture(package, (row, column), name, out)?;
        }
    }
    Ok(())
}

pub(super) fn send_picture<R: Read + Seek>(
    package: &mut Package<R>,
    (row, column): (u32, u16),
    name: String,
    out: &mut Out<'_>,
) -> Result<(), BookError> {
    let (length, sha256) = picture::weigh(package.part(&name)?, &name)?;
    out.send(Piece::Picture(Picture { row, column, name, length, sha256 }))
}

fn anchors<R: Read + Seek>(package: &mut Package<R>, part: &str) -> Result<Vec<Anchor>, BookError> {
    let mut found = Vec::new();
    let mut anchor = Anchor::default();
    let mut is_in_from = false;
    let mut xml = package.xml(part)?;
    loop {
        match xml.next()? {
            Event::Start(start) => match start.local_name().as_ref() {
                "twoCellAnchor" | "oneCellAnchor" | "absoluteAnchor" => anchor = Anchor::default(),
                "from" => is_in_from = true,
                "col" if is_in_from => {
                    let number = xml.text()?.trim().parse::<u32>().ok();
                    let number = number.filter(|&number| number < COLUMNS);
                    anchor.column = number.and_then(|number| u16::try_from(number).ok());
                }
                "row" if is_in_from => {
                    let number = xml.text()?.trim().parse::<u32>().ok();
                    anchor.row = number.filter(|&number| number < ROWS).map(|number| number + 1);
                }
                "blip" => anchor.pictures.extend(attribute(&start, "embed")),
                _ => {}
            },
            Event::End(end) => match end.local_name().as_ref() {
                "from" => is_in_from = false,
                "twoCellAnchor" | "oneCellAnchor" => found.push(std::mem::take(&mut anchor)),
                _ => {}
            },
            Event::Eof => return Ok(found),
            _ => {}
        }
    }
}
