package Parley::Context;

use v5.36;

use Parley::Scheduler;

# Of the frame's metadata, under the names that plugins see.
my %from_metadata
    = (map({ $_ => $_ } qw(method event caller emitter depth event_id attempt)), trace => 'traceparent',);

{
    no strict 'refs';    ## no critic (ProhibitNoStrict)
    for my $name (keys %from_metadata) {
        my $field = $from_metadata{$name};
        *{$name} = sub ($self) { return $self->{frame}{metadata}{$field} };
    }
}

sub new ($class, $frame, $plugin) {
    return bless {frame => $frame // {}, loaded => $plugin // {}}, $class;
}

sub plugin ($self) {
    return $self->{loaded}{plugin};
}

sub tenant ($self) {
    return $self->{frame}{metadata}{tenant} // $self->{loaded}{tenant};
}

sub deadline ($self) {
    my $at = $self->{frame}{deadline} // return;
    return $at - Parley::Scheduler::now();
}

sub retained ($self) {
    return !!$self->{frame}{metadata}{retained};
}

sub cancelled ($self) {
    return !!$self->{frame}{cancelled};
}

1;

__END__

=head1 NAME

Parley::Context - about the frame that is running

=head1 SYNOPSIS

    log info => 'called', by => context->caller, seconds_left => context->deadline;

=head1 METHODS

C<plugin>, C<method> or C<event>, C<caller> or C<emitter>, C<depth>, C<deadline> (seconds that remain; undef
without a deadline), C<tenant>, C<trace> (W3C traceparent), C<event_id>, C<attempt>, C<retained> (whether the
event is the last one from before the subscription), C<cancelled>. A field that does not apply is undef.

=cut
