#!/usr/bin/perl
use v5.36;
use FindBin;
use lib "$FindBin::Bin/lib", "$FindBin::Bin/../lib";
use Test::More;
use Peer;

my $peer = Peer->new->start;
my @asked;                 # every storage_request
my @answers;               # what they are answered with, one after the other; the last one again and again
$peer->{answers}{storage_request} = sub ($self, $message) {
    push @asked, $message;
    my $answer = @answers > 1 ? shift @answers : $answers[0];
    my ($outcome, $content, @rest) = @$answer;
    $self->send(storage_reply => $message->{raw}, {outcome => $outcome, %{shift @rest // {}}}, $content, @rest) if $outcome;
};
$peer->{services}{'peer.slow'} = sub ($p, $m) { push $peer->{slow}->@*, $m; return };

$peer->begin(<<'PLUGIN');
use Parley;

my (@seen, $watch);
provide 'p.do' => sub ($params) {
    my $op = $params->{op};
    return scalar storage->$op(@{$params->{arguments}});
};
provide 'p.keys'  => sub ($params) { return [map { $_->{key} } storage->list] };
provide 'p.put'   => sub ($params) { return storage->put_blob("\x{0}\x{ff}") };
provide 'p.wide'  => sub ($params) { return storage->put_blob("\x{100}") };
provide 'p.get'   => sub ($params) { return sprintf '%vd', storage->get_blob($params->{blob})->octets };
provide 'p.bytes' => sub ($params) { storage->set(k => {rows => [1, {image => bytes('x')}]}) };
provide 'p.watch' => sub ($params) {
    $watch = storage->watch(
        'cart:' => sub ($change) {
            my $value = $change->{value} // q{};
            die "cannot\n" if $value eq 'fail';
            exit 3 if $value eq 'exit';
            if ($value eq 'wait') { call 'peer.slow'; say 'waited' }
            push @seen, $change;
        }
    );
    return 'watching';
};
provide 'p.dispose' => sub ($params) { $watch->dispose for 1, 2; return 1 };
provide 'p.seen'    => sub ($params) { return [splice @seen] };
PLUGIN

# What a method of storage returns when it is answered so; what it has sent is in @asked.
sub operate ($op, $arguments, @answer) {
    (@asked, @answers) = ();
    push @answers, @answer ? \@answer : ['ok', {}];
    return $peer->call('p.do', {op => $op, arguments => $arguments});
}

sub value (@operation) { return operate(@operation)->{content}{value} }

subtest 'get, entry' => sub {
    is value(get => ['k'], ok => {found => JSON::PP::true, value => 5, version => 3}), 5;
    is_deeply [$asked[0]->@{qw(metadata content)}], [{}, {op => 'get', key => 'k'}];
    like $asked[0]{parent}{msg_id}, qr/\Ao-1-/, 'on behalf of its frame';
    is value(get => ['k'],         ok => {found => JSON::PP::false}), undef;
    is value(get => ['k', 'none'], ok => {found => JSON::PP::false}), 'none';
    is value(get => ['k', 'none'], ok => {found => JSON::PP::true, value => undef, version => 1}), undef, 'null is no nothing';
    is_deeply value(entry => ['k'], ok => {found => JSON::PP::true, value => 5, version => 3}), {value => 5, version => 3};
    is value(entry => ['k'], ok => {found => JSON::PP::false}), undef;
};

subtest 'set, delete, list, compare_and_set' => sub {
    is value(set => ['k', {a => [1]}], ok => {version => 7}), 7;
    is_deeply $asked[0]{content}, {op => 'set', key => 'k', value => {a => [1]}};
    is value(delete => ['k'], ok => {deleted => JSON::PP::true}), JSON::PP::true;
    is_deeply $asked[0]{content}, {op => 'delete', key => 'k'};
    my $entries = [{key => 'a', value => 1, version => 2}, {key => 'b', value => 1, version => 3}];
    is_deeply value(list => ['a'], ok => {entries => $entries}), $entries;
    is_deeply $asked[0]{content}, {op => 'list', prefix => 'a'};
    is_deeply $peer->call('p.keys')->{content}{value}, ['a', 'b'], 'in list context a list';
    is_deeply $asked[1]{content}, {op => 'list', prefix => q{}};
    is value(compare_and_set => ['k', 1, 0], ok => {swapped => JSON::PP::true, version => 4}), 4;
    is $asked[0]{json}, '{"op":"compare_and_set","key":"k","value":1,"version":0}';
    is value(compare_and_set => ['k', 1, 0], ok => {swapped => JSON::PP::false, version => 9}), undef;
};

subtest 'blobs travel as buffers' => sub {
    (@asked, @answers) = ();
    push @answers, ['ok', {blob => 'sha256:ab', size => 2}];
    is_deeply $peer->call('p.put')->{content}{value}, {blob => 'sha256:ab', size => 2};
    is_deeply [$asked[0]->@{qw(metadata json buffers)}],
        [{buffer_paths => [['value']]}, '{"op":"blob_put","value":null}', ["\x{0}\x{ff}"]];
    @answers = ['ok', '{"value":null}', {buffer_paths => [['value']]}, "\x{0}\x{ff}"];
    is $peer->call('p.get', {blob => $_})->{content}{value}, '0.255' for 'sha256:ab', {blob => 'sha256:ab', size => 2};
    is_deeply $asked[2]{content}, {op => 'blob_get', blob => 'sha256:ab'};
};

subtest 'refusals' => sub {
    for my $outcome (qw(permission_denied invalid_payload too_large no_provider unavailable)) {
        is operate(set => ['global:theme', 1], $outcome => {message => 'no'})->{content}{cause}{outcome}, $outcome;
    }
    @asked = ();
    my $reply = $peer->call('p.bytes');
    is $reply->{content}{ename}, 'NotSerializable';
    is $reply->{content}{cause}{path}, '$.rows[1].image';
    is $peer->call('p.wide')->{content}{ename}, 'NotSerializable';
    for my $wrong ([get => [undef]], [compare_and_set => ['k', 1, -1]], [get_blob => [{}]], [watch => ['k', 5]]) {
        is operate(@$wrong)->{outcome}, 'handler_error', $wrong->[0];
    }
    is @asked, 0, 'what is wrong is not sent';
};

subtest 'cancelled while suspended' => sub {
    (@asked, @answers) = ();
    push @answers, [undef];
    my $id = $peer->send_call('p.do', {op => 'get', arguments => ['k']});
    $peer->wait_for(sub ($) { @asked == 1 });
    $peer->cancel($id);
    is $peer->wait_reply($id)->{outcome}, 'cancelled';
};

sub change ($id, $key, $version, @value) {
    $peer->send(storage_changed => '{}', {},
        {watch => $id, key => $key, version => $version, @value ? (value => $value[0]) : (deleted => JSON::PP::true)});
    return;
}

sub seen () { return $peer->call('p.seen')->{content}{value} }

sub watch () {
    (@asked, @answers) = ();
    push @answers, ['ok', {}];
    is $peer->call('p.watch')->{content}{value}, 'watching';
    is_deeply [sort keys $asked[0]{content}->%*], [qw(op prefix watch)];
    is_deeply [$asked[0]{content}->@{qw(op prefix)}], ['watch', 'cart:'];
    return $asked[0]{content}{watch};
}

subtest 'a watch misses no change' => sub {
    (@asked, @answers) = ();
    push @answers, [undef];
    my $call = $peer->send_call('p.watch');
    $peer->wait_for(sub ($) { @asked == 1 });
    my $id = $asked[0]{content}{watch};
    change($id, 'cart:1', 1, 'early');
    is scalar(grep { ($_->{parent}{msg_id} // q{}) eq $call } $peer->all('call_reply')), 0, 'it returns when it is confirmed';
    $peer->send(storage_reply => $asked[0]{raw}, {outcome => 'ok'}, {});
    is $peer->wait_reply($call)->{content}{value}, 'watching';
    change($id, 'cart:1', 2, undef);
    change($id, 'cart:1', 3);
    change('another', 'cart:1', 4, 'not ours');
    is_deeply seen(),
        [
        {key => 'cart:1', version => 1, value => 'early', deleted => JSON::PP::false},
        {key => 'cart:1', version => 2, value => undef,   deleted => JSON::PP::false},
        {key => 'cart:1', version => 3, value => undef,   deleted => JSON::PP::true},
        ];
};

subtest 'one after the other, in order of change' => sub {
    my $id = watch();
    change($id, 'a', 1, 'wait');
    change($id, 'b', 2, 'next');
    $peer->wait_for(sub ($) { @{$peer->{slow} // []} });
    is_deeply seen(), [], 'the second waits for the first';
    my $call = shift $peer->{slow}->@*;
    is_deeply $call->{parent}, {}, 'whose call has no parent';
    $peer->send(call_reply => $call->{raw}, {outcome => 'ok'}, {value => 1});
    is_deeply [map { $_->{key} } @{seen()}], ['a', 'b'];
    is [$peer->all('stream')]->[0]{content}{text}, "waited\n";
};

subtest 'one that fails is logged with its frames, and the next one runs' => sub {
    my $id = watch();
    my $version;
    change($id, 'k', ++$version, $_) for 'fail', 'exit', 'fine';
    is_deeply [map { $_->{value} } @{seen()}], ['fine'];
    my ($failed, $exited) = $peer->all('log');
    is_deeply [$failed->{parent}, $failed->{content}->@{qw(level message)}],
        [{}, 'error', q{a handler of storage->watch('cart:') failed at k: cannot}];
    is $failed->{content}{fields}{frames}[-1]{line}, 17;
    is $exited->{content}{fields}{ename}, 'SystemExit';
};

subtest 'disposed, twice' => sub {
    my $id = watch();
    change($id, 'a', 1, 'wait');
    change($id, 'b', 2, 'dropped');
    $peer->wait_for(sub ($) { $peer->{slow}->@* });
    $peer->call('p.dispose');
    is_deeply [map { $_->{content} } @asked[1 .. $#asked]], [{op => 'unwatch', watch => $id}];
    $peer->send(call_reply => (shift $peer->{slow}->@*)->{raw}, {outcome => 'ok'}, {value => 1});
    change($id, 'c', 3, 'late');
    is_deeply [map { $_->{key} } @{seen()}], ['a'];
};

subtest 'a watch whose frame is cancelled before it is confirmed is taken back' => sub {
    (@asked, @answers) = ();
    push @answers, [undef];
    my $call = $peer->send_call('p.watch');
    $peer->wait_for(sub ($) { @asked == 1 });
    $peer->cancel($call);
    is $peer->wait_reply($call)->{outcome}, 'cancelled';
    is_deeply [$asked[1]->@{qw(parent content)}], [{}, {op => 'unwatch', watch => $asked[0]{content}{watch}}];
};

subtest 'a watch that is refused' => sub {
    (@asked, @answers) = ();
    push @answers, ['permission_denied', {message => 'no'}];
    is $peer->call('p.watch')->{content}{cause}{outcome}, 'permission_denied';
    change($asked[0]{content}{watch}, 'k', 1, 'x');
    is_deeply seen(), [];
};
is $peer->stop, 0;

subtest 'changes wait for the end of on_start' => sub {
    my $late = Peer->new->start;
    $late->{answers}{storage_request} = sub ($self, $message) {
        $self->send(storage_reply => $message->{raw}, {outcome => 'ok'}, {});
        $self->send(storage_changed => '{}', {},
            {watch => $message->{content}{watch}, key => 'key', version => 1, value => 1});
    };
    $late->{services}{'peer.slow'} = sub ($, $) { return ok => {value => 1} };
    $late->begin(<<'PLUGIN');
use Parley;
on_start sub { storage->watch(q{} => sub ($change) { log $change->{key} }); call 'peer.slow'; log 'started' };
PLUGIN
    $late->wait_for(sub ($m) { $m->{type} eq 'log' && $m->{content}{message} eq 'key' });
    is_deeply [map { $_->{content}{message} } $late->all('log')], ['started', 'key'];
    is $late->stop, 0;
};

done_testing;
