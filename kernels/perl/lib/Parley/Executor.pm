package Parley::Executor;

use v5.36;

use Scalar::Util qw(blessed);

use Parley::Acknowledgement;
use Parley::Envelope;
use Parley::Error;
use Parley::Scheduler;
use Parley::Streams;
use Parley::Trace;
use Parley::Values;

sub new ($class, $kernel) {
    my $self = bless {kernel => $kernel}, $class;
    Parley::Scheduler::on_abandoned(sub ($frame, $error) { $self->_abandoned($frame, $error) });
    return $self;
}

# Opens a frame for a message and runs $code->($self, $frame) in it; what that returns, an outcome and content, is the
# reply, of type $type; with an option on_end it is called with them instead. %more is what else the code wants to know.
sub run ($self, $message, $type, $code, %more) {
    my $metadata = $message->{metadata};
    my $frame    = {
        %more,
        id       => $message->{id},
        raw      => $message->{raw},
        message  => $message,
        metadata => $metadata,
        reply    => $type,
        code     => $code,
        executor => $self,
    };
    $frame->{deadline} = Parley::Scheduler::now() + $metadata->{remaining} if defined $metadata->{remaining};
    $self->{kernel}{frames}{$frame->{id}} = $frame;
    Parley::Scheduler::start($frame, \&_run);
    return $frame;
}

sub _run ($frame) {
    my $self = $frame->{executor};
    $self->finish($frame, $frame->{code}->($self, $frame));
    return;
}

# --- user code -------------------------------------------------------------------------

# Runs user code, in scalar context. Returns undef and its value, or of how it ended the outcome, the error object and,
# where there is one, the exception itself.
sub attempt ($self, $frame, $code, @arguments) {
    my $value;
    $frame->{in_user_code} = 1;
    my $ok = eval {
        die delete $frame->{doomed} if $frame->{doomed};
        $value = $code->(@arguments);
        1;
    };
    $frame->{in_user_code} = 0;
    my $error = $@;

    # A child that the handler forked and that has come to the handler's end has nothing more to do here.
    CORE::exit(0) if $$ != $self->{kernel}{pid};
    return (undef,  $value)          if $ok && !defined $frame->{exit_status};
    return ('exit', _exited($frame)) if defined $frame->{exit_status};
    return (failure($frame, $error), $error);
}

# exit ends the frame even when the handler catches what stands for it.
sub _exited ($frame) {
    my $message   = "exit($frame->{exit_status}) was called: it ends the handler, not the kernel";
    my $described = Parley::Trace::describe($frame->{exit_error}, $frame);
    return {%$described, ename => 'SystemExit', evalue => "$frame->{exit_status}", message => $message};
}

# The outcome and error object for what a handler died with.
sub failure ($frame, $error) {
    if (blessed $error && $error->isa('Parley::Error::Cancelled') && $frame->{cancelled}) {
        return ('cancelled', {message => $error->message, reason => $error->reason});
    }
    return ('handler_error', Parley::Trace::describe($error, $frame));
}

# --- replies ---------------------------------------------------------------------------

# Ends a frame with its reply. Content is a hash, or JSON that is ready, for a value.
sub finish ($self, $frame, $outcome, $content, $buffers = undef, $extra = q{}) {
    my $kernel = $self->{kernel};
    delete $kernel->{frames}{$frame->{id}};
    $outcome = 'handler_error' if $outcome eq 'exit';
    $frame->{deaths} = undef;                                   # errors may hold the frame
    return $frame->{on_end}->($frame, $outcome, $content) if $frame->{on_end};
    eval {
        Parley::Streams::flush($frame)                   if $frame->{output};
        $content = (Parley::Values::encode($content))[0] if ref $content;
        $kernel->{session}->post($frame->{reply}, $frame->{raw}, qq({"outcome":"$outcome"$extra}),
            $content, $buffers ? @$buffers : ());
        1;
    } or $self->_finish_otherwise($frame, $@);
    return;
}

sub _finish_otherwise ($self, $frame, $error) {
    my ($outcome, $reply)
        = blessed $error && $error->isa('Parley::Error')
        ? ($error->kind, $error->to_reply)
        : ('handler_error', {ename => 'Died', evalue => "$error", message => "the reply could not be sent: $error"});
    my ($content) = Parley::Values::encode($reply);
    $self->{kernel}{session}->post($frame->{reply}, $frame->{raw}, qq({"outcome":"$outcome"}), $content);
    return;
}

# An exception that hit the shim's own code in the frame, from a signal handler for instance: it, too, is an outcome.
sub _abandoned ($self, $frame, $error) {
    return if $$ != $self->{kernel}{pid} || !$self->{kernel}{frames}{$frame->{id}};
    $self->finish($frame, failure($frame, $error));
    return;
}

# --- calls -----------------------------------------------------------------------------

sub call ($self, $message) {
    my $metadata = $message->{metadata};
    return $self->run(
        $message, 'call_reply', \&_call,
        title  => $metadata->{method},
        credit => $metadata->{stream} ? $metadata->{credit} // 64 : 0
    );
}

