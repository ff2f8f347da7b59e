<?php

declare(strict_types=1);

namespace Parley;

/** The life of a kernel (protocol §3 and §4): what each message does. */
final class Kernel
{
    public static Session $session;
    public static Executor $executor;
    public static Events $events;
    public static ?string $plugin = null;
    public static \stdClass $settings;
    public static bool $ending = false;
    /** @var list<\Closure> */
    public static array $starts = [];
    /** @var list<\Closure> */
    public static array $stops = [];
    /** @var array<string, \Closure> */
    private static array $methods = [];
    /** @var list<array{float, \Closure}> */
    private static array $timers = [];

    public static function start(\stdClass $connection): void
    {
        ini_set('zend.exception_ignore_args', '1');
        self::$events = new Events();
        self::$executor = new Executor();
        self::$session = new Session($connection, self::$events->key(...));
        $info = ['name' => 'php', 'version' => PHP_VERSION, 'mimetype' => 'application/x-httpd-php', 'file_extension' => '.php'];
        self::$session->send('hello', '{}', [], Session::object(['protocol_versions' => ['1.0'], 'implementation' => 'parley-php',
            'implementation_version' => '1.0.0', 'language_info' => $info, 'pid' => getmypid(), 'features' => ['streams', 'locks', 'buffers', 'execute', 'waits']]));
        Process::catch_interrupts();
        Output::capture();
        register_shutdown_function(self::rescue(...));
        self::loop();
    }

    private static function loop(): never
    {
        while (true) {
            $now = microtime(true);
            foreach (self::$timers as $i => [$when, $what]) {
                if ($when <= $now) {
                    unset(self::$timers[$i]);
                    $what();
                }
            }
            $next = self::$timers === [] ? null : max(0.001, min(array_column(self::$timers, 0)) - $now);
            foreach (self::$session->poll($next) as [$message, $published]) {
                try {
                    self::handle($message, $published);
                } catch (\Throwable $e) {
                    self::$session->forked() && Process::end(0);
                    self::$session->complain("{$message->type()}: {$e->getMessage()} ({$e->getFile()}:{$e->getLine()})");
                    self::$session->refuse($message->header_bytes, $e);
                }
                self::$session->forked() && Process::end(0);
            }
        }
    }

    /** exit() and fatal errors unwind everything; PHP calls this then, once, and from here the kernel goes on. */
    public static function rescue(): void
    {
        if (self::$ending || self::$session->forked()) {
            return;
        }
        $fatal = error_get_last();
        if (($fatal['type'] ?? 0) & (E_ERROR | E_CORE_ERROR | E_COMPILE_ERROR | E_USER_ERROR | E_RECOVERABLE_ERROR | E_PARSE)) {
            ini_set('memory_limit', (string) (memory_get_usage(true) + (512 << 20)));
            $why = new SystemExit("PHP ended the handler: {$fatal['message']}", $fatal['file'], $fatal['line']);
        } else {
            $why = new SystemExit('exit() was called, which ends the handler and not the kernel');
        }
        self::$executor->rescue($why);
        self::loop();
    }

    public static function later(float $seconds, \Closure $what): void
    {
        self::$timers[] = [microtime(true) + $seconds, $what];
    }

    private static function handle(Envelope $m, bool $published): void
    {
        match ($m->type()) {
            'welcome' => self::welcome($m),
            'load_plugin' => self::load($m),
            'start_plugin' => self::lifecycle($m, 'start_plugin_reply', self::$starts, self::$events->start(...)),
            'unload_plugin' => self::stop($m, 'unload_plugin_reply', static fn () => null),
            'shutdown_request' => self::stop($m, 'shutdown_reply', static function (): void {
                self::$session->flush();
                Process::end(0);
            }),
            'ping' => self::ping($m),
            'call_request' => self::called($m),
            'execute_request' => Cells::execute($m),
            'event' => self::$events->event($m, $published),
            'event_grant' => self::$events->granted($m),
            'subscription_update' => self::$events->update($m->content()),
            'cancel' => self::$executor->cancel($m->metadata->frame ?? '', $m->content()->reason ?? 'cancelled'),
            'credit' => self::$executor->credit($m->parent->msg_id ?? '', $m->metadata->credit),
            'wait_query' => Waits::ask(self::$executor->frames[$m->parent->msg_id ?? ''] ?? null),
            default => self::$executor->deliver($m),
        };
    }

