#!/usr/bin/perl
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib", "$FindBin::Bin/../lib";
use Test::More;
use Peer;

my $peer = Peer->new->start;
is $peer->{hello}{content}{language_info}{name}, 'perl', 'hello';
is_deeply $peer->{hello}{content}{protocol_versions}, ['1.0'];

$peer->{services}{'peer.add'}   = sub ($p, $) { return ok => {value => $p->{a} + $p->{b}} };
$peer->{services}{'peer.never'} = sub ($,  $) {return};
$peer->{services}{'peer.fail'}  = sub ($,  $) {
    return handler_error => {
        message   => 'division by zero',
        ename     => 'ZeroDivisionError',
        evalue    => 'division by zero',
        traceback => ['T'],
        frames    => [{plugin => 'peer', language => 'python', file => '/p/peer.py', line => 7, function => 'fail'}],
        cause     => {outcome => 'timeout', message => 'slow'},
    };
};
$peer->{services}{'peer.gone'} = sub ($, $) {
    return kernel_died => {message => 'it died', signal => 'SIGSEGV', started => JSON::PP::true, stderr => ['x']};
};

$peer->begin(<<'PLUGIN');
use Parley;

provide 'p.echo' => sub ($params) { return $params };
provide 'p.add'  => sub ($params) { return call 'peer.add', {a => $params->{a}, b => $params->{b}} };
provide 'p.down' => sub ($params) { return $params->{n} <= 0 ? 0 : 1 + call 'p.down', {n => $params->{n} - 1} };
provide 'p.fail' => sub ($params) { return inner(3) };
sub inner ($x) { die "boom\n" if $x == 4; die 'boom' }
provide 'p.through' => sub ($params) { through() };
sub through { call 'peer.fail' }
provide 'p.gone' => sub ($params) { call 'peer.gone' };
provide 'p.caught' => sub ($params) {
    eval { call 'peer.gone'; 1 } or return {kind => $@->kind, signal => $@->signal, started => $@->started, class => ref $@, text => "$@"};
};
provide 'p.quoted' => sub ($params) { eval { call 'peer.fail' }; die "no luck: $@" };
provide 'p.object' => sub ($params) { die My::Error->new('mine') };
provide 'p.chained' => sub ($params) {
    eval { die "first\n" };
    Parley::Error->throw(message => 'second', cause => $@);
};
provide 'p.none' => sub ($params) { call 'nobody.here' };
provide 'p.late' => sub ($params) { call 'peer.add', {a => 1, b => 2}, timeout => 0 };
provide 'p.twice' => sub ($params) { eval { die {code => 5} }; die $@ };
provide 'p.bytes' => sub ($params) { return {length => $params->{image}->length, back => bytes("\x{0}\x{ff}" . $params->{image})} };
provide 'p.nan' => sub ($params) { return {rows => [1, {when => 9**9**9}]} };
provide 'p.bad' => sub ($params) { call 'peer.add', {a => sub { 1 }} };
provide 'p.context' => sub ($params) {
    my $c = context;
    return {(map { $_ => $c->$_ } qw(plugin method event caller depth tenant trace cancelled)), soon => $c->deadline < 5 ? 1 : 0};
};
provide 'p.progress' => sub ($params) {
    progress 0.5, 'half';
    return call 'p.slow', {}, on_progress => sub ($fraction, $message) { log info => 'progress', fraction => $fraction };
};
provide 'p.slow' => sub ($params) { progress 0.25; return 'done' };
provide 'p.log' => sub ($params) { log 'plain'; log warning => 'careful', amount => 3; return log(1) + log 1 };
provide 'p.lock' => sub ($params) {
    return lock 'shop' => sub { call 'peer.add', {a => 1, b => 1} };
};
provide 'p.guard' => sub ($params) { { my $held = lock 'shop', timeout => 3; } return 'free' };
provide 'p.wait' => sub ($params) {
    my $clean = 0;
    eval { call 'peer.never'; 1 } or do {
        my $error = $@;
        $clean = eval { call 'peer.add', {a => 1, b => 2} };
        log info => 'cleaned', clean => $clean, cancelled => context->cancelled;
        die $error;
    };
};
provide 'p.stubborn' => sub ($params) { eval { call 'peer.never' }; return 'survived' };
provide 'p.once' => sub ($params) { my $r = provide 'p.temporary' => sub ($p) { 1 }; $r->dispose; $r->dispose; return 1 };
provide 'p.typo' => sub ($params) { call 'peer.add', {}, timeuot => 3 };
provide 'p.scalar' => sub ($params) { call 'peer.add', 3 };
provide 'p.limits' => sub ($params) { call 'peer.add', {text => 'x' x 17_000_000} };
provide 'p.big' => sub ($params) { return 'x' x 17_000_000 };
provide 'p.nothing' => sub ($params) { return };
provide 'p.stay' => sub ($params) { eval { die "old\n" }; call 'peer.add', {a => 1, b => 2}; log info => 'x'; return $@ };

