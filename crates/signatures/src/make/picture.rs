//! The picture of a signature or a seal on the page.
//!
//! Practice (Nghị định 30/2020/NĐ-CP, Phụ lục I, II.7 and II.8): the signature blue, between post and name; the seal red, as large as
//! the real one, over a third of the signature from the left; both PNG on a transparent ground.

use super::{revision::Revision, write::stream};
use miniz_oxide::deflate::compress_to_vec_zlib;

const POINTS_PER_MM: f32 = 72.0 / 25.4;
const LEVEL: u8 = 9;

/// A rectangle on a page in points, from the lower left corner.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rect {
    pub left: f32,
    pub bottom: f32,
    pub width: f32,
    pub height: f32,
}

impl Rect {
    /// A rectangle of this size around the middle of this one.
    #[must_use]
    pub fn middle(self, width: f32, height: f32) -> Self {
        Self { left: self.left + (self.width - width) / 2.0, bottom: self.bottom + (self.height - height) / 2.0, width, height }
    }
    pub(super) fn corners(self) -> String {
        let (right, top) = (self.left + self.width, self.bottom + self.height);
        format!("{:.2} {:.2} {right:.2} {top:.2}", self.left, self.bottom)
    }
    pub const fn is_nothing(self) -> bool {
        !(self.width > 0.0 && self.height > 0.0)
    }
}

/// Pixels ready to be put into a file.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    columns: u32,
    rows: u32,
    colours: Vec<u8>,
    opacity: Vec<u8>,
    /// Hundredths of a millimetre.
    width: u32,
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Picture").field("columns", &self.columns).field("rows", &self.rows).finish_non_exhaustive()
    }
}

impl Picture {
    /// Of pixels (red, green, blue, opacity), printed this wide. None where the number of pixels is another, or nothing is shown.
    pub fn new(columns: u32, rows: u32, pixels: &[u8], width_mm: f32) -> Option<Self> {
        let wanted = usize::try_from(columns).ok()?.checked_mul(usize::try_from(rows).ok()?)?.checked_mul(4)?;
        if wanted == 0 || pixels.len() != wanted || !(1.0..=200.0).contains(&width_mm) {
            return None;
        }
        let colours: Vec<u8> = pixels.chunks_exact(4).flat_map(|p| p.iter().take(3).copied()).collect();
        let opacity: Vec<u8> = pixels.chunks_exact(4).filter_map(|p| p.last().copied()).collect();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 100 and 20,000")]
        let width = (width_mm * 100.0).round() as u32;
        Some(Self { columns, rows, colours: compress_to_vec_zlib(&colours, LEVEL), opacity: compress_to_vec_zlib(&opacity, LEVEL), width })
    }

    /// Its size on paper, in points.
    #[expect(clippy::cast_precision_loss, reason = "pictures have some thousand pixels a side")]
    pub fn size(&self) -> (f32, f32) {
        let width = self.width as f32 / 100.0 * POINTS_PER_MM;
        (width, width * self.rows as f32 / self.columns as f32)
    }

    /// Its size where there is only so much room.
    pub fn within(&self, width: f32, height: f32) -> (f32, f32) {
        let (w, h) = self.size();
        let scale = (width / w).min(height / h).min(1.0);
        (w * scale, h * scale)
    }

    /// The objects of the picture in a revision: the number of the form that shows it.
    pub(super) fn show(&self, revision: &mut Revision<'_>, room: Rect) -> u32 {
        let (mask, image, form) = (revision.number(), revision.number(), revision.number());
        let (columns, rows) = (self.columns, self.rows);
        let common = format!("/Type/XObject/Subtype/Image/Width {columns}/Height {rows}/BitsPerComponent 8/Filter/FlateDecode");
        revision.put_written(mask, stream(&format!("{common}/ColorSpace/DeviceGray"), &self.opacity));
        revision.put_written(image, stream(&format!("{common}/ColorSpace/DeviceRGB/SMask {mask} 0 R"), &self.colours));
        let (w, h) = self.within(room.width, room.height);
        let (x, y) = ((room.width - w) / 2.0, (room.height - h) / 2.0);
        let draw = format!("q {w:.2} 0 0 {h:.2} {x:.2} {y:.2} cm /Picture Do Q");
        let resources = format!("/Resources<</XObject<</Picture {image} 0 R>>>>");
        revision.put_written(form, stream(&format!("{}{resources}", form_of(room)), draw.as_bytes()));
        form
    }
}

/// The form of a field that shows nothing.
pub(super) fn blank(revision: &mut Revision<'_>, room: Rect) -> u32 {
    let form = revision.number();
    revision.put_written(form, stream(&format!("{}/Resources<<>>", form_of(room)), b""));
    form
}

fn form_of(room: Rect) -> String {
    format!("/Type/XObject/Subtype/Form/BBox[0 0 {:.2} {:.2}]", room.width, room.height)
}
