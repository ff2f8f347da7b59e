<?php

declare(strict_types=1);

/** php tests/run.php: the vectors of specs/vectors/. Status 1 when one fails. */

namespace Parley;

foreach (['errors', 'values', 'envelope', 'zmtp'] as $module) {
    require_once __DIR__ . "/../src/$module.php";
}

$passed = $failed = 0;

function check(string $what, bool $right): void
{
    global $passed, $failed;
    $right ? $passed++ : $failed++;
    $right || print "FAILED: $what\n";
}

function vectors(string $name): \stdClass
{
    return json_decode(file_get_contents(__DIR__ . "/../../../../specs/vectors/$name.json"), false, 512, JSON_THROW_ON_ERROR);
}

function refuses(\Closure $what, string $class): ?\Throwable
{
    try {
        $what();
    } catch (\Throwable $e) {
        return $e instanceof $class ? $e : null;
    }
    return null;
}

function nested(int $levels): array
{
    return $levels === 1 ? [] : [nested($levels - 1)];
}

// Values.
$values = vectors('values');
foreach ($values->faithful as $case) {
    $value = Values::decode($case->json);
    $again = Values::decode((new Values($value))->json);
    check("value, $case->name", var_export($value, true) === var_export($again, true));
    check("text of the value, $case->name", str_contains($case->json, 'e') || str_contains($case->json, '\\') || str_contains($case->json, "\u{2028}")
        || (new Values($value))->json === $case->json);
}
foreach ($values->bytes as $case) {
    $value = new Values(['x' => [new Bytes(hex2bin($case->hex))]], ['value']);
    check("bytes, $case->name", $value->json === '{"x":[null]}' && $value->paths === [['value', 'x', 0]] && bin2hex($value->buffers[0]) === $case->hex);
}
$cycle = new \stdClass();
$cycle->self = $cycle;
$makers = ['nan' => NAN, 'inf' => INF, '-inf' => -INF, 'function' => strlen(...), 'cycle' => $cycle, 'deep:129' => nested(129), 'broken_utf8' => "\xFF", 'bad_key' => [1 => 1]];
foreach ($values->unfaithful as $case) {
    if (isset($makers[$case->make])) {
        $e = refuses(fn () => new Values(['rows' => [1, $makers[$case->make]]]), NotSerializable::class);
        check("refuses $case->name", str_starts_with((string) $e?->path, '$.rows[1]'));
    }
}
foreach ($values->invalid as $case) {
    check("refuses to read: $case->name", refuses(fn () => Values::decode(hex2bin($case->json_hex), 128), \JsonException::class) !== null);
}
check('an array by its keys', (new Values(['a' => [], 'b' => new \stdClass()]))->json === '{"a":[],"b":{}}');

// Envelopes.
$envelopes = vectors('envelope');
foreach ($envelopes->valid as $case) {
    $frames = array_map('hex2bin', $case->frames);
    $topic = isset($case->topic) ? array_shift($frames) : null;
    check("topic, $case->name", $topic === ($case->topic ?? null));
    $made = Envelope::frames($case->key, [$case->header, $case->parent_header, $case->metadata, $case->content], array_map('hex2bin', $case->buffers));
    check("signature, $case->name", $made[1] === $case->signature);
    check("frames, $case->name", $made === $frames);
    $message = Envelope::read($frames, $case->key);
    check("header, $case->name", $message->header_bytes === $case->header);
    $content = new Values($message->content());
    check("content, $case->name", json_encode(json_decode($content->json)) === json_encode(json_decode($case->content)) && array_map('bin2hex', $content->buffers) === $case->buffers);
}
foreach ($envelopes->invalid as $case) {
    $e = refuses(fn () => Envelope::read(array_map('hex2bin', $case->frames), $case->key), Refused::class);
    check("refuses $case->name", $e?->reason === $case->error);
}

// ZMTP.
$zmtp = vectors('zmtp');
check('greeting', bin2hex(Zmtp::GREETING) === $zmtp->greeting);
$dealer = Zmtp::command('READY', Zmtp::properties(['Socket-Type' => 'DEALER', 'Identity' => $zmtp->ready_dealer->identity]));
check('READY of a DEALER', bin2hex($dealer) === $zmtp->ready_dealer->bytes);
check('READY of a SUB', bin2hex(Zmtp::command('READY', Zmtp::properties(['Socket-Type' => 'SUB']))) === $zmtp->ready_sub->bytes);
check('subscribe', bin2hex(Zmtp::message(["\x01" . $zmtp->subscribe->topic])) === $zmtp->subscribe->bytes);
check('unsubscribe', bin2hex(Zmtp::message(["\x00" . $zmtp->unsubscribe->topic])) === $zmtp->unsubscribe->bytes);

/** A connection that has been greeted. */
function connected(\stdClass $zmtp): Zmtp
{
    $socket = new Zmtp(null, '', 1 << 20);
    $socket->feed(hex2bin($zmtp->greeting . $zmtp->ready_router_from_libzmq->bytes));
    $socket->written();
    return $socket;
}

check('is ready', connected($zmtp)->ready);
foreach ($zmtp->messages as $i => $case) {
    $frames = array_map('hex2bin', $case->frames);
    check("writes message $i", bin2hex(Zmtp::message($frames)) === $case->bytes);
    foreach ([1, 7, 100000] as $size) {
        $socket = connected($zmtp);
        array_map($socket->feed(...), str_split(hex2bin($case->bytes), $size));
        check("reads message $i by $size", $socket->take() === [$frames]);
    }
}
$socket = connected($zmtp);
$socket->feed(hex2bin($zmtp->ping->bytes));
check('PING', bin2hex($socket->written()) === $zmtp->ping->pong);
check('ERROR', refuses(fn () => connected($zmtp)->feed(hex2bin($zmtp->error_command->bytes)), \RuntimeException::class) !== null);
check('a frame over the limit', refuses(fn () => connected($zmtp)->feed("\x02" . pack('J', 1 << 40)), \RuntimeException::class) !== null);
foreach ($zmtp->bad_greetings as $i => $bytes) {
    check("bad greeting $i", refuses(fn () => (new Zmtp(null, '', 1 << 20))->feed(hex2bin($bytes)), \RuntimeException::class) !== null);
}

echo "$passed passed, $failed failed\n";
exit($failed === 0 ? 0 : 1);
