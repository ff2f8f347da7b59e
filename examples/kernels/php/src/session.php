<?php

declare(strict_types=1);

namespace Parley;

/** The two sockets: signs and sends, receives and verifies, drops replays (protocol §1.3 and §2). */
final class Session
{
    private const REMEMBERED = 4096;

    public readonly string $id;
    public int $limit;
    private readonly Zmtp $requests;
    private readonly Zmtp $events;
    private readonly int $process;
    private int $count = 0;
    /** @var array<string, true> the msg_ids of late, oldest first */
    private array $seen = [];
    /** @var resource this stream is not filtered, so what goes there is not sent as output of a plugin */
    private readonly mixed $errors;

    /** @param \Closure(string): ?string $topic_key */
    public function __construct(private readonly \stdClass $connection, private readonly \Closure $topic_key)
    {
        $this->process = getmypid();
        $this->id = 'k-' . bin2hex(random_bytes(6));
        $this->limit = $connection->max_message_bytes ?? 16777216;
        $this->errors = fopen('php://stderr', 'w');
        $this->requests = Zmtp::connect($connection->requests, ['Socket-Type' => 'DEALER', 'Identity' => $connection->kernel_id], $this->limit);
        $this->events = Zmtp::connect($connection->events, ['Socket-Type' => 'SUB'], $this->limit);
        Process::close_on_exec();
    }

    /** Whether this is a process that plugin code has forked: it must not speak on the sockets. */
    public function forked(): bool
    {
        return getmypid() !== $this->process;
    }

    /**
     * @param array<string, mixed> $metadata
     * @param list<string> $buffers
     * @return string the msg_id
     */
    public function send(string $type, string $parent, array $metadata, string $content, array $buffers = []): string
    {
        if ($this->forked()) {
            throw new \LogicException('this process was forked from a kernel: only the kernel itself can use Parley');
        }
        $id = $this->id . '-' . ++$this->count;
        $now = microtime(true);
        $date = gmdate('Y-m-d\TH:i:s', (int) $now) . sprintf('.%03dZ', (int) (fmod($now, 1) * 1000));
        $header = Values::json(['msg_id' => $id, 'session' => $this->id, 'username' => 'parley', 'date' => $date, 'msg_type' => $type, 'version' => '5.4']);
        $frames = Envelope::frames($this->connection->key, [$header, $parent, self::object($metadata), $content], $buffers);
        $size = array_sum(array_map('strlen', $frames));
        if ($size > $this->limit) {
            throw new TooLarge((object) ['message' => "a $type of $size bytes is over the limit of {$this->limit} bytes", 'size' => $size, 'limit' => $this->limit]);
        }
        $this->requests->send($frames);
        return $id;
    }

    /** @param array<string, mixed> $fields */
    public static function object(array $fields): string
    {
        return Values::json((object) $fields, JSON_INVALID_UTF8_SUBSTITUTE | JSON_PARTIAL_OUTPUT_ON_ERROR);
    }

    public function subscribe(string $topic): void
    {
        $this->events->send(["\x01$topic"]);
    }

    public function unsubscribe(string $topic): void
    {
        $this->events->send(["\x00$topic"]);
    }

    /**
     * Waits for messages; the process ends when the orchestrator is gone.
     *
     * @return list<array{Envelope, bool}> each with whether it came on the SUB
     */
    public function poll(?float $seconds): array
    {
        $read = [$this->requests->stream, $this->events->stream];
        $write = [];
        foreach ([$this->requests, $this->events] as $socket) {
            $socket->pending() && $write[] = $socket->stream;
        }
        $except = null;
        $ready = @stream_select($read, $write, $except, $seconds === null ? null : (int) $seconds, $seconds === null ? null : (int) (fmod($seconds, 1) * 1e6));
        if ($ready === false) {
            return [];
        }
        foreach ([$this->requests, $this->events] as $socket) {
            $socket->write();
            in_array($socket->stream, $read, true) && $socket->read();
        }
        if ($this->requests->closed) {
            Process::end(0);
        }
        $messages = [];
        foreach ([[$this->requests, false], [$this->events, true]] as [$socket, $event]) {
            foreach ($socket->take() as $frames) {
                $message = $this->verify($frames, $event);
                $message && $messages[] = [$message, $event];
            }
        }
        return $messages;
    }

    /** @param list<string> $frames */
    private function verify(array $frames, bool $event): ?Envelope
    {
        $key = $event ? ($this->topic_key)((string) array_shift($frames)) : $this->connection->key;
        if ($key === null) {
            return null;
        }
        try {
            $message = Envelope::read($frames, $key);
        } catch (Refused $e) {
            $this->complain("dropped a message: {$e->reason}");
            if ($e->header !== null) {
                $this->refuse($e->header, $e);
            }
            return null;
        }
        if (isset($this->seen[$message->id()])) {
            return null;
        }
        $this->seen[$message->id()] = true;
        if (count($this->seen) > self::REMEMBERED) {
            unset($this->seen[array_key_first($this->seen)]);
        }
        return $message;
    }

    /** A verified message that makes no sense. */
    public function refuse(string $header, \Throwable $e): void
    {
        $this->send('error', $header, [], self::object(['ename' => $e::class, 'evalue' => $e->getMessage(), 'traceback' => [$e->getMessage()]]));
    }

    public function complain(string $line): void
    {
        @fwrite($this->errors, "parley: $line\n");
    }

    /** Writes what is left, for as long as that takes or the orchestrator lives. */
    public function flush(): void
    {
        while ($this->requests->pending() && !$this->requests->closed) {
            $this->poll(1);
        }
    }
}
