//! Indicators and indices as a wall shows them: a share with its fraction, a score with its level, the period, and whether it was declared.

use indices::{Exact, Index, Kind, Outcome, ShownAs, score};
use kernel::{
    Instant, Text,
    catalog::{Files, Finding},
    id::OfficeCode,
    text::Lang,
};
use measures::{
    Age, Measures, PeriodType,
    catalog::{Catalog, Indicator, Mood},
    feed::{State, catalog::Feed},
    figures::{Below, Figure},
    pages::{FEEDS, INDICATORS, INDICES},
};
use ops::{
    alert::Signal,
    asks::{Offered, Told, Written},
    catalog::{Feel, Wall},
};
use std::collections::BTreeMap;

const INDICATOR: &str = "indicators.";
const INDEX: &str = "indices.";

/// Everything of the catalogue that is in force today.
pub fn offered(m: &Measures) -> Vec<Offered> {
    let day = m.now().date();
    let one = |code: String, name: &Text, kind: Text| Offered { code, name: name.clone(), kind };
    let indicators = m.catalog.indicators.iter().map(|i| one(format!("{INDICATOR}{}", i.code), &i.name, Text::new("Chỉ tiêu", "Indicators")));
    let indices = m.catalog.indices.current(day).into_iter().map(|i| one(format!("{INDEX}{}", i.code), &i.name, Text::new("Bộ chỉ số", "Indices")));
    indicators.chain(indices).collect()
}

/// Nothing for a code that is neither, or without data. `counted`: to when records have been counted.
pub async fn told(m: &Measures, code: &str, counted: Instant) -> anyhow::Result<Option<Told>> {
    let month = PeriodType::Month.of(m.now().date());
    if let Some(i) = code.strip_prefix(INDICATOR).and_then(|c| m.catalog.indicator(c)) {
        let Some(f) = m.live().figure(i, month).await? else { return Ok(None) };
        let age = m.age(i, &f, counted).await?;
        return Ok(Some(of_indicator(i, &f, age)));
    }
    if let Some(index) = code.strip_prefix(INDEX).and_then(|c| m.catalog.indices.on(c, m.now().date())) {
        let (inputs, figures) = m.live().inputs(index, month).await?;
        let out = score(index, &inputs);
        let age = oldest(m, &figures, counted).await?;
        return Ok(of_index(index, &out).map(|(n, written)| Told { n, of: None, href: format!("{INDICES}/{}?period={month}", index.code), as_of: age.as_of, good_until: age.good_until, written: Some(written) }));
    }
    Ok(None)
}

/// An index is as old as its oldest input.
async fn oldest(m: &Measures, figures: &BTreeMap<String, Figure>, counted: Instant) -> anyhow::Result<Age> {
    let mut oldest = Age { as_of: counted, good_until: None };
    for (code, f) in figures {
        if let Some(i) = m.catalog.indicator(code) {
            oldest = oldest.and(m.age(i, f, counted).await?);
        }
    }
    Ok(oldest)
}

fn feed_signal(f: &Feed, value: i64, since: Instant, path: String, words: (String, String)) -> Signal {
    let label = Text::new(format!("Nguồn “{}”: {}", f.name.vi, words.0), format!("Source “{}”: {}", f.name.en, words.1));
    Signal { subject: f.code.clone(), office: f.office.as_deref().map(OfficeCode::new), value, since, label, path }
}

/// What calls when a source has sent nothing past its time.
pub fn silent(f: &Feed, state: &State, at: Instant) -> Option<Signal> {
    let due = state.due.filter(|_| state.is_old(at))?;
    let words = ("quá kỳ gửi số liệu".to_owned(), "values are overdue".to_owned());
    Some(feed_signal(f, at.seconds_since(due) / 86_400, due, format!("{}/{}", FEEDS, f.code), words))
}

/// What calls when rows of the last delivery were refused, or all of it did not read.
pub fn faulty(f: &Feed, state: &State) -> Option<Signal> {
    let d = state.last.as_ref().filter(|d| d.has_faults())?;
    let words = match d.unreadable.is_empty() {
        true => (format!("{} trong {} dòng bị từ chối", d.refused, d.rows), format!("{} of {} rows were refused", d.refused, d.rows)),
        false => ("lần gửi cuối không đọc được".to_owned(), "the last delivery does not read".to_owned()),
    };
    let refused = i64::try_from(d.refused.max(1)).unwrap_or(i64::MAX);
    Some(feed_signal(f, refused, d.at, format!("{}/{}/{}", FEEDS, f.code, d.id), words))
}

