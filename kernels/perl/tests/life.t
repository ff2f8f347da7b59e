#!/usr/bin/perl
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/lib", "$FindBin::Bin/../lib";
use Test::More;
use Peer;

sub refused ($source, %files) {
    my $peer = Peer->new->start;
    $peer->write_file($_, $files{$_}) for keys %files;
    my $reply = $peer->load($source);
    is $reply->{outcome}, 'handler_error', 'the load fails';
    is $peer->stop,       0,               'the kernel lives';
    return ($reply->{content}, "$peer->{folder}");
}

subtest 'a syntax error' => sub {
    my ($error, $folder) = refused("use Parley;\n\nmy \$x = 3;\n  my = 5;\n");
    is $error->{ename}, 'SyntaxError';
    is_deeply $error->{frames}, [{file => "$folder/plugin.pl", line => 4, column => 3, function => 'main'}];
    like $error->{message}, qr/plugin\.pl line 4, column 3/;
    ($error) = refused("use Parley;\nprint \$unknown;\n");
    is $error->{frames}[0]{line}, 2;
    is $error->{frames}[0]{column}, 7, 'a name that is not declared';
    ($error) = refused("use Parley;\nif (1) {\n");
    is $error->{ename}, 'SyntaxError', 'a missing brace';
    ($error, $folder)
        = refused("use Parley;\nuse Broken;\n", 'Broken.pm' => "package Broken;\nuse strict;\nmy \$y = ;\n1;\n");
    is $error->{frames}[0]{file}, "$folder/Broken.pm", 'in a module beside the plugin';
    is $error->{frames}[0]{line}, 3;
};

subtest 'a missing module' => sub {
    my ($error, $folder) = refused("use Parley;\n\nuse No::Such::Module;\n");
    is $error->{ename}, 'MissingModule';
    like $error->{message}, qr/No::Such::Module.*plugin\.pl.*line 3/;
    is $error->{frames}[0]{line}, 3;
};

subtest 'an error while loading' => sub {
    my ($error) = refused("use Parley;\nsub f { die 'not today' }\nf();\n");
    is $error->{message}, 'not today';
    is_deeply [map { $_->{line} } $error->{frames}->@*], [3, 2];
    ($error) = refused("use Parley;\nprovide 'a.ok' => sub { 1 };\nprovide 'a.forbidden' => sub { 1 };\n");
    is $error->{cause}{outcome}, 'permission_denied';
    is $error->{frames}[0]{line}, 3, 'a refused registration is an error at its line';
    ($error) = refused("use Parley;\nexit 3;\n");
    is $error->{ename}, 'SystemExit';
};

