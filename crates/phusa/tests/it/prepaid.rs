//! Prepaid signatures: paid before they are made, never more than was paid, each with its line; and what strangers and mistakes get.

use crate::{
    dossier::Dossier,
    house::{House, MONDAY, folder, instant},
    payments::{follow, page, post, reference},
    sealed::pdfsig,
};
use kernel::{
    Actor, Dong,
    id::{AccountId, DueId, OfficeCode, ProvinceCode, PurseId},
};
use prepaid::purse::{Holder, Purse, purse_id};
use signing::{
    Failed,
    meter::{Meter, Outcome, Payer, Use},
    trial::Person,
};
use store::Db;
use testkit::{Reply, on_each_database};

on_each_database!(a_seal_waits_until_its_signatures_are_paid writers_side_by_side_never_spend_more_than_was_paid a_person_signs_a_file_of_their_own others_see_nothing_and_mistakes_are_told money_that_is_given_back_leaves_the_account);

const WARD: &str = "H29.161";
const ROOT: &str = "/work/signatures";
const PROVIDER: &str = "trial";

/// The house, with the ward's seal and lan's own key at the trial provider.
async fn house(db: Db) -> House {
    db.migrate(&phusa::assembly::migrations()).await.unwrap();
    let data = folder("prepaid");
    let province = ProvinceCode::new(phusa::demo::PROVINCE);
    let (directory, people) = (identity::Directory::new(db.province(province.clone())), phusa::demo::staff::people());
    let ids = phusa::demo::staff::install_named(&directory, &people, Actor::system(province).account).await.unwrap();
    let lan = ids[people.iter().position(|p| p.key == "lan").unwrap()];
    let keys = data.join("signing");
    let person = Person { account: lan, name: "Nguyễn Thị Lan".into(), organisation: "Cá nhân".into() };
    let seal = (OfficeCode::from(WARD), "Ủy ban nhân dân phường".to_owned());
    signing::trial::prepare_with(&keys, &[seal], &[person], instant(MONDAY)).unwrap();
    signing::trial::priced(&keys, &[WARD.into()], &[lan], &PROVIDER.into()).unwrap();
    House::over(db, &[], MONDAY, data).await
}

fn ward() -> PurseId {
    purse_id(&PROVIDER.into(), &Holder::Office(WARD.into()))
}

async fn purse(house: &House, id: PurseId) -> Purse {
    records::load::<Purse>(&house.it.scope, &id.to_string()).await.unwrap().unwrap().state
}

fn hidden<'p>(page: &'p str, name: &str) -> &'p str {
    page.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap_or_else(|| panic!("no {name}: {page}")).split('"').next().unwrap()
}

/// Asks for a payment on a page and pays it at the simulated bank.
async fn pay(house: &House, who: &str, at: &str, amount: &str) -> String {
    let payment = hidden(&page(&house.actor(who).get(at)), "payment").to_owned();
    let pairs = [("act", "top_up"), ("provider", PROVIDER), ("payment", payment.as_str()), ("amount", amount)];
    let due = post(house, who, at, &pairs).goes_to();
    assert_eq!(post(house, who, at, &pairs).goes_to(), due, "the form sent twice asks once");
    assert_eq!(post(house, who, &format!("{due}/qr"), &[]).goes_to(), due);
    house.effects().await;
    let shown = page(&house.actor(who).get(&due));
    assert!(shown.contains("Nạp tiền chữ ký số") && !shown.contains("· <"), "{shown}");
    let code = reference(&shown);
    post(house, who, &format!("/simulated-bank/{code}/pay"), &[("fault", "duplicate_callback")]);
    follow(house).await;
    let paid = page(&house.actor(who).get(&due));
    assert!(paid.contains("Đã nộp xong") && paid.contains("Nhà cung cấp gửi hóa đơn điện tử"), "{paid}");
    due
}

