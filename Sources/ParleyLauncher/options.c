#include "options.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "launcher.h"

/// A whole number from 0 up; -1 when `text` is anything else.
static long long parse_number(const char *text) {
  char *end = NULL;
  errno = 0;
  long long number = strtoll(text, &end, 10);
  bool whole = end != text && *end == '\0' && errno == 0;
  return whole && number >= 0 ? number : -1;
}

/// Adds a descriptor in its ascending place, as close_range between the kept ones wants them.
static int keep_descriptor(struct options *options, long long descriptor) {
  if (descriptor <= 2 || descriptor > INT_MAX)
    return fail(exit_usage, "--keep wants a descriptor above 2");
  if (options->kept_count == most_kept_descriptors)
    return fail(exit_usage, "--keep can be given %d times at most", most_kept_descriptors);
  size_t place = options->kept_count++;
  for (; place > 0 && options->kept[place - 1] > descriptor; place--)
    options->kept[place] = options->kept[place - 1];
  options->kept[place] = (int)descriptor;
  return 0;
}

/// The member that a numeric option sets, or NULL when there is no such option.
static long long *numeric_option(struct options *options, const char *name) {
  if (strcmp(name, "--memory") == 0) return &options->memory;
  if (strcmp(name, "--cpu") == 0) return &options->cpu;
  if (strcmp(name, "--files") == 0) return &options->files;
  if (strcmp(name, "--processes") == 0) return &options->processes;
  if (strcmp(name, "--parent") == 0) return &options->parent;
  return NULL;
}

static int read_option(struct options *options, const char *name, const char *value) {
  if (strcmp(name, "--directory") == 0) {
    options->directory = value;
    return 0;
  }
  long long number = parse_number(value);
  if (strcmp(name, "--keep") == 0) return keep_descriptor(options, number);
  long long *member = numeric_option(options, name);
  if (member == NULL) return fail(exit_usage, "unknown option %s", name);
  if (number < 0) return fail(exit_usage, "%s wants a whole number, not '%s'", name, value);
  *member = number;
  return 0;
}

int read_options(struct options *options, int count, char **arguments) {
  *options = (struct options){
      .memory = -1, .cpu = -1, .files = -1, .processes = -1, .parent = -1};
  int next = 0;
  for (; next < count && strcmp(arguments[next], "--") != 0; next += 2) {
    if (next + 1 == count) return fail(exit_usage, "%s wants a value", arguments[next]);
    int status = read_option(options, arguments[next], arguments[next + 1]);
    if (status != 0) return status;
  }
  if (next + 1 >= count) return fail(exit_usage, "no program after --");
  options->command = arguments + next + 1;
  return 0;
}
