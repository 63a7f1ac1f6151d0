//! Rust types: against the same by hand, and against the crates that a Rust program would take for it.

use crate::harness::Case;
use std::hint::black_box;
use wws_core::{
    FromXml, Result, ToXml,
    typed::{FromElement, from_str, to_string},
    xml::{Charset, Reader, Writer, WriterOptions},
};

const NS: &str = "http://example.com/orders/2024";
const COUNT: usize = 100_000;

/// Ten fields of six types: two attributes, eight elements, one of which may be missing.
#[derive(Debug, PartialEq, ToXml, FromXml)]
#[xml(name = "orders", ns = NS)]
struct Orders {
    #[xml(name = "order")]
    orders: Vec<Order>,
}

#[derive(Debug, PartialEq, ToXml, FromXml)]
#[xml(name = "order", ns = NS)]
struct Order {
    #[xml(attribute)]
    number: i32,
    #[xml(attribute)]
    customer: String,
    name: String,
    comment: String,
    price: f64,
    weight: f64,
    quantity: u16,
    paid: bool,
    stock: i64,
    note: Option<String>,
}

/// The same for yaserde, whose names have a prefix.
mod yaserde_types {
    use yaserde::{YaDeserialize, YaSerialize};

    #[derive(Debug, PartialEq, YaSerialize, YaDeserialize)]
    #[yaserde(rename = "orders", prefix = "o", namespaces = { "o" = "http://example.com/orders/2024" })]
    pub(super) struct Orders {
        #[yaserde(rename = "order", prefix = "o")]
        pub(super) orders: Vec<Order>,
    }

    #[derive(Debug, PartialEq, YaSerialize, YaDeserialize)]
    #[yaserde(rename = "order", prefix = "o", namespaces = { "o" = "http://example.com/orders/2024" })]
    pub(super) struct Order {
        #[yaserde(attribute = true)]
        pub(super) number: i32,
        #[yaserde(attribute = true)]
        pub(super) customer: String,
        #[yaserde(prefix = "o")]
        pub(super) name: String,
        #[yaserde(prefix = "o")]
        pub(super) comment: String,
        #[yaserde(prefix = "o")]
        pub(super) price: f64,
        #[yaserde(prefix = "o")]
        pub(super) weight: f64,
        #[yaserde(prefix = "o")]
        pub(super) quantity: u16,
        #[yaserde(prefix = "o")]
        pub(super) paid: bool,
        #[yaserde(prefix = "o")]
        pub(super) stock: i64,
        #[yaserde(prefix = "o")]
        pub(super) note: Option<String>,
    }
}

/// The same for instant-xml.
mod instant_types {
    use instant_xml::{FromXml, ToXml};

    #[derive(Debug, PartialEq, ToXml, FromXml)]
    #[xml(rename = "orders", ns(super::NS))]
    pub(super) struct Orders {
        pub(super) orders: Vec<Order>,
    }

    #[derive(Debug, PartialEq, ToXml, FromXml)]
    #[xml(rename = "order", ns(super::NS))]
    pub(super) struct Order {
        #[xml(attribute)]
        pub(super) number: i32,
        #[xml(attribute)]
        pub(super) customer: String,
        pub(super) name: String,
        pub(super) comment: String,
        pub(super) price: f64,
        pub(super) weight: f64,
        pub(super) quantity: u16,
        pub(super) paid: bool,
        pub(super) stock: i64,
        pub(super) note: Option<String>,
    }
}

pub(crate) fn cases() -> Vec<Case> {
    let text = to_string(&orders()).expect("the orders can be written");
    vec![
        write(&text, "the same by hand", 0.8, by_hand()),
        write(&text, "yaserde", 3.0, yaserde()),
        write(&text, "instant-xml", 1.5, instant()),
        read(&text, "the same by hand", 0.0, read_by_hand(text.clone())),
        read(&text, "yaserde", 3.0, read_yaserde()),
        read(&text, "instant-xml", 1.2, read_instant(text.clone())),
    ]
}

/// The fields are made by a macro, because there are three types of the same form.
macro_rules! make_orders {
    ($orders:path, $order:path) => {{
        use $order as Order;
        use $orders as Orders;
        let order = |i: usize| Order {
            number: i as i32 * 7919 % 1_000_003,
            customer: format!("C-{:05}", i * 31 % 99_991),
            name: format!("Müller & Söhne, Werk {i}"),
            comment: "Deliver to the back entrance before noon, please; ring twice and wait.".into(),
            price: (i % 1000) as f64 * 1.25 + 0.125,
            weight: (i % 97) as f64 / 4.0 + 0.125,
            quantity: (i % 500) as u16 + 1,
            paid: i % 3 == 0,
            stock: i as i64 * 1_000_000_007,
            note: (i % 2 == 0).then(|| format!("note {i}")),
        };
        Orders { orders: (0..COUNT).map(order).collect() }
    }};
}

fn orders() -> Orders {
    make_orders!(self::Orders, self::Order)
}

fn keeping_memory() -> WriterOptions {
    WriterOptions { buffer_trim_size: u32::MAX, ..WriterOptions::default() }
}

/// The types, written again and again with one writer.
fn write(text: &str, peer_name: &'static str, target: f64, peer: Box<dyn FnMut()>) -> Case {
    let orders = orders();
    let mut writer = Writer::new(Charset::Utf8, keeping_memory());
    let ours = move || {
        writer.set_output(Charset::Utf8, keeping_memory());
        writer.write(&orders).expect("the orders can be written");
        black_box(writer.output_bytes().expect("the output is a buffer"));
    };
    Case {
        name: "typed/write",
        peer_name,
        target,
        bytes: text.len(),
        items: COUNT,
        ours: Box::new(ours),
        peer,
    }
}

