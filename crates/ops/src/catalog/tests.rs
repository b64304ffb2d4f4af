#![allow(clippy::unwrap_used)]
use super::*;
use crate::fixtures::{catalog, files};
use kernel::time::date;

#[test]
fn the_built_in_catalogue_reads() {
    let c = catalog();
    let r = c.rules(date(2026, 11, 23)).unwrap();
    assert_eq!((r.warning_days, r.long_overdue_days, r.undated_days, r.extension.most), (3, 30, 90, 2));
    assert!(c.sources(date(2026, 11, 23)).iter().all(|b| !b.verified), "nobody has read these texts here");
    assert_eq!(c.rules(date(2020, 1, 1)).unwrap_err().code, "rule-missing");
    assert_eq!((c.fronts.len(), c.walls.len()), (3, 1));
}

#[test]
fn what_is_wrong_is_told_with_file_and_line() {
    for (file, from, to, word) in [
        (DIRECTIVES, "warning_days: 3", "warning_days: 300", "60"),
        (DIRECTIVES, "code: urgent,", "code: normal,", "normal"),
        (DIRECTIVES, "explanation: 8h", "explanation: 8d", "giờ"),
        (WALLS, "directives.overdue", "directives.oops", "oops"),
        (WALLS, "code: questions.open", "code: typed.number", "typed.number"),
        (FRONTS, "code: people", "code: business", "business"),
        (ALERTS, "signal: source.old", "signal: camera.moved", "camera.moved"),
        (ALERTS, "code: office-late-many", "code: dossier-late", "dossier-late"),
        (ALERTS, "inhibits: [dossier-late, office-due-today]", "inhibits: [office-late-many]", "vòng"),
        (ALERTS, "severity: critical", "severity: awful", "awful"),
        (ALERTS, "after: 8h", "after: 8d", "giờ"),
        (FIGURES, "percent: 95", "percent: 195", "percent"),
        (FIGURES, "code: dossiers.online", "code: dossiers.received", "dossiers.received"),
        (WALLS, "code: alerts.firing", "code: alerts.loud", "loud"),
    ] {
        let text = files().get(file).unwrap().to_owned();
        assert!(text.contains(from), "{from}");
        let mut files = files();
        files.insert(file, text.replacen(from, to, 1));
        let found: Vec<String> = load(&files).unwrap_err().iter().map(ToString::to_string).collect();
        assert!(found.iter().any(|f| f.starts_with(&format!("{file}:")) && f.contains(word)), "{to}: {found:?}");
    }
    assert_eq!(load(&Files::new()).unwrap_err().len(), 5);
}
