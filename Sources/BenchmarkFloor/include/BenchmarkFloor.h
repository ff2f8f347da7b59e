/// The floor that the benchmark measures against: what libzmq itself takes, in C, to carry the frames of a call to another
/// process and back. There is nothing here but the sockets: no signature is made, no JSON is read, nobody is routed.

#ifndef PARLEY_BENCHMARK_FLOOR_H
#define PARLEY_BENCHMARK_FLOOR_H

#include <stddef.h>
#include <stdint.h>

/// The end that calls: a ROUTER.
typedef struct floor_caller floor_caller;

/// The other end: a DEALER that sends back what comes, until the process that started it ends.
///
/// Returns errno when it cannot connect; otherwise it does not return.
int floor_echo(const char *endpoint);

/// Binds to an endpoint and waits for the echo's first message.
///
/// Returns NULL, with errno set, when the endpoint cannot be bound or nobody comes within ten seconds.
floor_caller *floor_open(const char *endpoint);

/// Makes `count` round trips of a message with frames of these sizes, `in_flight` at a time.
///
/// `nanoseconds` gets the time of each, when it is not NULL. Returns the time of all together, in nanoseconds, or 0 with errno
/// set when the other end has gone.
uint64_t floor_call(
  floor_caller *caller, const size_t *sizes, size_t frames, size_t count, size_t in_flight, uint64_t *nanoseconds);

/// Closes the socket; the echo has to be ended by whoever started it.
void floor_close(floor_caller *caller);

#endif
