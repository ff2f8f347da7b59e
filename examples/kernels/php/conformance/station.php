<?php

declare(strict_types=1);

use Parley\{Bytes, ParleyError};

use function Parley\{call, context, emit, lock, log, progress, provide, stream};

const FIELDS = [
    'ename', 'frames', 'nearest', 'permission', 'pointer', 'path', 'signal', 'started', 'cycle', 'limit', 'size', 'reason',
    'retry_after',
];

class Boom extends Exception
{
}

$journal = [];

function describe(ParleyError $error): array
{
    $found = ['kind' => $error->kind, 'message' => $error->getMessage()];
    foreach (FIELDS as $name) {
        if ($error->$name !== null) {
            $found[$name] = $error->$name;
        }
    }
    return $found;
}

function next_call(array $route, mixed $params, ?float $timeout): mixed
{
    $first = array_shift($route);
    return call($first, $route === [] ? $params : ['route' => $route, 'params' => $params], $timeout);
}

function in_sequence(array $calls): array
{
    return array_map(fn ($one) => call($one->method, $one->params), $calls);
}

function caught(string $method, array|stdClass $params, ?float $timeout = null): array
{
    try {
        return ['kind' => 'ok', 'value' => call($method, $params, $timeout)];
    } catch (ParleyError $error) {
        return describe($error);
    }
}

function made(string $what): array|string
{
    $cycle = new stdClass();
    $cycle->self = $cycle;
    $value = match ($what) {
        'nan' => NAN,
        'inf' => INF,
        '-inf' => -INF,
        '2^63' => null,
        'function' => strlen(...),
        'cycle' => $cycle,
        'broken_text' => "a\xFFb",
        'bad_key' => [1 => 1],
        'too_deep' => array_reduce(range(1, 130), fn ($inner) => [$inner], []),
    };
    return $value === null ? 'unmakeable' : ['rows' => [1, $value]];
}

function numbers(int $count): Generator
{
    $done = false;
    try {
        for ($n = 0; $count < 0 || $n < $count; $n++) {
            yield $n;
        }
        $done = true;
    } finally {
        $done || log('closed');
    }
}

provide('__plugin__.echo', fn (mixed $value = null) => $value);
provide('__plugin__.relay', fn (array $route, mixed $params, ?float $timeout = null) => next_call($route, $params, $timeout));
provide('__plugin__.tidy', function (array $route, mixed $params, ?float $timeout = null) {
    try {
        return next_call($route, $params, $timeout);
    } finally {
        try {
            call('__plugin__.echo', ['value' => 1]);
            log('tidied ok');
        } catch (ParleyError $error) {
            log("tidied $error->kind");
        }
    }
});
provide('__plugin__.sequence', fn (array $calls) => in_sequence($calls));
provide('__plugin__.fail', fn (string $message) => throw new Boom($message));
provide('__plugin__.fail_because', fn (string $message) => throw new Boom($message, 0, new Boom('the root')));
provide('__plugin__.catch', caught(...));
provide('__plugin__.catch_as', function (string $name, string $method, stdClass $params, ?float $timeout = null) {
    try {
        call($method, $params, $timeout);
    } catch (ParleyError $error) {
        return is_a($error, "Parley\\$name") ? "caught $error->kind" : throw $error;
    }
    return 'nothing was raised';
});
provide('__plugin__.strict', fn ($x) => $x);
provide('__plugin__.context', function () {
    $context = (array) context();
    return array_intersect_key($context, array_flip(['plugin', 'method', 'caller', 'depth', 'tenant', 'trace', 'deadline']));
});
provide('__plugin__.make', fn (string $what) => made($what));
provide('__plugin__.send', function (string $method, string $what) {
    $made = made($what);
    return is_string($made) ? $made : caught($method, $made);
});
provide('__plugin__.bytes', fn (array $octets) => new Bytes(pack('C*', ...$octets)));
provide('__plugin__.note', function (string $text) use (&$journal) {
    $journal[] = $text;
});
provide('__plugin__.journal', function () use (&$journal) {
    [$notes, $journal] = [$journal, []];
    return $notes;
});
provide('__plugin__.bracket', function (string $tag, string $method, stdClass $params) use (&$journal) {
    $journal[] = "<$tag";
    call($method, $params);
    $journal[] = "$tag>";
});
provide('__plugin__.numbers', numbers(...));
provide('__plugin__.yields_unasked', fn () => numbers(3));
provide('__plugin__.plain_as_stream', fn () => 1);
provide('__plugin__.failing_numbers', function (int $count) {
    for ($n = 0; $n < $count; $n++) {
        yield $n;
    }
    throw new Boom('no more numbers');
});
provide('__plugin__.replies', function (array $calls) {
    foreach ($calls as $one) {
        yield call($one->method, $one->params);
    }
});
provide('__plugin__.collect', function (string $method, stdClass $params, ?int $limit = null, ?stdClass $between = null) {
    $items = [];
    foreach (stream($method, $params) as $item) {
        $items[] = $item;
        $between && call($between->method, $between->params);
        if (count($items) === $limit) {
            break;
        }
    }
    return $items;
});
provide('__plugin__.advance', function (int $steps) {
    for ($i = 1; $i <= $steps; $i++) {
        progress($i / $steps, (string) $i);
    }
    return 'done';
});
provide('__plugin__.watch', function (string $method, stdClass $params) {
    $reports = [];
    $value = call($method, $params, on_progress: function (?float $fraction, string $text) use (&$reports) {
        $reports[] = [$fraction, $text];
    });
    return ['value' => $value, 'progress' => $reports];
});
provide('__plugin__.locked', fn (string $name, array $calls) => lock($name, fn () => in_sequence($calls)));
provide('__plugin__.speak', function (string $tag, string $method, stdClass $params) {
    echo "$tag before\n";
    $value = call($method, $params);
    echo "$tag after\n";
    return $value;
});
provide('__plugin__.spin', function () {
    echo "spinning\n";
    while (true);
});
provide('__plugin__.text', fn (int $size) => str_repeat('x', $size));
provide('__plugin__.oversize', fn (int $size) => caught('__plugin__.echo', ['value' => str_repeat('x', $size)]));
provide('__plugin__.emit', function (string $event, stdClass $payload, int $times = 1) {
    $reached = 0;
    for ($n = 1; $n <= $times; $n++) {
        $payload->n = $n;
        $reached = emit($event, $payload);
    }
    return $reached;
});
