#!/usr/bin/perl
use v5.36;
use FindBin;
use lib "$FindBin::Bin/lib", "$FindBin::Bin/../lib";
use Test::More;
use Peer;

my $plugin = <<'PLUGIN';
use Parley;

our @seen;
our $second;
on 'order:placed' => sub ($event) { push @seen, "first $event->{n}"; $event->{n} = 'changed'; die "no\n" if $event->{fail} };
$second = on 'order:*' => sub ($event) {
    push @seen, "second $event->{n}";
    call 'peer.note', {id => context->event_id, emitter => context->emitter, attempt => context->attempt, event => context->event};
};
provide 'p.seen'    => sub ($params) { return [splice @seen] };
provide 'p.dispose' => sub ($params) { $second->dispose for 1, 2; return 1 };
provide 'p.emit'    => sub ($params) { return emit 'stock:low', {item => 'tea'} };
provide 'p.late'    => sub ($params) { on 'late:one' => sub ($event) { push @seen, "late $event->{n}" }; return 1 };
provide 'p.refused' => sub ($params) { on 'forbidden:event' => sub ($event) { 1 } };
on_start sub { emit 'own:started' };
PLUGIN

sub new_peer (%options) {
    my $peer = Peer->new(%options);
    $peer->topic('order:placed');
    $peer->{notes} = [];
    $peer->{services}{'peer.note'} = sub ($p, $) { push $peer->{notes}->@*, $p; return ok => {value => undef} };
    return $peer->start->begin($plugin);
}

sub event_reply ($peer, $id) {
    return $peer->wait_for(sub ($m) { $m->{type} eq 'event_reply' && $m->{parent}{msg_id} eq $id });
}

my $peer = new_peer();

subtest 'one frame for all handlers, in order' => sub {
    my $reply = event_reply($peer, $peer->publish('order:placed', {n => 1}));
    is $reply->{outcome},           'ok';
    is $reply->{content}{handlers}, 2;
    is_deeply $peer->call('p.seen')->{content}{value}, ['first 1', 'second 1'], 'each with a payload of its own';
    is_deeply $peer->{notes}[0], {id => 'id-1', emitter => 'peer', attempt => 1, event => 'order:placed'};
    my ($call) = $peer->all('call_request');
    is $call->{parent}{msg_id}, $reply->{parent}{msg_id}, 'on behalf of the event';
};

subtest 'one that dies does not keep the others from running' => sub {
    my $reply = event_reply($peer, $peer->publish('order:placed', {n => 2, fail => JSON::PP::true}));
    is $reply->{outcome},          'handler_error';
    is $reply->{content}{message}, 'no';
    is_deeply [map {"$_->{function}:$_->{line}"} $reply->{content}{frames}->@*], ['order:placed:5'];
    is_deeply $peer->call('p.seen')->{content}{value},                           ['first 2', 'second 2'];
};

subtest 'on returns when the subscription is in force' => sub {
    is $peer->call('p.late')->{outcome}, 'ok';
    ok $peer->{in_force}{'topic-late:one'};
    event_reply($peer, $peer->publish('late:one', {n => 1}));
    is_deeply $peer->call('p.seen')->{content}{value}, ['late 1'];
    ok !(grep {/\Anonce/} keys $peer->{in_force}->%*), 'nonces are given back';
};

subtest 'a refused subscription' => sub {
    my $reply = $peer->call('p.refused');
    is $reply->{content}{cause}{outcome}, 'permission_denied';
    is $reply->{content}{frames}[-1]{line}, 14, 'at its line';
};

subtest 'emit' => sub {
    is $peer->call('p.emit')->{content}{value}, 0 + keys $peer->{patterns}->%*;
    is [$peer->all('emit')]->[0]{metadata}{event}, 'own:started', 'also while starting';
};

subtest 'an update' => sub {
    my ($id) = grep { $peer->{patterns}{$_} eq 'order:*' } keys $peer->{patterns}->%*;
    $peer->{nonces}{'nonce-u'} = 'update';
    my $topic = $peer->topic('order:paid');
    $peer->send(
        subscription_update => '{}',
        {}, {subscription => $id, add => [$topic], remove => [], nonce => 'nonce-u'}
    );
    $peer->pump(0.2) while $peer->{nonces}{'nonce-u'};
    event_reply($peer, $peer->publish('order:paid', {n => 3}));
    is_deeply $peer->call('p.seen')->{content}{value}, ['second 3'];
    $peer->send(
        subscription_update => '{}',
        {}, {subscription => $id, add => [], remove => ['topic-order:paid'], nonce => 'nonce-v'}
    );
    $peer->pump(0.2) while $peer->{in_force}{'topic-order:paid'};
    pass 'and what is removed is left';
};

subtest 'directed events come on the other socket' => sub {
    my $id = $peer->send(
        event => '{}',
        {event => 'order:placed', event_id => 'd', sequence => 3, emitter => 'x', attempt => 2}, {n => 9}
    );
    event_reply($peer, $id);
    is_deeply $peer->call('p.seen')->{content}{value}, ['first 9', 'second 9'];
    is $peer->{notes}[-1]{attempt}, 2;
};

subtest 'what is not signed with the key of its topic is dropped' => sub {
    $peer->publish('order:placed', {n => 66}, key => 'wrong', sequence => 3);
    event_reply($peer, $peer->publish('order:placed', {n => 4}, sequence => 3));
    is_deeply $peer->call('p.seen')->{content}{value}, ['first 4', 'second 4'];
    is scalar(() = $peer->all('event_gap')), 0, 'and a directed event is not counted';
};

subtest 'gaps' => sub {
    event_reply($peer, $peer->publish('order:placed', {n => 8}, sequence => 8));
    my ($gap) = $peer->all('event_gap');
    is_deeply $gap->{content}, {event => 'order:placed', missed => 4};
    $peer->send(ping => '{}', {}, {events => {'order:placed' => 10, 'not:ours' => 77}}) for 1, 2;
    $peer->wait_for(sub ($m) { $m->{type} eq 'event_gap' && $m->{content}{missed} == 2 });
    $peer->send(ping => '{}', {}, {events => {'order:placed' => 10}});
    eval {
        $peer->wait_for(sub ($m) {0}, 0.3);
    };
    $peer->call('p.seen');
    is scalar(() = $peer->all('event_gap')), 2, 'a lost tail is reported, once';
};

subtest 'dispose, twice' => sub {
    $peer->call('p.dispose');
    is scalar(() = $peer->all('unsubscribe')), 1;
    event_reply($peer, $peer->publish('order:placed', {n => 11}, sequence => 11));
    is_deeply $peer->call('p.seen')->{content}{value}, ['first 11'];
};
is $peer->stop, 0;

subtest 'with grants' => sub {
    my $granted = new_peer(grants => 1);
    my $reply   = event_reply($granted, $granted->publish('order:placed', {n => 1}));
    is $reply->{content}{handlers},               2;
    is scalar(() = $granted->all('event_start')), 1;
    local $granted->{grant} = 'cancelled';
    my $dropped = $granted->publish('order:placed', {n => 2});
    $granted->wait_for(sub ($m) { $m->{type} eq 'event_start' && $m->{parent}{msg_id} eq $dropped });
    is_deeply $granted->call('p.seen')->{content}{value}, ['first 1', 'second 1'], 'a refused one does not run';
    is $granted->stop, 0;
};

done_testing;
