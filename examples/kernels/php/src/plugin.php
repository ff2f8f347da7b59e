<?php

declare(strict_types=1);

/** The SDK: what plugins use, as in `use function Parley\{call, provide};`. */

namespace Parley;

/** What `on` and `provide` give back. */
final class Registration
{
    /** @param ?\Closure(): void $undo */
    public function __construct(private ?\Closure $undo)
    {
    }

    /** Takes the registration back; a second time does nothing. */
    public function dispose(): void
    {
        [$undo, $this->undo] = [$this->undo, null];
        $undo && $undo();
    }
}

/** Who asks for what; null where it does not apply. As of the moment of `context()`. */
final class Context
{
    public function __construct(
        public readonly ?string $plugin = null,
        public readonly ?string $method = null,
        public readonly ?string $event = null,
        public readonly ?string $caller = null,
        public readonly ?string $emitter = null,
        public readonly ?int $depth = null,
        public readonly ?float $deadline = null,
        public readonly ?string $tenant = null,
        public readonly ?string $trace = null,
        public readonly ?string $event_id = null,
        public readonly ?int $attempt = null,
        public readonly bool $cancelled = false,
    ) {
    }
}

/** Calls the handler with every event that matches the pattern; the payload is a stdClass. */
function on(string $pattern, callable $handler): Registration
{
    return Kernel::$events->on($pattern, $handler(...));
}

/**
 * Emits an event; gives the number of subscriptions that it reached.
 *
 * @param array<string, mixed>|\stdClass $payload
 */
function emit(string $event, array|\stdClass $payload = []): int
{
    $value = Kernel::parameters($payload);
    return Kernel::request('emit', $value->json, ['event' => $event], $value)->subscriptions ?? 0;
}

/** Provides a method. The parameters of a call are the named arguments of the handler. */
function provide(string $method, callable $handler): Registration
{
    return Kernel::provide($method, $handler(...));
}

/**
 * Calls a method of any plugin and gives its result.
 *
 * @param array<string, mixed>|\stdClass $params
 * @param ?float $timeout in seconds
 * @param ?callable(?float, string): void $on_progress
 */
function call(string $method, array|\stdClass $params = [], ?float $timeout = null, ?callable $on_progress = null): mixed
{
    $inbox = Kernel::call($method, $params, $timeout);
    return Kernel::await($inbox, $on_progress, true)->value ?? null;
}

/**
 * Calls a method that yields; the items as they come.
 *
 * @param array<string, mixed>|\stdClass $params
 */
function stream(string $method, array|\stdClass $params = [], ?float $timeout = null): Stream
{
    return new Stream(Kernel::call($method, $params, $timeout, ['stream' => true, 'credit' => Stream::WINDOW]));
}

/**
 * Runs the body while this handler holds the lock, and gives what the body returns.
 *
 * @template T
 * @param callable(): T $body
 * @return T
 */
function lock(string $name, callable $body, ?float $timeout = null): mixed
{
    $content = Session::object(['name' => $name]);
    Kernel::request('lock_request', $content, $timeout === null ? [] : ['timeout' => Kernel::positive($timeout)]);
    try {
        return $body();
    } finally {
        Kernel::tell('unlock', [], ['name' => $name]);
    }
}

/** Reports on a long call: a fraction from 0 to 1, or null. */
function progress(?float $fraction, string $message = ''): void
{
    Kernel::tell('progress', [], ['fraction' => $fraction, 'message' => $message]);
}

/**
 * @param 'debug'|'info'|'warning'|'error' $level
 * @param array<string, mixed> $fields
 */
function log(string $message, string $level = 'info', array $fields = []): void
{
    Kernel::tell('log', [], ['level' => $level, 'message' => $message, 'fields' => (object) $fields]);
}

/** What the host gives this plugin. */
function settings(): \stdClass
{
    return Kernel::$settings ?? new \stdClass();
}

function on_start(callable $handler): void
{
    Kernel::$starts[] = $handler(...);
}

function on_stop(callable $handler): void
{
    array_unshift(Kernel::$stops, $handler(...));
}

function context(): Context
{
    $frame = Kernel::$executor->current;
    $about = $frame?->about ?? ['plugin' => Kernel::$plugin];
    if (isset($about['deadline'])) {
        $about['deadline'] -= microtime(true) - $frame->began;
    }
    return new Context(...$about, cancelled: $frame?->cancelled !== null);
}
