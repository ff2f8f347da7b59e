#include "launcher.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int fail(int status, const char *format, ...) {
  va_list values;
  fputs("parley-launcher: ", stderr);
  va_start(values, format);
  vfprintf(stderr, format, values);
  va_end(values);
  fputc('\n', stderr);
  return status;
}

int main(int count, char **arguments) {
  if (count >= 2 && strcmp(arguments[1], "exec") == 0)
    return run_exec(count - 2, arguments + 2);
  if (count == 2 && strcmp(arguments[1], "reap") == 0)
    return run_reap();
  return fail(exit_usage, "usage: parley-launcher exec [OPTION VALUE]… -- PROGRAM ARGUMENT…\n"
                          "       parley-launcher reap");
}
