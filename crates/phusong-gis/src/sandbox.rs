//! The walls of the reading child: resource limits, Landlock, seccomp. Whoever parses an
//! uploaded file calls [`enter`] first; what cannot be enforced is an error, never a warning.
//!
//! Does not live here: GDAL, the protocol, starting the child.

use std::collections::BTreeMap;
use std::path::Path;

use landlock::{
    ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, LandlockStatus, Ruleset,
    RulesetAttr, RulesetCreatedAttr, RulesetStatus, Scope, path_beneath_rules,
};
use rlimit::Resource;
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule,
};
use serde::{Deserialize, Serialize};

use crate::error::ReadError;
use crate::geofile::Limits;

/// What is in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SandboxStatus {
    /// The kernel's Landlock version as far as it is used: 1 is the file rules, 4 adds TCP, 6
    /// adds signals and abstract sockets. seccomp closes what older ones leave open.
    pub landlock_abi: u32,
}

/// Folders of the system that the child may read: PROJ's and GDAL's tables, shared libraries.
const READABLE: [&str; 6] =
    ["/usr/share/proj", "/usr/share/gdal", "/usr/lib", "/usr/lib64", "/lib", "/lib64"];

/// Shuts this process in: limits, then Landlock (reads below `folder` and the system's own
/// tables, writes nothing, no TCP), then seccomp. For good; and only for the calling thread, so
/// it refuses to run beside others.
///
/// # Errors
/// [`ReadError::SandboxMissing`] when any part is not in force. The caller must then stop.
pub fn enter(folder: &Path, limits: &Limits) -> Result<SandboxStatus, ReadError> {
    let threads = std::fs::read_dir("/proc/self/task").map(Iterator::count);
    if !matches!(threads, Ok(1)) {
        return Err(ReadError::sandbox("the process has other threads"));
    }
    limit_resources(limits)?;
    let status = restrict_files(&[folder])?;
    restrict_calls()?;
    Ok(status)
}

/// Whether this machine can shut a child in: tries Landlock and seccomp for real, on a thread
/// that then ends, and looks whether a file outside is truly out of reach. For `/readyz`.
///
/// # Errors
/// [`ReadError::SandboxMissing`] with the reason.
pub fn sandbox_available() -> Result<SandboxStatus, ReadError> {
    // Something that is always there and always readable without walls.
    let outside = Path::new("/proc/self/status");
    let trial = move || {
        if std::fs::File::open(outside).is_err() {
            return Err(ReadError::sandbox("nothing to try the walls with"));
        }
        let status = restrict_files(&[])?;
        restrict_calls()?;
        match std::fs::File::open(outside) {
            Ok(_) => Err(ReadError::sandbox("a file outside can still be read")),
            Err(_) => Ok(status),
        }
    };
    let thread = std::thread::Builder::new().name("sandbox-trial".to_owned()).spawn(trial);
    match thread.map(std::thread::JoinHandle::join) {
        Ok(Ok(result)) => result,
        Ok(Err(_)) => Err(ReadError::sandbox("the trial panicked")),
        Err(error) => Err(ReadError::sandbox(error.to_string())),
    }
}

fn limit_resources(limits: &Limits) -> Result<(), ReadError> {
    // Address space also counts libraries and untouched reservations, about 200 MB before the
    // first byte is read; so the promise is held by DATA, and AS only stops the absurd.
    let address_space = limits.memory_bytes.saturating_mul(2);
    let wanted = [
        (Resource::DATA, limits.memory_bytes, limits.memory_bytes),
        (Resource::AS, address_space, address_space),
        // The first second over brings SIGXCPU, the next SIGKILL.
        (Resource::CPU, limits.cpu_s, limits.cpu_s.saturating_add(1)),
        (Resource::FSIZE, 0, 0),
        (Resource::CORE, 0, 0),
        (Resource::NOFILE, 64, 64),
        (Resource::NPROC, 0, 0),
    ];
    for (resource, soft, hard) in wanted {
        rlimit::setrlimit(resource, soft, hard)
            .map_err(|error| ReadError::sandbox(format!("limit {resource:?}: {error}")))?;
    }
    Ok(())
}

fn restrict_files(folders: &[&Path]) -> Result<SandboxStatus, ReadError> {
    let failed = |error: &dyn std::fmt::Display| ReadError::sandbox(format!("Landlock: {error}"));
    let readable = READABLE.iter().map(Path::new).chain(folders.iter().copied());
    let status = Ruleset::default()
        .set_compatibility(CompatLevel::HardRequirement)
        .handle_access(AccessFs::from_all(ABI::V1))
        .map_err(|error| failed(&error))?
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(ABI::V6))
        .map_err(|error| failed(&error))?
        .handle_access(AccessNet::from_all(ABI::V6))
        .map_err(|error| failed(&error))?
        .scope(Scope::from_all(ABI::V6))
        .map_err(|error| failed(&error))?
        .create()
        .map_err(|error| failed(&error))?
        .add_rules(path_beneath_rules(readable, AccessFs::ReadFile | AccessFs::ReadDir))
        .map_err(|error| failed(&error))?
        .restrict_self()
        .map_err(|error| failed(&error))?;
    match (&status.ruleset, status.no_new_privs, status.landlock) {
        (RulesetStatus::NotEnforced, ..) | (_, false, _) => {
            Err(ReadError::sandbox("Landlock is not in force"))
        }
        (_, true, LandlockStatus::Available { effective_abi, .. }) => {
            Ok(SandboxStatus { landlock_abi: effective_abi as u32 })
        }
        _ => Err(ReadError::sandbox("the kernel has no Landlock")),
    }
}