sub _call ($self, $frame) {
    my $method  = $frame->{title};
    my $handler = $self->{kernel}{methods}{$method // q{}} or return _no_provider($self, $method);
    my $params  = eval { Parley::Envelope::content($frame->{message}) }
        or return _unreadable($self, $frame->{message}, $@);
    my ($failed, $value) = $self->attempt($frame, $handler, $params);
    return ($failed, $value)                        if $failed;
    return $self->_produce($frame, $method, $value) if $frame->{metadata}{stream};
    return _result($method, $value);
}

sub _no_provider ($self, $method) {
    my @nearest = sort keys $self->{kernel}{methods}->%*;
    return ('no_provider', {message => "this plugin does not provide $method", nearest => \@nearest});
}

sub _unreadable ($self, $message, $problem) {
    chomp $problem;
    $self->{kernel}->complain_to_sender($message, "the parameters cannot be read: $problem");
    return ('invalid_payload',
        {message => "the parameters cannot be read: $problem", pointer => q{}, expected => 'JSON', got => 'other'});
}

# A value for the wire; what has no faithful form is its own outcome.
sub _encoded ($value, @more) {
    my ($json, $buffers, $paths) = eval { Parley::Values::encode($value, 'value') };
    if (!defined $json) {
        my $error = $@;
        return ($error->kind, $error->to_reply);
    }
    my $extra = $paths ? ',"buffer_paths":' . (Parley::Values::encode($paths))[0] : q{};
    return ('ok', qq({"value":$json}), $buffers, $extra);
}

sub _result ($method, $value) {
    if (ref $value eq 'CODE') {
        return (
            'invalid_reply',
            {   message  => "$method yields a stream: read it with stream()",
                pointer  => '/value',
                expected => 'a value',
                got      => 'a stream',
            }
        );
    }
    return _encoded($value);
}

# Sends what a code reference returns, item by item, until it returns undef. With no credit left it waits.
sub _produce ($self, $frame, $method, $next) {
    if (ref $next ne 'CODE') {
        return (
            'invalid_reply',
            {   message  => "$method does not yield: call it with call()",
                pointer  => q{},
                expected => 'a code reference that returns item after item, then undef',
                got      => 'a value',
            }
        );
    }
    my $session  = $self->{kernel}{session};
    my $sequence = 0;
    while (1) {
        my ($failed, $item) = $self->attempt($frame, $next);
        return ($failed, $item) if $failed;
        last                    if !defined $item;
        ($failed, my $error) = $self->attempt($frame, sub { return $self->_await_credit($frame) });
        return ($failed, $error) if $failed;
        my ($outcome, $content, $buffers, $extra) = _encoded($item);
        return ($outcome, $content)    if $outcome ne 'ok';
        Parley::Streams::flush($frame) if $frame->{output};
        my $sent = eval {
            $session->post('yield_item', $frame->{raw}, '{"sequence":' . $sequence++ . "$extra}",
                $content, @{$buffers // []});
        };
        return ($@->kind, $@->to_reply) if !$sent;
        $frame->{credit}--;
    }
    return ('ok', '{"value":null}');
}

# The orchestrator is told, because it must know who waits for whom.
sub _await_credit ($self, $frame) {
    while ($frame->{credit} <= 0) {
        $self->{kernel}{session}->post('credit_wait', $frame->{raw}, '{}', '{}');
        my $slot = $frame->{waits_for_credit} = {};
        Parley::Scheduler::suspend($slot);
    }
    return;
}

sub add_credit ($self, $frame, $credit) {
    $frame->{credit} += $credit;
    Parley::Scheduler::wake($frame->{waits_for_credit}) if $frame->{waits_for_credit};
    return;
}

# --- events and the life of a plugin ---------------------------------------------------

# One frame for all handlers; one that dies does not keep the others from running.
sub event ($self, $message, @handlers) {
    return $self->run(
        $message, 'event_reply', \&_event,
        title    => $message->{metadata}{event},
        handlers => \@handlers
    );
}

sub _event ($self, $frame) {
    my @errors;
    for my $handler ($frame->{handlers}->@*) {

        # Each handler has the payload to itself: what one changes, the next does not see.
        my $payload = eval { _payload($frame->{message}) }
            or return _unreadable($self, $frame->{message}, $@);
        my ($failed, $error, $exception) = $self->attempt($frame, $handler, $payload);
        next                     if !$failed;
        return ($failed, $error) if $failed eq 'cancelled';
        push @errors, [$error, $exception];
    }
    return ('ok', '{"handlers":' . $frame->{handlers}->@* . '}') if !@errors;
    my ($decisive, $disposition) = Parley::Acknowledgement::decide(@errors);
    my @all = @errors > 1 ? (errors => [map { $_->[0] } @errors]) : ();
    return ('handler_error', {%$decisive, @all}, undef, $disposition);
}

sub _payload ($message) {
    my $content = Parley::Envelope::content($message);
    return $content if !$message->{metadata}{batch};
    return ref $content->{items} eq 'ARRAY' ? $content->{items} : die "a batch without its items\n";
}

# Runs the handlers of on_start or on_stop, one after the other; all of them, unless stop_at_error. The option done
# is called at the end and told whether all went well.
sub hooks ($self, $message, $type, $hooks, %options) {
    return $self->run(
        $message, $type,
        sub ($self, $frame) {
            my @first;
            for my $hook (@$hooks) {
                my ($failed, $error) = $self->attempt($frame, $hook);
                next                       if !$failed;
                @first = ($failed, $error) if !@first;
                last                       if $options{stop_at_error};
            }
            $options{done}->(!@first);
            return @first ? @first : ('ok', '{}');
        },
        title => $type =~ s{_reply\z}{}xr
    );
}

1;

__END__

=head1 NAME

Parley::Executor - runs handlers and turns how they end into replies

=head1 DESCRIPTION

Every frame ends in exactly one reply: a value, an error with its frames, or the outcome that fits, whatever the handler
does: exits, forks, swallows exceptions, ends its coroutine, returns what cannot be sent.

=cut
