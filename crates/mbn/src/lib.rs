//! Mobile Broadband device services over MBIM.
