//! Random edits of an `XmlBuffer` against a model so simple that it is right by inspection: a vector of tokens.

use proptest::prelude::*;
use wws_core::xml::{
    Text,
    buffer::{BufferNode, MoveTo, NewElement, NodePosition, XmlBuffer},
};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Bof,
    Eof,
    Element(u32),
    EndElement,
    Text(u32),
    Comment(u32),
    CData,
    EndCData,
}

impl Kind {
    fn opens(self) -> bool {
        matches!(self, Kind::Bof | Kind::Element(_) | Kind::CData)
    }

    fn closes(self) -> bool {
        matches!(self, Kind::Eof | Kind::EndElement | Kind::EndCData)
    }
}

/// All nodes in document order, each with its position in the real buffer once that is known.
struct Model {
    tokens: Vec<(Kind, Option<NodePosition>)>,
    removed: Vec<NodePosition>,
}

impl Model {
    fn new() -> Self {
        Model { tokens: vec![(Kind::Bof, None), (Kind::Eof, None)], removed: Vec::new() }
    }

    fn kind(&self, i: usize) -> Kind {
        self.tokens[i].0
    }

    /// The token that closes the container at `i`.
    fn close(&self, i: usize) -> usize {
        let mut open = 0;
        for (j, (kind, _)) in self.tokens.iter().enumerate().skip(i) {
            open += i32::from(kind.opens()) - i32::from(kind.closes());
            if open == 0 {
                return j;
            }
        }
        panic!("the model is unbalanced")
    }

    /// The container around `i`; the start, if `i` is an end.
    fn parent(&self, i: usize) -> Option<usize> {
        (0..i).rev().find(|&j| self.kind(j).opens() && self.close(j) >= i)
    }

    fn children(&self, i: usize) -> Vec<usize> {
        if !self.kind(i).opens() {
            return Vec::new();
        }
        let mut children = vec![i + 1];
        while let Some(&last) = children.last() {
            if last == self.close(i) {
                break;
            }
            children.push(if self.kind(last).opens() { self.close(last) + 1 } else { last + 1 });
        }
        children
    }

    /// The children of the parent of `i`, and the place of `i` among them.
    fn siblings(&self, i: usize) -> (Vec<usize>, usize) {
        let siblings = self.parent(i).map_or(vec![i], |p| self.children(p));
        let place = siblings.iter().position(|&s| s == i).expect("a child of its parent");
        (siblings, place)
    }

    fn move_to(&self, i: usize, to: MoveTo) -> Option<usize> {
        let is_element = |&&j: &&usize| matches!(self.kind(j), Kind::Element(_));
        let (siblings, place) = self.siblings(i);
        let children = self.children(i);
        match to {
            MoveTo::RootElement => self.children(0).iter().find(is_element).copied(),
            MoveTo::NextElement => siblings[place + 1..].iter().find(is_element).copied(),
            MoveTo::PreviousElement => siblings[..place].iter().rev().find(is_element).copied(),
            MoveTo::ChildElement => children.iter().find(is_element).copied(),
            MoveTo::EndElement => matches!(self.kind(i), Kind::Element(_)).then(|| self.close(i)),
            MoveTo::ParentElement => self.parent(i).and_then(|p| match self.kind(p) {
                Kind::CData => self.parent(p),
                _ => Some(p),
            }),
            MoveTo::NextNode => siblings.get(place + 1).copied(),
            MoveTo::PreviousNode => place.checked_sub(1).map(|p| siblings[p]),
            MoveTo::FirstNode => self.parent(i).map(|_| siblings[0]),
            MoveTo::Bof => Some(0),
            MoveTo::Eof => Some(self.tokens.len() - 1),
            MoveTo::ChildNode => children.first().copied(),
        }
    }

    /// Whether `kind` may stand in front of `i`.
    fn accepts(&self, i: usize, kind: Kind) -> bool {
        i > 0 && (matches!(kind, Kind::Text(_)) || self.parent(i).is_none_or(|p| self.kind(p) != Kind::CData))
    }

    fn insert(&mut self, i: usize, kinds: &[Kind]) {
        self.tokens.splice(i..i, kinds.iter().map(|&k| (k, None)));
    }
}

#[derive(Clone, Debug)]
enum Edit {
    Insert(prop::sample::Index, Kind),
    Remove(prop::sample::Index),
    Copy(prop::sample::Index, prop::sample::Index),
    CopyThroughAnother(prop::sample::Index, prop::sample::Index),
    Clear,
}

fn edit() -> impl Strategy<Value = Edit> {
    let kind = prop_oneof![
        4 => any::<u32>().prop_map(Kind::Element),
        3 => any::<u32>().prop_map(Kind::Text),
        1 => any::<u32>().prop_map(Kind::Comment),
        1 => Just(Kind::CData),
    ];
    let place = any::<prop::sample::Index>;
    prop_oneof![
        60 => (place(), kind).prop_map(|(i, k)| Edit::Insert(i, k)),
        20 => place().prop_map(Edit::Remove),
        8 => (place(), place()).prop_map(|(i, j)| Edit::Copy(i, j)),
        8 => (place(), place()).prop_map(|(i, j)| Edit::CopyThroughAnother(i, j)),
        1 => Just(Edit::Clear),
    ]
}

