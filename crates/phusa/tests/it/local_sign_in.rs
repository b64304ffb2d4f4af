//! Signing in with accounts of the installation itself: passkeys by a software authenticator, passwords with one-time codes,
//! invitations, recovery by two administrators, and every way in which it must not work.

use crate::house::House;
use local_sign_in::{totp, webauthn};
use ring::{
    digest,
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair},
};
use serde_json::{Value, json};
use store::{Db, values};
use testkit::{Browser, Reply, form_token, on_each_database};

on_each_database!(
    a_passkey_is_registered_and_signs_in
    a_passkey_in_every_wrong_way_is_refused
    a_password_with_codes_is_set_up_and_used
    a_thousand_wrong_attempts_never_keep_the_owners_device_out
    an_invitation_is_good_once
    recovery_takes_two_administrators
    who_may_not
);

/// An authenticator in software: one key for one site.
struct Key {
    pair: EcdsaKeyPair,
    id: Vec<u8>,
    user: String,
    site: String,
    origin: String,
    counter: u32,
    flags: u8,
}

fn sha256(bytes: &[u8]) -> Vec<u8> {
    digest::digest(&digest::SHA256, bytes).as_ref().to_vec()
}

impl Key {
    fn new(base: &str) -> Self {
        let rng = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &rng).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8.as_ref(), &rng).unwrap();
        let id = local_sign_in::keys::random::<24>().unwrap().to_vec();
        Self { pair, id, user: String::new(), site: "localhost".into(), origin: base.to_owned(), counter: 0, flags: 0x05 }
    }
    fn client(&self, kind: &str, challenge: &str) -> Vec<u8> {
        json!({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": false}).to_string().into_bytes()
    }
    fn data(&self, flags: u8, rest: &[u8]) -> Vec<u8> {
        [&sha256(self.site.as_bytes())[..], &[flags], &self.counter.to_be_bytes(), rest].concat()
    }
    /// The answer to a registration's question.
    fn make(&mut self, question: &Value) -> String {
        self.user = question["user"]["id"].as_str().unwrap().to_owned();
        let point = self.pair.public_key().as_ref();
        let cose = [&hex::decode("a5010203262001215820").unwrap()[..], &point[1..33], &hex::decode("225820").unwrap(), &point[33..]].concat();
        let length = u16::try_from(self.id.len()).unwrap().to_be_bytes();
        let data = self.data(self.flags | 0x40, &[&[0; 16], &length[..], &self.id, &cose].concat());
        let length = u16::try_from(data.len()).unwrap().to_be_bytes();
        let object = [&hex::decode("a363666d74646e6f6e656761747453746d74a068617574684461746159").unwrap()[..], &length, &data].concat();
        let client = self.client("webauthn.create", question["challenge"].as_str().unwrap());
        let id = webauthn::encode(&self.id);
        json!({"id": id, "type": "public-key", "response": {"clientDataJSON": webauthn::encode(&client), "attestationObject": webauthn::encode(&object), "transports": ["internal"]}}).to_string()
    }
    /// The answer to a sign-in's question; the counter goes forward.
    fn answer(&mut self, challenge: &str) -> String {
        self.counter += 1;
        let data = self.data(self.flags, &[]);
        let client = self.client("webauthn.get", challenge);
        let signature = self.pair.sign(&SystemRandom::new(), &[&data[..], &sha256(&client)].concat()).unwrap();
        let response = json!({
            "clientDataJSON": webauthn::encode(&client), "authenticatorData": webauthn::encode(&data),
            "signature": webauthn::encode(signature.as_ref()), "userHandle": self.user,
        });
        json!({"id": webauthn::encode(&self.id), "type": "public-key", "response": response}).to_string()
    }
}

/// A browser that reaches the house by name: passkeys know no IP addresses.
fn by_name(house: &House) -> Browser {
    Browser::new(&house.base.replace("127.0.0.1", "localhost"))
}

fn signed_in(house: &House, who: &str) -> Browser {
    let mut browser = by_name(house);
    browser.sign_in(who, "next=%2F");
    browser
}

async fn id_of(house: &House, who: &str) -> String {
    let sql = "SELECT id FROM identity_account WHERE province = $1 AND subject = $2";
    house.it.scope.one(sql, values![who]).await.unwrap().unwrap().string("id").unwrap()
}

async fn entries(house: &House, kind: &str) -> i64 {
    let sql = "SELECT COUNT(*) AS n FROM journal WHERE province = $1 AND kind = $2";
    house.it.scope.one(sql, values![kind]).await.unwrap().unwrap().int("n").unwrap()
}

fn begin(browser: &mut Browser, page: &str, path: &str) -> Reply {
    let token = browser.token(page);
    browser.go("POST", path, &[("x-csrf-token", &token), ("accept", "application/json")], Some(Vec::new()))
}

fn register(browser: &mut Browser, key: &mut Key, name: &str) -> Reply {
    let question = begin(browser, "/account/passkeys", "/account/passkeys/begin").ok();
    let answer = key.make(&question);
    browser.post("/account/passkeys", "/account/passkeys", [("name", name), ("answer", &answer)])
}

fn question(browser: &mut Browser) -> String {
    begin(browser, "/sign-in/passkey", "/sign-in/passkey/begin").ok()["challenge"].as_str().unwrap().to_owned()
}

fn enter(browser: &mut Browser, answer: &str, next: &str) -> Reply {
    browser.post("/sign-in/passkey", "/sign-in/passkey", [("answer", answer), ("next", next)])
}

async fn a_passkey_is_registered_and_signs_in(db: Db) {
    let house = House::open(db).await;
    let mut thu = signed_in(&house, "thu");
    let page = thu.get("/account/passkeys").text();
    assert!(page.contains("Bạn chưa có khóa truy cập nào") && page.contains("<noscript>"), "{page}");
    let mut key = Key::new(&thu.base);
    let question_made = begin(&mut thu, "/account/passkeys", "/account/passkeys/begin").ok();
    assert_eq!((question_made["rp"]["id"].as_str(), question_made["authenticatorSelection"]["userVerification"].as_str()), (Some("localhost"), Some("required")));
    assert_eq!(question_made["authenticatorSelection"]["residentKey"], "required");
    let nameless = key.make(&question_made);
    let reply = thu.post("/account/passkeys", "/account/passkeys", [("name", ""), ("answer", &nameless)]);
    assert!(reply.status == 422 && reply.text().contains("Đặt tên cho khóa"), "{}", reply.text());
    assert_eq!(register(&mut thu, &mut key, "Điện thoại <b>").goes_to(), "/account/passkeys");
    let page = thu.get("/account/passkeys").text();
    assert!(page.contains("Điện thoại &lt;b&gt;") && page.contains("Chưa dùng"), "{page}");
    assert_eq!(register(&mut thu, &mut key, "Lần nữa").status, 409, "the same key twice");

    // Another browser, nothing typed.
    let mut again = by_name(&house);
    let offered = again.get("/sign-in?next=%2Fwork").text();
    assert!(offered.contains("/sign-in/passkey?next=%2Fwork") && offered.contains("/sign-in/password?next=%2Fwork"), "{offered}");
    let challenge = question(&mut again);
    let reply = enter(&mut again, &key.answer(&challenge), "/work");
    assert_eq!(reply.goes_to(), "/account/notices?next=%2Fwork", "told once that a key was added");
    let notices = again.get("/account/notices?next=%2Fwork").text();
    assert!(notices.contains("đã được thêm vào tài khoản của bạn"), "{notices}");
    assert_eq!(again.post("/account/notices?next=%2Fwork", "/account/notices", [("next", "/work")]).goes_to(), "/work");
    assert_eq!(again.get("/work").status, 200);
    let account = again.get("/account").text();
    assert!(account.contains("Khóa truy cập (passkey)") && account.contains("Định danh điện tử"), "both sessions with how they were proved: {account}");
    let challenge = question(&mut again);
    assert_eq!(enter(&mut again, &key.answer(&challenge), "//evil.example").goes_to(), "/", "read, and only a path of this site");
    let page = again.get("/account/passkeys").text();
    assert!(!page.contains("Chưa dùng"), "{page}");
    assert_eq!((entries(&house, "sign-in.passkey-added").await, entries(&house, "sign-in.passkey-removed").await), (1, 0));
    // Removed: gone.
    assert_eq!(again.post("/account/passkeys", "/account/passkeys/remove", [("credential", webauthn::encode(&key.id).as_str())]).goes_to(), "/account/passkeys");
    assert_eq!(entries(&house, "sign-in.passkey-removed").await, 1);
    let mut gone = by_name(&house);
    let challenge = question(&mut gone);
    assert_eq!(enter(&mut gone, &key.answer(&challenge), "/work").status, 403, "a removed key");
}

async fn a_passkey_in_every_wrong_way_is_refused(db: Db) {
    let house = House::open(db).await;
    let mut thu = signed_in(&house, "thu");
    let mut key = Key::new(&thu.base);
    register(&mut thu, &mut key, "Khóa").goes_to();
    let mut b = by_name(&house);
    let refused = |b: &mut Browser, answer: &str| {
        let reply = enter(b, answer, "/");
        assert!(matches!(reply.status, 403 | 422), "{} {}", reply.status, reply.text());
        assert!(reply.text().contains("class=\"errors\"") && !b.cookies.contains_key("session"), "{}", reply.text());
    };
    for rubbish in ["", "{}", "no json", "[]", "{\"id\":\"x\",\"response\":{}}", "{\"id\":\"x\",\"response\":{\"clientDataJSON\":\"e30\"}}"] {
        refused(&mut b, rubbish);
    }
    // The same answer twice.
    let challenge = question(&mut b);
    let answer = key.answer(&challenge);
    enter(&mut b, &answer, "/").goes_to();
    b.cookies.remove("session");
    refused(&mut b, &answer);
    // A question of another browser.
    let challenge = question(&mut by_name(&house));
    refused(&mut b, &key.answer(&challenge));
    // A question that nobody put, and one that is over.
    refused(&mut b, &key.answer(&webauthn::encode(&[7; 32])));
    let challenge = question(&mut b);
    house.later(301);
    refused(&mut b, &key.answer(&challenge));
    // A question is gone after one wrong answer.
    let challenge = question(&mut b);
    let origin = std::mem::replace(&mut key.origin, "https://evil.example".into());
    refused(&mut b, &key.answer(&challenge));
    key.origin = origin;
    refused(&mut b, &key.answer(&challenge));
    // Another site's key, one without verification, one for another account, a foreign signature.
    for (n, spoil) in [(|k: &mut Key| k.site = "evil.example".into()) as fn(&mut Key), |k| k.flags = 0x01, |k| k.flags = 0x04, |k| k.user = webauthn::encode(&[1; 32]), |k| k.pair = Key::new("").pair].iter().enumerate() {
        let mut other = Key::new(&b.base);
        register(&mut thu, &mut other, &format!("Khóa {n}")).goes_to();
        spoil(&mut other);
        let challenge = question(&mut b);
        refused(&mut b, &other.answer(&challenge));
    }
    // A registration's question is none for signing in, and the other way round.
    let made = begin(&mut thu, "/account/passkeys", "/account/passkeys/begin").ok();
    let mut same_browser = thu.window();
    let reply = enter(&mut same_browser, &key.answer(made["challenge"].as_str().unwrap()), "/");
    assert_eq!(reply.status, 403);
    let asked = question(&mut thu);
    let answer = Key::new(&thu.base).make(&json!({"user": {"id": key.user}, "challenge": asked}));
    assert_eq!(thu.post("/account/passkeys", "/account/passkeys", [("name", "x"), ("answer", answer.as_str())]).status, 422);
    // Registered without verification, from another origin.
    for spoil in [(|k: &mut Key| k.flags = 0x01) as fn(&mut Key), |k| k.origin = "https://evil.example".into(), |k| k.site = "evil.example".into()] {
        let mut other = Key::new(&thu.base);
        spoil(&mut other);
        let reply = register(&mut thu, &mut other, "Khóa");
        assert!(reply.status == 422 && reply.text().contains("Chưa tạo được khóa"), "{}", reply.text());
    }
    // A closed account.
    let (thu_id, mut admin) = (id_of(&house, "thu").await, signed_in(&house, "admin"));
    let person = format!("/admin/people/{thu_id}");
    admin.post(&person, &format!("{person}/close"), [("x", "")]).goes_to();
    let challenge = question(&mut b);
    let reply = enter(&mut b, &key.answer(&challenge), "/");
    assert!(reply.status == 403 && reply.text().contains("đã bị khóa"), "{}", reply.text());
    admin.post(&person, &format!("{person}/reopen"), [("x", "")]).goes_to();
    // A counter that goes back stops the key for good, and the person is told.
    key.counter = 0;
    let challenge = question(&mut b);
    refused(&mut b, &key.answer(&challenge));
    key.counter = 100;
    let challenge = question(&mut b);
    refused(&mut b, &key.answer(&challenge));
    assert_eq!(entries(&house, "sign-in.passkey-suspect").await, 1);
    let mut thu = signed_in(&house, "thu");
    assert!(thu.get("/account/notices").text().contains("có thể khóa đã bị sao chép"));
    assert!(thu.get("/account/passkeys").text().contains("Đã ngừng"));
}

fn unbase32(text: &str) -> Vec<u8> {
    let (mut held, mut bits, mut out) = (0_u32, 0, Vec::new());
    for c in text.bytes().filter(u8::is_ascii_alphanumeric) {
        held = held << 5 | u32::try_from(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".iter().position(|a| *a == c).unwrap()).unwrap();
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            out.push(u8::try_from(held >> bits & 255).unwrap());
        }
    }
    out
}

fn codes_in(page: &str) -> Vec<String> {
    page.split("<code>").skip(1).map(|p| p.split('<').next().unwrap().to_owned()).collect()
}

fn hidden(page: &str, name: &str) -> String {
    page.split_once(&format!("name=\"{name}\" value=\"")).unwrap_or_else(|| panic!("{name}: {page}")).1.split('"').next().unwrap().to_owned()
}

fn code_now(house: &House, secret: &[u8]) -> String {
    totp::shown(secret, totp::step(house.now().micros() / 1_000_000, 30))
}

const PASSWORD: &str = "con thuyền ngược dòng";

/// Sets up a password at an address; answers the secret of the codes and the recovery codes.
fn set_up(house: &House, b: &mut Browser, at: &str, login: &str) -> (Vec<u8>, Vec<String>) {
    let page = b.post(at, at, [("login", login), ("password", PASSWORD), ("again", PASSWORD)]);
    assert_eq!(page.status, 200, "{}", page.text());
    let page = page.text();
    assert!(page.contains("<svg"), "the picture for the app: {page}");
    let (secret, token) = (unbase32(&codes_in(&page)[0]), hidden(&page, "token"));
    let csrf = form_token(&page);
    let wrong = b.post_bare(&format!("{at}/confirm"), [("token", token.as_str()), ("code", "000000"), ("_csrf", &csrf)]);
    assert!(wrong.status == 422 && wrong.text().contains("Mã không đúng hoặc đã đổi"), "{}", wrong.text());
    let done = b.post_bare(&format!("{at}/confirm"), [("token", token.as_str()), ("code", &code_now(house, &secret)), ("_csrf", &csrf)]);
    assert_eq!(done.status, 200, "{}", done.text());
    let codes = codes_in(&done.text());
    assert_eq!(codes.len(), 10, "{}", done.text());
    let twice = b.post_bare(&format!("{at}/confirm"), [("token", token.as_str()), ("code", &code_now(house, &secret)), ("_csrf", &csrf)]);
    assert!(matches!(twice.status, 404 | 409), "a set-up ends: {} {}", twice.status, twice.text());
    (secret, codes)
}

fn attempt(b: &mut Browser, login: &str, password: &str, code: &str) -> Reply {
    b.post("/sign-in/password", "/sign-in/password", [("login", login), ("password", password), ("code", code), ("next", "/work")])
}

async fn a_password_with_codes_is_set_up_and_used(db: Db) {
    let house = House::open(db).await;
    let mut thu = signed_in(&house, "thu");
    // Everything wrong is said at its field, what was typed as a name is kept.
    let reply = thu.post("/account/password", "/account/password", [("login", "Thu Phạm"), ("password", "matkhau12345"), ("again", "")]);
    let text = reply.text();
    assert!(reply.status == 422 && text.contains("3 đến 64 ký tự") && text.contains("quá phổ biến") && text.contains("value=\"Thu Phạm\""), "{text}");
    assert!(!text.contains("matkhau12345"), "a password is never sent back");
    let reply = thu.post("/account/password", "/account/password", [("login", "thu"), ("password", PASSWORD), ("again", "khác hẳn")]);
    assert!(reply.status == 422 && reply.text().contains("không giống nhau"), "{}", reply.text());
    let (secret, codes) = set_up(&house, &mut thu, "/account/password", "thu.pham");
    // Nothing of it is in the database in the clear.
    for (table, column) in [("local_password", "hash"), ("local_password", "secret"), ("local_recovery_code", "code"), ("journal", "payload")] {
        for row in house.it.scope.query(&format!("SELECT {column} AS c FROM {table} WHERE province = $1"), values![]).await.unwrap() {
            let kept = row.string("c").unwrap();
            for clear in [PASSWORD, &totp::base32(&secret), &hex::encode(&secret), &codes[0], &codes[0].replace('-', "")] {
                assert!(!kept.contains(clear), "{table}.{column}");
            }
        }
    }
    // The code that finished the set-up is used; the next one is good, once.
    let mut b = by_name(&house);
    assert_eq!(attempt(&mut b, "thu.pham", PASSWORD, &code_now(&house, &secret)).status, 403, "used for the set-up");
    house.later(30);
    let code = code_now(&house, &secret);
    assert_eq!(attempt(&mut b, "thu.pham", "con thuyền xuôi dòng nhé", &code).status, 403);
    let reply = attempt(&mut b, " THU.Pham ", PASSWORD, &code);
    assert_eq!(reply.goes_to(), "/account/notices?next=%2Fwork", "told once");
    assert!(b.get("/account").text().contains("Mật khẩu và mã một lần"), "how it was proved");
    let mut other = by_name(&house);
    let replay = attempt(&mut other, "thu.pham", PASSWORD, &code);
    assert_eq!(replay.status, 403, "a used code");
    // A name that nobody has, a wrong password and a used code are answered alike.
    let said = |r: &Reply| r.text().split_once("class=\"errors\"").unwrap().1.split("</div>").next().unwrap().to_owned();
    let unknown = attempt(&mut other, "nobody.here", PASSWORD, "123456");
    assert_eq!((unknown.status, said(&unknown)), (403, said(&replay)));
    let empty = attempt(&mut other, "", "", "");
    assert!(empty.status == 422 && empty.text().contains("Nhập tên đăng nhập"), "{}", empty.text());
    for long in ["x".repeat(5000), "' OR 1=1 --".to_owned(), "😀".repeat(50)] {
        assert_eq!(attempt(&mut other, &long, &long, &long).status, 403);
    }
    // A recovery code in place of the phone, in any writing, once.
    let typed = codes[3].to_lowercase().replace('-', " ");
    let reply = attempt(&mut other, "thu.pham", PASSWORD, &typed);
    assert_eq!(reply.goes_to(), "/account/notices?next=%2Fwork");
    assert!(other.get("/account").text().contains("Mật khẩu và mã dự phòng"));
    assert!(other.get("/account/password").text().contains("mã dự phòng còn lại: 9"));
    assert_eq!(attempt(&mut by_name(&house), "thu.pham", PASSWORD, &typed).status, 403, "a used recovery code");
    assert_eq!(entries(&house, "sign-in.recovery-code-used").await, 1);
    // Somebody else cannot take the name.
    let mut duc = signed_in(&house, "duc");
    let taken = duc.post("/account/password", "/account/password", [("login", "thu.pham"), ("password", PASSWORD), ("again", PASSWORD)]);
    assert!(taken.status == 422 && taken.text().contains("đã có người dùng"), "{}", taken.text());
    // Replaced: the old codes end. Long after signing in it must be proved again.
    let (newer, _) = set_up(&house, &mut thu, "/account/password", "thu.pham");
    house.later(30);
    assert_eq!(attempt(&mut by_name(&house), "thu.pham", PASSWORD, &codes[5]).status, 403, "an old recovery code");
    assert_eq!(attempt(&mut by_name(&house), "thu.pham", PASSWORD, &code_now(&house, &newer)).status, 303);
    house.later(16 * 60);
    let stale = thu.get("/account/password").text();
    assert!(stale.contains("vừa đăng nhập trong 15 phút") && !stale.contains("name=\"again\""), "{stale}");
    assert_eq!(thu.post("/account", "/account/password", [("login", "x.y.z"), ("password", PASSWORD), ("again", PASSWORD)]).status, 403);
    assert_eq!(begin(&mut thu, "/account", "/account/passkeys/begin").status, 403);
}

async fn a_thousand_wrong_attempts_never_keep_the_owners_device_out(db: Db) {
    let house = House::open(db).await;
    let mut thu = signed_in(&house, "thu");
    let (secret, _) = set_up(&house, &mut thu, "/account/password", "thu.pham");
    house.later(30);
    let mut known = by_name(&house);
    attempt(&mut known, "thu.pham", PASSWORD, &code_now(&house, &secret)).goes_to();
    assert!(known.cookies.keys().any(|k| k.starts_with("device-")), "{:?}", known.cookies);
    known.cookies.remove("session");
    let mut attacker = by_name(&house);
    let token = attacker.token("/sign-in/password");
    let mut wrong = |login: &str| attacker.post_bare("/sign-in/password", [("login", login), ("password", "sai sai sai sai"), ("code", "123456"), ("_csrf", &token)]);
    let (mut refused, mut later) = (0, 0);
    for _ in 0..1000 {
        match wrong("thu.pham").status {
            403 => refused += 1,
            429 => later += 1,
            other => panic!("{other}"),
        }
    }
    assert_eq!((refused, later), (6, 994), "a few, then waits");
    let told = wrong("thu.pham");
    assert!(told.header("retry-after").parse::<i64>().unwrap() > 0 && told.text().contains("Hãy đợi"), "{}", told.text());
    // A name that does not exist waits alike.
    let unknown: Vec<u16> = (0..8).map(|_| wrong("nobody.here").status).collect();
    assert_eq!(unknown, [403, 403, 403, 403, 403, 403, 429, 429]);
    // The owner at a strange device waits too; at a device of theirs they do not.
    house.later(30);
    let code = code_now(&house, &secret);
    assert_eq!(attempt(&mut known, "thu.pham", PASSWORD, &code).status, 303);
    // Hours of it, from the same address: the known device still gets in.
    for _ in 0..60 {
        house.later(1800);
        wrong("thu.pham");
        wrong("thu.pham");
    }
    let mut strange = by_name(&house);
    assert_eq!(attempt(&mut strange, "thu.pham", PASSWORD, &code_now(&house, &secret)).status, 429);
    known.cookies.remove("session");
    assert_eq!(attempt(&mut known, "thu.pham", PASSWORD, &code_now(&house, &secret)).status, 303);
    // A stolen cookie of another name helps nobody, and a known device that guesses waits by itself.
    known.cookies.remove("session");
    let statuses: Vec<u16> = (0..13).map(|_| attempt(&mut known, "thu.pham", "sai sai sai sai", "123456").status).collect();
    assert_eq!(statuses.iter().filter(|s| **s == 403).count(), 11, "{statuses:?}");
    // Waiting helps: after the longest wait a stranger may try again.
    house.later(3700);
    assert_eq!(attempt(&mut strange, "thu.pham", PASSWORD, &code_now(&house, &secret)).status, 303);
    house.later(40 * 3600);
    house.it.rooms.local_sign_in.sweep().await.unwrap();
    assert_eq!(house.count("SELECT COUNT(*) AS n FROM local_attempt WHERE province = $1").await, 0);
}

/// The path of a link shown on a page.
fn link_in(page: &str) -> String {
    let (_, rest) = page.split_once("/sign-in/link/").unwrap_or_else(|| panic!("no link in {page}"));
    format!("/sign-in/link/{}", rest.split('<').next().unwrap())
}

async fn an_invitation_is_good_once(db: Db) {
    let house = House::open(db).await;
    let (duc, own) = (id_of(&house, "duc").await, id_of(&house, "admin").await);
    let mut admin = signed_in(&house, "admin");
    assert!(admin.get(&format!("/admin/people/{duc}")).text().contains(&format!("/admin/sign-in/{duc}")));
    let place = format!("/admin/sign-in/{duc}");
    let first = link_in(&admin.post(&place, &format!("{place}/invite"), [("x", "")]).text());
    let second = link_in(&admin.post(&place, &format!("{place}/invite"), [("x", "")]).text());
    let mut b = by_name(&house);
    assert_eq!(b.get(&first).status, 404, "a newer link takes its place");
    assert!(b.get(&second).text().contains("Võ Minh Đức"));
    let (secret, _) = set_up(&house, &mut b, &second, "duc.vo");
    assert_eq!(b.get(&second).status, 404, "used");
    house.later(30);
    assert_eq!(attempt(&mut b, "duc.vo", PASSWORD, &code_now(&house, &secret)).goes_to(), "/account/notices?next=%2Fwork");
    let told = b.get("/account/notices").text();
    assert!(told.contains("Tạ Quang Vinh") && told.contains("đã được thiết lập"), "{told}");
    // One administrator alone cannot replace what is there.
    let reply = admin.post(&place, &format!("{place}/invite"), [("x", "")]);
    assert!(reply.status == 409 && reply.text().contains("đề nghị khôi phục"), "{}", reply.text());
    let own = format!("/admin/sign-in/{own}");
    assert_eq!(admin.post("/admin/sign-in", &format!("{own}/invite"), [("x", "")]).status, 403, "not for oneself");
    // Over after a day; rubbish is nothing.
    let ha = format!("/admin/sign-in/{}", id_of(&house, "ha").await);
    let late = link_in(&admin.post(&ha, &format!("{ha}/invite"), [("x", "")]).text());
    house.later(24 * 3600);
    assert_eq!(b.get(&late).status, 404);
    for rubbish in ["/sign-in/link/x", "/sign-in/link/%27%20OR%201=1", "/sign-in/link/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"] {
        assert_eq!(b.get(rubbish).status, 404, "{rubbish}");
    }
    assert_eq!((entries(&house, "sign-in.invited").await, entries(&house, "sign-in.password-set").await), (3, 1));
}

async fn recovery_takes_two_administrators(db: Db) {
    let house = House::open(db).await;
    let thu_id = id_of(&house, "thu").await;
    let mut thu = signed_in(&house, "thu");
    let mut key = Key::new(&thu.base);
    register(&mut thu, &mut key, "Khóa cũ").goes_to();
    let place = format!("/admin/sign-in/{thu_id}");
    let (mut one, mut two) = (signed_in(&house, "admin"), signed_in(&house, "phat"));
    let short = one.post(&place, &format!("{place}/recover"), [("reason", "mất")]);
    assert!(short.status == 422 && short.text().contains("10 đến 500"), "{}", short.text());
    let reason = [("reason", "Mất điện thoại, đã gặp trực tiếp tại phòng")];
    assert_eq!(one.post(&place, &format!("{place}/recover"), reason).goes_to(), place);
    assert_eq!(one.post(&place, &format!("{place}/recover"), reason).status, 409, "one at a time");
    let id = house.it.scope.one("SELECT id FROM local_recovery WHERE province = $1", values![]).await.unwrap().unwrap().string("id").unwrap();
    let decide = format!("/admin/sign-in/recoveries/{id}");
    // Who asked does not see the buttons and cannot send them either.
    assert!(!one.get("/admin/sign-in").text().contains(&decide) && two.get("/admin/sign-in").text().contains(&decide));
    let own = one.post("/admin/sign-in", &decide, [("answer", "approve")]);
    assert!(own.status == 403 && own.text().contains("quản trị viên khác phải quyết định"), "{}", own.text());
    assert_eq!(two.post("/admin/sign-in", &decide, [("answer", "")]).status, 422);
    let mut auditor = signed_in(&house, "kiem");
    assert_eq!(auditor.get("/admin/sign-in").status, 403);
    let link = link_in(&two.post("/admin/sign-in", &decide, [("answer", "approve")]).text());
    assert_eq!(two.post("/admin/sign-in", &decide, [("answer", "approve")]).status, 409, "decided once");
    // Nothing has changed yet; the link sets a new password and takes everything else away.
    assert_eq!(thu.get("/work").status, 200);
    let mut b = by_name(&house);
    assert!(b.get(&link).text().contains("đều bị bỏ"));
    let (secret, _) = set_up(&house, &mut b, &link, "thu.pham");
    assert_eq!(thu.get("/work").status, 303, "every session ended");
    assert_eq!(b.get(&link).status, 404, "used");
    let challenge = question(&mut b);
    assert_eq!(enter(&mut b, &key.answer(&challenge), "/").status, 403, "the lost key opens nothing");
    house.later(30);
    assert_eq!(attempt(&mut b, "thu.pham", PASSWORD, &code_now(&house, &secret)).goes_to(), "/account/notices?next=%2Fwork");
    let told = b.get("/account/notices").text();
    assert!(told.contains("Tạ Quang Vinh đề nghị và Tống Gia Phát duyệt") && told.contains("đã được khôi phục"), "{told}");
    // Told at every sign-in until it is read.
    let mut oidc = by_name(&house);
    assert_eq!(oidc.sign_in("thu", "next=%2Fwork").goes_to(), "/account/notices?next=%2Fwork");
    assert_eq!(oidc.post("/account/notices?next=%2Fwork", "/account/notices", [("next", "/work")]).goes_to(), "/work");
    assert_eq!(by_name(&house).sign_in("thu", "next=%2Fwork").goes_to(), "/work");
    for (kind, n) in [("sign-in.recovery-asked", 1), ("sign-in.recovery-decided", 1), ("sign-in.recovered", 1)] {
        assert_eq!(entries(&house, kind).await, n, "{kind}");
    }
    // Refused, late to decide, late to use, and never by the person: all end.
    let reason = [("reason", "Mất điện thoại lần nữa, đã gặp trực tiếp")];
    one.post(&place, &format!("{place}/recover"), reason).goes_to();
    let newest = "SELECT id FROM local_recovery WHERE province = $1 ORDER BY asked_at DESC, id DESC LIMIT 1";
    let latest = async || format!("/admin/sign-in/recoveries/{}", house.it.scope.one(newest, values![]).await.unwrap().unwrap().string("id").unwrap());
    assert_eq!(two.post("/admin/sign-in", &latest().await, [("answer", "refuse")]).goes_to(), "/admin/sign-in");
    house.later(1);
    one.post(&place, &format!("{place}/recover"), reason).goes_to();
    let link = link_in(&two.post("/admin/sign-in", &latest().await, [("answer", "approve")]).text());
    house.later(3600);
    assert_eq!(b.get(&link).status, 404, "an hour");
    one = signed_in(&house, "admin");
    two = signed_in(&house, "phat");
    register(&mut two, &mut Key::new(&thu.base), "Khóa của Phát").goes_to();
    let phat = format!("/admin/sign-in/{}", id_of(&house, "phat").await);
    one.post(&phat, &format!("{phat}/recover"), reason).goes_to();
    let about_two = latest().await;
    assert_eq!(two.post("/admin/sign-in", &about_two, [("answer", "approve")]).status, 403, "not by the person");
    assert_eq!(two.post("/admin/sign-in", &format!("{phat}/recover"), reason).status, 403, "nor asked by them");
}

async fn who_may_not(db: Db) {
    let house = House::open(db).await;
    // Citizens sign in with electronic identity only; nobody is offered what they may not use.
    let mut lan = signed_in(&house, "lan");
    for page in ["/account/passkeys", "/account/password", "/account/notices"] {
        let reply = lan.get(page);
        assert!(reply.status == 403 && reply.text().contains("chỉ dành cho tài khoản cán bộ"), "{page}: {}", reply.text());
    }
    assert!(!lan.get("/account").text().contains("/account/passkeys"));
    assert_eq!(begin(&mut lan, "/account", "/account/passkeys/begin").status, 403);
    let mut admin = signed_in(&house, "admin");
    let citizen = format!("/admin/sign-in/{}", id_of(&house, "lan").await);
    assert_eq!(admin.get(&citizen).status, 404);
    for who in ["lan", "thu", "kiem"] {
        assert_eq!(signed_in(&house, who).get("/admin/sign-in").status, 403, "{who}");
    }
    // By an IP address the page says what to do; nothing is asked of a key.
    let mut by_number = house.browser();
    let page = by_number.get("/sign-in/passkey").text();
    assert!(page.contains("http://localhost") && !page.contains("data-passkey"), "{page}");
    assert_eq!(begin(&mut by_number, "/sign-in/password", "/sign-in/passkey/begin").status, 409);
    // A form without its token, and a program with a bearer token, change nothing.
    let mut thu = signed_in(&house, "thu");
    assert_eq!(thu.post_bare("/account/passkeys/remove", [("credential", "x")]).status, 403);
    assert_eq!(house.actor("thu").send("POST", "/account/passkeys/begin", &[], Some(Vec::new())).status, 403);
    // English is whole.
    let page = thu.get("/account/passkeys?lang=en").text();
    assert!(page.contains("My passkeys") && page.contains("You have no passkey yet"), "{page}");
    assert!(thu.get("/sign-in/password?lang=en").text().contains("One-time code"));
}
