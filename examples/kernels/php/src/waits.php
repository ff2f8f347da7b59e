<?php

declare(strict_types=1);

namespace Parley;

/**
 * Tells for which request a frame waits, once the orchestrator has asked (protocol §4.6). A frame waits at one inbox at a time,
 * so there is never more than one.
 */
final class Waits
{
    /** Those that need others to be answered; the rest is answered at once. */
    private const ANSWERED_LATER = ['call_request', 'lock_request', 'emit'];

    public static function ask(?Frame $frame): void
    {
        if ($frame !== null) {
            $frame->told_waits ??= '';
            self::tell($frame);
        }
    }

    /** Whenever a frame that was asked about has stopped running. */
    public static function tell(Frame $frame): void
    {
        $inbox = $frame->waits;
        if ($inbox === null || !in_array($inbox->type, self::ANSWERED_LATER, true)) {
            return;
        }
        $content = Session::object(['requests' => [['msg_id' => $inbox->id, 'items' => $inbox->items]]]);
        if ($content !== $frame->told_waits) {
            $frame->told_waits = $content;
            Kernel::$session->send('waiting', $frame->header, [], $content);
        }
    }
}
