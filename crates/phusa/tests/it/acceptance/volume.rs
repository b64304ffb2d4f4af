//! Scenario 10 at the size of a test: a year of some thousand dossiers, asked over HTTP by an official of the busiest office.
//! Ten to the sixth and seventh are measured by `phusa bench worklist`, `phusa bench find` and `phusa bench index`
//! (docs/performance.md); what a page reads is an index range there as here.

use crate::house::folder;
use indicators::views::Whose;
use kernel::Actor;
use phusa::{bench::world, demo::PROVINCE};
use std::time::{Duration, Instant as Clock};
use store::values;
use testkit::Program;

const DOSSIERS: u64 = 2_000;
/// What §10.7 asks of an inbox and a look-up, in time for a request with everything in it.
const LIMIT: Duration = Duration::from_millis(300);
/// And of the month's index of a province.
const INDEX_LIMIT: Duration = Duration::from_secs(60);

mod scenario_10_many_dossiers {
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn sqlite() {
        super::many(None).await;
    }
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        super::many(Some(testkit::pg::database().await.unwrap())).await;
    }
}

async fn many(database: Option<String>) {
    let place = folder("volume");
    let (world, made) = world::filled(&place, database.as_deref(), DOSSIERS, false).await.unwrap();
    let (house, now) = (&world.house, world.house.services.now());
    let hands = world.hands().await.unwrap();
    let sql = "SELECT received AS office, COUNT(*) AS n FROM case_view WHERE province = $1 GROUP BY received ORDER BY n DESC";
    let offices = house.scope.query(sql, values![]).await.unwrap();
    let busy = offices.iter().map(|r| r.string("office").unwrap()).find(|o| hands.offices.contains_key(o.as_str())).unwrap();
    let staff = &hands.offices[busy.as_str()];
    let system = Actor::system(PROVINCE.into()).account;
    let token = house.identity.directory().create_token(staff.one_stop.account, "thử", 30, system, now).await.unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let service = house.router.clone().into_make_service_with_connect_info::<std::net::SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });

    let sql = "SELECT code FROM case_view WHERE province = $1 AND received = $2 ORDER BY code LIMIT 60";
    let codes = house.scope.query(sql, values![busy.as_str()]).await.unwrap();
    let codes: Vec<String> = codes.iter().map(|r| r.string("code").unwrap()).collect();
    let asked = Program::new(&base, Some(&token));
    let (mut inbox, mut lookup) = (Vec::new(), Vec::new());
    tokio::task::block_in_place(|| {
        for code in &codes {
            let began = Clock::now();
            assert_eq!(asked.get("/work").status, 200);
            inbox.push(began.elapsed());
            let began = Clock::now();
            let seen = asked.get(&format!("/work/cases/{code}"));
            lookup.push(began.elapsed());
            assert!(seen.status == 200 && seen.text().contains(code.as_str()), "{code}");
        }
    });
    // Other tests run beside this one: the undisturbed quarter says what a request costs, the benches say what its tail is.
    let quarter = |times: &mut Vec<Duration>| {
        times.sort_unstable();
        times[times.len() / 4]
    };
    let (inbox, lookup) = (quarter(&mut inbox), quarter(&mut lookup));
    let began = Clock::now();
    let room = &house.rooms.indicators;
    for consumer in house.rooms.consumers() {
        if consumer.name() == "index" {
            consumer.catch_up(now, Duration::from_secs(120)).await.unwrap();
        }
    }
    let followed = began.elapsed();
    let began = Clock::now();
    let month = format!("{}-{:02}", now.date().year(), now.date().month());
    let index = room.index(Whose::Province, month.parse().unwrap(), now).await.unwrap().unwrap();
    let counted = began.elapsed();
    println!(
        "{} dossiers, {} acts: inbox {inbox:?}, look-up {lookup:?}; the journal followed in {followed:?}, the month's index in {counted:?}",
        made.cases, made.events
    );
    assert!(index.values["received"] > 0);
    assert!(inbox < LIMIT && lookup < LIMIT);
    assert!(counted < INDEX_LIMIT);
    let _ = std::fs::remove_dir_all(&place);
}
