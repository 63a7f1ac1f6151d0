//! Boundaries in every position, in input of every split.

use proptest::prelude::*;

use super::*;
use crate::ErrorCode;

/// What a message consists of: headers and body of each part.
type Parts = Vec<(Vec<(String, String)>, Vec<u8>)>;

/// Feeds `input` in pieces of the sizes in `cuts` (then the rest) and collects the parts.
fn split(boundary: &str, input: &[u8], cuts: &[usize], limits: Limits) -> Result<Parts> {
    let mut splitter = Splitter::new(boundary, limits)?;
    let mut cuts = cuts.iter().copied();
    let (mut start, mut end) = (0, 0);
    let mut parts: Parts = Vec::new();
    let mut is_open = false;
    loop {
        let window = &input[start..end];
        let step = splitter.step(window, end == input.len())?;
        start += step.consumed;
        assert_eq!(splitter.offset(), start as u64);
        match step.event {
            Some(Event::PartStart(headers)) => {
                assert!(!std::mem::replace(&mut is_open, true));
                parts.push((
                    headers.fields().map(|(n, v)| (n.to_owned(), v.to_owned())).collect(),
                    Vec::new(),
                ));
            }
            Some(Event::Body(bytes)) => {
                assert!(is_open && !bytes.is_empty());
                let held = bytes.as_ptr() as usize - window.as_ptr() as usize;
                assert!(held + bytes.len() <= step.consumed, "a body is a slice of what was consumed");
                parts.last_mut().unwrap().1.extend_from_slice(bytes);
            }
            Some(Event::PartEnd) => assert!(std::mem::replace(&mut is_open, false)),
            Some(Event::End) => return Ok(parts),
            None => {
                assert!(end < input.len(), "asks for more than there is");
                end = (end + cuts.next().unwrap_or(usize::MAX - end)).min(input.len());
            }
        }
    }
}

fn split_whole(boundary: &str, input: &[u8]) -> Result<Parts> {
    split(boundary, input, &[], Limits::default())
}

fn bodies(boundary: &str, input: &[u8]) -> Vec<String> {
    let parts = split_whole(boundary, input).unwrap();
    parts.into_iter().map(|(_, body)| body.escape_ascii().to_string()).collect()
}

#[test]
fn parts_are_split_as_rfc_2046_says() {
    // The example of RFC 2046 5.1.1, with the prologue, a part without headers, and the epilogue.
    let input = b"This is the preamble.\r\n--not it\r\n\r\n--simple boundary\r\n\r\nFirst.\r\n--simple boundary\r\n\
        Content-type: text/plain; charset=us-ascii\r\n\r\nSecond, ends with a line break.\r\n\r\n--simple boundary--\r\n\r\nepilogue\r\n--simple boundary\r\n";
    let parts = split_whole("simple boundary", input).unwrap();
    assert_eq!(parts.len(), 2);
    assert_eq!(parts[0], (vec![], b"First.".to_vec()));
    assert_eq!(parts[1].0[0].0, "Content-type");
    assert_eq!(parts[1].1, b"Second, ends with a line break.\r\n");
}

#[test]
fn empty_parts_and_padding_are_read() {
    assert_eq!(bodies("b", b"--b\r\nA: 1\r\n\r\n--b\r\nA: 1\r\n\r\n\r\n--b \t \r\n\r\n--b--"), ["", "", ""]);
    assert_eq!(bodies("b", b"\r\n--b\r\n\r\nx\r\n--b-- \t\r\n"), ["x"]);
    assert_eq!(bodies("b", b"--b\r\n\r\nx\r\n--b--\r"), ["x"]);
}

#[test]
fn look_alikes_are_data() {
    assert_eq!(
        bodies(
            "b",
            b"--b\r\n\r\n--bb\r\n--b-\r\n--b- \r\n --b\r\n--b--x\r\n-\r\n--b!\n--b\n\r\n\r\n--\r\n--b--\r\n"
        ),
        [r"--bb\r\n--b-\r\n--b- \r\n --b\r\n--b--x\r\n-\r\n--b!\n--b\n\r\n\r\n--"]
    );
    let padded = [&b"--b\r\n\r\nx\r\n--b"[..], &[b' '; Splitter::MAX_PADDING + 1], b"\r\n\r\n--b--"].concat();
    assert_eq!(split_whole("b", &padded).unwrap()[0].1.len(), 1 + 5 + Splitter::MAX_PADDING + 1 + 2);
    assert_eq!(split_whole("b", &[&padded[..13], &padded[14..]].concat()).unwrap().len(), 2);
}

#[test]
fn lone_line_feeds_are_read_when_the_first_boundary_has_one() {
    assert_eq!(bodies("b", b"--b\nA: 1\n\nx\r\n--b\n\ny\n--b--\n"), [r"x\r", "y"]);
    assert_eq!(bodies("b", b"hi\n--b\r\nA: 1\n\nx\n--b\r\n\r\n--b--\n"), [r"x\n--b\r\n"]);
}

