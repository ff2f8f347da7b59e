package Parley::Loader;

use v5.36;

use Parley::Error;

# Runs the plugin's file, in the running frame. Modules beside it are found without any path being set.
sub load_file ($file, $folder) {
    -r $file or Parley::Error->throw(message => "the plugin's file $file cannot be read: $!");
    my %known = map { $_ => 1 } @INC;
    unshift @INC, grep { !$known{$_} } "$folder/lib", $folder;
    _run($file);
    my $error = $@;
    die explained($error) if ref $error || length $error;
    return;
}

# In package main and without any lexical of ours.
sub _run {    ## no critic (RequireArgUnpacking)

    package main;    ## no critic (ProhibitMultiplePackages)
    return do $_[0];
}

# Perl's text about a file that does not compile, or a module that is not there, made into an error that says where.
# Any other error is returned as it is. $source is the text of a cell, which is in no file.
sub explained ($error, $source = undef) {
    return $error                  if ref $error;
    return _missing_module($error) if $error =~ /\ACan't\ locate\ \S+\ in\ \@INC/x;
    return $error                  if !is_syntax_error($error);
    my ($file, $line) = $error =~ /\ at\ (.+?)\ line\ ([0-9]+)(?=[,.])/x or return $error;
    my ($said) = $error =~ /\A(.+?)\ at\ \Q$file\E/xs;
    my $near   = $error =~ /line\ $line,\ near\ "([^\n"]+)/x ? qq{, near "$1"} : q{};
    my $text   = defined $source ? (split /\n/x, $source)[$line - 1] : _line_of_file($file, $line);
    my $column = _column($error, $line, $text // q{});
    return _located($file, $line, $column, 'SyntaxError', "$said at $file line $line, column $column$near", $error);
}

sub _missing_module ($error) {
    my ($module, $file, $line) = $error =~ /\ACan't\ locate\ (\S+)\ in\ .*?\)\ at\ (.+?)\ line\ ([0-9]+)[.]/xs
        or return $error;
    $module =~ s{/}{::}gx;
    $module =~ s/[.]pm\z//x;
    my $environment = join ', ', grep { defined && length } @ENV{qw(PERL_LOCAL_LIB_ROOT PERL5LIB)};
    my $message     = "the module $module, which $file wants at line $line, is not installed: cpanm $module"
        . (length $environment ? " (the environment in use is $environment)" : q{});
    return _located($file, $line, undef, 'MissingModule', $message, $error);
}

# What a run-time error never says.
my $in_the_middle = qr/aborted\ due\ to\ compilation\ errors|had\ compilation\ errors
    |\ line\ [0-9]+,\ (?:near\ "|at\ (?:EOF|end\ of\ line)|within\ )/x;
my $at_the_start = qr/\A(?:syntax\ error|Can't\ find\ string\ terminator|Missing\ right|Unmatched\ right
    |Global\ symbol\ "|Bareword\ "|Can't\ modify\ )/x;

sub is_syntax_error ($error) {
    return $error =~ $in_the_middle || $error =~ $at_the_start;
}

sub _line_of_file ($file, $line) {
    open my $source, '<:encoding(UTF-8)', $file or return;
    my @lines = readline $source;
    close $source or return;
    return $lines[$line - 1];
}

sub _located ($file, $line, $column, $ename, $message, $text) {
    my @lines = split /\n/x, $text;
    return Parley::Error::HandlerError->new(
        kind      => 'handler_error',
        ename     => $ename,
        evalue    => $lines[0],
        message   => $message,
        traceback => \@lines,
        frames    => [
            {   file     => $file,
                line     => 0 + $line,
                function => 'main',
                defined $column ? (column => 0 + $column) : (),
            }
        ],
        own_frames => [],
    );
}

# Perl says only the line, and the text that it was near to or the name that it did not know.
sub _column ($error, $line, $text) {
    my ($near) = $error =~ /line\ $line,\ near\ "([^\n]+?)(?:"\n|"\z|\n)/x;
    ($near) = $error =~ /\A(?:Global\ symbol|Bareword|Can't\ find\ string\ terminator)\ "?(['"]|[^"]+)"/x
        if !defined $near;
    my $at = defined $near ? index $text, $near =~ s/\s+\z//xr : -1;
    return $at + 1 if $at >= 0;
    return $text =~ /\S/x ? $-[0] + 1 : 1;
}

1;

__END__

=head1 NAME

Parley::Loader - runs a plugin's file

=head1 DESCRIPTION

A file that does not compile is told with file, line and column, a module that is missing with its name and the place
that wanted it.

=cut
