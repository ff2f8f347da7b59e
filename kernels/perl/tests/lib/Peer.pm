package Peer;

# A small orchestrator, to play against: it launches the kernel by its kernel.json, answers what a kernel asks, and plays
# other plugins with Perl subs.

use v5.36;

use Digest::SHA    qw(hmac_sha256_hex);
use Fcntl          qw(F_GETFD F_SETFD F_SETFL FD_CLOEXEC O_NONBLOCK);
use File::Basename qw(dirname);
use File::Temp     ();
use JSON::PP       ();
use POSIX          ();
use Socket         qw(AF_UNIX SOCK_STREAM pack_sockaddr_un);
use Time::HiRes    qw(time);
use Parley::Zmtp;

# The tests should not take longer than what they test.
my $json   = (eval { require JSON::XS; 1 } ? 'JSON::XS' : 'JSON::PP')->new->utf8->allow_nonref->canonical;
my $kernel = dirname(dirname(dirname(__FILE__)));

sub new ($class, %options) {
    my $folder = File::Temp->newdir('parley-XXXXXX', TMPDIR => 1);
    return bless {
        folder    => $folder,
        key       => 'key-of-the-kernel',
        id        => 'kernel-1',
        limit     => $options{limit}  // 16_777_216,
        grants    => $options{grants} // 0,
        count     => 0,
        messages  => [],
        replies   => {},
        headers   => {},
        services  => {},
        answers   => {},
        events    => {},
        topics    => {},
        patterns  => {},
        forwarded => {},
        locks     => {},
        %options,
    }, $class;
}

# --- the process -----------------------------------------------------------------------

sub start ($self) {
    for my $name (qw(requests events)) {
        socket my $listener, AF_UNIX, SOCK_STREAM, 0 or die $!;
        my $path = "$self->{folder}/$name";
        bind $listener, pack_sockaddr_un($path) or die $!;
        listen $listener, 1 or die $!;
        $self->{listener}{$name} = $listener;
        $self->{endpoint}{$name} = "ipc://$path";
    }
    my $file = "$self->{folder}/connection";
    open my $connection, '>', $file or die $!;
    print {$connection} $json->encode(
        {   protocol  => '1.0',
            kernel_id => $self->{id},
            transport => 'ipc',
            $self->{endpoint}->%*,
            key               => $self->{key},
            signature_scheme  => 'hmac-sha256',
            max_message_bytes => $self->{limit},
        }
    );
    close $connection or die $!;
    open my $spec, '<', "$kernel/kernel.json" or die $!;
    my $argv = $json->decode(do { local $/ = undef; readline $spec })->{argv};
    my @argv = map { s/\{connection_file\}/$file/gr =~ s/\{resource_dir\}/$kernel/gr } @$argv;
    pipe my $out, my $to_out or die $!;
    $self->{pid} = fork // die $!;

    if (!$self->{pid}) {
        POSIX::setsid();
        POSIX::dup2(fileno $to_out, $_) for 1, 2;
        exec @argv or POSIX::_exit(127);
    }
    fcntl $out, F_SETFL, O_NONBLOCK;
    $self->{raw} = $out;
    for my $name (qw(requests events)) {
        local $SIG{ALRM} = sub { die "the kernel does not connect\n" };
        alarm 60;
        accept my $socket, $self->{listener}{$name} or die $!;
        alarm 0;
        fcntl $socket, F_SETFL, O_NONBLOCK;
        my $wire = Parley::Zmtp->new(type => $name eq 'requests' ? 'ROUTER' : 'XPUB', limit => 64 * 1024 * 1024);
        $wire->{handle} = $socket;
        $self->{$name} = $wire;
    }
    $self->{hello} = $self->wait_for(sub ($m) { $m->{type} eq 'hello' });
    return $self if $self->{no_welcome};
    $self->send(
        welcome => $self->{hello}{raw},
        {outcome          => 'ok'},
        {protocol_version => '1.0', max_message_bytes => $self->{limit}, default_timeout => 30, max_depth => 64}
    );
    return $self;
}

sub stop ($self) {
    return $self->{status} if defined $self->{status};
    my $ok = eval {
        $self->send(shutdown_request => '{}', {}, {restart => JSON::PP::false});
        $self->wait_for(sub ($m) { $m->{type} eq 'shutdown_reply' }, 5);
    };
    kill KILL => $self->{pid} if !$ok;
    return $self->reap;
}

sub reap ($self) {
    my $until = time + 5;
    while (!waitpid $self->{pid}, POSIX::WNOHANG()) {
        kill KILL => $self->{pid} if time > $until;
        select undef, undef, undef, 0.01;
    }
    return $self->{status} = $?;
}

sub is_alive ($self) { return kill 0 => $self->{pid} }

sub printed ($self) {
    my $text = q{};
    1 while sysread $self->{raw}, $text, 65536, length $text;
    return $text;
}

sub DESTROY ($self) {
    local $?;
    $self->stop if $self->{pid} && $self->{requests};
}

# --- the wire --------------------------------------------------------------------------

