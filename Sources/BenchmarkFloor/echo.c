#include <errno.h>
#include <signal.h>
#include <zmq.h>

#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "BenchmarkFloor.h"
#include "frames.h"

int floor_echo(const char *endpoint) {
#ifdef __linux__
  prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
  void *context = zmq_ctx_new();
  void *socket = zmq_socket(context, ZMQ_DEALER);
  int unlimited = 0;
  zmq_setsockopt(socket, ZMQ_SNDHWM, &unlimited, sizeof unlimited);
  zmq_setsockopt(socket, ZMQ_RCVHWM, &unlimited, sizeof unlimited);
  if (zmq_connect(socket, endpoint) != 0 || zmq_send(socket, "", 0, 0) < 0) return zmq_errno();
  while (pass_on(socket, socket) == 0 || zmq_errno() == EINTR) continue;
  return zmq_errno();
}