/// What calls when an indicator has missed its roadmap in complete periods.
pub fn below(b: &Below<'_>) -> Signal {
    let i = b.indicator;
    let unit = |lang: Lang| if i.fraction.is_some() || i.is_percent() { "\u{a0}%".to_owned() } else { format!(" {}", i.unit.get(lang)) };
    let words = |lang: Lang| {
        format!("{}: {} – {}{} ({} {}{})", lang.pick("Chỉ tiêu dưới lộ trình", "Indicator below its roadmap"), i.name.get(lang), short(b.value, lang), unit(lang), lang.pick("lộ trình", "roadmap"), short(b.plan, lang), unit(lang))
    };
    Signal {
        subject: i.code.clone(),
        office: Some(OfficeCode::new(i.responsible.as_str())).filter(|o| !o.as_str().is_empty()),
        value: i64::try_from(b.periods).unwrap_or(i64::MAX),
        since: b.since.begins(),
        label: both(words),
        path: format!("{INDICATORS}/{}", i.code),
    }
}

fn both(f: impl Fn(Lang) -> String) -> Text {
    Text::new(f(Lang::Vi), f(Lang::En))
}

fn short(x: Exact, lang: Lang) -> String {
    x.to_i64().map_or_else(|| x.show(lang, 2), |n| web::when::number(n, lang))
}

fn of_indicator(i: &Indicator, f: &Figure, age: Age) -> Told {
    // A part larger than its whole has no rate: both numbers are shown, and that they do not fit.
    let rate = f.d.filter(|_| !f.is_mismatched()).and_then(|_| f.shown());
    let value = both(|lang| match (rate, f.d) {
        (Some(rate), _) => format!("{}\u{a0}%", rate.show(lang, 1)),
        (None, Some(d)) => format!("{} / {}", short(f.n, lang), short(d, lang)),
        (None, None) if i.is_percent() => format!("{}\u{a0}%", f.n.show(lang, 1)),
        (None, None) => short(f.n, lang),
    });
    let note = both(|lang| {
        let fraction = rate.and(f.d).map(|d| format!("{} / {}", short(f.n, lang), short(d, lang)));
        let unit = (f.d.is_none() && !i.is_percent()).then(|| i.unit.get(lang).to_owned());
        let misfit = f.is_mismatched().then(|| lang.pick("tử số lớn hơn mẫu số", "the part exceeds the whole").to_owned());
        let declared = (i.kind != Kind::Computed).then(|| i.kind.text().get(lang).to_lowercase());
        [fraction, unit, Some(f.period.name().get(lang).to_owned()), declared, misfit].into_iter().flatten().collect::<Vec<_>>().join(" · ")
    });
    let feel = f.shown().filter(|_| !f.is_mismatched()).and_then(|x| i.threshold(x)).map_or(Feel::Plain, |t| match t.mood {
        Mood::Good => Feel::Good,
        Mood::Warn => Feel::Warn,
        Mood::Bad => Feel::Bad,
        Mood::Plain => Feel::Plain,
    });
    let feel = if f.is_mismatched() { Feel::Warn } else { feel };
    Told {
        n: f.n.to_i64().unwrap_or(i64::from(!f.n.is_zero())),
        of: None,
        href: format!("{INDICATORS}/{}?period={}", i.code, f.period),
        as_of: age.as_of,
        good_until: age.good_until,
        written: Some(Written { value, note, feel }),
    }
}

fn of_index(index: &Index, out: &Outcome) -> Option<(i64, Written)> {
    let x = out.shown?;
    let value = both(|lang| match index.shown_as {
        ShownAs::Percent => format!("{}\u{a0}%", x.show(lang, 1)),
        ShownAs::Share => x.show(lang, 4),
        ShownAs::Points | ShownAs::Values => x.show(lang, 2),
    });
    let (told, all) = out.told();
    let note = both(|lang| {
        let scale = index.scale.map(|s| format!("/ {}", s.show(lang, 2)));
        let level = out.level.as_ref().map(|l| l.name.get(lang).to_owned());
        let data = format!("{told}/{all} {}", lang.pick("chỉ số có số liệu", "components known"));
        [scale, level, Some(data)].into_iter().flatten().collect::<Vec<_>>().join(" · ")
    });
    Some((i64::from(!x.is_zero()), Written { value, note, feel: Feel::Plain }))
}

/// Panels that name an indicator or an index there is not.
pub fn wall_findings(files: &Files, walls: &[Wall], catalog: &Catalog) -> Vec<Finding> {
    let mut findings = Vec::new();
    let text = files.get(ops::catalog::WALLS).unwrap_or_default();
    for (w, wall) in walls.iter().enumerate() {
        for (p, panel) in wall.panels.iter().enumerate() {
            for (f, figure) in panel.figures.iter().enumerate() {
                let code = figure.code.as_str();
                let known = match (code.strip_prefix(INDICATOR), code.strip_prefix(INDEX)) {
                    (Some(c), _) => catalog.indicator(c).is_some(),
                    (_, Some(c)) => catalog.indices.iter().any(|i| i.code == c),
                    _ => true,
                };
                if !known {
                    let at = ["walls", &w.to_string(), "panels", &p.to_string(), "figures", &f.to_string()];
                    findings.push(Finding::at(ops::catalog::WALLS, text, &at, format!("Không có số liệu “{code}”."), format!("There is no figure “{code}”.")));
                }
            }
        }
    }
    findings
}