/// Does one edit to both; where the model says it is not possible, the buffer must say so too.
fn apply(buffer: &mut XmlBuffer, model: &mut Model, edit: &Edit) {
    let len = model.tokens.len();
    let position = |model: &Model, i: usize| model.tokens[i].1.expect("known after the last check");
    match edit {
        Edit::Insert(i, kind) => {
            let i = i.index(len);
            let before = position(model, i);
            let name = |n: &u32| format!("n{n}");
            let inserted = match kind {
                Kind::Element(n) => buffer.insert_element(before, &NewElement::new(name(n).as_str(), "")),
                Kind::Text(n) => buffer.insert_text(before, Text::UInt64(u64::from(*n))),
                Kind::Comment(n) => buffer.insert_comment(before, &name(n)),
                _ => buffer.insert_cdata(before),
            };
            assert_eq!(inserted.is_ok(), model.accepts(i, *kind));
            if let Ok(inserted) = inserted {
                match kind {
                    Kind::Element(_) => model.insert(i, &[*kind, Kind::EndElement]),
                    Kind::CData => model.insert(i, &[*kind, Kind::EndCData]),
                    _ => model.insert(i, &[*kind]),
                }
                model.tokens[i].1 = Some(inserted);
            }
        }
        Edit::Remove(i) => {
            let i = i.index(len);
            let kind = model.kind(i);
            let possible = kind != Kind::Bof && !kind.closes();
            assert_eq!(buffer.remove(position(model, i)).is_ok(), possible);
            if possible {
                let last = if kind.opens() { model.close(i) } else { i };
                model.removed.extend(model.tokens.drain(i..=last).filter_map(|(_, p)| p));
            }
        }
        Edit::Copy(from, to) | Edit::CopyThroughAnother(from, to) => {
            let (from, to) = (from.index(len), to.index(len));
            let (source, before) = (position(model, from), position(model, to));
            let kind = model.kind(from);
            // A document that is copied whole is markup even if it has only text.
            let possible = !kind.closes() && model.accepts(to, kind) && len < 2000;
            let copied = if len >= 2000 {
                return;
            } else if matches!(edit, Edit::Copy(..)) {
                buffer.copy_within(before, source)
            } else {
                let mut other = XmlBuffer::new();
                let taken = other.copy_from(other.eof(), buffer, source);
                taken.and_then(|()| match kind {
                    Kind::Bof => buffer.copy_from(before, &other, other.bof()),
                    _ => {
                        let first = other.next(other.bof()).expect("there").expect("copied");
                        buffer.copy_from(before, &other, first)
                    }
                })
            };
            assert_eq!(copied.is_ok(), possible);
            if possible {
                let range = match kind {
                    Kind::Bof => 1..len - 1,
                    _ if kind.opens() => from..model.close(from) + 1,
                    _ => from..from + 1,
                };
                let kinds: Vec<Kind> = model.tokens[range].iter().map(|t| t.0).collect();
                model.insert(to, &kinds);
            }
        }
        Edit::Clear => {
            buffer.clear();
            let end = model.tokens.len() - 1;
            model.removed.extend(model.tokens.drain(1..end).filter_map(|(_, p)| p));
        }
    }
}

fn kind_of(buffer: &XmlBuffer, at: NodePosition) -> Kind {
    let number = |name: &str| name[1..].parse().expect("a number");
    match buffer.node(at).expect("there") {
        BufferNode::Bof => Kind::Bof,
        BufferNode::Eof => Kind::Eof,
        BufferNode::Element(e) => Kind::Element(number(e.local_name().as_str())),
        BufferNode::EndElement => Kind::EndElement,
        BufferNode::Text(t) => t.with(|t| match t {
            Text::UInt64(n) => Kind::Text(n as u32),
            other => panic!("another text: {other:?}"),
        }),
        BufferNode::Comment(c) => Kind::Comment(number(c)),
        BufferNode::CData => Kind::CData,
        BufferNode::EndCData => Kind::EndCData,
    }
}

/// Walks the buffer: the same nodes, the same positions as ever, none of the removed ones.
fn check(buffer: &XmlBuffer, model: &mut Model) {
    let mut at = Some(buffer.bof());
    for (kind, known) in &mut model.tokens {
        let position = at.expect("a node less than in the model");
        assert_eq!(kind_of(buffer, position), *kind);
        assert_eq!(*known.get_or_insert(position), position);
        at = buffer.next(position).expect("there");
    }
    assert_eq!(at, None);
    for &gone in &model.removed {
        assert!(buffer.node(gone).is_err());
    }
}

fn check_moves(buffer: &XmlBuffer, model: &Model) {
    for (i, (kind, position)) in model.tokens.iter().enumerate() {
        for to in MoveTo::ALL {
            let found = buffer.move_to(position.expect("known"), to).expect("a position that is there");
            let expected = model.move_to(i, to).map(|j| model.tokens[j].1.expect("known"));
            assert_eq!(found, expected, "{to:?} from {kind:?}");
        }
        let depth =
            (0..i).filter(|&j| matches!(model.kind(j), Kind::Element(_)) && model.close(j) >= i).count();
        assert_eq!(buffer.depth(position.expect("known")).expect("there"), depth);
    }
}

proptest! {
    #[test]
    fn random_edits_keep_the_tree_whole(edits in prop::collection::vec(edit(), 1..40)) {
        let (mut buffer, mut model) = (XmlBuffer::new(), Model::new());
        check(&buffer, &mut model);
        for edit in &edits {
            apply(&mut buffer, &mut model, edit);
            check(&buffer, &mut model);
        }
        check_moves(&buffer, &model);
        let size = buffer.size();
        let mut copy = XmlBuffer::new();
        copy.copy_from(copy.eof(), &buffer, buffer.bof()).expect("room");
        prop_assert!(copy.size() <= size); // names of removed nodes stay in the old buffer only
    }
}