fn by_hand() -> Box<dyn FnMut()> {
    fn write(w: &mut Writer, orders: &Orders) -> Result<()> {
        w.start_element("orders", NS)?;
        for order in &orders.orders {
            w.start_element("order", NS)?;
            w.attribute("number", "", order.number)?;
            w.attribute("customer", "", &order.customer)?;
            w.element("name", NS, &order.name)?;
            w.element("comment", NS, &order.comment)?;
            w.element("price", NS, order.price)?;
            w.element("weight", NS, order.weight)?;
            w.element("quantity", NS, order.quantity)?;
            w.element("paid", NS, order.paid)?;
            w.element("stock", NS, order.stock)?;
            if let Some(note) = &order.note {
                w.element("note", NS, note)?;
            }
            w.end_element()?;
        }
        w.end_element()
    }
    let orders = orders();
    let expected = to_string(&orders).expect("the orders can be written");
    let mut writer = Writer::new(Charset::Utf8, keeping_memory());
    write(&mut writer, &orders).expect("the orders can be written");
    assert!(writer.output_bytes().is_ok_and(|b| b == expected.as_bytes()), "both write the same bytes");
    Box::new(move || {
        writer.set_output(Charset::Utf8, keeping_memory());
        write(&mut writer, &orders).expect("the orders can be written");
        black_box(writer.output_bytes().expect("the output is a buffer"));
    })
}

fn yaserde() -> Box<dyn FnMut()> {
    let orders = make_orders!(yaserde_types::Orders, yaserde_types::Order);
    Box::new(move || {
        black_box(yaserde::ser::to_string(&orders).expect("yaserde can write the orders"));
    })
}

fn instant() -> Box<dyn FnMut()> {
    let orders = make_orders!(instant_types::Orders, instant_types::Order);
    let text = instant_xml::to_string(&orders).expect("instant-xml can write the orders");
    assert!(from_str::<Orders>(&text).is_ok_and(|found| found == self::orders()), "we read what it writes");
    Box::new(move || {
        black_box(instant_xml::to_string(&orders).expect("instant-xml can write the orders"));
    })
}

fn read(text: &str, peer_name: &'static str, target: f64, peer: Box<dyn FnMut()>) -> Case {
    let text = text.to_owned();
    assert!(from_str::<Orders>(&text).is_ok_and(|found| found == orders()), "nothing is lost");
    let bytes = text.len();
    let ours = move || {
        black_box(read_element::<Orders>(&text).expect("the orders can be read"));
    };
    Case { name: "typed/read", peer_name, target, bytes, items: COUNT, ours: Box::new(ours), peer }
}

fn read_element<'a, T: FromElement<'a>>(text: &'a str) -> Result<T> {
    Reader::text(text.as_bytes()).read()
}

fn read_by_hand(text: String) -> Box<dyn FnMut()> {
    fn read(r: &mut Reader<'_>) -> Result<Vec<Order>> {
        let mut orders = Vec::new();
        r.read_to_start_element("orders", NS)?;
        r.read_start_element()?;
        while r.find_start_element("order", NS)? {
            let number = r.attribute_value("number", "")?.unwrap_or_default();
            let customer = r.attribute_value("customer", "")?.unwrap_or_default();
            r.read_start_element()?;
            orders.push(Order {
                number,
                customer,
                name: r.read_element_value("name", NS)?,
                comment: r.read_element_value("comment", NS)?,
                price: r.read_element_value("price", NS)?,
                weight: r.read_element_value("weight", NS)?,
                quantity: r.read_element_value("quantity", NS)?,
                paid: r.read_element_value("paid", NS)?,
                stock: r.read_element_value("stock", NS)?,
                note: match r.find_start_element("note", NS)? {
                    true => Some(r.read_element_value("note", NS)?),
                    false => None,
                },
            });
            r.read_end_element()?;
        }
        r.read_end_element()?;
        Ok(orders)
    }
    let again = read(&mut Reader::text(text.as_bytes())).expect("the orders can be read");
    assert!(again == orders().orders, "both read the same");
    Box::new(move || {
        black_box(read(&mut Reader::text(text.as_bytes())).expect("the orders can be read"));
    })
}

/// It gets the text that it writes itself.
fn read_yaserde() -> Box<dyn FnMut()> {
    let orders = make_orders!(yaserde_types::Orders, yaserde_types::Order);
    let text = yaserde::ser::to_string(&orders).expect("yaserde can write the orders");
    let again: yaserde_types::Orders = yaserde::de::from_str(&text).expect("yaserde can read the orders");
    assert!(again == orders, "yaserde loses nothing");
    Box::new(move || {
        black_box(
            yaserde::de::from_str::<yaserde_types::Orders>(&text).expect("yaserde can read the orders"),
        );
    })
}

fn read_instant(text: String) -> Box<dyn FnMut()> {
    let orders = make_orders!(instant_types::Orders, instant_types::Order);
    let again: instant_types::Orders = instant_xml::from_str(&text).expect("instant-xml can read the orders");
    assert!(again == orders, "instant-xml loses nothing");
    Box::new(move || {
        black_box(
            instant_xml::from_str::<instant_types::Orders>(&text).expect("instant-xml can read the orders"),
        );
    })
}
