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
    my %known  = map { $_ => 1 } @Parley::Plugin::SDK;
    no strict 'refs';    ## no critic (ProhibitNoStrict)

    for my $name (@names ? @names : @Parley::Plugin::SDK) {
        die "Parley does not export $name\n" if !$known{$name};
        *{"${caller}::$name"} = \&{"Parley::Plugin::$name"};
    }
    return;
}

1;
