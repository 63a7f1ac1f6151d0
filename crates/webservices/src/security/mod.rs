//! Security descriptions: TLS for channels and listeners (WWSAPI S, P.11, P.12).

pub mod credential;
pub mod description;
pub mod store;
