#!/usr/bin/perl
use v5.36;
use FindBin;
use lib "$FindBin::Bin/lib", "$FindBin::Bin/../lib";
use Test::More;
use Peer;

my $peer = Peer->new->start;
$peer->begin(<<'PLUGIN');
use Parley;

provide 'p.emit' => sub ($params) {
    my $done = emit 'a:b', {x => 1}, %{$params->{options}};
    return ref $done ? {map { $_ => $done->$_ } qw(subscriptions event_id confirmed duplicate outcomes)} : $done;
};
provide 'p.services' => sub ($params) { return services };
provide 'p.matching' => sub ($params) { return [map { $_->{method} } services 'tax.*'] };
provide 'p.wait' => sub ($params) { wait_for 'tax.rate', %{$params->{options}}; return 'there' };
provide 'p.collect' => sub ($params) {
    return [
        map { my $c = $_; +{(map { $_ => $c->$_ } qw(id plugin language data)), value => eval { $c->call('export', {n => 1}, timeout => 3) } // $@->kind} }
            contributions 'shop.exporters'
    ];
};
provide 'p.unknown' => sub ($params) { my ($first) = contributions 'shop.exporters'; $first->call('exprot') };
PLUGIN

# Answers a kind of request; what it was is put into the list that is returned.
sub answer ($type, $outcome, $content, $reply = "${type}_reply") {
    my @asked;
    $peer->{answers}{$type} = sub ($self, $message) {
        push @asked, $message;
        $self->send($reply => $message->{raw}, {outcome => $outcome}, $content) if $outcome;
    };
    return \@asked;
}

subtest 'a confirmed emit' => sub {
    my $content = {
        subscriptions => 2,
        event_id      => 'e',
        confirmed     => JSON::PP::false,
        duplicate     => JSON::PP::false,
        outcomes      => {one => {outcome => 'ok'}, two => {outcome => 'timeout', message => 'late'}}
    };
    my $asked = answer(emit => ok => $content);
    my $reply = $peer->call('p.emit', {options => {confirm => 'all', require => JSON::PP::true, timeout => 2.5}});
    is_deeply $asked->[0]{metadata}, {event => 'a:b', confirm => 'all', require => JSON::PP::true, timeout => 2.5};
    is_deeply $asked->[0]{content}, {x => 1};
    is_deeply $reply->{content}{value}, $content;
    $peer->call('p.emit', {options => {confirm => 2}});
    is_deeply $asked->[1]{metadata}, {event => 'a:b', confirm => 2};
    is $peer->call('p.emit', {options => {}})->{content}{value}, 2, 'without confirm it is the number, as ever';
    is_deeply $asked->[2]{metadata}, {event => 'a:b'};
};

subtest 'an emit that names its event, and a duplicate' => sub {
    my $content = {
        subscriptions => 0,
        event_id      => 'order-17',
        confirmed     => JSON::PP::false,
        duplicate     => JSON::PP::true,
        outcomes      => {}
    };
    my $asked = answer(emit => ok => $content);
    my $named = {event_id => 'order-17', confirm => 'all'};
    is_deeply $peer->call('p.emit', {options => $named})->{content}{value}, $content;
    is_deeply $asked->[0]{metadata}, {event => 'a:b', %$named};
    $peer->call('p.emit', {options => {event_id => 17}});
    is $asked->[1]{metadata}{event_id}, '17', 'a number goes as text';
};

subtest 'an emit that is refused' => sub {
    my $asked = answer(emit => no_provider => {message => 'nobody listens', nearest => []});
    is $peer->call('p.emit', {options => {confirm => 'any', require => 1}})->{content}{ename}, 'NoProvider';
    is $peer->call('p.emit', {options => {confirm => 'any', timeout => 0}})->{content}{ename}, 'Timeout';
    like $peer->call('p.emit', {options => {confrim => 'any'}})->{content}{message},
        qr/no\ option\ 'confrim';\ there\ are:\ confirm,\ require,\ timeout,\ event_id/x;
    for my $confirm ('some', 0, -1) {
        my $reply = $peer->call('p.emit', {options => {confirm => $confirm}});
        like $reply->{content}{message}, qr/'all',\ 'any'\ or\ a\ number/x;
        is $reply->{content}{frames}[0]{line}, 4;
    }
    is @$asked, 1, 'wrong ones are not sent';
};

subtest 'services' => sub {
    my $service
        = {method => 'tax.rate', plugin => 'tax', language => 'ruby', stream => JSON::PP::false, available => JSON::PP::true};
    my $asked = answer(services_request => ok => {services => [$service]}, 'services_reply');
    is_deeply $peer->call('p.services')->{content}{value}, [$service];
    is_deeply [$asked->[0]->@{qw(metadata content)}], [{}, {}];
    is_deeply $peer->call('p.matching')->{content}{value}, ['tax.rate'];
    is_deeply $asked->[1]{content}, {pattern => 'tax.*'};
};

subtest 'waiting for a method' => sub {
    my $asked = answer(service_wait => ok => {});
    my $id    = $peer->send_call('p.wait', {options => {timeout => 5}});
    is $peer->wait_reply($id)->{content}{value}, 'there';
    is $asked->[0]{parent}{msg_id}, $id, 'on behalf of its frame';
    is_deeply [$asked->[0]->@{qw(metadata content)}], [{timeout => 5}, {method => 'tax.rate'}];
    for my $outcome (qw(timeout permission_denied)) {
        $asked = answer(service_wait => $outcome => {message => 'no'});
        is $peer->call('p.wait', {options => {}})->{content}{cause}{outcome}, $outcome;
        is_deeply $asked->[0]{metadata}, {};
    }
    is $peer->call('p.wait', {options => {timeout => -1}})->{content}{ename}, 'Timeout';
    like $peer->call('p.wait', {options => {tiemout => 1}})->{content}{message}, qr/there\ are:\ timeout/x;
};

subtest 'cancelled while suspended' => sub {
    for my $wait (['p.wait', {options => {}}, 'service_wait'], ['p.emit', {options => {confirm => 'all'}}, 'emit']) {
        my ($method, $params, $type) = @$wait;
        my $asked = answer($type => undef, {});
        my $id    = $peer->send_call($method, $params);
        $peer->wait_for(sub ($) { @$asked == 1 });
        $peer->cancel($id, 'timeout');
        my $reply = $peer->wait_reply($id);
        is_deeply [$reply->{outcome}, $reply->{content}{reason}], ['cancelled', 'timeout'];
        $peer->send("${type}_reply" => $asked->[0]{raw}, {outcome => 'ok'}, {});
    }
    answer(services_request => ok => {services => []}, 'services_reply');
    is_deeply $peer->call('p.services')->{content}{value}, [], 'and a late reply is ignored';
};

subtest 'contributions' => sub {
    my @contributions = (
        {id => 'csv', plugin => 'one', language => 'lua',  methods => {export => 'one.csv', check => 'one.check'}, data => {label => 'CSV'}},
        {id => 'pdf', plugin => 'two', language => 'node', methods => {export => 'two.pdf'},                       data => {}},
    );
    my $asked = answer(contributions_request => ok => {contributions => \@contributions}, 'contributions_reply');
    $peer->{services}{'one.csv'} = sub ($p, $) { return handler_error => {message => 'broken', ename => 'Error', frames => []} };
    $peer->{services}{'two.pdf'} = sub ($p, $m) { return ok => {value => [$p, $m->{metadata}]} };
    my $value = $peer->call('p.collect')->{content}{value};
    is_deeply $asked->[0]{content}, {point => 'shop.exporters'};
    is_deeply $value->[0], {id => 'csv', plugin => 'one', language => 'lua', data => {label => 'CSV'}, value => 'handler_error'};
    is_deeply $value->[1]{value}, [{n => 1}, {method => 'two.pdf', timeout => 3}], 'one that fails leaves the others alone';
    my $reply = $peer->call('p.unknown');
    is $reply->{content}{ename}, 'NoProvider';
    like $reply->{content}{message}, qr/'csv'\ of\ one\ has\ no\ method\ 'exprot';\ it\ has:\ check,\ export/x;
    answer(contributions_request => permission_denied => {message => 'not yours'}, 'contributions_reply');
    is $peer->call('p.collect')->{content}{cause}{outcome}, 'permission_denied';
};

is $peer->stop, 0;
done_testing;
