#!/usr/bin/perl
use v5.36;
use FindBin;
use lib "$FindBin::Bin/lib", "$FindBin::Bin/../lib";
use Test::More;
use Peer;

my $peer = Peer->new->start;
for my $method (qw(peer.one peer.two peer.items)) {
    $peer->{services}{$method} = sub ($, $) {return};
}
$peer->{answers}{emit}            = sub ($, $) {return};
$peer->{answers}{storage_request} = sub ($, $) {return};
$peer->begin(<<'PLUGIN');
use Coro;
use Parley;

provide 'p.quick' => sub ($params) { return 1 };
provide 'p.calls' => sub ($params) { return [call('peer.one'), call('peer.two')] };
provide 'p.reads' => sub ($params) {
    my (@items, $stream);
    $stream = stream 'peer.items';
    while (my ($n) = $stream->next) { push @items, $n == 1 ? call 'peer.one' : $n }
    return \@items;
};
provide 'p.emits' => sub ($params) { lock 'L' => sub { emit 'a:b', {}, confirm => 'all' }; return };
provide 'p.stores' => sub ($params) { return storage->get('key') };
provide 'p.beside' => sub ($params) { return (async { call 'peer.one' })->join };
provide 'p.recovers' => sub ($params) { eval { call 'peer.one' }; sleep 60 };
PLUGIN

sub of ($frame, $type) {
    return grep { $_->{type} eq $type && ($_->{parent}{msg_id} // q{}) eq $frame } $peer->{messages}->@*;
}

# What the frame has asked for, when it has.
sub asked ($frame, $type = 'call_request', $number = 1) {
    $peer->wait_for(sub ($) { of($frame, $type) >= $number });
    return (of($frame, $type))[$number - 1];
}

sub query ($frame) {
    return $peer->send(wait_query => $peer->{headers}{$frame}, {frame => $frame}, {});
}

# The latest that was told of a frame.
sub told ($frame, $number) {
    my $content = asked($frame, 'waiting', $number)->{content};
    return join ', ', map {"$_->{msg_id} $_->{items}"} $content->{requests}->@*;
}

# The kernel has dealt with all that came before the second call, and has said what follows from it.
sub times_told ($frame) {
    $peer->call('p.quick') for 1 .. 2;
    return scalar of($frame, 'waiting');
}

sub answer ($request, $value) {
    return $peer->send(call_reply => $request->{raw}, {outcome => 'ok'}, {value => $value});
}

sub item ($request, $n) {
    return $peer->send(yield_item => $request->{raw}, {sequence => $n}, {value => $n});
}

subtest 'a call, and the next without being asked again' => sub {
    my $frame = $peer->send_call('p.calls');
    my $one   = asked($frame);
    is times_told($frame), 0;
    query($frame);
    is told($frame, 1), "$one->{header}{msg_id} 0";
    answer($one, 1);
    my $two = asked($frame, 'call_request', 2);
    is told($frame, 2), "$two->{header}{msg_id} 0";
    answer($two, 2);
    is_deeply $peer->wait_reply($frame)->{content}{value}, [1, 2];
};

subtest 'of a stream what comes after so many items, but not while it waits for something else' => sub {
    my $frame = $peer->send_call('p.reads');
    my $items = asked($frame);
    my $id    = $items->{header}{msg_id};
    query($frame);
    is told($frame, 1), "$id 0";
    item($items, 0);
    is told($frame, 2), "$id 1";
    item($items, 1);
    my $between = asked($frame, 'call_request', 2);
    is told($frame, 3), "$between->{header}{msg_id} 0";
    item($items, 2);
    is times_told($frame), 3;
    answer($between, 'one');
    is told($frame, 4), "$id 3";
    answer($items, undef);
    is_deeply $peer->wait_reply($frame)->{content}{value}, [0, 'one', 2];
};

subtest 'a lock and an emit' => sub {
    my ($emits, $waits) = map { $peer->send_call('p.emits') } 1 .. 2;
    my @requests = (asked($emits, 'emit'), asked($waits, 'lock_request'));
    for my $frame ($emits, $waits) {
        query($frame);
        is told($frame, 1), (shift @requests)->{header}{msg_id} . ' 0';
    }
    for my $frame ($emits, $waits) {
        $peer->send(cancel => $peer->{headers}{$frame}, {frame => $frame}, {reason => 'cancelled'});
        $peer->wait_reply($frame);
    }
};

subtest 'nothing, where it waits for something else' => sub {
    my $frame = $peer->send_call('p.stores');
    asked($frame, 'storage_request');
    query($frame);
    is times_told($frame), 0, 'storage';
    $frame = $peer->send_call('p.beside');
    $peer->wait_for(sub ($m) { $m->{type} eq 'call_request' && !keys $m->{parent}->%* });
    query($frame);
    is times_told($frame), 0, 'a coroutine of its own';
    $frame = $peer->send_call('p.recovers');
    answer(asked($frame), 1);
    query($frame);
    is times_told($frame), 0, 'sleep, after a call';
};

done_testing;
