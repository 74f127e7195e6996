//! Files to a service that runs, over HTTP: large ones piece by piece, so that a lost connection
//! costs one piece and no file lies whole in memory.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

use super::Failure;
use super::commands::fail;
use super::folder::{Asked, Sent, hash_of};
use phusong_intake::template::Kind;

/// A service that has not taken a file and answered by then is away.
const LONGEST_ANSWER: Duration = Duration::from_mins(10);
/// Larger files are sent in pieces.
const LARGE_BYTES: u64 = 8_000_000;
const PIECE_BYTES: usize = 4 << 20;
/// Tries of one piece; who watches a folder comes again anyway.
const MOST_TRIES: u32 = 5;
/// A service that asks for more patience than this is left for another time.
const LONGEST_PAUSE: Duration = Duration::from_mins(2);

/// Why nothing came of a request, and when its service says to come again.
struct Refused {
    failure: Failure,
    retry_after: Option<Duration>,
}

impl From<Failure> for Refused {
    fn from(failure: Failure) -> Self {
        Self { failure, retry_after: None }
    }
}

impl From<Refused> for Failure {
    fn from(refused: Refused) -> Self {
        refused.failure
    }
}

impl Refused {
    /// How long to wait after so many tries in vain; `None` when waiting mends nothing.
    fn pause(&self, tries: u32) -> Option<Duration> {
        let pause = self.retry_after.unwrap_or(Duration::from_secs(u64::from(tries)));
        let mends = self.failure.exit == 75 && tries <= MOST_TRIES && pause <= LONGEST_PAUSE;
        mends.then_some(pause)
    }
}

/// What a service said.
struct Said {
    status: u16,
    retry_after: Option<Duration>,
    etag: Option<String>,
    bytes: Vec<u8>,
}

/// A request beside its method and address.
#[derive(Default)]
struct Sending<'a> {
    /// Its type and content.
    body: Option<(&'a str, &'a [u8])>,
    /// The state that is meant.
    if_match: Option<&'a str>,
}

/// A good answer.
struct Good {
    value: Value,
    etag: Option<String>,
}

/// A service that runs, and with which key.
pub struct Remote<'a> {
    base: String,
    key: &'a str,
    shown: String,
}

impl<'a> Remote<'a> {
    pub fn new(url: &str, key: &'a str, path: &Path) -> Self {
        let base = format!("{}/api/v1", url.trim_end_matches('/'));
        Self { base, key, shown: path.display().to_string() }
    }

    /// Sends one file and files what is clear in it.
    pub fn take(&self, path: &Path, name: &str, asked: &Asked) -> Result<Sent, Failure> {
        const BOUNDARY: &str = "----phusong-import-7d1f8a20c4";
        let size = std::fs::metadata(path).map_err(|error| self.unreadable(&error))?.len();
        let hash = hash_of(path);
        let said = [
            ("on_behalf_of", asked.carrier.as_deref()),
            ("crs", asked.crs.as_deref()),
            ("kind", asked.kind.map(Kind::as_str)),
        ];
        let mut body = Vec::new();
        for (field, value) in said.iter().filter_map(|(field, value)| Some((field, (*value)?))) {
            let part = format!(
                "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n"
            );
            body.extend_from_slice(part.as_bytes());
        }
        let is_large = size > LARGE_BYTES;
        let plain = name.replace(['"', '\r', '\n'], "_");
        let field = if is_large { "upload" } else { "file" };
        let head = format!(
            "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{field}\"; filename=\"{plain}\"\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        if is_large {
            self.upload(path, name, &hash, size)?;
            body.extend_from_slice(hash.as_bytes());
        } else {
            body.extend(std::fs::read(path).map_err(|error| self.unreadable(&error))?);
        }
        body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        let filings = format!("{}/filings", self.base);
        let body = Some((&*kind, &*body));
        let draft = self.ask("POST", &filings, &Sending { body, ..Sending::default() })?;
        self.file(name, &hash, &draft, asked)
    }

