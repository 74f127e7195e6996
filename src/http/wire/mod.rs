//! The shapes on the wire: what `docs/api.md` names, as types that write themselves as JSON and
//! as the OpenAPI document. No rule here, no text but codes.

mod finding;

pub use finding::Finding;