    private static function welcome(Envelope $m): void
    {
        if ($m->outcome() !== 'ok') {
            self::$session->complain($m->content()->message ?? 'the orchestrator refuses this kernel');
            Process::end(1);
        }
        self::$session->limit = $m->content()->max_message_bytes ?? self::$session->limit;
    }

    private static function ping(Envelope $m): void
    {
        self::$session->send('pong', $m->header_bytes, [], Session::object(['frames' => count(self::$executor->frames)]));
        self::$events->ping($m->content()->events ?? new \stdClass());
    }

    private static function load(Envelope $m): void
    {
        $content = $m->content();
        self::$plugin = $content->plugin;
        self::$settings = $content->settings ?? new \stdClass();
        self::$events->grants = $content->event_grants;
        self::lifecycle($m, 'load_plugin_reply', [static fn () => run_file($content->main)]);
    }

    private static function stop(Envelope $m, string $type, \Closure $then): void
    {
        [$stops, self::$stops] = [self::$stops, []];
        self::lifecycle($m, $type, $stops, $then);
    }

    /** @param list<\Closure> $handlers run one after the other in one frame */
    private static function lifecycle(Envelope $m, string $type, array $handlers, ?\Closure $then = null): void
    {
        $frame = new Frame($m->id(), $m->header_bytes, static function (?\Throwable $e) use ($m, $type, &$frame, $then): void {
            self::reply($m, $type, $frame, $e);
            $then && $then();
        }, ['plugin' => self::$plugin]);
        self::$executor->spawn($frame, static function () use ($handlers): void {
            foreach ($handlers as $handler) {
                $handler();
            }
        });
    }

    private static function called(Envelope $m): void
    {
        $about = $m->metadata;
        $handler = self::$methods[$about->method] ?? null;
        if ($handler === null) {
            self::answer($m, 'call_reply', 'no_provider', ['message' => "this kernel does not provide $about->method", 'nearest' => []]);
            return;
        }
        $params = $m->content();
        $stream = $about->stream ?? false;
        $result = null;
        $frame = new Frame($m->id(), $m->header_bytes, static function (?\Throwable $e) use ($m, &$result, &$frame): void {
            $e === null && $frame->cancelled === null
                ? self::$session->send('call_reply', $m->header_bytes, ['outcome' => 'ok'] + self::paths($result), "{\"value\":$result->json}", $result->buffers)
                : self::reply($m, 'call_reply', $frame, $e);
        }, ['plugin' => self::$plugin, 'method' => $about->method, 'caller' => $about->caller ?? null, 'depth' => $about->depth ?? null,
            'deadline' => isset($about->remaining) ? (float) $about->remaining : null, 'tenant' => $about->tenant ?? null, 'trace' => $about->traceparent ?? null]);
        $frame->credit = $about->credit ?? Stream::WINDOW;
        self::$executor->spawn($frame, static function () use ($handler, $params, $about, $stream, $frame, &$result): void {
            $value = Parameters::apply($handler, $params);
            if ($stream !== $value instanceof \Iterator) {
                $what = $stream ? 'does not yield: call it with call()' : 'yields a stream: read it with stream()';
                throw new Ended(new InvalidReply((object) ['message' => "$about->method $what"]));
            }
            if ($stream) {
                Stream::produce($frame, $value);
                $value = null;
            }
            $result = self::ours(static fn () => new Values($value, ['value']));
            if (strlen($result->json) + array_sum(array_map('strlen', $result->buffers)) + strlen($frame->header) + 2048 > self::$session->limit) {
                $size = strlen($result->json) + array_sum(array_map('strlen', $result->buffers));
                throw new Ended(new TooLarge((object) ['message' => "the result of $size bytes is over the limit", 'size' => $size, 'limit' => self::$session->limit]));
            }
        });
    }

    /** What the shim finds wrong with a value of the handler is the outcome itself. */
    public static function ours(\Closure $what): mixed
    {
        try {
            return $what();
        } catch (ParleyError $e) {
            throw new Ended($e);
        }
    }

    /** The reply of a frame that ended so. */
    public static function reply(Envelope $m, string $type, Frame $frame, ?\Throwable $e): void
    {
        if ($frame->cancelled !== null) {
            self::answer($m, $type, 'cancelled', (array) Executor::cancelled($frame)->error);
        } elseif ($e instanceof Ended) {
            self::answer($m, $type, $e->why->kind, (array) $e->why->error);
        } else {
            self::answer($m, $type, $e === null ? 'ok' : 'handler_error', $e === null ? [] : Errors::describe($e));
        }
    }