    /// Files what is clear in a draft as it was looked at, unless it is only looked at.
    fn file(&self, name: &str, hash: &str, draft: &Good, asked: &Asked) -> Result<Sent, Failure> {
        let Good { value: draft, etag } = draft;
        let if_match = etag.as_deref();
        let id = draft["id"].as_str().unwrap_or_default().to_owned();
        let at = format!("{}/filings/{id}", self.base);
        let answered = self
            .bytes(&format!("{at}/answered"))
            .ok()
            .map(|bytes| (if bytes.starts_with(b"PK") { "xlsx" } else { "csv" }, bytes));
        let mut result = json!({
            "file": name, "sha256": hash, "draft": id, "report": null,
            "rows": draft["rows_total"], "open": draft["open"], "can_file": draft["can_file"],
            "counts": draft["counts"], "questions": draft["questions"],
        });
        if asked.dry_run {
            self.ask("DELETE", &at, &Sending { if_match, ..Sending::default() })?;
        } else if draft["can_file"] == true || draft["is_filed"] == true {
            let sending = Sending { body: Some(("application/json", b"")), if_match };
            let filed = self.ask("POST", &format!("{at}/file"), &sending)?;
            result["report"] = filed.value["report"].clone();
        }
        Ok(Sent { result, answered })
    }

    /// Sends a file piece by piece, from where it stands.
    fn upload(&self, path: &Path, name: &str, hash: &str, size: u64) -> Result<(), Failure> {
        let uploads = format!("{}/uploads", self.base);
        let promise = json!({ "sha256": hash, "size": size, "name": name }).to_string();
        let body = Some(("application/json", promise.as_bytes()));
        let promise = Sending { body, ..Sending::default() };
        let mut file = File::open(path).map_err(|error| self.unreadable(&error))?;
        let mut page = Value::Null;
        let mut tries = 0;
        while page["complete"] != true {
            // Asked anew after each loss: what came of the last piece only the service knows.
            let next = if page.is_null() {
                self.ask("POST", &uploads, &promise).map(|begun| begun.value)
            } else {
                self.next_piece(&uploads, &page, &mut file)
            };
            match next {
                Ok(next) => {
                    tries = if page.is_null() { tries } else { 0 };
                    page = next;
                }
                Err(refused) => {
                    tries += 1;
                    let Some(pause) = refused.pause(tries) else { return Err(refused.failure) };
                    std::thread::sleep(pause);
                    page = Value::Null;
                }
            }
        }
        Ok(())
    }

    fn next_piece(&self, uploads: &str, page: &Value, file: &mut File) -> Result<Value, Refused> {
        let id = page["id"].as_str().unwrap_or_default();
        let offset = page["offset"].as_u64().unwrap_or(0);
        let mut piece = Vec::new();
        file.seek(SeekFrom::Start(offset))
            .and_then(|_| file.take(PIECE_BYTES as u64).read_to_end(&mut piece))
            .map_err(|error| self.unreadable(&error))?;
        if piece.is_empty() {
            return Err(self.cut_short().into());
        }
        self.piece(&format!("{uploads}/{id}"), offset, &piece)
    }

    fn piece(&self, url: &str, offset: u64, piece: &[u8]) -> Result<Value, Refused> {
        let sent = agent()
            .patch(url)
            .header("authorization", self.bearer())
            .header("content-type", "application/partial-upload")
            .header("upload-offset", offset.to_string())
            .header("accept", "application/json")
            .send(piece);
        Ok(self.good(url, self.answer(url, sent)?)?.value)
    }

    fn ask(&self, method: &str, url: &str, sending: &Sending<'_>) -> Result<Good, Refused> {
        let agent = agent();
        let sent = if let ("POST", Some((kind, body))) = (method, sending.body) {
            let mut request = agent
                .post(url)
                .header("authorization", self.bearer())
                .header("content-type", kind)
                .header("accept", "application/json");
            if let Some(tag) = sending.if_match {
                request = request.header("if-match", tag);
            }
            request.send(body)
        } else {
            let mut request = agent.delete(url).header("authorization", self.bearer());
            if let Some(tag) = sending.if_match {
                request = request.header("if-match", tag);
            }
            request.call()
        };
        self.good(url, self.answer(url, sent)?)
    }

