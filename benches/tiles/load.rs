//! Load over kept connections: one thread, many of them, every answer counted.

use std::cell::RefCell;
use std::io::ErrorKind;
use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::net::TcpStream;

/// What came back.
#[derive(Debug, Default)]
pub struct Outcome {
    pub took: Duration,
    /// Of each answer.
    pub waited: Vec<Duration>,
    /// With the place of its question; kept only when asked for.
    pub bodies: Vec<(usize, Vec<u8>)>,
    /// Not 200, 204 or 304.
    pub failed: usize,
}

impl Outcome {
    #[expect(clippy::cast_precision_loss, reason = "counts of a few seconds")]
    pub fn per_second(&self) -> f64 {
        self.waited.len() as f64 / self.took.as_secs_f64()
    }

    /// The wait below which this share of them lies, in ms.
    #[expect(clippy::cast_precision_loss, reason = "counts of a few seconds")]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an index")]
    pub fn quantile_ms(&mut self, share: f64) -> f64 {
        self.waited.sort_unstable();
        let at = (self.waited.len() as f64 * share) as usize;
        self.waited
            .get(at.min(self.waited.len().saturating_sub(1)))
            .map_or(0.0, |wait| wait.as_secs_f64() * 1e3)
    }
}

/// When to stop.
#[derive(Debug, Clone, Copy)]
pub enum Until {
    /// Every question once.
    Asked,
    /// The questions over and over.
    Time(Duration),
}

/// Whether to keep bodies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bodies {
    Kept,
    Counted,
}

/// Asks the questions (whole requests) over so many connections.
pub fn ask(
    address: &str,
    connections: usize,
    questions: &[Vec<u8>],
    until: Until,
    bodies: Bodies,
) -> Outcome {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let local = tokio::task::LocalSet::new();
    let questions: Rc<[Vec<u8>]> = questions.into();
    local.block_on(&runtime.expect("a runtime"), async {
        let mut streams = Vec::new();
        for _ in 0..connections {
            let stream = TcpStream::connect(address).await.expect("connected");
            stream.set_nodelay(true).expect("set");
            streams.push(stream);
        }
        let next = Rc::new(RefCell::new(0..));
        let outcome = Rc::new(RefCell::new(Outcome::default()));
        let began = Instant::now();
        let mut asking = Vec::new();
        for stream in streams {
            let (questions, next) = (Rc::clone(&questions), Rc::clone(&next));
            let outcome = Rc::clone(&outcome);
            asking.push(tokio::task::spawn_local(async move {
                let mut connection = Connection { stream, buffer: Vec::new(), used: 0 };
                loop {
                    let place: usize = next.borrow_mut().next().unwrap_or(usize::MAX);
                    let over = match until {
                        Until::Asked => place >= questions.len(),
                        Until::Time(time) => began.elapsed() >= time,
                    };
                    if over {
                        return;
                    }
                    let question = place % questions.len();
                    let asked = Instant::now();
                    let (status, body) = connection.exchange(&questions[question], bodies).await;
                    let mut outcome = outcome.borrow_mut();
                    outcome.waited.push(asked.elapsed());
                    outcome.failed += usize::from(!matches!(status, 200 | 204 | 304));
                    if bodies == Bodies::Kept {
                        outcome.bodies.push((question, body));
                    }
                }
            }));
        }
        for task in asking {
            task.await.expect("no panic");
        }
        let mut outcome = outcome.take();
        outcome.took = began.elapsed();
        outcome
    })
}

struct Connection {
    stream: TcpStream,
    /// `used` bytes of it have come.
    buffer: Vec<u8>,
    used: usize,
}

impl Connection {
    async fn exchange(&mut self, question: &[u8], bodies: Bodies) -> (u16, Vec<u8>) {
        self.send(question).await;
        self.used = 0;
        loop {
            self.more().await;
            let come = &self.buffer[..self.used];
            let Some(end) = come.windows(4).position(|part| part == b"\r\n\r\n") else {
                continue;
            };
            let head = std::str::from_utf8(&come[..end]).expect("a head");
            let status = head[9..12].parse().expect("a status");
            let length = head
                .split("\r\n")
                .find_map(|line| line.strip_prefix("content-length: "))
                .map_or(0, |text| text.parse().expect("a length"));
            let whole = end + 4 + if status == 304 { 0 } else { length };
            while self.used < whole {
                self.more().await;
            }
            let body = match bodies {
                Bodies::Kept => self.buffer[end + 4..whole].to_vec(),
                Bodies::Counted => Vec::new(),
            };
            return (status, body);
        }
    }

    async fn send(&self, mut question: &[u8]) {
        while !question.is_empty() {
            match self.stream.try_write(question) {
                Ok(sent) => question = &question[sent..],
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    self.stream.writable().await.expect("open");
                }
                Err(error) => panic!("{error}"),
            }
        }
    }

    async fn more(&mut self) {
        if self.used == self.buffer.len() {
            self.buffer.resize(self.buffer.len().max(1 << 15) * 2, 0);
        }
        loop {
            match self.stream.try_read(&mut self.buffer[self.used..]) {
                Ok(0) => panic!("the server closed"),
                Ok(read) => {
                    self.used += read;
                    return;
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    self.stream.readable().await.expect("open");
                }
                Err(error) => panic!("{error}"),
            }
        }
    }
}