    /** @param array<string, mixed> $content */
    public static function answer(Envelope $m, string $type, string $outcome, array $content): void
    {
        try {
            self::$session->send($type, $m->header_bytes, ['outcome' => $outcome], Session::object($content));
        } catch (TooLarge $e) {
            self::$session->send($type, $m->header_bytes, ['outcome' => 'too_large'], Session::object((array) $e->error));
        }
    }

    public static function provide(string $method, \Closure $handler): Registration
    {
        self::request('provide', Session::object(['method' => $method]));
        self::$methods[$method] = $handler;
        return new Registration(static function () use ($method): void {
            unset(self::$methods[$method]);
            self::request('withdraw', Session::object(['method' => $method]));
        });
    }

    /** @param array<string, mixed>|\stdClass $params */
    public static function parameters(array|\stdClass $params): Values
    {
        if (is_array($params) && $params !== [] && array_is_list($params)) {
            throw new \InvalidArgumentException('parameters and payloads are named: an array with text keys, or a stdClass');
        }
        return new Values($params === [] ? new \stdClass() : $params);
    }

    /** @return array<string, mixed> */
    private static function paths(?Values $value): array
    {
        return $value === null || $value->paths === [] ? [] : ['buffer_paths' => $value->paths];
    }

    public static function positive(float $timeout): float
    {
        return $timeout > 0 ? $timeout
            : throw new Timeout((object) ['message' => "there is no time left: the timeout is $timeout s", 'started' => false, 'timeout' => $timeout]);
    }

    /**
     * @param array<string, mixed>|\stdClass $params
     * @param array<string, mixed> $metadata
     */
    public static function call(string $method, array|\stdClass $params, ?float $timeout, array $metadata = []): Inbox
    {
        $value = self::parameters($params);
        $metadata = ['method' => $method] + ($timeout === null ? [] : ['timeout' => self::positive($timeout)]) + $metadata;
        return self::open('call_request', $metadata, $value->json, $value);
    }

    /** Sends a request on behalf of the frame. @param array<string, mixed> $metadata */
    public static function open(string $type, array $metadata, string $content, ?Values $value = null): Inbox
    {
        $frame = self::$executor->current;
        if ($frame?->cancelled !== null) {
            throw Executor::cancelled($frame);
        }
        if (!self::$session->forked() && ($frame === null || \Fiber::getCurrent() !== $frame->fiber)) {
            throw new \LogicException("$type: only a handler can wait for an answer, and not inside a Fiber of its own");
        }
        Output::flush($frame);
        return self::$executor->open(self::$session->send($type, $frame?->header ?? '{}', $metadata + self::paths($value), $content, $value->buffers ?? []), $type);
    }

    /** @param array<string, mixed> $metadata */
    public static function request(string $type, string $content, array $metadata = [], ?Values $value = null): \stdClass
    {
        return self::await(self::open($type, $metadata, $content, $value));
    }

    public static function await(Inbox $inbox, ?callable $on_progress = null, bool $call = false): \stdClass
    {
        try {
            while (true) {
                $message = self::$executor->next($inbox);
                if ($message->type() !== 'progress') {
                    self::check($message);
                    return $message->content();
                }
                if ($on_progress !== null) {
                    $report = $message->content();
                    $on_progress($report->fraction ?? null, $report->message ?? '');
                }
            }
        } catch (\Throwable $e) {
            if ($call && !$e instanceof ParleyError) {
                self::tell('cancel', ['call' => $inbox->id], ['reason' => 'cancelled']);
            }
            throw $e;
        } finally {
            self::$executor->close($inbox);
        }
    }

    public static function check(Envelope $reply): void
    {
        if ($reply->outcome() !== 'ok') {
            throw ParleyError::of($reply->outcome(), $reply->content());
        }
    }

    /**
     * Sends what has no answer, on behalf of the frame.
     *
     * @param array<string, mixed> $metadata
     * @param array<string, mixed> $content
     */
    public static function tell(string $type, array $metadata = [], array $content = []): void
    {
        Output::flush(self::$executor->current);
        self::$session->send($type, self::$executor->current?->header ?? '{}', $metadata, Session::object($content));
    }

    /** @param array<string, mixed> $metadata */
    public static function tell_value(string $type, Values $value, array $metadata): void
    {
        Output::flush(self::$executor->current);
        self::$session->send($type, self::$executor->current->header, $metadata + self::paths($value), "{\"value\":$value->json}", $value->buffers);
    }
}

/** Runs the file of a plugin: its variables are those of this function, and its closures belong to no class. */
function run_file(): void
{
    require func_get_arg(0);
}