package My::Error {
    sub new ($class, $text) { return bless {text => $text}, $class }
    sub message ($self) { return $self->{text} }
}
PLUGIN
my $file = "$peer->{folder}/plugin.pl";

sub frames ($reply) {
    return join ' ', map {"$_->{function}:$_->{line}"} $reply->{content}{frames}->@*;
}

subtest 'a call' => sub {
    my $reply = $peer->call('p.echo', {x => 1, text => 'Zürich', none => undef, list => [], yes => JSON::PP::true});
    is $reply->{outcome}, 'ok';
    is_deeply $reply->{content}{value}, {x => 1, text => 'Zürich', none => undef, list => [], yes => JSON::PP::true};
    like $reply->{json}, qr/"yes":true/;
    is $peer->call('p.nothing')->{content}{value}, undef;
    is $peer->call('p.unknown')->{outcome},        'no_provider';
};

subtest 'a nested call, to any depth' => sub {
    is $peer->call('p.add',  {a => 2, b => 3})->{content}{value}, 5;
    is $peer->call('p.down', {n => 40})->{content}{value},        40;
    my ($request) = $peer->all('call_request');
    is $request->{metadata}{method}, 'peer.add';
    like $request->{parent}{msg_id}, qr/\Ao-1-/, 'the parent is the frame';
    is $peer->call('p.stay')->{content}{value}, "old\n", 'and $@ stays the caller\'s own';
};

subtest 'any order of completion' => sub {
    my @asked;
    local $peer->{services}{'peer.add'} = sub ($p, $m) { push @asked, [$p, $m]; return };
    my @ids = map { $peer->send_call('p.add', {a => $_, b => 10}) } 1 .. 5;
    $peer->wait_for(sub ($) { @asked == 5 });
    for my $asked (reverse @asked) {
        $peer->reply($asked->[1], ok => {value => $asked->[0]{a}});
        $peer->wait_reply($ids[$asked->[0]{a} - 1]);
    }
    is_deeply [map { $peer->wait_reply($_)->{content}{value} } @ids], [1 .. 5];
};

subtest 'errors of the handler' => sub {
    my $reply = $peer->call('p.fail');
    is $reply->{outcome},                  'handler_error';
    is $reply->{content}{ename},           'Died';
    is $reply->{content}{message},         'boom';
    is frames($reply),                     'p.fail:6 inner:7', 'frames of the plugin only, outermost first';
    is $reply->{content}{frames}[1]{file}, $file;
    like $reply->{content}{traceback}[0], qr/\Aboom at \Q$file\E line 7/;

    $reply = $peer->call('p.object');
    is $reply->{content}{ename},  'My::Error';
    is $reply->{content}{evalue}, 'mine';

    $reply = $peer->call('p.twice');
    is $reply->{content}{ename}, 'HASH';

    $reply = $peer->call('p.chained');
    is $reply->{content}{message},        'second';
    is $reply->{content}{cause}{message}, 'first';
    is $reply->{content}{cause}{outcome}, 'handler_error';
};

subtest 'errors of others that pass through' => sub {
    my $reply = $peer->call('p.through');
    is $reply->{outcome},                    'handler_error';
    is $reply->{content}{ename},             'ZeroDivisionError';
    is $reply->{content}{evalue},            'division by zero';
    is frames($reply),                       'p.through:8 through:9 fail:7', 'frames in call order';
    is $reply->{content}{frames}[2]{plugin}, 'peer';
    is $reply->{content}{cause}{outcome},    'timeout';

    $reply = $peer->call('p.gone');
    is $reply->{outcome},                 'handler_error';
    is $reply->{content}{ename},          'KernelDied';
    is $reply->{content}{cause}{outcome}, 'kernel_died';
    is $reply->{content}{cause}{signal},  'SIGSEGV';
    is frames($reply),                    'p.gone:10';

    $reply = $peer->call('p.quoted');
    like $reply->{content}{message}, qr/\Ano luck: division by zero/;
    is $reply->{content}{cause}{ename}, 'ZeroDivisionError', 'an error that is quoted is the cause';

    my $caught = $peer->call('p.caught')->{content}{value};
    is $caught->{kind},   'kernel_died';
    is $caught->{signal}, 'SIGSEGV';
    is $caught->{class},  'Parley::Error::KernelDied';
    like $caught->{text}, qr/\Ait died at \Q$file\E line 12/;

    $reply = $peer->call('p.none');
    is $reply->{content}{cause}{outcome}, 'no_provider';
    ok $reply->{content}{cause}{nearest}->@*;
};

subtest 'what is refused before it is sent' => sub {
    my $before = () = $peer->all('call_request');
    is $peer->call('p.late')->{content}{cause}{outcome}, 'timeout';
    my $bad = $peer->call('p.bad');
    is $bad->{content}{cause}{outcome},                    'not_serializable';
    is $bad->{content}{cause}{path},                       '$.a';
    is $peer->call('p.limits')->{content}{cause}{outcome}, 'too_large';
    like $peer->call('p.typo')->{content}{message}, qr/no option 'timeuot'/;
    is $peer->call('p.scalar')->{content}{cause}{outcome}, 'invalid_payload';
    is scalar(() = $peer->all('call_request')), $before, 'nothing was sent';
    my $nan = $peer->call('p.nan');
    is $nan->{outcome},       'not_serializable';
    is $nan->{content}{path}, '$.rows[1].when';
    my $big = $peer->call('p.big');
    is $big->{outcome}, 'too_large';
    ok $big->{content}{size} > $big->{content}{limit};
};

