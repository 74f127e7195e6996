//! Invented data say so in every answer: a header, `"demo": true` in every JSON object, a column
//! in every table.

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

use super::answers::KeptKey;
use super::problem::Problem;
use axum::response::IntoResponse;

const NAME: HeaderName = HeaderName::from_static("x-phusong-demo");
/// The column of a table, and what stands in it.
const COLUMN: (&str, &str) = ("du_lieu", "minh hoạ");

/// Stands inside ETag and encoding, so that both are of what is sent.
pub async fn mark(request: Request, next: Next) -> Response {
    let mut answer = next.run(request).await;
    answer.headers_mut().insert(NAME, HeaderValue::from_static("du-lieu-minh-hoa"));
    let kind = answer.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let kind = kind.unwrap_or_default().split(';').next().unwrap_or_default().trim().to_owned();
    let rewrite: fn(&[u8]) -> Option<Vec<u8>> = match kind.as_str() {
        "text/csv" => table,
        json if json.ends_with("json") => object,
        _ => return answer,
    };
    let (mut parts, body) = answer.into_parts();
    let bytes: Bytes = match to_bytes(body, usize::MAX).await {
        Ok(bytes) => bytes,
        Err(error) => return Problem::internal(&error).into_response(),
    };
    let Some(marked) = rewrite(&bytes) else {
        return Response::from_parts(parts, Body::from(bytes));
    };
    // What is kept of the answer is without the mark.
    parts.extensions.remove::<KeptKey>();
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(marked))
}

/// `{…}` → `{"demo":true,…}`. What is no object stays as it is.
fn object(bytes: &[u8]) -> Option<Vec<u8>> {
    let rest = bytes.strip_prefix(b"{")?;
    let empty = rest.trim_ascii_start().starts_with(b"}");
    let begin: &[u8] = if empty { b"{\"demo\":true" } else { b"{\"demo\":true," };
    Some([begin, rest].concat())
}

/// One column more at the end.
fn table(bytes: &[u8]) -> Option<Vec<u8>> {
    let (mark, text) = match bytes.strip_prefix("\u{feff}".as_bytes()) {
        Some(text) => ("\u{feff}", text),
        None => ("", bytes),
    };
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text);
    let crlf = text.windows(2).any(|pair| pair == b"\r\n");
    let terminator = if crlf { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') };
    let mut writer = csv::WriterBuilder::new()
        .flexible(true)
        .terminator(terminator)
        .from_writer(mark.as_bytes().to_vec());
    for (record, number) in reader.byte_records().zip(0_u32..) {
        let mut record = record.ok()?;
        record.push_field(if number == 0 { COLUMN.0 } else { COLUMN.1 }.as_bytes());
        writer.write_byte_record(&record).ok()?;
    }
    writer.into_inner().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(marked: Option<Vec<u8>>) -> String {
        String::from_utf8(marked.unwrap()).unwrap()
    }

    #[test]
    fn objects_and_tables_say_that_they_are_invented() {
        assert_eq!(text(object(br#"{"items":[]}"#)), r#"{"demo":true,"items":[]}"#);
        assert_eq!(text(object(b"{}")), r#"{"demo":true}"#);
        assert_eq!(object(b"[1]"), None);
        let marked = text(table("\u{feff}a,b\r\n1,\"x, \"\"y\"\"\"\r\n".as_bytes()));
        assert_eq!(marked, "\u{feff}a,b,du_lieu\r\n1,\"x, \"\"y\"\"\",minh hoạ\r\n");
    }
}
