package Parley::Executor;

use v5.36;

use Scalar::Util qw(blessed);

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

# Opens a frame for a message and runs $code->($frame) in it; what that returns, an outcome and content, is the reply.
sub run ($self, $message, $type, $code, %frame) {
    my $frame = {
        %frame,
        id       => $message->{id},
        raw      => $message->{raw},
        metadata => $message->{metadata},
        reply    => $type,
    };
    if (defined(my $remaining = $frame->{metadata}{remaining})) {
        $frame->{deadline} = Parley::Scheduler::now() + $remaining;
    }
    $self->{kernel}{frames}{$frame->{id}} = $frame;
    Parley::Scheduler::start($frame, sub ($frame) { $self->finish($frame, $code->($frame)) });
    return $frame;
}

# --- user code -------------------------------------------------------------------------

# Runs user code, in scalar context. Returns its value, or the outcome and the error object of how it ended.
sub attempt ($self, $frame, $code, @arguments) {
    my $value;
    my $ok = do {
        local $SIG{__DIE__} = \&Parley::Trace::on_die;
        $frame->{in_user_code} = 1;
        eval { $value = $code->(@arguments); 1 };
    };
    my $error = $@;
    $frame->{in_user_code} = 0;

    # A child that the handler forked and that has come to the handler's end has nothing more to do here.
    CORE::exit(0) if $$ != $self->{kernel}{pid};
    return ('exit', _exited($frame)) if defined $frame->{exit_status};
    return (undef,  $value) if $ok;
    return failure($frame, $error);
}

# exit ends the frame even when the handler catches what stands for it.
sub _exited ($frame) {
    my $message = "exit($frame->{exit_status}) was called: it ends the handler, not the kernel";
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
    delete $self->{kernel}{frames}{$frame->{id}};
    $outcome = 'handler_error' if $outcome eq 'exit';
    my $session = $self->{kernel}{session};
    my $sent    = eval {
        Parley::Streams::flush($frame) if $frame->{output};
        my $json = ref $content ? (Parley::Values::encode($content))[0] : $content;
        $session->post($frame->{reply}, $frame->{raw}, qq({"outcome":"$outcome"$extra}), $json, @{$buffers // []});
        1;
    };
    $frame->{deaths} = undef;
    return if $sent;
    my $error = $@;
    my ($kind, $reply) = blessed $error && $error->isa('Parley::Error')
        ? ($error->kind, $error->to_reply)
        : ('handler_error', {ename => 'Died', evalue => "$error", message => "the reply could not be sent: $error"});
    $session->post($frame->{reply}, $frame->{raw}, qq({"outcome":"$kind"}), (Parley::Values::encode($reply))[0]);
    return;
}

# The frame's coroutine ended before the frame: that, too, is an outcome.
sub _abandoned ($self, $frame, $error) {
    return if $$ != $self->{kernel}{pid} || !$self->{kernel}{frames}{$frame->{id}};
    $error = "$error; return from the handler instead of ending its coroutine" if !ref $error && $error !~ /\n\z/x;
    my ($outcome, $content) = defined $frame->{exit_status} ? ('exit', _exited($frame)) : failure($frame, $error);
    $self->finish($frame, $outcome, $content);
    return;
}

# --- calls -----------------------------------------------------------------------------

sub call ($self, $message) {
    my $metadata = $message->{metadata};
    my $method   = $metadata->{method};
    my $handler  = $self->{kernel}{methods}{$method};
    $self->run($message, 'call_reply', sub ($frame) {
        return _no_provider($self, $method) if !$handler;
        my $params = eval { Parley::Envelope::content($message) };
        return _unreadable($self, $message, $@) if !$params;
        my ($failed, $value) = $self->attempt($frame, $handler, $params);
        return ($failed, $value) if $failed;
        return $self->_produce($frame, $method, $value) if $metadata->{stream};
        return _result($method, $value);
    }, title => $method, credit => $metadata->{credit} // 64);
    return;
}

sub _no_provider ($self, $method) {
    my @nearest = sort keys $self->{kernel}{methods}->%*;
    return ('no_provider', {message => "this plugin does not provide $method", nearest => \@nearest});
}

sub _unreadable ($self, $message, $problem) {
    chomp $problem;
    $self->{kernel}->complain_to_sender($message, "the parameters cannot be read: $problem");
    return ('invalid_payload', {message => "the parameters cannot be read: $problem", pointer => q{}, expected => 'JSON', got => 'other'});
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
        return ('invalid_reply', {
            message  => "$method yields a stream: read it with stream()",
            pointer  => '/value', expected => 'a value', got => 'a stream',
        });
    }
    return _encoded($value);
}

# Sends what a code reference returns, item by item, until it returns undef. With no credit left it waits.
sub _produce ($self, $frame, $method, $next) {
    if (ref $next ne 'CODE') {
        return ('invalid_reply', {
            message => "$method does not yield: call it with call()",
            pointer => q{}, expected => 'a code reference that returns item after item, then undef', got => 'a value',
        });
    }
    my $session  = $self->{kernel}{session};
    my $sequence = 0;
    while (1) {
        my ($failed, $item) = $self->attempt($frame, sub {
            $self->_await_credit($frame);
            return $next->();
        });
        return ($failed, $item) if $failed;
        last if !defined $item;
        my ($outcome, $content, $buffers, $extra) = _encoded($item);
        return ($outcome, $content) if $outcome ne 'ok';
        Parley::Streams::flush($frame) if $frame->{output};
        my $sent = eval {
            $session->post('yield_item', $frame->{raw}, '{"sequence":' . $sequence++ . "$extra}", $content, @{$buffers // []});
        };
        return ($@->kind, $@->to_reply) if !$sent;
        $frame->{credit}--;
    }
    return ('ok', '{"value":null}');
}

sub _await_credit ($self, $frame) {
    while ($frame->{credit} <= 0) {
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
    $self->run($message, 'event_reply', sub ($frame) {
        my $payload = eval { Parley::Envelope::content($message) };
        return _unreadable($self, $message, $@) if !$payload;
        my @errors;
        for my $index (0 .. $#handlers) {

            # Each handler has the payload to itself: what one changes, the next does not see.
            my $own = $index ? Parley::Envelope::content($message) : $payload;
            my ($failed, $error) = $self->attempt($frame, $handlers[$index], $own);
            next if !$failed;
            return ($failed, $error) if $failed eq 'cancelled';
            push @errors, $error;
        }
        return ('ok', '{"handlers":' . @handlers . '}') if !@errors;
        return ('handler_error', {$errors[0]->%*, @errors > 1 ? (errors => \@errors) : ()});
    }, title => $message->{metadata}{event});
    return;
}

# Runs handlers one after the other; all of them, unless $stop_at_error.
sub hooks ($self, $message, $type, $hooks, $stop_at_error, $done) {
    $self->run($message, $type, sub ($frame) {
        my @first;
        for my $hook (@$hooks) {
            my ($failed, $error) = $self->attempt($frame, $hook);
            next if !$failed;
            @first = ($failed, $error) if !@first;
            last if $stop_at_error;
        }
        $done->(!@first);
        return @first ? @first : ('ok', '{}');
    }, title => $type =~ s/_reply\z//xr);
    return;
}

1;

__END__

=head1 NAME

Parley::Executor - runs handlers and turns how they end into replies

=head1 DESCRIPTION

Every frame ends in exactly one reply: a value, an error with its frames, or the outcome that fits, whatever the handler
does: exits, forks, swallows exceptions, ends its coroutine, returns what cannot be sent.

=cut