#[test]
fn malformed_messages_are_refused_at_their_place() {
    for (input, offset, text) in [
        (&b""[..], 0, "before its first boundary line `--b`"),
        (b"--a\r\n", 5, "before its first boundary"),
        (b"--b", 3, "before its first boundary"),
        (b"x\r\n--b--\r\n", 3, "before its first part"),
        (b"--b\r\n", 5, "ends within a group of MIME headers"),
        (b"--b\r\nA: 1\r\n", 5, "ends within a group of MIME headers"),
        (b"--b\r\nA: 1\r\n--b--\r\n\r\n", 11, "must be `Name: value`"),
        (b"--b\r\n\r\n", 7, "before its closing boundary"),
        (b"--b\r\n\r\nx", 8, "before its closing boundary"),
        (b"--b\r\n\r\nx\r\n--b", 13, "before its closing boundary"),
        (b"--b\r\n\r\nx\r\n--b-", 14, "before its closing boundary"),
        (b"--b\r\n\r\nx\r\n--b\r\n", 15, "ends within a group of MIME headers"),
        (b"--b\r\n\r\n--b\r\n", 12, "ends within a group of MIME headers"),
    ] {
        let shown = input.escape_ascii();
        for cuts in [&[][..], &[1; 30]] {
            let error = split("b", input, cuts, Limits::default()).unwrap_err();
            assert_eq!(error.code(), ErrorCode::InvalidFormat, "{shown}");
            assert_eq!(error.place().unwrap().offset, offset, "{shown}: {error}");
            assert!(error.to_string().contains(text), "{shown}: {error}");
        }
    }
    for boundary in ["", "a\rb", "a ", "é", &"x".repeat(257)] {
        assert!(Splitter::new(boundary, Limits::default()).is_err());
    }
}

#[test]
fn quotas_are_kept_and_errors_stay() {
    let three = b"--b\r\n\r\n\r\n--b\r\n\r\n\r\n--b\r\nAAA: 1\r\n\r\n--b--";
    let limits = |max_headers_size, max_parts| Limits { max_headers_size, max_parts };
    assert_eq!(split("b", three, &[], limits(10, 3)).unwrap().len(), 3);
    assert_eq!(split("b", three, &[], limits(10, 2)).unwrap_err().code(), ErrorCode::QuotaExceeded);
    assert_eq!(split("b", three, &[], limits(9, 3)).unwrap_err().code(), ErrorCode::QuotaExceeded);

    let mut splitter = Splitter::new("b", Limits::default()).unwrap();
    let first = splitter.step(b"--b--\r\n", true).unwrap_err().to_string();
    assert_eq!(splitter.step(b"--b\r\n\r\n", false).unwrap_err().to_string(), first);
}

#[test]
fn little_is_held_back() {
    let boundary = "x".repeat(70);
    let mut splitter = Splitter::new(&boundary, Limits::default()).unwrap();
    let start = format!("--{boundary}\r\n\r\n");
    assert!(splitter.step(start.as_bytes(), false).unwrap().event.is_some());
    for body in [
        format!("{}\r\n--{boundary}", "y".repeat(1000)),
        "\r\n".repeat(500),
        format!("\r\n--{boundary} .").repeat(20),
    ] {
        let mut rest = body.as_bytes();
        while let Step { consumed, event: Some(Event::Body(_)) } = splitter.step(rest, false).unwrap() {
            rest = &rest[consumed..];
        }
        assert!(
            rest.len() <= boundary.len() + 4 + Splitter::MAX_PADDING + 1,
            "{} bytes held back",
            rest.len()
        );
        splitter.step(&[rest, b"z"].concat(), false).unwrap();
    }
}

/// Pieces that make boundaries, nearly.
fn look_alike() -> impl Strategy<Value = Vec<u8>> {
    static PIECES: [&str; 14] = [
        "\r",
        "\n",
        "\r\n",
        "--",
        "-",
        "\r\n--b",
        "\r\n--b0",
        "\r\n--b0-",
        "\r\n--b0 x",
        "\r\n--b0--y",
        "\n--b0\n",
        "\n--b0\r",
        " ",
        "\0",
    ];
    let piece = prop::sample::select(&PIECES[..]).prop_map(str::as_bytes);
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

/// Whether a naive search finds a boundary line in a body, at its start or after a CRLF.
fn has_boundary_line(body: &[u8]) -> bool {
    let text = format!(
        "\r\n{}\r\n--b0--",
        body.escape_ascii().to_string().replace("\\r", "\r").replace("\\n", "\n")
    );
    let closing = text.len() - 6;
    text.match_indices("\r\n--b0").any(|(at, found)| {
        let rest = &text[at + found.len()..];
        let is_close = rest.starts_with("--");
        let rest = rest.strip_prefix("--").unwrap_or(rest).trim_start_matches(' ');
        at + 2 != closing
            && (rest.starts_with("\r\n") || (is_close && (rest.is_empty() || rest.starts_with('\n'))))
    })
}

proptest! {
    #[test]
    fn any_body_without_a_boundary_line_round_trips(
        bodies in prop::collection::vec(look_alike(), 1..4),
        cuts in prop::collection::vec(1usize..9, 0..60),
    ) {
        prop_assume!(!bodies.iter().any(|b| has_boundary_line(b)));
        let mut message = Vec::new();
        for body in &bodies {
            message.extend_from_slice(b"\r\n--b0\r\nA: 1\r\n\r\n");
            message.extend_from_slice(body);
        }
        message.extend_from_slice(b"\r\n--b0--\r\n");
        let parts = split("b0", &message, &cuts, Limits::default()).unwrap();
        prop_assert_eq!(parts.into_iter().map(|(_, body)| body).collect::<Vec<_>>(), bodies);
    }

    #[test]
    fn any_input_splits_alike_in_any_pieces(
        bytes in prop::collection::vec(look_alike(), 0..3).prop_map(|v| v.concat()),
        begin in prop::sample::select(vec![&b""[..], b"--b0\r\n\r\n", b"--b0\n\n", b"x\n--b0\r\nA: 1\r\n\r\n", b"\r\n--b0\n"]),
        cuts in prop::collection::vec(1usize..5, 0..80),
    ) {
        let message = [begin, &bytes].concat();
        let limits = Limits { max_headers_size: 40, max_parts: 3 };
        let (whole, pieces) = (split("b0", &message, &[], limits), split("b0", &message, &cuts, limits));
        prop_assert_eq!(whole.map_err(|e| format!("{e:?}")), pieces.map_err(|e| format!("{e:?}")));
    }
}
