//! What a measurement wants to know of a thread, and to ask of the system. On a system
//! that cannot do it the answer is `None`, and the figures that need it are left out.

use std::time::Duration;

/// The processor time that the calling thread has used so far.
#[cfg(unix)]
pub(crate) fn processor_time() -> Option<Duration> {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    time.try_into().ok()
}

#[cfg(not(unix))]
pub(crate) fn processor_time() -> Option<Duration> {
    None
}

/// Keeps the calling thread on one core, so that server and client are never moved onto
/// the same one. With a single core there is nothing to choose.
#[cfg(target_os = "linux")]
pub(crate) fn keep_on_core(core: usize) -> Option<()> {
    let mut cores = rustix::thread::CpuSet::new();
    cores.set(core);
    rustix::thread::sched_setaffinity(None, &cores).ok()
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn keep_on_core(_core: usize) -> Option<()> {
    None
}
