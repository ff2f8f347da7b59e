#!/usr/bin/perl
use v5.36;
use FindBin;
use lib "$FindBin::Bin/lib", "$FindBin::Bin/../lib";
use Test::More;
use Vectors;
use Parley::Zmtp;

my $vectors = Vectors::load('zmtp');

sub peer (%options) {
    my $wire = Parley::Zmtp->new(type => 'DEALER', identity => 'k', %options);
    $wire->feed(Vectors::unhex($vectors->{greeting}) . Vectors::unhex($vectors->{ready_router_from_libzmq}{bytes}));
    $wire->{out} = q{};
    return $wire;
}

sub hex_of ($bytes) { return unpack 'H*', $bytes }

is hex_of(Parley::Zmtp::GREETING), $vectors->{greeting}, 'the greeting';
is hex_of(Parley::Zmtp::ready_command('DEALER', $vectors->{ready_dealer}{identity})),
    $vectors->{ready_dealer}{bytes}, 'a DEALER is ready';
is hex_of(Parley::Zmtp::ready_command('SUB')), $vectors->{ready_sub}{bytes}, 'a SUB is ready';
subtest 'greeting, READY and messages wait for one another' => sub {
    my $wire = Parley::Zmtp->new(type => 'SUB');
    $wire->send_message("\1" . $vectors->{subscribe}{topic});
    is hex_of($wire->{out}), $vectors->{greeting}, 'first the greeting';
    $wire->feed(Vectors::unhex($vectors->{greeting}));
    is hex_of($wire->{out}), $vectors->{greeting} . $vectors->{ready_sub}{bytes}, 'then READY';
    $wire->feed(Vectors::unhex($vectors->{ready_router_from_libzmq}{bytes}));
    is hex_of($wire->{out}), $vectors->{greeting} . $vectors->{ready_sub}{bytes} . $vectors->{subscribe}{bytes},
        'then what was to be sent';
};

for my $message ($vectors->{messages}->@*) {
    my @frames = map { Vectors::unhex($_) } $message->{frames}->@*;
    my $name   = 'a message of frames of ' . join(', ', map {length} @frames) . ' bytes';
    my $wire   = peer();
    $wire->send_message(@frames);
    is hex_of($wire->{out}), $message->{bytes}, "$name, written";
    ok $wire->feed(Vectors::unhex($message->{bytes})), "$name, read";
    is_deeply $wire->next_message, \@frames, "$name, the same";

    my $slow = peer();
    $slow->feed($_) for split //, Vectors::unhex($message->{bytes});
    is_deeply $slow->next_message, \@frames, "$name, byte by byte";
}

subtest 'many messages in one read' => sub {
    my $wire = peer();
    $wire->feed(join q{}, map { Vectors::unhex($_->{bytes}) } ($vectors->{messages}->@*) x 3);
    my $count = 0;
    $count++ while $wire->next_message;
    is $count, 3 * $vectors->{messages}->@*;
};

for my $kind (qw(subscribe unsubscribe)) {
    my $wire = peer();
    $wire->send_message(($kind eq 'subscribe' ? "\1" : "\0") . $vectors->{$kind}{topic});
    is hex_of($wire->{out}), $vectors->{$kind}{bytes}, $kind;
}

subtest 'a PING is answered' => sub {
    my $wire = peer();
    ok $wire->feed(Vectors::unhex($vectors->{ping}{bytes}));
    is hex_of($wire->{out}), $vectors->{ping}{pong};
};

subtest 'an ERROR ends the connection' => sub {
    my $wire = peer();
    ok !$wire->feed(Vectors::unhex($vectors->{error_command}{bytes}));
    like $wire->problem, qr/$vectors->{error_command}{reason}/;
};

subtest 'an unknown command is ignored' => sub {
    my $wire = peer();
    ok $wire->feed(Parley::Zmtp::command('WHAT', 'ever'));
    is $wire->problem, undef;
};

for my $greeting ($vectors->{bad_greetings}->@*) {
    my $wire = Parley::Zmtp->new(type => 'DEALER', identity => 'k');
    ok !$wire->feed(Vectors::unhex($greeting) . "\0" x 8), 'a bad greeting is refused';
    ok $wire->problem,                                     "... because $wire->{problem}";
}

subtest 'a frame over the limit is refused before it is there' => sub {
    my $wire = peer(limit => 1000);
    ok !$wire->feed(pack 'CQ>', Parley::Zmtp::LONG, 10_000_000_000);
    like $wire->problem, qr/over the limit/;
};

done_testing;
