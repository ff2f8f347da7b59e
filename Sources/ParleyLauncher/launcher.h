/// parley-launcher stands between fork and exec of a kernel, where neither posix_spawn nor Swift
/// can run code, and it is the reaper that ends kernels whose orchestrator is gone.
#ifndef PARLEY_LAUNCHER_H
#define PARLEY_LAUNCHER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/// Exit statuses, as a shell uses them.
enum {
  exit_usage = 2,
  exit_not_executable = 126,
  exit_not_found = 127,
};

/// Runs `parley-launcher exec`; `arguments` begin after the mode. Returns only when it failed,
/// with the exit status.
int run_exec(int count, char **arguments);

/// Runs `parley-launcher reap`: returns when descriptor 0 has closed and every listed group is
/// dead.
int run_reap(void);

/// Prints one line, `parley-launcher: …`, on standard error and returns `status`.
int fail(int status, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
