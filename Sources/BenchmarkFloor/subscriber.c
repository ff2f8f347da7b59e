#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/types.h>
#include <unistd.h>
#include <zmq.h>

#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "BenchmarkFloor.h"
#include "frames.h"

typedef struct {
  void *events;
  void *requests;
  int pipe;
} subscriber;

// Sends what is left of the message on the SUB to ask for the turn, waits for it, and sends the answer back as the reply.
static int take_turn(const subscriber *self, uint64_t noted[2]) {
  if (pass_on(self->events, self->requests) != 0) return -1;
  zmq_msg_t frame;
  zmq_msg_init(&frame);
  if (zmq_msg_recv(&frame, self->requests, 0) < 0) return -1;
  zmq_msg_close(&frame);
  noted[1] = now();
  if (write(self->pipe, noted, 2 * sizeof noted[0]) < 0) return -1;
  if (zmq_send(self->requests, "", 0, ZMQ_SNDMORE) < 0) return -1;
  return pass_on(self->requests, self->requests);
}

static int note(const subscriber *self, uint64_t noted[2]) {
  if (pass_on(self->events, NULL) != 0) return -1;
  noted[0] = noted[1] = now();
  return write(self->pipe, noted, 2 * sizeof noted[0]) < 0 ? -1 : 0;
}

static int serve_one(const subscriber *self) {
  zmq_msg_t topic;
  zmq_msg_init(&topic);
  if (zmq_msg_recv(&topic, self->events, 0) < 0) return -1;
  uint64_t noted[2] = {now(), 0};
  int task = *(const char *)zmq_msg_data(&topic);
  zmq_msg_close(&topic);
  return task == FLOOR_TURN ? take_turn(self, noted) : note(self, noted);
}

static int serve(const char *events, const char *requests, const char *pipe) {
  const char tasks[2] = {FLOOR_NOTE, FLOOR_TURN};
  void *context = zmq_ctx_new();
  subscriber self = {zmq_socket(context, ZMQ_SUB), zmq_socket(context, ZMQ_DEALER), open(pipe, O_WRONLY | O_CLOEXEC)};
  if (self.pipe < 0) return errno;
  for (int index = 0; index < 2; index++) zmq_setsockopt(self.events, ZMQ_SUBSCRIBE, &tasks[index], 1);
  if (zmq_connect(self.events, events) != 0 || zmq_connect(self.requests, requests) != 0) return zmq_errno();
  if (zmq_send(self.requests, "", 0, 0) < 0) return zmq_errno();
  while (serve_one(&self) == 0 || zmq_errno() == EINTR) continue;
  return zmq_errno();
}

int floor_subscribe(const char *events, const char *requests, const char *pipe, size_t count) {
  for (size_t index = 1; index < count; index++) {
    pid_t child = fork();
    if (child < 0) return errno;
    if (child == 0) break;
  }
#ifdef __linux__
  prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
  return serve(events, requests, pipe);
}
