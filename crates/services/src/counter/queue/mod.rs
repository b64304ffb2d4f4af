//! Numbers for whoever comes in: drawn at the kiosk, called at the windows, shown in the hall. A day begins with number 1.

pub mod kiosk;
pub mod rules;
mod store;
pub mod window;

#[cfg(test)]
mod tests;
