//! Scenario 9: at midnight of 1 January 2027 the new rate holds for what is filed from then on, receipts begin at 1 again, and
//! receipts on paper are refused.

use super::walks::dues_at_the_desk;
use crate::{
    dossier::Dossier,
    house::{House, folder},
    payments::{due_of, follow, page, post, reference},
};
use std::path::Path;
use store::Db;

/// The household business with another charge from the new year on, as a province's own directory.
fn dearer() -> std::path::PathBuf {
    let home = folder("year");
    std::fs::create_dir_all(home.join("procedures")).unwrap();
    let name = "procedures/1.001612-household-business.yaml";
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalog").join(name)).unwrap();
    let (before, rest) = text.split_once("\nfees:\n").unwrap();
    let (_, after) = rest.split_once("\nresult:\n").unwrap();
    let line = |amount: u32, dates: &str| {
        format!(
            "  - code: registration\n    kind: charge\n    name: {{vi: Lệ phí đăng ký hộ kinh doanh, en: Charge for registration}}\n    amount: {amount}\n    \
             effective: {{{dates}}}\n    legal_basis: {{document: Nghị quyết của Hội đồng nhân dân, verified: \"no\"}}\n"
        )
    };
    let fees = line(100_000, "from: 2026-07-01, to: 2026-12-31") + &line(150_000, "from: 2027-01-01");
    std::fs::write(home.join(name), format!("{before}\nfees:\n{fees}\nresult:\n{after}")).unwrap();
    home
}

pub async fn fees_and_receipts_of_another_year(db: Db) {
    let overlay = dearer();
    let house = House::with(db, &[overlay.clone()], "2026-12-31T23:40:00+07:00").await;
    let owed = |case: &Dossier<'_>| case.seen_by("lan")["dues"][0]["amount"].as_i64().unwrap();
    let (old, waiting) = (Dossier::file(&house, "1.001612"), Dossier::file(&house, "1.001612"));
    let by_hand = Dossier::file(&house, "1.001612");
    follow(&house).await;
    assert_eq!((owed(&old), owed(&waiting)), (100_000, 100_000));
    let pay = async |case: &Dossier<'_>| {
        let due = due_of(&house, &case.code);
        post(&house, "lan", &format!("{due}/qr"), &[]);
        house.effects().await;
        let reference = reference(&page(&house.actor("lan").get(&due)));
        post(&house, "lan", &format!("/simulated-bank/{reference}/pay"), &[("fault", "")]);
        follow(&house).await;
        let shown = page(&house.actor("lan").get(&due));
        let receipt = shown.split("LP-").nth(1).unwrap_or_else(|| panic!("no receipt: {shown}"));
        format!("LP-{}", receipt.chars().take_while(|c| !matches!(c, '<' | '&' | '"')).collect::<String>())
    };
    assert!(pay(&old).await.starts_with("LP-26E · 00000001"));
    // A receipt written by hand still counts on the last day, under its own number.
    let paper = |due: &str, number: &str, once: &str| {
        let pairs = [("form", "take"), ("once", once), ("take.how", "cash"), ("take.amount", "100.000"), ("take.paper", number)];
        post(&house, "thu", &format!("{due}/take"), &pairs)
    };
    let desk = dues_at_the_desk(&house, &by_hand.code).await;
    assert!(paper(&desk["registration"], "0001234", "paper1").goes_to().ends_with("done=taken"));

    house.set("2026-12-31T23:59:59+07:00");
    let last = Dossier::file(&house, "1.001612");
    house.set("2027-01-01T00:00:00+07:00");
    let first = Dossier::file(&house, "1.001612");
    follow(&house).await;
    assert_eq!((owed(&last), owed(&first)), (100_000, 150_000), "the rate of the day of filing");
    // On paper no more: told why, nothing taken, nothing typed lost.
    let desk = dues_at_the_desk(&house, &waiting.code).await;
    let before = house.journal().await;
    let refused = paper(&desk["registration"], "0001235", "paper2");
    assert!((400..500).contains(&refused.status) && refused.text().contains("Biên lai giấy chỉ dùng đến hết"), "{}", refused.text());
    assert!(refused.text().contains("100.000"), "what was typed is shown again");
    assert_eq!(house.journal().await, before);
    assert!(pay(&waiting).await.starts_with("LP-27E · 00000001"), "an old charge paid in the new year");
    assert!(pay(&first).await.starts_with("LP-27E · 00000002"));
    assert_eq!(house.count("SELECT COUNT(*) AS n FROM payment_receipt WHERE province = $1").await, 3, "paper has its own number");
    // Whoever filed before midnight owes the old rate, also when the dossier is looked at later.
    assert_eq!(owed(&last), 100_000);
    std::fs::remove_dir_all(overlay).ok();
}