/// What reading a file needs, and no more; all else answers "not permitted". So no sockets, no
/// new process or thread, no exec, no ptrace, no chmod, no unlink, whatever the kernel adds.
fn restrict_calls() -> Result<(), ReadError> {
    let failed = |error: &dyn std::fmt::Display| ReadError::sandbox(format!("seccomp: {error}"));
    let mut rules: BTreeMap<i64, Vec<SeccompRule>> =
        ALLOWED.iter().map(|&call| (call, Vec::new())).collect();

    let masked = |argument: u8, mask: i32, value: i32| {
        let op = SeccompCmpOp::MaskedEq(mask.cast_unsigned().into());
        SeccompCondition::new(argument, SeccompCmpArgLen::Dword, op, value.cast_unsigned().into())
            .and_then(|condition| SeccompRule::new(vec![condition]))
            .map_err(|error| failed(&error))
    };
    // Open for reading only. O_TMPFILE has O_DIRECTORY in it, so ask for its own bit.
    let writing =
        libc::O_ACCMODE | libc::O_CREAT | libc::O_TRUNC | (libc::O_TMPFILE & !libc::O_DIRECTORY);
    rules.insert(libc::SYS_openat, vec![masked(2, writing, libc::O_RDONLY)?]);
    #[cfg(target_arch = "x86_64")]
    rules.insert(libc::SYS_open, vec![masked(1, writing, libc::O_RDONLY)?]);
    // No memory is made executable after this point.
    rules.insert(libc::SYS_mmap, vec![masked(2, libc::PROT_EXEC, 0)?]);
    rules.insert(libc::SYS_mprotect, vec![masked(2, libc::PROT_EXEC, 0)?]);
    // A signal to itself only: `abort` needs it.
    let own_id = std::process::id().cast_signed();
    rules.insert(libc::SYS_tgkill, vec![masked(0, -1, own_id)?]);
    // Reading limits yes, changing them no: the new value's address must be null.
    let null = SeccompCondition::new(2, SeccompCmpArgLen::Qword, SeccompCmpOp::Eq, 0)
        .and_then(|condition| SeccompRule::new(vec![condition]))
        .map_err(|error| failed(&error))?;
    rules.insert(libc::SYS_prlimit64, vec![null]);

    let not_permitted = SeccompAction::Errno(libc::EPERM.cast_unsigned());
    let architecture = std::env::consts::ARCH
        .try_into()
        .map_err(|error: seccompiler::BackendError| failed(&error))?;
    let program: BpfProgram =
        SeccompFilter::new(rules, not_permitted, SeccompAction::Allow, architecture)
            .and_then(TryInto::try_into)
            .map_err(|error: seccompiler::BackendError| failed(&error))?;
    seccompiler::apply_filter(&program).map_err(|error| failed(&error))
}

const ALLOWED: &[i64] = &[
    // files that are open
    libc::SYS_read,
    libc::SYS_readv,
    libc::SYS_pread64,
    libc::SYS_preadv,
    libc::SYS_write,
    libc::SYS_writev,
    libc::SYS_close,
    libc::SYS_lseek,
    libc::SYS_fstat,
    libc::SYS_newfstatat,
    libc::SYS_statx,
    libc::SYS_statfs,
    libc::SYS_fstatfs,
    libc::SYS_faccessat,
    libc::SYS_faccessat2,
    libc::SYS_readlinkat,
    libc::SYS_getdents64,
    libc::SYS_fcntl,
    libc::SYS_getcwd,
    libc::SYS_fadvise64,
    libc::SYS_ppoll,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_poll,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_stat,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_lstat,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_access,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_readlink,
    // memory
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_madvise,
    libc::SYS_brk,
    // itself
    libc::SYS_futex,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sigaltstack,
    libc::SYS_getpid,
    libc::SYS_gettid,
    libc::SYS_getuid,
    libc::SYS_geteuid,
    libc::SYS_getgid,
    libc::SYS_getegid,
    libc::SYS_getrandom,
    libc::SYS_sched_yield,
    libc::SYS_sched_getaffinity,
    libc::SYS_uname,
    libc::SYS_sysinfo,
    libc::SYS_getrusage,
    libc::SYS_set_robust_list,
    libc::SYS_rseq,
    libc::SYS_exit,
    libc::SYS_exit_group,
    libc::SYS_restart_syscall,
    // clocks
    libc::SYS_clock_gettime,
    libc::SYS_clock_getres,
    libc::SYS_clock_nanosleep,
    libc::SYS_gettimeofday,
    libc::SYS_nanosleep,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_time,
];
