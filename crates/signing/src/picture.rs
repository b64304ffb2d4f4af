//! Pictures of signatures and seals: PNG files beside the list of keys, on a transparent ground (Nghị định 30/2020/NĐ-CP, Phụ lục I,
//! II.7 and II.8).

use crate::Mistake;
use png::{Decoder, Limits, Transformations};
use serde::Deserialize;
use serde_json::{Map, Value};
use signatures::make::Picture;
use std::{io::Cursor, path::Path, sync::Arc};

/// A scan of a seal at 600 points an inch is smaller.
const LARGEST: u64 = 1 << 20;
const MOST_PIXELS: u32 = 4_000_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Declared {
    file: String,
    /// As wide as this on paper.
    width_mm: f32,
}

/// Takes the picture out of an entry of the list, where it has one.
pub(crate) fn of(folder: &Path, entry: &mut Map<String, Value>) -> Result<Option<Arc<Picture>>, Mistake> {
    let Some(said) = entry.shift_remove("picture") else { return Ok(None) };
    let declared: Declared = serde_json::from_value(said).map_err(|e| Mistake::Entry(format!("picture: {e}")))?;
    let path = folder.join(&declared.file);
    let unreadable = |e: std::io::Error| Mistake::Unreadable(path.clone(), e.to_string());
    if std::fs::metadata(&path).map_err(unreadable)?.len() > LARGEST {
        return Err(Mistake::Picture(declared.file, "larger than 1 MB"));
    }
    let bytes = std::fs::read(&path).map_err(unreadable)?;
    let picture = read(&bytes, declared.width_mm).map_err(|why| Mistake::Picture(declared.file, why))?;
    Ok(Some(Arc::new(picture)))
}

fn read(bytes: &[u8], width_mm: f32) -> Result<Picture, &'static str> {
    const NO_PNG: &str = "no PNG picture";
    let mut decoder = Decoder::new_with_limits(Cursor::new(bytes), Limits { bytes: 64 << 20 });
    decoder.set_transformations(Transformations::normalize_to_color8() | Transformations::ALPHA);
    let mut reader = decoder.read_info().map_err(|_| NO_PNG)?;
    let info = reader.info();
    if info.width.saturating_mul(info.height) > MOST_PIXELS {
        return Err("more than four million pixels");
    }
    if !(info.trns.is_some() || info.color_type.samples() % 2 == 0) {
        return Err("the ground is not transparent");
    }
    let mut pixels = vec![0; reader.output_buffer_size().ok_or(NO_PNG)?];
    let frame = reader.next_frame(&mut pixels).map_err(|_| NO_PNG)?;
    let pixels = pixels.get(..frame.buffer_size()).unwrap_or_default();
    let coloured: Vec<u8> = match frame.color_type.samples() {
        4 => pixels.to_vec(),
        2 => pixels.chunks_exact(2).flat_map(|p| if let [grey, opacity] = p { [*grey, *grey, *grey, *opacity] } else { [0; 4] }).collect(),
        _ => return Err(NO_PNG),
    };
    Picture::new(frame.width, frame.height, &coloured, width_mm).ok_or("width_mm must lie between 1 and 200")
}

#[cfg(test)]
mod tests {
    use super::read;

    fn png(colour: png::ColorType, pixels: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        let mut encoder = png::Encoder::new(&mut out, 2, 1);
        encoder.set_color(colour);
        encoder.write_header().unwrap().write_image_data(pixels).unwrap();
        out
    }

    #[test]
    fn pictures_have_a_transparent_ground_and_a_width() {
        let red = png(png::ColorType::Rgba, &[255, 0, 0, 255, 0, 0, 0, 0]);
        let (width, height) = read(&red, 36.0).unwrap().size();
        assert!((width - 102.05).abs() < 0.01 && (height - 51.02).abs() < 0.01, "{width} {height}");
        assert!(read(&png(png::ColorType::GrayscaleAlpha, &[0, 255, 0, 0]), 30.0).is_ok());
        assert_eq!(read(&png(png::ColorType::Rgb, &[255, 0, 0, 0, 0, 0]), 36.0), Err("the ground is not transparent"));
        assert_eq!(read(&red, 0.0), Err("width_mm must lie between 1 and 200"));
        assert_eq!(read(&red, f32::NAN), Err("width_mm must lie between 1 and 200"));
        assert_eq!(read(b"GIF89a", 36.0), Err("no PNG picture"));
        for cut in 0..red.len() - 16 {
            assert!(read(red.get(..cut).unwrap(), 36.0).is_err(), "cut at {cut}");
        }
    }
}
