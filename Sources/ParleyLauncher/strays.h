#ifndef PARLEY_STRAYS_H
#define PARLEY_STRAYS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { kernel_id_size = 128 };

/// A kernel that the reaper answers for.
struct kernel {
  pid_t group;             ///< its process group and session
  char id[kernel_id_size]; ///< the value of PARLEY_KERNEL_ID, or empty
};

/// Sends SIGKILL to every live process whose environment carries the id of one of `kernels`, and
/// with `by_session` to every one that is still in the session of one. Returns how many it found:
/// call it again until that is 0, because a process may fork while the others are being looked at.
///
/// A process escapes only if it has left the session *and* removed the variable, or if its
/// environment may not be read (set-user-id programs).
size_t kill_strays(const struct kernel *kernels, size_t count, bool by_session);

#endif