subtest 'a plugin and what lies beside it' => sub {
    my $peer = Peer->new->start;
    mkdir "$peer->{folder}/lib";
    $peer->write_file('lib/Beside.pm', "package Beside; use Parley; sub answer { return call 'peer.answer' } 1;\n");
    $peer->write_file('data.txt',      "öl\n");
    $peer->{services}{'peer.answer'} = sub ($p, $m) { return ok => {value => 42} };
    $peer->begin(<<'PLUGIN');
use Parley;
use Beside;
use FindBin;
my $loaded = call 'peer.answer';
our @order;
on_start sub { push @order, 'start 1' };
on_start sub { push @order, 'start 2' };
on_stop sub { log info => 'stop 1' };
on_stop sub { die "in the way\n" };
on_stop sub { log info => 'stop 3' };
provide 'p.answer' => sub ($params) { return [$loaded, Beside::answer(), @order] };
provide 'p.where'  => sub ($params) { return __FILE__ };
provide 'p.data'   => sub ($params) { return join '', map { s/\s+//r } <DATA> };
END { print "end block\n" }
1;
__DATA__
grün
PLUGIN
    is_deeply $peer->call('p.answer')->{content}{value}, [42, 42, 'start 1', 'start 2'];
    is $peer->call('p.where')->{content}{value}, "$peer->{folder}/plugin.pl";
    my $id    = $peer->send(unload_plugin => '{}', {}, {});
    my $reply = $peer->wait_reply($id);
    is $reply->{content}{message}, 'in the way';
    is_deeply [map { $_->{content}{message} } $peer->all('log')], ['stop 3', 'stop 1'], 'stopped in reverse order';
    is $peer->call('p.answer')->{outcome}, 'no_provider', 'nothing is left';
    is $peer->stop, 0;
    is scalar(() = $peer->all('log')), 2, 'stopped once';
    unlike $peer->printed, qr/end block/, 'exit hooks do not hold the kernel';
};

subtest 'events wait for the start, and a failed start' => sub {
    my $peer = Peer->new->start;
    $peer->{services}{'peer.wait'} = sub ($p, $m) { $peer->{waits} = $m; return };
    my $loaded
        = $peer->load(
        "use Parley;\nour \@got;\non 'a:b' => sub (\$e) { push \@got, \$e->{n} };\non_start sub { call 'peer.wait'; push \@got, 'started' };\nprovide 'p.got' => sub (\$p) { [\@got] };\n"
        );
    is $loaded->{outcome}, 'ok';
    my $start = $peer->send(start_plugin => '{}', {}, {});
    $peer->wait_for(sub ($) { $peer->{waits} });
    $peer->publish('a:b', {n => 1});
    is_deeply $peer->call('p.got')->{content}{value}, [], 'requests are served meanwhile';
    $peer->reply($peer->{waits}, ok => {value => 1});
    $peer->wait_reply($start);
    $peer->wait_for(sub ($m) { $m->{type} eq 'event_reply' });
    is_deeply $peer->call('p.got')->{content}{value}, ['started', 1];
    is $peer->stop, 0;
};

subtest 'the orchestrator goes' => sub {
    my $peer = Peer->new->start;
    $peer->begin("use Parley;\nprovide 'p.x' => sub (\$p) { sleep 100 };\n");
    $peer->send_call('p.x');
    close $peer->{$_}{handle} for qw(requests events);
    is $peer->reap, 0, 'the kernel ends at once';
    delete $peer->{requests};
};

subtest 'a welcome that is none' => sub {
    my $peer = Peer->new(no_welcome => 1)->start;
    $peer->send(welcome => $peer->{hello}{raw}, {outcome => 'unavailable'}, {message => 'wrong version, sorry'});
    is $peer->reap >> 8, 1;
    like $peer->printed, qr/wrong version, sorry/;
    delete $peer->{requests};
};

subtest 'cells' => sub {
    my $peer = Peer->new->start->begin(
        "use Parley;\nour \$shared = 5;\nsub helper { return 7 }\nprovide 'p.x' => sub (\$p) { 1 };\n");
    $peer->{services}{'peer.add'} = sub ($p, $m) { return ok => {value => $p->{a} + $p->{b}} };
    my $shown = sub ($code) {
        my ($reply, @output) = $peer->execute($code);
        is $reply->{content}{status}, 'ok', "$code" or diag explain $reply->{content};
        my ($result) = grep { $_->{type} eq 'execute_result' } @output;
        return $result && $result->{content}{data}{'text/plain'};
    };
    is $shown->('1 + 1'),                                                                    2;
    is $shown->(q{my $x = 5; my @list = (1, 2); my %h = (a => 1); sub inc { return ++$x }}), undef;
    is $shown->('inc(); $x'),                   6, 'variables and subs live on';
    is $shown->('push @list, 3; scalar @list'), 3;
    is $shown->('$h{a}'),                       1;
    is $shown->('inc(); inc(); $x'),            8, 'closures see the same variable';
    is $shown->('undef'),                       undef;
    is $shown->('()'),                          undef;
    is $shown->('print "hi\n";'),               undef;
    is $shown->('"text"'),                      q{'text'};
    like $shown->('{a => [1, undef]}'), qr/\A\{\s+'a' => \[\s+1,\s+undef\s+\]\s+\}\z/;
    is $shown->('(1, 2)'),                            '(1, 2)';
    is $shown->('call "peer.add", {a => 1, b => 2}'), 3,  'the SDK is there';
    is $shown->('$shared + helper()'),                12, 'and the plugin';
    is $shown->('length "grün"'),                     4;
    is $shown->('$y = 3; $y'),                        3, 'undeclared variables are fine';

    my ($reply, @output) = $peer->execute("my \$a = 1;\ndie 'oh'");
    is $reply->{content}{status}, 'error';
    is $reply->{outcome},         'handler_error';
    like $reply->{content}{frames}[0]{file}, qr/\A<cell \d+>\z/;
    is $reply->{content}{frames}[0]{line}, 2;
    my ($error) = grep { $_->{type} eq 'error' } @output;
    is $error->{content}{evalue}, 'oh';
    ($reply) = $peer->execute("my \$ok;\nmy = 3;");
    is $reply->{content}{ename}, 'SyntaxError';
    like $reply->{content}{message}, qr/<cell \d+> line 2, column 1/;
    ($reply, @output) = $peer->execute('print "a\n"; print STDERR "b\n"; 5');
    is_deeply [map { $_->{type} eq 'stream' ? $_->{content}{name} : $_->{type} } @output],
        [qw(stdout stderr execute_result)], 'in order';
    is $peer->stop, 0;
};

done_testing;
