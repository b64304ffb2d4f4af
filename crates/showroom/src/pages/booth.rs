//! The page of a booth in the physical showroom: large, printable, with a QR code that leads back here.

use super::{id, show};
use crate::{Showroom, acts::solutions};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use qrcode::{EcLevel, QrCode, types::Color};
use web::{
    extract::Path,
    html::{Html, esc},
    kit,
    page::{Shell, Width},
    problem::PageError,
    visitor::Visitor,
    when,
};

pub async fn page(State(s): State<Showroom>, v: Visitor, Path(sol): Path<String>) -> Result<Response, PageError> {
    let found = solutions::public(&s, id(&sol)?).await?;
    let (x, lang) = (&found.solution, v.lang);
    let address = format!("{}/showroom/solutions/{}", s.public_url.trim_end_matches('/'), x.id);
    let code = qr(&address, lang.pick("Mã QR dẫn tới trang của giải pháp này", "QR code leading to the page of this solution")).map_err(PageError::internal)?;
    let main = Html(format!(
        "<article class=\"paper booth\"><p class=\"caption\">{}</p><h1>{}</h1><p class=\"lead\">{}</p><div class=\"scan\">{code}<p><b>{}</b></p><p class=\"address\">{}</p></div>{}<p class=\"muted\">{} {}</p></article>\
         <p class=\"no-print\"><button type=\"button\" class=\"btn quiet\" data-print hidden>{}</button></p>",
        esc(&found.provider.profile.name),
        esc(x.listing.name.get(lang)),
        esc(x.listing.summary.get(lang)),
        lang.pick("Quét để xem minh chứng, giá và khách hàng xác nhận", "Scan for proofs, price and confirmed clients"),
        esc(&address),
        kit::bullets(&x.listing.functions.iter().take(6).map(|f| Html::text(f)).collect::<Vec<_>>()),
        lang.pick("In ngày", "Printed on"),
        when::day(s.now().date(), lang),
        lang.pick("In trang này", "Print this page"),
    ));
    let standing = if x.stage == crate::solution::Stage::Suspended { show::stage_chip(x.stage, lang) } else { Html::default() };
    Ok(Shell::new(&v, x.listing.name.get(lang), Html(format!("{standing}{main}")))
        .width(Width::Narrow)
        .back(format!("/showroom/solutions/{}", x.id), lang.pick("Trang giải pháp", "The solution's page"))
        .render()
        .into_response())
}

/// A QR code as inline SVG: one path, no style attribute, with its quiet zone of four modules (ISO/IEC 18004).
fn qr(text: &str, title: &str) -> anyhow::Result<Html> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M)?;
    let width = code.width();
    let mut path = String::new();
    for (i, color) in code.to_colors().iter().enumerate() {
        if *color == Color::Dark {
            path.push_str(&format!("M{} {}h1v1h-1z", i % width + 4, i / width + 4));
        }
    }
    let side = width + 8;
    Ok(Html(format!(
        "<svg class=\"qr\" role=\"img\" aria-label=\"{}\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\"><rect width=\"{side}\" height=\"{side}\" fill=\"#fff\"/><path d=\"{path}\" fill=\"#000\"/></svg>",
        esc(title)
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_is_a_picture_with_a_name_and_no_style() {
        let svg = qr("https://phusa.test/showroom/solutions/sol_1", "Mã <QR>").unwrap().0;
        assert!(svg.contains("aria-label=\"Mã &lt;QR&gt;\"") && !svg.contains("style"));
        assert!(svg.matches("h1v1").count() > 200);
    }
}
