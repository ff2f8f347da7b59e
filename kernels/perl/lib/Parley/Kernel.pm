package Parley::Kernel;

use v5.36;

use Parley::Session;

# Not needed to say hello, so loaded while the orchestrator makes up its mind about the welcome.
my @later = map {"Parley/$_.pm"} qw(Scheduler Executor Plugin Subscriptions Streams Overrides Coroutines);

use constant VERSION => '1.0.0';

# --- starting --------------------------------------------------------------------------

# Loads a module late, from where it was to be found before any plugin could change @INC.
my @inc = @INC;

sub need ($file) {
    local @INC = @inc;
    require $file;
    return;
}

sub run ($class, $connection_file) {
    my $session = Parley::Session->new(_read($connection_file)->%*);
    my $self    = $class->_on($session);
    Parley::Trace::set_main($0);
    Parley::Coroutines::install(\&complain);
    Parley::Overrides::install($self);
    Parley::Streams::capture($session);
    $self->_loop;
    return;
}

# Connects a program that Parley did not start: its output, its signals and its end are its own. $attachment is told what
# becomes of it.
sub join_with ($class, $connection, $attachment) {
    my $self = $class->_on(Parley::Session->new(%$connection), $attachment);
    require Cwd;
    Parley::Trace::set_folder(Cwd::getcwd());
    state $is_installed = do {
        Parley::Coroutines::install(\&complain);
        $Coro::State::DIEHOOK = \&Parley::Trace::on_die;
        1;
    };
    return $self;
}

# Says hello, and is there for what is answered.
sub _on ($class, $session, $attachment = undef) {
    _hello($session);
    $session->shake_hands or die "the orchestrator has gone\n";
    need($_) for @later;
    my $self = bless {
        attachment    => $attachment,
        pid           => $$,
        session       => $session,
        subscriptions => Parley::Subscriptions->new($session),
        frames        => {},
        methods       => {},
        grants        => {},
        held          => [],
        on_start      => [],
        on_stop       => [],
    }, $class;
    $self->{executor} = Parley::Executor->new($self);
    Parley::Requests::attach($self);
    return $self;
}

sub _read ($path) {
    open my $file, '<:raw', $path or die "the connection file $path cannot be read: $!\n";
    local $/ = undef;
    my $json = readline $file;
    close $file or die "the connection file $path cannot be read: $!\n";

    # Flat, and with nothing to unescape as a rule: then hello need not wait for a JSON library.
    return Parley::Values::decode_fast($json) if $json =~ /\\/x;
    my %connection;
    while ($json =~ /"(\w+)"\s*:\s*(?:"([^"]*)"|([0-9]+))/gx) { $connection{$1} = $2 // $3 }
    return \%connection;
}

sub _hello ($session) {
    $session->post(
        'hello',
        '{}',
        '{}',
        sprintf '{"protocol_versions":["1.0"],"implementation":"parley-perl","implementation_version":"%s",'
            . '"language_info":{"name":"perl","version":"%vd","mimetype":"text/x-perl","file_extension":".pl"},'
            . '"pid":%d,"features":["streams","locks","buffers","execute","waits"]}',
        VERSION,
        $^V,
        $$
    );
    return;
}

my %handler;    # by message type; filled below

# --- the loop --------------------------------------------------------------------------

# An exception here is one that a signal handler of the plugin's raised, or a mistake of ours: neither ends the kernel.
sub _loop ($self) {
    while (1) {
        eval { $self->_turn; 1 } or complain("outside of any frame: $@");
    }
    return;
}

# Runs the loop until a slot has been woken, or for so many seconds.
sub pump ($self, $slot, $seconds = undef) {
    local $self->{awaited} = $slot;
    local $self->{limit}   = defined $seconds ? Parley::Scheduler::now() + $seconds : undef;
    while (!$slot->{done} && !defined $self->{ended}) {
        last if defined $self->{limit} && Parley::Scheduler::now() >= $self->{limit};
        $self->_turn;
    }
    return;
}

# What has come opens frames or wakes them; they run until each of them waits; then what they have sent goes out in one
# write.
sub _turn ($self) {
    my $session = $self->{session};
    while (my $message = $session->next_message($self->{subscriptions}, \&complain)) {

        # Types that are not known are ignored: the protocol may grow.
        my $code = $handler{$message->{type}} or next;
        eval { $code->($self, $message); 1 }  or $self->complain_to_sender($message, $@);
    }
    Parley::Scheduler::run_timers();
    my $more    = Parley::Scheduler::run_ready();
    my $timeout = $more ? 0 : $self->_patience;
    return if defined $self->{ended};
    Parley::Streams::flush_all();
    $session->flush          or return $self->_lost;
    $session->poll($timeout) or $self->_lost;
    return;
}