sub frames ($self, $type, $parent, $metadata, $content, @buffers) {
    my $key    = $self->{signing} // $self->{key};
    my $id     = 'o-1-' . ++$self->{count};
    my $header = $json->encode(
        {   msg_id   => $id,
            session  => 'o-1',
            username => 'parley',
            date     => '2026-01-02T03:04:05.678Z',
            msg_type => $type,
            version  => '5.4'
        }
    );
    my @four = ($header, map { ref $_ ? $json->encode($_) : $_ } $parent, $metadata, $content);
    $self->{headers}{$id} = $header;
    $self->{last} = $id;
    return ('<IDS|MSG>', hmac_sha256_hex(@four, $key), @four, @buffers);
}

sub send ($self, @message) {
    $self->{requests}->send_message($self->frames(@message));
    $self->{requests}->flush or die "the kernel is gone\n";
    return $self->{last};
}

sub pump ($self, $timeout) {
    my ($read, $write) = (q{}, q{});
    vec($read, $_->descriptor, 1) = 1 for @$self{qw(requests events)};
    for my $wire (@$self{qw(requests events)}) { vec($write, $wire->descriptor, 1) = 1 if $wire->is_blocked }
    select $read, $write, undef, $timeout;
    for my $wire (@$self{qw(events requests)}) {
        $wire->flush;
        vec($read, $wire->descriptor, 1) or next;
        $wire->receive or $wire == $self->{events} or die "the kernel is gone\n";
    }
    while (my $frames = $self->{events}->next_message)   { $self->subscription($frames->[0]) }
    while (my $frames = $self->{requests}->next_message) { $self->message($frames) }
    $_->flush for @$self{qw(requests events)};
    return;
}

