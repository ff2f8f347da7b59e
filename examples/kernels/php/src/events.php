<?php

declare(strict_types=1);

namespace Parley;

/** Subscriptions, events and gaps (protocol §5). */
final class Events
{
    /** Whether the on_start handlers have ended: until then events wait. */
    private bool $started = false;
    /** @var list<Envelope> */
    private array $waiting = [];
    /** @var array<string, \Closure> the handler of each subscription, in order of subscription */
    private array $handlers = [];
    /** @var array<string, array{event: string, key: string, subscriptions: array<string, true>}> */
    private array $topics = [];
    /** @var array<string, int> the last sequence number of each event */
    private array $last = [];
    /** @var array<string, Envelope> those that wait for their event_grant */
    private array $asked = [];
    private int $count = 0;
    public bool $grants = false;

    public function key(string $topic): ?string
    {
        return $this->topics[$topic]['key'] ?? null;
    }

    public function on(string $pattern, \Closure $handler): Registration
    {
        $id = 's' . ++$this->count;
        $inbox = Kernel::open('subscribe', [], Session::object(['subscription' => $id, 'pattern' => $pattern]));
        $this->handlers[$id] = $handler;
        try {
            $reply = Kernel::$executor->next($inbox);
            Kernel::check($reply);
            $content = $reply->content();
            $this->change($id, $content->topics, [], $content->nonce);
            Kernel::$executor->next($inbox);
        } catch (\Throwable $e) {
            $this->forget($id);
            throw $e;
        } finally {
            Kernel::$executor->close($inbox);
        }
        Kernel::$session->unsubscribe($content->nonce);
        return new Registration(function () use ($id): void {
            $this->forget($id);
            Kernel::request('unsubscribe', Session::object(['subscription' => $id]));
        });
    }

    private function forget(string $id): void
    {
        unset($this->handlers[$id]);
        $this->change($id, [], array_keys($this->topics), null);
    }

    /**
     * @param list<\stdClass> $add
     * @param list<string> $remove
     */
    private function change(string $id, array $add, array $remove, ?string $nonce): void
    {
        foreach ($add as $topic) {
            if (!isset($this->topics[$topic->topic])) {
                $this->topics[$topic->topic] = ['event' => $topic->event, 'key' => $topic->key, 'subscriptions' => []];
                Kernel::$session->subscribe($topic->topic);
            }
            $this->topics[$topic->topic]['subscriptions'][$id] = true;
        }
        foreach ($remove as $topic) {
            unset($this->topics[$topic]['subscriptions'][$id]);
            if (($this->topics[$topic]['subscriptions'] ?? null) === []) {
                unset($this->topics[$topic]);
                Kernel::$session->unsubscribe((string) $topic);
            }
        }
        $nonce === null || Kernel::$session->subscribe($nonce);
    }

    public function update(\stdClass $content): void
    {
        if (isset($this->handlers[$content->subscription])) {
            $this->change($content->subscription, $content->add ?? [], $content->remove ?? [], $content->nonce);
        }
    }

    public function start(): void
    {
        $this->started = true;
        [$waiting, $this->waiting] = [$this->waiting, []];
        array_map($this->open(...), $waiting);
    }

    /** An event has come, on the SUB or directed. */
    public function event(Envelope $event, bool $published): void
    {
        [$name, $sequence] = [$event->metadata->event, $event->metadata->sequence ?? null];
        if ($sequence !== null) {
            $published && $this->gap($name, $sequence - 1);
            $last = $this->last[$name] ?? null;
            if ($published || $sequence === $last + 1) {
                $this->last[$name] = max($sequence, $last ?? 0);
            }
        }
        $this->started ? $this->open($event) : $this->waiting[] = $event;
    }

    /** Reports what is missing when the last number of an event is this one. */
    private function gap(string $name, int $until): void
    {
        $last = $this->last[$name] ?? null;
        if ($last !== null && $until > $last) {
            Kernel::$session->send('event_gap', '{}', [], Session::object(['event' => $name, 'missed' => $until - $last]));
            $this->last[$name] = $until;
        }
    }

    public function ping(\stdClass $events): void
    {
        foreach ($events as $name => $until) {
            if (isset($this->last[$name]) && $until > $this->last[$name]) {
                Kernel::later(0.1, fn () => $this->gap((string) $name, $until));
            }
        }
    }

    private function open(Envelope $event): void
    {
        if ($this->grants) {
            $this->asked[Kernel::$session->send('event_start', $event->header_bytes, [], '{}')] = $event;
        } else {
            $this->run($event, new \stdClass());
        }
    }

    public function granted(Envelope $grant): void
    {
        $id = $grant->parent->msg_id ?? '';
        $event = $this->asked[$id] ?? null;
        unset($this->asked[$id]);
        if ($event !== null && $grant->outcome() === 'ok') {
            $this->run($event, $grant->metadata);
        }
    }

    private function run(Envelope $event, \stdClass $grant): void
    {
        $name = $event->metadata->event;
        $payload = $event->content();
        $handlers = [];
        foreach ($this->topics as $topic) {
            $handlers += $topic['event'] === $name ? array_intersect_key($this->handlers, $topic['subscriptions']) : [];
        }
        $handlers = array_intersect_key($this->handlers, $handlers);
        $errors = [];
        $reply = static function (?\Throwable $e) use ($event, &$errors, $handlers, &$frame): void {
            $e === null || $errors[] = Errors::describe($e);
            if ($frame->cancelled !== null) {
                Kernel::reply($event, 'event_reply', $frame, $e);
            } else {
                $more = count($errors) > 1 ? ['errors' => $errors] : [];
                Kernel::answer($event, 'event_reply', $errors === [] ? 'ok' : 'handler_error', $errors === [] ? ['handlers' => count($handlers)] : [...$errors[0], ...$more]);
            }
        };
        $frame = new Frame($event->id(), $event->header_bytes, $reply, [
            'plugin' => Kernel::$plugin, 'event' => $name, 'emitter' => $event->metadata->emitter ?? null, 'depth' => $grant->depth ?? null,
            'deadline' => isset($grant->remaining) ? (float) $grant->remaining : null, 'tenant' => $event->metadata->tenant ?? null,
            'trace' => $event->metadata->traceparent ?? null, 'event_id' => $event->metadata->event_id ?? null, 'attempt' => $event->metadata->attempt ?? null,
        ]);
        Kernel::$executor->spawn($frame, static function () use ($handlers, $payload, &$errors, $frame): void {
            foreach ($handlers as $handler) {
                try {
                    $handler($payload);
                } catch (\Throwable $e) {
                    $frame->cancelled === null || throw $e;
                    $errors[] = Errors::describe($e);
                }
            }
        });
    }
}
