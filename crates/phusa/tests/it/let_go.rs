//! What a closed house leaves in memory: nothing. Rooms that hold each other in a ring would stay for ever.

use crate::house::House;
use std::sync::Arc;
use testkit::Databases;

#[test]
fn a_house_that_is_closed_is_let_go() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (services, identity, measures) = runtime.block_on(async {
        let h = House::open(Databases::sqlite().await.unwrap()).await;
        (Arc::downgrade(&h.it.services.0), Arc::downgrade(&h.it.identity), Arc::downgrade(&h.it.rooms.measures.0))
    });
    drop(runtime);
    assert_eq!((services.strong_count(), identity.strong_count(), measures.strong_count()), (0, 0, 0), "who still holds services, identity, measures");
}
