//! A drawing of lines, areas, discs and words, in millimetres from the upper left corner.

use std::fmt::Write as _;

use serde::{Serialize, Serializer};

/// How something is drawn: colours as `#rrggbb`, opacities and widths beside them.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Ink {
    pub fill: Option<&'static str>,
    pub fill_opacity: f32,
    pub line: Option<&'static str>,
    pub line_mm: f32,
    pub dashed: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// Rings of one area; a ring within another is a hole.
    Area {
        rings: Vec<Vec<[f64; 2]>>,
        ink: Ink,
    },
    Line {
        points: Vec<[f64; 2]>,
        ink: Ink,
    },
    Disc {
        centre: [f64; 2],
        radius_mm: f64,
        ink: Ink,
    },
    Word {
        at: [f64; 2],
        text: String,
        size_mm: f32,
        strong: bool,
        centred: bool,
    },
}

#[derive(Debug, Clone, PartialEq)]
pub struct Drawing {
    pub width_mm: f64,
    pub height_mm: f64,
    pub shapes: Vec<Shape>,
}

impl Serialize for Drawing {
    /// As the layout takes it: its width and an SVG.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (self.width_mm, self.svg()).serialize(serializer)
    }
}

impl Drawing {
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.shapes.iter().filter_map(|shape| match shape {
            Shape::Word { text, .. } => Some(text.as_str()),
            _ => None,
        })
    }

    /// The drawing as SVG, cut to hundredths of a millimetre.
    pub fn svg(&self) -> String {
        let (width, height) = (self.width_mm, self.height_mm);
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.2}mm\" height=\"{height:.2}mm\" viewBox=\"0 0 {width:.2} {height:.2}\">\
             <clipPath id=\"f\"><rect width=\"{width:.2}\" height=\"{height:.2}\"/></clipPath><g clip-path=\"url(#f)\">"
        );
        for shape in &self.shapes {
            shape.write(&mut svg);
        }
        svg.push_str("</g></svg>");
        svg
    }
}

impl Shape {
    fn write(&self, svg: &mut String) {
        // Writing to a string does not fail.
        let _written = match self {
            Self::Area { rings, ink } => {
                let paths: Vec<_> = rings.iter().map(|ring| path(ring) + "Z").collect();
                let paths = paths.concat();
                write!(svg, "<path fill-rule=\"evenodd\" d=\"{paths}\"{}/>", attributes(*ink))
            }
            Self::Line { points, ink } => {
                write!(svg, "<path d=\"{}\"{}/>", path(points), attributes(*ink))
            }
            Self::Disc { centre: [x, y], radius_mm, ink } => {
                let ink = attributes(*ink);
                write!(svg, "<circle cx=\"{x:.2}\" cy=\"{y:.2}\" r=\"{radius_mm:.2}\"{ink}/>")
            }
            Self::Word { at: [x, y], text, size_mm, strong, centred } => {
                let weight = if *strong { " font-weight=\"700\"" } else { "" };
                let anchor = if *centred { " text-anchor=\"middle\"" } else { "" };
                let text = escaped(text);
                // A white edge keeps words legible over lines.
                write!(
                    svg,
                    "<text x=\"{x:.2}\" y=\"{y:.2}\" font-family=\"Tinos\" font-size=\"{size_mm:.2}\"{weight}{anchor} \
                     stroke=\"#ffffff\" stroke-width=\"0.7\" stroke-linejoin=\"round\">{text}</text>\
                     <text x=\"{x:.2}\" y=\"{y:.2}\" font-family=\"Tinos\" font-size=\"{size_mm:.2}\"{weight}{anchor}>{text}</text>"
                )
            }
        };
    }
}

fn path(points: &[[f64; 2]]) -> String {
    let mut path = String::new();
    for (place, [x, y]) in points.iter().enumerate() {
        let step = if place == 0 { 'M' } else { 'L' };
        let _written = write!(path, "{step}{x:.2} {y:.2}");
    }
    path
}

fn attributes(ink: Ink) -> String {
    let fill = ink.fill.map_or_else(
        || " fill=\"none\"".to_owned(),
        |colour| format!(" fill=\"{colour}\" fill-opacity=\"{:.2}\"", ink.fill_opacity),
    );
    let line = ink.line.map_or_else(String::new, |colour| {
        let dashes = if ink.dashed { " stroke-dasharray=\"1.2 0.9\"" } else { "" };
        format!(" stroke=\"{colour}\" stroke-width=\"{:.2}\"{dashes}", ink.line_mm)
    });
    fill + &line
}

/// Text between tags; a space for what no XML may hold (XML 1.0, production 2).
pub(crate) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}
