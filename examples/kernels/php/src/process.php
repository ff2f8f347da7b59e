<?php

declare(strict_types=1);

namespace Parley;

/** What concerns the process: signals, its end, what its children inherit. */
final class Process
{
    /** SIGINT raises Interrupted in the handler that is running, and does nothing when none is. */
    public static function catch_interrupts(): void
    {
        if (!function_exists('pcntl_signal')) {
            return;
        }
        pcntl_async_signals(true);
        $again = null;
        $raise = static function (int $signal) use (&$again): void {
            $frame = Kernel::$executor->current;
            if ($frame === null || ($signal === SIGALRM && $frame !== $again)) {
                return;
            }
            $at = debug_backtrace(DEBUG_BACKTRACE_IGNORE_ARGS, 1)[0]['file'] ?? '';
            if (!str_starts_with($at, __DIR__ . '/')) {
                throw new Interrupted('interrupted');
            }
            $again = $frame; // it is in the midst of the shim: try again a second later
            pcntl_alarm(1);
        };
        pcntl_signal(SIGINT, $raise);
        pcntl_signal(SIGALRM, $raise);
    }

    /** Ends the process at once: no shutdown functions, destructors or `finally` of user code. */
    public static function end(int $status): never
    {
        Kernel::$ending = true;
        if (extension_loaded('FFI')) {
            \FFI::cdef('void _exit(int);')->_exit($status);
        }
        if ($status === 0 && function_exists('pcntl_exec')) {
            @pcntl_exec('/bin/true');
        }
        exit($status);
    }

    /** Children that plugin code starts do not inherit the sockets. (Without FFI PHP has no means for this.) */
    public static function close_on_exec(): void
    {
        if (!extension_loaded('FFI') || !is_dir('/proc/self/fd')) {
            return;
        }
        $c = \FFI::cdef('int fcntl(int, int, ...);');
        foreach (scandir('/proc/self/fd') as $descriptor) {
            if (str_starts_with((string) @readlink("/proc/self/fd/$descriptor"), 'socket:')) {
                $c->fcntl((int) $descriptor, 2, 1);
            }
        }
    }
}
