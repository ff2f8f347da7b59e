#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "launcher.h"
#include "strays.h"

/// The kernels that are to die with the orchestrator.
struct ledger {
  struct kernel *kernels;
  size_t count, room;
};

/// How often strays are looked for before giving up on one that cannot be killed (a process in an
/// uninterruptible wait): a second in all.
enum { most_rounds = 200, round_nanoseconds = 5 * 1000 * 1000 };

static void kill_until_gone(const struct kernel *kernels, size_t count, bool by_session) {
  const struct timespec pause = {0, round_nanoseconds};
  for (int round = 0; round < most_rounds && kill_strays(kernels, count, by_session) > 0; round++)
    nanosleep(&pause, NULL);
}

/// A line is `+GROUP ID` or `-GROUP`. A group of 0 or 1 would mean this process's own, or
/// everybody.
static pid_t parse_line(const char *line, char id[kernel_id_size]) {
  char *end = NULL;
  long group = strtol(line + 1, &end, 10);
  id[0] = '\0';
  if (*end == ' ' && strlen(end + 1) < kernel_id_size) strcpy(id, end + 1);
  return group > 1 ? (pid_t)group : 0;
}

static void add(struct ledger *ledger, pid_t group, const char *id) {
  if (ledger->count == ledger->room) {
    size_t room = ledger->room == 0 ? 16 : 2 * ledger->room;
    struct kernel *more = realloc(ledger->kernels, room * sizeof *more);
    if (more == NULL) return;
    ledger->kernels = more;
    ledger->room = room;
  }
  struct kernel *kernel = &ledger->kernels[ledger->count++];
  kernel->group = group;
  strcpy(kernel->id, id);
}

/// The kernel has ended and the orchestrator has killed its group. What it left elsewhere is known
/// by its environment only: the number of its session may already belong to somebody else.
static void remove_group(struct ledger *ledger, pid_t group) {
  for (size_t i = 0; i < ledger->count; i++) {
    if (ledger->kernels[i].group != group) continue;
    struct kernel ended = ledger->kernels[i];
    ledger->kernels[i] = ledger->kernels[--ledger->count];
    if (ended.id[0] != '\0') kill_until_gone(&ended, 1, false);
    return;
  }
}

static void obey(struct ledger *ledger, const char *line) {
  char id[kernel_id_size];
  pid_t group = parse_line(line, id);
  if (group == 0) return;
  if (line[0] == '+') add(ledger, group, id);
  if (line[0] == '-') remove_group(ledger, group);
}

/// Obeys each whole line in `text` and returns how many bytes of an unfinished one are left at its
/// start.
static size_t obey_lines(struct ledger *ledger, char *text, size_t length) {
  char *line = text, *end = text + length, *newline;
  while ((newline = memchr(line, '\n', (size_t)(end - line))) != NULL) {
    *newline = '\0';
    obey(ledger, line);
    line = newline + 1;
  }
  size_t rest = (size_t)(end - line);
  memmove(text, line, rest);
  return rest;
}

/// Reads until the orchestrator's end of the pipe closes, which the system does even after SIGKILL.
static void follow(struct ledger *ledger) {
  char text[4096];
  size_t length = 0;
  for (;;) {
    ssize_t got = read(STDIN_FILENO, text + length, sizeof text - length);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return;
    length = obey_lines(ledger, text, length + (size_t)got);
    if (length == sizeof text) length = 0; // no line of ours is that long
  }
}

/// It must outlive what ends the orchestrator: ^C and hang-up at the terminal, and a service
/// manager that sends SIGTERM to everybody.
static void ignore_signals(void) {
  const int ignored[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE, SIGTSTP, SIGUSR1, SIGUSR2};
  for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++) signal(ignored[i], SIG_IGN);
}

/// Lets go of the orchestrator's terminal, output and working folder, which would otherwise be
/// held.
static void detach(void) {
  int nothing = open("/dev/null", O_RDWR);
  if (getsid(0) != getpid()) setsid();
  if (nothing >= 0) {
    dup2(nothing, STDOUT_FILENO);
    dup2(nothing, STDERR_FILENO);
    if (nothing > STDERR_FILENO) close(nothing);
  }
  if (chdir("/") != 0) return; // it only keeps a file system busy
}

int run_reap(void) {
  struct ledger ledger = {NULL, 0, 0};
  ignore_signals();
  detach();
  follow(&ledger);
  for (size_t i = 0; i < ledger.count; i++) kill(-ledger.kernels[i].group, SIGKILL);
  kill_until_gone(ledger.kernels, ledger.count, true);
  free(ledger.kernels);
  return 0;
}
