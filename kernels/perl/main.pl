#!/usr/bin/perl
use v5.36;

# An interrupt that comes before the kernel is ready must not end it.
BEGIN {
    $SIG{INT} = sub { };    ## no critic (RequireLocalizedPunctuationVars)
}

die "usage: main.pl CONNECTION_FILE\n" if @ARGV != 1;
my $ended = eval {
    require Parley::Kernel;
    Parley::Kernel->run(shift @ARGV);
    1;
};
if (!$ended) {
    my $problem = $@;
    $problem = "Coro is not installed: apt-get install libcoro-perl, or cpanm Coro\n"
        if $problem =~ /\ACan't\ locate\ Coro/x;
    die "parley: $problem";
}