sub wait_for ($self, $wanted, $timeout = 60) {
    my $until = time + $timeout;
    my $seen  = 0;
    while (1) {
        for my $message ($self->{messages}->@[$seen .. $self->{messages}->$#*]) {
            return $message if $wanted->($message);
        }
        $seen = $self->{messages}->@*;
        die "nothing of the kind came\n" if time > $until;
        $self->pump(0.2);
    }
}

sub wait_reply ($self, $id, $timeout = 60) {
    return $self->wait_for(sub ($m) { $m->{type} =~ /_reply\z/ && ($m->{parent}{msg_id} // q{}) eq $id }, $timeout);
}

sub all ($self, $type) {
    return grep { $_->{type} eq $type } $self->{messages}->@*;
}

# --- what an orchestrator does ---------------------------------------------------------

sub subscription ($self, $frame) {
    my ($on, $topic) = (ord $frame, substr $frame, 1);
    if ($on && (my $asked = delete $self->{nonces}{$topic})) {
        $self->send(subscribed => $asked->{raw}, {}, {subscription => $asked->{content}{subscription}})
            if ref $asked;
    }
    elsif ($on) { $self->{in_force}{$topic} = 1 }
    else        { delete $self->{in_force}{$topic} }
    return;
}

sub message ($self, $frames) {
    my (undef, $signature, @four) = @$frames[0 .. 5];
    die 'bad signature from the kernel' if hmac_sha256_hex(@four, $self->{key}) ne $signature;
    my ($header, $parent, $metadata, $content) = map { $json->decode($_) } @four;
    my $message = {
        type     => $header->{msg_type},
        header   => $header,
        raw      => $four[0],
        parent   => $parent,
        metadata => $metadata,
        content  => $content,
        json     => $four[3],
        buffers  => [@$frames[6 .. $#$frames]],
        outcome  => $metadata->{outcome},
    };
    push $self->{messages}->@*, $message;
    my $code = $self->{answers}{$message->{type}} // $self->can("on_$message->{type}");
    $self->$code($message) if $code;
    return;
}

sub reply ($self, $message, $outcome, $content, %metadata) {
    return $self->send($message->{type} =~ s/_request\z//r . '_reply',
        $message->{raw}, {outcome => $outcome, %metadata}, $content);
}

sub on_provide ($self, $message) {
    my $method = $message->{content}{method};
    return $self->reply($message,
        permission_denied => {message => "not granted: $method", permission => "provide:$method"})
        if $method =~ /forbidden/;
    $self->{provided}{$method} = 1;
    return $self->reply($message, ok => {});
}

sub on_withdraw ($self, $message) {
    delete $self->{provided}{$message->{content}{method}};
    return $self->reply($message, ok => {});
}

sub topic ($self, $event) {
    return $self->{topics}{$event} //= {event => $event, topic => "topic-$event", key => "key-$event"};
}

sub on_subscribe ($self, $message) {
    my ($pattern, $id) = $message->{content}->@{qw(pattern subscription)};
    return $self->reply($message,
        permission_denied => {message => "not granted: $pattern", permission => "subscribe:$pattern"})
        if $pattern =~ /forbidden/;
    $self->{patterns}{$id} = $pattern;
    my $nonce = 'nonce-' . ++$self->{count};
    $self->{nonces}{$nonce} = $message;
    my @events = $pattern =~ /[*]/ ? grep {/\Aorder:/} keys $self->{topics}->%* : $pattern;
    return $self->reply($message, ok => {topics => [map { $self->topic($_) } @events], nonce => $nonce});
}

sub on_unsubscribe ($self, $message) {
    delete $self->{patterns}{$message->{content}{subscription}};
    return $self->reply($message, ok => {});
}

sub on_emit ($self, $message) {
    return $self->reply($message, ok => {subscriptions => 0 + keys $self->{patterns}->%*, event_id => 'e'});
}

sub on_event_start ($self, $message) {
    return $self->send(
        event_grant => $message->{raw},
        {outcome => $self->{grant} // 'ok', remaining => 30, depth => 2, frame => $message->{parent}{msg_id}}, {}
    );
}

sub on_lock_request ($self, $message) {
    my $waiting = $self->{locks}{$message->{content}{name}} //= [];
    push @$waiting, $message;
    $self->reply($message, ok => {}) if @$waiting == 1;
    return;
}

sub on_unlock ($self, $message) {
    my $waiting = $self->{locks}{$message->{content}{name}};
    shift @$waiting;
    $self->reply($waiting->[0], ok => {}) if @$waiting;
    return;
}

# A service that is played here, or the kernel's own method: then the call goes back to it.
sub on_call_request ($self, $message) {
    my $method = $message->{metadata}{method};
    if (my $service = $self->{services}{$method}) {
        my ($outcome, $content) = $service->($message->{content}, $message);
        return if !defined $outcome;
        return $self->reply($message, $outcome, $content);
    }
    if ($self->{provided}{$method}) {
        my $id = $self->send(
            call_request => $message->{raw},
            {$message->{metadata}->%*, remaining => 30, depth => 2, tenant => 'default', caller => 'peer'},
            $message->{json}, $message->{buffers}->@*
        );
        $self->{forwarded}{$id} = $message;
        return;
    }
    return $self->reply($message,
        no_provider => {message => "nobody provides $method", nearest => [sort keys $self->{services}->%*]});
}

sub on_call_reply ($self, $message) {
    my $asked = delete $self->{forwarded}{$message->{parent}{msg_id}} or return;
    return $self->send(call_reply => $asked->{raw}, $message->{metadata}, $message->{json}, $message->{buffers}->@*);
}

# --- operations ------------------------------------------------------------------------

sub write_file ($self, $name, $text) {
    my $path = "$self->{folder}/$name";
    open my $file, '>:utf8', $path or die $!;
    print {$file} $text;
    close $file or die $!;
    return $path;
}

sub load ($self, $source, $name = 'plugin.pl') {
    my $main = $self->write_file($name, $source);
    my $id   = $self->send(
        load_plugin => '{}',
        {},
        {   plugin       => 'plugin',
            version      => '1.0.0',
            generation   => 1,
            tenant       => 'default',
            folder       => "$self->{folder}",
            main         => $main,
            event_grants => $self->{grants} ? JSON::PP::true : JSON::PP::false,
            settings     => {}
        }
    );
    return $self->wait_reply($id);
}

sub begin ($self, $source) {
    my $loaded = $self->load($source);
    die "not loaded: $loaded->{content}{message}\n" if $loaded->{outcome} ne 'ok';
    my $started = $self->wait_reply($self->send(start_plugin => '{}', {}, {}));
    die "not started: $started->{content}{message}\n" if $started->{outcome} ne 'ok';
    return $self;
}

sub send_call ($self, $method, $params = {}, %metadata) {
    return $self->send(
        call_request => '{}',
        {method => $method, remaining => 30, depth => 1, tenant => 'default', caller => 'operator', %metadata},
        $params
    );
}

sub call ($self, @call) {
    return $self->wait_reply($self->send_call(@call));
}

sub cancel ($self, $id, $reason = 'cancelled') {
    return $self->send(cancel => $self->{headers}{$id}, {frame => $id}, {reason => $reason});
}

sub publish ($self, $event, $payload, %metadata) {
    my $topic = $self->topic($event);
    local $self->{signing} = $metadata{key} // $topic->{key};
    my $sequence = delete $metadata{sequence} // ++$self->{sequence}{$event};
    $self->{sequence}{$event} = $sequence;
    delete $metadata{key};
    my @frames = $self->frames(
        event => '{}',
        {   event    => $event,
            event_id => "id-$sequence",
            sequence => $sequence,
            emitter  => 'peer',
            tenant   => 'default',
            hops     => 1,
            attempt  => 1,
            %metadata
        },
        $payload
    );
    $self->{events}->send_message($topic->{topic}, @frames);
    $self->{events}->flush;
    return $self->{last};
}

sub execute ($self, $code) {
    my $id     = $self->send(execute_request => '{}', {}, {code => $code, silent => JSON::PP::false});
    my $reply  = $self->wait_reply($id);
    my @output = grep { ($_->{parent}{msg_id} // q{}) eq $id && $_ != $reply } $self->{messages}->@*;
    return ($reply, @output);
}

1;
