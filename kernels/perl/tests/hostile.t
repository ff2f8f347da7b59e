#!/usr/bin/perl
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib", "$FindBin::Bin/../lib";
use Test::More;
use Time::HiRes qw(time);
use Peer;

my $peer = Peer->new(limit => 4_000_000)->start;
$peer->{services}{'peer.add'}   = sub ($p, $) { return ok => {value => $p->{a} + $p->{b}} };
$peer->{services}{'peer.never'} = sub ($,  $) {return};

$peer->begin(<<'PLUGIN');
use Parley;

sub three { return call 'peer.add', {a => 1, b => 2} }

# --- suspending anywhere
provide 't.sort' => sub ($p) { return [sort { three(); $a <=> $b } 3, 1, 2] };
provide 't.map'  => sub ($p) { return [map { three() + $_ } 1, 2] };
provide 't.eval' => sub ($p) { return eval 'three()' };
provide 't.regex' => sub ($p) { return 'x-y' =~ s/(\w)/three() . $1/ger };
provide 't.overload' => sub ($p) { my $o = bless [], 'Overloaded'; return "$o" };
provide 't.tie' => sub ($p) { tie my $x, 'Tied'; return $x };
provide 't.destroy' => sub ($p) { { my $o = bless [], 'Destroyed'; } return $main::destroyed };
provide 't.local' => sub ($p) { local $main::level = 7; three(); return $main::level };
provide 't.lastsub' => sub ($p) { require List::Util; return List::Util::first(sub { three() == 3 }, 5, 6) };
provide 't.signal' => sub ($p) { local $SIG{USR1} = sub { $main::got = three() }; kill USR1 => $$; return $main::got };
provide 't.die_handler' => sub ($p) { local $SIG{__DIE__} = sub { $main::got = three() }; eval { die "x\n" }; return $main::got };
provide 't.begin' => sub ($p) { return eval 'my $y; BEGIN { $y = three() } $y' };
provide 't.require' => sub ($p) { return require Late };
provide 't.async' => sub ($p) { require Coro; my $c = Coro::async(sub { three() }); return $c->join };
package Overloaded { use overload '""' => sub { return 'three is ' . main::three() } }
package Tied { sub TIESCALAR ($c) { return bless [], $c } sub FETCH ($s) { return main::three() } }
package Destroyed { sub DESTROY ($s) { $main::destroyed = main::three() } }

