//! Resolving a reference against a base (RFC 3986 5.2).

use super::Flags;
use super::split::{Authority, Split, invalid};
use crate::Result;

/// `WsCombineUrl`: the absolute URL that `reference` means when it stands in the document `base`.
///
/// Both are escaped, and so is the result. An absolute reference comes back as it is, but for its segments `.` and
/// `..` (kept with [`no_path_collapse`](Flags::no_path_collapse)).
///
/// # Errors
/// [`InvalidFormat`](crate::ErrorCode::InvalidFormat) as for [`Url::decode`](super::Url::decode), and if `base` is
/// relative.
///
/// ```
/// use wws_core::url::{Flags, combine};
/// assert_eq!(combine("http://a/b/c/d;p?q", "../g?y#s", Flags::default())?, "http://a/b/g?y#s");
/// # Ok::<(), wws_core::Error>(())
/// ```
pub fn combine(base: &str, reference: &str, flags: Flags) -> Result<String> {
    let from = absolute(base, flags)?;
    let to = Split::new(reference)?;
    let to = match (to.scheme, to.authority) {
        (Some(_), _) => absolute(reference, flags)?,
        (None, Some(authority)) => {
            Authority::new(reference, authority, flags)?;
            to
        }
        (None, None) => to,
    };

    // RFC 3986 5.2.2, with the scheme as it was written.
    let scheme_of = |text| Some(str::split_once(text, ':')?.0);
    let scheme = if to.scheme.is_some() { scheme_of(reference) } else { scheme_of(base) };
    let mut path = to.path.to_owned();
    let mut query = to.query;
    if to.authority.is_none() {
        if to.path.is_empty() {
            path = from.path.to_owned();
            query = to.query.or(from.query);
        } else if !to.path.starts_with('/') {
            // 5.2.3: in place of the last segment of the base, whose path may be empty.
            let folder = from.path.rfind('/').and_then(|at| from.path.get(..=at)).unwrap_or("/");
            path = format!("{folder}{}", to.path);
        }
    }
    if !flags.no_path_collapse {
        path = collapse(&path, Dots::of_escaped);
    }

    // 5.3.
    let authority = to.authority.or(from.authority).unwrap_or_default();
    let mut out = format!("{}://{authority}{path}", scheme.unwrap_or_default());
    for (before, part) in [('?', query), ('#', to.fragment)] {
        if let Some(part) = part {
            out.push(before);
            out.push_str(part);
        }
    }
    Ok(out)
}

fn absolute(text: &str, flags: Flags) -> Result<Split<'_>> {
    let split = Split::new(text)?;
    match (split.scheme, split.authority) {
        (Some(_), Some(authority)) => Authority::new(text, authority, flags)?,
        _ => return Err(invalid(text, "a scheme, :// and a host expected")),
    };
    Ok(split)
}

/// What a path segment means.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Dots {
    /// A name.
    Zero,
    /// `.`, this folder.
    One,
    /// `..`, the folder above.
    Two,
}

impl Dots {
    pub(super) fn of_text(segment: &str) -> Self {
        match segment {
            "." => Dots::One,
            ".." => Dots::Two,
            _ => Dots::Zero,
        }
    }

    /// RFC 3986 6.2.2.2: an escaped dot is a dot.
    fn of_escaped(segment: &str) -> Self {
        let longest = 2 * "%2e".len();
        if segment.len() > longest {
            return Dots::Zero;
        }
        Self::of_text(&segment.replace("%2e", ".").replace("%2E", "."))
    }
}

/// RFC 3986 5.2.4 for a path that is empty or begins with a slash.
pub(super) fn collapse(path: &str, dots: fn(&str) -> Dots) -> String {
    let mut out = String::with_capacity(path.len());
    let mut segments = path.split('/').skip(1).peekable();
    while let Some(segment) = segments.next() {
        let meaning = dots(segment);
        if meaning == Dots::Two {
            out.truncate(out.rfind('/').unwrap_or(0));
        }
        if meaning == Dots::Zero || segments.peek().is_none() {
            out.push('/');
        }
        if meaning == Dots::Zero {
            out.push_str(segment);
        }
    }
    out
}
