//! Messages of feeds over a stock broker (mosquitto, Debian): taken once whatever ends when, in the clear on this machine and over TLS.

use crate::{feeds::HEAD, house::House, ops::Room};
use measures::feed::message::Broker;
use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};
use store::Db;
use testkit::on_each_database;

on_each_database!(a_message_is_taken_once_whatever_ends_when a_broker_is_believed_by_its_certificate);

const TOPIC: &str = "phusa/feeds/fibre-lines";

/// A broker of its own on a free port; what it keeps outlives [`Stock::stop`].
struct Stock {
    folder: PathBuf,
    port: u16,
    tls: bool,
    child: Option<Child>,
}

impl Stock {
    fn new(folder: &Path, tls: bool) -> Self {
        std::fs::create_dir_all(folder).unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let at = folder.display();
        let keys = if tls { format!("cafile {at}/ca.pem\ncertfile {at}/cert.pem\nkeyfile {at}/key.pem\n") } else { String::new() };
        let conf = format!("listener {port} 127.0.0.1\nallow_anonymous true\nuser root\npersistence true\npersistence_location {at}/\nautosave_on_changes true\nautosave_interval 1\n{keys}");
        std::fs::write(folder.join("conf"), conf).unwrap();
        if tls {
            make_certificates(folder);
        }
        let mut stock = Self { folder: folder.to_owned(), port, tls, child: None };
        stock.start();
        stock
    }

