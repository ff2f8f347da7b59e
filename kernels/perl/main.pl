#!/usr/bin/perl
use v5.36;

# An interrupt that comes before the kernel is ready must not end it.
BEGIN {
    $SIG{INT} = sub { };    ## no critic (RequireLocalizedPunctuationVars)
}

eval { require Parley::Kernel; 1 } or do {
    my $problem = $@;
    $problem = "Coro is not installed: apt-get install libcoro-perl, or cpanm Coro\n"
        if $problem =~ /\ACan't\ locate\ Coro/x;
    die "parley: $problem";
};
die "usage: main.pl CONNECTION_FILE\n" if @ARGV != 1;

Parley::Trace::set_main(__FILE__);
Parley::Kernel->run(shift @ARGV);
