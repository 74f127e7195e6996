//! A drawing as PNG, for papers that take no vectors.

use std::sync::{Arc, LazyLock};

use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::{Options, Tree, fontdb};

use crate::{Drawing, FACES, TypesetError};

static FONTS: LazyLock<Arc<fontdb::Database>> = LazyLock::new(|| {
    let mut fonts = fontdb::Database::new();
    for face in FACES {
        fonts.load_font_data(face.to_vec());
    }
    Arc::new(fonts)
});

/// On white, with so many dots on a millimetre.
pub(crate) fn png(drawing: &Drawing, dots_per_mm: f32) -> Result<Vec<u8>, TypesetError> {
    if FACES.is_empty() {
        return Err(TypesetError::NoFace);
    }
    let layout = |error: &dyn std::fmt::Display| TypesetError::Layout(error.to_string());
    let options = Options { fontdb: Arc::clone(&FONTS), ..Options::default() };
    let tree = Tree::from_str(&drawing.svg(), &options).map_err(|error| layout(&error))?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a drawing is smaller than a page"
    )]
    let dots = |mm: f64| (mm * f64::from(dots_per_mm)).clamp(1.0, 8_000.0).round() as u32;
    let (width, height) = (dots(drawing.width_mm), dots(drawing.height_mm));
    let mut picture =
        Pixmap::new(width, height).ok_or_else(|| layout(&"a drawing without extent"))?;
    picture.fill(Color::WHITE);
    #[expect(clippy::cast_precision_loss, reason = "at most 8,000")]
    let scale = (width as f32 / tree.size().width(), height as f32 / tree.size().height());
    resvg::render(&tree, Transform::from_scale(scale.0, scale.1), &mut picture.as_mut());
    picture.encode_png().map_err(|error| TypesetError::Write(Box::new(error)))
}
