//! The object behind `WS_ERROR`: what went wrong, in words (WWSAPI B.1).

use crate::{
    handle::{Handle, Tag},
    hresult::{HRESULT, S_OK},
};
use std::{cell::RefCell, error::Error as _};
use wws::{Error, ErrorCode};

/// A language, as Windows numbers them.
pub type LANGID = u16;

/// The strings of failed calls, newest first, and the code behind a `WS_E_*` code.
#[derive(Debug)]
#[repr(C)] // the tag comes first, so that a handle of another kind can be told
pub struct WS_ERROR {
    tag: Tag,
    /// What the functions of the error area work on.
    pub state: RefCell<State>,
}

/// The content of an error.
#[derive(Clone, Debug)]
pub struct State {
    /// Oldest first. Boxes stay where they are, since C holds addresses of the texts.
    pub strings: Vec<Box<[u16]>>,
    /// The code behind a `WS_E_*` code; `S_OK` if there is none.
    pub original: HRESULT,
    /// The text of `original`, made when it is asked for.
    original_text: Option<Box<[u16]>>,
    /// The language of the strings.
    pub language: LANGID,
    /// The language to go back to at a reset.
    pub created_with: LANGID,
}

impl Handle for WS_ERROR {
    const TAG: u32 = 0x5745_5201;
    const NAME: &str = "WS_ERROR";
    fn tag(&self) -> &Tag {
        &self.tag
    }
}

impl WS_ERROR {
    /// An error without strings.
    pub fn new(language: LANGID) -> Self {
        WS_ERROR { tag: Tag::of::<WS_ERROR>(), state: RefCell::new(State::new(language)) }
    }

    /// Adds the strings of a failure of the exported function `name`: what failed, then why, newest first.
    pub fn append(&self, name: &str, failure: &Error) {
        let mut state = self.state.borrow_mut();
        let mut strings: Vec<&str> = failure.strings().collect();
        let reason = strings.pop().unwrap_or_default();
        let reason = match failure.place() {
            Some(place) => format!("{reason}, at {place}"),
            None => reason.to_owned(),
        };
        let mut add = |text: &str| state.strings.push(text.encode_utf16().collect());
        if let Some(cause) = failure.source().filter(|e| !e.is::<Foreign>()).map(ToString::to_string) {
            add(&cause);
        }
        add(&reason);
        for text in strings.into_iter().rev() {
            add(text);
        }
        add(&format!("{name} failed: {} ({})", failure.code().text(), failure.code().symbol()));
    }
}

impl State {
    /// No strings yet.
    pub fn new(language: LANGID) -> Self {
        State { strings: Vec::new(), original: S_OK, original_text: None, language, created_with: language }
    }

    /// Sets the code behind.
    pub fn set_original(&mut self, code: HRESULT) {
        self.original = code;
        self.original_text = None;
    }

    /// Strings, and the text of the original code if there is one.
    pub fn count(&self) -> usize {
        self.strings.len() + usize::from(self.original != S_OK)
    }

    /// String `index`, newest first; the text of the original code comes last.
    pub fn text(&mut self, index: usize) -> Option<&[u16]> {
        if let Some(from_end) = self.strings.len().checked_sub(index + 1) {
            return self.strings.get(from_end).map(|s| &**s);
        }
        if index != self.strings.len() || self.original == S_OK {
            return None;
        }
        let code = self.original as u32;
        let text = self.original_text.get_or_insert_with(|| {
            let text = match ErrorCode::from_hresult(code) {
                Some(known) => format!("{} ({}, {code:#010x})", known.text(), known.symbol()),
                None => format!("error {code:#010x}"),
            };
            text.encode_utf16().collect()
        });
        Some(text)
    }
}

/// A failure code that is none of ours; it comes out of the exported function unchanged.
#[derive(Debug)]
pub struct Foreign(pub HRESULT);

impl std::fmt::Display for Foreign {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:#010x}", self.0)
    }
}

impl std::error::Error for Foreign {}
