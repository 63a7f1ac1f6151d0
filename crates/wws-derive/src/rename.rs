//! `rename_all`: names of Rust to names of the document.

/// How names are changed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rename {
    Keep,
    Lower,
    Upper,
    Pascal,
    Camel,
    Snake,
    ScreamingSnake,
    Kebab,
    ScreamingKebab,
}

const RULES: [(&str, Rename); 8] = [
    ("lowercase", Rename::Lower),
    ("UPPERCASE", Rename::Upper),
    ("PascalCase", Rename::Pascal),
    ("camelCase", Rename::Camel),
    ("snake_case", Rename::Snake),
    ("SCREAMING_SNAKE_CASE", Rename::ScreamingSnake),
    ("kebab-case", Rename::Kebab),
    ("SCREAMING-KEBAB-CASE", Rename::ScreamingKebab),
];

impl Rename {
    /// The rule of this name; the error lists all.
    pub(crate) fn parse(name: &str) -> Result<Self, String> {
        match RULES.iter().find(|(n, _)| *n == name) {
            Some((_, rule)) => Ok(*rule),
            None => {
                let all: Vec<&str> = RULES.iter().map(|(n, _)| *n).collect();
                Err(format!("\"{name}\" is not one of {}", all.join(", ")))
            }
        }
    }

    /// Changes a name, in the case of fields or of types.
    pub(crate) fn apply(self, name: &str) -> String {
        if self == Rename::Keep {
            return name.to_owned();
        }
        let words = words(name);
        let capital = |word: &String| {
            let mut chars = word.chars();
            chars.next().map_or(String::new(), |c| c.to_uppercase().chain(chars).collect())
        };
        let joined = |with: &str| words.join(with);
        match self {
            Rename::Keep => name.to_owned(),
            Rename::Lower => joined(""),
            Rename::Upper => joined("").to_uppercase(),
            Rename::Pascal => words.iter().map(capital).collect(),
            Rename::Camel => words.iter().take(1).cloned().chain(words.iter().skip(1).map(capital)).collect(),
            Rename::Snake => joined("_"),
            Rename::ScreamingSnake => joined("_").to_uppercase(),
            Rename::Kebab => joined("-"),
            Rename::ScreamingKebab => joined("-").to_uppercase(),
        }
    }
}

/// The words of a name in lower case: at underscores, and where a capital follows a small letter.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut after_small = false;
    for c in name.chars() {
        if c == '_' || (c.is_uppercase() && after_small) {
            words.push(String::new());
        }
        if c != '_'
            && let Some(word) = words.last_mut()
        {
            word.extend(c.to_lowercase());
        }
        after_small = c.is_lowercase() || c.is_ascii_digit();
    }
    words.retain(|w| !w.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule() {
        let all = |name: &str| RULES.map(|(_, rule)| rule.apply(name)).join(" ");
        assert_eq!(
            all("unit_price"),
            "unitprice UNITPRICE UnitPrice unitPrice unit_price UNIT_PRICE unit-price UNIT-PRICE"
        );
        assert_eq!(
            all("DarkBlue2"),
            "darkblue2 DARKBLUE2 DarkBlue2 darkBlue2 dark_blue2 DARK_BLUE2 dark-blue2 DARK-BLUE2"
        );
        assert_eq!(Rename::Camel.apply("URL"), "url");
        assert_eq!(Rename::Keep.apply("Any_Thing"), "Any_Thing");
    }

    #[test]
    fn an_unknown_rule_lists_all() {
        assert!(Rename::parse("camel").err().unwrap().contains("camelCase, snake_case"));
    }
}
