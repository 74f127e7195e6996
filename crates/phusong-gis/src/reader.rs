//! The parent's side: starts the child, asks, counts what comes back, ends it in time. Blocking;
//! call it on a thread that may block.

use std::ffi::OsString;
use std::io::{BufReader, Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::ExitStatusExt;
use std::path::{Component, Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::error::{CrashCause, Measure, ReadError, Refused};
use crate::geofile::{Feature, GeoFile, Layer, Limits};
use crate::sandbox::SandboxStatus;
use crate::wire::{Frame, Request, Work, feature_cost_bytes, read_frame, write_frame};

/// Reads vector files in a child process behind walls. Holds only how to start the child, so it
/// may be shared; how many run at once is the caller's to limit.
#[derive(Debug, Clone)]
pub struct SandboxedReader {
    program: PathBuf,
    arguments: Vec<OsString>,
}

impl SandboxedReader {
    /// `program` started with `arguments` must call [`crate::run_child`] and nothing before it
    /// that starts a thread. In the product: `current_exe()` and `["read-geo-child"]`.
    pub fn new(
        program: impl Into<PathBuf>,
        arguments: impl IntoIterator<Item = impl Into<OsString>>,
    ) -> Self {
        Self { program: program.into(), arguments: arguments.into_iter().map(Into::into).collect() }
    }

    /// Reads `file_name` in `folder`, a folder that holds this upload and nothing else. Whole or
    /// not at all.
    ///
    /// # Errors
    /// See [`ReadError`]; the faults of single features are in the features.
    pub fn read(
        &self,
        folder: &Path,
        file_name: &str,
        limits: &Limits,
    ) -> Result<GeoFile, ReadError> {
        let folder = checked_folder(folder, file_name, limits)?;
        let (_, file) = self.ask(&folder, Some(file_name), limits)?;
        file.ok_or_else(ReadError::protocol)
    }

    /// Starts a child, has it enter the walls, and ends it: what `/readyz` may ask now and then.
    ///
    /// # Errors
    /// `SandboxMissing`, or why the child could not be started.
    pub fn check(&self) -> Result<SandboxStatus, ReadError> {
        self.ask(Path::new("/usr/share/proj"), None, &Limits::default()).map(|(status, _)| status)
    }

    fn ask(
        &self,
        folder: &Path,
        file_name: Option<&str>,
        limits: &Limits,
    ) -> Result<(SandboxStatus, Option<GeoFile>), ReadError> {
        let request = Request {
            folder: folder.as_os_str().as_bytes().to_vec(),
            file_name: file_name.map(str::to_owned),
            limits: limits.clone(),
            work: Work::Features,
        };
        self.run(&request, |next| collect(next, limits))
    }

    /// One child for one request: starts it, hears that it is shut in, hands its frames to
    /// `listen`, ends it.
    pub(crate) fn run<T>(
        &self,
        request: &Request,
        listen: impl FnOnce(&mut NextFrame<'_>) -> Result<T, ReadError>,
    ) -> Result<(SandboxStatus, T), ReadError> {
        let limits = &request.limits;
        let mut child = self.start().map_err(|error| ReadError::io(&error))?;
        let (input, output) = (child.stdin.take(), child.stdout.take());
        let guard = Guard::over(child, limits.wall)?;
        let answer = match (input, output) {
            (Some(input), Some(output)) => converse(input, output, request, listen),
            _ => Err(ReadError::protocol()),
        };
        let ending = guard.end();
        match answer {
            Ok(answer) => Ok(answer),
            // No answer of its own: how it ended says more.
            Err(ReadError::Crashed { cause: CrashCause::Protocol }) => {
                Err(ending.cause(limits).unwrap_or_else(ReadError::protocol))
            }
            Err(error) => Err(error),
        }
    }

    fn start(&self) -> std::io::Result<Child> {
        Command::new(&self.program)
            .args(&self.arguments)
            .env_clear()
            .env("LC_ALL", "C.UTF-8")
            .env("TZ", "UTC")
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
    }
}

/// The upload's folder, if `file_name` is a plain file of fit size in it and nothing else.
pub(crate) fn checked_folder(
    folder: &Path,
    file_name: &str,
    limits: &Limits,
) -> Result<PathBuf, ReadError> {
    let mut parts = Path::new(file_name).components();
    let plain = matches!((parts.next(), parts.next()), (Some(Component::Normal(_)), None));
    if !plain || file_name.contains(['/', '\0']) {
        return Err(ReadError::NotAllowed { what: Refused::Name });
    }
    let folder = folder.canonicalize().map_err(|error| ReadError::io(&error))?;
    let metadata =
        std::fs::symlink_metadata(folder.join(file_name)).map_err(|error| ReadError::io(&error))?;
    if !metadata.is_file() {
        return Err(ReadError::NotAllowed { what: Refused::NotARegularFile });
    }
    if metadata.len() > limits.file_bytes {
        return Err(ReadError::TooLarge { what: Measure::Bytes, max: limits.file_bytes });
    }
    Ok(folder)
}

/// Gives the child's next frame; an error of the child's own ends the talk.
pub(crate) type NextFrame<'n> = dyn FnMut() -> Result<Frame, ReadError> + 'n;

fn converse<T>(
    mut input: impl Write,
    output: impl Read,
    request: &Request,
    listen: impl FnOnce(&mut NextFrame<'_>) -> Result<T, ReadError>,
) -> Result<(SandboxStatus, T), ReadError> {
    // The child reads it whole before it says anything; one that is gone shows below.
    let _ = write_frame(&mut input, request);
    drop(input);

    let mut frames = BufReader::with_capacity(64 << 10, output);
    let mut next = || {
        let frame = read_frame::<Frame>(&mut frames)
            .map_err(|_unreadable| ReadError::protocol())?
            .ok_or_else(ReadError::protocol)?;
        if let Frame::Failed(error) = frame { Err(error) } else { Ok(frame) }
    };
    match next()? {
        Frame::Sandboxed(status) => Ok((status, listen(&mut next)?)),
        _ => Err(ReadError::sandbox("the child answered before it was shut in")),
    }
}

fn collect(next: &mut NextFrame<'_>, limits: &Limits) -> Result<Option<GeoFile>, ReadError> {
    let mut collected = Collected::new(limits);
    loop {
        match next()? {
            Frame::Done { driver: None, .. } => return Ok(None),
            Frame::Done { driver: Some(driver), warnings } => {
                let layers = collected.layers;
                return Ok(Some(GeoFile { driver, layers, warnings }));
            }
            frame => collected.take(frame)?,
        }
    }
}

struct Collected<'l> {
    limits: &'l Limits,
    layers: Vec<Layer>,
    rows: u32,
    bytes: u64,
}

impl<'l> Collected<'l> {
    fn new(limits: &'l Limits) -> Self {
        Self { limits, layers: Vec::new(), rows: 0, bytes: 0 }
    }

    /// The child keeps the limits too; here they hold even when the child no longer obeys.
    fn take(&mut self, frame: Frame) -> Result<(), ReadError> {
        match frame {
            Frame::Layer { name, declared_crs, fields } => {
                self.add(64 * (1 + fields.len() as u64))?;
                if self.layers.len() >= self.limits.layers as usize {
                    return Err(ReadError::protocol());
                }
                let fields = fields.into_iter().map(Into::into).collect();
                self.layers.push(Layer { name, declared_crs, fields, features: Vec::new() });
                Ok(())
            }
            Frame::Feature { row, geometry, cells } => {
                self.add(feature_cost_bytes(&geometry, &cells))?;
                self.rows += 1;
                let vertices = geometry.as_ref().map_or(0, crate::wire::WireGeometry::vertices);
                let layer = self.layers.last_mut().ok_or_else(ReadError::protocol)?;
                if self.rows > self.limits.rows
                    || vertices > self.limits.vertices_per_feature as usize
                {
                    return Err(ReadError::protocol());
                }
                let geometry = match geometry {
                    Ok(geometry) => Ok(geometry.rebuild().ok_or_else(ReadError::protocol)?),
                    Err(fault) => Err(fault),
                };
                let attributes: Option<Vec<_>> = cells
                    .into_iter()
                    .map(|(at, value)| {
                        Some((Arc::clone(layer.fields.get(usize::from(at))?), value))
                    })
                    .collect();
                let attributes = attributes.ok_or_else(ReadError::protocol)?;
                layer.features.push(Feature { row, geometry, attributes });
                Ok(())
            }
            _ => Err(ReadError::protocol()),
        }
    }

    fn add(&mut self, bytes: u64) -> Result<(), ReadError> {
        self.bytes = self.bytes.saturating_add(bytes);
        if self.bytes > self.limits.contents_bytes {
            let max = self.limits.contents_bytes;
            return Err(ReadError::TooLarge { what: Measure::Contents, max });
        }
        Ok(())
    }
}

/// Ends the child when its time is up, and in any case when the talk is over.
struct Guard {
    child: Arc<Mutex<Child>>,
    timed_out: Arc<AtomicBool>,
    over: std::sync::mpsc::Sender<()>,
    watch: std::thread::JoinHandle<()>,
}

struct Ending {
    status: Option<ExitStatus>,
    timed_out: bool,
}

impl Guard {
    fn over(child: Child, wall: Duration) -> Result<Self, ReadError> {
        let child = Arc::new(Mutex::new(child));
        let timed_out = Arc::new(AtomicBool::new(false));
        let (over, is_over) = channel::<()>();
        let (victim, flag) = (Arc::clone(&child), Arc::clone(&timed_out));
        let watch =
            std::thread::Builder::new().name("geo-child-watch".to_owned()).spawn(move || {
                if matches!(is_over.recv_timeout(wall), Err(RecvTimeoutError::Timeout)) {
                    flag.store(true, Ordering::SeqCst);
                    let _ = victim.lock().unwrap_or_else(PoisonError::into_inner).kill();
                }
            });
        match watch {
            Ok(watch) => Ok(Self { child, timed_out, over, watch }),
            Err(error) => {
                let mut child = child.lock().unwrap_or_else(PoisonError::into_inner);
                let _ = child.kill();
                let _ = child.wait();
                Err(ReadError::io(&error))
            }
        }
    }

    /// A child that has answered, or closed its output, has a moment to end by itself: its
    /// status tells a crash from a kill.
    fn end(self) -> Ending {
        const MOMENT: Duration = Duration::from_millis(200);
        const STEP: Duration = Duration::from_millis(2);
        let _ = self.over.send(());
        let _ = self.watch.join();
        let mut child = self.child.lock().unwrap_or_else(PoisonError::into_inner);
        let mut waited = Duration::ZERO;
        while waited < MOMENT && matches!(child.try_wait(), Ok(None)) {
            std::thread::sleep(STEP);
            waited += STEP;
        }
        let _ = child.kill();
        Ending { status: child.wait().ok(), timed_out: self.timed_out.load(Ordering::SeqCst) }
    }
}

impl Ending {
    fn cause(&self, limits: &Limits) -> Option<ReadError> {
        if self.timed_out {
            return Some(ReadError::Timeout { limit_s: limits.wall.as_secs() });
        }
        let status = self.status?;
        match (status.signal(), status.code()) {
            (Some(libc::SIGXCPU), _) => Some(ReadError::Timeout { limit_s: limits.cpu_s }),
            (Some(signal), _) => Some(ReadError::Crashed { cause: CrashCause::Signal(signal) }),
            (None, Some(0) | None) => None,
            (None, Some(code)) => Some(ReadError::Crashed { cause: CrashCause::Exit(code) }),
        }
    }
}