async fn a_seal_waits_until_its_signatures_are_paid(db: Db) {
    let house = house(db).await;
    let mut case = Dossier::file(&house, "1.013225");
    case.act("thu", "receive");
    house.effects().await;
    let sealed = |case: &Dossier<'_>| case.seen_by("lan")["documents"][0]["seal"]["serial"].as_str().is_some();
    assert!(!sealed(&case), "nothing is signed for nothing");
    let waits = page(&house.actor("mai").get(ROOT));
    assert!(waits.contains("Con dấu của cơ quan") || waits.contains("Hết"), "{waits}");
    // The account was opened by the first attempt; it is topped up there.
    let account = format!("{ROOT}/{}", ward());
    pay(&house, "mai", &account, "50000").await;
    assert_eq!(purse(&house, ward()).await.balance, Dong(50_000));
    house.later(3_600);
    house.effects().await;
    assert!(sealed(&case));
    let after = purse(&house, ward()).await;
    assert_eq!((after.balance, after.held.len()), (Dong(49_500), 0));
    let shown = page(&house.actor("mai").get(&account));
    for word in [&case.code, "49.500 đồng", "Đã ký", "Con dấu", "Đã nạp", "Bảng kê tháng 11/2026", "chưa kiểm chứng"] {
        assert!(shown.contains(word), "{word}: {shown}");
    }
    // The month adds up to its lines, in the program and in the file.
    let sums = prepaid::views::statement(&house.it.scope, ward(), "2026-11").await.unwrap();
    assert_eq!((sums.paid, sums.charged, sums.cost, sums.closing()), (Dong(50_000), 1, Dong(500), Dong(49_500)));
    let file = house.actor("mai").get(&format!("{account}/lines.csv?month=2026-11")).text();
    let lines: Vec<&str> = file.trim_start_matches('\u{feff}').lines().collect();
    assert!(lines[0].starts_with("line,at,state") && lines.len() == 2 && lines[1].contains(",charged,false,500,"), "{file}");
    let month = page(&house.actor("mai").get(&format!("{ROOT}/month?month=2026-11")));
    assert!(month.contains("Nhà cung cấp chữ ký số dùng thử") && month.contains("500 đồng"), "{month}");
    assert!(page(&house.actor("mai").get(&format!("{ROOT}/month?month=2026-10"))).contains("Không có chữ ký nào"));
    house.sound(&case.code).await;
}

fn wanted(house: &House, reference: &str) -> Use {
    Use { provider: PROVIDER.into(), payer: Payer::Office(WARD.into()), serial: "01".into(), person: None, reference: reference.into(), at: house.now() }
}

/// Pays in without the pages.
async fn funded(house: &House, amount: i64) -> DueId {
    let payment = DueId::new(uuid::Uuid::now_v7());
    let room = &house.it.rooms.prepaid;
    let system = Actor::system(house.it.scope.province().clone());
    room.ask(&system, &PROVIDER.into(), &Holder::Office(WARD.into()), payment, Dong(50_000)).await.unwrap();
    room.ledger.topped_up(payment, Dong(amount), "MP1", house.now()).await.unwrap();
    room.ledger.topped_up(payment, Dong(amount), "MP1", house.now()).await.unwrap();
    payment
}

async fn writers_side_by_side_never_spend_more_than_was_paid(db: Db) {
    let house = house(db).await;
    funded(&house, 10_200).await;
    let ledger = house.it.rooms.prepaid.ledger.clone();
    let uses: Vec<Use> = (0..32).map(|n| wanted(&house, &format!("doc/{n}"))).collect();
    let tasks: Vec<_> = uses.chunks(4).map(|some| {
        let (ledger, some) = (ledger.clone(), some.to_vec());
        tokio::spawn(async move {
            let (mut signed, mut unpaid, mut unclear) = (0, 0, 0);
            for (i, one) in some.into_iter().enumerate() {
                match ledger.hold(&one).await {
                    Ok(hold) => {
                        let outcome = match i {
                            0 => Outcome::Unsigned("refused".into()),
                            1 => Outcome::Unclear("lost".into()),
                            _ => Outcome::Signed,
                        };
                        signed += i64::from(outcome == Outcome::Signed);
                        unclear += i64::from(matches!(outcome, Outcome::Unclear(_)));
                        ledger.settle(hold, outcome, one.at).await.unwrap();
                    }
                    Err(Failed::Unpaid { provider }) => {
                        assert!(provider.contains("dùng thử"));
                        unpaid += 1;
                    }
                    Err(other) => panic!("{other}"),
                }
            }
            (signed, unpaid, unclear)
        })
    }).collect();
    let (mut signed, mut unclear) = (0, 0);
    for task in tasks {
        let (s, _, u) = task.await.unwrap();
        (signed, unclear) = (signed + s, unclear + u);
    }
    assert!(signed + unclear <= 20, "20 signatures were paid");
    let after = purse(&house, ward()).await;
    assert!(after.balance.0 >= 0 && after.doubts().count() as i64 == unclear && after.held.len() as i64 == unclear);
    assert_eq!(after.balance.0 + after.kept().0 + signed * 500, 10_200, "every đồng is somewhere");
    let states = prepaid::views::states(&house.it.scope, ward()).await.unwrap();
    let count = |state: &str| states.iter().find(|(s, _)| s == state).map_or(0, |(_, n)| *n);
    assert_eq!((count("charged"), count("doubt"), count("held")), (signed, unclear, 0), "{states:?}");
    // What is in doubt a person settles, with a reason; the rest of the money is then where the provider says.
    let account = format!("{ROOT}/{}", ward());
    let shown = page(&house.actor("mai").get(&account));
    let number = hidden(&shown, "number").to_owned();
    let send = |reason: &str, found: &str| {
        let act = format!("resolve-{number}");
        post(&house, "mai", &account, &[("act", act.as_str()), ("number", number.as_str()), ("reason", reason), ("found", found)])
    };
    let silent = send("", "signed");
    assert!(silent.status == 422 && silent.text().contains("Ghi căn cứ"), "{}", silent.text());
    assert!(send("Dòng 14 bảng kê tháng 11", "signed").goes_to().contains("done=1"));
    assert_eq!(send("Dòng 14 bảng kê tháng 11", "signed").status, 409, "settled once");
    let sums = prepaid::views::statement(&house.it.scope, ward(), "2026-11").await.unwrap();
    let now = purse(&house, ward()).await;
    assert_eq!((sums.charged, sums.closing().0), (signed + 1, now.balance.0 + now.kept().0));
    // The program ended between asking and writing: the next attempt at the same document leaves the old one to be looked into.
    if now.balance.0 >= 1_000 {
        let first = ledger.hold(&wanted(&house, "doc/cut")).await.unwrap();
        let second = ledger.hold(&wanted(&house, "doc/cut")).await.unwrap();
        assert_ne!(first.number, second.number);
        assert!(purse(&house, ward()).await.doubts().any(|(n, _)| n == first.number));
    }
}

