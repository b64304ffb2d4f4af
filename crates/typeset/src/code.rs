//! The QR code of a look-up address as one small SVG shape.

use qrcode::{Color, EcLevel, QrCode};
use std::fmt::Write as _;

/// A code above this is no longer read by an ordinary telephone from a printed slip.
const LONGEST_LINK: usize = 512;
/// Modules of light around it (ISO/IEC 18004:2024, 9.1).
const QUIET: usize = 4;

/// Nothing for an address that is too long.
pub fn svg(link: &str) -> Option<String> {
    let code = (link.len() <= LONGEST_LINK).then(|| QrCode::with_error_correction_level(link, EcLevel::M))?.ok()?;
    Some(drawn(&code))
}

/// Dark modules that stand together in a row are one rectangle: fewer shapes, and no hairlines between them.
fn drawn(code: &QrCode) -> String {
    let side = code.width();
    let whole = side + 2 * QUIET;
    let mut path = String::new();
    for (y, row) in code.to_colors().chunks(side).enumerate() {
        let mut x = 0;
        while x < side {
            let run = row.iter().skip(x).take_while(|c| **c == Color::Dark).count();
            if run > 0 {
                let _ = write!(path, "M{} {}h{run}v1h-{run}z", x + QUIET, y + QUIET);
            }
            x += run.max(1);
        }
    }
    format!("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{whole}\" height=\"{whole}\" viewBox=\"0 0 {whole} {whole}\" shape-rendering=\"crispEdges\"><rect width=\"{whole}\" height=\"{whole}\" fill=\"#fff\"/><path d=\"{path}\"/></svg>")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn what_is_drawn_is_the_code() {
        for link in ["a", "https://dichvucong.example.vn/verify/8H2K-91QX-77", &"x".repeat(LONGEST_LINK)] {
            let code = QrCode::with_error_correction_level(link, EcLevel::M).unwrap();
            let drawn = svg(link).unwrap();
            let path = drawn.split(" d=\"").nth(1).unwrap().split('"').next().unwrap();
            let mut dark = BTreeSet::new();
            for run in path.split('z').filter(|r| !r.is_empty()) {
                let (at, rest) = run.strip_prefix('M').unwrap().split_once('h').unwrap();
                let (x, y) = at.split_once(' ').unwrap();
                let long: usize = rest.split('v').next().unwrap().parse().unwrap();
                assert_eq!(rest, format!("{long}v1h-{long}"));
                let (x, y): (usize, usize) = (x.parse().unwrap(), y.parse().unwrap());
                dark.extend((x..x + long).map(|x| (x - QUIET, y - QUIET)));
            }
            let wanted: BTreeSet<(usize, usize)> = code.to_colors().iter().enumerate().filter(|(_, c)| **c == Color::Dark).map(|(n, _)| (n % code.width(), n / code.width())).collect();
            assert_eq!(dark, wanted, "{link}");
        }
        assert_eq!(svg(&"x".repeat(LONGEST_LINK + 1)), None);
    }
}