# How long nothing need be done, in seconds.
sub _patience ($self) {
    return 0 if $self->{awaited} && $self->{awaited}{done};
    my $timer = Parley::Scheduler::until_next_timer();
    return $timer if !defined $self->{limit};
    my $rest = $self->{limit} - Parley::Scheduler::now();
    $rest = 0 if $rest < 0;
    return defined $timer && $timer < $rest ? $timer : $rest;
}

sub _lost ($self) {
    return $self->end('the orchestrator is gone') if $self->{attachment};
    my $problem = $self->{session}->problem;
    complain($problem) if defined $problem;
    $self->quit;
    return;
}

# A program that attached is a plugin no more, and goes on: what it waits for fails.
sub end ($self, $reason, $refusal = undef) {
    return if defined $self->{ended};
    $self->{ended} = $reason;
    $self->{session}->end;
    my ($content) = Parley::Values::encode({message => "It is not answered: $reason"});
    Parley::Waiting::answer_all({metadata => {outcome => 'unavailable'}, content => $content});
    for my $frame (values $self->{frames}->%*) {
        $frame->{cancelled} = 1;
        Parley::Scheduler::raise($frame,
            Parley::Error::Cancelled->new(message => 'the frame was cancelled: shutdown', reason => 'shutdown'));
    }
    Parley::Scheduler::run_ready();
    $self->{attachment}->ended($reason, $refusal);
    return;
}

# Ends the process at once: no destructor, exit hook or running frame may hold it.
sub quit ($self, $status = 0) {
    need('POSIX.pm');
    POSIX::_exit($status);
    return;
}

# To the orchestrator's record of descriptor 2, whatever a plugin does to it.
open my $stderr, '>>&', 2 or die "no standard error: $!\n";    ## no critic (RequireBriefOpen)

sub complain ($text) {
    $text = Parley::Trace::clean($text);
    utf8::encode($text);
    chomp $text;
    syswrite $stderr, "parley: $text\n";
    return;
}

# For a message that cannot be made sense of.
sub complain_to_sender ($self, $message, $problem) {
    $problem = Parley::Trace::clean(ref $problem && eval { $problem->message } || $problem);
    chomp $problem;
    complain("$message->{type}: $problem");
    my ($content) = Parley::Values::encode({ename => 'ProtocolError', evalue => $problem, traceback => [$problem]});
    $self->{session}->post('error', $message->{raw}, '{}', $content);
    return;
}

