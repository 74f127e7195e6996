//! Query parameters as the contract names them. What stands here for a route is all it takes:
//! anything else is refused before the handler runs.

use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{
    ArrayBuilder, KnownFormat, Object, ObjectBuilder, Schema, SchemaFormat, SchemaType, Type,
};

use super::MOST_ITEMS;

pub fn query(name: &str, schema: impl Into<Schema>, about: &str) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Query)
        .description(Some(about))
        .explode(Some(false))
        .schema(Some(schema.into()))
        .build()
}

fn object(kind: Type) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(SchemaType::Type(kind))
}

pub fn text(name: &str, about: &str) -> Parameter {
    query(name, object(Type::String).build(), about)
}

/// `YYYY-MM-DD`.
pub fn day(name: &str, about: &str) -> Parameter {
    let format = SchemaFormat::KnownFormat(KnownFormat::Date);
    query(name, object(Type::String).format(Some(format)).build(), about)
}

fn one_of<T>(words: &[(&str, T)]) -> Object {
    object(Type::String).enum_values(Some(words.iter().map(|(word, _)| *word))).build()
}

/// One of the words that the handler reads with [`super::Params::word`].
pub fn word<T>(name: &str, words: &[(&str, T)], about: &str) -> Parameter {
    query(name, one_of(words), about)
}

/// Several of them, with commas ([`super::Params::words`]).
pub fn words<T>(name: &str, words: &[(&str, T)], about: &str) -> Parameter {
    query(name, ArrayBuilder::new().items(one_of(words)).min_items(Some(1)).build(), about)
}

/// Texts with commas between them.
pub fn texts(name: &str, about: &str) -> Parameter {
    query(name, ArrayBuilder::new().items(object(Type::String)).min_items(Some(1)).build(), about)
}

/// So many numbers with commas between them.
pub fn numbers(name: &str, count: usize, about: &str) -> Parameter {
    let number = object(Type::Number);
    if count == 1 {
        return query(name, number.build(), about);
    }
    let several = ArrayBuilder::new().items(number).min_items(Some(count)).max_items(Some(count));
    query(name, several.build(), about)
}

/// The day as of which is told.
pub fn as_of() -> Parameter {
    day("as_of", "tính đến hết ngày / on which day; default today")
}

/// The day up to which things are known.
pub fn known_at() -> Parameter {
    day("known_at", "theo dữ liệu nhận đến hết ngày / as known on a day; default now")
}

pub fn integer(name: &str, least: usize, about: &str) -> Parameter {
    query(name, object(Type::Integer).minimum(Some(least)).build(), about)
}

pub fn needed(mut parameter: Parameter) -> Parameter {
    parameter.required = utoipa::openapi::Required::True;
    parameter
}

/// `limit`, `cursor`.
#[derive(Debug)]
pub struct Paging;

impl IntoParams for Paging {
    fn into_params(_in: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![limit(), text("cursor", "`next` của trang trước / `next` of the page before")]
    }
}

/// `limit` alone.
pub fn limit() -> Parameter {
    let about = format!("1–{MOST_ITEMS}, mặc định 100 / default 100; more is as many as that");
    integer("limit", 1, &about)
}
