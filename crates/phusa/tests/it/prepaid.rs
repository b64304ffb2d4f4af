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

on_each_database!(a_seal_waits_until_its_signatures_are_paid writers_side_by_side_never_spend_more_than_was_paid a_person_signs_a_file_of_their_own others_see_nothing_and_mistakes_are_told money_that_is_given_back_leaves_the_account a_providers_own_statement_is_compared_and_settled_by_a_person);

const WARD: &str = "H29.161";
pub const ROOT: &str = "/work/signatures";
const PROVIDER: &str = "trial";

/// The house, with the ward's seal and lan's own key at the trial provider.
pub async fn house(db: Db) -> House {
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

pub fn hidden<'p>(page: &'p str, name: &str) -> &'p str {
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

pub fn upload(house: &House, name: &str, bytes: &[u8]) -> Reply {
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
pub fn signing_sample() -> Vec<u8> {
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

fn send_statement(house: &House, who: &str, month: &str, name: &str, bytes: &[u8]) -> Reply {
    let boundary = "x1x2x3";
    let mut body = Vec::new();
    for (field, value) in [("provider", PROVIDER), ("month", month)] {
        body.extend(format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n").into_bytes());
    }
    body.extend(format!("--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: text/csv\r\n\r\n").into_bytes());
    body.extend_from_slice(bytes);
    body.extend(format!("\r\n--{boundary}--\r\n").into_bytes());
    house.actor(who).send("POST", &format!("{ROOT}/statements"), &[("content-type", &format!("multipart/form-data; boundary={boundary}"))], Some(body))
}

async fn a_providers_own_statement_is_compared_and_settled_by_a_person(db: Db) {
    let house = house(db).await;
    funded(&house, 50_000).await;
    let ledger = house.it.rooms.prepaid.ledger.clone();
    for (n, outcome) in [(1, Outcome::Signed), (2, Outcome::Signed), (3, Outcome::Unclear("lost".into())), (4, Outcome::Signed), (5, Outcome::Unsigned("refused".into()))] {
        let hold = ledger.hold(&wanted(&house, &format!("doc/{n}"))).await.unwrap();
        ledger.settle(hold, outcome, house.now()).await.unwrap();
    }
    let head = "Mã giao dịch,Nhà cung cấp,Thời điểm ký,Số chứng thư,Số tiền,Tham chiếu\n";
    let row = |id: &str, reference: &str, amount: i64| format!("{id},TRIAL-CA,23/11/2026 08:00:05,00:01,{amount},{reference}\n");
    let file = format!("{head}{}{}{}{}{}{}", row("T1", "doc/1", 500), row("T2", "doc/2", 700), row("T3", "doc/3", 500), row("T4", "doc/1", 500), row("T5", "doc/9", 500), row("T6", "doc/5", 500));
    let before = purse(&house, ward()).await.balance;
    assert_eq!(before, Dong(48_000));
    let at = send_statement(&house, "mai", "2026-11", "bảng kê tháng 11.csv", file.as_bytes()).goes_to();
    assert_eq!(purse(&house, ward()).await.balance, before, "taking a statement changes no balance");
    let shown = page(&house.actor("mai").get(&at));
    for word in ["bảng kê tháng 11.csv", "SHA-256", "Chỉ nhà cung cấp có", "Chỉ sổ của ta có", "Khác giá", "Tính hai lần", "không có lượt ký nào như vậy", &format!("{ROOT}/{}?month=2026-11&amp;below=3", ward())] {
        assert!(shown.contains(word), "{word}: {shown}");
    }
    let english = page(&house.actor("mai").get(&format!("{at}?lang=en")));
    assert!(english.contains("Counted twice") && english.contains("Only with them") && english.contains("Correct the book"), "{english}");
    let id: kernel::id::StatementId = at.rsplit('/').next().unwrap().parse().unwrap();
    let scope = &house.it.scope;
    let differences = prepaid::statements::views::differences(scope, id, 1, "", 0, 100).await.unwrap();
    let kinds: Vec<&str> = differences.iter().map(|d| d.what.kind.code()).collect();
    assert_eq!(kinds, ["price", "only_theirs", "twice", "only_theirs", "only_theirs", "only_ours"]);
    // Each is settled once, with a reason; only then does the book follow.
    let settle = |no: &str, line: &str, outcome: &str, reason: &str| post(&house, "mai", &at, &[("act", &format!("settle-{line}")), ("no", no), ("line", line), ("outcome", outcome), ("reason", reason)]);
    let silent = settle("1", "1", "corrected", " ");
    assert!(silent.status == 422 && silent.text().contains("Ghi căn cứ"), "{}", silent.text());
    assert!(settle("1", "1", "corrected", "Đơn giá theo phụ lục 2").goes_to().contains("done=1"));
    assert_eq!(purse(&house, ward()).await.balance, Dong(47_800), "200 more");
    assert_eq!(settle("1", "1", "corrected", "lần nữa").status, 409);
    assert_eq!(settle("1", "3", "corrected", "x").status, 409, "a line counted twice is theirs to mend");
    for (line, outcome) in [("2", "corrected"), ("3", "explained"), ("4", "explained"), ("5", "corrected"), ("6", "corrected")] {
        assert!(settle("1", line, outcome, "Công văn 12/CV của nhà cung cấp").goes_to().contains("done=1"), "{line}");
    }
    let now = purse(&house, ward()).await;
    // The doubt is charged (held before), the released one is charged (-500), the one they do not have is given back (+500).
    assert_eq!((now.balance, now.kept(), now.doubts().count()), (Dong(47_800), Dong(0), 0));
    let sums = prepaid::views::statement(scope, ward(), "2026-11").await.unwrap();
    assert_eq!((sums.charged, sums.cost, sums.closing()), (4, Dong(2_200), now.balance));
    assert!(page(&house.actor("mai").get(&format!("{ROOT}/statements"))).contains("Đã đối chiếu xong"));
    // Taken again over the book as it is now, it stands for the month; the first stays to be read.
    assert_eq!(send_statement(&house, "mai", "2026-11", "b.csv", file.as_bytes()).goes_to(), at);
    assert_eq!(send_statement(&house, "mai", "2026-11", "b.csv", file.as_bytes()).goes_to(), at, "sent twice it is one");
    let again = page(&house.actor("mai").get(&at));
    assert!(again.contains("Các lần nhập") && again.contains("b.csv") && !again.contains("Khác giá</span>"), "{again}");
    let first = page(&house.actor("mai").get(&format!("{at}?no=1")));
    assert!(first.contains("đã được nhập lại") && first.contains("Đã sửa sổ") && first.contains("phụ lục 2"), "{first}");
    assert_eq!(settle("1", "3", "explained", "x").status, 409);
    assert_eq!(house.count("SELECT COUNT(*) AS n FROM prepaid_statement WHERE province = $1").await, 2);
    assert_eq!(house.count("SELECT COUNT(*) AS n FROM journal WHERE province = $1 AND kind = 'provider_statement.taken'").await, 2);
    assert_eq!(house.count("SELECT COUNT(*) AS n FROM journal WHERE province = $1 AND kind = 'purse.corrected'").await, 3);
    // What cannot be read is told row by row, and then nothing is compared.
    for (month, text, word) in [
        ("2026-11", String::new(), "Tệp rỗng"),
        ("2026-11", head.to_owned(), "không có dòng nào"),
        ("2026-10", file.clone(), "Dòng 2: Lượt ký lúc 23/11/2026 08:00:05 không thuộc tháng 10/2026"),
        ("2027-01", file.clone(), "Chọn một tháng đã bắt đầu"),
        ("2026-13", file.clone(), "Chọn một tháng đã bắt đầu"),
        ("2026-11", file.replace("TRIAL-CA", "OTHER"), "nhà cung cấp “OTHER”"),
        ("2026-11", format!("{head}{}{}", row("T1", "a", 500), row("T1", "b", 500)), "Dòng 3: Mã giao dịch T1 đã có ở dòng 2"),
        ("2026-11", format!("{head}{}", row("T1", "a", -500)), "âm"),
        ("2026-11", format!("{head}{}", (0..5_001).map(|n| row(&format!("T{n}"), &format!("none/{n}"), 500)).collect::<String>()), "quá nhiều để đối soát"),
    ] {
        let refused = send_statement(&house, "mai", month, "c.csv", text.as_bytes());
        assert!(refused.status == 422 && refused.text().contains(word), "{word}: {} {}", refused.status, refused.text());
    }
    let bad = send_statement(&house, "mai", "2026-11", "c.csv", b"M\x81\x00");
    assert!(bad.status == 422 && bad.text().contains("Windows-1258"), "{}", bad.text());
    assert_eq!(house.count("SELECT COUNT(*) AS n FROM prepaid_statement WHERE province = $1").await, 2);
    // Others do not see it.
    assert_eq!(house.actor("yen").get(&at).status, 404);
    assert_eq!(house.actor("lan").get(&at).status, 403);
    assert_eq!(house.actor("mai").get(&format!("{ROOT}/statements/stmt_x")).status, 404);
}
