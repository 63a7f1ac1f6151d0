//! The present node, and steps from node to node (WWSAPI E.2).

use super::{
    object::{State, WS_XML_READER},
    present::Strings,
};
use crate::{abi::WS_XML_NODE, param::Out, ptr::Ptr};
use wws::Result;

exports! {
    fn WsGetReaderNode(xmlReader: &WS_XML_READER, node: Out<Ptr<WS_XML_NODE>>; error) => present_node;
    fn WsReadNode(reader: &WS_XML_READER; error) => read_node;
    fn WsSkipNode(reader: &WS_XML_READER; error) => skip_node;
}

fn present_node(reader: &WS_XML_READER, node: Out<Ptr<WS_XML_NODE>>) -> Result<()> {
    let mut state = reader.lock()?;
    if let Some(failure) = state.core.failure() {
        return Err(failure.clone());
    }
    if state.node.is_null() {
        state.fresh();
        let State { core, source, nodes, dictionaries, present, node, .. } = &mut *state;
        *node = present.fill(core, &Strings::new(source.moves(), nodes, dictionaries))?;
    }
    node.set(state.node);
    Ok(())
}

fn read_node(reader: &WS_XML_READER) -> Result<()> {
    reader.with(|r| r.read_node().map(drop))
}

fn skip_node(reader: &WS_XML_READER) -> Result<()> {
    reader.with(|r| r.skip_node())
}
