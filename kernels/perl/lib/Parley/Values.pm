package Parley::Values;

use v5.36;
no warnings qw(experimental::builtin surrogate non_unicode nonchar recursion);

use Parley::Bytes;
use Parley::Error;

use constant MAX_DEPTH => 128;

# Floats below this have fewer than 15 digits.
use constant SMALLEST_NORMAL => 2.2250738585072014e-308;

# A float travels through the JSON parser as an object with this one key: JSON::XS rounds most
# floats wrongly in the last digits, perl's own numeric conversion does not. Random, so that no
# payload has it.
my $float_key = sprintf 'float-%08x%08x', rand 2**32, rand 2**32;

my %escape = (
    q{"}  => q{\"},
    q{\\} => q{\\\\},
    "\b"  => '\b',
    "\f"  => '\f',
    "\n"  => '\n',
    "\r"  => '\r',
    "\t"  => '\t',
);
$escape{chr $_} //= sprintf '\u%04x', $_ for 0 .. 31;

# The parsers and their method are taken once: a plugin that redefines JSON::XS harms only itself.
my ($parser, $parse, $float_parser);

sub use_library ($library) {
    (my $file = "$library.pm") =~ s{::}{/}gx;
    require $file;
    $parse        = $library->can('decode');
    $parser       = _parser($library, MAX_DEPTH + 1);
    $float_parser = _parser($library, MAX_DEPTH + 2);
    $float_parser->filter_json_single_key_object($float_key => sub ($text) { return 0 + $text });
    return;
}

sub _parser ($library, $depth) {
    return $library->new->utf8->allow_nonref->max_depth($depth)->boolean_values(!!0, !!1);
}

# JSON::XS where it is installed; the same tests pass with JSON::PP alone. Chosen at the first use, which is after hello.
sub _choose () {
    my $wanted = $ENV{PARLEY_PERL_JSON};
    return use_library($wanted)    if $wanted;
    return use_library('JSON::XS') if eval { require JSON::XS; 1 };
    return use_library('JSON::PP');
}

# --- decoding --------------------------------------------------------------------------

# For the shim's own fields, where the last digit of a float does not matter.
sub decode_fast ($json) {
    _choose() if !$parser;
    return $parse->($parser, $json);
}

# Two objects, or an empty list when one of the texts is none.
sub decode_pair ($one, $other) {
    _choose() if !$parser;
    my @pair = eval { ($parse->($parser, $one), $parse->($parser, $other)) };
    return @pair == 2 && ref $pair[0] eq 'HASH' && ref $pair[1] eq 'HASH' ? @pair : ();
}

# Dies with a plain sentence when the bytes are no JSON that Parley may carry.
sub decode ($json, $max_depth = MAX_DEPTH + 1) {

    _choose() if !$parser;

    # The libraries let these by: surrogates, and what lies beyond U+10FFFF.
    die "the text is not valid Unicode\n" if $json =~ /\xed[\xa0-\xbf]|\xf4[\x90-\xff]|[\xf5-\xff]/x;
    _check_depth($json, $max_depth) if ($json =~ tr/[{//) > $max_depth;
    if ($json !~ /(?:\A|[[:,])\s*-?[0-9]++(?:[.eE]|(?<=[0-9]{18}))/x) {
        return $parse->($parser, $json);
    }
    $json =~ s{
        "(?:[^"\\]++|\\.)*+" (*SKIP)(*FAIL)
        | (-?(?:0|[1-9][0-9]*+) (?:\.[0-9]++)? (?:[eE][-+]?[0-9]++)?)
    }{_number($1)}gxse;
    return $parse->($float_parser, $json);
}

sub _number ($text) {
    return qq({"$float_key":"$text"}) if $text =~ /[.eE]/x;
    return $text                      if length $text < 19;
    my $integer = 0 + $text;
    die "$text is beyond 64 bits\n"
        if "$integer" ne $text || $integer > 9_223_372_036_854_775_807;

    # The libraries make text of the longest integers.
    return qq({"$float_key":"$text"});
}

sub _check_depth ($json, $max_depth) {
    $json =~ s/"(?:[^"\\]++|\\.)*+"//gxs;
    my ($depth, $deepest) = (0, 0);
    while ($json =~ /([[{])|[]}]/gx) {
        $depth += $1 ? 1 : -1;
        $deepest = $depth if $depth > $deepest;
    }
    die "the value is nested deeper than $max_depth levels\n" if $deepest > $max_depth;
    return;
}

# Puts buffers back where metadata.buffer_paths says.
sub restore_bytes ($content, $paths, $buffers) {
    my $root = {content => $content};
    for my $index (0 .. $#$paths) {
        my $slot = \$root->{content};
        for my $step (@{$paths->[$index]}) {
            my $kind = ref $$slot;
            die "a buffer's path leads nowhere\n"
                if $kind ne 'HASH' && !($kind eq 'ARRAY' && $step =~ /\A[0-9]+\z/x && $step < @$$slot);
            $slot = $kind eq 'HASH' ? \$$slot->{$step} : \$$slot->[$step];
        }
        $$slot = Parley::Bytes->new($buffers->[$index] // die "a buffer is missing\n");
    }
    return $root->{content};
}

# --- encoding --------------------------------------------------------------------------

# What one encoding works on; encode itself never suspends, so one of each is enough.
my (@path, @buffers, @buffer_paths);

# Returns the JSON as bytes, the buffers and their paths (undef when there are none). $prefix is
# where in the content the value will stand, e.g. 'value'; it appears in buffer paths only.
sub encode ($value, $prefix = undef) {
    (@path, @buffers, @buffer_paths) = ();
    my $json = _encode($value, 0);
    utf8::downgrade($json);
    return ($json, undef, undef) if !@buffers;
    if (defined $prefix) { unshift @$_, $prefix for @buffer_paths }
    return ($json, [@buffers], [@buffer_paths]);
}

sub encode_text ($text) {
    return _text($text);
}

sub _encode ($value, $depth) {
    my $kind = ref $value;
    if ($kind eq 'HASH') {
        _refuse('is nested deeper than 128 levels, or holds itself') if $depth >= MAX_DEPTH;
        my @members;
        for my $key (keys %$value) {
            push @path,    $key;
            push @members, _text($key) . q{:} . _encode($value->{$key}, $depth + 1);
            pop @path;
        }
        return '{' . join(q{,}, @members) . '}';
    }
    if ($kind eq 'ARRAY') {
        _refuse('is nested deeper than 128 levels, or holds itself') if $depth >= MAX_DEPTH;
        my @items;
        for my $index (0 .. $#$value) {
            push @path,  \$index;
            push @items, _encode($value->[$index], $depth + 1);
            pop @path;
        }
        return '[' . join(q{,}, @items) . ']';
    }
    return _reference($value, $kind)              if $kind ne q{};
    return 'null'                                 if !defined $value;
    return _float_or_integer($value)              if builtin::created_as_number($value);
    return $value ? 'true' : 'false'              if builtin::is_bool($value);
    _refuse('is a glob, which JSON cannot carry') if ref \$value eq 'GLOB';
    return _text($value);
}

my %boolean_class = map { $_ => 1 } qw(JSON::PP::Boolean Types::Serialiser::Boolean boolean);

sub _reference ($value, $kind) {
    if ($kind eq 'Parley::Bytes') {
        push @buffers,      $value->octets;
        push @buffer_paths, [map { ref $_ ? 0 + $$_ : $_ } @path];
        return 'null';
    }
    return $value ? 'true' : 'false' if $boolean_class{$kind};

    # \1 and \0, the old way to say true and false.
    if ($kind eq 'SCALAR' && defined $$value && $$value =~ /\A[01]\z/x) {
        return $$value ? 'true' : 'false';
    }
    _refuse($kind eq 'CODE' ? 'is a function, which JSON cannot carry' : "is of type $kind, which JSON cannot carry");
}

sub _float_or_integer ($number) {
    my $text = "$number";
    if ($text =~ /\A-?[0-9]+\z/x) {
        _refuse("is $text, beyond the 64 bits of an integer") if $number > 9_223_372_036_854_775_807;
        return $text                                          if $text == $number;
    }
    _refuse("is $text, which JSON cannot carry") if $text =~ /(?:inf|nan)/xi;
    for my $digits (abs $number < SMALLEST_NORMAL ? (1 .. 17) : (15, 16, 17)) {
        $text = sprintf '%.*g', $digits, $number;
        last if $text == $number;
    }
    return $text;
}

sub _text ($text) {
    return qq{"$text"} if $text !~ /[^\x20\x21\x23-\x5b\x5d-\x7e]/x;
    $text =~ s/(["\\\x00-\x1f])/$escape{$1}/gx;
    if ($text =~ /[^\x00-\x7f]/x) {
        _refuse('is text that is not valid Unicode') if $text =~ /[\x{d800}-\x{dfff}]|[^\x{0}-\x{10ffff}]/x;
        utf8::encode($text);
    }
    return qq{"$text"};
}

sub _refuse ($reason) {
    my $path = q{$};
    for my $step (@path) {
        $path
            .= ref $step                  ? "[$$step]"
            : $step =~ /\A[^\W\d]\w*\z/xa ? ".$step"
            :                               sprintf '["%s"]', $step =~ s/([^\x20-\x7e])/sprintf '\x{%x}', ord $1/gxer;
    }
    die Parley::Error::NotSerializable->new(message => "the value at $path $reason", path => $path);
}

1;

__END__

=head1 NAME

Parley::Values - values to JSON and back, faithfully or not at all

=head1 DESCRIPTION

What JSON cannot carry is refused with C<not_serializable> and the path to it; nothing is changed in
silence. Perl's own knowledge decides: a scalar that was made as a number is a number, one that was made
as text is text, even if it looks like a number or has been used as one; C<!!1> and C<!!0>, and the
booleans of L<JSON::PP>, L<JSON::XS> and L<boolean>, are booleans. Strings are text: characters, not
octets, which C<bytes> is for.

Encoding is done here, because both JSON libraries shorten floats to 15 digits and turn a number that has
been printed into text. Decoding is theirs, except for floats.

=head1 ENVIRONMENT

C<PARLEY_PERL_JSON> names the library (C<JSON::XS> or C<JSON::PP>) for tests.

=cut
