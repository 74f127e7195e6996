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
use crate::geofile::{GeoFile, Limits};
use crate::pieces::{Checked, Collected, Outline, Piece};
use crate::raster::{CellQuestion, CoveredArea, placed};
use crate::sandbox::SandboxStatus;
use crate::wire::{Frame, Request, Work, read_frame, write_frame};

/// Reads vector files and rasters in a child process behind walls. Holds only how to start the child, so it
/// may be shared; how many run at once is the caller's to limit.
#[derive(Debug, Clone)]
pub struct SandboxedReader {
    program: PathBuf,
    arguments: Vec<OsString>,
}

impl SandboxedReader {
    /// `program` started with `arguments` must call [`crate::run_child`] and nothing before it
    /// that starts a thread. In the product: `phusong-reader`, without arguments.
    pub fn new(
        program: impl Into<PathBuf>,
        arguments: impl IntoIterator<Item = impl Into<OsString>>,
    ) -> Self {
        Self { program: program.into(), arguments: arguments.into_iter().map(Into::into).collect() }
    }

    pub fn program(&self) -> &Path {
        &self.program
    }

    /// Reads `file_name` in `folder`, a folder that holds this upload and nothing else. Whole or
    /// not at all, and within [`Limits::contents_bytes`]. Texts of a shapefile or MapInfo table
    /// that are UTF-8 throughout are decoded; others stay bytes, see [`crate::TextEncoding`].
    ///
    /// # Errors
    /// See [`ReadError`]; the faults of single features are in the features.
    pub fn read(
        &self,
        folder: &Path,
        file_name: &str,
        limits: &Limits,
    ) -> Result<GeoFile, ReadError> {
        let mut collected = Collected::new(limits);
        let outline = self.listen(folder, file_name, limits, Work::Features, |piece, bytes| {
            collected.take(piece, bytes)
        })?;
        Ok(collected.finish(outline))
    }

    /// The cells of a raster that answer the question, as one area made by the child.
    ///
    /// # Errors
    /// As for [`Self::read`]; `NoFeatures` when the file has no such raster.
    pub fn read_area(
        &self,
        folder: &Path,
        file_name: &str,
        limits: &Limits,
        question: &CellQuestion,
    ) -> Result<CoveredArea, ReadError> {
        let (mut of, mut found) = (None, None);
        let work = Work::Area(question.clone());
        self.listen(folder, file_name, limits, work, |piece, _| {
            match piece {
                Piece::Raster(raster) if of.is_none() => of = Some(*raster),
                Piece::Area { cells, outline, simplified_within_cells } if found.is_none() => {
                    found = Some((cells, outline, simplified_within_cells));
                }
                Piece::Note(_) => {}
                _ => return Err(ReadError::protocol()),
            }
            Ok(())
        })?;
        let raster = of.ok_or(ReadError::NoFeatures)?;
        let (cells, outline, simplified_within_cells) = found.ok_or_else(ReadError::protocol)?;
        let nowhere = || geo::MultiPolygon::new(Vec::new());
        let area = raster.geotransform.map_or_else(nowhere, |numbers| placed(&outline, numbers));
        Ok(CoveredArea { raster, cells, area, simplified_within_cells })
    }

    /// Starts a child, has it enter the walls, and ends it: what `/readyz` may ask now and then.
    ///
    /// # Errors
    /// `SandboxMissing`, or why the child could not be started.
    pub fn check(&self) -> Result<SandboxStatus, ReadError> {
        let request = Request {
            folder: b"/usr/share/proj".to_vec(),
            file_name: None,
            limits: Limits::default(),
            work: Work::Features,
        };
        let answer = self.run(&request, |next| match next()? {
            Frame::Done { driver: None, .. } => Ok(()),
            _ => Err(ReadError::protocol()),
        });
        answer.map(|(status, ())| status)
    }

    /// Hands each piece to `take` with what it would take up in memory, in bytes.
    fn listen(
        &self,
        folder: &Path,
        file_name: &str,
        limits: &Limits,
        work: Work,
        mut take: impl FnMut(Piece, u64) -> Result<(), ReadError>,
    ) -> Result<Outline, ReadError> {
        let folder = checked_folder(folder, file_name, limits)?;
        let request = Request {
            folder: folder.as_os_str().as_bytes().to_vec(),
            file_name: Some(file_name.to_owned()),
            limits: limits.clone(),
            work,
        };
        let mut checked = Checked::new(limits);
        let answer = self.run(&request, |next| {
            loop {
                let frame = match next()? {
                    Frame::Done { driver: Some(driver), warnings } => {
                        return Ok(checked.finish(driver, warnings));
                    }
                    frame => frame,
                };
                for (piece, bytes) in checked.pieces(frame)? {
                    take(piece, bytes)?;
                }
            }
        });
        answer.map(|(_, outline)| outline)
    }

    /// One child for one request: starts it, hears that it is shut in, hands its frames to
    /// `listen`, ends it.
    pub(crate) fn run<T>(
        &self,
        request: &Request,
        listen: impl FnOnce(&mut NextFrame<'_>) -> Result<T, ReadError>,
    ) -> Result<(SandboxStatus, T), ReadError> {
        self.run_with(request, |_| Ok(()), listen)
    }

    /// The same, with more for the child to read after the request; it reads all of it before it
    /// answers.
    pub(crate) fn run_with<T>(
        &self,
        request: &Request,
        more: impl FnOnce(&mut dyn Write) -> std::io::Result<()>,
        listen: impl FnOnce(&mut NextFrame<'_>) -> Result<T, ReadError>,
    ) -> Result<(SandboxStatus, T), ReadError> {
        let limits = &request.limits;
        let mut child = self.start().map_err(|error| ReadError::io(&error))?;
        let (input, output) = (child.stdin.take(), child.stdout.take());
        let guard = Guard::over(child, limits.wall)?;
        let answer = match (input, output) {
            (Some(input), Some(output)) => converse(input, output, request, more, listen),
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
    more: impl FnOnce(&mut dyn Write) -> std::io::Result<()>,
    listen: impl FnOnce(&mut NextFrame<'_>) -> Result<T, ReadError>,
) -> Result<(SandboxStatus, T), ReadError> {
    // The child reads it whole before it says much; one that is gone shows below.
    let _ = write_frame(&mut input, request).and_then(|()| more(&mut input));
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