fn upload(house: &House, name: &str, bytes: &[u8]) -> Reply {
    let boundary = "x1x2x3";
    let mut body = format!("--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: application/pdf\r\n\r\n").into_bytes();
    body.extend_from_slice(bytes);
    body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    house.actor("lan").send("POST", "/signatures/sign", &[("content-type", &format!("multipart/form-data; boundary={boundary}"))], Some(body))
}

async fn a_person_signs_a_file_of_their_own(db: Db) {
    let house = house(db).await;
    let shown = page(&house.actor("lan").get("/signatures"));
    assert!(shown.contains("Nguyễn Thị Lan") && shown.contains("10/10 lượt trong tháng này") && shown.contains("chưa kiểm chứng"), "{shown}");
    let sample = signing_sample();
    let lan: AccountId = house.it.identity.directory().by_subject(identity::dev_provider::DEMO_ISSUER_KEY, "lan").await.unwrap().unwrap().id;
    for n in 1..=10 {
        let signed = upload(&house, "đơn đề nghị.pdf", &sample);
        assert_eq!((signed.status, signed.header("content-type")), (200, "application/pdf"), "{}", signed.text());
        if n == 1 {
            assert!(signed.header("content-disposition").contains("da-ky.pdf"));
            let said = pdfsig(&house.data, &signed.bytes);
            assert!(said.contains("Signature is Valid"), "{said}");
        }
    }
    let none = upload(&house, "a.pdf", &sample);
    assert!(none.status == 409 && none.text().contains("trả trước") && none.text().contains("đã hết"), "{}", none.text());
    for (name, bytes, word) in [("a.txt", &b"hello"[..], "không phải PDF"), ("a.pdf", &b""[..], "tệp rỗng"), ("a.pdf", &b"%PDF-1.7 broken"[..], "Không ký số được tệp này")] {
        let refused = upload(&house, name, bytes);
        assert!(matches!(refused.status, 409 | 422) && refused.text().contains(word), "{name}: {} {}", refused.status, refused.text());
    }
    pay(&house, "lan", "/signatures", "50000").await;
    assert_eq!(upload(&house, "a.pdf", &sample).status, 200);
    let own = purse(&house, purse_id(&PROVIDER.into(), &Holder::Person(lan))).await;
    assert_eq!((own.balance, own.held.len()), (Dong(49_500), 0));
    assert_eq!(prepaid::views::people(&house.it.scope, "2026-11").await.unwrap(), 1, "one person, eleven signatures");
    house.later(10 * 86_400);
    assert!(page(&house.actor("lan").get("/signatures")).contains("10/10 lượt"), "a new month");
}

