#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <dirent.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "launcher.h"
#include "options.h"

/// Its own session, so that a terminal's ^C and job control reach only the orchestrator, and a
/// process group of which it is the leader, so that a signal reaches its children. The
/// orchestrator asks posix_spawn for the session already, so that the group exists before it knows
/// the process id.
static int own_session(void) {
  if (getsid(0) == getpid() || setsid() >= 0) return 0;
  return fail(exit_not_executable, "cannot start a session: %s", strerror(errno));
}

/// Ends with the parent. The death signal fires when the *thread* that spawned this process ends,
/// and is missed when that has happened before prctl: hence the look at the parent afterwards
/// (prctl(2)).
static int die_with_parent(const struct options *options) {
  if (options->parent < 0) return 0;
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
    return fail(exit_not_executable, "cannot ask for a death signal: %s", strerror(errno));
  if (getppid() != (pid_t)options->parent)
    return fail(exit_not_executable, "the orchestrator that asked for this kernel has ended");
  return 0;
}

static int limit(int resource, const char *name, long long soft, long long hard) {
  struct rlimit value = {(rlim_t)soft, (rlim_t)hard};
  if (setrlimit(resource, &value) == 0) return 0;
  return fail(exit_not_executable, "cannot limit %s to %lld: %s", name, soft, strerror(errno));
}

/// Memory is RLIMIT_DATA and not RLIMIT_AS: Node reserves address space that it never uses, and
/// under an address-space limit of 512 MB it does not even start, while RLIMIT_DATA counts what is
/// writable. CPU time ends with SIGXCPU, and five seconds later with SIGKILL for a program that
/// ignores it. A core file would put the kernel's key on disk: there is none.
static int set_limits(const struct options *options) {
  int status = limit(RLIMIT_CORE, "core files", 0, 0);
  if (status == 0 && options->memory >= 0)
    status = limit(RLIMIT_DATA, "memory", options->memory, options->memory);
  if (status == 0 && options->cpu >= 0)
    status = limit(RLIMIT_CPU, "CPU time", options->cpu, options->cpu + 5);
  if (status == 0 && options->files >= 0)
    status = limit(RLIMIT_NOFILE, "open files", options->files, options->files);
  if (status == 0 && options->processes >= 0)
    status = limit(RLIMIT_NPROC, "processes", options->processes, options->processes);
  return status;
}

static bool is_kept(const struct options *options, int descriptor) {
  for (size_t i = 0; i < options->kept_count; i++)
    if (options->kept[i] == descriptor) return true;
  return descriptor <= 2;
}

/// For Linux before 5.9, which has no close_range: what /proc lists. They are marked rather than
/// closed, because the listing is itself read through one of them.
static int mark_descriptors_listed(const struct options *options) {
  DIR *folder = opendir("/proc/self/fd");
  if (folder == NULL)
    return fail(exit_not_executable, "cannot list descriptors: %s", strerror(errno));
  for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
    int descriptor = atoi(entry->d_name);
    if (!is_kept(options, descriptor)) fcntl(descriptor, F_SETFD, FD_CLOEXEC);
  }
  closedir(folder);
  return 0;
}

/// Closes [first, last], or says why not through errno.
static int close_between(unsigned first, unsigned last) {
#ifdef SYS_close_range
  return first > last ? 0 : (int)syscall(SYS_close_range, first, last, 0u);
#else
  (void)first, (void)last;
  errno = ENOSYS;
  return -1;
#endif
}

/// Closes every descriptor above 2 that is not kept, whatever the orchestrator or a library in it
/// forgot to mark, and clears the mark of those that are.
static int close_descriptors(const struct options *options) {
  unsigned first = 3;
  for (size_t i = 0; i <= options->kept_count; i++) {
    bool last = i == options->kept_count;
    unsigned end = last ? ~0u : (unsigned)options->kept[i];
    if (close_between(first, last ? end : end - 1) != 0) return mark_descriptors_listed(options);
    first = end + 1;
  }
  return 0;
}

static int keep_descriptors(const struct options *options) {
  for (size_t i = 0; i < options->kept_count; i++)
    if (fcntl(options->kept[i], F_SETFD, 0) != 0)
      return fail(exit_usage, "descriptor %d is not open", options->kept[i]);
  return close_descriptors(options);
}

/// Ignored signals and the mask outlive exec (signal(7)): a host that ignores SIGPIPE or blocks
/// SIGINT would otherwise pass that on to every kernel.
static void reset_signals(void) {
  sigset_t none;
  for (int number = 1; number < NSIG; number++)
    if (number != SIGKILL && number != SIGSTOP) signal(number, SIG_DFL);
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
}

int run_exec(int count, char **arguments) {
  struct options options;
  int status = read_options(&options, count, arguments);
  if (status == 0) status = own_session();
  if (status == 0) status = die_with_parent(&options);
  if (status == 0) status = keep_descriptors(&options);
  if (status == 0) status = set_limits(&options);
  if (status != 0) return status;
  if (options.directory != NULL && chdir(options.directory) != 0)
    return fail(exit_not_found, "cannot enter %s: %s", options.directory, strerror(errno));
  reset_signals();
  execvp(options.command[0], options.command);
  int reason = errno;
  bool missing = reason == ENOENT || reason == ENOTDIR;
  return fail(missing ? exit_not_found : exit_not_executable, "cannot run %s: %s",
              options.command[0], strerror(reason));
}
