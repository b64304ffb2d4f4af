use super::*;
use kernel::id::AccountId;
use uuid::Uuid;

fn doer() -> Doer {
    Doer { account: AccountId::new(Uuid::from_u128(1)), name: "Nguyễn Thị Lúa".into() }
}
fn file(n: u128, paper: &str, name: &str) -> PaperFile {
    PaperFile {
        file: FileId::new(Uuid::from_u128(n)),
        paper: paper.into(),
        name: name.into(),
        sha256: format!("{n:064x}"),
        size: 10,
        media_type: "application/pdf".into(),
        version: 0,
        replaces: None,
        at: Instant::from_micros(0),
        by: doer(),
    }
}
fn tray() -> Tray {
    Tray::empty(DossierId::new(Uuid::from_u128(7)), EnterpriseId::new(Uuid::from_u128(8)))
}
fn with(tray: Tray, f: PaperFile, replaces: Option<FileId>) -> Tray {
    let event = tray.add(f, replaces).unwrap().unwrap();
    tray.after(&event)
}

#[test]
fn a_newer_version_replaces_and_the_older_stays_readable() {
    let t = with(tray(), file(1, "quotation", "bao-gia.pdf"), None);
    // The same name is a version; another name is another file; a named one is replaced whatever the name.
    let t = with(t, file(2, "quotation", "bao-gia.pdf"), None);
    let t = with(t, file(3, "quotation", "phu-luc.pdf"), None);
    let t = with(t, file(4, "quotation", "bao-gia-moi.pdf"), Some(file(2, "", "").file));
    assert_eq!(t.files.iter().map(|f| (f.name.as_str(), f.version)).collect::<Vec<_>>(), [("phu-luc.pdf", 1), ("bao-gia-moi.pdf", 3)]);
    assert_eq!(t.former.len(), 2);
    assert_eq!(t.version, 4);
    assert!(t.file(file(1, "", "").file).is_some());
}

#[test]
fn the_same_file_twice_is_one() {
    let t = with(tray(), file(1, "quotation", "a.pdf"), None);
    assert_eq!(t.add(file(1, "quotation", "a.pdf"), None).unwrap(), None);
    // The same bytes as another paper are that paper's file.
    assert!(t.add(file(1, "application", "a.pdf"), None).unwrap().is_some());
}

#[test]
fn what_is_not_there_cannot_be_replaced_or_removed() {
    let t = with(tray(), file(1, "quotation", "a.pdf"), None);
    let other = FileId::new(Uuid::from_u128(99));
    assert_eq!(t.add(file(2, "quotation", "b.pdf"), Some(other)).unwrap_err().code, "file-not-there");
    assert_eq!(t.add(file(2, "application", "b.pdf"), Some(file(1, "", "").file)).unwrap_err().code, "file-not-there", "of another paper");
    assert_eq!(t.remove(other, doer()).unwrap_err().code, "file-not-there");
    let removed = t.remove(file(1, "", "").file, doer()).unwrap();
    let t = t.after(&removed);
    assert!(t.files.is_empty() && t.former.len() == 1);
}

#[test]
fn a_tray_is_not_without_end() {
    let mut t = tray();
    for n in 0..FILES_MAX {
        t = with(t, file(n as u128, "quotation", &format!("{n}.pdf")), None);
    }
    assert_eq!(t.add(file(999, "quotation", "mot-nua.pdf"), None).unwrap_err().code, "too-many-files");
    assert!(t.add(file(999, "quotation", "0.pdf"), None).unwrap().is_some(), "a version is no file more");
}