# Sends on behalf of a frame, after what it has printed.
sub send_for ($self, $frame, @message) {
    return $self->{session}->post($message[0], '{}', @message[1 .. $#message]) if !$frame;
    Parley::Streams::flush($frame)                                             if $frame->{output};
    return $self->{session}->post($message[0], $frame->{raw}, @message[1 .. $#message]);
}

# --- what comes in ---------------------------------------------------------------------

%handler = (
    call_request    => sub ($self, $message) { $self->{executor}->call($message) },
    event           => \&_event,
    event_grant     => \&_event_grant,
    storage_changed => sub ($self, $message) {
        $self->{watches}->on_changed(Parley::Envelope::content($message)) if $self->{watches};
    },
    cancel           => \&_cancel,
    credit           => \&_credit,
    wait_query       => \&_wait_query,
    progress         => \&_progress,
    yield_item       => sub ($self, $message) { _arrived($message, 'items') },
    ping             => \&_ping,
    welcome          => \&_welcome,
    load_plugin      => sub ($self, $message) { $self->_life->load($message) },
    start_plugin     => sub ($self, $message) { $self->_life->start($message) },
    unload_plugin    => sub ($self, $message) { $self->_life->unload($message) },
    shutdown_request => sub ($self, $message) { $self->_life->shutdown($message) },
    execute_request  => sub ($self, $message) { $self->_life->execute($message) },
    subscribe_reply  => sub ($self, $message) {
        $self->{subscriptions}->on_subscribe_reply($message, Parley::Envelope::content($message));
    },
    subscribed          => sub ($self, $message) { $self->{subscriptions}->on_subscribed($message, undef) },
    subscription_update =>
        sub ($self, $message) { $self->{subscriptions}->on_update($message, Parley::Envelope::content($message)) },
    map({ $_ => sub ($self, $message) { _arrived($message, 'reply') } }
        qw(call_reply emit_reply provide_reply lock_reply services_reply service_wait_reply contributions_reply
            storage_reply)),
);

sub _arrived ($message, $list) {
    my $waiting = Parley::Waiting::of(Parley::Envelope::parent_id($message)) or return;
    $waiting->arrived($list, $message);
    return;
}

sub _progress ($self, $message) {
    my $waiting = Parley::Waiting::of(Parley::Envelope::parent_id($message)) or return;
    return if !$waiting->{on_progress};
    my $content = Parley::Envelope::content($message);
    $waiting->arrived(progress => [$content->@{qw(fraction message)}]);
    return;
}

sub _welcome ($self, $message) {
    my $content = Parley::Envelope::content($message);
    if (($message->{metadata}{outcome} // 'ok') ne 'ok') {
        if ($self->{attachment}) {
            my $refusal = Parley::Error::from_reply($message->{metadata}{outcome}, $content);
            return $self->end($content->{message}, $refusal);
        }
        complain($content->{message} // 'the orchestrator does not want this kernel');
        $self->quit(1);
    }
    $self->{session}->set_limit($content->{max_message_bytes}) if $content->{max_message_bytes};
    $self->{welcomed} = 1;
    return;
}

sub _ping ($self, $message) {
    my $events = Parley::Envelope::content($message)->{events} // {};
    $self->{session}->post('pong', $message->{raw}, '{}', '{"frames":' . keys($self->{frames}->%*) . '}');
    $self->{subscriptions}->on_ping($events);
    return;
}

sub _frame_of ($self, $id) {
    return $self->{frames}{$id // q{}};
}

sub _cancel ($self, $message) {
    my $frame  = $self->_frame_of($message->{metadata}{frame}) or return;
    my $reason = Parley::Envelope::content($message)->{reason} // 'cancelled';
    $frame->{cancelled} = 1;
    Parley::Scheduler::raise($frame,
        Parley::Error::Cancelled->new(message => "the frame was cancelled: $reason", reason => $reason));
    return;
}

sub _credit ($self, $message) {
    my $frame = $self->_frame_of(Parley::Envelope::parent_id($message)) or return;
    $self->{executor}->add_credit($frame, $message->{metadata}{credit} // 0);
    return;
}

sub _wait_query ($self, $message) {
    my $frame = $self->_frame_of(Parley::Envelope::parent_id($message)) or return;
    need('Parley/Waits.pm');
    Parley::Waits::ask($frame);
    return;
}

# --- events ----------------------------------------------------------------------------

sub _event ($self, $message) {
    my $subscriptions = $self->{subscriptions};
    $subscriptions->note_sequence($message) if defined $message->{topic};    # one for us alone is not counted
    return push $self->{held}->@*, $message if !$self->has_started;
    my @handlers = $subscriptions->handlers($message);
    if (!$self->{plugin} || !$self->{plugin}{event_grants}) {
        return $self->{executor}->event($message, @handlers);
    }
    my $id = $self->{session}->post('event_start', $message->{raw}, '{}', '{}');
    $self->{grants}{$id} = [$message, @handlers];
    return;
}

sub _event_grant ($self, $message) {
    my $granted = delete $self->{grants}{Parley::Envelope::parent_id($message) // q{}} or return;
    my ($event, @handlers) = @$granted;
    my $grant = $message->{metadata};
    return if ($grant->{outcome} // 'ok') ne 'ok';
    my %stamped = map { $_ => $grant->{$_} } grep { defined $grant->{$_} } qw(remaining depth);
    $event->{metadata} = {$event->{metadata}->%*, %stamped};
    $self->{executor}->event($event, @handlers);
    return;
}

# Where there are only cells, nothing has to start.
sub has_started ($self) {
    return $self->{started} || !$self->{plugin};
}

# Events and changes that came before the plugin had started.
sub release_events ($self) {
    $self->{started} = 1;
    $self->_event($_) for splice $self->{held}->@*;
    $self->{watches}->go_on if $self->{watches};
    return;
}

# What a plugin needs once or seldom is loaded when it is first asked for.
sub _life ($self) {
    return $self->{life} //= do {
        need('Parley/Life.pm');
        Parley::Life->new($self);
    };
}

1;

__END__

=head1 NAME

Parley::Kernel - the loop: messages in, frames, messages out

=head1 DESCRIPTION

The loop runs no plugin code itself. It reads what has come, opens frames or wakes them, lets them run until each of them
waits, and writes what they have sent in one go.

=cut
