//! The object behind `WS_ERROR`: what went wrong, in words (WWSAPI B.1).

use crate::{
    handle::{Handle, Tag},
    hresult::{HRESULT, S_OK},
};
use std::{any::Any, cell::RefCell, error::Error as _, rc::Rc, sync::Arc};
use wws::{
    Error, ErrorCode,
    soap::{Fault, FaultError},
    xml::buffer::XmlBuffer,
};

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
    /// The fault that the error is for a peer, or came as.
    pub fault: Option<Fault>,
    /// The action of the fault; empty for none.
    pub fault_action: String,
    /// Headers that go with the fault.
    pub fault_header: Option<Arc<XmlBuffer>>,
    /// What C holds of the fault.
    views: Views,
}

/// Forms of the fault that C holds; all live until the reset, the last one may be up to date.
#[derive(Default)]
struct Views {
    all: Vec<Rc<dyn Any>>,
    is_current: bool,
}

impl Clone for Views {
    /// A copy of an error has none.
    fn clone(&self) -> Self {
        Views::default()
    }
}

impl std::fmt::Debug for Views {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} views", self.all.len())
    }
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
        let is_own = |e: &(dyn std::error::Error + 'static)| e.is::<Foreign>() || e.is::<FaultError>();
        if let Some(cause) = failure.source().filter(|e| !is_own(*e)).map(ToString::to_string) {
            add(&cause);
        }
        add(&reason);
        for text in strings.into_iter().rev() {
            add(text);
        }
        add(&format!("{name} failed: {} ({})", failure.code().text(), failure.code().symbol()));
        if let Some(carried) = FaultError::of(failure) {
            state.set_fault(Some(carried.fault.clone()));
            state.set_fault_action(carried.action.clone());
            state.set_fault_header(carried.headers.clone());
        }
    }
}

impl State {
    /// No strings yet.
    pub fn new(language: LANGID) -> Self {
        State {
            strings: Vec::new(),
            original: S_OK,
            original_text: None,
            language,
            created_with: language,
            fault: None,
            fault_action: String::new(),
            fault_header: None,
            views: Views::default(),
        }
    }

    /// The tag of the language of the strings, without a region; empty for a language that we do not know.
    pub fn language_tag(&self) -> &'static str {
        // The primary language of a LANGID is in its low ten bits.
        match self.language & 0x3FF {
            0x07 => "de",
            0x09 => "en",
            0x0A => "es",
            0x0C => "fr",
            0x10 => "it",
            0x11 => "ja",
            _ => "",
        }
    }

    /// Sets the fault.
    pub fn set_fault(&mut self, fault: Option<Fault>) {
        self.fault = fault;
        self.views.is_current = false;
    }

    /// Sets the action of the fault.
    pub fn set_fault_action(&mut self, action: String) {
        self.fault_action = action;
        self.views.is_current = false;
    }

    /// Sets the headers of the fault.
    pub fn set_fault_header(&mut self, header: Option<Arc<XmlBuffer>>) {
        self.fault_header = header;
        self.views.is_current = false;
    }

    /// The form of the fault that C holds, if it is up to date.
    pub fn view<T: 'static>(&self) -> Option<Rc<T>> {
        let last = self.views.all.last().filter(|_| self.views.is_current)?;
        last.clone().downcast().ok()
    }

    /// Keeps a new form of the fault until the reset.
    pub fn keep_view<T: 'static>(&mut self, view: T) -> Rc<T> {
        let view = Rc::new(view);
        self.views.all.push(view.clone());
        self.views.is_current = true;
        view
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
