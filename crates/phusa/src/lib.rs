//! The program: command line, configuration, the list of rooms, demonstration data.
//!
//! As a library it gives tests and benches the same assembly that `phusa serve` runs.

pub mod assembly;
pub mod bench;
pub mod bridges;
pub mod catalog;
pub mod centre_rooms;
pub mod commands;
pub mod demo;
pub mod installation;
pub mod outside;
pub mod rooms;
pub mod security;
pub mod serve;
pub mod site;
