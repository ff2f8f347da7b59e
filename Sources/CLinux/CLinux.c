#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

/// P_PIDFD, which the C library names only since 2.36.
static const idtype_t by_process_descriptor = (idtype_t)3;

int clinux_memory_file(const char *name) {
  return memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
}

int clinux_seal(int descriptor) {
  return fcntl(descriptor, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL);
}

int clinux_pipe(int ends[2]) {
  if (pipe2(ends, O_CLOEXEC) != 0) return -1;
  return fcntl(ends[0], F_SETFL, O_NONBLOCK);
}

int clinux_event(void) { return eventfd(0, EFD_CLOEXEC); }

int clinux_open_process(pid_t pid) {
  // Descriptors from pidfd_open are closed on exec by definition.
  return (int)syscall(SYS_pidfd_open, pid, 0u);
}

int clinux_listen(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (strlen(path) >= sizeof address.sun_path) {
    errno = ENAMETOOLONG;
    return -1;
  }
  strcpy(address.sun_path, path);
  int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return -1;
  unlink(path);
  if (bind(descriptor, (struct sockaddr *)&address, sizeof address) == 0 && listen(descriptor, 1024) == 0) return descriptor;
  int error = errno;
  close(descriptor);
  errno = error;
  return -1;
}

int clinux_accept(int descriptor) {
  return accept4(descriptor, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

pid_t clinux_peer_process(int descriptor) {
  struct ucred peer = {0};
  socklen_t size = sizeof peer;
  if (getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 || peer.pid <= 0) return -1;
  return peer.pid;
}

int clinux_exit_of(int descriptor, int collect, struct clinux_exit *result) {
  siginfo_t about = {0};
  int options = WEXITED | WNOHANG | (collect ? 0 : WNOWAIT);
  if (waitid(by_process_descriptor, (id_t)descriptor, &about, options) != 0) return -1;
  result->ended = about.si_pid != 0;
  result->signalled = about.si_code != CLD_EXITED;
  result->number = about.si_status;
  return 0;
}

short clinux_spawn_in_session(void) { return POSIX_SPAWN_SETSID; }

int clinux_start_thread(void *(*body)(void *), void *argument) {
  sigset_t all, before;
  pthread_t thread;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  int status = pthread_create(&thread, NULL, body, argument);
  if (status == 0) pthread_detach(thread);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return status;
}
