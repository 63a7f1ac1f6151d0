//! The lexical pieces of structured header fields: tokens, quoted strings, comments (RFC 2045 5.1, RFC 822 3.3).

use crate::{Error, Result};

/// Reads a structured field value from left to right.
#[derive(Clone)]
pub(super) struct Lexer<'a> {
    rest: &'a str,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(value: &'a str) -> Self {
        Lexer { rest: value }
    }

    /// What is left, after white space and comments.
    pub(super) fn skip_blanks(&mut self) -> Result<&'a str> {
        loop {
            self.rest = self.rest.trim_start_matches(is_blank);
            if !self.rest.starts_with('(') {
                return Ok(self.rest);
            }
            self.skip_comment()?;
        }
    }

    /// RFC 822 3.4.3: comments nest, and a backslash quotes a character. A counter, not recursion.
    fn skip_comment(&mut self) -> Result<()> {
        let mut depth = 0usize;
        let mut chars = self.rest.char_indices();
        while let Some((at, c)) = chars.next() {
            match c {
                '\\' => drop(chars.next()),
                '(' => depth += 1,
                ')' if depth == 1 => {
                    self.rest = &self.rest[at + 1..];
                    return Ok(());
                }
                ')' => depth -= 1,
                _ => {}
            }
        }
        Err(Error::format("a comment in a MIME header has no closing `)`"))
    }

    /// Takes `c` if it comes next, after blanks.
    pub(super) fn take(&mut self, c: char) -> Result<bool> {
        let found = self.skip_blanks()?.strip_prefix(c);
        if let Some(rest) = found {
            self.rest = rest;
        }
        Ok(found.is_some())
    }

    /// An RFC 2045 token: visible ASCII without the `tspecials`. Empty when none stands here.
    pub(super) fn token(&mut self) -> Result<&'a str> {
        self.skip_blanks()?;
        Ok(self.take_while(is_token))
    }

    /// A parameter value: a quoted string, or anything up to white space or `;`.
    ///
    /// The grammar wants a token there; real peers leave the quotes off `start=<…>` and `type=text/xml`.
    pub(super) fn value(&mut self) -> Result<String> {
        if self.take('"')? {
            return self.quoted();
        }
        Ok(self.take_while(|c| !is_blank(c) && c != ';').to_owned())
    }

    /// Whether nothing but blanks is left.
    pub(super) fn is_done(&mut self) -> Result<bool> {
        Ok(self.skip_blanks()?.is_empty())
    }

    /// The rest of a quoted string whose first quote is taken.
    fn quoted(&mut self) -> Result<String> {
        let mut text = String::new();
        let mut chars = self.rest.char_indices();
        while let Some((at, c)) = chars.next() {
            match c {
                '"' => {
                    self.rest = &self.rest[at + 1..];
                    return Ok(text);
                }
                '\\' => text.extend(chars.next().map(|(_, c)| c)),
                _ => text.push(c),
            }
        }
        Err(Error::format("a quoted string in a MIME header has no closing quote"))
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|c| !wanted(c)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(end);
        self.rest = rest;
        taken
    }
}

/// Linear white space within one (unfolded) line.
pub(super) fn is_blank(c: char) -> bool {
    c == ' ' || c == '\t'
}

/// RFC 2045 5.1: `token := 1*<any (US-ASCII) CHAR except SPACE, CTLs, or tspecials>`.
pub(super) fn is_token(c: char) -> bool {
    c.is_ascii_graphic() && !r#"()<>@,;:\"/[]?="#.contains(c)
}

/// Appends `value` as a quoted string.
pub(super) fn push_quoted(out: &mut String, value: &str) {
    out.push('"');
    for c in value.chars() {
        if c == '"' || c == '\\' {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('"');
}
