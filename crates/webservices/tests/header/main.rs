//! The header against the reference: it compiles, and every size, offset, constant and signature is right.

mod compile;
mod names;
mod signatures;

use compile::{Compiler, data, include};
use std::fmt::Write;

const EMPTY: &str = "#include <webservices.h>\nint main(void) { return 0; }\n";

#[test]
fn compiles_without_a_warning_in_c_and_cpp() {
    for compiler in Compiler::all() {
        for flags in [&[][..], &["-fshort-wchar"]] {
            compiler.run(EMPTY, flags);
        }
    }
}

#[test]
fn compiles_by_the_spelling_of_windows_programs() {
    let folder = include().join("compat");
    let source = "#include <windows.h>\n#include <WebServices.h>\n#include \"process.h\"\n#include \"wincrypt.h\"\n\
                  int __cdecl main(void) { return sizeof(L'a') != sizeof(WCHAR); }\n";
    for compiler in Compiler::all() {
        compiler.run(source, &["-fshort-wchar", "-I", &folder.display().to_string()]);
    }
}

/// What replaces the wide functions of the C library, which has 32 bits for each character.
#[test]
fn wide_output_is_utf_8() {
    let source = r#"#include <windows.h>
#include <stdio.h>
int main(void) {
    static const wchar_t pair[] = {'<', 0xD83D, 0xDE00, 0xD800, 0};
    wprintf(L"%d|%5u|%-4x|%lx|%I64d|%llu", -1, 2u, 0xAB, (unsigned)0x803d0000u, -5000000000LL, 5000000000ULL);
    wprintf(L"|%s|%S|%.*s|%c|%C|%05.1f|%%\n", L"wide", "narrow", 2, L"counted", 'c', 'C', 2.25);
    wprintf(L"%s%s\n", pair, L"\x00E9\x20AC");
    return (int)(wcslen(L"abc") - 3) + wcscmp(L"a", L"a") + (wcscmp(L"a", L"b") < 0 ? 0 : 1) + wcsncmp(L"ab", L"ac", 1);
}
"#;
    let folder = include().join("compat");
    for compiler in Compiler::all() {
        let output = compiler.run(source, &["-fshort-wchar", "-I", &folder.display().to_string()]);
        assert_eq!(
            output,
            "-1|    2|ab  |803d0000|-5000000000|5000000000|wide|narrow|co|c|C|002.2|%\n<😀\u{FFFD}é€\n",
            "{}",
            compiler.name()
        );
    }
}

#[test]
fn layout_equals_the_reference() {
    let table = data("wwsapi-layout.tsv");
    let mut program = String::from(
        "#include <stdio.h>\n#include <webservices.h>\n#define O(s, f) offsetof(s, f)\nint main(void) {\n",
    );
    let mut expected = Vec::new();
    for line in table.lines() {
        let columns: Vec<&str> = line.split('\t').collect();
        match columns[..] {
            ["struct", name, size, align] => {
                let c = c_name(name);
                let _ = writeln!(program, "  printf(\"{name} %zu %zu\\n\", sizeof({c}), _Alignof({c}));");
                expected.push(format!("{name} {size} {align}"));
            }
            ["field", name, field, offset, _] => {
                let c = c_name(name);
                let _ = writeln!(program, "  printf(\"{name}.{field} %zu\\n\", O({c}, {field}));");
                expected.push(format!("{name}.{field} {offset}"));
            }
            _ => panic!("data/wwsapi-layout.tsv: {line}"),
        }
    }
    program.push_str("  return 0;\n}\n");
    assert!(expected.len() > 1000, "the table is short: {} lines", expected.len());
    for compiler in Compiler::all().into_iter().filter(|c| c.is_c()) {
        // gcc and clang know __typeof__; the nested `out` structs have no name of their own.
        let got = compiler.run_with(&program, &["-std=gnu11"]);
        let got: Vec<&str> = got.lines().collect();
        assert_eq!(got, expected, "layout by {}", compiler.name());
    }
}

/// The nested struct `X_0` is the member `out` of `X`.
fn c_name(name: &str) -> String {
    match name.strip_suffix("_0") {
        Some(outer) => format!("__typeof__(((const {outer}*)0)->out)"),
        None => name.into(),
    }
}

#[test]
fn constants_equal_the_metadata() {
    let all: Vec<_> = names::CONSTANTS.iter().chain(names::HRESULTS).collect();
    let mut program = String::from("#include <stdio.h>\n#include <webservices.h>\nint main(void) {\n");
    for (name, _) in &all {
        let _ = writeln!(program, "  printf(\"%d\\n\", (int){name});");
    }
    program.push_str("  return 0;\n}\n");
    for compiler in Compiler::all() {
        let output = compiler.run(&program, &[]);
        let got: Vec<i32> = output.lines().map(|l| l.parse().expect("a number")).collect();
        assert_eq!(got.len(), all.len());
        for ((name, value), got) in all.iter().zip(got) {
            assert_eq!(got, *value, "{name} by {}", compiler.name());
        }
    }
}

#[test]
fn no_constant_of_the_header_is_unchecked() {
    let checked: std::collections::BTreeSet<&str> = names::CONSTANTS.iter().map(|c| c.0).collect();
    let mut enums = 0;
    for (file, text) in compile::parts() {
        for line in text.lines() {
            let line = line.trim();
            enums += usize::from(line == "typedef enum {");
            let name = match line.strip_prefix("#define ") {
                Some(define)
                    if define.starts_with("WS_")
                        && !define.contains("_INCLUDED")
                        && !define.contains('{') =>
                {
                    define
                }
                None if line.starts_with("WS_") && line.contains(" = ") => line,
                _ => continue,
            };
            let name = name.split([' ', '=', '(']).next().unwrap_or_default();
            // A macro over two lines, and the place holders of enumerations that have no member yet, are ours.
            let ours = name == "WS_XML_STRING_DICTIONARY_VALUE" || name.ends_with("_NONE_DEFINED");
            assert!(checked.contains(name) || ours, "{file}: {name} is not checked");
        }
    }
    assert_eq!(enums, 99, "enumerations");
}
