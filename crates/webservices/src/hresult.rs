//! Results of functions, as C sees them.

use wws::ErrorCode;

/// The result of a function in C; negative numbers are failures.
pub type HRESULT = i32;

/// `S_OK`.
pub const S_OK: HRESULT = 0;
/// `E_NOTIMPL`.
pub const E_NOTIMPL: HRESULT = ErrorCode::NotImplemented.hresult() as i32;
/// `E_FAIL`.
pub const E_FAIL: HRESULT = 0x8000_4005u32 as i32;

/// How a call succeeded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// `S_OK`.
    Done,
    /// `S_FALSE`: not found, not the same.
    No,
    /// `WS_S_ASYNC`: a callback will tell.
    Async,
    /// `WS_S_END`.
    End,
    /// What a function of the program returned, whatever it is.
    Code(HRESULT),
}

impl Status {
    /// The number C sees.
    pub const fn hresult(self) -> HRESULT {
        match self {
            Status::Done => S_OK,
            Status::No => 1,
            Status::Async => 0x003D_0000,
            Status::End => 0x003D_0001,
            Status::Code(code) => code,
        }
    }
}

impl From<()> for Status {
    fn from((): ()) -> Self {
        Status::Done
    }
}