    fn start(&mut self) {
        let program = if Path::new("/usr/sbin/mosquitto").exists() { "/usr/sbin/mosquitto" } else { "mosquitto" };
        let mut command = Command::new(program);
        command.arg("-c").arg(self.folder.join("conf")).stdout(Stdio::null()).stderr(Stdio::null());
        self.child = Some(command.spawn().expect("mosquitto is missing: apt-get install -y mosquitto"));
        let began = Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            assert!(began.elapsed() < Duration::from_secs(20), "the broker does not listen");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Ended as an operator ends it: it writes down what it holds.
    fn stop(&mut self) {
        let Some(mut child) = self.child.take() else { return };
        let _ = Command::new("kill").arg(child.id().to_string()).status();
        let _ = child.wait();
    }

    fn publish(&self, topic: &str, message: &str) {
        let mut command = Command::new("mosquitto_pub");
        command.args(["-h", "127.0.0.1", "-p", &self.port.to_string(), "-q", "1", "-t", topic, "-m", message]);
        if self.tls {
            command.arg("--cafile").arg(self.folder.join("ca.pem"));
        }
        assert!(command.status().expect("mosquitto_pub is missing: apt-get install -y mosquitto-clients").success());
    }

    fn broker(&self, authority: Option<&Path>) -> Broker {
        let url = format!("{}://127.0.0.1:{}", if self.tls { "mqtts" } else { "mqtt" }, self.port);
        Broker { pause: Duration::from_millis(200), ..Broker::read(&url, "phusa-test", None, authority).unwrap() }
    }
}

impl Drop for Stock {
    fn drop(&mut self) {
        self.stop();
    }
}

fn openssl(folder: &Path, args: &str) {
    let out = Command::new("openssl").args(args.split(' ')).current_dir(folder).output().expect("openssl is missing: apt-get install -y openssl");
    assert!(out.status.success(), "{args}: {}", String::from_utf8_lossy(&out.stderr));
}

/// An authority and a certificate of this machine's address, and another authority that vouched for nothing.
fn make_certificates(folder: &Path) {
    std::fs::write(folder.join("ext"), "subjectAltName=IP:127.0.0.1\nbasicConstraints=CA:FALSE\n").unwrap();
    for (name, subject) in [("ca", "/CN=Phu Sa test authority"), ("other", "/CN=Another authority")] {
        openssl(folder, &format!("ecparam -name prime256v1 -genkey -noout -out {name}.key"));
        let args = ["req", "-x509", "-new", "-key", &format!("{name}.key"), "-days", "2", "-subj", subject, "-out", &format!("{name}.pem")].map(str::to_owned);
        assert!(Command::new("openssl").args(args).current_dir(folder).status().unwrap().success());
    }
    openssl(folder, "ecparam -name prime256v1 -genkey -noout -out key.pem");
    openssl(folder, "req -new -key key.pem -subj /CN=127.0.0.1 -out request");
    openssl(folder, "x509 -req -in request -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile ext -out cert.pem");
}

async fn deliveries(house: &House) -> i64 {
    house.count("SELECT COUNT(*) AS n FROM measure_delivery WHERE province = $1").await
}

async fn comes_to(house: &House, n: i64) {
    let began = Instant::now();
    while deliveries(house).await < n {
        assert!(began.elapsed() < Duration::from_secs(30), "{} of {n} deliveries came", deliveries(house).await);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(deliveries(house).await, n);
}

/// Long enough for what should not come.
async fn a_while() {
    tokio::time::sleep(Duration::from_millis(1_500)).await;
}

async fn a_message_is_taken_once_whatever_ends_when(db: Db) {
    let house = House::open(db).await;
    let mut stock = Stock::new(&house.data.join("mosquitto"), false);
    let listen = || house.it.rooms.measures.clone().watch_messages(stock.broker(None)).unwrap();
    let row = |n: i32| format!("{{\"ma_tinh\": \"79\", \"ky\": \"2026-Q3\", \"ma_xa\": \"\", \"so_ho_cap_quang\": {n}, \"so_ho\": 1000, \"thoi_diem\": \"2026-10-05\"}}");
    let listening = listen();
    // The session has to stand before the first message: nobody keeps one for who never came.
    a_while().await;
    stock.publish(TOPIC, &row(801));
    comes_to(&house, 1).await;
    stock.publish(TOPIC, &format!("{HEAD}79;2026-Q3;;802;1000;;2026-10-05\n"));
    stock.publish(TOPIC, "{ not json");
    stock.publish("phusa/feeds/nobody", &row(1));
    comes_to(&house, 3).await;
    // The same bytes again are the same delivery.
    stock.publish(TOPIC, &row(801));
    a_while().await;
    assert_eq!(deliveries(&house).await, 3);
    // Sent while nobody listened; and the broker itself ended and begun again.
    listening.abort();
    let _ = listening.await;
    stock.publish(TOPIC, &row(803));
    stock.stop();
    stock.start();
    assert_eq!(deliveries(&house).await, 3);
    let listening = house.it.rooms.measures.clone().watch_messages(stock.broker(None)).unwrap();
    comes_to(&house, 4).await;
    stock.stop();
    a_while().await;
    stock.start();
    a_while().await;
    stock.publish(TOPIC, &row(804));
    comes_to(&house, 5).await;
    // What comes too fast waits at the broker and is taken when it may: none is lost.
    for n in 0..12 {
        stock.publish(TOPIC, &row(900 + n));
    }
    comes_to(&house, 12).await;
    a_while().await;
    assert_eq!(deliveries(&house).await, 12, "as many as the feed may send in an hour");
    house.later(3_700);
    comes_to(&house, 5 + 12).await;
    let mut room = Room::of(&house);
    let page = room.sees("thanh", "/ioc/feeds/fibre-lines");
    assert!(page.contains("Tin nhắn của nguồn") && page.contains(TOPIC) && page.contains("không đọc được"), "{page}");
    assert!(room.sees("thanh", "/ioc/indicators/households.fibre?period=2026-Q3").contains("911 / 1.000"), "in the order they were sent");
    listening.abort();
}

async fn a_broker_is_believed_by_its_certificate(db: Db) {
    let house = House::open(db).await;
    let stock = Stock::new(&house.data.join("mosquitto"), true);
    let row = "{\"ma_tinh\": \"79\", \"ky\": \"2026-Q3\", \"ma_xa\": \"\", \"so_ho_cap_quang\": 5, \"so_ho\": 10, \"thoi_diem\": \"2026-10-05\"}";
    let measures = &house.it.rooms.measures;
    // An authority that did not vouch for it: no session is begun there.
    let wrong = measures.clone().watch_messages(stock.broker(Some(&stock.folder.join("other.pem")))).unwrap();
    a_while().await;
    stock.publish(TOPIC, row);
    a_while().await;
    assert_eq!(deliveries(&house).await, 0);
    wrong.abort();
    let right = measures.clone().watch_messages(stock.broker(Some(&stock.folder.join("ca.pem")))).unwrap();
    a_while().await;
    stock.publish(TOPIC, row);
    comes_to(&house, 1).await;
    right.abort();
}
