//! Errors at any step end the message and leave the chain usable for the next one.

use crate::codecs::{Unframed, decode, encode};
use crate::order::{noting_decoder, noting_encoder};
use bytes::Bytes;
use wws_core::{
    ErrorCode,
    channel::{Content, DecoderChain},
};

#[test]
fn an_encoder_may_fail_anywhere() {
    for step in ["content_type", "start", "encode", "end"] {
        let (mut chain, log) = noting_encoder(step);
        let done = chain.content_type("t").and_then(|_| encode(&mut chain, &[vec!["a".into()]]));
        assert!(done.unwrap_err().to_string().contains(step));
        assert_eq!(log.lock().unwrap().last(), Some(&step), "nothing is called after the failure");
        assert!(chain.take_output().is_empty() || step == "end");
        chain.abandon();
        if step != "content_type" {
            chain.content_type("t").unwrap();
        }
        drop(chain);
        assert_eq!(log.lock().unwrap().last(), Some(&"free"));
    }
}

#[test]
fn a_decoder_may_fail_anywhere() {
    for step in ["start", "content_type", "decode", "end"] {
        let (mut chain, log) = noting_decoder(step);
        let done = chain.begin(&Content::new("t")).and_then(|_| decode(&mut chain, ["a".into()]));
        assert!(done.unwrap_err().to_string().contains(step));
        assert_eq!(log.lock().unwrap().last(), Some(&step), "nothing is called after the failure");
        assert_eq!(chain.push(Bytes::new()).unwrap_err().code(), ErrorCode::InvalidOperation);
        drop(chain);
        assert_eq!(log.lock().unwrap().last(), Some(&"free"));
    }
}

#[test]
fn a_message_that_stops_early_is_no_message() {
    let mut chain = DecoderChain::new(vec![Box::new(Unframed::new(b'a'))], 100);
    for cut in ["", "a", "ab"] {
        chain.abandon();
        chain.begin(&Content::new("a(t)")).unwrap();
        assert_eq!(decode(&mut chain, [cut.into()]).unwrap_err().code(), ErrorCode::InvalidFormat, "{cut}");
    }
}

#[test]
fn a_message_that_grows_too_large_is_stopped() {
    let mut chain = DecoderChain::new(vec![], 10);
    chain.begin(&Content::new("t")).unwrap();
    let error = decode(&mut chain, ["123456".into(), "78901".into()]).unwrap_err();
    assert_eq!(error.code(), ErrorCode::QuotaExceeded);
}

#[test]
fn a_coding_that_nobody_undoes_is_refused() {
    let mut chain = DecoderChain::new(vec![], 10);
    let error = chain.begin(&Content::new("t").coded("br")).unwrap_err();
    assert!(error.to_string().contains("br"));
    chain.begin(&Content::new("t").coded("identity")).unwrap();
}