subtest 'bytes' => sub {
    my $id = $peer->send(
        call_request => '{}',
        {method => 'p.bytes', buffer_paths => [['image']]}, {image => undef}, "\x80\x81"
    );
    my $reply = $peer->wait_reply($id);
    is $reply->{content}{value}{length}, 2;
    is_deeply $reply->{metadata}{buffer_paths}, [['value', 'back']];
    is $reply->{buffers}[0], "\x00\xff\x80\x81";
};

subtest 'context' => sub {
    my $reply = $peer->call('p.context', {}, remaining => 3, traceparent => '00-a-b-01');
    is_deeply $reply->{content}{value},
        {
        plugin    => 'plugin',
        method    => 'p.context',
        event     => undef,
        caller    => 'operator',
        depth     => 1,
        tenant    => 'default',
        trace     => '00-a-b-01',
        cancelled => JSON::PP::false,
        soon      => 1
        };
};

subtest 'progress, log and locks' => sub {
    my $reply = $peer->wait_reply(my $id = $peer->send_call('p.progress'));
    is $reply->{content}{value}, 'done';
    my ($half) = $peer->all('progress');
    is_deeply $half->{content}, {fraction => 0.5, message => 'half'};
    is $half->{parent}{msg_id}, $id;

    is $peer->call('p.log')->{content}{value}, 0, 'log of a number is the logarithm';
    my @logs = $peer->all('log');
    is_deeply $logs[-2]{content}, {level => 'info',    message => 'plain',   fields => {}};
    is_deeply $logs[-1]{content}, {level => 'warning', message => 'careful', fields => {amount => 3}};

    my @ids = map { $peer->send_call('p.lock') } 1 .. 3;
    is $peer->wait_reply($_)->{content}{value},  2 for @ids;
    is $peer->call('p.guard')->{content}{value}, 'free';
    is scalar(() = $peer->all('unlock')),        4;
    is_deeply $peer->{locks}{shop}, [];
};

subtest 'progress reaches the caller' => sub {
    $peer->{services}{'peer.slowly'} = sub ($p, $m) {
        $peer->send(progress => $m->{raw}, {}, {fraction => 0.75, message => 'nearly'});
        return ok => {value => 1};
    };
    my ($reply)
        = $peer->execute(
        'my @seen; call "peer.slowly", {}, on_progress => sub ($f, $m) { push @seen, "$f $m" }; "@seen"');
    is [$peer->all('execute_result')]->[-1]{content}{data}{'text/plain'}, q{'0.75 nearly'};
};

subtest 'cancel' => sub {
    my $id   = $peer->send_call('p.wait');
    my $seen = () = $peer->all('call_request');
    $peer->wait_for(sub ($m) { $m->{type} eq 'call_request' && $m->{parent}{msg_id} eq $id });
    $peer->cancel($id, 'timeout');
    my $reply = $peer->wait_reply($id);
    is $reply->{outcome},         'cancelled';
    is $reply->{content}{reason}, 'timeout';
    my ($log) = grep { $_->{content}{message} eq 'cleaned' } $peer->all('log');
    is_deeply $log->{content}{fields}, {clean => 3, cancelled => JSON::PP::true}, 'cleaning up may call';

    $id = $peer->send_call('p.stubborn');
    $peer->wait_for(sub ($m) { $m->{type} eq 'call_request' && $m->{parent}{msg_id} eq $id });
    $peer->cancel($id);
    is $peer->wait_reply($id)->{content}{value}, 'survived', 'a handler may swallow it';
    my @call = $peer->frames(call_request => '{}', {method => 'p.stubborn'}, {});
    $id = $peer->{last};
    $peer->{requests}->send_message(@call);
    $peer->cancel($id);
    is $peer->wait_reply($id)->{outcome}, 'cancelled', 'a frame that has not begun';
    $peer->cancel($id);
    is $peer->call('p.echo')->{outcome}, 'ok', 'a cancel for a frame that is gone is ignored';
};

subtest 'a method may be withdrawn, twice' => sub {
    is $peer->call('p.once')->{outcome},      'ok';
    is scalar(() = $peer->all('withdraw')),   1;
    is $peer->call('p.temporary')->{outcome}, 'no_provider';
};

subtest 'ping' => sub {
    my $id   = $peer->send(ping => '{}', {}, {events => {}});
    my $pong = $peer->wait_for(sub ($m) { $m->{type} eq 'pong' && $m->{parent}{msg_id} eq $id });
    is $pong->{content}{frames}, 0, 'no frame is left behind';
};

is $peer->stop, 0, 'the kernel ends with status 0';
done_testing;
