//! Cutting an outline to a tile's window, on whole numbers.
//!
//! First everything far outside goes, in one pass that cannot change what is inside; what is left
//! is cut exactly, rounded and repaired by the overlay engine.

use std::borrow::Cow;

use i_overlay::core::fill_rule::FillRule;
use i_overlay::core::overlay::{Overlay, ShapeType};
use i_overlay::core::overlay_rule::OverlayRule;
use i_overlay::core::solver::Solver;

use crate::grid::{GridBox, GridPoint};
use crate::outline::{OPTIONS, Outline, Shape};

/// What of the outline lies in the window; valid like the outline itself.
pub fn clip<'a>(outline: &'a Outline, window: &GridBox) -> Cow<'a, [Shape]> {
    let Some(bounds) = outline.bounds.filter(|bounds| bounds.meets(window)) else {
        return Cow::Borrowed(&[]);
    };
    if window.holds(&bounds) {
        return Cow::Borrowed(&outline.shapes);
    }
    let mut overlay = Overlay::new_custom(64, OPTIONS, Solver::AUTO);
    let mut any = false;
    for ring in outline.shapes.iter().flatten() {
        let near = without_detours(ring, window);
        if near.len() > 2 {
            overlay.add_contour(&near, ShapeType::Subject);
            any = true;
        }
    }
    if !any {
        return Cow::Borrowed(&[]);
    }
    let GridBox { min, max } = *window;
    let frame = [min, GridPoint::new(max.x, min.y), max, GridPoint::new(min.x, max.y)];
    overlay.add_contour(&frame, ShapeType::Clip);
    Cow::Owned(overlay.overlay(OverlayRule::Intersect, FillRule::NonZero))
}

/// The ring without its walks on one far side of the window.
///
/// Of three points in a row beyond the same side, the middle one can go: the triangle they make
/// lies beyond that side too, so nothing inside the window is wound around differently.
fn without_detours(ring: &[GridPoint], window: &GridBox) -> Vec<GridPoint> {
    let mut near: Vec<(GridPoint, u8)> = Vec::new();
    for at in ring {
        let sides = beyond(*at, window);
        while let [.., (_, first), (_, middle)] = near[..]
            && first & middle & sides != 0
        {
            near.pop();
        }
        near.push((*at, sides));
    }
    // The same where the ring closes.
    while let [(_, first), .., (_, before), (_, last)] = near[..]
        && before & last & first != 0
    {
        near.pop();
    }
    let all = near.iter().fold(u8::MAX, |all, (_, sides)| all & sides);
    if all != 0 { Vec::new() } else { near.into_iter().map(|(at, _)| at).collect() }
}

/// One bit for each side of the window that the point is beyond.
fn beyond(at: GridPoint, window: &GridBox) -> u8 {
    u8::from(at.x < window.min.x)
        | u8::from(at.x > window.max.x) << 1
        | u8::from(at.y < window.min.y) << 2
        | u8::from(at.y > window.max.y) << 3
}
