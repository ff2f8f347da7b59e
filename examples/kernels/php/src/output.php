<?php

declare(strict_types=1);

namespace Parley;

/** What plugin code prints goes out as `stream` messages of the frame that printed (protocol §6). */
final class Output
{
    private const CHUNK = 8192;
    /** So many lines go out at once before a flood is taken for one, */
    private const LINES = 32;
    /** which is over after so many seconds of silence. */
    private const PATIENCE = 0.02;
    /** @var array<string, string> outside of any frame */
    private static array $printed = ['stdout' => '', 'stderr' => ''];

    public static function capture(): void
    {
        self::base();
        stream_filter_register('parley.*', OutputFilter::class);
        stream_filter_append(STDOUT, 'parley.stdout', STREAM_FILTER_WRITE);
        stream_filter_append(STDERR, 'parley.stderr', STREAM_FILTER_WRITE);
        set_error_handler(static function (int $level, string $message, string $file, int $line): bool {
            if (error_reporting() & $level) {
                self::write('stderr', "PHP: $message in " . Cells::name($file) . " on line $line\n");
            }
            return true;
        });
    }

    /** One level of PHP's output buffering is the shim's; a plugin may have ended it. */
    private static function base(): void
    {
        if (ob_get_level() === 0) {
            ob_start(static function (string $text): string {
                self::write('stdout', $text);
                return '';
            }, 1);
        }
    }

    public static function write(string $name, string $text): void
    {
        if ($text === '' || Kernel::$session->forked()) {
            return;
        }
        $frame = Kernel::$executor->current;
        $frame === null ? $kept = &self::$printed : $kept = &$frame->printed;
        if ($kept[$name === 'stdout' ? 'stderr' : 'stdout'] !== '') {
            self::flush($frame); // what went to the other stream came first
        }
        $kept[$name] .= $text;
        $size = strlen($kept[$name]);
        $end = strrpos($kept[$name], "\n");
        if ($size >= self::CHUNK || ($end !== false && !self::floods($frame))) {
            $end = $end === false || $size - $end > self::CHUNK ? $size : $end + 1;
            $ready = substr($kept[$name], 0, $end);
            $kept[$name] = substr($kept[$name], $end);
            self::send($frame, $name, $ready);
        }
    }

    /** Whether a frame prints so fast that its lines had better go together. */
    private static function floods(?Frame $frame): bool
    {
        if ($frame === null) {
            return false;
        }
        $now = microtime(true);
        $frame->burst = $now - $frame->sent > self::PATIENCE ? 1 : $frame->burst + 1;
        if ($frame->burst > self::LINES) {
            return true;
        }
        $frame->sent = $now;
        return false;
    }

    /** Sends the part of a line that is there; before every other message of the frame. */
    public static function flush(?Frame $frame): void
    {
        $frame === null ? $kept = &self::$printed : $kept = &$frame->printed;
        foreach ($kept as $name => $text) {
            if ($text !== '') {
                $kept[$name] = '';
                self::send($frame, $name, $text);
            }
        }
    }

    private static function send(?Frame $frame, string $name, string $text): void
    {
        foreach (str_split($text, 1 << 20) as $part) {
            Kernel::$session->send('stream', $frame?->header ?? '{}', [], Session::object(['name' => $name, 'text' => $part]));
        }
    }

    /** PHP has one stack of output buffers for all Fibers: each frame takes its own off when it is suspended. */
    public static function suspend(Frame $frame): void
    {
        if (ob_get_level() > 1 && preg_grep('/^ob_/', array_column(debug_backtrace(DEBUG_BACKTRACE_IGNORE_ARGS), 'function'))) {
            throw new \LogicException('the callback of an output buffer cannot wait for an answer');
        }
        while (ob_get_level() > 1) {
            array_unshift($frame->buffered, (string) ob_get_clean());
        }
    }

    public static function reopen(Frame $frame): void
    {
        self::base();
        foreach ($frame->buffered as $text) {
            ob_start();
            echo $text;
        }
        $frame->buffered = [];
    }

    /** What a handler leaves in its buffers is printed, as PHP does at the end of a script. */
    public static function close(Frame $frame): void
    {
        while (ob_get_level() > 1) {
            ob_end_flush();
        }
        self::flush($frame);
    }
}

/** Takes what is written to STDOUT and STDERR. */
final class OutputFilter extends \php_user_filter
{
    public function filter($in, $out, &$consumed, bool $closing): int
    {
        while ($bucket = stream_bucket_make_writeable($in)) {
            $consumed += $bucket->datalen;
            Output::write(substr($this->filtername, strlen('parley.')), $bucket->data);
        }
        return PSFS_FEED_ME;
    }
}
