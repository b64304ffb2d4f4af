//! How many pages a scanned file has: counted, never believed (Circular 01/2023: the page count is checked).

pub use ::store::files::pages;
