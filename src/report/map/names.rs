//! Names on a map: each where it has room, the more important first; one that would cover another
//! is left out.

use phusong_typeset::Shape;

/// About as wide as the face sets it: letters of Tinos are half as wide as high on average.
pub(super) fn text_width_mm(text: &str, size_mm: f32) -> f64 {
    let letters = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
    f64::from(letters) * f64::from(size_mm) * 0.48
}

/// Left, upper, right and lower edge.
type Box = [f64; 4];

fn meet(a: Box, b: Box) -> bool {
    a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3]
}

/// A name to be set; its place is the middle or the left end of its base line.
pub(super) struct Name<'a> {
    pub at: [f64; 2],
    pub text: &'a str,
    pub size_mm: f32,
    pub strong: bool,
    pub centred: bool,
}

impl Name<'_> {
    fn edges(&self) -> Box {
        let (width, size) = (text_width_mm(self.text, self.size_mm), f64::from(self.size_mm));
        let left = if self.centred { self.at[0] - width / 2.0 } else { self.at[0] };
        [left, self.at[1] - size * 0.8, left + width, self.at[1] + size * 0.25]
    }
}

/// What is taken already.
#[derive(Default)]
pub(super) struct Names {
    taken: Vec<Box>,
    words: Vec<Shape>,
}

impl Names {
    /// Where no name may stand: corners of a rectangle.
    pub fn keep_free(&mut self, upper_left: [f64; 2], lower_right: [f64; 2]) {
        self.taken.push([upper_left[0], upper_left[1], lower_right[0], lower_right[1]]);
    }

    /// Sets a name if there is room for it.
    pub fn put(&mut self, name: &Name<'_>) -> bool {
        let edges = name.edges();
        if self.taken.iter().any(|taken| meet(*taken, edges)) {
            return false;
        }
        self.taken.push(edges);
        self.words.push(Shape::Word {
            at: name.at,
            text: name.text.to_owned(),
            size_mm: name.size_mm,
            strong: name.strong,
            centred: name.centred,
        });
        true
    }

    pub fn into_shapes(self) -> Vec<Shape> {
        self.words
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_would_cover_another_is_left_out() {
        let mut names = Names::default();
        let name = |x: f64, y: f64, text| Name {
            at: [x, y],
            text,
            size_mm: 3.0,
            strong: false,
            centred: true,
        };
        names.keep_free([100.0, 0.0], [150.0, 40.0]);
        assert!(names.put(&name(20.0, 20.0, "xã Trà Bồng")));
        assert!(!names.put(&name(24.0, 21.0, "xã Đông Trà Bồng")), "over the first");
        assert!(names.put(&name(24.0, 26.0, "xã Đông Trà Bồng")), "below it");
        assert!(!names.put(&name(98.0, 20.0, "xã Bình Sơn")), "where none may stand");
        assert_eq!(names.into_shapes().len(), 2);
    }
}
