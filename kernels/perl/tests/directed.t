#!/usr/bin/perl
use v5.36;
use FindBin;
use lib "$FindBin::Bin/lib", "$FindBin::Bin/../lib";
use Test::More;
use Peer;

my $plugin = <<'PLUGIN';
use Parley;

our @seen;
on 'order:placed' => sub ($event) { push @seen, "exact $event->{n}" };
on 'order:*' => sub ($event) { push @seen, "wide $event->{n}" };
on 'retained:value' => sub ($event) { push @seen, map { context->$_ } qw(event_id attempt retained) };
on 'stock:changed' => sub ($items) { push @seen, [map { $_->{n} } @$items] }, batch => {window => 0.5, max => 100};
on 'stock:changed' => sub ($event) { push @seen, "single $event->{n}" };
on 'fails:once' => sub ($event) { eval $event->{code} || die $@ };
on 'fails:often' => sub ($event) { die "one\n" };
on 'fails:often' => sub ($event) { nack 1 };
on 'fails:often' => sub ($event) { nack 9 };
on 'fails:often' => sub ($event) { reject 'never' if $event->{reject} };
provide 'p.seen' => sub ($params) { return [splice @seen] };
provide 'p.on' => sub ($params) { on 'a:b' => sub ($event) { 1 }, eval $params->{options}; return 1 };
provide 'p.caught' => sub ($params) { eval { nack 1 }; return [$@ isa Parley::Error ? 1 : 0, $@ isa Parley::Nack ? 1 : 0, $@->delay, "$@"] };
provide 'p.wrong' => sub ($params) { nack $params->{delay} };
PLUGIN

my $peer = Peer->new->start->begin($plugin);
my %id;    # of the subscriptions, by pattern and whether they are batches
for my $message ($peer->all('subscribe')) {
    my $content = $message->{content};
    $id{$content->{pattern} . ($content->{shape} ? ' in batches' : q{})} = $content->{subscription};
}

sub direct ($metadata, $payload) {
    my $sent = $peer->send(event => '{}', {event_id => 'e-7', attempt => 1, delivery => 'queued', %$metadata}, $payload);
    return $peer->wait_reply($sent);
}

sub seen () { return $peer->call('p.seen')->{content}{value} }

subtest 'just the subscriptions that are named, else those that match' => sub {
    is direct({event => 'order:placed', subscriptions => [$id{'order:*'}]}, {n => 1})->{content}{handlers}, 1;
    is_deeply seen(), ['wide 1'];
    is direct({event => 'order:placed'}, {n => 2})->{content}{handlers}, 2;
    is direct({event => 'order:unheard'}, {n => 3})->{content}{handlers}, 1;
    is_deeply seen(), ['exact 2', 'wide 2', 'wide 3'];
    is direct({event => 'order:placed', subscriptions => ['gone']}, {n => 4})->{content}{handlers}, 0, 'none is an answer, too';
    is_deeply seen(), [];
};

subtest 'the context' => sub {
    direct({event => 'retained:value', attempt => 3, retained => JSON::PP::true}, {});
    is_deeply seen(), ['e-7', 3, JSON::PP::true];
};

subtest 'a batch is a list' => sub {
    my ($subscribe) = grep { $_->{content}{shape} } $peer->all('subscribe');
    is_deeply $subscribe->{content}{shape}, {batch => {window => 0.5, max => 100}};
    my $reply = direct(
        {event => 'stock:changed', batch => JSON::PP::true, subscriptions => [$id{'stock:changed in batches'}]},
        {items => [{n => 1}, {n => 2}]}
    );
    is $reply->{content}{handlers}, 1;
    direct({event => 'stock:changed', batch => JSON::PP::true}, {items => [{n => 3}]});
    direct({event => 'stock:changed'}, {n => 4});
    is_deeply seen(), [[1, 2], [3], 'single 4'];
    is direct({event => 'stock:changed', batch => JSON::PP::true}, {items => 5})->{outcome}, 'invalid_payload';
};

subtest 'shapes go out as they were given' => sub {
    my %wanted = (
        q{debounce => {wait => 1, max_wait => '5.5'}} => {debounce => {wait     => 1,     max_wait => 5.5}},
        q{throttle => {interval => 2}}                => {throttle => {interval => 2}},
        q{latest => {key => '/id', interval => 2}}    => {latest   => {key      => '/id', interval => 2}},
    );
    for my $options (sort keys %wanted) {
        is $peer->call('p.on', {options => $options})->{outcome}, 'ok', $options;
        is_deeply [$peer->all('subscribe')]->[-1]{content}{shape}, $wanted{$options};
    }
};

