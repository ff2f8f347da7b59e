#!/usr/bin/perl
use v5.36;
use FindBin;
use lib "$FindBin::Bin/lib", "$FindBin::Bin/../lib";
use JSON::PP     ();
use MIME::Base64 ();
use Test::More;
use Parley;

# A program that Parley did not start: what it is told when it cannot join.

my %connection = (
    protocol          => '1.0',
    kernel_id         => 'k-1',
    transport         => 'ipc',
    key               => '00',
    requests          => 'ipc:///nowhere/r',
    events            => 'ipc:///nowhere/e',
    signature_scheme  => 'hmac-sha256',
    max_message_bytes => 1 << 20,
);

sub token ($content) {
    return 'parley-' . MIME::Base64::encode_base64url(JSON::PP->new->utf8->canonical->encode($content));
}

sub refused ($pattern, $name, @arguments) {
    ok !eval { attach(@arguments); 1 }, "$name: refused";
    is $@->kind, 'unavailable', "$name: the outcome";
    like $@->message, $pattern, "$name: the message";
    return;
}

subtest 'what is no token is refused with what mends it' => sub {
    my $whole = token(\%connection);
    for my $wrong ('parley-', 'x', substr($whole, 0, 40), substr($whole, 7), token([1]), token({}), 'parley-!!!!') {
        refused(qr/This\ is\ no\ token\ of\ Parley's.*parley\ attach\ --manifest/x, $wrong, $wrong);
    }
};

subtest 'without a token it says where one comes from' => sub {
    local %ENV = %ENV;
    delete $ENV{PARLEY_TOKEN};
    refused(qr/PARLEY_TOKEN\ is\ not\ set/x, 'nothing');
};

subtest 'an orchestrator that has gone is told, and one may try again' => sub {
    refused(qr/The\ orchestrator\ of\ this\ token\ cannot\ be\ reached/x, "round $_", token(\%connection)) for 1 .. 2;
};

subtest 'a command that is not there is told' => sub {
    local $SIG{__WARN__} = sub { };
    refused(qr{`/nowhere/parley\ attach`\ gave\ no\ token}x, 'command', manifest => 'm', command => '/nowhere/parley');
};

subtest 'what needs an orchestrator says to attach first' => sub {
    ok !eval { call 'a.b'; 1 };
    like $@->message, qr/call\ attach\ first/x;
    detach;    # does nothing
};

done_testing;
