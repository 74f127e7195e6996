//! Pictures that are a cell's value: "Place in Cell" of Excel, DISPIMG of WPS Office. In the grid
//! such a cell shows an error or a formula; here it is the picture.

use std::collections::HashMap;
use std::io::{Read, Seek};

use quick_xml::events::Event;

use crate::error::BookError;
use crate::package::Package;
use crate::xml::attribute;

#[derive(Debug, Default)]
pub(super) struct InCell {
    /// Part by number of the cell's value metadata, counted from 1.
    by_metadata: Vec<Option<String>>,
    /// Part by the name that DISPIMG gives.
    by_name: HashMap<String, String>,
}

impl InCell {
    pub(super) fn read<R: Read + Seek>(package: &mut Package<R>) -> Result<Self, BookError> {
        let by_metadata = rich_values(package)?;
        let by_name = cell_images(package)?;
        Ok(Self { by_metadata, by_name })
    }

    pub(super) fn of_metadata(&self, number: u32) -> Option<&str> {
        self.by_metadata.get((number as usize).checked_sub(1)?)?.as_deref()
    }

    /// `=DISPIMG("ID_5F3A…",1)`, as the cell's text.
    pub(super) fn of_text(&self, text: &str) -> Option<&str> {
        let rest = text.split_once("DISPIMG(")?.1;
        let name = rest.trim_start_matches(['"', '&', ' ']).split('"').next()?;
        self.by_name.get(name).map(String::as_str)
    }
}

/// Source: [MS-XLSX] 2.6.206 (rich values): a cell's `vm` leads to value metadata, to future
/// metadata, to a rich value, whose field of the local image leads to a relation.
fn rich_values<R: Read + Seek>(package: &mut Package<R>) -> Result<Vec<Option<String>>, BookError> {
    const RELATIONS: &str = "xl/richData/richValueRel.xml";
    const PARTS: [&str; 4] = [
        "xl/metadata.xml",
        "xl/richData/rdrichvalue.xml",
        "xl/richData/rdrichvaluestructure.xml",
        RELATIONS,
    ];
    if !PARTS.iter().all(|part| package.has(part)) {
        return Ok(Vec::new());
    }
    let (of_cells, of_values) = metadata(package)?;
    let places = image_fields(package)?;
    let values = values(package, &places)?;
    let targets: HashMap<String, Option<String>> =
        package.relations(RELATIONS)?.into_iter().map(|r| (r.id, r.target)).collect();
    let ids = starts(package, RELATIONS, "rel", "id")?;
    let part = |cell: &usize| {
        let value = *of_values.get(*cell)?;
        let image = (*values.get(value)?)?;
        targets.get(ids.get(image)?)?.clone()
    };
    let parts: Vec<Option<String>> = of_cells.iter().map(part).collect();
    Ok(parts.into_iter().map(|part| part.filter(|part| package.has(part))).collect())
}

/// For each value metadata its future metadata; for each of those its rich value.
fn metadata<R: Read + Seek>(
    package: &mut Package<R>,
) -> Result<(Vec<usize>, Vec<usize>), BookError> {
    let (mut of_cells, mut of_values) = (Vec::new(), Vec::new());
    let mut is_in_values = false;
    let mut xml = package.xml("xl/metadata.xml")?;
    loop {
        match xml.next()? {
            Event::Start(start) => {
                let number = |name| attribute(&start, name).and_then(|n| n.parse().ok());
                match start.local_name().as_ref() {
                    "valueMetadata" => is_in_values = true,
                    "rc" if is_in_values => of_cells.push(number("v").unwrap_or(usize::MAX)),
                    "rvb" => of_values.push(number("i").unwrap_or(usize::MAX)),
                    _ => {}
                }
            }
            Event::End(end) if end.local_name().as_ref() == "valueMetadata" => {
                is_in_values = false;
            }
            Event::Eof => return Ok((of_cells, of_values)),
            _ => {}
        }
    }
}

/// For each structure, which of its fields is the image.
fn image_fields<R: Read + Seek>(package: &mut Package<R>) -> Result<Vec<Option<usize>>, BookError> {
    let (mut places, mut field) = (Vec::new(), 0);
    let mut xml = package.xml("xl/richData/rdrichvaluestructure.xml")?;
    loop {
        match xml.next()? {
            Event::Start(start) => match start.local_name().as_ref() {
                "s" => {
                    places.push(None);
                    field = 0;
                }
                "k" => {
                    let name = attribute(&start, "n");
                    if name.is_some_and(|name| name == "_rvRel:LocalImageIdentifier")
                        && let Some(place) = places.last_mut()
                    {
                        *place = Some(field);
                    }
                    field += 1;
                }
                _ => {}
            },
            Event::Eof => return Ok(places),
            _ => {}
        }
    }
}

/// For each rich value the number of its image's relation.
fn values<R: Read + Seek>(
    package: &mut Package<R>,
    places: &[Option<usize>],
) -> Result<Vec<Option<usize>>, BookError> {
    let mut values = Vec::new();
    let (mut place, mut field) = (None, 0);
    let mut xml = package.xml("xl/richData/rdrichvalue.xml")?;
    loop {
        match xml.next()? {
            Event::Start(start) if start.local_name().as_ref() == "rv" => {
                let structure = attribute(&start, "s").and_then(|s| s.parse::<usize>().ok());
                place = structure.and_then(|s| places.get(s).copied().flatten());
                field = 0;
                values.push(None);
            }
            Event::Start(start) if start.local_name().as_ref() == "v" => {
                let text = xml.text()?;
                if Some(field) == place
                    && let Some(value) = values.last_mut()
                {
                    *value = text.trim().parse().ok();
                }
                field += 1;
            }
            Event::Eof => return Ok(values),
            _ => {}
        }
    }
}

fn starts<R: Read + Seek>(
    package: &mut Package<R>,
    part: &str,
    element: &str,
    name: &str,
) -> Result<Vec<String>, BookError> {
    let mut found = Vec::new();
    let mut xml = package.xml(part)?;
    loop {
        match xml.next()? {
            Event::Start(start) if start.local_name().as_ref() == element => {
                found.push(attribute(&start, name).unwrap_or_default());
            }
            Event::Eof => return Ok(found),
            _ => {}
        }
    }
}

/// WPS keeps all such pictures in one part, each with a name.
fn cell_images<R: Read + Seek>(
    package: &mut Package<R>,
) -> Result<HashMap<String, String>, BookError> {
    const PART: &str = "xl/cellimages.xml";
    let mut found = HashMap::new();
    if !package.has(PART) {
        return Ok(found);
    }
    let targets: HashMap<String, Option<String>> =
        package.relations(PART)?.into_iter().map(|r| (r.id, r.target)).collect();
    let mut name = None;
    let mut xml = package.xml(PART)?;
    loop {
        match xml.next()? {
            Event::Start(start) => match start.local_name().as_ref() {
                "cNvPr" => name = attribute(&start, "name"),
                "blip" => {
                    let target =
                        attribute(&start, "embed").and_then(|id| targets.get(&id)?.clone());
                    found.extend(name.take().zip(target));
                }
                _ => {}
            },
            Event::Eof => break,
            _ => {}
        }
    }
    drop(xml);
    found.retain(|_, part| package.has(part));
    Ok(found)
}
