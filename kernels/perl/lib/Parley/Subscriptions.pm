package Parley::Subscriptions;

use v5.36;

use Parley::Scheduler;
use Parley::Waiting;

# A ping may overtake the last events, which come on the other socket: so long are they waited for.
use constant TAIL => 0.1;

sub new ($class, $session) {
    return bless {
        session => $session,
        count   => 0,
        by_id   => {},         # subscription → {order, matches, handler, batch}
        topics  => {},         # topic → {event, key, ids}
        last    => {},         # event → the last sequence number seen or reported
    }, $class;
}

# --- subscriptions ---------------------------------------------------------------------

sub add ($self, $pattern, $handler, $shape = undef) {
    my $id = 's' . ++$self->{count};
    $self->{by_id}{$id} = {
        order   => $self->{count},
        matches => _matcher($pattern),
        handler => $handler,
        batch   => !!($shape && $shape->{batch}),
    };
    return $id;
}

# A pattern as a regular expression: `*` is one segment, `**` at the end any number.
sub _matcher ($pattern) {
    my @segments = split /:/x, $pattern, -1;
    my $any      = @segments && $segments[-1] eq '**' && pop @segments;
    my $begin    = join q{:}, map { $_ eq q{*} ? '[^:]+' : quotemeta } @segments;
    return qr/\A$begin\z/x if !$any;
    return @segments ? qr/\A$begin(?::.*)?\z/xs : qr/\A/x;
}

sub remove ($self, $id) {
    delete $self->{by_id}{$id} or return;
    for my $topic (keys $self->{topics}->%*) { $self->_leave($id, $topic) }
    return;
}

sub remove_all ($self) {
    $self->remove($_) for keys $self->{by_id}->%*;
    return;
}

sub _leave ($self, $id, $topic) {
    my $ids = ($self->{topics}{$topic} // return)->{ids};
    delete $ids->{$id};
    return if %$ids;
    $self->{session}->unsubscribe($topic);
    delete $self->{topics}{$topic};
    return;
}

sub _join ($self, $id, $topics) {
    for my $entry (@$topics) {
        my ($topic, $event, $key) = @$entry{qw(topic event key)};
        utf8::encode($key);
        if (!$self->{topics}{$topic}) {
            $self->{topics}{$topic} = {event => $event, key => $key, ids => {}};
            $self->{session}->subscribe($topic);
        }
        $self->{topics}{$topic}{ids}{$id} = 1;
    }
    return;
}

# First the topics, then the nonce: both go through one pipe, so when the orchestrator reads the nonce the topics are
# in force. It answers with `subscribed`, and only then does `on` return.
sub on_subscribe_reply ($self, $message, $content) {
    my $waiting = Parley::Waiting::of(Parley::Envelope::parent_id($message)) or return;
    my $outcome = $message->{metadata}{outcome} // 'ok';
    return $waiting->arrived(reply => $message) if $outcome ne 'ok';
    my $id = $waiting->{subscription};
    return if !$self->{by_id}{$id};
    $self->_join($id, $content->{topics} // []);
    $self->{session}->subscribe($content->{nonce});
    $waiting->{nonce} = $content->{nonce};
    return;
}

sub on_subscribed ($self, $message, $) {
    my $waiting = Parley::Waiting::of(Parley::Envelope::parent_id($message)) or return;
    $self->{session}->unsubscribe(delete $waiting->{nonce}) if defined $waiting->{nonce};
    $waiting->arrived(reply => $message);
    return;
}

sub on_update ($self, $, $content) {
    my $id = $content->{subscription};
    if ($self->{by_id}{$id}) {
        $self->_join($id, $content->{add} // []);
        $self->_leave($id, $_) for @{$content->{remove} // []};
    }
    if (defined $content->{nonce}) {
        $self->{session}->subscribe($content->{nonce});
        $self->{session}->unsubscribe($content->{nonce});
    }
    return;
}

# --- events ----------------------------------------------------------------------------

sub key_of ($self, $topic) {
    my $entry = $self->{topics}{$topic} // return;
    return $entry->{key};
}

# The handlers for an event, in order of subscription.
sub handlers ($self, $message) {
    my $topic = $message->{topic};
    my @subscriptions
        = defined $topic
        ? @{$self->{by_id}}{keys(($self->{topics}{$topic} // {})->{ids}->%*)}
        : $self->_directed($message->{metadata});
    return map { $_->{handler} } sort { $a->{order} <=> $b->{order} } grep {defined} @subscriptions;
}

# An event for this plugin alone names its subscriptions, or else its name and whether it is a batch tell which.
sub _directed ($self, $metadata) {
    my $named = $metadata->{subscriptions};
    return @{$self->{by_id}}{@$named} if ref $named eq 'ARRAY';
    my ($event, $batch) = ($metadata->{event} // q{}, !!$metadata->{batch});
    return grep { $_->{batch} == $batch && $event =~ $_->{matches} } values $self->{by_id}->%*;
}

# --- gaps ------------------------------------------------------------------------------

sub note_sequence ($self, $message) {
    my ($event, $sequence) = $message->{metadata}->@{qw(event sequence)};
    return if !defined $event || !defined $sequence;
    my $last = $self->{last}{$event};
    return if defined $last && $sequence <= $last;
    $self->{last}{$event} = $sequence;
    $self->_report($event, $sequence - $last - 1) if defined $last && $sequence > $last + 1;
    return;
}

# A ping tells the last numbers. Of an event never seen they are where counting begins.
sub on_ping ($self, $events) {
    my %subscribed = map { $_->{event} => 1 } values $self->{topics}->%*;
    my @behind;
    for my $event (grep { $subscribed{$_} } keys %$events) {
        my $last = $self->{last}{$event} //= $events->{$event};
        push @behind, $event if $last < $events->{$event};
    }
    return if !@behind;
    Parley::Scheduler::after(
        TAIL,
        sub {
            for my $event (@behind) {
                my $missed = $events->{$event} - $self->{last}{$event};
                next if $missed <= 0;
                $self->{last}{$event} = $events->{$event};
                $self->_report($event, $missed);
            }
        }
    );
    return;
}

sub _report ($self, $event, $missed) {
    my ($content) = Parley::Values::encode({event => $event, missed => $missed});
    $self->{session}->post('event_gap', '{}', '{}', $content);
    return;
}

1;

__END__

=encoding utf8

=head1 NAME

Parley::Subscriptions - which topics lead to which handlers, and which events are missing

=head1 DESCRIPTION

The orchestrator matches patterns and hands out topics, each with its own key; here topics are only mapped to
handlers. See F<specs/kernel-protocol.md>, section 5.

=cut
