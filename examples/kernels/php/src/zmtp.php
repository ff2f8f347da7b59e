<?php

declare(strict_types=1);

namespace Parley;

/** ZMTP 3.0 with the NULL mechanism over a unix stream socket: the part that a kernel needs (specs/zmtp.md). */
final class Zmtp
{
    public const GREETING = "\xFF\0\0\0\0\0\0\0\0\x7F\x03\0NULL\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
        . "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
    private const MORE = 1;
    private const LONG = 2;
    private const COMMAND = 4;
    /** Above this the sender waits for the peer, so that a handler that only prints does not fill the memory. */
    private const BACKLOG = 4 << 20;

    public bool $closed = false;
    private string $in = '';
    private string $out = '';
    /** @var list<string> the frames of a message that is not complete */
    private array $frames = [];
    /** @var list<list<string>> */
    private array $messages = [];
    private bool $greeted = false;
    public bool $ready = false;

    /** @param resource|null $stream none in tests */
    public function __construct(public readonly mixed $stream, private readonly string $ready_command, public int $limit)
    {
        $this->out = self::GREETING;
        if ($stream !== null) {
            stream_set_blocking($stream, false);
            stream_set_read_buffer($stream, 0);
            stream_set_write_buffer($stream, 0);
            stream_set_chunk_size($stream, 1 << 18);
        }
    }

    /** @param array<string, string> $properties */
    public static function connect(string $endpoint, array $properties, int $limit): self
    {
        $stream = @stream_socket_client('unix://' . substr($endpoint, strlen('ipc://')), $code, $message, 10);
        if ($stream === false) {
            throw new \RuntimeException("cannot connect to $endpoint: $message");
        }
        $socket = new self($stream, self::command('READY', self::properties($properties)), $limit);
        while (!$socket->ready && !$socket->closed) {
            $socket->write();
            $socket->wait();
            $socket->read();
        }
        return $socket;
    }

    /** @param array<string, string> $properties */
    public static function properties(array $properties): string
    {
        $bytes = '';
        foreach ($properties as $name => $value) {
            $bytes .= chr(strlen($name)) . $name . pack('N', strlen($value)) . $value;
        }
        return $bytes;
    }

    public static function command(string $name, string $data): string
    {
        return self::frame(chr(strlen($name)) . $name . $data, self::COMMAND);
    }

    private static function frame(string $body, int $flags): string
    {
        $size = strlen($body);
        return $size <= 255 ? chr($flags) . chr($size) . $body : chr($flags | self::LONG) . pack('J', $size) . $body;
    }

    /** @param list<string> $frames */
    public static function message(array $frames): string
    {
        $last = array_pop($frames);
        return implode('', array_map(fn ($body) => self::frame($body, self::MORE), $frames)) . self::frame($last, 0);
    }

    /** @param list<string> $frames */
    public function send(array $frames): void
    {
        $this->out .= self::message($frames);
        $this->write();
        while (strlen($this->out) > self::BACKLOG && !$this->closed) {
            $this->wait();
            $this->read();
            $this->write();
        }
    }

    public function pending(): bool
    {
        return $this->out !== '';
    }

    public function write(): void
    {
        while ($this->out !== '') {
            $size = strlen($this->out) > 1 << 18 ? @fwrite($this->stream, substr($this->out, 0, 1 << 18)) : @fwrite($this->stream, $this->out);
            if (!$size) {
                return;
            }
            $this->out = substr($this->out, $size);
        }
    }

    /** Waits until there is something to read, or room for what is to be written. */
    private function wait(): void
    {
        $read = [$this->stream];
        $write = $this->out === '' ? [] : [$this->stream];
        $except = null;
        @stream_select($read, $write, $except, 10);
    }

    public function read(): void
    {
        $bytes = @fread($this->stream, 1 << 20);
        if ($bytes === false || $bytes === '') {
            $this->closed = $this->closed || feof($this->stream);
            return;
        }
        $this->feed($bytes);
    }

    /** @return list<list<string>> the complete messages since the last call */
    public function take(): array
    {
        [$messages, $this->messages] = [$this->messages, []];
        return $messages;
    }

    /** What is to be written; for tests. */
    public function written(): string
    {
        [$bytes, $this->out] = [$this->out, ''];
        return $bytes;
    }

    public function feed(string $bytes): void
    {
        $this->in .= $bytes;
        if (!$this->greeted) {
            if (strlen($this->in) < 64) {
                return;
            }
            if ($this->in[0] !== "\xFF" || $this->in[9] !== "\x7F" || ord($this->in[10]) < 3 || substr($this->in, 12, 20) !== str_pad('NULL', 20, "\0")) {
                throw new \RuntimeException('the peer does not speak ZMTP 3 with the NULL mechanism');
            }
            $this->in = substr($this->in, 64);
            $this->greeted = true;
            $this->out .= $this->ready_command;
        }
        $at = 0;
        while (strlen($this->in) - $at >= 2) {
            $flags = ord($this->in[$at]);
            $long = ($flags & self::LONG) !== 0;
            if ($long && strlen($this->in) - $at < 9) {
                break;
            }
            $size = $long ? unpack('J', $this->in, $at + 1)[1] : ord($this->in[$at + 1]);
            if ($size < 0 || $size > $this->limit + 65536) {
                throw new \RuntimeException("a frame of $size bytes is over the limit");
            }
            $start = $at + ($long ? 9 : 2);
            if (strlen($this->in) < $start + $size) {
                break;
            }
            $this->frame_read($flags, substr($this->in, $start, $size));
            $at = $start + $size;
        }
        $this->in = $at === 0 ? $this->in : substr($this->in, $at);
    }

    private function frame_read(int $flags, string $body): void
    {
        if ($flags & self::COMMAND) {
            $name = substr($body, 1, ord($body[0] ?? "\0"));
            $rest = substr($body, 1 + strlen($name));
            match ($name) {
                'READY' => $this->ready = true,
                'ERROR' => throw new \RuntimeException('the peer refuses the connection: ' . substr($rest, 1)),
                'PING' => $this->out .= self::command('PONG', substr($rest, 2)),
                default => null,
            };
            return;
        }
        $this->frames[] = $body;
        if (!($flags & self::MORE)) {
            $this->messages[] = $this->frames;
            $this->frames = [];
        }
    }
}