/// A file of one page.
fn signing_sample() -> Vec<u8> {
    let (mut bytes, mut places) = (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec(), Vec::new());
    for (n, object) in ["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>", "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Resources<<>>>>"].iter().enumerate() {
        places.push(bytes.len());
        bytes.extend(format!("{} 0 obj\n{object}\nendobj\n", n + 1).bytes());
    }
    let start = bytes.len();
    bytes.extend(format!("xref\n0 {}\n0000000000 65535 f \n", places.len() + 1).bytes());
    bytes.extend(places.iter().flat_map(|at| format!("{at:010} 00000 n \n").into_bytes()));
    bytes.extend(format!("trailer\n<</Size {}/Root 1 0 R/ID[<01><02>]>>\nstartxref\n{start}\n%%EOF", places.len() + 1).bytes());
    bytes
}

async fn others_see_nothing_and_mistakes_are_told(db: Db) {
    let house = house(db).await;
    let payment = funded(&house, 50_000).await;
    let account = format!("{ROOT}/{}", ward());
    // Another office's clerk, a citizen, nobody.
    assert_eq!(house.actor("dung").get(&account).status, 404);
    assert_eq!(house.actor("dung").get(&format!("/payments/{payment}")).status, 404);
    assert_eq!(post(&house, "dung", &account, &[("act", "top_up")]).status, 404);
    assert!(!page(&house.actor("dung").get(ROOT)).contains(&ward().to_string()));
    assert_eq!(house.actor("lan").get(ROOT).status, 403);
    assert_eq!(house.actor("mai").get("/signatures").status, 403);
    assert!(matches!(house.nobody().get(&account).status, 303 | 401));
    assert_eq!(house.actor("mai").get(&format!("{ROOT}/{}", purse_id(&"other".into(), &Holder::Office(WARD.into())))).status, 404);
    // A citizen does not pay into somebody else's account by a form of their own making.
    let id = DueId::new(uuid::Uuid::now_v7()).to_string();
    assert_eq!(post(&house, "lan", "/signatures", &[("act", "top_up"), ("provider", "other"), ("payment", &id), ("amount", "50000")]).status, 404);
    for (amount, word) in [("", "Chọn một mức nạp"), ("12", "Chọn một trong các mức"), ("-50000", "Chọn một trong các mức"), ("x", "Chọn một mức nạp")] {
        let refused = post(&house, "mai", &account, &[("act", "top_up"), ("provider", PROVIDER), ("payment", &id), ("amount", amount)]);
        assert!(refused.status == 422 && refused.text().contains(word), "{amount}: {} {}", refused.status, refused.text());
        let english = house.actor("mai").send("POST", &format!("{account}?lang=en"), &[("content-type", "application/x-www-form-urlencoded")], Some(format!("act=top_up&provider={PROVIDER}&payment={id}&amount={amount}").into_bytes()));
        assert!(english.status == 422 && english.text().contains("Choose"), "{}", english.text());
    }
    // Asked and not paid, it stays in sight in the months that follow, until it is paid.
    assert_eq!(post(&house, "mai", &account, &[("act", "top_up"), ("provider", PROVIDER), ("payment", &id), ("amount", "50000")]).status, 303);
    house.set("2027-01-11T08:00:00+07:00");
    let january = page(&house.actor("mai").get(&account));
    assert!(january.contains("Chưa thanh toán") && !january.contains("Đã nạp"), "{january}");
    house.set(MONDAY);
    for month in ["2026-13", "x", "9999-12"] {
        assert_eq!(house.actor("mai").get(&format!("{account}?month={month}&below=abc")).status, 200);
        assert_eq!(house.actor("mai").get(&format!("{ROOT}/month.csv?month={month}")).status, 200);
    }
}

async fn money_that_is_given_back_leaves_the_account(db: Db) {
    let house = house(db).await;
    let payment = funded(&house, 50_000).await;
    let ledger = &house.it.rooms.prepaid.ledger;
    let hold = ledger.hold(&wanted(&house, "doc/1")).await.unwrap();
    ledger.settle(hold, Outcome::Signed, house.now()).await.unwrap();
    assert!(ledger.withdrawn(payment, Dong(50_000), "back", house.now()).await.is_err(), "what was used is not given back");
    ledger.withdrawn(payment, Dong(49_500), "back", house.now()).await.unwrap();
    ledger.withdrawn(payment, Dong(49_500), "back", house.now()).await.unwrap();
    let after = purse(&house, ward()).await;
    let sums = prepaid::views::statement(&house.it.scope, ward(), "2026-11").await.unwrap();
    assert_eq!((after.balance, sums.returned, sums.closing()), (Dong(0), Dong(49_500), Dong(0)));
    assert!(ledger.topped_up(DueId::new(uuid::Uuid::now_v7()), Dong(1), "x", house.now()).await.is_err(), "a payment nobody asked for is no account's");
}