# --- hostile
package main;
provide 'h.ok'   => sub ($p) { return 'ok' };
provide 'h.exit' => sub ($p) { eval { exit 5 }; return 'still here' };
provide 'h.close' => sub ($p) { close STDOUT; close STDERR; print 'lost'; return 'closed' };
provide 'h.reopen' => sub ($p) { my $text = ''; open STDOUT, '>', \$text; print "kept\n"; close STDOUT; return $text };
provide 'h.global' => sub ($p) { $, = 'COMMA'; $\ = 'END'; $/ = undef; $" = '+'; $; = '-'; $| = 0; return [1, 2] };
provide 'h.patch' => sub ($p) {
    no warnings;
    *JSON::XS::decode = *JSON::PP::decode = *JSON::PP::encode = *JSON::XS::encode = sub { die 'patched' };
    *CORE::GLOBAL::print = sub { die 'patched' };
    $SIG{__DIE__} = $SIG{__WARN__} = sub { die 'patched' };
    return 'patched';
};
provide 'h.terminate' => sub ($p) { Coro::terminate() };
provide 'h.cancel_self' => sub ($p) { $Coro::current->cancel };
provide 'h.schedule' => sub ($p) { Coro::schedule() };
provide 'h.swallow' => sub ($p) { for (1 .. 3) { eval { call 'peer.never' } } return 'swallowed' };
provide 'h.fork' => sub ($p) {
    my $pid = fork;
    if (!$pid) { my $ok = eval { call 'peer.add', {a => 1, b => 2}; 1 }; print 'child: ', $ok ? 'called' : $@->message, "\n"; exit 0 }
    waitpid $pid, 0;
    return $? >> 8;
};
provide 'h.fork_falls_through' => sub ($p) { my $pid = fork; waitpid $pid, 0 if $pid; return $pid ? 'parent' : 'child' };
provide 'h.system' => sub ($p) { return [system('sh', '-c', 'exit 3') >> 8, `echo out` =~ s/\n//r] };
provide 'h.glob' => sub ($p) { return *STDOUT };
provide 'h.list' => sub ($p) { return (1, 2, 3) };
provide 'h.deep' => sub ($p) { my $x = []; $x = [$x] for 1 .. 200; return $x };
provide 'h.cycle' => sub ($p) { my $x = {}; $x->{x} = $x; return $x };
provide 'h.surrogate' => sub ($p) { return "a\x{d800}" };
provide 'h.die_surrogate' => sub ($p) { die "a\x{d800}\n" };
provide 'h.die_weird' => sub ($p) { die bless [], 'Weird' };
provide 'h.die_huge' => sub ($p) { die 'x' x 10_000_000 };
provide 'h.die_glob' => sub ($p) { die \*STDOUT };
provide 'h.recursion' => sub ($p) { no warnings 'recursion'; my $f; $f = sub ($n) { $n ? 1 + $f->($n - 1) : 0 }; return $f->(20_000) };
provide 'h.no_arguments' => sub () { return 1 };
provide 'h.spin' => sub ($p) { 1 while 1 };
provide 'h.sleep' => sub ($p) { return sleep $p->{for} };
provide 'h.nap' => sub ($p) { select undef, undef, undef, 0.05; require Time::HiRes; Time::HiRes::sleep(0.05); return 'rested' };
provide 'h.flood' => sub ($p) { print "line $_\n" for 1 .. $p->{n}; return 'printed' };
provide 'h.alarm' => sub ($p) { local $SIG{ALRM} = sub { die "alarm\n" }; alarm 1; 1 while 1; };
provide 'h.chdir' => sub ($p) { chdir '/'; @ARGV = (); %ENV = (); @INC = (); return 'lost' };
provide 'h.print' => sub ($p) { $| = 1; print 'a', 'b'; printf "%s-%d\n", 'c', 3; say 'grün'; print "ü\n"; warn "careful\n"; syswrite STDOUT, "raw\n"; return 1 };
provide 'h.raw' => sub ($p) { open my $out, '>&', 1; syswrite $out, "raw $p->{n}\n"; system 'echo child'; return 1 };
package Weird { use overload '""' => sub { die 'never' }, fallback => 0 }
PLUGIN
$peer->write_file('Late.pm', "package Late; use Parley; my \$x = call 'peer.add', {a => 20, b => 22}; \$x;\n");

sub value ($method, $params = {}) {
    my $reply = $peer->call($method, $params);
    return $reply->{outcome} eq 'ok' ? $reply->{content}{value} : "$reply->{outcome}: $reply->{content}{message}";
}

subtest 'a nested call works in the middle of anything' => sub {
    is_deeply value('t.sort'), [1, 2, 3], 'sort';
    is_deeply value('t.map'), [4, 5], 'map';
    is value('t.eval'),        3,            'eval STRING';
    is value('t.regex'),       '3x-3y',      's///e';
    is value('t.overload'),    'three is 3', 'an overloaded operator';
    is value('t.tie'),         3,            'a tied variable';
    is value('t.destroy'),     3,            'DESTROY';
    is value('t.local'),       7,            'local';
    is value('t.lastsub'),     5,            'List::Util::first';
    is value('t.signal'),      3,            'a signal handler';
    is value('t.die_handler'), 3,            'a die handler';
    is value('t.begin'),       3,            'BEGIN';
    is value('t.require'),     42,           'require';
    is value('t.async'),       3,            'a coroutine of the plugin\'s own';
};

subtest 'printing' => sub {
    my $id = $peer->send_call('h.print');
    $peer->wait_reply($id);
    my @streams = grep { $_->{type} eq 'stream' && $_->{parent}{msg_id} eq $id } $peer->{messages}->@*;
    my $stdout  = join '', map { $_->{content}{text} } grep { $_->{content}{name} eq 'stdout' } @streams;
    is $stdout,                                                                                 "abc-3\ngrün\nü\nraw\n";
    is join('', map { $_->{content}{text} } grep { $_->{content}{name} eq 'stderr' } @streams), "careful\n";
    $peer->printed;
    value('h.raw', {n => 1});
    is $peer->printed, "raw 1\nchild\n", 'descriptors are left alone';

    my @ids = map { $peer->send_call('h.flood', {n => $_}) } 3, 5;
    $peer->wait_reply($_) for @ids;
    for my $index (0, 1) {
        my $text = join '', map { $_->{content}{text} }
            grep { $_->{type} eq 'stream' && $_->{parent}{msg_id} eq $ids[$index] } $peer->{messages}->@*;
        is $text, join('', map {"line $_\n"} 1 .. (3, 5)[$index]), 'each frame has its own output';
    }
    my $start = time;
    $id = $peer->send_call('h.flood', {n => 100_000});
    is $peer->wait_reply($id, 60)->{content}{value}, 'printed';
    my $lines = join '', map { $_->{content}{text} }
        grep { $_->{type} eq 'stream' && $_->{parent}{msg_id} eq $id } $peer->{messages}->@*;
    is $lines =~ tr/\n//, 100_000, sprintf '100,000 lines, all of them, in %.1f s', time - $start;
};

subtest 'values that cannot be sent' => sub {
    like value("h.$_"), qr/\Anot_serializable: /, $_ for qw(glob deep cycle surrogate);
    is value('h.list'), 3, 'a list is its last element, as in any scalar context';
    like value('h.no_arguments'), qr/\Ahandler_error: Too many arguments/;
};

subtest 'errors that are hard to tell' => sub {
    is value('h.die_surrogate'), "handler_error: a\x{fffd}";
    like value('h.die_weird'), qr/\Ahandler_error: /;
    like value('h.die_glob'),  qr/\Ahandler_error: died with/;
    like value('h.die_huge'),  qr/\Ahandler_error: x{1000}/;
};

subtest 'ending' => sub {
    my $reply = $peer->call('h.exit');
    is $reply->{outcome}, 'handler_error', 'exit, even when it is caught';
    is $reply->{content}{ename}, 'SystemExit';
    like $reply->{content}{message}, qr/exit\(5\) was called/;
    is scalar($reply->{content}{frames}->@*), 1;
    like value("h.$_"), qr/\Ahandler_error: .*coroutine/, $_ for qw(terminate cancel_self);
    my $id = $peer->send_call('h.schedule');
    eval { $peer->wait_reply($id, 0.3) };
    $peer->cancel($id);
    is $peer->wait_reply($id)->{outcome}, 'cancelled', 'a handler that gives up its turn for ever';
    is value('h.ok'), 'ok';
};

subtest 'swallowing every exception' => sub {
    my $id = $peer->send_call('h.swallow');
    for (1 .. 3) {
        my $count = $_;
        $peer->wait_for(
            sub ($) {
                $count == grep { $_->{type} eq 'call_request' && ($_->{parent}{msg_id} // '') eq $id }
                    $peer->{messages}->@*;
            }
        );
        $peer->cancel($id);
    }
    is $peer->wait_reply($id)->{content}{value}, 'swallowed';
};

subtest 'forks and children' => sub {
    is value('h.fork'), 0;
    like $peer->printed, qr/\Achild: this is a forked child/, 'in a child the SDK raises';
    is value('h.fork_falls_through'), 'parent', 'a child that comes to the end of the handler ends there';
    is_deeply value('h.system'), [3, 'out'];
};

subtest 'interrupts' => sub {
    kill INT => $peer->{pid};
    is value('h.ok'), 'ok', 'idle: nothing happens';
    my $id = $peer->send_call('h.spin');
    eval { $peer->wait_reply($id, 0.3) };
    kill INT => $peer->{pid};
    my $reply = $peer->wait_reply($id, 3);
    is $reply->{outcome},                       'handler_error';
    is $reply->{content}{ename},                'Parley::Interrupt';
    is $reply->{content}{frames}[-1]{function}, 'h.spin';
    $id = $peer->send_call('h.swallow');
    $peer->wait_for(sub ($m) { $m->{type} eq 'call_request' && ($m->{parent}{msg_id} // '') eq $id });
    kill INT => $peer->{pid};
    is value('h.ok'), 'ok', 'all suspended: nothing happens';
    for (1 .. 3) { $peer->cancel($id); $peer->call('h.ok') }
    is $peer->wait_reply($id)->{outcome}, 'ok';
    like value('h.alarm'), qr/handler_error: alarm/, 'an alarm of the plugin\'s own';
};

subtest 'sleeping' => sub {
    my $long  = $peer->send_call('h.sleep', {for => 60});
    my $start = time;
    is value('h.nap'),               'rested';
    is value('h.sleep', {for => 0}), 0;
    ok time - $start < 3, 'others run meanwhile';
    $peer->cancel($long);
    is $peer->wait_reply($long)->{outcome}, 'cancelled';
    $long = $peer->send_call('h.sleep', {for => 60});
    value('h.ok');
    kill INT => $peer->{pid};
    is $peer->wait_reply($long, 3)->{content}{ename}, 'Parley::Interrupt';
};

subtest 'large messages that cross' => sub {
    my $text = 'ä' x 400_000;
    my @ids  = map { $peer->send(call_request => '{}', {method => 'h.ok'}, {text => $text}) } 1 .. 4;
    is $peer->wait_reply($_)->{outcome}, 'ok' for @ids;
};

subtest 'garbage' => sub {
    my $key  = $peer->{key};
    my $four = sub (@four) { return ('<IDS|MSG>', Digest::SHA::hmac_sha256_hex(@four, $key), @four) };
    $peer->{requests}->send_message(@$_)
        for ['x'], [''], ['<IDS|MSG>', 1 .. 3], ['<IDS|MSG>', 'bad', '{}', '{}', '{}', '{}'],
        [$four->('{nope',                                     '{}', '{}', '{}')], [$four->('[1]', '{}', '{}', '{}')],
        [$four->('{"msg_id":"g1","msg_type":"what"}',         '{}', '{}',                '{}')],
        [$four->('{"msg_id":"g2","msg_type":"call_request"}', '{}', '{"method":"h.ok"}', '{nope')],
        [$four->('{"msg_id":"g3","msg_type":"cancel"}',       '{}', '{}',                '[]')],
        [$four->('{"msg_id":"g4","msg_type":"event"}',        '{}', '{}',                '[]')],
        [$four->('{"msg_id":"g5","msg_type":"load_plugin"}',  '{}', '{}',                '[]')],
        [
        $four->(
            '{"msg_id":"g6","msg_type":"call_request"}',    '{}',
            '{"method":"h.ok","buffer_paths":[["a","b"]]}', '{"a":1}'
        ),
        'x'
        ],
        [$four->('{"msg_id":"g7","msg_type":"call_request"}', '{}',  '{"method":{}}', '{}')],
        [$four->('{"msg_id":"g8","msg_type":"call_reply"}',   '[1]', '{"outcome":7}', '{}')];
    is value('h.ok'), 'ok';
    my %errors = map { $_->{parent}{msg_id} => 1 } $peer->all('error');
    ok $errors{$_}, "$_ is answered with an error" for qw(g2 g5 g6);
    is [grep { $_->{type} eq 'call_reply' && $_->{parent}{msg_id} eq 'g2' } $peer->{messages}->@*]->[0]{outcome},
        'invalid_payload';
    my @frames = $peer->frames(call_request => '{}', {method => 'h.ok'}, {});
    $peer->{requests}->send_message(@frames) for 1 .. 3;
    $peer->call('h.ok');
    is scalar(
        grep {
            ($_->{parent}{msg_id} // '') eq ($JSON::PP::true && (JSON::PP->new->decode($frames[2]))->{msg_id})
                && $_->{type} eq 'call_reply'
        } $peer->{messages}->@*
        ),
        1, 'a replay is dropped';
};

subtest 'streams that are closed, globals that are changed' => sub {
    is value('h.reopen'), "kept\n";
    is value('h.close'),  'closed';
    is_deeply value('h.global'), [1, 2];
    is value('h.chdir'),     'lost';
    is value('h.patch'),     'patched';
    is value('h.recursion'), 20_000;
    is value('t.map')->[0],  4, 'and the kernel works on';
};

ok $peer->is_alive, 'the kernel is alive';
is $peer->stop, 0;
done_testing;
