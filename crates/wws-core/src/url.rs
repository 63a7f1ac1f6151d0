//! URLs of the five schemes of webservices.h.
