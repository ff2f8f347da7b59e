#define _GNU_SOURCE
#include "strays.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static const char variable[] = "PARLEY_KERNEL_ID=";

/// The largest environment looked at, in bytes: Linux gives arguments and environment together a
/// quarter of an 8 MiB stack by default.
enum { most_environment = 2 * 1024 * 1024 };

/// Reads /proc/PID/NAME whole, up to `size` - 1 bytes, and ends it with a NUL. Returns the bytes
/// read.
static size_t read_process_file(pid_t pid, const char *name, char *buffer, size_t size) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
  int file = open(path, O_RDONLY | O_CLOEXEC);
  size_t length = 0;
  for (ssize_t got = 1; file >= 0 && got > 0 && length < size - 1;) {
    got = read(file, buffer + length, size - 1 - length);
    if (got > 0) length += (size_t)got;
  }
  if (file >= 0) close(file);
  buffer[length] = '\0';
  return length;
}

/// The session of a live process, or -1 when it has gone or is a zombie. The fields follow the last
/// parenthesis, since a program's name may hold any character (proc_pid_stat(5)).
static pid_t session_of(pid_t pid) {
  char text[1024], state = 'X';
  int parent, group, session;
  read_process_file(pid, "stat", text, sizeof text);
  const char *name_end = strrchr(text, ')');
  if (name_end == NULL) return -1;
  if (sscanf(name_end + 1, " %c %d %d %d", &state, &parent, &group, &session) != 4) return -1;
  return state == 'Z' || state == 'X' ? -1 : session;
}

/// The kernel id in an environment of `length` bytes, entries ended by NUL; NULL when there is
/// none.
static const char *kernel_id_in(const char *environment, size_t length) {
  for (size_t at = 0; at < length; at += strlen(environment + at) + 1)
    if (strncmp(environment + at, variable, sizeof variable - 1) == 0)
      return environment + at + sizeof variable - 1;
  return NULL;
}

static bool belongs(pid_t pid, const struct kernel *kernels, size_t count, bool by_session,
                    char *buffer) {
  pid_t session = session_of(pid);
  if (session < 0) return false;
  for (size_t i = 0; by_session && i < count; i++)
    if (kernels[i].group == session) return true;
  size_t length = read_process_file(pid, "environ", buffer, most_environment);
  const char *id = kernel_id_in(buffer, length);
  for (size_t i = 0; id != NULL && i < count; i++)
    if (kernels[i].id[0] != '\0' && strcmp(kernels[i].id, id) == 0) return true;
  return false;
}

/// Looks at one process through a pidfd opened first, so that the signal cannot reach another
/// process that was given the same number in between.
static bool kill_if_belongs(pid_t pid, const struct kernel *kernels, size_t count, bool by_session,
                            char *buffer) {
  int descriptor = (int)syscall(SYS_pidfd_open, pid, 0u);
  if (descriptor < 0) return false;
  bool found = belongs(pid, kernels, count, by_session, buffer) &&
               syscall(SYS_pidfd_send_signal, descriptor, SIGKILL, NULL, 0u) == 0;
  close(descriptor);
  return found;
}

size_t kill_strays(const struct kernel *kernels, size_t count, bool by_session) {
  DIR *folder = opendir("/proc");
  char *buffer = malloc(most_environment);
  bool ready = folder != NULL && buffer != NULL;
  size_t found = 0;
  for (struct dirent *entry; ready && (entry = readdir(folder)) != NULL;) {
    if (!isdigit((unsigned char)entry->d_name[0])) continue;
    pid_t pid = (pid_t)atoi(entry->d_name);
    if (pid == getpid() || pid == 1) continue;
    if (kill_if_belongs(pid, kernels, count, by_session, buffer)) found++;
  }
  if (folder != NULL) closedir(folder);
  free(buffer);
  return found;
}
