package Parley::Events;

use v5.36;

use Exporter     qw(import);
use Scalar::Util qw(looks_like_number);

use Parley::Acknowledgement;
use Parley::Confirmation;
use Parley::Registration;
use Parley::Requests qw(arguments ask kernel paths payload quoted send_for_frame usage);
use Parley::Shapes;
use Parley::Values;

our @EXPORT_OK = qw(emit nack on reject);

# --- subscribing -----------------------------------------------------------------------

sub on ($pattern, $handler, @options) {
    my $name = quoted($pattern, 'the name of an event, or a pattern,');
    usage("on '$pattern' needs a sub") if ref $handler ne 'CODE';
    my $shape         = Parley::Shapes::of(@options);
    my $subscriptions = kernel()->{subscriptions};
    my $id            = $subscriptions->add($pattern, $handler, $shape);
    my $content
        = qq({"subscription":"$id","pattern":$name)
        . ($shape ? ',"shape":' . (Parley::Values::encode($shape))[0] : q{}) . '}';
    if (!eval { ask('subscribe', '{}', $content, subscription => $id); 1 }) {
        my $error = $@;
        $subscriptions->remove($id);
        die $error;
    }
    return Parley::Registration->new(
        sub {
            $subscriptions->remove($id);
            send_for_frame('unsubscribe', '{}', qq({"subscription":"$id"}));
        }
    );
}

# --- emitting --------------------------------------------------------------------------

sub emit ($event, @rest) {
    my ($fields, %options) = arguments('emit', [qw(confirm require timeout event_id)], @rest);
    my ($content, $buffers, $paths) = payload('the fields of an event', $fields);
    my $metadata
        = '{"event":'
        . quoted($event, 'the name of an event')
        . _confirmation(%options)
        . (defined $options{event_id} ? ',"event_id":' . Parley::Values::encode_text("$options{event_id}") : q{})
        . ($options{metadata} // q{})
        . paths($paths) . '}';
    my $reply = ask('emit', $metadata, $content, buffers => $buffers);
    return defined $options{confirm} ? Parley::Confirmation->new($reply) : $reply->{subscriptions};
}

sub _confirmation (%options) {
    my ($metadata, $confirm) = (q{}, $options{confirm});
    if (defined $confirm) {
        usage("the option confirm of emit is 'all', 'any' or a number of subscribers, not '$confirm'")
            if $confirm !~ /\A(?:all|any|[1-9][0-9]{0,17})\z/x;
        $metadata = $confirm =~ /\d/x ? qq(,"confirm":$confirm) : qq(,"confirm":"$confirm");
    }
    $metadata .= ',"require":' . ($options{require} ? 'true' : 'false') if defined $options{require};
    return $metadata;
}

# --- handing back ----------------------------------------------------------------------

sub nack ($delay = undef) {
    usage("the delay of nack is a number of seconds of at least 0, not '$delay'")
        if defined $delay && !(looks_like_number($delay) && $delay >= 0 && $delay < 9**9**9);
    Parley::Nack->throw(
        message => 'the event was handed back' . (defined $delay ? ", to come again in $delay s" : q{}),
        delay   => defined $delay ? 0 + $delay : undef
    );
}

sub reject ($reason = undef) {
    Parley::Reject->throw(message => defined $reason ? "$reason" : 'the event was rejected');
}

1;

__END__

=head1 NAME

Parley::Events - the functions of the SDK that are about events

=head1 DESCRIPTION

C<on>, C<emit>, C<nack> and C<reject>, which L<Parley> exports and describes.

=cut
