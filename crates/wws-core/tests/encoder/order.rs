//! The calls come exactly as WWSAPI N.1 writes them, and no others are accepted.

use crate::codecs::{Log, Noting, decode, encode, run};
use wws_core::{
    ErrorCode,
    channel::{Content, DecoderChain, EncoderChain},
};

pub(crate) fn noting_encoder(fail_in: &'static str) -> (EncoderChain, Log) {
    let log = Log::default();
    (EncoderChain::new(vec![Box::new(Noting { log: log.clone(), fail_in })]), log)
}

pub(crate) fn noting_decoder(fail_in: &'static str) -> (DecoderChain, Log) {
    let log = Log::default();
    (DecoderChain::new(vec![Box::new(Noting { log: log.clone(), fail_in })], 100), log)
}

#[test]
fn an_encoder_is_called_in_order() {
    let (mut chain, log) = noting_encoder("");
    for _ in 0..2 {
        chain.content_type("t").unwrap();
        encode(&mut chain, &[vec!["a".into()], vec!["b".into(), "c".into()]]).unwrap();
    }
    drop(chain);
    let message = ["content_type", "start", "encode", "encode", "end"];
    assert_eq!(*log.lock().unwrap(), [&message[..], &message, &["free"]].concat());
}

#[test]
fn a_decoder_starts_before_it_learns_the_content_type() {
    let (mut chain, log) = noting_decoder("");
    for _ in 0..2 {
        chain.begin(&Content::new("t")).unwrap();
        decode(&mut chain, ["a".into()]).unwrap();
    }
    drop(chain);
    let message = ["start", "content_type", "decode", "decode", "decode", "decode", "end"];
    assert_eq!(*log.lock().unwrap(), [&message[..], &message, &["free"]].concat());
}

#[test]
fn encoder_calls_out_of_order_are_refused() {
    let (mut chain, log) = noting_encoder("");
    let code = |r: wws_core::Result<()>| r.unwrap_err().code();
    assert_eq!(code(chain.start()), ErrorCode::InvalidOperation);
    assert_eq!(code(chain.encode(vec![])), ErrorCode::InvalidOperation);
    chain.content_type("t").unwrap();
    assert_eq!(code(chain.encode(vec![])), ErrorCode::InvalidOperation);
    assert_eq!(code(chain.end()), ErrorCode::InvalidOperation);
    chain.start().unwrap();
    run(&mut chain).unwrap();
    assert_eq!(code(chain.start()), ErrorCode::InvalidOperation);
    // One message at a time.
    assert_eq!(chain.content_type("t").unwrap_err().code(), ErrorCode::InvalidOperation);
    chain.end().unwrap();
    run(&mut chain).unwrap();
    assert_eq!(code(chain.encode(vec![])), ErrorCode::InvalidOperation);
    assert_eq!(*log.lock().unwrap(), ["content_type", "start", "end"]);
}

#[test]
fn decoder_calls_out_of_order_are_refused() {
    let (mut chain, _log) = noting_decoder("");
    assert_eq!(chain.push("a".into()).unwrap_err().code(), ErrorCode::InvalidOperation);
    chain.begin(&Content::new("t")).unwrap();
    assert_eq!(chain.begin(&Content::new("t")).unwrap_err().code(), ErrorCode::InvalidOperation);
    chain.abandon();
    chain.begin(&Content::new("t")).unwrap();
}
