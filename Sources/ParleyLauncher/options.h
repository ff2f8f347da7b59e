#ifndef PARLEY_OPTIONS_H
#define PARLEY_OPTIONS_H

#include <stddef.h>
#include <sys/types.h>

enum { most_kept_descriptors = 16 };

/// What `parley-launcher exec` was asked to do. A limit of -1 leaves what the parent had.
struct options {
  long long memory;    ///< bytes of private writable memory, RLIMIT_DATA
  long long cpu;       ///< seconds of CPU time, RLIMIT_CPU
  long long files;     ///< open descriptors, RLIMIT_NOFILE
  long long processes; ///< processes and threads of the *user*, RLIMIT_NPROC
  long long parent;    ///< process id that must still be the parent, or -1
  const char *directory;
  int kept[most_kept_descriptors]; ///< descriptors above 2 that the program keeps, ascending
  size_t kept_count;
  char **command; ///< the program and its arguments, ended by NULL
};

/// Reads the arguments after `exec`. Returns 0, or the exit status after printing what is wrong.
int read_options(struct options *options, int count, char **arguments);

#endif
