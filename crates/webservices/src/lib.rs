//! The C interface of webservices.h.