subtest 'wrong options are told at their line' => sub {
    my %wanted = (
        q{bach => {}}                                       => 'there are: batch, debounce, latest, throttle',
        q{batch => {window => 1, size => 3}}                => "no field 'size'; there are: max, window",
        q{batch => {max => 3}}                              => "needs the field 'window'",
        q{batch => 3}                                       => 'a hash reference, with: max, window',
        q{debounce => {wait => 0}}                          => 'a number of seconds above 0',
        q{debounce => {wait => 'soon'}}                     => 'a number of seconds above 0',
        q{latest => {interval => 1, key => 'id'}}           => 'a JSON pointer',
        q{batch => {window => 1}, throttle => {interval=>1}} => 'one shape at a time, not batch and throttle',
        q{'batch'}                                          => 'pairs',
    );
    my $before = () = $peer->all('subscribe');
    for my $options (sort keys %wanted) {
        my $reply = $peer->call('p.on', {options => $options});
        like $reply->{content}{message}, qr/\Q$wanted{$options}/, $options;
        is $reply->{content}{frames}[-1]{line}, 15;
    }
    is scalar(() = $peer->all('subscribe')), $before, 'and nothing is sent';
};

subtest 'handed back' => sub {
    my $reply = direct({event => 'fails:once'}, {code => 'nack 2.5'});
    is_deeply $reply->{metadata}, {outcome => 'handler_error', disposition => 'nack', delay => 2.5};
    is $reply->{content}{ename}, 'Nack';
    like $reply->{content}{message}, qr/2[.]5 s/;
    ok $reply->{content}{frames}->@*;
    is_deeply direct({event => 'fails:once'}, {code => 'nack'})->{metadata},
        {outcome => 'handler_error', disposition => 'nack'};
    $reply = direct({event => 'fails:once'}, {code => q{reject 'no such order'}});
    is_deeply $reply->{metadata}, {outcome => 'handler_error', disposition => 'reject'};
    is_deeply [$reply->{content}->@{qw(ename message)}], ['Reject', 'no such order'];
    is_deeply direct({event => 'fails:once'}, {code => 'die "oh\n"'})->{metadata}, {outcome => 'handler_error'};
};

subtest 'a rejection goes before a nack, and a nack before any other error' => sub {
    my $reply = direct({event => 'fails:often'}, {reject => JSON::PP::true});
    is_deeply $reply->{metadata}, {outcome => 'handler_error', disposition => 'reject'};
    is $reply->{content}{message}, 'never';
    is_deeply [map { $_->{ename} } $reply->{content}{errors}->@*], [qw(Died Nack Nack Reject)];
    is direct({event => 'fails:often'}, {reject => JSON::PP::false})->{metadata}{delay}, 1, 'the first of its kind';
    my $published = $peer->wait_reply($peer->publish('fails:often', {reject => JSON::PP::true}));
    is $published->{metadata}{disposition}, 'reject', 'also of a published event';
};

subtest 'nack is no error of an outcome' => sub {
    is_deeply $peer->call('p.caught')->{content}{value}, [0, 1, 1, 'the event was handed back, to come again in 1 s'];
    like $peer->call('p.wrong', {delay => $_})->{content}{message}, qr/number\ of\ seconds/x for -1, 'soon';
};
is $peer->stop, 0;

subtest 'events wait for the start, and for their grants' => sub {
    my $late = Peer->new(grants => 1)->start;
    $late->load($plugin);
    my $sent = $late->send(event => '{}', {event => 'order:placed', subscriptions => ['s1']}, {n => 5});
    is_deeply $late->call('p.seen')->{content}{value}, [];
    $late->send(start_plugin => '{}', {}, {});
    is $late->wait_for(sub ($m) { $m->{type} eq 'event_reply' })->{content}{handlers}, 1;
    is [$late->all('event_start')]->[0]{parent}{msg_id}, $sent;
    is_deeply $late->call('p.seen')->{content}{value}, ['exact 5'];
    is $late->stop, 0;
};

subtest 'a cell subscribes without a plugin that starts' => sub {
    my $notebook = Peer->new->start;
    $notebook->execute(q{our $got; on 'a:b' => sub ($event) { $got = $event->{n} }; 1});
    is $notebook->wait_reply($notebook->publish('a:b', {n => $_}))->{content}{handlers}, 1 for 1, 2;
    my (undef, $result) = $notebook->execute('$got');
    is $result->{content}{data}{'text/plain'}, 2;
    is $notebook->stop, 0;
};

done_testing;
