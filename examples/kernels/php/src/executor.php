<?php

declare(strict_types=1);

namespace Parley;

/** Where the answers to one request arrive, until the frame that waits for them takes them. */
final class Inbox
{
    /** @var list<Envelope> */
    public array $messages = [];
    /** How many items of a stream have come. */
    public int $items = 0;

    public function __construct(public readonly string $id, public readonly string $type)
    {
    }
}

/** One running invocation of a handler, in a Fiber of its own. */
final class Frame
{
    public ?\Fiber $fiber = null;
    /** The reason for which it is cancelled. */
    public ?string $cancelled = null;
    /** Whether the handler has been told. */
    public bool $told = false;
    public ?Inbox $waits = null;
    /** What the orchestrator was last told of its waiting, once it has asked. */
    public ?string $told_waits = null;
    public int $credit = 0;
    /** @var array<string, string> what was printed and not yet sent, by stream */
    public array $printed = ['stdout' => '', 'stderr' => ''];
    /** How many lines were sent in a row, and when the last was. */
    public int $burst = 0;
    public float $sent = 0.0;
    /** @var list<string> what is in output buffers that the handler has open, while it is suspended */
    public array $buffered = [];
    public readonly float $began;

    /**
     * @param string $header the header, verbatim, of what opened the frame
     * @param \Closure(?\Throwable): void $reply
     * @param array<string, mixed> $about what the context says
     */
    public function __construct(
        public readonly string $id,
        public readonly string $header,
        public readonly \Closure $reply,
        public array $about = [],
    ) {
        $this->began = microtime(true);
    }
}

/** Runs frames and lets them wait. */
final class Executor
{
    public ?Frame $current = null;
    /** @var array<string, Frame> by the msg_id that opened them */
    public array $frames = [];
    /** @var array<string, Inbox> by the msg_id of the request */
    private array $inboxes = [];

    /** @param \Closure(): void $body */
    public function spawn(Frame $frame, \Closure $body): void
    {
        $this->frames[$frame->id] = $frame;
        $frame->fiber = new \Fiber(function () use ($frame, $body): void {
            try {
                $body();
                $error = null;
            } catch (\Throwable $e) {
                $error = $e;
            }
            $this->end($frame, $error);
        });
        $this->resume($frame);
    }

    private function end(Frame $frame, ?\Throwable $error): void
    {
        unset($this->frames[$frame->id]);
        Output::close($frame);
        ($frame->reply)($error);
    }

    private function resume(Frame $frame): void
    {
        $this->current = $frame;
        Output::reopen($frame);
        $frame->fiber->isStarted() ? $frame->fiber->resume() : $frame->fiber->start();
        $this->current = null;
        $frame->told_waits === null || Waits::tell($frame);
    }

    /** After exit() or a fatal error, which no `catch` sees: the frame in which it was ends, the others go on. */
    public function rescue(\Throwable $e): void
    {
        $frame = $this->current;
        $this->current = null;
        if ($frame !== null) {
            $this->end($frame, $e);
        }
    }

    public function open(string $id, string $type): Inbox
    {
        return $this->inboxes[$id] = new Inbox($id, $type);
    }

    public function close(Inbox $inbox): void
    {
        unset($this->inboxes[$inbox->id]);
    }

    /** The next message that arrives there. The frame is suspended meanwhile. */
    public function next(Inbox $inbox): Envelope
    {
        while ($inbox->messages === []) {
            $this->suspend($inbox);
        }
        return array_shift($inbox->messages);
    }

    /** Suspends the frame until something happens to it; raises Cancelled, once, when it is cancelled. */
    public function suspend(?Inbox $inbox = null): void
    {
        $frame = $this->current;
        if ($frame === null || \Fiber::getCurrent() !== $frame->fiber) {
            throw new \LogicException('only a handler can wait for a message, and not inside a Fiber of its own');
        }
        $frame->waits = $inbox;
        Output::suspend($frame);
        try {
            \Fiber::suspend();
        } catch (\FiberError) {
            throw new \LogicException('a destructor cannot wait for an answer, because PHP switches no Fibers in it: make the call before');
        } finally {
            $frame->waits = null;
        }
        if ($frame->cancelled !== null && !$frame->told) {
            $frame->told = true;
            throw self::cancelled($frame);
        }
    }

    public static function cancelled(Frame $frame): Cancelled
    {
        return new Cancelled((object) ['message' => "cancelled: {$frame->cancelled}", 'reason' => $frame->cancelled]);
    }

    /** An answer to a request. */
    public function deliver(Envelope $message): void
    {
        $inbox = $this->inboxes[$message->parent->msg_id ?? ''] ?? null;
        if ($inbox === null) {
            return;
        }
        $inbox->messages[] = $message;
        $inbox->items += $message->type() === 'yield_item' ? 1 : 0;
        foreach ($this->frames as $frame) {
            if ($frame->waits === $inbox) {
                $this->resume($frame);
                return;
            }
        }
    }

    public function cancel(string $id, string $reason): void
    {
        $frame = $this->frames[$id] ?? null;
        if ($frame !== null && $frame->cancelled === null) {
            $frame->cancelled = $reason;
            $this->resume($frame);
        }
    }

    public function credit(string $id, int $more): void
    {
        $frame = $this->frames[$id] ?? null;
        if ($frame !== null) {
            $frame->credit += $more;
            if ($frame->waits === null) {
                $this->resume($frame);
            }
        }
    }
}