    fn bytes(&self, url: &str) -> Result<Vec<u8>, Failure> {
        let sent = agent().get(url).header("authorization", self.bearer()).call();
        match self.answer(url, sent)? {
            Said { status: 200, bytes, .. } => Ok(bytes),
            Said { status, .. } => {
                Err(fail(65, format!("{url}: {status}"), format!("{url}: {status}")))
            }
        }
    }

    fn bearer(&self) -> String {
        format!("Bearer {}", self.key)
    }

    fn answer(
        &self,
        url: &str,
        sent: Result<ureq::http::Response<ureq::Body>, ureq::Error>,
    ) -> Result<Said, Failure> {
        /// What is read of an answer.
        const MOST_BYTES: u64 = 600 << 20;
        let shown = &self.shown;
        let away = |error: ureq::Error| {
            fail(
                75,
                format!("{shown}: không kết nối được tới {url}"),
                format!("{shown}: {url}: {error}"),
            )
        };
        let mut answer = sent.map_err(away)?;
        let status = answer.status().as_u16();
        let retry_after =
            answer.headers().get("retry-after").and_then(|value| seconds(value.to_str().ok()?));
        let etag = answer.headers().get("etag").and_then(|value| value.to_str().ok());
        let etag = etag.map(str::to_owned);
        let bytes =
            answer.body_mut().with_config().limit(MOST_BYTES).read_to_vec().map_err(away)?;
        Ok(Said { status, retry_after, etag, bytes })
    }

    fn good(&self, url: &str, said: Said) -> Result<Good, Refused> {
        let Said { status, retry_after, etag, bytes } = said;
        let answer: Value = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        if (200..300).contains(&status) {
            return Ok(Good { value: answer, etag });
        }
        let title = answer["title"].as_str().unwrap_or("").to_owned();
        let exit = match status {
            401 | 403 => 77,
            // An upload that stands elsewhere is asked for again, a draft that changed too.
            408 | 409 | 412 | 429 | 502..=504 => 75,
            507 => 73,
            _ => 65,
        };
        let shown = &self.shown;
        let (vi, en) =
            (format!("{shown}: {title} ({status})"), format!("{shown}: {url}: {status}"));
        Err(Refused { failure: fail(exit, vi, en), retry_after })
    }

    /// It ended before its promised size. Who watches a folder sees another file at the next look.
    fn cut_short(&self) -> Failure {
        let shown = &self.shown;
        fail(
            74,
            format!("{shown}: tệp ngắn đi trong khi gửi"),
            format!("{shown}: the file was cut short while it was sent"),
        )
    }

    fn unreadable(&self, error: &std::io::Error) -> Failure {
        let shown = &self.shown;
        fail(66, format!("{shown}: không đọc được"), format!("{shown}: {error}"))
    }
}

/// `Retry-After` in seconds; our services send no dates.
fn seconds(text: &str) -> Option<Duration> {
    text.parse().ok().map(Duration::from_secs)
}

fn agent() -> ureq::Agent {
    let config = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(LONGEST_ANSWER));
    config.build().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(exit: u8, retry_after: Option<&str>) -> Refused {
        Refused { failure: fail(exit, "", ""), retry_after: retry_after.and_then(seconds) }
    }

    #[test]
    fn a_piece_is_sent_again_when_its_service_says_and_not_for_ever() {
        let pause_s = |one: &Refused, tries| one.pause(tries).map(|pause| pause.as_secs());
        let asked = refused(75, Some("30"));
        assert_eq!((pause_s(&asked, 1), pause_s(&asked, 5)), (Some(30), Some(30)));
        let lost = refused(75, None);
        assert_eq!((pause_s(&lost, 1), pause_s(&lost, 5)), (Some(1), Some(5)), "longer each time");
        assert_eq!(pause_s(&refused(75, Some("no number")), 2), Some(2));
        assert_eq!((pause_s(&lost, 6), pause_s(&asked, 6)), (None, None));
        assert_eq!(pause_s(&refused(75, Some("3600")), 1), None);
        assert_eq!(pause_s(&refused(65, Some("1")), 1), None, "waiting mends no wrong file");
    }
}
