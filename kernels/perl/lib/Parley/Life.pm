package Parley::Life;

use v5.36;

use Parley::Envelope;
use Parley::Scheduler;
use Parley::Streams;
use Parley::Trace;
use Parley::Values;

sub new ($class, $kernel) {
    return bless {kernel => $kernel, executor => $kernel->{executor}}, $class;
}

# --- load, start, unload, shut down ----------------------------------------------------

sub load ($self, $message) {
    my $plugin = Parley::Envelope::content($message);
    my $kernel = $self->{kernel};
    $kernel->{plugin} = $plugin;

    # A program that attached is loaded already.
    if ($kernel->{attachment}) {
        $self->{executor}->run($message, 'load_plugin_reply', sub ($executor, $frame) { return ('ok', '{}') });
        return;
    }
    Parley::Trace::set_folder($plugin->{folder});
    Parley::Kernel::need('Parley/Loader.pm');
    $self->{executor}->run(
        $message,
        'load_plugin_reply',
        sub ($executor, $frame) {
            my ($failed, $error)
                = $self->{executor}->attempt($frame, sub { Parley::Loader::load_file($plugin->@{qw(main folder)}) });
            return $failed ? ($failed, $error) : ('ok', '{}');
        }
    );
    return;
}

sub start ($self, $message) {
    my $kernel = $self->{kernel};
    $self->{executor}->hooks(
        $message,
        'start_plugin_reply',
        [$kernel->{on_start}->@*],
        stop_at_error => 1,
        done          => sub ($ok) {
            Parley::Scheduler::after(0, sub { $kernel->release_events }) if $ok;
            $kernel->{attachment}->started                               if $ok && $kernel->{attachment};
        },
    );
    return;
}

# The handlers of on_stop, in reverse order, and only once.
sub _stop ($self, $message, $type, $then) {
    my @hooks = reverse splice $self->{kernel}{on_stop}->@*;
    $self->{executor}->hooks($message, $type, \@hooks, done => $then);
    return;
}

sub unload ($self, $message) {
    my $kernel = $self->{kernel};
    $self->_stop(
        $message,
        'unload_plugin_reply',
        sub ($) {
            $kernel->{subscriptions}->remove_all;
            $kernel->{watches}->remove_all if $kernel->{watches};
            $kernel->{methods}->%* = ();
            $kernel->{on_start}    = [];
            $kernel->{started}     = 0;
            return;
        }
    );
    return;
}

# The reply is the last that is said.
sub shutdown ($self, $message) {    ## no critic (ProhibitBuiltinHomonyms)
    my $kernel = $self->{kernel};
    if ($kernel->{attachment} && defined(my $reason = Parley::Envelope::content($message)->{reason})) {
        return $kernel->end($reason);    # the orchestrator has let go of this program: nothing follows
    }
    $self->_stop(
        $message,
        'shutdown_reply',
        sub ($) {
            Parley::Scheduler::after(0, sub { $self->_leave }) if !$kernel->{attachment};
            return;
        }
    );
    return;
}

sub _leave ($self) {
    my $session = $self->{kernel}{session};
    Parley::Streams::flush_all();
    my $until = Parley::Scheduler::now() + 2;
    while ($session->flush && $session->{requests}->is_blocked && Parley::Scheduler::now() < $until) {
        $session->poll(0.05) or last;
    }
    $self->{kernel}->quit(0);
    return;
}

# --- cells -----------------------------------------------------------------------------

sub execute ($self, $message) {
    Parley::Kernel::need('Parley/Cells.pm');
    my $content = Parley::Envelope::content($message);
    my $code    = $content->{code} // q{};
    my $number  = Parley::Cells::next_number();
    $self->{executor}->run(
        $message,
        'execute_reply',
        sub ($executor, $frame) {
            my @values;
            my ($failed, $error)
                = $self->{executor}->attempt($frame, sub { @values = Parley::Cells::evaluate($code, $number); return });
            return $self->_failed($frame, $failed, $error, $number) if $failed;
            my $text = Parley::Cells::shown($code, @values);
            if (defined $text && !$content->{silent}) {
                my ($result) = Parley::Values::encode(
                    {   execution_count => $number,
                        data            => {'text/plain' => Parley::Trace::clean($text)},
                        metadata        => {},
                    }
                );
                $self->{kernel}->send_for($frame, 'execute_result', '{}', $result);
            }
            return ('ok', {status => 'ok', execution_count => $number, payload => [], user_expressions => {}});
        }
    );
    return;
}

sub _failed ($self, $frame, $outcome, $error, $number) {
    $error->{ename}     //= 'Cancelled';
    $error->{evalue}    //= $error->{message};
    $error->{traceback} //= [$error->{message}];
    my ($told) = Parley::Values::encode({map { $_ => $error->{$_} } qw(ename evalue traceback)});
    $self->{kernel}->send_for($frame, 'error', '{}', $told);
    return ($outcome, {%$error, status => 'error', execution_count => $number});
}

1;

__END__

=head1 NAME

Parley::Life - a plugin's loading, starting and ending, and cells

=head1 DESCRIPTION

What happens once or seldom in a kernel's life, apart from L<Parley::Kernel> so that it is loaded only when asked for.

=cut
