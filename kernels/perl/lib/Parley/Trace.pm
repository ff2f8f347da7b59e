package Parley::Trace;

use v5.36;
no warnings qw(surrogate non_unicode nonchar);

use Coro         ();
use Scalar::Util qw(blessed refaddr);

use Parley::Acknowledgement;
use Parley::Error;

# How many errors of a frame are remembered, to find where one was raised and what caused it.
use constant REMEMBERED => 4;

# How far a stack is followed outward: each further level takes perl longer than the one before.
use constant DEEPEST => 1_000;

# What one text of an error may take on the wire.
use constant LONGEST_TEXT => 65_536;

my ($shim)  = __FILE__ =~ m{\A(.*/)Parley/}xs;
my $folder  = q{};
my %is_shim = map { $INC{$_} => 1 } qw(Coro.pm Coro/State.pm);

# The plugin's folder, against which relative file names are read, and the shim's main file.
sub set_folder ($path) {
    $folder = $path;
    return;
}

sub set_main ($path) {
    $is_shim{$path} = 1;
    return;
}

# --- stacks ----------------------------------------------------------------------------

# Where the running code is: frames, outermost first, of user code only. `caller` says where a sub was
# called from, and the next level in which function that is. An eval block is no function of its own: of the two
# places in it and around it the inner one stays.
sub stack () {
    my (@frames, $place);
    my $level = 0;
    while (my (undef, $file, $line, $sub, undef, undef, $text, $is_file) = caller $level++) {
        last if $level > DEEPEST;
        if ($place) {
            next if $sub eq '(eval)' && !$is_file && !defined $text;
            push @frames, {%$place, function => $sub eq '(eval)' ? 'main' : $sub =~ s/\Amain:://xr};
            undef $place;
        }
        $is_shim{$file} //= index($file, $shim) == 0;

        # Line 0 is where perl says that it was still compiling the file.
        $place = {file => _absolute($file), line => 0 + $line} if $line && !$is_shim{$file};
    }
    push @frames, {%$place, function => 'main'} if $place;
    return [reverse @frames];
}

sub _absolute ($file) {
    return $file if $file  =~ m{\A[/<(]}x;
    return "$folder/$file" =~ s{/\./}{/}gxr;
}

# The die hook: remembers where an error was raised, for it is too late when it has been caught.
sub on_die ($error, @) {
    my $frame  = $Coro::current->{frame} or return;
    my $deaths = $frame->{deaths} //= [];
    my $key    = _key($error);
    return if grep { $_->{key} eq $key } @$deaths;
    push @$deaths, {key => $key, error => $error, stack => stack()};
    shift @$deaths if @$deaths > REMEMBERED;
    return;
}

sub _key ($error) {
    return ref $error ? refaddr $error : "=$error";
}

sub _stack_of ($error, $frame) {
    return $error->{own_frames} if blessed $error && $error->isa('Parley::Error') && $error->{own_frames};
    my $key = _key($error);
    for my $death (@{$frame->{deaths} // []}) {
        return $death->{stack} if $death->{key} eq $key;
    }
    return [] if ref $error;
    my ($file, $line) = $error =~ /\ at\ (.+?)\ line\ ([0-9]+)[.,]/x or return [];
    return [{file => _absolute($file), line => 0 + $line, function => 'main'}];
}

# --- error objects ---------------------------------------------------------------------

# The error object of `handler_error` for what a handler died with.
sub describe ($error, $frame) {
    my $own = [map { +{%$_} } @{_stack_of($error, $frame)}];
    if (@$own && $own->[0]{function} eq '__ANON__' && defined $frame->{title}) {
        $own->[0]{function} = $frame->{title};
    }
    my $described
        = !ref $error                     ? _text_error($error, $frame)
        : !(blessed $error)               ? _plain(ref $error, 'died with ' . _an(ref $error))
        : !$error->isa('Parley::Error')   ? _object_error($error, $frame)
        : $error->kind eq 'handler_error' ? _passed_on($error, $frame)
        :                                   _other_outcome($error);
    my $theirs = delete $described->{frames} // [];
    $described->{frames}    = [@$own, @$theirs];
    $described->{traceback} = [@{_traceback($described, $own)}, @{delete $described->{their_traceback} // []}];
    return $described;
}

sub _an ($kind) {
    return 'a reference of type ' . lc $kind;
}

sub _plain ($ename, $evalue) {
    return {ename => $ename, evalue => $evalue, message => $evalue};
}

# Text that perl completed says where; that is told by the frames.
sub _text_error ($error, $frame) {
    my $text      = clean($error);
    my $said      = _without_place($text);
    my $described = _plain('Died', length $said ? $said : 'Died');
    for my $death (reverse @{$frame->{deaths} // []}) {
        next if $death->{key} eq _key($error);
        my $other
            = blessed $death->{error} && $death->{error}->isa('Parley::Error')
            ? $death->{error}->message
            : _without_place(clean($death->{error}));
        next if length $other < 3 || index($said, $other) < 0 || $said eq $other;
        $described->{cause} = _as_cause($death->{error}, $frame);
        last;
    }
    return $described;
}

sub _without_place ($text) {
    return $text =~ s/(?:\ at\ [^\n]+?\ line\ [0-9]+(?:,\ <[^>\n]*>\ (?:line|chunk)\ [0-9]+)?[.])?\n*\z//xr;
}

sub _object_error ($error, $frame) {
    my $text      = eval { _without_place(clean($error->can('message') ? $error->message : "$error")) };
    my $class     = $error->isa('Parley::Acknowledgement') ? $error->short_name : ref $error;
    my $described = _plain($class, $text // 'an exception that cannot be printed');
    for my $method (qw(cause previous_exception)) {
        my $cause = $error->can($method) && eval { $error->$method } or next;
        $described->{cause} = _as_cause($cause, $frame);
        last;
    }
    return $described;
}

# A handler_error that came from a call stays what it was; one made here is like any other.
sub _passed_on ($error, $frame) {
    if (!defined $error->{kind}) {
        my $described = _plain(ref $error, clean($error->message));
        $described->{cause} = _as_cause($error->{cause}, $frame) if defined $error->{cause};
        return $described;
    }
    my %described = map { $_ => $error->{$_} } grep { defined $error->{$_} } qw(message ename evalue cause frames);
    $described{ename}  //= 'HandlerError';
    $described{evalue} //= $described{message};
    $described{their_traceback} = $error->{traceback} if ref $error->{traceback} eq 'ARRAY';
    return \%described;
}

sub _other_outcome ($error) {
    return {
        %{_plain($error->short_name, clean($error->message))},
        cause => {outcome => $error->kind, $error->to_reply->%*},
    };
}

sub _as_cause ($error, $frame) {
    return $error if ref $error eq 'HASH' && defined $error->{message};
    if (blessed $error && $error->isa('Parley::Error') && defined $error->{kind}) {
        return {outcome => $error->kind, $error->to_reply->%*};
    }
    return {outcome => 'handler_error', describe($error, $frame)->%*};
}

# As perl's own Carp prints it, innermost first.
sub _traceback ($described, $frames) {
    my @inward = reverse @$frames;
    return [$described->{message}] if !@inward;
    my @lines = ("$described->{message} at $inward[0]{file} line $inward[0]{line}.");
    for my $index (1 .. $#inward) {
        push @lines, "\t$inward[$index - 1]{function} called at $inward[$index]{file} line $inward[$index]{line}";
    }
    return \@lines;
}

# --- text ------------------------------------------------------------------------------

# Valid Unicode from whatever a plugin printed or died with: octets that are UTF-8 are read as such, others as
# Latin-1; what is no character becomes U+FFFD.
sub clean ($text, $is_characters = 0) {
    $text = "$text";
    utf8::decode($text) if !$is_characters && !utf8::is_utf8($text) && $text =~ /[\x80-\xff]/x;
    $text =~ s/[\x{d800}-\x{dfff}]|[^\x{0}-\x{10ffff}]/\x{fffd}/gx if $text =~ /[^\x00-\xff]/x;
    return length $text > LONGEST_TEXT && !$is_characters ? substr($text, 0, LONGEST_TEXT) . "\x{2026}" : $text;
}

1;

__END__

=encoding utf8

=head1 NAME

Parley::Trace - where an error was raised, and how it is told to other languages

=head1 DESCRIPTION

A die hook remembers the stack of each error of a frame; C<describe> makes the error object of an exception:
class, text, frames of user code in call order, joined with those of the plugin it came from, and its cause.

A cause is found in an exception's C<cause> (or C<previous_exception>) method, and for C<die "...: $@"> in the
error whose text the new one quotes.

=cut
