package Parley;

use v5.36;

# Not for this file, which `use v5.36` serves: for import, which passes them on.
use feature  ();
use strict   ();
use utf8     ();
use warnings ();

use Parley::Error;
use Parley::Plugin;

our $VERSION = '1.0.0';

# `use Parley;` also gives a plugin's file what `use v5.36; use utf8;` would: strict, warnings, signatures, say.
sub import ($class, @names) {
    strict->import;
    warnings->import;
    feature->import(':5.36');
    feature->unimport(qw(indirect multidimensional switch));
    utf8->import;
    my $caller = caller;
    my %home   = map { $_ => 'Parley::Plugin' } @Parley::Plugin::SDK;

    # A plugin that Parley runs has no use for these, and may have subs of those names.
    if (!Parley::Requests::is_hosted()) {
        require Parley::Attachment;
        $home{$_} = 'Parley::Attachment' for @Parley::Attachment::SDK;
    }
    no strict 'refs';    ## no critic (ProhibitNoStrict)

    for my $name (@names ? @names : sort keys %home) {
        die "Parley does not export $name\n" if !$home{$name};
        *{"${caller}::$name"} = \&{"$home{$name}::$name"};
    }
    return;
}

1;

__END__

=encoding utf8

=head1 NAME

Parley - write plugins in Perl

=head1 SYNOPSIS

    use Parley;

    provide 'pricing.quote' => sub ($params) {
        my $tax = call 'tax.rate', {country => $params->{country}}, timeout => 3;
        return {total => $params->{net} * (1 + $tax)};
    };

    on 'order:*' => sub ($event) {
        log info => 'an order', id => $event->{id};
        emit 'price:changed', {item => $event->{item}};
    };

=head1 DESCRIPTION

C<use Parley> at the top of a plugin's file exports the functions below and does what C<use v5.36; use utf8;> does: strict,
warnings, signatures, C<say>, and source in UTF-8. Nothing has to be installed and no path set.

Code reads as if it ran alone: C<call> returns the result. Meanwhile the handler is suspended, wherever it is, and other handlers
of the plugin run. Times are in seconds. Whatever goes wrong is raised as a L<Parley::Error>.

=head1 FUNCTIONS

=over 4

=item C<< provide METHOD => sub ($params) { ... } >>

Provides a method. The sub is called with one hash reference and what it returns, in scalar context, is the result. If it
returns a code reference, the method is a stream: the code is called for each item, until it returns undef. Returns a
L<Parley::Registration>; its C<dispose> withdraws the method.

=item C<< call METHOD, \%params, timeout => SECONDS, on_progress => sub ($fraction, $message) { ... } >>

Calls a method, of this or another plugin, and returns its result. Parameters and options may be left out.

=item C<< stream METHOD, \%params, timeout => SECONDS, window => ITEMS >>

Calls a method that yields a stream; returns a L<Parley::Stream>:

    my $rows = stream 'table.rows', {where => 'x'};
    while (my ($row) = $rows->next) { ... }

The producer is at most C<window> items (64) ahead. Leaving the loop early and dropping the stream cancels it.

=item C<< on PATTERN => sub ($event) { ... } >>

Subscribes to an event, or to all that match: segments are joined by C<:>, C<*> is one of them, C<**> at the end is any number.
Once it has returned, no event is missed. Returns a L<Parley::Registration>; its C<dispose> ends the subscription.

Options may follow that ask for another rhythm, one of them; times are in seconds:

    on 'stock:changed' => sub ($items) { ... }, batch => {window => 0.5, max => 100};    # a reference to a list
    on 'text:typed'    => sub ($event) { ... }, debounce => {wait => 1, max_wait => 5};
    on 'load:measured' => sub ($event) { ... }, throttle => {interval => 2};
    on 'price:changed' => sub ($event) { ... }, latest => {key => '/id', interval => 2};

=item C<< emit EVENT, \%payload, confirm => 'all', require => 1, timeout => SECONDS, event_id => ID >>

Emits an event and returns how many subscriptions it matched. With C<confirm> (C<all>, C<any> or a number) it waits until so many
plugins have handled it and returns a L<Parley::Confirmation>; C<require> makes it an error that nobody listens.
An event that is emitted again with its C<event_id> is a duplicate, and goes to nobody.

=item C<nack DELAY>, C<reject REASON>

In the handler of an event: hands it back, to be delivered again (after so many seconds, when that is given), or for good. Both raise
an exception that is no L<Parley::Error>. A handler that returns has handled its event.

=item C<< lock NAME => sub { ... } >>

Runs the block while holding a lock of that name, which no other frame of any plugin then holds, and returns the block's value.
Without a block it returns an object, and the lock is held as long as that is. A C<< timeout => SECONDS >> may follow.

=item C<< progress FRACTION, MESSAGE >>

Tells the caller how far a long call has come: 0 to 1, or undef when that is not known.

=item C<< log LEVEL => MESSAGE, field => value, ... >>

Writes to the orchestrator's log; the levels are debug, info, warning and error, and a message alone is of level info.
With one number, or nothing, C<log> is perl's logarithm, as ever.

=item C<< on_start sub { ... } >>, C<< on_stop sub { ... } >>

What is to run when the plugin starts, in order, and when it is unloaded, in reverse order.

=item C<context>

A L<Parley::Context> of the running frame: who called, which deadline, which event.

=item C<services PATTERN>

The methods that the plugin may call, all or those of a pattern: hashes of C<method>, C<plugin>, C<language>, C<stream> and
C<available>; a list, or in scalar context a reference to one.

=item C<< wait_for METHOD, timeout => SECONDS >>

Waits until someone provides the method.

=item C<contributions POINT>

What plugins contribute to an extension point of this plugin's: L<Parley::Contribution> objects; a list, or in scalar context a reference to one.

=item C<storage>

The plugin's L<Parley::Storage>: values and blobs that outlive it, and watches.

=item C<settings>

What the host gives this plugin: a hash reference, as the C<settings> of its manifest want it.

=item C<attach TOKEN>, C<serve>, C<detach>

In a program that Parley did not start, and only there: L<Parley::Attachment>.

=item C<bytes OCTETS>

Octets, to be sent as such: a L<Parley::Bytes>.

=back

=head1 SEE ALSO

F<README.md> in the kernel's folder, for values, errors and what is special in Perl.

=cut
