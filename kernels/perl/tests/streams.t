#!/usr/bin/perl
use v5.36;
use FindBin;
use lib "$FindBin::Bin/lib", "$FindBin::Bin/../lib";
use Test::More;
use Peer;

my $peer = Peer->new->start->begin(<<'PLUGIN');
use Parley;

our $closed = 0;
package Guard { sub DESTROY ($self) { $main::closed++ } }
provide 'p.count' => sub ($params) {
    my $guard = bless [], 'Guard';
    my $n = 0;
    return sub { $guard if 0; return $n < $params->{n} ? $n++ : undef };
};
provide 'p.fails'  => sub ($params) { my $n = 0; return sub { die "at three\n" if $n == 3; return $n++ } };
provide 'p.bytes'  => sub ($params) { my @parts = (bytes('a'), bytes("\xff")); return sub { return shift @parts } };
provide 'p.bad'    => sub ($params) { return sub { return \*STDOUT } };
provide 'p.calls'  => sub ($params) { my $n = 0; return sub { return $n++ < 3 ? call('p.value', {n => $n}) : undef } };
provide 'p.value'  => sub ($params) { return $params->{n} };
provide 'p.closed' => sub ($params) { return $closed };
provide 'p.sum'    => sub ($params) {
    my ($sum, $count) = (0, 0);
    my $items = stream 'p.count', {n => $params->{n}}, window => $params->{window} // 64;
    while (my ($item) = $items->next) {
        $sum += $item;
        last if defined $params->{stop} && ++$count == $params->{stop};
    }
    return $sum;
};
provide 'p.nulls' => sub ($params) { my $s = stream 'peer.nulls'; my $n = 0; while (my ($x) = $s->next) { $n++ } return $n };
PLUGIN

# Items and replies of a stream of the kernel's that a plugin of the same kernel reads go through here.
sub route ($self) {
    no strict 'refs';
    no warnings qw(once redefine);
    *Peer::on_yield_item = sub ($peer, $m) {
        my $asked = $peer->{forwarded}{$m->{parent}{msg_id}} or return;
        $peer->send(yield_item => $asked->{raw}, $m->{metadata}, $m->{json}, $m->{buffers}->@*);
    };
    *Peer::on_credit = sub ($peer, $m) {
        my ($id) = grep { $peer->{forwarded}{$_}{header}{msg_id} eq $m->{metadata}{call} } keys $peer->{forwarded}->%*;
        $peer->send(credit => $peer->{headers}{$id}, {credit => $m->{metadata}{credit}}, {}) if $id;
    };
    *Peer::on_cancel = sub ($peer, $m) {
        my ($id) = grep { $peer->{forwarded}{$_}{header}{msg_id} eq $m->{metadata}{call} } keys $peer->{forwarded}->%*;
        $peer->cancel($id) if $id;
    };
}
route($peer);

sub items ($id) {
    return grep { $_->{type} eq 'yield_item' && $_->{parent}{msg_id} eq $id } $peer->{messages}->@*;
}

subtest 'items, then the end' => sub {
    my $id    = $peer->send_call('p.count', {n => 5}, stream => JSON::PP::true, credit => 64);
    my $reply = $peer->wait_reply($id);
    is $reply->{outcome}, 'ok';
    ok exists $reply->{content}{value} && !defined $reply->{content}{value};
    is_deeply [map { $_->{content}{value} } items($id)],     [0 .. 4];
    is_deeply [map { $_->{metadata}{sequence} } items($id)], [0 .. 4];
    is $peer->call('p.closed')->{content}{value}, 1;
};

subtest 'credit' => sub {
    my $id = $peer->send_call('p.count', {n => 10}, stream => JSON::PP::true, credit => 3);
    $peer->wait_for(sub ($) { items($id) == 3 });
    eval {
        $peer->wait_for(sub ($) { items($id) > 3 }, 0.2);
    };
    is scalar(items($id)),                                                 3, 'no more than the credit';
    is scalar(grep { $_->{type} eq 'credit_wait' } $peer->{messages}->@*), 1, 'and the orchestrator is told';
    $peer->send(credit => $peer->{headers}{$id}, {credit => 4}, {});
    $peer->wait_for(sub ($) { items($id) == 7 });
    $peer->cancel($id);
    is $peer->wait_reply($id)->{outcome},         'cancelled', 'a producer that waits can be cancelled';
    is $peer->call('p.closed')->{content}{value}, 2,           'and is closed';
};

subtest 'how it may end' => sub {
    my $id    = $peer->send_call('p.fails', {}, stream => JSON::PP::true);
    my $reply = $peer->wait_reply($id);
    is $reply->{content}{message},                                            'at three';
    is scalar(items($id)),                                                    3;
    is $peer->call('p.bad', {}, stream => JSON::PP::true)->{outcome},         'not_serializable';
    is $peer->call('p.value', {n => 1}, stream => JSON::PP::true)->{outcome}, 'invalid_reply';
    my $plain = $peer->call('p.count', {n => 1});
    is $plain->{outcome}, 'invalid_reply';
    like $plain->{content}{message}, qr/read it with stream\(\)/;
};

subtest 'bytes, and calls in between' => sub {
    my $id = $peer->send_call('p.bytes', {}, stream => JSON::PP::true);
    $peer->wait_reply($id);
    is_deeply [map { $_->{buffers}[0] } items($id)], ['a', "\xff"];
    $id = $peer->send_call('p.calls', {}, stream => JSON::PP::true);
    $peer->wait_reply($id);
    is_deeply [map { $_->{content}{value} } items($id)], [1, 2, 3];
};

subtest 'reading a stream' => sub {
    is $peer->call('p.sum', {n => 500})->{content}{value},             499 * 250;
    is $peer->call('p.sum', {n => 50, window => 1})->{content}{value}, 49 * 25;
    my $before = $peer->call('p.closed')->{content}{value};
    is $peer->call('p.sum', {n => 1000, window => 10, stop => 15})->{content}{value}, 105;
    $peer->wait_for(
        sub ($m) {
            $m->{type} eq 'call_reply' && $m->{outcome} eq 'cancelled' && $m->{parent}{msg_type} eq 'call_request';
        }
    );
    is $peer->call('p.closed')->{content}{value}, $before + 1, 'the producer of a stream that is left early is closed';
    $peer->{services}{'peer.nulls'} = sub ($p, $m) {
        $peer->send(yield_item => $m->{raw}, {sequence => $_}, {value => undef}) for 0 .. 2;
        return ok => {value => undef};
    };
    is $peer->call('p.nulls')->{content}{value}, 3, 'null is an item like any other';
};

is $peer->stop, 0;
done_testing;
