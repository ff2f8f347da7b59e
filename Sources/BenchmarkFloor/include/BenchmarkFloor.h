/// The floor that the benchmark measures against: what libzmq itself takes, in C, to carry the frames of a call to another
/// process and back, or those of an event to many processes. There is nothing here but the sockets: no signature is made, no
/// JSON is read, nobody is routed.

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

/// The end that publishes: an XPUB, and a ROUTER on which subscribers ask for their turn.
typedef struct floor_publisher floor_publisher;

/// What a subscriber does with a message.
typedef enum {
  /// It notes when it had it.
  FLOOR_NOTE = 'n',
  /// It asks for its turn on a DEALER first, notes when it was told to go on, and says that it is done: as a kernel does.
  FLOOR_TURN = 't',
} floor_task;

/// The other end: so many processes, each with a SUB and a DEALER, until the process that started them ends.
///
/// Each writes two numbers of 64 bits to the pipe for a message: when it had it, and when it noted it. Returns errno when they
/// cannot be started; otherwise it does not return.
int floor_subscribe(const char *events, const char *requests, const char *pipe, size_t count);

/// Binds to two endpoints and waits until so many subscribers have come.
///
/// Returns NULL, with errno set, when they cannot be bound, or not all have come within ten seconds.
floor_publisher *floor_publisher_open(const char *events, const char *requests, size_t subscribers);

/// Publishes a message with frames of these sizes, and gives each subscriber its turn when that is the task.
///
/// Returns when it began, in nanoseconds, or 0 with errno set when a socket fails.
uint64_t floor_publish(floor_publisher *publisher, const size_t *sizes, size_t frames, floor_task task);

/// Closes the sockets; the subscribers have to be ended by whoever started them.
void floor_publisher_close(floor_publisher *publisher);

#endif
