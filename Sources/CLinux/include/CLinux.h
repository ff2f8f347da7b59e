/// Linux calls that the Swift toolchain's Glibc module does not show, because it is compiled
/// without _GNU_SOURCE or because the C library of a supported release has no wrapper for them.
/// Each returns -1 and sets errno when it fails, unless it says otherwise.
#ifndef PARLEY_CLINUX_H
#define PARLEY_CLINUX_H

#include <stddef.h>
#include <sys/types.h>

/// A file in memory, closed on exec, that may be sealed (memfd_create(2)). `name` shows in /proc
/// only.
int clinux_memory_file(const char *name);

/// Makes a memory file read-only for good: no writing, growing, shrinking or unsealing (fcntl(2)).
int clinux_seal(int descriptor);

/// A pipe, both ends closed on exec, whose reading end ([0]) does not block (pipe2(2)).
int clinux_pipe(int ends[2]);

/// A counter to wait on, closed on exec (eventfd(2)).
int clinux_event(void);

/// A descriptor that becomes readable when process `pid` ends, closed on exec (pidfd_open(2)).
int clinux_open_process(pid_t pid);

/// A unix stream socket that listens at `path`, closed on exec, which does not block; what was left there by an earlier one is
/// removed first (unix(7)).
int clinux_listen(const char *path);

/// The next connection of a listening socket, closed on exec, which does not block (accept4(2)).
int clinux_accept(int descriptor);

/// The process at the other end of a connection, as the kernel saw it connect (SO_PEERCRED); -1 when it does not tell.
pid_t clinux_peer_process(int descriptor);

/// How a process ended.
struct clinux_exit {
  int ended;     ///< 0: it is still running, and the rest means nothing
  int signalled; ///< 1 when a signal ended it
  int number;    ///< the signal, or the exit status
};

/// Asks how the child behind a pidfd ended, without blocking. With `collect` the process is reaped
/// and its number may be given to another; without, it stays a zombie and can be asked again
/// (waitid(2)).
int clinux_exit_of(int descriptor, int collect, struct clinux_exit *result);

/// The posix_spawn flag that starts the child in a session of its own (POSIX_SPAWN_SETSID).
short clinux_spawn_in_session(void);

/// Starts a detached thread with every signal blocked, so that the host's handlers run on the
/// host's threads. Returns 0 or an errno value.
int clinux_start_thread(void *(*body)(void *), void *argument);

#endif
