//! The acceptance list of public services (domain page §10.7), one test a line, each on SQLite and on PostgreSQL. A scenario
//! that stands in another file because it belongs to a room is called from here; this file is the index.
//!
//! | scenario | where it is walked |
//! |---|---|
//! | 1 birth certificate before and after 15:00 | `times` |
//! | 2 a consulted office is silent | `acceptance::walks` |
//! | 3 transfer of land, status 6 | `acceptance::walks` |
//! | 4 karaoke set, the police refuse | `acceptance::walks` |
//! | 5 a second supplement | `indicators` |
//! | 6 an apology, once | `acceptance::walks` |
//! | 7 the program is gone between two steps | `acceptance::crash`; killed at random in `kill` |
//! | 8 two agencies merge at midnight | `release` |
//! | 9 another year: fees, receipts, paper | `acceptance::year` |
//! | 10 many dossiers | `acceptance::volume`; a million by `phusa bench worklist`, `find`, `index` |
//! | 11 temporary rules lapse | `release` |
//! | 12 a portal file with differences | `national` |

mod crash;
mod volume;
mod walks;
mod year;

use store::Db;
use testkit::on_each_database;

on_each_database!(
    scenario_01_a_birth_before_and_after_three
    scenario_02_a_silent_office
    scenario_03_land_and_the_tax_office
    scenario_04_the_police_refuse
    scenario_05_a_second_supplement
    scenario_06_an_apology_once
    scenario_07_between_file_and_commit
    scenario_07_between_payment_and_receipt
    scenario_07_between_sign_and_number
    scenario_09_a_new_year
    scenario_12_a_portal_file
);

async fn scenario_01_a_birth_before_and_after_three(db: Db) {
    crate::times::a_birth_received_after_three_is_due_the_next_working_day(db).await;
}
async fn scenario_02_a_silent_office(db: Db) {
    walks::a_silent_office(db).await;
}
async fn scenario_03_land_and_the_tax_office(db: Db) {
    walks::land_and_the_tax_office(db).await;
}
async fn scenario_04_the_police_refuse(db: Db) {
    walks::the_police_refuse(db).await;
}
async fn scenario_05_a_second_supplement(db: Db) {
    crate::indicators::a_second_supplement_is_late_in_one_view_only(db).await;
}
async fn scenario_06_an_apology_once(db: Db) {
    walks::an_apology_once(db).await;
}
async fn scenario_07_between_file_and_commit(db: Db) {
    crash::between_file_and_commit(db).await;
}
async fn scenario_07_between_payment_and_receipt(db: Db) {
    crash::between_payment_and_receipt(db).await;
}
async fn scenario_07_between_sign_and_number(db: Db) {
    crash::between_sign_and_number(db).await;
}
async fn scenario_09_a_new_year(db: Db) {
    year::fees_and_receipts_of_another_year(db).await;
}
async fn scenario_12_a_portal_file(db: Db) {
    crate::national::a_portal_file_with_differences_gives_the_exact_list(db).await;
}
