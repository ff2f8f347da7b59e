<?php

declare(strict_types=1);

use function Parley\{call, context, on, provide};

class Boom extends Exception
{
}

$notes = [];
$subscription = null;

$third = function (stdClass $event) use (&$notes) {
    $notes[] = ['handler' => 3, 'n' => $event->n];
};

provide('__plugin__.echo', fn (mixed $value = null) => $value);
on('*:tick', function (stdClass $event) use (&$notes) {
    $about = context();
    $notes[] = ['handler' => 1, 'payload' => $event, 'event' => $about->event, 'emitter' => $about->emitter];
    if ($event->fail ?? false) {
        throw new Boom('the first fails');
    }
});
on('*:tick', function (stdClass $event) use (&$notes) {
    $n = $event->n ?? null;
    $n = isset($event->ask) ? call($event->ask, ['value' => $n]) : $n;
    $notes[] = ['handler' => 2, 'n' => $n];
});
provide('__plugin__.seen', function () use (&$notes) {
    [$found, $notes] = [$notes, []];
    return $found;
});
provide('__plugin__.listen', function (string $pattern) use (&$subscription, $third) {
    $subscription = on($pattern, $third);
});
provide('__plugin__.forget', function () use (&$subscription) {
    $subscription->dispose();
    $subscription->dispose();
});
provide('__plugin__.listen_and_call', function (string $pattern, string $method, stdClass $params) use ($third) {
    on($pattern, $third);
    return call($method, $params);
});
